//! The roster changes under a running daemon: what it concerns is judged again, and a file that cannot be
//! used changes nothing.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in};
use nianbao::edition::Editions;
use nianbao::proto::v1::status_service_client::StatusServiceClient;
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::{self, GetOverviewRequest, GetVerdictRequest, Stage, Submission};
use nianbao::specimen::Specimen;
use std::path::Path;
use std::time::{Duration, Instant};

const ROSTER: &str = "[roster]\nfile = \"roster.csv\"\n";

fn report(unit: &str) -> Vec<u8> {
    let mut specimen = Specimen::clean(Editions::embedded().get("2021").unwrap());
    let sample = specimen.unit().to_string();
    specimen.patch(&format!("替换 \"{sample}\" => \"{unit}\"")).unwrap();
    specimen.to_text().into_bytes()
}

/// A roster of these departments with their aliases.
fn roster(units: &[(&str, &str)]) -> String {
    let line = |(n, (name, alias)): (usize, &(&str, &str))| format!("{n:02},{name},{alias},部门\n");
    "编码,名称,别名,类别\n".to_string() + &units.iter().enumerate().map(line).collect::<String>()
}

/// Puts the roster in its place as spreadsheet programs do: a new file renamed over the old one.
fn put(dir: &Path, text: &str) {
    std::fs::write(dir.join("roster.new"), text).unwrap();
    std::fs::rename(dir.join("roster.new"), dir.join("roster.csv")).unwrap();
}

fn ask_to_reload(daemon: &Daemon) {
    let pid = rustix::process::Pid::from_raw(daemon.id() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
}

async fn overview(daemon: &Daemon) -> v1::GetOverviewResponse {
    let mut client = StatusServiceClient::new(daemon.channel().await);
    client.get_overview(GetOverviewRequest { year: None }).await.unwrap().into_inner()
}

/// How the roster in use is, once it is so.
async fn until(daemon: &Daemon, so: impl Fn(&v1::RosterStatus) -> bool) -> v1::RosterStatus {
    let start = Instant::now();
    loop {
        let status = overview(daemon).await.roster.expect("there is a roster");
        if so(&status) {
            return status;
        }
        assert!(start.elapsed() < daemon_kit::PATIENCE, "{status:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every report is judged and those of these names say, or do not, that they are unlisted.
async fn listed(daemon: &Daemon, want: &[(&str, bool)]) {
    let start = Instant::now();
    loop {
        let all = daemon.wait_for(|all| all.iter().all(|s| s.stage() != Stage::Received)).await;
        let mut found = Vec::new();
        for row in all.iter().filter(|s| s.stage() == Stage::Judged) {
            found.push((row.unit.clone().unwrap_or_default(), !unlisted(daemon, row).await));
        }
        found.sort();
        let mut want: Vec<(String, bool)> =
            want.iter().map(|(name, listed)| (name.to_string(), *listed)).collect();
        want.sort();
        if found == want {
            return;
        }
        assert!(start.elapsed() < daemon_kit::PATIENCE, "{found:?}, not {want:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn unlisted(daemon: &Daemon, row: &Submission) -> bool {
    let mut client = VerdictServiceClient::new(daemon.channel().await);
    let request = GetVerdictRequest { of: Some(v1::get_verdict_request::Of::SubmissionId(row.id)) };
    let Ok(answer) = client.get_verdict(request).await else { return false };
    let text = format!("{:?}", answer.into_inner());
    text.contains("名册中没有这个单位")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_roster_is_heeded_and_what_it_concerns_is_judged_again() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), &roster(&[("青禾县水利局", "")]));
    let daemon = Daemon::start(dir.path(), ROSTER);
    for unit in ["青禾县水利局", "青禾县审计局", "青禾县水务局"] {
        drop_in(&daemon.inbox(), &format!("{unit}.txt"), report(unit));
    }
    daemon.wait_for(|all| all.len() == 3).await;
    listed(&daemon, &[("青禾县水利局", true), ("青禾县审计局", false), ("青禾县水务局", false)])
        .await;
    let before = daemon.wait_for(|_| true).await;

    // Noticed without being told of it.
    put(dir.path(), &roster(&[("青禾县水利局", ""), ("青禾县审计局", "")]));
    until(&daemon, |status| status.units == 2).await;
    listed(&daemon, &[("青禾县水利局", true), ("青禾县审计局", true), ("青禾县水务局", false)])
        .await;
    let judged_at = |all: &[Submission], unit: &str| {
        all.iter().find(|s| s.unit.as_deref() == Some(unit)).unwrap().judged_at
    };
    let after = daemon.wait_for(|_| true).await;
    for (unit, again) in [("青禾县水利局", false), ("青禾县水务局", false), ("青禾县审计局", true)]
    {
        assert_eq!(judged_at(&after, unit) != judged_at(&before, unit), again, "{unit}");
    }

    // Two names turn out to be one body, and the later report takes the place of the earlier.
    put(dir.path(), &roster(&[("青禾县水利局", "青禾县水务局"), ("青禾县审计局", "")]));
    ask_to_reload(&daemon);
    listed(&daemon, &[("青禾县水利局", true), ("青禾县审计局", true)]).await;
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_cannot_be_used_changes_nothing_and_is_told_with_every_place() {
    let dir = tempfile::tempdir().unwrap();
    let sound = roster(&[("青禾县水利局", ""), ("青禾县审计局", "")]);
    put(dir.path(), &sound);
    let daemon = Daemon::start(dir.path(), ROSTER);
    put(dir.path(), "编码,名称,类别\n01,青禾县水利局,局\n01,青禾县审计局,部门\n");
    let status = until(&daemon, |status| status.refused.is_some()).await;
    assert_eq!(status.units, 2);
    let problems = status.refused.unwrap().problems;
    let told: Vec<&str> = problems.iter().map(|words| words.zh.as_str()).collect();
    assert!(told[0].contains("roster.csv:2:11: 不认识的类别“局”"), "{told:?}");
    assert!(told[1].contains("roster.csv:3:1: 编码重复"), "{told:?}");
    daemon.logged("仍用原名册").await;
    daemon.logged("roster.csv:3:1").await;
    // Verbs that ask the daemon go on: they need no roster of their own.
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["--config", dir.path().join("nianbao.toml").to_str().unwrap()])
        .args(["status", "--server", &daemon.address])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("2 个单位"), "{text}");
    assert!(text.contains("编码重复"), "{text}");
    // It is judged by the old one meanwhile.
    drop_in(&daemon.inbox(), "a.txt", report("青禾县水利局"));
    daemon.wait_for(|all| all.len() == 1).await;
    listed(&daemon, &[("青禾县水利局", true)]).await;
    // Gone altogether.
    std::fs::remove_file(dir.path().join("roster.csv")).unwrap();
    let gone = |status: &v1::RosterStatus| {
        let problems = status.refused.as_ref().map(|refused| &refused.problems[..]);
        problems.is_some_and(|problems| problems[0].zh.contains("名册读不出来"))
    };
    assert_eq!(until(&daemon, gone).await.units, 2);
    put(dir.path(), &sound);
    until(&daemon, |status| status.refused.is_none()).await;
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_changed_while_nobody_was_looking_is_heeded_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), &roster(&[("青禾县水利局", "")]));
    let daemon = Daemon::start(dir.path(), ROSTER);
    drop_in(&daemon.inbox(), "a.txt", report("青禾县审计局"));
    daemon.wait_for(|all| all.len() == 1).await;
    listed(&daemon, &[("青禾县审计局", false)]).await;
    assert_eq!(daemon.stop(), Some(0));

    put(dir.path(), &roster(&[("青禾县水利局", ""), ("青禾县审计局", "")]));
    let daemon = Daemon::start(dir.path(), ROSTER);
    listed(&daemon, &[("青禾县审计局", true)]).await;
    daemon.kill();

    // Without one nobody is unlisted either; it is judged once more to say so.
    let daemon = Daemon::start(dir.path(), "");
    listed(&daemon, &[("青禾县审计局", true)]).await;
    assert_eq!(daemon.stop(), Some(0));
}
