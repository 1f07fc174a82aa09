//! Handing what has settled to the takers, and booking what they report.

use super::{IN_HAND, Reconciler};
use crate::intake::settle::{Hint, Writer};
use crate::intake::take::{Job, Known, Outcome, Taken};
use crate::intake::{Seen, names};
use crate::model::{shown_name, written_name};
use crate::store::{Received, StoreError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Instant;
use tracing::{debug, info, warn};

impl Reconciler {
    /// Hands what is due to the takers.
    pub(super) fn hand_out(&mut self) -> Result<(), StoreError> {
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
    fn renamed_from(&self, path: &Path, seen: &Seen) -> Result<Vec<Known>, StoreError> {
        let elsewhere = self.book().elsewhere(path, seen);
        if let Some(old) = elsewhere {
            let there = std::fs::symlink_metadata(self.folder.path.join(&old));
            if there.is_ok_and(|m| Seen::of(&m).node() == seen.node()) {
                return Ok(Vec::new()); // a second link
            }
            self.depart(&old)?;
        }
        let declared = names::declared(path, &self.folder.unit);
        let same = |old: &Path| names::declared(old, &self.folder.unit) == declared;
        let gone = |old: &Path| {
            let there = std::fs::symlink_metadata(self.folder.path.join(old));
            there.is_err_and(|error| error.kind() == ErrorKind::NotFound)
        };
        let book = self.book();
        let departed = book.departed(seen).filter(|departed| same(&departed.path));
        let departed = departed.map(|departed| Known {
            sha256: departed.stamp.sha256.clone(),
            submission: departed.stamp.submission,
        });
        let absent = book.absent(seen).filter(|absent| same(&absent.path) && gone(&absent.path));
        Ok(departed.into_iter().chain(absent.map(|absent| absent.known.clone())).collect())
    }

    /// Books what a taker reports.
    pub(super) fn book_result(&mut self, taken: Taken) -> Result<(), StoreError> {
        self.in_hand -= 1;
        let Taken { path, seen, outcome } = taken;
        let name = shown_name(&written_name(&path));
        let folder = self.folder.name.as_str();
        let mut book = self.book();
        let now = Instant::now();
        let touched = book.tracker.get(&path).is_some_and(|pending| pending.touched);
        match outcome {
            Outcome::Failed(why) => {
                if book.problem(&path, why.clone()) {
                    warn!(folder, path = name, why = why.both(), "暂未收取 · not taken for now");
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
                    Received::New(id) => {
                        info!(folder, path = name, submission = id, "已收到 · received")
                    }
                    Received::Same(id) => debug!(folder, path = name, submission = id, "unchanged"),
                }
                book.learn(&path, seen);
                book.solved(&path);
            }
            Outcome::OurReceipt => {
                book.learn_receipt(&path, seen);
                book.solved(&path);
            }
            Outcome::Tried => {
                debug!(folder, path = name, "已试核 · tried out");
                book.learn(&path, seen);
                book.solved(&path);
            }
            Outcome::Renamed(id) => {
                info!(
                    folder,
                    path = name,
                    submission = id,
                    "已收文件改名 · a known file has a new name"
                );
                book.learn(&path, seen);
                book.solved(&path);
                if let Some(old) = book.arrived(&seen) {
                    self.forget(&old.path, old.stamp.submission)?;
                }
                if let Some(old) = book.found(id) {
                    self.forget(&old, id)?;
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
}
