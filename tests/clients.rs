//! The client verbs against a running daemon, as a clerk and a supervisor read them.

mod daemon_kit;

use daemon_kit::{Daemon, PATIENCE, drop_in, report};
use nianbao::edition::Editions;
use nianbao::proto::v1::{Stage, Submission};
use nianbao::specimen::Specimen;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

fn judged(submission: &Submission) -> bool {
    submission.stage() != Stage::Received
}

/// What a verb prints on standard output.
fn said(address: &str, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(args)
        .args(["--server", address])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What a verb prints, asked until it is as wanted.
async fn until(address: &str, args: &[&str], wanted: impl Fn(&str) -> bool) -> String {
    let start = Instant::now();
    loop {
        let text = said(address, args);
        if wanted(&text) {
            return text;
        }
        assert!(start.elapsed() < PATIENCE, "{args:?} still says:\n{text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_and_an_older_draft_are_said_to_be_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let (inbox, address) = (daemon.inbox(), daemon.address.clone());
    let (draft, mended) = (report(1, true).to_html(), report(1, false).to_html());
    for (count, name, text) in
        [(1, "a.html", &draft), (2, "a.html", &mended), (3, "副本.html", &mended)]
    {
        drop_in(&inbox, name, text);
        daemon.wait_for(|all| all.len() == count && all.iter().all(judged)).await;
    }
    let list = said(&address, &["list", "--all"]);
    assert!(list.contains("合规（与 "), "{list}");
    assert!(list.contains(" 号文件内容相同，不另计版次）"), "{list}");

    drop_in(&inbox, "a.html", &draft);
    let all = daemon.wait_for(|all| all.len() == 4 && all.iter().all(judged)).await;
    let list = said(&address, &["list"]);
    assert!(list.contains("退回（与第 1 版内容相同）"), "{list}");
    let shown = said(&address, &["show", &all[3].id.to_string()]);
    assert!(shown.contains("\n  注意：与第 1 版内容相同\n"), "{shown}");
    let id = |n: usize| all[n].id.to_string();
    let mended = said(&address, &["diff", &id(1)]);
    assert!(mended.contains("已改好 3 处\n  AR-01 "), "{mended}");
    assert!(
        mended.contains("\n仍存在 0 处\n\n新出现 0 处\n\n单元格有变动 1 处\n  表三 "),
        "{mended}"
    );
    let undone = said(&address, &["diff", &id(1), &id(3), "--format", "json"]);
    let undone: serde_json::Value = serde_json::from_str(&undone).unwrap();
    assert_eq!(undone["new"][0]["code"], "AR-01");
    assert_eq!(undone["cells"].as_array().map(Vec::len), Some(1));
    assert_eq!(undone["cells"][0]["after"], 1999);
    let alerts = said(&address, &["alerts"]);
    assert!(alerts.contains("（第3版，与第1版内容相同）"), "{alerts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_years_the_earlier_is_compared_with_the_later_whenever_they_came() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let [then, now] = Specimen::years(Editions::embedded(), 2024, 7).unwrap();
    for (count, name, specimen) in [(1, "今年.html", &now), (2, "去年.html", &then)] {
        drop_in(&daemon.inbox(), name, specimen.to_html());
        daemon.wait_for(|all| all.len() == count && all.iter().all(judged)).await;
    }
    let all = daemon.wait_for(|all| all.iter().all(judged)).await;
    let [now, then] = [&all[0], &all[1]].map(|s| s.id.to_string());
    for ids in [[&now, &then], [&then, &now]] {
        let difference = said(&daemon.address, &["diff", ids[0], ids[1]]);
        let head = difference.lines().next().unwrap();
        let at = |name: &str| head.find(name).unwrap_or_else(|| panic!("{head}"));
        assert!(at("去年.html") < at("今年.html"), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_an_alert_on_names_who_had_it_and_says_when_it_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    drop_in(&daemon.inbox(), "a.html", report(1, true).to_html());
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    let open = said(&address, &["alerts", "--format", "json"]);
    let open: serde_json::Value = serde_json::from_str(open.trim()).unwrap();
    let id = open["id"].to_string();

    let first = said(&address, &["ack", &id, "--by", "王主任"]);
    assert!(first.starts_with(&format!("提醒 {id} 由 王主任 认领：")), "{first}");
    let again = said(&address, &["ack", &id, "--by", "李科长"]);
    assert!(again.starts_with("原由 王主任 认领\n"), "{again}");

    drop_in(&daemon.inbox(), "a.html", report(1, false).to_html());
    daemon.wait_for(|all| all.len() == 2 && all.iter().all(judged)).await;
    let late = said(&address, &["ack", &id, "--by", "王主任"]);
    assert!(late.starts_with(&format!("提醒 {id} 已于 ")), "{late}");
    assert!(late.contains(" 解除，不用再认领："), "{late}");
    let kept = said(&address, &["alerts", "--all"]);
    assert!(kept.contains("李科长"), "the last word before it resolved stays: {kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_has_no_counts_and_what_is_not_there_is_said_plainly() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    drop_in(&daemon.inbox(), "通知.txt", "关于召开会议的通知");
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    for outcome in ["无法判读", "unreadable"] {
        let list = said(&address, &["list", "--outcome", outcome]);
        let row: Vec<&str> = list.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(row[4..7], ["无法判读", "–", "–"], "{list}");
    }
    let refused = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
        let output = command.args(args).args(["--server", &address]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["show", "99"]).contains("没有编号为 99 的结论"));
    assert!(refused(&["show", "某局", "2024"]).contains("没有“某局”2024年度的结论"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_out_of_reach_is_an_alert_until_it_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let share = "[[folder]]\nname = \"share\"\npath = \"share\"\naway_grace = \"0s\"\n";
    let daemon = Daemon::start(dir.path(), share);
    let address = daemon.address.clone();
    let away = until(&address, &["alerts"], |text| text.contains("监测文件夹“share”连不上")).await;
    assert_eq!(away.lines().count(), 2, "one case, about that folder alone:\n{away}");
    let status = said(&address, &["status"]);
    assert!(status.contains("未解除提醒 1"), "{status}");
    let row = status.lines().find(|line| line.starts_with("share")).unwrap();
    assert!(row.contains("不可用") && row.ends_with("文件夹不存在"), "{status}");

    std::fs::create_dir(dir.path().join("share")).unwrap();
    until(&address, &["alerts"], |text| text.contains("没有未解除的提醒")).await;
    let all = said(&address, &["alerts", "--all"]);
    assert!(all.contains("监测文件夹“share”已恢复"), "{all}");
}

/// The program with standard output and standard error read by line.
struct Run {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    err: Lines<BufReader<ChildStderr>>,
}

impl Run {
    fn start(dir: &Path, args: &[&str]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nianbao"))
            .args(args)
            .current_dir(dir)
            .env_remove("NIANBAO_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Run { child, out, err }
    }

    /// A daemon, and all that it greets with.
    fn serve(dir: &Path) -> (Run, String) {
        let mut run = Run::start(dir, &["serve", "--config", "site.toml"]);
        let mut greeting = String::new();
        for line in run.out.by_ref().map_while(Result::ok) {
            greeting += &line;
            greeting.push('\n');
            if line.contains("Ctrl-C") {
                return (run, greeting);
            }
        }
        panic!("it did not start: {greeting}");
    }

    fn next_error(&mut self) -> String {
        self.err.next().and_then(Result::ok).unwrap_or_default()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A configuration with a port that was free a moment ago.
fn site(dir: &Path) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    let text = format!("data = \"var\"\n[log]\nfilter = \"off\"\n[grpc]\nlisten = \"{address}\"\n");
    std::fs::write(dir.join("site.toml"), text).unwrap();
}

#[test]
fn the_greeting_names_commands_that_find_this_very_daemon() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let (_daemon, greeting) = Run::serve(dir.path());
    let config = dir.path().join("site.toml").display().to_string();
    for verb in ["status", "list", "show 编号", "demo"] {
        let command = format!("：nianbao {verb} --config {config}\n");
        assert!(greeting.contains(&command), "{command} in\n{greeting}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let list = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["list", "--config", &config])
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(list.stdout).unwrap(), "没有符合条件的报告\n");
}

#[test]
fn a_watch_says_that_it_waits_and_when_the_daemon_is_back() {
    let dir = tempfile::tempdir().unwrap();
    site(dir.path());
    let (daemon, _) = Run::serve(dir.path());
    let mut watch = Run::start(dir.path(), &["watch", "--config", "site.toml"]);
    assert!(watch.next_error().contains("等待新情况"));
    drop(daemon);
    assert!(watch.next_error().contains("连接中断，正在重连"));
    let (_daemon, _) = Run::serve(dir.path());
    assert!(watch.next_error().contains("已恢复"));
    drop_in(&dir.path().join("var/inbox"), "a.html", report(1, true).to_html());
    let told: Vec<String> = watch.out.by_ref().take(2).map_while(Result::ok).collect();
    assert!(told[0].contains("  收到  ") && told[1].contains("  核对  "), "{told:?}");
    assert!(told[1].ends_with("退回"), "{told:?}");
}
