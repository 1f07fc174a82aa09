//! What a folder's reconciler remembers, in memory. After a restart it is found again by scanning and
//! by the stamps in the store.

use super::settle::{Quiet, Tracker};
use super::status::{Explained, FolderState, LastScan, MOST_PROBLEMS};
use super::{FolderStatus, Seen, WatchMode, take};
use crate::config::Folder;
use crate::model::{SubmissionId, Words, cut, passed_over, written_name};
use crate::store::FileStamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A round that takes longer than this is held up by the file system.
const HELD_UP: Duration = Duration::from_secs(10);

/// One that takes longer than this will not end: a first scan of the slowest share is quicker.
const HUNG: Duration = Duration::from_secs(600);

/// Departed files remembered, in case they turn up under another name.
const MOST_DEPARTED: usize = 10_000;

pub(super) struct Book {
    pub tracker: Tracker,
    /// Files taken or refused, as they looked then.
    known: BTreeMap<PathBuf, Known>,
    /// Where a device and inode was last seen.
    nodes: BTreeMap<(u64, u64), PathBuf>,
    departed: BTreeMap<(u64, u64), Departed>,
    /// Files received by an earlier run that were no longer there when this one looked first.
    absent: Vec<Absent>,
    problems: BTreeMap<PathBuf, Words>,
    /// Number of the full scan under way or made last.
    pub scans: u64,
    /// Full scans completed.
    pub scanned: u64,
    pub overflows: u64,
    pub state: FolderState,
    pub mode: WatchMode,
    pub reason: Words,
    pub last_scan: Option<LastScan>,
    /// Since when the reconciler is busy with the file system.
    pub busy_since: Option<Instant>,
}

/// Longest path shown among the problems, bytes.
const SHOWN: usize = 1024;

fn shown(path: &Path) -> String {
    cut(written_name(path), SHOWN)
}

struct Known {
    seen: Seen,
    /// A receipt of ours: known, and nothing of anybody's.
    receipt: bool,
    /// The full scan that saw it last.
    scan: u64,
}

/// A file that was here and is not any more.
#[derive(Clone)]
pub(super) struct Departed {
    pub path: PathBuf,
    pub stamp: FileStamp,
    scan: u64,
}

/// A file that was received and is not there when the program starts.
#[derive(Clone)]
pub(super) struct Absent {
    pub path: PathBuf,
    pub size: u64,
    pub known: take::Known,
}

impl Book {
    pub(super) fn new(folder: &Folder) -> Self {
        Book {
            tracker: Tracker::new(Quiet { written: folder.settle, renamed: folder.settle_renamed }),
            known: BTreeMap::new(),
            nodes: BTreeMap::new(),
            departed: BTreeMap::new(),
            absent: Vec::new(),
            problems: BTreeMap::new(),
            scans: 0,
            scanned: 0,
            overflows: 0,
            state: FolderState::Starting,
            mode: WatchMode::Poll,
            reason: Words::default(),
            last_scan: None,
            busy_since: None,
        }
    }

    pub(super) fn seen(&self, path: &Path) -> Option<Seen> {
        self.known.get(path).map(|known| known.seen)
    }

    /// A file stands as it did when it was taken or refused.
    pub(super) fn learn(&mut self, path: &Path, seen: Seen) {
        self.nodes.insert(seen.node(), path.to_path_buf());
        self.known.insert(path.to_path_buf(), Known { seen, receipt: false, scan: self.scans });
    }

    /// A receipt of ours stands there.
    pub(super) fn learn_receipt(&mut self, path: &Path, seen: Seen) {
        self.known.insert(path.to_path_buf(), Known { seen, receipt: true, scan: self.scans });
    }

    /// The scan under way met it unchanged.
    pub(super) fn mark(&mut self, path: &Path) {
        if let Some(known) = self.known.get_mut(path) {
            known.scan = self.scans;
        }
    }

    /// A known file is no longer at its path; `stamp` is what the store knows of it.
    pub(super) fn depart(&mut self, path: &Path, stamp: Option<FileStamp>) {
        let Some(Known { seen, .. }) = self.known.remove(path) else { return };
        if self.nodes.get(&seen.node()).is_some_and(|at| at == path) {
            self.nodes.remove(&seen.node());
        }
        self.problems.remove(path);
        if let Some(stamp) = stamp.filter(|stamp| Seen::from(stamp) == seen) {
            let departed = Departed { path: path.to_path_buf(), stamp, scan: self.scans };
            self.departed.insert(seen.node(), departed);
        }
    }

    /// The departed file that may have become this one: same node, size and time of writing. Its
    /// content has the last word.
    pub(super) fn departed(&self, seen: &Seen) -> Option<&Departed> {
        let departed = self.departed.get(&seen.node())?;
        let stamp = &departed.stamp;
        (stamp.size == seen.size && stamp.modified_ns == seen.modified_ns).then_some(departed)
    }

    /// Takes note of files that an earlier run received and this one did not find.
    pub(super) fn recall(&mut self, absent: Vec<Absent>) {
        self.absent = absent;
    }

    /// Absent files that may have become this one. Nodes and times may have changed with the mount, so
    /// only the size is asked for; the content has the last word.
    pub(super) fn absent(&self, seen: &Seen) -> impl Iterator<Item = &Absent> {
        self.absent.iter().filter(|absent| absent.size == seen.size)
    }

    /// The absent file of a submission turned up under another name.
    pub(super) fn found(&mut self, submission: SubmissionId) -> Option<PathBuf> {
        let at = self.absent.iter().position(|absent| absent.known.submission == submission)?;
        Some(self.absent.swap_remove(at).path)
    }

    /// Where the node of a file was known so far, if that is another path.
    pub(super) fn elsewhere(&self, path: &Path, seen: &Seen) -> Option<PathBuf> {
        self.nodes.get(&seen.node()).filter(|at| *at != path).cloned()
    }

    /// A departed file turned up again; returns what it was unless another file stands there.
    pub(super) fn arrived(&mut self, seen: &Seen) -> Option<Departed> {
        let departed = self.departed.remove(&seen.node())?;
        (!self.known.contains_key(&departed.path)).then_some(departed)
    }

    /// Departed files that did not turn up over a whole scan, or that are too many.
    pub(super) fn forgotten(&mut self) -> Vec<Departed> {
        let scans = self.scans;
        let mut surplus = self.departed.len().saturating_sub(MOST_DEPARTED);
        let gone = self.departed.extract_if(.., |_, departed| {
            let over = surplus > 0;
            surplus = surplus.saturating_sub(1);
            over || departed.scan + 1 < scans
        });
        let gone: Vec<Departed> = gone.map(|(_, departed)| departed).collect();
        gone.into_iter().filter(|departed| !self.known.contains_key(&departed.path)).collect()
    }

    /// Known files at or below a path.
    pub(super) fn below(&self, dir: &Path) -> Vec<PathBuf> {
        let from = self.known.range(dir.to_path_buf()..);
        from.map(|(path, _)| path).take_while(|path| path.starts_with(dir)).cloned().collect()
    }

    /// Known files that the last full scan did not meet, outside of what it could not read.
    pub(super) fn unmet(&self, unread: &[(PathBuf, std::io::Error)]) -> Vec<PathBuf> {
        let met = |path: &Path, known: &Known| {
            known.scan == self.scans || unread.iter().any(|(dir, _)| path.starts_with(dir))
        };
        let unmet = self.known.iter().filter(|(path, known)| !met(path, known));
        unmet.map(|(path, _)| path.clone()).collect()
    }

    /// Notes a problem; true when it is new.
    pub(super) fn problem(&mut self, path: &Path, what: Words) -> bool {
        self.problems.insert(path.to_path_buf(), what.clone()).as_ref() != Some(&what)
    }

    pub(super) fn solved(&mut self, path: &Path) {
        self.problems.remove(path);
    }

    pub(super) fn status(&self, folder: &Folder, now: Instant) -> FolderStatus {
        let held_up = self.busy_since.map(|since| now.saturating_duration_since(since));
        let state = match held_up.filter(|held| *held > HELD_UP) {
            Some(held) => {
                let why = Words::new(
                    format!("文件系统已{}秒没有响应", held.as_secs()),
                    format!("the file system has not answered for {} s", held.as_secs()),
                );
                if held > HUNG { FolderState::Unavailable(why) } else { FolderState::Degraded(why) }
            }
            None => self.state.clone(),
        };
        let problems = self.problems.iter().take(MOST_PROBLEMS);
        FolderStatus {
            name: folder.name.clone(),
            path: folder.path.clone(),
            state,
            mode: self.mode,
            reason: self.reason.clone(),
            known: self.known.values().filter(|known| !known.receipt).count(),
            settling: self.tracker.len(),
            last_scan: self.last_scan,
            scans: self.scanned,
            overflows: self.overflows,
            problems: problems.map(|(path, what)| (shown(path), what.clone())).collect(),
        }
    }

    /// What is known of a path below the folder, apart from the submission.
    pub(super) fn explain(&self, path: &Path, now: Instant) -> Explained {
        let problem = self.problems.get(path).cloned();
        if let Some(pending) = self.tracker.get(path) {
            return if pending.taking {
                Explained::Taking
            } else {
                let next = pending.due.saturating_duration_since(now);
                Explained::Settling { next, failures: pending.failures, problem }
            };
        }
        if self.known.get(path).is_some_and(|known| known.receipt) {
            return Explained::OurReceipt;
        }
        match (self.known.contains_key(path), problem) {
            (true, Some(problem)) => Explained::Refused(problem),
            (true, None) => Explained::Taken { submission: None },
            (false, _) if path.file_name().is_some_and(passed_over) => Explained::PassedOver,
            (false, _) => Explained::Unseen,
        }
    }
}
