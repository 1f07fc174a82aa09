//! The ledger of a county that hands in to a real daemon: as a person would write it, in every form.

mod daemon_kit;

use daemon_kit::{Daemon, PATIENCE, drop_in};
use nianbao::edition::Editions;
use nianbao::extract::{Limits, Worksheet, worksheets};
use nianbao::specimen::Specimen;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

const ROSTER: &str = "编码,名称,别名,类别,上级,地区,督办人,联系人\n\
    01,青禾县人民政府,,政府,,,王五,\n\
    02,青禾县水利局,水务局,部门,01,东片,李四,=1+1\n\
    03,青禾县审计局,,部门,01,东片;沿河,李四,张三\n\
    04,青禾县财政局,,部门,01,西片,,\"赵六,钱七\"\n\
    05,青禾县司法局,,部门,01,西片,,\n\
    06,青禾县教育局,,部门,01,,,\n\
    07,城关镇人民政府,,乡镇街道,01,东片,,\n";

const SITE: &str = "[[folder]]\nname = \"scans\"\npath = \"scans\"\nunit = \"folder\"\n\
    settle = \"0s\"\nsettle_renamed = \"0s\"\n[roster]\nfile = \"roster.csv\"\n";

/// The year of our samples.
const YEAR: &str = "2024";

fn report(unit: &str, wrong: bool) -> Vec<u8> {
    let mut specimen = Specimen::clean(Editions::embedded().get("2021").unwrap());
    let sample = specimen.unit().to_string();
    specimen.patch(&format!("替换 \"{sample}\" => \"{unit}\"")).unwrap();
    if wrong {
        specimen.patch("t3.total.NP = 1999").unwrap();
    }
    specimen.to_text().into_bytes()
}

fn asked(daemon: &Daemon, verb: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    command.args(verb).args(["--server", &daemon.address]).output().unwrap()
}

fn said(daemon: &Daemon, verb: &[&str]) -> String {
    let output = asked(daemon, verb);
    assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(daemon: &Daemon, more: &[&str]) -> Value {
    let verb = [&["ledger", YEAR, "--format", "json"], more].concat();
    serde_json::from_str(&said(daemon, &verb)).unwrap()
}

/// The states by name, once the ledger has them.
async fn until(daemon: &Daemon, year: &str, want: &[(&str, &str)]) -> Value {
    let start = Instant::now();
    loop {
        let text = said(daemon, &["ledger", year, "--format", "json"]);
        let ledger: Value = serde_json::from_str(&text).unwrap();
        let lines = ledger["lines"].as_array().unwrap().iter();
        let states: Vec<(&str, &str)> =
            lines.map(|l| (l["name"].as_str().unwrap(), l["state"].as_str().unwrap())).collect();
        if states == want {
            return ledger;
        }
        assert!(start.elapsed() < PATIENCE, "{states:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A county in which everything has happened.
async fn county(dir: &Path) -> (Daemon, Value) {
    std::fs::write(dir.join("roster.csv"), ROSTER).unwrap();
    let scans = dir.join("scans/2024/青禾县司法局");
    std::fs::create_dir_all(&scans).unwrap();
    let daemon = Daemon::start(dir, SITE);
    let inbox = daemon.inbox();
    drop_in(&inbox, "水利.txt", report("青禾县水务局", false));
    drop_in(&inbox, "财政.txt", report("青禾县财政局", true));
    drop_in(&inbox, "外县.txt", report("南河县审计局", false));
    drop_in(&inbox, "审计.txt", report("青禾县审计局", true));
    daemon.wait_for(|all| all.iter().filter(|s| s.judged_at.is_some()).count() == 4).await;
    drop_in(&inbox, "审计-改.txt", report("青禾县审计局", false));
    drop_in(&scans, "年报.pdf", b"%PDF-1.7 scanned".as_slice());
    let states = [
        ("青禾县人民政府", "missing"),
        ("青禾县水利局", "compliant"),
        ("青禾县审计局", "compliant"),
        ("青禾县财政局", "returned"),
        ("青禾县司法局", "unreadable"),
        ("青禾县教育局", "missing"),
        ("城关镇人民政府", "missing"),
    ];
    let ledger = until(&daemon, YEAR, &states).await;
    (daemon, ledger)
}

/// The rows of a sheet as text.
fn rows(sheet: &Worksheet) -> Vec<Vec<String>> {
    let width = sheet.cells.keys().filter(|(row, _)| *row == 1).map(|(_, c)| *c).max().unwrap();
    let last = sheet.cells.keys().map(|(row, _)| *row).max().unwrap();
    let at = |row, column| sheet.cells.get(&(row, column)).map(|c| c.text.clone());
    let row = |row| (1..=width).map(|column| at(row, column).unwrap_or_default()).collect();
    (1..=last).map(row).collect()
}

/// The rows of a CSV file, what was quoted as text as it was.
fn parsed(csv: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let (mut chars, mut quoted) = (csv.chars().peekable(), false);
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                row.last_mut().unwrap().push(chars.next().unwrap())
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_of_a_county_is_the_one_a_person_would_write() {
    let dir = tempfile::tempdir().unwrap();
    let (daemon, ledger) = county(dir.path()).await;
    let t = &ledger["totals"];
    let number = |key: &str| t[key].as_u64().unwrap();
    let keys =
        ["due", "received", "compliant", "needs_review", "returned", "unreadable", "waiting"];
    assert_eq!(keys.map(number), [7, 4, 2, 0, 1, 1, 0]);
    assert_eq!(["missing", "overdue", "late"].map(number), [3, 2, 0]);
    let line = |n: usize| &ledger["lines"][n];
    // The town has no day, and is never overdue.
    assert_eq!((&line(6)["due"], &line(6)["overdue"]), (&Value::Null, &Value::Bool(false)));
    assert_eq!(line(0)["due"], "2025-03-31");
    assert_eq!(line(5)["due"], "2025-01-31");
    assert_eq!((&line(2)["revision"], &line(2)["returns"]), (&2.into(), &1.into()));
    assert_eq!(line(3)["returns"], 1);
    assert!(!line(3)["error_codes"].as_array().unwrap().is_empty());
    assert_eq!(ledger["unplaced"][0]["unit"], "南河县审计局");
    assert_eq!(ledger["unplaced"][0]["why"], "名册中没有这个单位");
    assert_eq!(ledger["unplaced"].as_array().unwrap().len(), 1);

    // Groups and filters.
    let by = json(&daemon, &["--by", "region"]);
    let groups: Vec<(&str, u64)> = by["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["key"].as_str().unwrap_or("-"), g["totals"]["due"].as_u64().unwrap()))
        .collect();
    assert_eq!(groups, [("东片", 3), ("沿河", 1), ("西片", 2), ("-", 2)]);
    let named = |ledger: &Value| -> Vec<String> {
        let lines = ledger["lines"].as_array().unwrap().iter();
        lines.map(|line| line["code"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(named(&json(&daemon, &["--state", "overdue"])), ["01", "06"]);
    assert_eq!(named(&json(&daemon, &["--state", "returned,unreadable"])), ["04", "05"]);
    let east = json(&daemon, &["--region", "东片", "--state", "missing"]);
    assert_eq!(named(&east), ["07"]);
    assert_eq!(east["totals"]["due"], 3, "of the region, in whatever state");
    assert_eq!(named(&json(&daemon, &["--kind", "government"])), ["01"]);

    // The page: what has to be done first, who is fine by name.
    let page = said(&daemon, &["ledger", YEAR]);
    for said in [
        "应报 7  已报 4  未报 3（逾期 2）",
        "合规 2  需核实 0  退回 1  无法判读 1  待判 0",
        "未报 · 3",
        "退回 · 1",
        "无法判读 · 1",
        "合规 · 2\n青禾县水利局  青禾县审计局\n",
        "不能归到名册单位，请确认 · 1",
        "表三",
    ] {
        assert!(page.contains(said), "{said} in\n{page}");
    }
    assert!(page.find("未报 · 3").unwrap() < page.find("退回 · 1").unwrap());
    assert!(page.find("青禾县教育局").unwrap() < page.find("青禾县人民政府").unwrap());

    // The evidence: each revision, what it was returned for, and who sent nothing.
    let evidence = json(&daemon, &["--evidence"]);
    let audit = evidence["lines"][2]["revisions"].as_array().unwrap();
    let outcomes: Vec<&str> = audit.iter().map(|r| r["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["returned", "compliant"]);
    let number = audit[0]["submission"].to_string();
    // It has findings, which its exit code says.
    let show = asked(&daemon, &["show", &number, "--format", "json"]).stdout;
    let verdict: Value = serde_json::from_slice(&show).unwrap();
    let findings = verdict["findings"].as_array().unwrap().iter();
    let errors: std::collections::BTreeSet<&str> = findings
        .filter(|f| f["severity"] == "error")
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    let told = audit[0]["error_codes"].as_array().unwrap().iter();
    let told: std::collections::BTreeSet<&str> =
        told.flat_map(|one| one.as_object().unwrap().keys().map(String::as_str)).collect();
    assert!(!errors.is_empty() && told == errors, "{told:?} {errors:?}");
    assert_eq!(evidence["lines"][5]["revisions"].as_array().unwrap().len(), 0);
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_and_workbook_hold_the_same_cells_and_calculate_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (daemon, _) = county(dir.path()).await;
    let book = dir.path().join("台账.xlsx");
    let written =
        said(&daemon, &["ledger", YEAR, "--format", "xlsx", "-o", book.to_str().unwrap()]);
    assert!(written.contains("7 个单位"), "{written}");
    let bytes = std::fs::read(&book).unwrap();
    let sheets = worksheets(&bytes, &Limits::default()).unwrap().unwrap();
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["台账", "考核依据", "待确认"]);
    assert!(sheets.iter().all(|sheet| sheet.cells.values().all(|cell| cell.certain)));
    for (sheet, more) in sheets.iter().zip([&[][..], &["--evidence"]]) {
        let verb = [&["ledger", YEAR, "--format", "csv"], more].concat();
        let csv = said(&daemon, &verb);
        let csv = csv.strip_prefix('\u{feff}').expect("the mark by which Excel knows it");
        assert!(csv.contains("'=1+1") && csv.contains("赵六、钱七"), "{csv}");
        let mut from_csv = parsed(csv);
        from_csv.iter_mut().flatten().for_each(|cell| {
            if cell == "'=1+1" {
                *cell = "=1+1".into();
            }
        });
        assert_eq!(rows(sheet), from_csv, "{}", sheet.name);
        assert!(from_csv.len() > 7);
    }
    let lines = rows(&sheets[0]);
    let column = |name: &str| lines[0].iter().position(|head| head == name).unwrap();
    assert_eq!(lines[4][column("状态")], "退回");
    assert_eq!(lines[4][column("时限")], "2025-01-31");
    assert_eq!(lines[7][column("时限")], "");
    assert_eq!(rows(&sheets[2])[1][3], "南河县审计局");
    // Without a file a workbook goes nowhere.
    assert!(!asked(&daemon, &["ledger", YEAR, "--format", "xlsx"]).status.success());
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_roster_there_is_no_ledger_and_the_status_has_no_season() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let output = asked(&daemon, &["ledger", YEAR]);
    assert_eq!(output.status.code(), Some(2));
    let status: Value =
        serde_json::from_str(&said(&daemon, &["status", "--format", "json"])).unwrap();
    assert_eq!((&status["season"], &status["roster"]), (&Value::Null, &Value::Null));
    assert_eq!(daemon.stop(), Some(0));
}

fn seeds() -> Option<PathBuf> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    if !seeds.is_dir() {
        println!("skipped: {} is not there", seeds.display());
        return None;
    }
    Some(seeds)
}

/// Five real reports on 2020 and a roster of their bodies, one of whom has sent nothing. They are put on
/// file years after they were due, which nobody calls late.
#[tokio::test(flavor = "multi_thread")]
async fn real_reports_with_a_roster_of_their_bodies_give_the_ledger_of_their_year() {
    let Some(seeds) = seeds() else { return };
    let dir = tempfile::tempdir().unwrap();
    let roster = "编码,名称,类别,地区\n\
        01,白银市审计局,部门,甘肃\n02,聊城市审计局,部门,山东\n03,湘潭县审计局,部门,湖南\n\
        04,兰州新区审计局,部门,甘肃\n05,白银市财政局,部门,甘肃\n06,上高县审计局,部门,江西\n";
    std::fs::write(dir.path().join("roster.csv"), roster).unwrap();
    let daemon = Daemon::start(dir.path(), "[roster]\nfile = \"roster.csv\"\n");
    for entry in std::fs::read_dir(seeds).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        drop_in(&daemon.inbox(), name, std::fs::read(&path).unwrap());
    }
    let states = [
        ("白银市审计局", "needs_review"),
        ("聊城市审计局", "needs_review"),
        ("湘潭县审计局", "returned"),
        ("兰州新区审计局", "returned"),
        ("白银市财政局", "missing"),
        ("上高县审计局", "returned"),
    ];
    let ledger = until(&daemon, "2020", &states).await;
    assert_eq!(ledger["unplaced"].as_array().unwrap().len(), 0);
    let codes = |n: usize| ledger["lines"][n]["error_codes"].to_string();
    let want = ["[]", "[]", r#"["ST-04","ST-05"]"#, r#"["TB-01"]"#, "[]", r#"["ID-01","TB-05"]"#];
    assert_eq!([0, 1, 2, 3, 4, 5].map(codes), want);
    let page = said(&daemon, &["ledger", "2020", "--by", "region"]);
    for said in ["应报 6  已报 5  未报 1（逾期 1）", "白银市财政局  2021-01-31  逾期", "TB-01 缺表"]
    {
        assert!(page.contains(said), "{said} in\n{page}");
    }
    assert!(!page.contains("迟报 1"), "old reports put on file\n{page}");
    assert_eq!(daemon.stop(), Some(0));
}
