//! A reviewer at the command line, against a running daemon: what is settled stays settled over later
//! revisions and a killed daemon, and what changed is shown.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in, report};
use nianbao::proto::v1::{Stage, Submission};
use std::process::{Command, Output};

const UNIT: &str = "临河县东东南局";

fn judged(submission: &Submission) -> bool {
    submission.stage() != Stage::Received
}

fn ran(address: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    command.args(args).args(["--server", address]).output().unwrap()
}

/// What a verb prints on standard output, and its exit code.
fn said(address: &str, args: &[&str]) -> (String, i32) {
    let output = ran(address, args);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "", "{args:?}");
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

/// What a verb says on standard error when it cannot do what it is asked, and its exit code.
fn refused(address: &str, args: &[&str]) -> (String, i32) {
    let output = ran(address, args);
    assert!(output.stdout.is_empty(), "{args:?}");
    (String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

fn json(address: &str, args: &[&str]) -> serde_json::Value {
    let args = [args, &["--format", "json"]].concat();
    serde_json::from_str(said(address, &args).0.trim()).unwrap()
}

/// The report with a total of natural persons that is off, and a sentence that tells revisions apart.
fn wrong(total: &str, remark: &str) -> String {
    let mut specimen = report(1, false);
    specimen.patch(&format!("t3.total.NP = {total}")).unwrap();
    specimen.patch(&format!("插在第一部分 = {remark}")).unwrap();
    specimen.to_html()
}

async fn hand_in(daemon: &Daemon, count: usize, text: &str) -> u64 {
    drop_in(&daemon.inbox(), "a.html", text);
    let all = daemon.wait_for(|all| all.len() == count && all.iter().all(judged)).await;
    all[count - 1].id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_settled_stays_settled_when_later_revisions_come_and_only_what_changed_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    let first = hand_in(&daemon, 1, &wrong("1999", "第一稿。")).await;
    let shown = json(&address, &["show", UNIT, &year(&address)]);
    let codes: Vec<String> = shown["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(codes, ["AR-01", "AR-02", "AR-03"]);
    assert_eq!(shown["findings"][0]["standing"], "open");
    assert_eq!(shown["findings"][0]["decision"], serde_json::Value::Null);

    let year = year(&address);
    let by = ["--reason", "总计另行说明", "--by", "张三"];
    let settle = |finding: &str, ruling: &str| {
        said(&address, &[&["decide", UNIT, &year, finding, "--ruling", ruling], &by[..]].concat())
    };
    let (text, exit) = settle("ar-01", "非问题");
    assert!(text.starts_with("非问题：AR-01  表三 "), "{text}");
    assert!(text.ends_with(&format!("{UNIT} {year}年度：退回\n")), "{text}");
    assert_eq!(exit, 0);
    let print = shown["findings"][1]["fingerprint"].as_str().unwrap();
    settle(&print[..6], "explained");
    let (text, _) = settle("AR-03", "已说明");
    assert!(text.ends_with(&format!("{UNIT} {year}年度：退回 → 合规\n")), "{text}");
    let (text, exit) = said(&address, &["show", &first.to_string()]);
    assert!(text.starts_with(&format!("【合规】{UNIT} ")), "{text}");
    assert!(text.contains("\n已认定、不再计入 3 处\n 1. AR-01 "), "{text}");
    assert!(text.contains("：非问题（张三：总计另行说明）\n"), "{text}");
    assert!(!text.contains("须修改"), "{text}");
    assert_eq!(exit, 0);
    assert!(said(&address, &["alerts"]).0.contains("没有未解除的提醒"));

    // Version two says the same of the table, after a kill without a word.
    daemon.kill();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    let second = hand_in(&daemon, 2, &wrong("1999", "第二稿，文字有改动。")).await;
    let (text, exit) = said(&address, &["show", &second.to_string()]);
    assert!(text.starts_with("【合规】") && text.contains("已认定、不再计入 3 处"), "{text}");
    assert_eq!(exit, 0);
    let (text, _) = said(&address, &["diff", &second.to_string()]);
    assert!(text.contains("仍存在 3 处\n  AR-01 "), "{text}");
    assert!(text.contains("（已认定：非问题）\n"), "{text}");

    // Version three has another number there: nothing that was decided may hide it.
    let third = hand_in(&daemon, 3, &wrong("1888", "第三稿。")).await;
    let (text, exit) = said(&address, &["show", &third.to_string(), "--all"]);
    assert!(text.starts_with("【退回】") && text.contains("须修改 3 处"), "{text}");
    let lapsed = "认定：此前认定为非问题（张三：总计另行说明），现数值或内容已变，请重新认定\n";
    assert!(text.contains(lapsed), "{text}");
    assert_eq!(exit, 1);
    let shown = json(&address, &["show", &third.to_string()]);
    assert_eq!(shown["findings"][0]["standing"], "lapsed");
    assert_eq!(shown["findings"][0]["decision"]["ruling"], "dismissed");
    let english = said(&address, &["--lang", "en", "show", &third.to_string(), "--all"]).0;
    assert!(english.contains("decision: was judged no fault (张三: 总计另行说明); "), "{english}");
    assert!(said(&address, &["alerts"]).0.contains("被退回：3处须修改"));
}

/// The year of the only unit there is.
fn year(address: &str) -> String {
    json(address, &["list", "--limit", "1"])["year"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_taken_back_and_all_that_was_decided_can_be_looked_up() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    let id = hand_in(&daemon, 1, &wrong("1999", "第一稿。")).await.to_string();
    assert_eq!(said(&address, &["decisions"]), ("没有认定\n".to_string(), 0));
    let why = ["--reason", "已核实", "--by", "张三"];
    said(&address, &[&["decide", &id, "AR-02", "--ruling", "属实"], &why[..]].concat());
    let shown = said(&address, &["show", &id]).0;
    assert!(shown.contains("    认定：属实（张三：已核实）\n"), "{shown}");
    let list = said(&address, &["decisions", UNIT]).0;
    let row: Vec<&str> = list.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!([row[3], row[4], row[6], row[7], row[8]], [UNIT, "AR-02", "属实", "张三", "已核实"]);

    let (text, _) = said(&address, &["decide", &id, "AR-02", "--withdraw", "--by", "李四"]);
    assert!(text.starts_with("撤销认定：AR-02  属实  表三 "), "{text}");
    assert_eq!(said(&address, &["decisions"]).0, "没有认定\n");
    let all = said(&address, &["decisions", UNIT, &year(&address), "--all"]).0;
    let told: Vec<&str> = all.lines().skip(1).collect();
    assert!(told[0].contains("  撤销认定 ") && told[0].ends_with("李四"), "{all}");
    assert!(told[1].contains("  属实（已变更）  张三 "), "{all}");
    let newest = json(&address, &["decisions", "--all", "--limit", "1"]);
    assert_eq!(newest["ruling"], serde_json::Value::Null);
    assert_eq!((&newest["by"], &newest["in_force"]), (&"李四".into(), &false.into()));
    assert_eq!(newest["substance"][0]["found"], "1999");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_meant_must_be_one_finding_and_is_named_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let address = daemon.address.clone();
    let mut specimen = report(1, true);
    specimen.patch("t3.total.BIZ = 1777").unwrap();
    let id = hand_in(&daemon, 1, &specimen.to_html()).await.to_string();
    drop_in(&daemon.inbox(), "通知.txt", "关于召开会议的通知");
    let all = daemon.wait_for(|all| all.len() == 2 && all.iter().all(judged)).await;
    let notice = all[1].id.to_string();
    let ask = |of: &[&str], ruling: &str| {
        let args = [&["decide"], of, &["--ruling", ruling, "--reason", "某", "--by", "张三"]];
        refused(&address, &args.concat())
    };
    let (text, exit) = ask(&[&id, "AR-02"], "属实");
    assert!(text.contains("“AR-02”有 2 处，请写标识的前几位：\n  "), "{text}");
    assert_eq!((text.lines().count(), exit), (3, 2));
    let print = text.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    let settled = ["decide", &id, print, "--ruling", "属实", "--reason", "某", "--by", "张三"];
    assert!(said(&address, &settled).0.starts_with("属实：AR-02  "));

    let (text, _) = ask(&[&id, "FC-01"], "属实");
    assert!(text.contains("没有“FC-01”；现有：\n") && text.contains("  AR-02  "), "{text}");
    let (text, _) = ask(&[&notice, "FC-01"], "属实");
    assert!(text.contains("也没有其他可供认定的问题"), "{text}");
    assert!(ask(&["某局", "2024", "AR-02"], "属实").0.contains("没有找到"));
    assert!(ask(&["某局", "AR-02"], "属实").0.contains("单位全称 年度 问题"));
    let (text, exit) = ask(&[&id, "AR-02"], "对");
    assert!(text.contains("属实、非问题、已说明"), "{text}");
    assert_eq!(exit, 64);
    let (text, exit) =
        refused(&address, &["decide", &id, "AR-02", "--ruling", "属实", "--by", "张三"]);
    assert!(text.contains("还缺：--reason"), "{text}");
    assert_eq!(exit, 64);
    let (text, _) = refused(&address, &["decide", &id, "FC-01", "--withdraw", "--by", "张三"]);
    assert!(text.contains("没有“FC-01”；现有：\n"), "{text}");
}
