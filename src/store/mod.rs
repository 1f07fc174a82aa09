//! What happened, kept: an fsynced journal, content-addressed originals, and sled as the index that
//! every query reads.
//!
//! Invariants: one door for writing; nothing is acknowledged before its journal record is on disk;
//! sled is a projection that can be deleted at any time; only this room knows sled and the record
//! format.

mod alike;
mod apply;
mod archive;
mod batches;
mod bundles;
mod cases;
mod decide;
mod decisions;
mod dossier;
mod duties;
mod followers;
mod index;
mod journal;
mod keys;
mod on_file;
mod open;
mod query;
mod read;
mod records;
mod reminders;
mod room;
mod spool;
mod succession;
mod trouble;
mod types;
mod wording;
mod writer;

pub use types::*;

use crate::model::{
    Acknowledgement, Alert, Delivery, Millis, Policy, Silence, Source, SubmissionId, Unreadable,
    Verdict, Words,
};
use decide::{Answer, Command};
use fs_err as fs;
use index::View;
use records::Row;
use spool::Spool;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock, mpsc};
use tokio::sync::{Semaphore, oneshot, watch};

/// A verdict, or why there is none.
type Examined = Result<Verdict, Unreadable>;

/// A handle on the store; cheap to clone. Reading is synchronous and takes microseconds to
/// milliseconds; writing waits for the disk.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    spool: Spool,
    places: Arc<Semaphore>,
    writer: Mutex<Option<WriterHandle>>,
    head: watch::Receiver<u64>,
    lock: Mutex<Option<fs::File>>,
    dir: PathBuf,
    epoch: u64,
}

struct WriterHandle {
    orders: mpsc::Sender<writer::Order>,
    thread: std::thread::JoinHandle<()>,
}

/// What readers and the writer share.
struct Shared {
    /// `None` once the store is closed.
    index: RwLock<Option<sled::Db>>,
    failure: OnceLock<String>,
    policy: RwLock<Arc<Policy>>,
    fsyncs: AtomicU64,
}

impl Shared {
    fn policy(&self) -> Arc<Policy> {
        self.policy.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    fn fail(&self, error: &StoreError) {
        let text = match error {
            StoreError::Fatal(text) => text.clone(),
            other => other.to_string(),
        };
        tracing::error!(error = %text, "存储出错，不再记录 · the store failed; nothing is recorded any more");
        // The first failure is the cause; later ones follow from it.
        let _ = self.failure.set(text);
    }

    fn failed(&self) -> bool {
        self.failure.get().is_some()
    }

    fn failure(&self) -> StoreError {
        StoreError::Fatal(self.failure.get().cloned().unwrap_or_else(|| "it is closed".to_owned()))
    }
}

/// Makes a directory's entries durable.
fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    Ok(fs::File::open(dir)?.sync_all()?)
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shut();
    }
}

impl Inner {
    /// Lets the writer finish what was handed over, then gives index and lock back.
    fn shut(&self) -> bool {
        let handle = self.writer.lock().unwrap_or_else(|e| e.into_inner()).take();
        let Some(WriterHandle { orders, thread }) = handle else { return false };
        // A writer that died of a panic has no receiver; joining it says so.
        let _ = orders.send(writer::Order::Stop);
        if thread.join().is_err() {
            self.shared.fail(&StoreError::Fatal("the writer panicked".to_owned()));
        }
        let db = self.shared.index.write().unwrap_or_else(|e| e.into_inner()).take();
        if let Some(Err(error)) = db.map(|db| db.flush()) {
            // The journal holds everything; the next start replays what the index lacks.
            tracing::warn!(%error, "索引未能写盘 · the index could not be flushed");
        }
        self.lock.lock().unwrap_or_else(|e| e.into_inner()).take();
        true
    }
}

impl Store {
    /// Opens or creates the store: takes the directory's lock, checks the journal, compares it with
    /// the index, replays what is missing or rebuilds.
    pub fn open(options: &StoreOptions) -> Result<(Store, Opened), StoreError> {
        let lock = open::lock(&options.dir)?;
        let spool = Spool::open(&options.dir, options.min_free)?;
        let open::Opening { lock, journal, db, meta, mut opened } = open::open(options, lock)?;
        archive::inspect(&View::new(&db), &spool, archive::Look::Glance, &mut opened)?;
        let (head_sender, head) = watch::channel(meta.applied);
        let shared = Arc::new(Shared {
            index: RwLock::new(Some(db)),
            failure: OnceLock::new(),
            policy: RwLock::new(Arc::new(options.policy.clone())),
            fsyncs: AtomicU64::new(0),
        });
        let epoch = meta.epoch;
        let (orders, thread) = writer::start(shared.clone(), journal, meta, head_sender)?;
        let inner = Inner {
            shared,
            spool,
            places: Arc::new(Semaphore::new(writer::QUEUE)),
            writer: Mutex::new(Some(WriterHandle { orders, thread })),
            head,
            lock: Mutex::new(Some(lock)),
            dir: options.dir.clone(),
            epoch,
        };
        Ok((Store { inner: Arc::new(inner) }, opened))
    }

    /// Deletes the index and builds it anew from the journal, and reads every original to say which
    /// are damaged. For `nianbao rebuild`.
    pub fn rebuild(options: &StoreOptions) -> Result<Opened, StoreError> {
        let lock = open::lock(&options.dir)?;
        let index = options.dir.join("index");
        if journal::survey(&options.dir.join("journal"))?.is_some() && index.exists() {
            fs::remove_dir_all(&index)?;
        }
        let open::Opening { db, opened, lock: _held, .. } = open::open(options, lock)?;
        db.flush()?;
        let mut opened = Opened { rebuilt: true, ..opened };
        let spool = Spool::open(&options.dir, options.min_free)?;
        archive::inspect(&View::new(&db), &spool, archive::Look::Read, &mut opened)?;
        Ok(opened)
    }

    /// From now on these are told. What the outbox holds already stays as it is.
    pub fn set_policy(&self, policy: Policy) {
        let policy = Arc::new(policy);
        *self.inner.shared.policy.write().unwrap_or_else(|e| e.into_inner()) = policy;
    }

    // ---- originals

    /// Streams an original into the spool while hashing it; on disk (fsynced, renamed) when it returns.
    /// `NoRoom` or `Unwritable` when the disk does not take it.
    pub fn spool(&self, from: &mut dyn Read, max_bytes: u64) -> Result<Spooled, StoreError> {
        self.inner.spool.put(from, max_bytes)
    }

    /// The original's bytes; `NotFound` also where they are no longer those that were handed in.
    pub fn original(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        self.inner.spool.get(sha256)
    }

    /// The original's path in the spool, for streaming it out.
    pub fn original_path(&self, sha256: &str) -> PathBuf {
        self.inner.spool.path(sha256)
    }

    // ---- writing: each waits until its record is on disk; concurrent ones share one fsync

    /// Records an arrival.
    pub async fn receive(&self, arrival: Arrival) -> Result<Received, StoreError> {
        if !self.inner.spool.holds(&arrival.original) {
            return Err(StoreError::NotFound(format!("original {}", arrival.original.sha256)));
        }
        match self.commit(Command::Receive(arrival)).await? {
            Answer::Received(received) => Ok(received),
            _ => unreachable!("a receipt is answered with a receipt"),
        }
    }

    /// Records a verdict together with all that follows from it: revision, superseded submissions,
    /// standing, alerts and their outbox items, the watch event. `Conflict` unless the submission is
    /// in stage `Received`. A recheck that could not read what was read before keeps the verdict.
    pub async fn conclude(&self, conclusion: Conclusion) -> Result<Concluded, StoreError> {
        match self.commit(Command::Conclude(Box::new(conclusion))).await? {
            Answer::Concluded(concluded) => Ok(*concluded),
            _ => unreachable!("a conclusion is answered with a conclusion"),
        }
    }

    /// Records that a worker died on a submission; returns the attempts so far.
    pub async fn attempted(&self, id: SubmissionId, at: Millis) -> Result<u32, StoreError> {
        match self.commit(Command::Attempted(id, at)).await? {
            Answer::Attempts(attempts) => Ok(attempts),
            _ => unreachable!("an attempt is answered with a count"),
        }
    }

    /// Why no new file is taken: the disk is full. `None` while there is room.
    pub fn shortage(&self) -> Option<Words> {
        match self.inner.spool.room() {
            Err(StoreError::NoRoom(why) | StoreError::Unwritable(why)) => Some(why),
            _ => None,
        }
    }

    /// Puts a judged submission back into the queue (recheck). `NoRoom` where the disk is nearly
    /// full: a new verdict takes space as well.
    pub async fn requeue(&self, id: SubmissionId, at: Millis) -> Result<(), StoreError> {
        self.inner.spool.room()?;
        self.commit(Command::Requeue(id, at)).await.map(|_| ())
    }

    /// Records that the file of a submission lies at `to` now, with all that was received before it at
    /// its old path. False, and nothing recorded, when something was received at `to` before.
    pub async fn moved(
        &self,
        id: SubmissionId,
        to: Source,
        at: Millis,
    ) -> Result<bool, StoreError> {
        match self.commit(Command::Move(id, to, at)).await? {
            Answer::Moved(moved) => Ok(moved),
            _ => unreachable!("a move is answered with whether it was one"),
        }
    }

    /// Records who took an alert on.
    pub async fn acknowledge(&self, alert: u64, ack: Acknowledgement) -> Result<Alert, StoreError> {
        match self.commit(Command::Acknowledge(alert, ack)).await? {
            Answer::Alert(alert) => Ok(*alert),
            _ => unreachable!("an acknowledgement is answered with the alert"),
        }
    }

    /// Records that nobody is told of a case before a time; a time that is over ends the silence. A case
    /// that resolved stays as it is.
    pub async fn silence(&self, alert: u64, silence: Silence) -> Result<Alert, StoreError> {
        match self.commit(Command::Silence(alert, silence)).await? {
            Answer::Alert(alert) => Ok(*alert),
            _ => unreachable!("a silence is answered with the alert"),
        }
    }

    /// Tells those of the cases again, or to those above, of which the policy says so by now.
    pub async fn remind(&self, alerts: Vec<u64>, at: Millis) -> Result<(), StoreError> {
        self.commit(Command::Remind(alerts, at)).await.map(|_| ())
    }

    /// The policy by which is told now.
    pub fn policy(&self) -> Arc<Policy> {
        self.inner.shared.policy()
    }

    /// Records what came of a send: removes the item, or moves it to its next due time.
    pub async fn delivered(&self, delivery: Delivery) -> Result<(), StoreError> {
        self.commit(Command::Deliver(delivery)).await.map(|_| ())
    }

    /// Records that a folder or channel is in trouble, or no longer: opens its case, or resolves it.
    /// Records nothing where the case stands so already.
    pub async fn trouble(&self, trouble: Trouble) -> Result<(), StoreError> {
        self.commit(Command::Trouble(trouble)).await.map(|_| ())
    }

    /// Number of the newest durable event, changing as commits happen; for watch streams and the dispatcher.
    pub fn head(&self) -> tokio::sync::watch::Receiver<u64> {
        self.inner.head.clone()
    }

    /// Changes only when the journal itself was replaced; part of every watch cursor.
    pub fn epoch(&self) -> u64 {
        self.inner.epoch
    }

    // ---- cache of files seen (not durable, not in the journal)

    pub fn file_stamp(&self, folder: &str, path: &str) -> Result<Option<FileStamp>, StoreError> {
        let stamp = self.files(|files| files.get(keys::file(folder, path)))?;
        // A stamp that does not decode is a stamp not taken: the file is read once more.
        Ok(stamp.and_then(|bytes| FileStamp::from_bytes(&bytes).ok()))
    }

    pub fn remember_file(
        &self,
        folder: &str,
        path: &str,
        stamp: &FileStamp,
    ) -> Result<(), StoreError> {
        self.files(|files| files.insert(keys::file(folder, path), stamp.to_bytes())).map(|_| ())
    }

    /// What was noted of a folder itself.
    pub fn folder_note(&self, folder: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let note = self.files(|files| files.get(keys::folder(folder)))?;
        Ok(note.map(|note| note.to_vec()))
    }

    /// Notes what tells a folder from another at the same path; like the stamps, not durable.
    pub fn note_folder(&self, folder: &str, note: &[u8]) -> Result<(), StoreError> {
        self.files(|files| files.insert(keys::folder(folder), note)).map(|_| ())
    }

    /// How far the receipts of a folder are written.
    pub fn receipts_note(&self, folder: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let note = self.files(|files| files.get(keys::receipts(folder)))?;
        Ok(note.map(|note| note.to_vec()))
    }

    /// Notes it; on disk before this returns where it has to be `durable`, else soon.
    pub fn note_receipts(
        &self,
        folder: &str,
        note: &[u8],
        durable: bool,
    ) -> Result<(), StoreError> {
        self.files(|files| {
            files.insert(keys::receipts(folder), note)?;
            if durable { files.flush().map(drop) } else { Ok(()) }
        })
    }

    /// Forgets what was seen at a path, if it was the file of this submission.
    pub fn forget_file(
        &self,
        folder: &str,
        path: &str,
        of: SubmissionId,
    ) -> Result<(), StoreError> {
        let key = keys::file(folder, path);
        let Some(stamp) = self.files(|files| files.get(key))? else { return Ok(()) };
        if FileStamp::from_bytes(&stamp).is_ok_and(|known| known.submission != of) {
            return Ok(());
        }
        // Another one may have been remembered since: then that stays.
        self.files(|files| Ok(files.compare_and_swap(key, Some(stamp), None::<&[u8]>)?.is_ok()))
            .map(|_| ())
    }

    /// Flushes the index and marks a clean stop. Later writes fail.
    pub fn close(&self) -> Result<(), StoreError> {
        match (self.inner.shut(), self.inner.shared.failure.get()) {
            (true, Some(failure)) => Err(StoreError::Fatal(failure.clone())),
            _ => Ok(()),
        }
    }

    /// Directory of the store.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// Fsyncs of the journal since it was opened; fewer than commits when they came together.
    pub fn fsyncs(&self) -> u64 {
        self.inner.shared.fsyncs.load(Ordering::Relaxed)
    }

    /// Runs one query over a state that no commit changes meanwhile.
    fn view<T>(&self, query: impl FnOnce(&View) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let index = self.inner.shared.index.read().unwrap_or_else(|e| e.into_inner());
        match index.as_ref() {
            Some(db) => query(&View::new(db)),
            None => Err(self.inner.shared.failure()),
        }
    }

    /// The tree of file stamps. It is no part of what the journal holds: after a rebuild it is empty.
    fn files<T>(&self, ask: impl FnOnce(&sled::Tree) -> sled::Result<T>) -> Result<T, StoreError> {
        let index = self.inner.shared.index.read().unwrap_or_else(|e| e.into_inner());
        match index.as_ref() {
            Some(db) => Ok(ask(&db.open_tree("files")?)?),
            None => Err(self.inner.shared.failure()),
        }
    }

    async fn commit(&self, command: Command) -> Result<Answer, StoreError> {
        let shared = &self.inner.shared;
        let places = self.inner.places.clone();
        let _place = places.acquire_owned().await.map_err(|_| shared.failure())?;
        if shared.failed() {
            return Err(shared.failure());
        }
        let (reply, answer) = oneshot::channel();
        let sent = {
            let writer = self.inner.writer.lock().unwrap_or_else(|e| e.into_inner());
            let order = writer::Order::Commit { command, reply, _place };
            writer.as_ref().is_some_and(|writer| writer.orders.send(order).is_ok())
        };
        if !sent {
            return Err(shared.failure());
        }
        answer.await.unwrap_or_else(|_| Err(shared.failure()))
    }
}
