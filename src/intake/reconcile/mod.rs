//! The reconciler of one folder: compares what lies there with what is known, on a thread of its own,
//! so that a share that hangs holds up nobody else.

mod presence;
mod taking;

use super::book::{Absent, Book};
use super::inbox::{Inbox, Mail};
use super::root::Identity;
use super::scan::walk;
use super::settle::Hint;
use super::status::{FolderState, LastScan};
use super::take::{Job, Known, not_a_file, too_big};
use super::watch::Watch;
use super::{Seen, WatchMode};
use crate::config::{After, Folder};
use crate::model::{SubmissionId, Words, passed_over, path_of_name, shown_name, written_name};
use crate::store::{FileStamp, Store, StoreError};
use presence::AWAY;
use std::fs::Metadata;
use std::path::Path;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tracing::{debug, warn};

/// Files handed to the takers at once.
pub(super) const IN_HAND: usize = 64;

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
    /// That was in an earlier run.
    before_this_run: bool,
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
        // A note that is not to be had is one not taken: the folder is what it is found to be.
        let noted = store.folder_note(&folder.name).ok().flatten();
        let last_identity = noted.and_then(|note| Identity::from_bytes(&note));
        Reconciler {
            folder,
            store,
            max_bytes,
            inbox,
            book,
            jobs,
            in_hand: 0,
            identity: None,
            before_this_run: last_identity.is_some(),
            last_identity,
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
            warn!(
                folder = self.folder.name,
                "系统通知有遗漏，扫描整个文件夹 · events were lost; scanning the whole folder"
            );
        }
        for (path, hint) in mail.hints {
            self.follow(&path, hint)?;
        }
        if mail.lost || mail.rescan || Instant::now() >= self.next_scan {
            self.scan_all()?;
        }
        self.hand_out()
    }

    /// An event said: look here.
    fn follow(&mut self, path: &Path, hint: Hint) -> Result<(), StoreError> {
        let Ok(below) = path.strip_prefix(&self.folder.path) else { return Ok(()) };
        let hidden = |c: std::path::Component| passed_over(c.as_os_str());
        if below.as_os_str().is_empty() || below.components().any(hidden) || self.skips(path) {
            return Ok(());
        }
        match std::fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.scan(below).map(drop),
            Ok(metadata) => self.observe(below, &metadata, hint),
            // Not there: either the file is gone, or the folder itself, which is found out next.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.still_here() => {
                self.gone(below)
            }
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
        if self.book().scans == 1 {
            self.recall()?;
        }
        let forgotten = self.book().forgotten();
        for departed in forgotten {
            self.forget(&departed.path, departed.stamp.submission)?;
        }
        let mut book = self.book();
        book.scanned = book.scans;
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

    /// After the first scan: what an earlier run received and is not there any more may lie here under
    /// another name, if there is anything new at all. Where received files are moved away, none is
    /// expected to be there.
    fn recall(&self) -> Result<(), StoreError> {
        if self.book().tracker.len() == 0 || self.folder.after != After::Leave {
            return Ok(());
        }
        let mut absent = Vec::new();
        for submission in self.store.newest_in(&self.folder.name)? {
            let path = path_of_name(submission.source.path());
            let there = std::fs::symlink_metadata(self.folder.path.join(&path));
            if there.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
                let known = Known { sha256: submission.sha256, submission: submission.id };
                absent.push(Absent { path, size: submission.size, known });
            }
        }
        self.book().recall(absent);
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
                let Some(native) = watch.as_mut() else { return };
                let why = self.unheard(dir).or_else(|| native.add(dir).err());
                if why.is_some() {
                    (watch, unwatched) = (None, why);
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
        if path.file_name().is_none_or(passed_over) {
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
            let path = shown_name(&written_name(path));
            warn!(folder = self.folder.name, path, why = why.both(), "未收取 · not taken");
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

    /// Drops the stamp of a file that is no longer there, not that of one that has come there since.
    fn forget(&self, path: &Path, of: SubmissionId) -> Result<(), StoreError> {
        self.store.forget_file(&self.folder.name, &written_name(path), of)
    }

    fn stamp(&self, path: &Path) -> Result<Option<FileStamp>, StoreError> {
        self.store.file_stamp(&self.folder.name, &written_name(path))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
