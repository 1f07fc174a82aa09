//! A folder of hostile and odd files, checked as a clerk would: each gets a verdict in time, in bounded
//! memory, and no worker is left. `cargo test --test hostile -- --nocapture` prints verdict, time and
//! memory of each; `HOSTILE_DIR=folder` checks the files of a folder of your own in the same way;
//! `HOSTILE_WRITE=folder` leaves the files there, the large ones four times as large, for
//! `nianbao check --timing folder` of another build.

mod files;
#[path = "../report_kit/mod.rs"]
mod report_kit;

use files::{Files, files};
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Within the limit on a file's wall-clock time (30 s), even in a program built for tests on a busy
/// machine.
const MOST_MS: f64 = 25_000.0;

/// Far below the limit on a worker's address space (1 GiB).
const MOST_BYTES: u64 = 700 << 20;

/// The program under a name of its own, by which its workers are known.
fn program(dir: &Path) -> PathBuf {
    let (built, own) = (env!("CARGO_BIN_EXE_nianbao"), dir.join("nianbao-hostile"));
    if std::fs::hard_link(built, &own).is_err() {
        fs_err::copy(built, &own).expect("room for the program");
    }
    own
}

/// Running processes of a program.
fn processes(program: &Path) -> Vec<String> {
    let all = std::fs::read_dir("/proc").expect("a proc").filter_map(Result::ok);
    all.filter(|entry| std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == program))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Checks a folder; the lines of the answer.
fn check(folder: &Path) -> Vec<Value> {
    let place = tempfile::tempdir().expect("a folder");
    let program = program(place.path());
    let output = Command::new(&program)
        .current_dir(place.path())
        .args(["check", "--timing", "--format", "json"])
        .arg(folder)
        .output()
        .expect("the program starts");
    // Workers are killed with their parent; the kernel takes a moment to sweep them up.
    let gone = Instant::now() + Duration::from_secs(10);
    while !processes(&program).is_empty() && Instant::now() < gone {
        std::thread::yield_now();
    }
    assert_eq!(processes(&program), [""; 0], "workers outlive the check");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {told}", output.status);
    println!("{}", told.trim());
    let lines = output.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("a line of JSON")).collect()
}

/// Prints what came of each file, and gives back what must not be.
fn table(lines: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    for line in lines {
        let file = Path::new(line["file"].as_str().expect("a file"));
        let file = file.file_name().unwrap_or_default().to_string_lossy();
        let ms = line["cost"]["ms"].as_f64().expect("a time");
        let bytes = line["cost"]["worker_bytes"].as_u64();
        let reason = line["unreadable"]["reason"].as_str().unwrap_or("");
        let outcome = line["outcome"].as_str().expect("an outcome");
        let mib = bytes.map_or("-".to_string(), |bytes| (bytes >> 20).to_string());
        println!("{ms:>9.1} ms {mib:>4} MiB {outcome:<12} {reason:<14} {file:?}");
        if ms > MOST_MS || bytes.is_some_and(|bytes| bytes > MOST_BYTES) {
            faults.push(format!("{file}: {ms} ms, {mib} MiB"));
        }
        if ["reader_failed", "timed_out"].contains(&reason) {
            faults.push(format!("{file}: {}", line["unreadable"]["message"]));
        }
        if outcome == "unreadable" && line["unreadable"]["help"].as_str().is_none_or(str::is_empty)
        {
            faults.push(format!("{file}: no way out is named"));
        }
    }
    faults
}

fn write(files: &Files, folder: &Path) {
    for (name, bytes) in files {
        fs_err::write(folder.join(OsStr::from_bytes(name)), bytes).expect("room for a file");
    }
}

#[test]
fn every_hostile_file_has_its_verdict_in_bounded_time_and_memory() {
    let dir = tempfile::tempdir().expect("a folder");
    let files = files(1);
    write(&files, dir.path());
    if let Some(folder) = std::env::var_os("HOSTILE_WRITE") {
        write(&self::files(4), Path::new(&folder));
    }
    let lines = check(dir.path());
    let faults = table(&lines);
    println!("{} files", lines.len());
    assert!(files.len() >= 100);
    // What lies in an archive or a mail has lines of its own, named below it.
    let itself = |line: &&Value| {
        let file = Path::new(line["file"].as_str().expect("a file"));
        file.parent() == Some(dir.path())
    };
    assert_eq!(lines.iter().filter(itself).count(), files.len(), "a line for every file");
    assert!(faults.is_empty(), "{faults:#?}");
    // What is nothing but a name is read like any other.
    let read = |line: &&Value| line["file"].as_str().is_some_and(|f| f.contains("年报（终稿）"));
    assert_eq!(lines.iter().find(read).expect("it is there")["outcome"], "compliant");
}

#[test]
fn every_file_of_a_folder_of_your_own_has_its_verdict() {
    let Some(folder) = std::env::var_os("HOSTILE_DIR") else {
        println!("skipped: HOSTILE_DIR names no folder");
        return;
    };
    let faults = table(&check(Path::new(&folder)));
    assert!(faults.is_empty(), "{faults:#?}");
}
