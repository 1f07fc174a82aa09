//! The jail, with real children of the real binary: what they may do, and what their death leads to.

use nianbao::edition::Forms;
use nianbao::extract::Limits;
use nianbao::model::{Trial, Unreadable, UnreadableReason, Verdict, Words};
use nianbao::pipeline::{Jail, JailDown, Landlock, Records, try_out};
use nianbao::rules::{Circumstances, RuleSettings};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn jail(workers: usize, limits: Limits) -> Jail {
    of(env!("CARGO_BIN_EXE_nianbao"), workers, limits)
}

fn of(program: &str, workers: usize, limits: Limits) -> Jail {
    Jail::new(PathBuf::from(program), workers, limits, RuleSettings::default(), &Forms::default())
}

/// The machine's trouble outside, the file's inside.
async fn examined(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Result<Verdict, Unreadable>, JailDown> {
    jail.examine(name, bytes, Circumstances::default()).await.map(|(_, result)| result)
}

fn report() -> Vec<u8> {
    "某县2024年政府信息公开工作年度报告\n一、总体情况\n本年度主动公开信息12条。\n".into()
}

/// A text of about `bytes` bytes.
fn large(bytes: usize) -> Vec<u8> {
    let line = "本机关2024年度没有需要报告的其他事项。\n";
    line.repeat(bytes / line.len()).into_bytes()
}

/// Lines of `/proc/<pid>/status` by name.
fn status(pid: u32, name: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(":"));
    line.unwrap_or_default().trim().to_string()
}

fn running(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or("").trim_start().starts_with('Z'))
}

/// Waits for a condition, at most a few seconds.
async fn until(what: &str, mut met: impl FnMut() -> bool) {
    let start = Instant::now();
    while !met() {
        assert!(start.elapsed() < Duration::from_secs(10), "timed out: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_text_is_judged_in_a_child_and_the_child_is_kept() {
    let jail = jail(1, Limits::default());
    let first = examined(&jail, "a.txt", report()).await.unwrap().unwrap();
    let pids = jail.idle_pids();
    let second = examined(&jail, "a.txt", report()).await.unwrap().unwrap();
    assert_eq!(first, second);
    assert_eq!(first.year, Some(2024));
    assert_eq!(pids.len(), 1);
    assert_eq!(jail.idle_pids(), pids);
}

#[tokio::test]
async fn a_worker_is_locked_in_before_it_reads() {
    let jail = jail(1, Limits::default());
    examined(&jail, "a.txt", report()).await.unwrap().unwrap();
    let held = jail.protections().unwrap();
    assert!(held.limits && held.dies_with_parent && held.no_new_privs, "{held}");
    let pid = jail.idle_pids()[0];
    assert_eq!(status(pid, "NoNewPrivs"), "1");
    // The kernel under test may lack either; then the worker must not claim it.
    assert_eq!(held.seccomp, status(pid, "Seccomp") == "2", "{held}");
    if !held.seccomp || held.landlock == Landlock::None {
        eprintln!("this kernel does not give all protections: {held}");
    }
    for descriptor in std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap() {
        // Nothing but pipes (and what the test runner itself leaks): no file or socket of ours.
        let target = std::fs::read_link(descriptor.unwrap().path()).unwrap();
        let target = target.to_string_lossy();
        assert!(target.starts_with("pipe:") || target == "/dev/null", "{target}");
    }
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    assert_eq!(environment, b"MALLOC_ARENA_MAX=1\0");
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let fixed = |name: &str| {
        let line = limits.lines().find(|l| l.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().take(2).map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(fixed("Max open files"), ["3", "3"]);
    assert_eq!(fixed("Max file size"), ["0", "0"]);
    assert_eq!(fixed("Max core file size"), ["0", "0"]);
    let memory = Limits::default().memory_bytes.to_string();
    assert_eq!(fixed("Max address space"), [memory.clone(), memory]);
}

#[tokio::test]
async fn an_idle_worker_that_was_killed_is_replaced_unnoticed() {
    let jail = jail(1, Limits::default());
    examined(&jail, "a.txt", report()).await.unwrap().unwrap();
    let pid = jail.idle_pids()[0];
    kill(pid);
    until("the worker is gone", || !running(pid)).await;
    examined(&jail, "a.txt", report()).await.unwrap().unwrap();
    assert_ne!(jail.idle_pids(), [pid]);
}

#[tokio::test]
async fn a_file_over_the_memory_limit_fails_and_the_next_one_is_read() {
    let limits = Limits { memory_bytes: 96 << 20, ..Limits::default() };
    let jail = jail(1, limits);
    let error = examined(&jail, "big.txt", large(48 << 20)).await.unwrap().unwrap_err();
    assert_eq!(error.reason, UnreadableReason::ReaderFailed);
    let Words { zh, en } = error.message;
    assert!(zh.contains("内存") && en.contains("memory"), "{zh} {en}");
    examined(&jail, "a.txt", report()).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_file_over_the_wall_clock_is_stopped_and_its_worker_killed() {
    let jail = jail(1, Limits { wall_ms: 1, ..Limits::default() });
    let error = examined(&jail, "big.txt", large(16 << 20)).await.unwrap().unwrap_err();
    assert_eq!(error.reason, UnreadableReason::TimedOut);
    assert!(jail.idle_pids().is_empty());
}

#[tokio::test]
async fn a_file_over_the_size_limit_is_refused_without_a_worker() {
    let jail = jail(1, Limits { bytes: 10, ..Limits::default() });
    let error = examined(&jail, "a.txt", report()).await.unwrap().unwrap_err();
    assert_eq!(error.reason, UnreadableReason::OverLimit);
    assert_eq!(jail.protections(), None);
}

#[tokio::test]
async fn a_program_that_is_missing_is_the_machines_trouble_not_the_files() {
    let jail = of("/nowhere/nianbao", 1, Limits::default());
    assert!(examined(&jail, "a.txt", report()).await.is_err());
    let (trial, _) =
        try_out(&jail, "a.txt", report(), Circumstances::default(), Records::default()).await;
    let Trial::File((_, result)) = trial else { panic!("{trial:?}") };
    assert!(result.unwrap_err().message.zh.contains("无法启动"));
}

#[tokio::test]
async fn a_program_that_is_not_a_worker_is_the_machines_trouble() {
    for program in ["/bin/true", "/bin/cat"] {
        let jail = of(program, 1, Limits::default());
        assert!(examined(&jail, "a.txt", report()).await.is_err(), "{program}");
    }
}

#[tokio::test]
async fn no_child_survives_its_jail() {
    let jail = jail(2, Limits::default());
    let (a, b) =
        tokio::join!(examined(&jail, "a.txt", report()), examined(&jail, "b.txt", report()));
    a.unwrap().unwrap();
    b.unwrap().unwrap();
    let pids = jail.idle_pids();
    assert_eq!(pids.len(), 2);
    jail.shutdown().await;
    until("the workers are gone", || pids.iter().all(|&pid| !running(pid))).await;
    assert!(examined(&jail, "a.txt", report()).await.is_err());
}
