//! When a file has been quiet long enough to be taken. Pure: time comes in as an argument, and it is
//! our own monotonic clock, never a file's.

use super::Seen;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Quiet time of an empty or just created file: many programs make the name first and write later.
const FRESH: Duration = Duration::from_secs(10);

/// A file that a program holds open for writing is waited for so long after its last change, and
/// then taken as it stands: the close may have been missed.
const STUCK: Duration = Duration::from_secs(600);

/// Least pause after a change met while reading.
const CHANGED: Duration = Duration::from_millis(50);

/// First and longest pause after a failed attempt to take a file.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));

/// Scans in a row that have to see a file alike where nobody tells of writes and closes: a slow writer
/// pauses, and what another machine wrote shows late.
pub(super) const LOOKS: u32 = 3;

/// Quiet times of a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    pub written: Duration,
    pub renamed: Duration,
}

/// What an event says beyond "look here".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// It got its final name by a rename and was not written since.
    pub renamed: bool,
    /// What its writer did last.
    pub writer: Option<Writer>,
}

/// What the writer of a file did last, where events tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// Made the name. A link has a name made and no writer.
    Created,
    /// Wrote and has not closed the file.
    Writing,
    Closed,
}

impl Hint {
    /// The later hint has the last word on what it speaks of.
    pub(super) fn and_then(self, later: Hint) -> Hint {
        Hint {
            renamed: later.renamed
                || (self.renamed && matches!(later.writer, None | Some(Writer::Closed))),
            writer: later.writer.or(self.writer),
        }
    }
}

/// A file on its way to being taken.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub seen: Seen,
    /// Of its last change.
    pub since: Instant,
    pub hint: Hint,
    /// Times it was seen as it is.
    pub looks: u32,
    /// Failed attempts since the last change.
    pub failures: u32,
    pub due: Instant,
    /// Being read; what happens meanwhile only marks it.
    pub taking: bool,
    pub touched: bool,
}

/// Every file that is settling or being taken. A file leaves it only by being taken, refused or gone.
#[derive(Debug)]
pub(super) struct Tracker {
    quiet: Quiet,
    /// Times a file has to be seen alike.
    looks: u32,
    files: BTreeMap<PathBuf, Pending>,
    /// Those that have been.
    due: BTreeSet<(Instant, PathBuf)>,
}

impl Tracker {
    pub(super) fn new(quiet: Quiet) -> Self {
        Tracker { quiet, looks: 1, files: BTreeMap::new(), due: BTreeSet::new() }
    }

    /// From now on a file has to be seen alike so many times.
    pub(super) fn look_times(&mut self, looks: u32) {
        self.looks = looks;
        let files = std::mem::take(&mut self.files);
        self.due.clear();
        files.into_iter().for_each(|(path, pending)| self.insert(path, pending));
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Pending> {
        self.files.get(path)
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// When the next file is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    /// A file was seen, changed or not.
    pub(super) fn see(&mut self, path: &Path, seen: Seen, hint: Hint, now: Instant) {
        if let Some(pending) = self.files.get_mut(path) {
            let spoke = hint != Hint::default();
            if pending.taking {
                pending.touched |= spoke || pending.seen != seen;
                return;
            }
            if !spoke && pending.seen == seen {
                pending.looks = pending.looks.saturating_add(1);
                if pending.looks >= self.looks {
                    self.due.insert((pending.due, path.to_path_buf()));
                }
                return;
            }
        }
        let old = self.remove(path);
        let hint = old.map_or(hint, |old| old.hint.and_then(hint));
        let due = now + self.quiet_time(&seen, hint);
        let pending = Pending {
            seen,
            since: now,
            hint,
            looks: 1,
            failures: 0,
            due,
            taking: false,
            touched: false,
        };
        self.insert(path.to_path_buf(), pending);
    }

    /// The next file to be taken now; it counts as being taken from here on.
    pub(super) fn take(&mut self, now: Instant) -> Option<(PathBuf, Seen)> {
        if self.due.first()?.0 > now {
            return None;
        }
        let (_, path) = self.due.pop_first()?;
        let pending = self.files.get_mut(&path)?;
        pending.taking = true;
        Some((path, pending.seen))
    }

    /// It could not be taken and waits, longer each time.
    pub(super) fn retry(&mut self, path: &Path, now: Instant) {
        if let Some(mut pending) = self.remove(path) {
            let pause = RETRY.0.saturating_mul(1 << pending.failures.min(16)).min(RETRY.1);
            pending.failures += 1;
            pending.taking = false;
            pending.due = now + pause;
            self.insert(path.to_path_buf(), pending);
        }
    }

    /// It changed while it was read: it settles anew, with a pause even where no quiet time is asked
    /// for, since somebody is writing it.
    pub(super) fn again(&mut self, path: &Path, seen: Seen, now: Instant) {
        self.remove(path);
        self.see(path, seen, Hint::default(), now);
        if let Some(mut pending) = self.remove(path) {
            pending.due = pending.due.max(now + CHANGED);
            self.insert(path.to_path_buf(), pending);
        }
    }

    pub(super) fn remove(&mut self, path: &Path) -> Option<Pending> {
        let pending = self.files.remove(path)?;
        self.due.remove(&(pending.due, path.to_path_buf()));
        Some(pending)
    }

    /// Paths at or below a directory.
    pub(super) fn below(&self, dir: &Path) -> Vec<PathBuf> {
        let from = self.files.range(dir.to_path_buf()..);
        from.map(|(path, _)| path).take_while(|path| path.starts_with(dir)).cloned().collect()
    }

    /// Events were lost, so nothing is known of closes any more: quiet time alone decides.
    pub(super) fn forget_writers(&mut self) {
        let open = self.files.iter().filter(|(_, p)| p.hint.writer.is_some()).map(|(path, _)| path);
        for path in open.cloned().collect::<Vec<_>>() {
            let Some(mut pending) = self.remove(&path) else { continue };
            pending.hint.writer = None;
            pending.due = pending.since + self.quiet_time(&pending.seen, pending.hint);
            self.insert(path, pending);
        }
    }

    fn insert(&mut self, path: PathBuf, pending: Pending) {
        if !pending.taking && pending.looks >= self.looks {
            self.due.insert((pending.due, path.clone()));
        }
        self.files.insert(path, pending);
    }

    fn quiet_time(&self, seen: &Seen, hint: Hint) -> Duration {
        let quiet = if hint.renamed { self.quiet.renamed } else { self.quiet.written };
        match hint.writer {
            Some(Writer::Writing) => STUCK.max(quiet),
            Some(Writer::Created) => FRESH.max(quiet),
            _ if seen.size == 0 => FRESH.max(quiet),
            _ => quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn seen(size: u64) -> Seen {
        Seen { size, modified_ns: 0, changed_ns: 0, inode: 1, device: 1 }
    }

    fn tracker() -> Tracker {
        Tracker::new(Quiet { written: 2 * SECOND, renamed: Duration::ZERO })
    }

    const WRITTEN: Hint = Hint { renamed: false, writer: Some(Writer::Writing) };
    const CLOSED: Hint = Hint { renamed: false, writer: Some(Writer::Closed) };
    const RENAMED: Hint = Hint { renamed: true, writer: None };

    #[test]
    fn a_renamed_file_is_taken_at_once_and_a_written_one_when_quiet() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(1), RENAMED, now);
        tracker.see(Path::new("b"), seen(1), CLOSED, now);
        assert_eq!(tracker.take(now).unwrap().0, Path::new("a"));
        assert_eq!(tracker.take(now + SECOND), None);
        assert_eq!(tracker.take(now + 2 * SECOND).unwrap().0, Path::new("b"));
    }

    #[test]
    fn every_change_starts_the_quiet_time_again() {
        let (mut tracker, now) = (tracker(), Instant::now());
        for i in 0..20 {
            tracker.see(Path::new("a"), seen(i + 1), CLOSED, now + i as u32 * SECOND);
            assert_eq!(tracker.take(now + i as u32 * SECOND + SECOND), None);
        }
        assert!(tracker.take(now + 21 * SECOND).is_some());
    }

    #[test]
    fn where_no_close_is_told_a_file_has_to_be_seen_alike_three_times() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.look_times(LOOKS);
        let mut look = |size, at: u32| {
            tracker.see(Path::new("a"), seen(size), Hint::default(), now + at * SECOND);
            tracker.take(now + at * SECOND).is_some()
        };
        // Its writer pauses for longer than the quiet time of two seconds.
        assert_eq!([look(1, 0), look(1, 3), look(2, 6), look(2, 9)], [false; 4]);
        assert!(look(2, 12));
        // A folder that gets events after all waits for nothing more.
        let mut tracker = self::tracker();
        tracker.look_times(LOOKS);
        tracker.see(Path::new("a"), seen(1), Hint::default(), now);
        assert_eq!(tracker.next_due(), None);
        tracker.look_times(1);
        assert!(tracker.take(now + 2 * SECOND).is_some());
    }

    #[test]
    fn a_file_held_open_is_never_read_early() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(9), WRITTEN, now);
        tracker.see(Path::new("a"), seen(9), Hint::default(), now + 60 * SECOND);
        assert_eq!(tracker.take(now + 60 * SECOND), None);
        tracker.see(Path::new("a"), seen(9), CLOSED, now + 61 * SECOND);
        assert!(tracker.take(now + 63 * SECOND).is_some());
    }

    #[test]
    fn a_file_whose_close_was_lost_is_taken_by_its_quiet_time() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(9), WRITTEN, now);
        tracker.forget_writers();
        assert!(tracker.take(now + 2 * SECOND).is_some());
    }

    #[test]
    fn what_happens_while_a_file_is_read_is_not_forgotten() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(1), RENAMED, now);
        tracker.take(now).unwrap();
        tracker.see(Path::new("a"), seen(2), WRITTEN, now);
        assert!(tracker.get(Path::new("a")).unwrap().touched);
        assert_eq!(tracker.take(now + STUCK), None, "it is still being read");
    }

    #[test]
    fn failures_are_repeated_ever_more_slowly_and_for_ever() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(1), RENAMED, now);
        let mut pauses = Vec::new();
        for _ in 0..30 {
            let due = tracker.next_due().unwrap();
            tracker.take(due).unwrap();
            tracker.retry(Path::new("a"), due);
            pauses.push(tracker.next_due().unwrap() - due);
        }
        assert_eq!(pauses[0], RETRY.0);
        assert!(pauses.is_sorted());
        assert_eq!(*pauses.last().unwrap(), RETRY.1);
    }

    #[test]
    fn an_empty_file_gets_time_to_be_filled() {
        let (mut tracker, now) = (tracker(), Instant::now());
        tracker.see(Path::new("a"), seen(0), CLOSED, now);
        assert_eq!(tracker.take(now + 9 * SECOND), None);
        assert!(tracker.take(now + 10 * SECOND).is_some());
    }

    #[test]
    fn a_directory_names_what_is_below_it() {
        let (mut tracker, now) = (tracker(), Instant::now());
        for path in ["a/x", "a/y/z", "ab", "b/a"] {
            tracker.see(Path::new(path), seen(1), CLOSED, now);
        }
        assert_eq!(tracker.below(Path::new("a")), [Path::new("a/x"), Path::new("a/y/z")]);
        assert_eq!(tracker.below(Path::new("")).len(), 4);
    }
}
