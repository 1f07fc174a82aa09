//! Watched folders with real files and the real store: nothing lost, nothing twice, nothing torn.

mod detect;
mod identity;
mod refuse;
mod settle;

use nianbao::config::{After, Detect, Folder, Holds, Mode, Receipts, UnitFrom};
use nianbao::intake::{Explained, FolderState, Intake, WatchMode};
use nianbao::model::{Source, Submission};
use nianbao::store::{Filter, Store, StoreOptions};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Handle;

const MAX_BYTES: u64 = 64 << 20;

/// A store and folders below one temporary directory.
struct Bench {
    dir: TempDir,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        Bench { dir, store }
    }

    /// A folder on disk, taken from at once.
    fn folder(&self, name: &str) -> Folder {
        let path = self.dir.path().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder {
            name: name.into(),
            path,
            mode: Mode::Submit,
            receipts: Receipts::Off,
            unit: UnitFrom::Title,
            holds: Holds::Drafts,
            after: After::Leave,
            settle: Duration::ZERO,
            settle_renamed: Duration::ZERO,
            detect: Detect::Auto,
            rescan: Duration::from_secs(3600),
            poll: Duration::from_millis(50),
            resave_grace: Duration::ZERO,
            away_grace: Duration::ZERO,
        }
    }

    /// Starts the intake and waits for its first scan.
    async fn start(&self, folders: &[Folder]) -> Intake {
        let intake =
            Intake::start(folders, MAX_BYTES, &self.store, &Handle::current(), None).unwrap();
        self.until("the first scan", || intake.status().iter().all(|s| s.scans > 0)).await;
        intake
    }

    /// Waits for a condition that commits or the intake's threads bring about.
    async fn until(&self, what: &str, mut met: impl FnMut() -> bool) {
        let start = Instant::now();
        let mut head = self.store.head();
        while !met() {
            assert!(start.elapsed() < Duration::from_secs(60), "timed out waiting for: {what}");
            let pause = Duration::from_millis(5);
            drop(tokio::time::timeout(pause, head.changed()).await);
        }
    }

    /// Every submission, oldest first.
    fn all(&self) -> Vec<Submission> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let page = self.store.list(&Filter::default(), before, 500).unwrap();
            all.extend(page.items);
            before = page.next;
            if before.is_none() {
                all.reverse();
                return all;
            }
        }
    }

    async fn until_count(&self, count: usize) -> Vec<Submission> {
        self.until(&format!("{count} submissions"), || self.all().len() >= count).await;
        let all = self.all();
        assert_eq!(all.len(), count, "{:?}", paths(&all));
        all
    }

    /// Everything that was there before this call has been dealt with: a full scan later than now
    /// found nothing left to do.
    async fn until_quiet(&self, intake: &Intake) {
        let scans: Vec<u64> = intake.status().iter().map(|s| s.scans).collect();
        intake.rescan(None);
        self.until("a later scan", || {
            intake.status().iter().zip(&scans).all(|(s, before)| s.scans > *before)
        })
        .await;
        self.until("nothing settling", || intake.status().iter().all(|s| s.settling == 0)).await;
    }

    fn content(&self, submission: &Submission) -> Vec<u8> {
        self.store.original(&submission.sha256).unwrap()
    }
}

fn open(dir: &Path) -> Store {
    let options = StoreOptions {
        dir: dir.join("data"),
        policy: Default::default(),
        cache_bytes: 16 << 20,
        min_free: 0,
    };
    Store::open(&options).unwrap().0
}

fn paths(all: &[Submission]) -> Vec<String> {
    let path = |s: &Submission| match &s.source {
        Source::Folder { path, .. } => path.clone(),
        Source::Upload { file_name } => file_name.clone(),
    };
    all.iter().map(path).collect()
}

/// Writes beside the folder and renames in: the way a careful program drops a file.
fn drop_in(folder: &Folder, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
    let beside = folder.path.with_extension("beside");
    fs::write(&beside, content).unwrap();
    let to = folder.path.join(name);
    fs::rename(&beside, &to).unwrap();
    to
}

async fn stopped(intake: Intake) {
    assert!(intake.stop(Duration::from_secs(20)).await, "threads did not end");
}
