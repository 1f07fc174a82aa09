//! What a folder's reconciler is told between two looks at the disk.

use super::settle::Hint;
use super::take::Taken;
use crate::model::Words;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// More hints than this are replaced by a full scan.
const MOST_HINTS: usize = 50_000;

/// Hints, results and requests for one folder. Hints of one path become one.
#[derive(Default)]
pub(super) struct Inbox {
    mail: Mutex<Mail>,
    wake: Condvar,
}

/// Everything that came in since the last look.
#[derive(Default)]
pub(super) struct Mail {
    /// By absolute path.
    pub hints: BTreeMap<PathBuf, Hint>,
    /// Events were lost: only a full scan tells.
    pub lost: bool,
    /// Watching failed for good; the folder has to be polled.
    pub unwatched: Option<Words>,
    pub taken: Vec<Taken>,
    /// Somebody asked for a full scan.
    pub rescan: bool,
    pub stop: bool,
}

impl Inbox {
    pub(super) fn hint(&self, path: PathBuf, hint: Hint) {
        let mut mail = self.lock();
        if mail.hints.len() >= MOST_HINTS {
            mail.hints.clear();
            mail.lost = true;
        }
        if !mail.lost {
            let known = mail.hints.entry(path).or_default();
            *known = known.and_then(hint);
        }
        self.wake.notify_one();
    }

    pub(super) fn lost(&self) {
        self.lock().lost = true;
        self.wake.notify_one();
    }

    pub(super) fn unwatched(&self, why: Words) {
        self.lock().unwatched = Some(why);
        self.wake.notify_one();
    }

    pub(super) fn taken(&self, taken: Taken) {
        self.lock().taken.push(taken);
        self.wake.notify_one();
    }

    pub(super) fn rescan(&self) {
        self.lock().rescan = true;
        self.wake.notify_one();
    }

    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.wake.notify_one();
    }

    /// Waits for mail, at most until the time given.
    pub(super) fn wait(&self, until: Instant) -> Mail {
        let mut mail = self.lock();
        while mail.is_empty() {
            let now = Instant::now();
            if now >= until {
                break;
            }
            mail =
                self.wake.wait_timeout(mail, until - now).unwrap_or_else(PoisonError::into_inner).0;
        }
        let stop = mail.stop;
        let all = std::mem::take(&mut *mail);
        mail.stop = stop;
        all
    }

    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail {
    fn is_empty(&self) -> bool {
        self.hints.is_empty()
            && self.taken.is_empty()
            && self.unwatched.is_none()
            && !(self.lost || self.rescan || self.stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::settle::Writer;

    fn writer(writer: Writer) -> Hint {
        Hint { renamed: false, writer: Some(writer) }
    }

    #[test]
    fn hints_of_one_path_become_one_and_the_last_word_counts() {
        let inbox = Inbox::default();
        for what in [Writer::Created, Writer::Writing, Writer::Closed] {
            inbox.hint("a".into(), writer(what));
        }
        let mail = inbox.wait(Instant::now());
        assert_eq!(
            mail.hints.into_iter().collect::<Vec<_>>(),
            [("a".into(), writer(Writer::Closed))]
        );
        assert!(inbox.wait(Instant::now()).hints.is_empty());
    }

    #[test]
    fn too_many_hints_become_a_scan_in_bounded_memory() {
        let inbox = Inbox::default();
        for i in 0..=MOST_HINTS + 10 {
            inbox.hint(i.to_string().into(), Hint::default());
        }
        let mail = inbox.wait(Instant::now());
        assert!(mail.lost && mail.hints.is_empty());
    }

    #[test]
    fn a_stop_is_seen_by_everybody_who_waits_later() {
        let inbox = Inbox::default();
        inbox.stop();
        assert!(inbox.wait(Instant::now()).stop);
        assert!(inbox.wait(Instant::now()).stop);
    }
}
