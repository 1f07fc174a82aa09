//! The whole program: files dropped into a folder, verdicts asked for over gRPC, and the ways in
//! which it may be hurt.

mod daemon_kit;

use daemon_kit::{Daemon, all_submissions, drop_in, report};
use nianbao::edition::Editions;
use nianbao::proto::v1::alert_service_client::AlertServiceClient;
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::{self, AlertState, ListAlertsRequest, Outcome, Stage, Submission};
use nianbao::specimen::Specimen;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn judged(submission: &Submission) -> bool {
    submission.stage() != Stage::Received
}

fn file_name(submission: &Submission) -> String {
    use nianbao::proto::v1::source::Source as Kind;
    match submission.source.clone().and_then(|s| s.source) {
        Some(Kind::Folder(folder)) => folder.path,
        Some(Kind::Upload(upload)) => upload.file_name,
        None => String::new(),
    }
}

/// Codes of errors and warnings, and the outcome, of each file, as `check` says them.
fn checked(files: &[std::path::PathBuf]) -> BTreeMap<String, serde_json::Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["check", "--format", "json"])
        .args(files)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            let file = value.as_object_mut().unwrap().remove("file").unwrap();
            without_others(&mut value);
            let name = Path::new(file.as_str().unwrap())
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_string();
            (name, value)
        })
        .collect()
}

/// What `show --format json` says of a submission, without its file.
fn shown(daemon: &Daemon, id: u64) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["show", &id.to_string(), "--format", "json", "--server", &daemon.address])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    value.as_object_mut().unwrap().remove("file");
    without_others(&mut value);
    without_decisions(&mut value);
    value
}

/// What reviewers decided is laid over a verdict where there is a store to keep it; here, nothing was.
fn without_decisions(judgement: &mut serde_json::Value) {
    let outcome = judgement["outcome"].clone();
    let judged = judgement.as_object_mut().unwrap().remove("judged_outcome");
    assert!(judged.is_none_or(|judged| judged == outcome));
    for finding in judgement["findings"].as_array_mut().into_iter().flatten() {
        let finding = finding.as_object_mut().unwrap();
        assert_eq!(finding.remove("decision"), Some(serde_json::Value::Null));
        assert_eq!(finding.remove("standing"), Some("open".into()));
    }
}

/// ID-08 and the deadlines (DL) need the day of receipt and XY-08 other bodies' reports, which `check`
/// does not know.
fn without_others(judgement: &mut serde_json::Value) {
    let coverage = judgement["coverage"].as_object_mut().unwrap();
    let all = coverage.len();
    coverage.retain(|code, _| {
        !(["ID-08", "XY-08"].contains(&code.as_str()) || code.starts_with("DL-"))
    });
    assert!(all == 0 || all - coverage.len() == 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_report_gets_the_verdict_that_check_gives() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let bad = report(1, true);
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("clean.docx".into(), report(0, false).to_docx()),
        ("bad.txt".into(), bad.to_text().into_bytes()),
        ("page.html".into(), report(2, false).to_html().into_bytes()),
        ("torn.docx".into(), report(3, false).to_docx()[..2000].to_vec()),
    ];
    let seeds = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seeds"));
    match std::fs::read_dir(seeds) {
        Ok(entries) => files.extend(entries.map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })),
        Err(_) => println!("without the five real reports: {} is not there", seeds.display()),
    }
    for (name, bytes) in &files {
        drop_in(&daemon.inbox(), name, bytes);
    }
    let submissions =
        daemon.wait_for(|all| all.len() == files.len() && all.iter().all(judged)).await;
    let paths: Vec<_> = files.iter().map(|(name, _)| daemon.inbox().join(name)).collect();
    let expected = checked(&paths);
    assert_eq!(expected.len(), files.len());
    for submission in &submissions {
        let name = file_name(submission);
        assert_eq!(shown(&daemon, submission.id), expected[&name], "{name}");
    }
    let outcome = |name: &str| submissions.iter().find(|s| file_name(s) == name).unwrap().outcome();
    assert_eq!(outcome("clean.docx"), Outcome::Compliant);
    assert_eq!(outcome("page.html"), Outcome::Compliant);
    assert_eq!(outcome("bad.txt"), Outcome::Returned);
    assert_eq!(outcome("torn.docx"), Outcome::Unreadable);
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_better_revision_resolves_the_alert() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    drop_in(&daemon.inbox(), "report.docx", report(7, true).to_docx());
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    assert_eq!(alerts(&daemon).await, [(AlertState::Firing, 1)]);
    drop_in(&daemon.inbox(), "report.docx", report(7, false).to_docx());
    let all = daemon.wait_for(|all| all.len() == 2 && all.iter().all(judged)).await;
    assert_eq!(all[1].revision, 2);
    assert_eq!(all[0].stage(), Stage::Superseded);
    assert_eq!(alerts(&daemon).await, [(AlertState::Resolved, 1)]);
}

/// How many alerts there are in each state.
async fn alerts(daemon: &Daemon) -> Vec<(AlertState, usize)> {
    let mut client = AlertServiceClient::new(daemon.channel().await);
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    let mut request = ListAlertsRequest { page_size: 500, ..Default::default() };
    loop {
        let page = client.list_alerts(request.clone()).await.unwrap().into_inner();
        for alert in page.alerts {
            *counts.entry(alert.state).or_default() += 1;
        }
        if page.next_page_token.is_empty() {
            return counts
                .into_iter()
                .map(|(s, n)| (AlertState::try_from(s).unwrap(), n))
                .collect();
        }
        request.page_token = page.next_page_token;
    }
}

/// Kills the daemon again and again while files are dropped, and while it starts. `NIANBAO_KILL_ROUNDS`
/// and `NIANBAO_KILL_FILES` make it longer than the few rounds of every day; `NIANBAO_KILL_SEED`
/// chooses other moments.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_it_loses_nothing_and_repeats_nothing() {
    let number = |name, default| {
        std::env::var(name).ok().and_then(|v| v.parse::<usize>().ok()).unwrap_or(default)
    };
    let (rounds, files) = (number("NIANBAO_KILL_ROUNDS", 3), number("NIANBAO_KILL_FILES", 60));
    let mut moments = moments(number("NIANBAO_KILL_SEED", 1) as u64);
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let dropping = std::thread::spawn({
        let inbox = inbox.clone();
        move || {
            for n in 0..files {
                drop_in(&inbox, &format!("{n:03}.docx"), report(n, n % 3 == 0).to_docx());
            }
        }
    });
    for round in 0..rounds {
        let daemon = Daemon::start(dir.path(), "");
        let enough = round * files / rounds;
        daemon.wait_for(|all| all.len() >= enough).await;
        // Some moment of the work that follows, not one that an event of ours would choose.
        tokio::time::sleep(moments.next().unwrap()).await;
        daemon.kill();
        Daemon::kill_while_starting(dir.path(), moments.next().unwrap());
    }
    dropping.join().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let all = daemon.wait_for(|all| all.len() >= files && all.iter().all(judged)).await;
    let names: BTreeSet<String> = all.iter().map(file_name).collect();
    assert_eq!((all.len(), names.len()), (files, files), "each file is one submission");
    for submission in &all {
        let n: usize = file_name(submission)[..3].parse().unwrap();
        let expected = if n.is_multiple_of(3) { Outcome::Returned } else { Outcome::Compliant };
        assert_eq!(submission.outcome(), expected, "{n}");
        assert_eq!(submission.revision, 1, "{n}");
    }
    assert_eq!(alerts(&daemon).await, [(AlertState::Firing, files.div_ceil(3))]);
    assert_eq!(daemon.stop(), Some(0));
}

/// Times below 200 ms that look random; the same for the same seed.
fn moments(seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    std::iter::from_fn(move || {
        // Knuth's MMIX generator; its low bits are poor.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(Duration::from_micros((state >> 33) % 200_000))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_deleted_or_emptied_while_stopped_is_built_anew_with_the_same_answers() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    for n in 0..6 {
        drop_in(&daemon.inbox(), &format!("{n}.html"), report(n, n % 2 == 0).to_html());
    }
    let before = daemon.wait_for(|all| all.len() == 6 && all.iter().all(judged)).await;
    let verdicts: Vec<_> = before.iter().map(|s| shown(&daemon, s.id)).collect();
    assert_eq!(daemon.stop(), Some(0));
    let index = dir.path().join("data/index");
    for emptied in [false, true] {
        std::fs::remove_dir_all(&index).unwrap();
        if emptied {
            std::fs::create_dir(&index).unwrap();
        }
        let daemon = Daemon::start(dir.path(), "");
        let after = daemon.wait_for(|all| all.len() == 6).await;
        assert_eq!(after, before);
        let again: Vec<_> = after.iter().map(|s| shown(&daemon, s.id)).collect();
        assert_eq!(again, verdicts);
        assert_eq!(daemon.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_is_judged_beside_what_was_handed_in_and_leaves_nothing() {
    use v1::check_file_request::Part;
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let [then, now] = Specimen::years(Editions::embedded(), 2024, 7).unwrap();
    drop_in(&daemon.inbox(), "去年.txt", then.to_text());
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    let mut wrong = now.clone();
    wrong.patch("t3.carried_in.NP = 987").unwrap();
    let mut client = VerdictServiceClient::new(daemon.channel().await);
    let mut broken = Vec::new();
    for specimen in [&now, &wrong] {
        let metadata = v1::UploadMetadata { file_name: "今年.txt".into(), ..Default::default() };
        let bytes = specimen.to_text().into_bytes();
        let parts = [Part::Metadata(metadata), Part::Chunk(bytes)];
        let parts = parts.map(|part| v1::CheckFileRequest { part: Some(part) });
        let answer = client.check_file(tokio_stream::iter(parts)).await.unwrap().into_inner();
        let Some(v1::judgement::Result::Verdict(verdict)) = answer.judgement.unwrap().result else {
            panic!("no verdict");
        };
        broken.push(verdict.findings.iter().filter(|f| f.code == "XY-01").count());
    }
    assert_eq!(broken, [0, 1]);
    assert_eq!(all_submissions(daemon.channel().await).await.0.len(), 1);
}
