//! Receipts beside dropped files: for every folder that asks for them a task that follows the journal's
//! events and writes what they owe.
//!
//! Invariants: a receipt is derived, so writing it once more changes nothing; the noted position is never
//! ahead of what is written, so a kill at any point leaves nothing owed that the next start does not write;
//! nobody waits for a receipt, and a folder that hangs holds up no other.

use crate::config::{After, Folder, Mode};
use crate::intake::{Receipts, why_unwritten};
use crate::model::{RECEIPT_VERSION, Source, Stage, Submission, SubmissionId, Words, path_of_name};
use crate::render::{Letterhead, receipt_file};
use crate::store::{Change, Filter, Store, StoreError};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Events read, and receipts written, at a time.
const EVENTS: usize = 256;
const AT_ONCE: usize = 64;
/// First and longest pause where a receipt could not be written.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Of many that could not be written so many are tried again; the others follow once one can be.
const PROBE: usize = 8;
/// Files named in the status whose receipts cannot be written.
const NAMED: usize = 20;

/// What each folder owes, for the status.
#[derive(Clone, Default)]
pub(super) struct Debts(Arc<Mutex<BTreeMap<String, Debt>>>);

/// Receipts of one folder that are still to be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Debt {
    pub owed: usize,
    /// The first files whose receipts could not be written, by their path below the folder, and why.
    pub unwritten: Vec<(String, Words)>,
}

impl Debts {
    pub fn of(&self, folder: &str) -> Debt {
        let debts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        debts.get(folder).cloned().unwrap_or_default()
    }

    fn tell(&self, folder: &str, debt: Debt) {
        let mut debts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        debts.insert(folder.to_owned(), debt);
    }
}

/// The writer of one folder's receipts.
pub(super) struct Writer {
    folder: Folder,
    store: Store,
    letterhead: Letterhead,
    debts: Debts,
    /// Paths below the folder, as written down, whose receipts may have to be written anew.
    owed: BTreeSet<String>,
    /// Of these, files that were renamed: what lies under their old names is to go.
    moved: BTreeSet<String>,
    /// Those that could not be written at the last attempt.
    failed: BTreeMap<String, Words>,
    /// Number of the last event that was looked at.
    seen: u64,
    noted: Option<u64>,
}

impl Writer {
    /// One for every folder that asks for receipts beside what is handed in.
    pub fn all(
        folders: &[Folder],
        store: &Store,
        letterhead: &Letterhead,
        debts: &Debts,
    ) -> Vec<Writer> {
        let asks = |f: &&Folder| f.mode == Mode::Submit && !f.receipts.forms().is_empty();
        let writer = |folder: &Folder| Writer {
            folder: folder.clone(),
            store: store.clone(),
            letterhead: letterhead.clone(),
            debts: debts.clone(),
            owed: BTreeSet::new(),
            moved: BTreeSet::new(),
            failed: BTreeMap::new(),
            seen: 0,
            noted: None,
        };
        folders.iter().filter(asks).map(writer).collect()
    }

    /// Writes until `stop`. An error means that the store failed.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), StoreError> {
        let mut head = self.store.head();
        self.take_up(*head.borrow_and_update())?;
        let mut pause = RETRY.0;
        let mut retry = Instant::now();
        loop {
            let now = *head.borrow_and_update();
            while self.seen < now && self.owed.len() < AT_ONCE {
                self.follow()?;
            }
            let batch: Vec<String> = self.owed.iter().take(AT_ONCE).cloned().collect();
            if !batch.is_empty() {
                // A share that hangs is left behind at the end; what it owes is written at the next start.
                let written = tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    written = self.write(batch) => written?,
                };
                self.book(written);
                continue;
            }
            if self.failed.is_empty() {
                pause = RETRY.0;
                self.note()?;
            }
            if self.failed.is_empty() || retry <= Instant::now() {
                retry = Instant::now() + pause;
            }
            self.tell();
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = head.changed() => if changed.is_err() { return Ok(()) },
                () = tokio::time::sleep_until(retry), if !self.failed.is_empty() => {
                    pause = (pause * 2).min(RETRY.1);
                    self.owed.extend(self.failed.keys().take(PROBE).cloned());
                }
            }
        }
    }

    /// Goes on after what was written for the last time; where that is not known, or receipts look
    /// otherwise now, every file that lies there is looked at.
    fn take_up(&mut self, head: u64) -> Result<(), StoreError> {
        let note = self.store.receipts_note(&self.folder.name)?;
        let number = |bytes: &[u8]| bytes.try_into().map(u64::from_be_bytes).ok();
        let seen = note.and_then(|note| {
            let (look, seen) = note.split_at_checked(16)?;
            (*look == self.look()).then(|| number(seen)).flatten()
        });
        match seen.filter(|seen| *seen <= head) {
            Some(seen) => (self.seen, self.noted) = (seen, Some(seen)),
            None => {
                let mut receipts = Receipts::open(&self.folder.path).ok();
                for submission in self.store.newest_in(&self.folder.name)? {
                    let path = submission.source.path();
                    let there = |r: &mut Receipts| r.lies_there(&path_of_name(path));
                    // Of a folder that is away nothing is known; then each is looked at once it is back.
                    if receipts.as_mut().is_none_or(|r| there(r).unwrap_or(true)) {
                        self.owed.insert(path.to_owned());
                    }
                }
                self.seen = head;
                if self.owed.is_empty() {
                    self.note()?;
                }
            }
        }
        Ok(())
    }

    /// What the receipts' looks depend on besides the record, and the journal that is numbered.
    fn look(&self) -> [u8; 16] {
        let Letterhead { issuer, lang, utc_offset_minutes } = &self.letterhead;
        let (epoch, receipts) = (self.store.epoch(), self.folder.receipts.name());
        let look = format!(
            "{RECEIPT_VERSION} {epoch} {receipts} {issuer:?} {lang:?} {utc_offset_minutes}"
        );
        let digest = Sha256::digest(look);
        std::array::from_fn(|at| digest[at])
    }

    fn note(&mut self) -> Result<(), StoreError> {
        if self.noted == Some(self.seen) {
            return Ok(());
        }
        let note = [&self.look()[..], &self.seen.to_be_bytes()].concat();
        self.store.note_receipts(&self.folder.name, &note, self.noted.is_none())?;
        self.noted = Some(self.seen);
        Ok(())
    }

    /// Reads the next events and books the places that they concern.
    fn follow(&mut self) -> Result<(), StoreError> {
        let events = self.store.events(self.seen, EVENTS)?;
        let Some(last) = events.last() else {
            self.seen = *self.store.head().borrow();
            return Ok(());
        };
        self.seen = last.seq;
        for event in events {
            if let Change::Moved(id) = event.change
                && let Some(path) = self.place_of(id)?
            {
                self.moved.insert(path);
            }
            let concerned = match event.change {
                Change::Judged { id, superseded, .. } | Change::Unpacked { id, superseded, .. } => {
                    superseded.into_iter().chain([id]).collect()
                }
                Change::Moved(id) | Change::RecheckFailed(id) => vec![id],
                Change::Decided { id, .. } => id.into_iter().collect(),
                _ => Vec::new(),
            };
            for id in concerned {
                self.owe(id)?;
            }
        }
        Ok(())
    }

    fn owe(&mut self, id: SubmissionId) -> Result<(), StoreError> {
        let place = self.place_of(id)?;
        self.owed.extend(place);
        Ok(())
    }

    /// Where the receipt of a submission lies, if that is in this folder. A file out of an archive has its
    /// part on the receipt of the archive.
    fn place_of(&self, id: SubmissionId) -> Result<Option<String>, StoreError> {
        let Some(mut submission) = self.store.submission(id)? else { return Ok(None) };
        if let Some(batch) = submission.batch {
            let Some(archive) = self.store.submission(batch)? else { return Ok(None) };
            submission = archive;
        }
        Ok(match submission.source {
            Source::Folder { folder, path } if folder == self.folder.name => Some(path),
            _ => None,
        })
    }

    async fn write(&self, batch: Vec<String>) -> Result<Written, StoreError> {
        let desk = Desk {
            folder: self.folder.clone(),
            store: self.store.clone(),
            letterhead: self.letterhead.clone(),
        };
        let moved = self.moved.intersection(&batch.iter().cloned().collect()).cloned().collect();
        spawn_blocking(move || desk.write(batch, &moved))
            .await
            .map_err(|error| StoreError::Fatal(format!("writing receipts panicked: {error}")))?
    }

    fn book(&mut self, written: Written) {
        for (path, result) in written {
            self.owed.remove(&path);
            if result.is_ok() {
                self.moved.remove(&path);
            }
            match result {
                Ok(()) if self.failed.remove(&path).is_none() => {}
                // What stood in its way may be gone for the others as well.
                Ok(()) => self.owed.extend(self.failed.keys().cloned()),
                Err(why) => {
                    if self.failed.get(&path) != Some(&why) {
                        let folder = &self.folder.name;
                        tracing::warn!(
                            folder,
                            path,
                            why = why.both(),
                            "回执未写 · no receipt written"
                        );
                    }
                    self.failed.insert(path, why);
                }
            }
        }
        self.tell();
    }

    fn tell(&self) {
        let unwritten = self.failed.iter().take(NAMED);
        let unwritten = unwritten.map(|(path, why)| (path.clone(), why.clone())).collect();
        let new = self.owed.iter().filter(|path| !self.failed.contains_key(*path)).count();
        let debt = Debt { owed: new + self.failed.len(), unwritten };
        self.debts.tell(&self.folder.name, debt);
    }
}

/// What came of each path.
type Written = Vec<(String, Result<(), Words>)>;

/// What receipts are written from, and where.
struct Desk {
    folder: Folder,
    store: Store,
    letterhead: Letterhead,
}

impl Desk {
    /// Writes the receipts that these files should have now. An error means that the store failed.
    fn write(&self, batch: Vec<String>, moved: &BTreeSet<String>) -> Result<Written, StoreError> {
        let mut receipts = match Receipts::open(&self.folder.path) {
            Ok(receipts) => receipts,
            Err(error) => {
                let why = away(&error);
                return Ok(batch.into_iter().map(|path| (path, Err(why.clone()))).collect());
            }
        };
        let mut written = Vec::new();
        for path in batch {
            let source = Source::Folder { folder: self.folder.name.clone(), path: path.clone() };
            let result = match self.store.current_at(&source)? {
                Some(submission) if whole(&self.store, &submission)? => {
                    let renamed = moved.contains(&path);
                    self.put(&mut receipts, &submission, renamed)?.map_err(|e| why_unwritten(&e))
                }
                // What is not judged yet owes one when it is.
                _ => Ok(()),
            };
            written.push((path, result));
        }
        // Until the names are on disk as well, all of it is owed.
        if let Err(error) = receipts.finish() {
            let why = why_unwritten(&error);
            return Ok(written.into_iter().map(|(path, _)| (path, Err(why.clone()))).collect());
        }
        Ok(written)
    }

    /// The error inside is the folder's, the one outside the store's.
    fn put(
        &self,
        receipts: &mut Receipts,
        submission: &Submission,
        renamed: bool,
    ) -> Result<io::Result<()>, StoreError> {
        let path = path_of_name(submission.source.path());
        // Nobody looks for the receipt of a file that was taken away.
        if self.folder.after == After::Leave && matches!(receipts.lies_there(&path), Ok(false)) {
            return Ok(Ok(()));
        }
        let Some(dossier) = self.store.dossier(submission.id)? else { return Ok(Ok(())) };
        let mut put = || {
            for form in self.folder.receipts.forms() {
                receipts.put(&path, *form, &receipt_file(&dossier, &self.letterhead, *form))?;
            }
            if renamed { receipts.sweep(&path, &submission.sha256) } else { Ok(()) }
        };
        Ok(match put() {
            // Its directory is gone, and with it whoever looks for the receipt.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
    }
}

fn away(error: &io::Error) -> Words {
    Words::new(
        format!("回执写不进去：文件夹连不上（{error}）"),
        format!("no receipt: the folder cannot be reached ({error})"),
    )
}

/// Whether all of it is judged, of an archive every file in it: one receipt then, not one for each.
fn whole(store: &Store, submission: &Submission) -> Result<bool, StoreError> {
    if submission.stage == Stage::Received || submission.contents.is_none() {
        return Ok(submission.stage != Stage::Received);
    }
    let (batch, stage) = (Some(submission.id), Some(Stage::Received));
    Ok(store.list(&Filter { batch, stage, ..Filter::default() }, None, 1)?.items.is_empty())
}
