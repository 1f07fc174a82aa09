//! A disk that fills up or refuses: nothing is lost, nothing ends, and what could not be taken is told
//! and taken later.

mod daemon_kit;
mod store_kit;

use daemon_kit::{Daemon, PATIENCE, drop_in, report};
use nianbao::proto::v1::status_service_client::StatusServiceClient;
use nianbao::proto::v1::submission_service_client::SubmissionServiceClient;
use nianbao::proto::v1::upload_submission_request::Part;
use nianbao::proto::v1::{
    FolderState, GetOverviewRequest, GetOverviewResponse, Outcome, Stage, UploadMetadata,
    UploadSubmissionRequest,
};
use nianbao::store::{Store, StoreError, StoreOptions};
use rustix::process::{Pid, Resource, Rlimit};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tonic::Code;

/// A small file system of its own, unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None`, and said so, where mounting is not allowed.
    fn mount(at: &Path, size: &str) -> Option<Disk> {
        std::fs::create_dir_all(at).unwrap();
        let options = format!("size={size},mode=0755");
        let args = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        if Command::new("mount")
            .args(args)
            .arg(at)
            .output()
            .is_ok_and(|output| output.status.success())
        {
            return Some(Disk(at.to_path_buf()));
        }
        println!("skipped: mounting a small file system takes root");
        None
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap();
        assert!(done.success(), "{options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open on it may be killed a moment later.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

async fn overview(daemon: &Daemon) -> GetOverviewResponse {
    let mut client = StatusServiceClient::new(daemon.channel().await);
    client.get_overview(GetOverviewRequest { year: None }).await.unwrap().into_inner()
}

/// Waits until a file is named among those not taken, and returns why.
async fn told(daemon: &Daemon, path: &str) -> (GetOverviewResponse, String) {
    let start = Instant::now();
    loop {
        let overview = overview(daemon).await;
        let mut problems = overview.folders.iter().flat_map(|folder| &folder.problems);
        if let Some(problem) = problems.find(|problem| problem.path == path) {
            let why = problem.why.clone().unwrap().zh;
            return (overview, why);
        }
        assert!(start.elapsed() < PATIENCE, "{path} is not told: {overview:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_the_mark_nothing_new_is_taken_queries_go_on_and_with_room_all_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let Some(_disk) = Disk::mount(&data, "48m") else { return };
    let daemon = Daemon::start(dir.path(), "min_free = \"8MiB\"");
    drop_in(&daemon.inbox(), "before.html", report(1, false).to_html());
    let before = daemon.wait_for(|all| all.len() == 1 && all[0].stage() == Stage::Judged).await;
    assert_eq!(overview(&daemon).await.store.unwrap().shortage, None);

    let ballast = data.join("somebody else's");
    std::fs::write(&ballast, vec![1; 40 << 20]).unwrap();
    drop_in(&daemon.inbox(), "late.html", report(2, true).to_html());
    let (overview, why) = told(&daemon, "late.html").await;
    assert!(why.contains("磁盘已满") && why.contains("清理磁盘"), "{why}");
    assert_eq!(overview.folders[0].state(), FolderState::Degraded);
    assert!(overview.store.unwrap().shortage.unwrap().zh.contains("磁盘已满"));
    let status = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["status", "--server", &daemon.address])
        .output()
        .unwrap();
    let said = String::from_utf8(status.stdout).unwrap();
    assert!(said.contains("磁盘已满") && said.contains("late.html"), "{said}");
    let (now, _) = daemon_kit::all_submissions(daemon.channel().await).await;
    assert_eq!(now, before, "queries are answered as before");
    let refused = upload(&daemon, "up.html", report(3, false).to_html().into_bytes()).await;
    assert_eq!(refused.unwrap_err().code(), Code::ResourceExhausted);

    std::fs::remove_file(&ballast).unwrap();
    let judged =
        |all: &[_]| all.iter().all(|s: &nianbao::proto::v1::Submission| s.stage() == Stage::Judged);
    let after = daemon.wait_for(|all| all.len() == 2 && judged(all)).await;
    assert_eq!(after[0], before[0]);
    assert_eq!(after[1].outcome(), Outcome::Returned);
    upload(&daemon, "up.html", report(3, false).to_html().into_bytes()).await.unwrap();
    assert_eq!(daemon.stop(), Some(0));
}

async fn upload(daemon: &Daemon, name: &str, bytes: Vec<u8>) -> Result<(), tonic::Status> {
    let metadata = UploadMetadata { file_name: name.into(), ..Default::default() };
    let parts = [Part::Metadata(metadata), Part::Chunk(bytes)];
    let parts = parts.map(|part| UploadSubmissionRequest { part: Some(part) });
    let mut client = SubmissionServiceClient::new(daemon.channel().await);
    client.upload_submission(tokio_stream::iter(parts)).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_disk_refuses_waits_and_holds_up_nobody() {
    const LIMIT: u64 = 8 << 20;
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_on_a_disk_that_may_fill(dir.path());
    let pid = Pid::from_raw(daemon.id() as i32);
    let limit = |bytes| Rlimit { current: bytes, maximum: None };
    rustix::process::prlimit(pid, Resource::Fsize, limit(Some(LIMIT))).unwrap();
    drop_in(&daemon.inbox(), "big.txt", vec![b'a'; LIMIT as usize + 1]);
    let (overview, why) = told(&daemon, "big.txt").await;
    assert!(why.contains("暂时无法存档") && why.contains("将再次尝试"), "{why}");
    assert_eq!(overview.store.unwrap().shortage, None, "there is room, only not for this one");
    drop_in(&daemon.inbox(), "small.html", report(1, false).to_html());
    daemon.wait_for(|all| all.len() == 1 && all[0].outcome() == Outcome::Compliant).await;
    rustix::process::prlimit(pid, Resource::Fsize, limit(None)).unwrap();
    let all = daemon.wait_for(|all| all.len() == 2).await;
    assert_eq!(all[1].size, LIMIT + 1);
    assert_eq!(daemon.stop(), Some(0));
}

/// A store whose originals lie on a small disk of their own.
fn store_on(dir: &Path, size: &str, min_free: u64) -> Option<(Disk, Store)> {
    let data = dir.join("data");
    let disk = Disk::mount(&data.join("spool"), size)?;
    let options = StoreOptions { min_free, ..store_kit::options(data) };
    Some((disk, Store::open(&options).unwrap().0))
}

fn leftovers(store: &Store) -> usize {
    std::fs::read_dir(store.dir().join("spool/tmp")).unwrap().count()
}

#[tokio::test]
async fn an_original_that_finds_no_space_is_refused_whole_and_taken_with_more() {
    let dir = tempfile::tempdir().unwrap();
    let Some((disk, store)) = store_on(dir.path(), "1m", 0) else { return };
    let kept = store.spool(&mut &b"small"[..], 1 << 30).unwrap();
    let big = vec![7; 2 << 20];
    let refused = store.spool(&mut &big[..], 1 << 30).unwrap_err();
    assert!(
        matches!(&refused, StoreError::NoRoom(why) if why.zh.contains("磁盘已满")),
        "{refused:?}"
    );
    assert_eq!(leftovers(&store), 0);
    assert_eq!(store.original(&kept.sha256).unwrap(), b"small");
    disk.remount("size=8m");
    let spooled = store.spool(&mut &big[..], 1 << 30).unwrap();
    assert_eq!(store.original(&spooled.sha256).unwrap(), big);
    let received = store_kit::arrive(&store, "a.txt", &big[..1000]).await;
    assert!(matches!(received, nianbao::store::Received::New(_)));
}

#[test]
fn a_copy_stops_at_the_mark_and_leaves_the_rest_to_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let Some((_disk, store)) = store_on(dir.path(), "16m", 8 << 20) else { return };
    let refused = store.spool(&mut &vec![7; 12 << 20][..], 1 << 30).unwrap_err();
    assert!(matches!(refused, StoreError::NoRoom(_)), "{refused:?}");
    assert_eq!(leftovers(&store), 0);
    // A program that another test is just starting holds copies of our open files for a moment, and
    // with them the space of the removed one.
    let patience = Instant::now() + Duration::from_secs(10);
    while store.shortage().is_some() && Instant::now() < patience {
        std::thread::yield_now();
    }
    assert_eq!(store.shortage(), None);
}

#[test]
fn a_disk_that_turned_read_only_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let Some((disk, store)) = store_on(dir.path(), "4m", 0) else { return };
    disk.remount("ro");
    let refused = store.spool(&mut &b"text"[..], 1 << 30).unwrap_err();
    assert!(matches!(refused, StoreError::Unwritable(_)), "{refused:?}");
    disk.remount("rw");
    store.spool(&mut &b"text"[..], 1 << 30).unwrap();
}
