//! Whatever is dropped into a folder: the daemon says of each file what is wrong with it, stays within
//! its memory, and judges the next report.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in, report};
use nianbao::model::{Unreadable, UnreadableReason as Reason, Verdict};
use nianbao::proto::v1::source::Source as Kind;
use nianbao::proto::v1::status_service_client::StatusServiceClient;
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::{
    ExplainFileRequest, GetOverviewRequest, GetVerdictRequest, Outcome, Stage, Submission,
    get_verdict_request::Of,
};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const HEAD: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
const FOOT: &str = "</w:body></w:document>";

/// What one worker may hold while it reads; far below its limit on address space, so that growth shows.
const MOST_WORKER: u64 = 400 << 20;
/// The daemon: its page cache, two of the largest originals, and itself.
const MOST_DAEMON: u64 = 256 << 20;

/// Writes a Word file whose document is what `content` yields.
fn docx(path: &Path, mut content: impl Read) {
    let mut zip = ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("word/document.xml", options).unwrap();
    std::io::copy(&mut content, &mut zip).unwrap();
    zip.finish().unwrap().flush().unwrap();
}

/// Entities that would grow to ten thousand million words.
fn laughs() -> String {
    let mut entities = String::from(r#"<!ENTITY e0 "哈哈">"#);
    for n in 1..=10 {
        entities += &format!(r#"<!ENTITY e{n} "{}">"#, format!("&e{};", n - 1).repeat(10));
    }
    format!(
        r#"<?xml version="1.0"?><!DOCTYPE w:document [{entities}]>{HEAD}<w:p><w:r><w:t>&e10;</w:t></w:r></w:p>{FOOT}"#
    )
}

/// Tables in tables, or elements in elements.
fn deep(open: &str, close: &str, levels: usize) -> String {
    format!("{HEAD}{}{}{FOOT}", open.repeat(levels), close.repeat(levels))
}

/// Bytes without any meaning, the same in every run.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..len).map(|_| next()).collect()
}

fn name(submission: &Submission) -> String {
    match submission.source.clone().and_then(|s| s.source) {
        Some(Kind::Folder(folder)) => folder.path,
        _ => panic!("not from a folder: {submission:?}"),
    }
}

/// A peak in `/proc/<pid>/status`, bytes.
fn peak(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

/// The processes a process has started, of all its threads.
fn children(pid: u32) -> Vec<String> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let of = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children"));
    let all: Vec<String> = threads.filter_map(|thread| of(thread.unwrap()).ok()).collect();
    all.iter().flat_map(|list| list.split_whitespace()).map(str::to_string).collect()
}

fn assert_bounded(daemon: &Daemon) {
    let own = peak(&daemon.id().to_string());
    let workers: Vec<u64> = children(daemon.id()).iter().map(|pid| peak(pid)).collect();
    println!(
        "peaks in MiB: daemon {}, workers {:?}",
        own >> 20,
        workers.iter().map(|w| w >> 20).collect::<Vec<_>>()
    );
    assert!(own < MOST_DAEMON, "{own}");
    assert!(!workers.is_empty());
    assert!(workers.iter().all(|worker| *worker < MOST_WORKER), "{workers:?}");
}

/// Why each file could not be read; files that could are given with their outcome.
async fn verdicts(daemon: &Daemon, of: &[Submission]) -> BTreeMap<String, Result<Outcome, Reason>> {
    let mut client = VerdictServiceClient::new(daemon.channel().await);
    let mut verdicts = BTreeMap::new();
    for submission in of {
        let request = GetVerdictRequest { of: Some(Of::SubmissionId(submission.id)) };
        let judgement = client.get_verdict(request).await.unwrap().into_inner().judgement.unwrap();
        let result = Result::<Verdict, Unreadable>::try_from(judgement.result.unwrap()).unwrap();
        if let Err(unreadable) = &result {
            let Unreadable { message, help, .. } = unreadable;
            for words in [message, help] {
                assert!(!words.zh.is_empty() && !words.en.is_empty(), "{submission:?}");
            }
        }
        let outcome = submission.outcome();
        verdicts.insert(name(submission), result.map(|_| outcome).map_err(|u| u.reason));
    }
    verdicts
}

/// Files the folder lists as not taken, and why.
async fn problems(daemon: &Daemon) -> BTreeMap<String, String> {
    let mut client = StatusServiceClient::new(daemon.channel().await);
    let overview = client.get_overview(GetOverviewRequest { year: None }).await.unwrap();
    let problems = overview.into_inner().folders.remove(0).problems;
    problems.into_iter().map(|p| (p.path, p.why.unwrap().zh)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hurtful_file_gets_a_clear_answer_in_bounded_memory() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let inbox = daemon.inbox();
    let good = report(1, false).to_docx();
    let mut expected = BTreeMap::new();
    let mut put = |name: &str, bytes: &[u8], result: Result<Outcome, Reason>| {
        drop_in(&inbox, name, bytes);
        expected.insert(name.to_string(), result);
    };
    put("empty.txt", b"", Err(Reason::Empty));
    put("empty.docx", b"", Err(Reason::Empty));
    // What is left of it could be any archive.
    put("cut-5.docx", &good[..5], Err(Reason::Damaged));
    for at in [100, good.len() / 4, good.len() / 2, good.len() - 200, good.len() - 1] {
        put(&format!("cut-{at}.docx"), &good[..at], Err(Reason::Damaged));
    }
    put("nuls.docx", &[0; 70_000], Err(Reason::Unsupported));
    put("noise.docx", &noise(70_000), Err(Reason::Unsupported));
    put(
        "picture.docx",
        &[b"\x89PNG\r\n\x1a\n", &noise(2000)[..]].concat(),
        Err(Reason::PicturesOnly),
    );
    put("page.doc", report(2, false).to_html().as_bytes(), Ok(Outcome::Compliant));
    put("word.txt", &report(3, false).to_docx(), Ok(Outcome::Compliant));
    let line = "本机关2024年度没有需要报告的其他事项。\n".repeat(1000);
    let lines = line.repeat(30_000_000 / line.len());
    put("long.txt", lines.as_bytes(), Err(Reason::OverLimit));

    let made = dir.path().join("made");
    let mut made = |name: &str, content: &mut dyn Read, reason: Reason| {
        docx(&made, content);
        drop_in(&inbox, name, std::fs::read(&made).unwrap());
        expected.insert(name.to_string(), Err(reason));
    };
    let inflating = std::io::repeat(b' ').take(300 << 20);
    made("bomb.docx", &mut HEAD.as_bytes().chain(inflating), Reason::OverLimit);
    made("laughs.docx", &mut laughs().as_bytes(), Reason::Damaged);
    made("deep.docx", &mut deep("<w:sdt>", "</w:sdt>", 100_000).as_bytes(), Reason::OverLimit);
    let nested = deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 30_000);
    made("tables.docx", &mut nested.as_bytes(), Reason::OverLimit);

    let hidden = inbox.join(".closed");
    std::fs::write(&hidden, report(4, false).to_docx()).unwrap();
    std::fs::set_permissions(&hidden, std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::rename(&hidden, inbox.join("unreadable.docx")).unwrap();
    let root = std::fs::read(inbox.join("unreadable.docx")).is_ok();
    if root {
        println!("run by root, to whom every file is readable");
        expected.insert("unreadable.docx".into(), Ok(Outcome::Compliant));
    }
    std::fs::create_dir(inbox.join("folder.docx")).unwrap();
    drop_in(&inbox.join("folder.docx"), "inner.txt", report(5, false).to_text());
    expected.insert("folder.docx/inner.txt".into(), Ok(Outcome::Compliant));
    let huge = std::fs::File::create(inbox.join("huge.txt")).unwrap();
    (&huge).write_all(line.as_bytes()).unwrap();
    huge.set_len(100 << 20).unwrap();
    drop(huge);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        inbox.join("pipe.docx"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    std::os::unix::fs::symlink(inbox.join("word.txt"), inbox.join("link.docx")).unwrap();

    let all = |all: &[Submission]| {
        all.len() == expected.len() && all.iter().all(|s| s.stage() != Stage::Received)
    };
    let submissions = daemon.wait_for(all).await;
    let told = verdicts(&daemon, &submissions).await;
    let wrong = expected.iter().filter(|(file, result)| told.get(*file) != Some(*result));
    let wrong: Vec<_> = wrong.map(|(file, result)| (file, result, told.get(file))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(told.len(), expected.len());
    drop_in(&inbox, "next.docx", report(6, false).to_docx());
    let judged = |s: &Submission| name(s) == "next.docx" && s.outcome() == Outcome::Compliant;
    daemon.wait_for(|all| all.iter().any(judged)).await;

    let problems = problems(&daemon).await;
    let mut refused = vec!["huge.txt", "link.docx", "pipe.docx"];
    if !root {
        refused.push("unreadable.docx");
    }
    assert_eq!(problems.keys().collect::<Vec<_>>(), refused);
    assert!(problems["huge.txt"].contains("超过上限"), "{problems:?}");
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    for file in &refused {
        let told = |line: &str| line.contains("not taken") && line.contains(file);
        assert!(log.lines().any(told), "{file} is not in the log");
    }
    let mut client = StatusServiceClient::new(daemon.channel().await);
    let path = inbox.join("huge.txt").display().to_string();
    let explained = client.explain_file(ExplainFileRequest { path }).await.unwrap().into_inner();
    assert!(explained.explanation.unwrap().zh.contains("超过上限"));
    assert_bounded(&daemon);
    assert_eq!(daemon.stop(), Some(0));
}
