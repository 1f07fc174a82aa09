//! The one door for files: watched folders into the spool.
//!
//! Invariants: a scan is the truth and events only say "look here soon"; a file is read once, stably,
//! into the spool and only from there on; nothing becomes of the original before its receipt is in
//! the journal; each folder has its own threads, so one that hangs holds up no other.

mod beside;
mod book;
mod inbox;
mod mount;
mod names;
mod reconcile;
mod root;
mod scan;
mod seen;
mod settle;
mod status;
mod take;
mod trial;
mod watch;

pub use beside::Receipts;
pub use mount::WatchMode;
pub use status::{Explained, FolderState, FolderStatus, LastScan, MOST_PROBLEMS};
pub use trial::{Draft, TryOut, why_unwritten};

use crate::config::{Folder, Mode};
use crate::model::{Words, written_name};
use crate::store::{Store, StoreError};
use book::Book;
use inbox::Inbox;
use reconcile::Reconciler;
use seen::Seen;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc};
use std::time::{Duration, Instant};
use take::{Job, Outcome, Taken, Taker};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Threads reading the files of one folder: enough that their fsyncs are shared, few enough that a
/// share that hangs costs little.
const TAKERS: usize = 8;

/// Every watched folder, running.
pub struct Intake {
    folders: Vec<Watched>,
    store: Store,
    /// Each thread holds a sender until it ends; an error of the store comes through it.
    failures: mpsc::UnboundedReceiver<StoreError>,
}

struct Watched {
    folder: Folder,
    inbox: Arc<Inbox>,
    book: Arc<Mutex<Book>>,
    stopping: Arc<AtomicBool>,
}

impl Intake {
    /// Starts watching. A folder that is missing is waited for, never made: where a share is to be
    /// mounted, an empty directory would be taken for an empty share. Commits run on `runtime`, which
    /// has to outlive the intake. `trials` is what becomes of files in trial folders. The error says that no threads are to be had.
    pub fn start(
        folders: &[Folder],
        max_bytes: u64,
        store: &Store,
        runtime: &Handle,
        trials: Option<TryOut>,
    ) -> io::Result<Intake> {
        let (failed, failures) = mpsc::unbounded_channel();
        let mut intake = Intake { folders: Vec::new(), store: store.clone(), failures };
        for folder in folders {
            let taker = Taker {
                folder: folder.clone(),
                store: store.clone(),
                runtime: runtime.clone(),
                max_bytes,
                trials: trials.clone(),
            };
            intake.folders.push(watch(taker, &failed)?);
        }
        Ok(intake)
    }

    /// How each folder stands.
    pub fn status(&self) -> Vec<FolderStatus> {
        let now = Instant::now();
        let shortage = self.store.shortage();
        let status = |watched: &Watched| {
            let mut status = watched.book().status(&watched.folder, now);
            if let (FolderState::Online, Some(why)) = (&status.state, &shortage) {
                status.state = FolderState::Degraded(why.clone());
            }
            status
        };
        self.folders.iter().map(status).collect()
    }

    /// What is known of a path, absolute or below any folder: the folder's name and the explanation.
    pub fn explain(&self, path: &Path) -> Vec<(String, Explained)> {
        let explain = |watched: &Watched| {
            let folder = &watched.folder;
            let below =
                if path.is_absolute() { path.strip_prefix(&folder.path).ok()? } else { path };
            let mut explained = watched.book().explain(below, Instant::now());
            if folder.mode == Mode::Check && matches!(explained, Explained::Taken { .. }) {
                explained = Explained::Tried;
            }
            if let Explained::Taken { submission } = &mut explained {
                let stamp = self.store.file_stamp(&folder.name, &written_name(below));
                *submission = stamp.ok().flatten().map(|stamp| stamp.submission);
            }
            Some((folder.name.clone(), explained))
        };
        self.folders.iter().filter_map(explain).collect()
    }

    /// Asks for a full scan of one folder, or of every one.
    pub fn rescan(&self, folder: Option<&str>) {
        let asked = |watched: &&Watched| folder.is_none_or(|name| name == watched.folder.name);
        self.folders.iter().filter(asked).for_each(|watched| watched.inbox.rescan());
    }

    /// Waits until the store fails under the intake; then the process has to end.
    pub async fn failed(&mut self) -> StoreError {
        let ended = || StoreError::Fatal("every watched folder's threads ended".into());
        self.failures.recv().await.unwrap_or_else(ended)
    }

    /// Takes nothing more and waits for the files in hand; false when some did not end in time (a
    /// share that hangs; its threads end with the process).
    pub async fn stop(mut self, grace: Duration) -> bool {
        for watched in &self.folders {
            watched.stopping.store(true, Ordering::SeqCst);
            watched.inbox.stop();
        }
        let all_gone = async { while self.failures.recv().await.is_some() {} };
        tokio::time::timeout(grace, all_gone).await.is_ok()
    }
}

impl Watched {
    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the threads of one folder.
fn watch(taker: Taker, failed: &mpsc::UnboundedSender<StoreError>) -> io::Result<Watched> {
    let folder = taker.folder.clone();
    let inbox = Arc::new(Inbox::default());
    let book = Arc::new(Mutex::new(Book::new(&folder)));
    let stopping = Arc::new(AtomicBool::new(false));
    let (jobs, waiting) = std_mpsc::sync_channel(reconcile::IN_HAND);
    let reconciler = Reconciler::new(
        folder.clone(),
        taker.store.clone(),
        taker.max_bytes,
        Arc::clone(&inbox),
        Arc::clone(&book),
        jobs,
    );
    let (taker, waiting) = (Arc::new(taker), Arc::new(Mutex::new(waiting)));
    for _ in 0..TAKERS {
        let (taker, waiting) = (Arc::clone(&taker), Arc::clone(&waiting));
        let (inbox, stopping) = (Arc::clone(&inbox), Arc::clone(&stopping));
        let alive = failed.clone();
        thread("take").spawn(move || {
            let _alive = alive;
            take_all(&taker, &waiting, &inbox, &stopping);
        })?;
    }
    let (failed, name) = (failed.clone(), folder.name.clone());
    thread("intake").spawn(move || {
        // A folder that nobody looks after any more must not look as if it were watched.
        let ended = catch_unwind(AssertUnwindSafe(|| reconciler.run())).unwrap_or_else(|_| {
            Err(StoreError::Fatal(format!("watching the folder “{name}” panicked")))
        });
        if let Err(error) = ended {
            // Nobody listening means that the process ends already.
            drop(failed.send(error));
        }
    })?;
    Ok(Watched { folder, inbox, book, stopping })
}

fn thread(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.into())
}

/// Takes one file after the other until the reconciler is gone.
fn take_all(
    taker: &Taker,
    waiting: &Mutex<std_mpsc::Receiver<Job>>,
    inbox: &Inbox,
    stopping: &AtomicBool,
) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        let (path, seen) = (job.path.clone(), job.seen);
        let taken = catch_unwind(AssertUnwindSafe(|| taker.take(job)));
        // The file must not be forgotten with the panic.
        inbox.taken(taken.unwrap_or_else(|_| {
            let why = Words::new("内部错误，将再次尝试", "internal error; tried again");
            Taken { path, seen, outcome: Outcome::Failed(why) }
        }));
    }
}
