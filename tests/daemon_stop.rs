//! How the daemon ends: drained on request, at once when told twice, loudly when its disk fails.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in, report};
use nianbao::proto::v1::{Outcome, Stage, Submission};
use rustix::process::{Pid, Resource, Rlimit, Signal};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn judged(submission: &Submission) -> bool {
    submission.stage() != Stage::Received
}

fn log(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("log")).unwrap()
}

/// The processes a process has started, of all its threads.
fn children(pid: u32) -> Vec<Pid> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let of = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children"));
    let all: Vec<String> = threads.filter_map(|thread| of(thread.unwrap()).ok()).collect();
    let pids = all.iter().flat_map(|list| list.split_whitespace());
    pids.map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect()
}

/// A daemon whose workers stand still with a file in hand.
async fn held_up(dir: &Path, more: &str) -> Daemon {
    let daemon = Daemon::start(dir, more);
    drop_in(&daemon.inbox(), "first.html", report(1, false).to_html());
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    for worker in children(daemon.id()) {
        rustix::process::kill_process(worker, Signal::STOP).unwrap();
    }
    for n in 2..6 {
        drop_in(&daemon.inbox(), &format!("{n}.html"), report(n, false).to_html());
    }
    daemon.wait_for(|all| all.len() == 5).await;
    daemon
}

/// After another start everything has its verdict, once.
async fn assert_nothing_lost(dir: &Path, files: usize) {
    let daemon = Daemon::start(dir, "");
    let all = daemon.wait_for(|all| all.len() >= files && all.iter().all(judged)).await;
    assert_eq!(all.len(), files);
    assert!(all.iter().all(|s| s.outcome() == Outcome::Compliant && s.revision == 1), "{all:#?}");
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_with_a_backlog_it_ends_in_time_and_goes_on_later() {
    const FILES: usize = 60;
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "grace = \"60s\"");
    for n in 0..FILES {
        drop_in(&daemon.inbox(), &format!("{n}.docx"), report(n, false).to_docx());
    }
    let all = daemon.wait_for(|all| all.len() >= 10).await;
    let asked = Instant::now();
    assert_eq!(daemon.stop(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(60));
    println!("{} were received, {} judged", all.len(), all.iter().filter(|s| judged(s)).count());
    assert!(log(dir.path()).contains("stopped"));
    assert_nothing_lost(dir.path(), FILES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_leaves_at_once_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = held_up(dir.path(), "grace = \"1h\"").await;
    let workers = children(daemon.id());
    daemon.ask_to_stop();
    daemon.logged("finishing").await;
    let asked = Instant::now();
    let code = daemon.stop();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert!(code.is_some_and(|code| code != 0), "{code:?}");
    assert!(log(dir.path()).contains("leaving at once: workers"), "{}", log(dir.path()));
    for worker in workers {
        let gone = || rustix::process::test_kill_process(worker).is_err();
        let start = Instant::now();
        while !gone() {
            assert!(start.elapsed() < Duration::from_secs(10), "a worker outlived its daemon");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_nothing_lost(dir.path(), 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_that_takes_longer_than_the_grace_is_broken_off_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = held_up(dir.path(), "grace = \"1s\"").await;
    let asked = Instant::now();
    let code = daemon.stop();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert!(code.is_some_and(|code| code != 0), "{code:?}");
    assert!(log(dir.path()).contains("未等完成即退出"), "{}", log(dir.path()));
    assert_nothing_lost(dir.path(), 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_no_more_ends_the_daemon_with_advice_and_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start_on_a_disk_that_may_fill(dir.path());
    for n in 0..5 {
        drop_in(&daemon.inbox(), &format!("{n}.html"), report(n, false).to_html());
    }
    let before = daemon.wait_for(|all| all.len() == 5 && all.iter().all(judged)).await;
    let journal = std::fs::read_dir(dir.path().join("data/journal")).unwrap();
    let size = journal.map(|segment| segment.unwrap().metadata().unwrap().len()).max().unwrap();
    let full = Rlimit { current: Some(size + 100), maximum: Some(size + 100) };
    let pid = Pid::from_raw(daemon.id() as i32);
    rustix::process::prlimit(pid, Resource::Fsize, full).unwrap();
    drop_in(&daemon.inbox(), "5.html", report(5, false).to_html());
    let code = daemon.ended();
    assert!(code.is_some_and(|code| code != 0), "{code:?}");
    let log = log(dir.path());
    assert!(log.contains("存储出错，已停止") && log.contains("检查磁盘空间"), "{log}");
    // With room again all is there, and the file that came too late as well.
    let daemon = Daemon::start(dir.path(), "");
    let after = daemon.wait_for(|all| all.len() == 6 && all.iter().all(judged)).await;
    assert_eq!(after[..5], before);
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_on_the_same_data_refuses_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let second = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["serve", "--config"])
        .arg(dir.path().join("nianbao.toml"))
        .output()
        .unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(second.status.code().is_some_and(|code| code != 0), "{said}");
    let data = dir.path().join("data").display().to_string();
    assert!(said.contains("正被另一个 nianbao 使用") && said.contains(&data), "{said}");
    drop_in(&daemon.inbox(), "a.html", report(1, false).to_html());
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    assert_eq!(daemon.stop(), Some(0));
}

/// Every original in the spool.
fn originals(dir: &Path) -> Vec<std::path::PathBuf> {
    let shards =
        std::fs::read_dir(dir.join("data/spool")).unwrap().map(|shard| shard.unwrap().path());
    let files = shards.flat_map(|shard| std::fs::read_dir(shard).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_between_spool_and_journal_leaves_is_collected_once_it_is_old() {
    let dir = tempfile::tempdir().unwrap();
    // Only the journal is long enough for the limit: its next record is the end of the process, with
    // the original in the spool already.
    let daemon = Daemon::start_on_a_disk_that_may_fill(dir.path());
    for n in 0..5 {
        drop_in(&daemon.inbox(), &format!("{n}.html"), report(n, false).to_html());
    }
    daemon.wait_for(|all| all.len() == 5 && all.iter().all(judged)).await;
    let journal = std::fs::read_dir(dir.path().join("data/journal")).unwrap();
    let size = journal.map(|segment| segment.unwrap().metadata().unwrap().len()).max().unwrap();
    let full = Rlimit { current: Some(size + 1), maximum: Some(size + 1) };
    rustix::process::prlimit(Pid::from_raw(daemon.id() as i32), Resource::Fsize, full).unwrap();
    drop_in(&daemon.inbox(), "5.html", report(5, false).to_html());
    assert_ne!(daemon.ended(), Some(0));
    assert_eq!(originals(dir.path()).len(), 6, "the sixth was spooled and never received");
    // Its submitter takes the file back, so that nothing hands the same bytes in again.
    std::fs::remove_file(dir.path().join("inbox/5.html")).unwrap();
    let daemon = Daemon::start(dir.path(), "");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(originals(dir.path()).len(), 6, "it is young");
    let then = std::time::SystemTime::now() - Duration::from_secs(8 * 86_400);
    for original in originals(dir.path()) {
        let file = std::fs::File::options().write(true).open(original).unwrap();
        file.set_modified(then).unwrap();
    }
    let daemon = Daemon::start(dir.path(), "");
    assert_eq!(originals(dir.path()).len(), 5);
    let all = daemon.wait_for(|all| all.len() == 5).await;
    assert!(all.iter().all(|s| s.outcome() == Outcome::Compliant), "{all:#?}");
    assert_eq!(daemon.stop(), Some(0));
}
