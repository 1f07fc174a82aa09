//! The reconciler of one folder: compares what lies there with what is known, on a thread of its own,
//! so that a share that hangs holds up nobody else.

use super::book::Book;
use super::inbox::{Inbox, Mail};
use super::root::{Change, Identity};
use super::scan::walk;
use super::settle::{Hint, Writer};
use super::status::{FolderState, LastScan};
use super::take::{Job, Outcome, Taken, not_a_file, too_big};
use super::watch::Watch;
use super::{Seen, WatchMode, mount, names, root};
use crate::config::{After, Folder};
use crate::model::Words;
use crate::store::{FileStamp, Received, Store, StoreError};
use std::fs::Metadata;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tracing::{debug, info, warn};

/// Files handed to the takers at once.
pub(super) const IN_HAND: usize = 64;

/// First and longest pause between looks at a folder that is away.
const AWAY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(10));

pub(super) struct Reconciler {
    folder: Folder,
    store: Store,
    max_bytes: u64,
    inbox: Arc<Inbox>,
    book: Arc<Mutex<Book>>,
    jobs: SyncSender<Job>,
    in_hand: usize,
    /// The directory being watched; `None` while it is away.
    identity: Option<Identity>,
    /// What it was when it was last there.
    last_identity: Option<Identity>,
    watch: Option<Watch>,
    /// Events failed once; polling until a restart.
    polled: Option<Words>,
    next_scan: Instant,
    /// While it is away: the next look, and the pause after that.
    next_look: Instant,
    pause: Duration,
}

impl Reconciler {
    pub(super) fn new(
        folder: Folder,
        store: Store,
        max_bytes: u64,
        inbox: Arc<Inbox>,
        book: Arc<Mutex<Book>>,
        jobs: SyncSender<Job>,
    ) -> Self {
        let now = Instant::now();
        Reconciler {
            folder,
            store,
            max_bytes,
            inbox,
            book,
            jobs,
            in_hand: 0,
            identity: None,
            last_identity: None,
            watch: None,
            polled: None,
            next_scan: now,
            next_look: now,
            pause: AWAY.0,
        }
    }

    /// Until told to stop. An error means that the store can promise nothing more.
    pub(super) fn run(mut self) -> Result<(), StoreError> {
        loop {
            let mail = self.inbox.wait(self.next_wake());
            if mail.stop {
                return Ok(());
            }
            self.book().busy_since = Some(Instant::now());
            let result = self.round(mail);
            self.book().busy_since = None;
            result?;
        }
    }

    fn next_wake(&self) -> Instant {
        if self.identity.is_none() {
            return self.next_look;
        }
        let due = self.book().tracker.next_due().filter(|_| self.in_hand < IN_HAND);
        due.map_or(self.next_scan, |due| due.min(self.next_scan))
    }

    fn round(&mut self, mail: Mail) -> Result<(), StoreError> {
        for taken in mail.taken {
            self.book_result(taken)?;
        }
        if let Some(why) = mail.unwatched {
            self.poll_because(why);
        }
        if mail.rescan {
            self.next_look = Instant::now();
        }
        if !self.present() {
            return Ok(());
        }
        if mail.lost {
            let mut book = self.book();
            book.overflows += 1;
            book.tracker.forget_writers();
            drop(book);
            warn!(folder = self.folder.name, "events were lost; scanning the whole folder");
        }
        for (path, hint) in mail.hints {
            self.follow(&path, hint)?;
        }
        if mail.lost || mail.rescan || Instant::now() >= self.next_scan {
            self.scan_all()?;
        }
        self.hand_out()
    }

    // ---- the folder itself

    /// Whether the folder is there and is the one watched; takes it up anew where it came back.
    fn present(&mut self) -> bool {
        let now = Instant::now();
        if self.identity.is_none() && now < self.next_look {
            return false;
        }
        let node = root::node(&self.folder.path);
        if let (Ok(node), Some(identity)) = (&node, &self.identity)
            && *node == identity.node
        {
            return true;
        }
        let away = match node.and_then(|_| Identity::of(&self.folder.path)) {
            Ok(new) => match self.last_identity.as_ref().map(|old| old.become_of(&new)) {
                Some(Change::Elsewhere) => Words::new(
                    "文件夹所在的共享似乎已断开，此处只剩空的挂载点；恢复前不接收任何文件",
                    "the share seems to be unmounted and only its mount point left; nothing is taken",
                ),
                _ => {
                    self.take_up(new);
                    return true;
                }
            },
            Err(error) => Words::new(
                format!("文件夹无法访问（{error}）"),
                format!("the folder cannot be reached ({error})"),
            ),
        };
        if self.identity.take().is_some() || now >= self.next_look {
            self.give_up(away, now);
        }
        false
    }

    fn take_up(&mut self, identity: Identity) {
        let (mut mode, mut reason) = mount::choose(self.folder.detect, identity.magic);
        self.watch = None;
        if let Some(why) = &self.polled {
            (mode, reason) = (WatchMode::Poll, why.clone());
        } else if mode == WatchMode::Native {
            match Watch::start(Arc::clone(&self.inbox)) {
                Ok(watch) => self.watch = Some(watch),
                Err(why) => (mode, reason) = (WatchMode::Poll, why),
            }
        }
        info!(folder = self.folder.name, path = %self.folder.path.display(), ?mode, reason.en, "watching");
        self.last_identity = Some(identity.clone());
        self.identity = Some(identity);
        self.next_scan = Instant::now();
        self.pause = AWAY.0;
        let mut book = self.book();
        (book.mode, book.reason, book.state) = (mode, reason, FolderState::Online);
    }

    /// Nothing is forgotten while the folder is away, and nothing taken for deleted.
    fn give_up(&mut self, why: Words, now: Instant) {
        self.watch = None;
        self.next_look = now + self.pause;
        self.pause = (self.pause * 2).min(AWAY.1);
        let mut book = self.book();
        let state = FolderState::Unavailable(why.clone());
        if book.state != state {
            warn!(folder = self.folder.name, why.en, "folder unavailable");
            book.state = state;
        }
    }

    fn poll_because(&mut self, why: Words) {
        warn!(folder = self.folder.name, why.en, "falling back to polling");
        self.watch = None;
        self.next_scan = Instant::now();
        let mut book = self.book();
        book.mode = WatchMode::Poll;
        book.reason = why.clone();
        book.tracker.forget_writers();
        drop(book);
        self.polled = Some(why);
    }

    // ---- looking

    /// An event said: look here.
    fn follow(&mut self, path: &Path, hint: Hint) -> Result<(), StoreError> {
        let Ok(below) = path.strip_prefix(&self.folder.path) else { return Ok(()) };
        let hidden = |c: std::path::Component| names::passed_over(c.as_os_str());
        if below.as_os_str().is_empty() || below.components().any(hidden) || self.skips(path) {
            return Ok(());
        }
        match std::fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.scan(below).map(drop),
            Ok(metadata) => self.observe(below, &metadata, hint),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound) => self.gone(below),
            // The next scan meets the same and reports it.
            Err(_) => Ok(()),
        }
    }

    fn skips(&self, path: &Path) -> bool {
        matches!(&self.folder.after, After::Move(to) if path.starts_with(to))
    }

    /// The whole folder; what is known and was not met is gone.
    fn scan_all(&mut self) -> Result<(), StoreError> {
        let start = Instant::now();
        let at = jiff::Timestamp::now().as_millisecond();
        self.book().scans += 1;
        let walked = self.scan(Path::new(""))?;
        let unmet = self.book().unmet(&walked.failed);
        for path in unmet {
            self.depart(&path)?;
        }
        let forgotten = self.book().forgotten();
        for path in forgotten {
            self.store.forget_file(&self.folder.name, &names::written(&path))?;
        }
        let mut book = self.book();
        book.last_scan = Some(LastScan { at, took: start.elapsed(), files: walked.files });
        book.state = match walked.failed.first() {
            None => FolderState::Online,
            Some((dir, error)) => FolderState::Degraded(Words::new(
                format!("子文件夹“{}”无法读取（{error}）", dir.display()),
                format!("the directory {:?} cannot be read ({error})", dir.display()),
            )),
        };
        let every =
            if book.mode == WatchMode::Poll { self.folder.poll } else { self.folder.rescan };
        drop(book);
        debug!(folder = self.folder.name, files = walked.files, ms = ?start.elapsed(), "scanned");
        self.next_scan = Instant::now() + every;
        Ok(())
    }

    /// A directory and what is below it, each watched before it is read.
    fn scan(&mut self, start: &Path) -> Result<super::scan::Walked, StoreError> {
        let mut watch = self.watch.take();
        let mut unwatched = None;
        let mut result = Ok(());
        let skip = match &self.folder.after {
            After::Move(to) => Some(to.as_path()),
            After::Leave => None,
        };
        let walked = walk(
            &self.folder.path,
            start,
            skip,
            &mut |dir| {
                if let Some(why) = watch.as_mut().and_then(|watch| watch.add(dir).err()) {
                    watch = None;
                    unwatched = Some(why);
                }
            },
            &mut |path, metadata| {
                if result.is_ok() {
                    result = self.observe(path, metadata, Hint::default());
                }
            },
        );
        self.watch = watch;
        if let Some(why) = unwatched {
            self.poll_because(why);
        }
        result.map(|()| walked)
    }

    /// Compares one file with what is known of it.
    fn observe(&self, path: &Path, metadata: &Metadata, hint: Hint) -> Result<(), StoreError> {
        if path.file_name().is_none_or(names::passed_over) {
            return Ok(());
        }
        let seen = Seen::of(metadata);
        let mut book = self.book();
        if book.tracker.get(path).is_some() {
            book.tracker.see(path, seen, hint, Instant::now());
            return Ok(());
        }
        match book.seen(path) {
            // A close may end a write through a mapping, which need not show in the times.
            Some(known) if known == seen => {
                book.mark(path);
                if hint.writer.is_none() {
                    return Ok(());
                }
            }
            Some(known) => {
                if known.node() != seen.node() {
                    let stamp = self.stamp(path)?;
                    book.depart(path, stamp);
                }
            }
            None => {
                if hint.writer.is_none()
                    && self.stamp(path)?.is_some_and(|stamp| Seen::from(&stamp) == seen)
                {
                    book.learn(path, seen);
                    return Ok(());
                }
            }
        }
        let refusal = if !metadata.is_file() {
            not_a_file()
        } else if seen.size > self.max_bytes {
            too_big(seen.size, self.max_bytes)
        } else {
            book.tracker.see(path, seen, hint, Instant::now());
            return Ok(());
        };
        self.refuse(&mut book, path, seen, refusal);
        Ok(())
    }

    fn refuse(&self, book: &mut Book, path: &Path, seen: Seen, why: Words) {
        book.learn(path, seen);
        if book.problem(path, why.clone()) {
            let path = names::written(path);
            warn!(folder = self.folder.name, path, why.en, "not taken");
        }
    }

    /// A path vanished, with all that was below it.
    fn gone(&self, path: &Path) -> Result<(), StoreError> {
        let (known, pending) = {
            let book = self.book();
            (book.below(path), book.tracker.below(path))
        };
        for path in known {
            self.depart(&path)?;
        }
        let mut book = self.book();
        for path in pending {
            // One that is being read reports its own end.
            if book.tracker.get(&path).is_some_and(|pending| !pending.taking) {
                book.tracker.remove(&path);
                book.solved(&path);
            }
        }
        Ok(())
    }

    fn depart(&self, path: &Path) -> Result<(), StoreError> {
        let stamp = self.stamp(path)?;
        self.book().depart(path, stamp);
        Ok(())
    }

    fn stamp(&self, path: &Path) -> Result<Option<FileStamp>, StoreError> {
        self.store.file_stamp(&self.folder.name, &names::written(path))
    }

    // ---- taking

    /// Hands what is due to the takers.
    fn hand_out(&mut self) -> Result<(), StoreError> {
        let Some(root) = self.identity.as_ref().map(|identity| identity.node) else {
            return Ok(());
        };
        while self.in_hand < IN_HAND {
            let Some((path, seen)) = self.book().tracker.take(Instant::now()) else { break };
            let renamed = self.renamed_from(&path, &seen)?;
            let job = Job { path, seen, root, renamed };
            // The channel holds as many as may be in hand, so this never waits.
            if self.jobs.send(job).is_err() {
                return Err(StoreError::Fatal("every taker of a folder died".into()));
            }
            self.in_hand += 1;
        }
        Ok(())
    }

    /// What is known of the file under an earlier name, if that name is gone and says the same of
    /// unit and year.
    fn renamed_from(&self, path: &Path, seen: &Seen) -> Result<Option<FileStamp>, StoreError> {
        let elsewhere = self.book().elsewhere(path, seen);
        if let Some(old) = elsewhere {
            let there = std::fs::symlink_metadata(self.folder.path.join(&old));
            if there.is_ok_and(|m| Seen::of(&m).node() == seen.node()) {
                return Ok(None); // a second link
            }
            self.depart(&old)?;
        }
        let declared = |path: &Path| names::declared(path, &self.folder.unit);
        let book = self.book();
        let departed = book.departed(seen).filter(|d| declared(&d.path) == declared(path));
        Ok(departed.map(|departed| departed.stamp.clone()))
    }

    /// Books what a taker reports.
    fn book_result(&mut self, taken: Taken) -> Result<(), StoreError> {
        self.in_hand -= 1;
        let Taken { path, seen, outcome } = taken;
        let name = names::written(&path);
        let folder = self.folder.name.as_str();
        let mut book = self.book();
        let now = Instant::now();
        let touched = book.tracker.get(&path).is_some_and(|pending| pending.touched);
        match outcome {
            Outcome::Failed(why) => {
                if book.problem(&path, why.clone()) {
                    warn!(folder, path = name, why.en, "not taken for now");
                }
                book.tracker.retry(&path, now);
                return Ok(());
            }
            Outcome::RootChanged => {
                book.tracker.retry(&path, now);
                return Ok(());
            }
            Outcome::Fatal(error) => return Err(error),
            Outcome::Changed => {
                drop(book);
                return self.look_again(&path);
            }
            Outcome::Gone => {
                book.tracker.remove(&path);
                drop(book);
                return self.gone(&path);
            }
            Outcome::Received(received) => {
                match received {
                    Received::New(id) => info!(folder, path = name, submission = id, "received"),
                    Received::Same(id) => debug!(folder, path = name, submission = id, "unchanged"),
                }
                book.learn(&path, seen);
                book.solved(&path);
            }
            Outcome::Renamed(id) => {
                info!(folder, path = name, submission = id, "a known file has a new name");
                book.learn(&path, seen);
                book.solved(&path);
                if let Some(old) = book.arrived(&seen) {
                    self.store.forget_file(folder, &names::written(&old))?;
                }
            }
            Outcome::Stays(why) | Outcome::Refused(why) => {
                self.refuse(&mut book, &path, seen, why);
            }
        }
        book.tracker.remove(&path);
        drop(book);
        if touched { self.look_again_at_content(&path) } else { Ok(()) }
    }

    /// It changed while it was read.
    fn look_again(&self, path: &Path) -> Result<(), StoreError> {
        match std::fs::symlink_metadata(self.folder.path.join(path)) {
            Ok(metadata) => {
                self.book().tracker.again(path, Seen::of(&metadata), Instant::now());
                Ok(())
            }
            Err(_) => {
                self.book().tracker.remove(path);
                self.gone(path)
            }
        }
    }

    /// Something happened to it after it was read, or while.
    fn look_again_at_content(&self, path: &Path) -> Result<(), StoreError> {
        let closed = Hint { renamed: false, writer: Some(Writer::Closed) };
        match std::fs::symlink_metadata(self.folder.path.join(path)) {
            Ok(metadata) => self.observe(path, &metadata, closed),
            Err(_) => self.gone(path),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
