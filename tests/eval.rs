//! `nianbao eval`: the project's own sentences, the real ones where they are at hand, and what an office
//! sees when a case of its own is not read as it should be.

mod report_kit;

use report_kit::shared;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const OWN: &str = "tests/fixtures/sentences";
const HEADER: &str = "id\tkind\texpected\tcodes\treport\tquantities\ttext\n";

fn eval(dir: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .arg("eval")
        .arg(dir)
        .args(more)
        .env_remove("NIANBAO_CONFIG")
        .output()
        .expect("the binary runs")
}

fn own() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(OWN)
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// A folder with one table of cases.
fn cases(lines: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(dir.path().join("cases.tsv"), format!("{HEADER}{lines}")).expect("written");
    dir
}

#[test]
fn own_sentences_and_reports_are_read_as_the_readme_says() {
    let output = eval(&own(), &[]);
    let printed = stdout(&output);
    println!("{printed}");
    assert_eq!(output.status.code(), Some(0), "{printed}{}", stderr(&output));
    let readme = include_str!("../README.md");
    assert!(readme.contains(&format!("$ nianbao eval {OWN}\n{printed}```")), "\n{printed}");
}

/// Every construction that sentences use is tried with cases that are wrong and cases that are not.
#[test]
fn every_class_of_own_sentences_has_faults_and_none() {
    let text = fs_err::read_to_string(own().join("cases.tsv")).expect("the fixture");
    let mut classes: std::collections::BTreeMap<&str, [usize; 2]> = Default::default();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        classes.entry(cells[1]).or_default()[usize::from(cells[2] == "FAIL")] += 1;
    }
    assert!(classes.len() >= 15, "{classes:?}");
    for (class, [right, wrong]) in classes {
        assert!(right >= 3 && wrong >= 1, "{class}: {right} right, {wrong} wrong");
    }
}

#[test]
fn real_sentences_and_reports_are_read_as_their_truth_says() {
    let Some(dir) = shared("reports") else { return };
    let output = eval(&dir, &[]);
    let printed = stdout(&output);
    println!("{printed}");
    assert_eq!(output.status.code(), Some(0), "{printed}{}", stderr(&output));
    // One sum that is off, and four identities of two reports.
    assert!(printed.lines().any(|line| {
        line.starts_with("合计") && line.split_whitespace().skip(3).eq(["5", "5", "0", "0"])
    }));
    assert!(printed.contains("单元格：786 个，读对 786，没有读出 0，错读 0"), "{printed}");
}

#[test]
fn a_miss_and_a_false_alarm_are_named_and_end_with_1() {
    let dir = cases(
        "甲1\tsum\tFAIL\t\t\t9 5 4\t公开信息9条，其中动态5条、公告4条。\n\
         甲2\tsum\tPASS；另有说明\t\t\t9 5 5\t公开信息9条，其中动态5条、公告5条。\n\
         甲3\tsum\tFAIL\tNS-01\t\t9 5\t公开信息9条，其中动态5条、公告5条。\n\
         甲4\tflow\tFAIL\tNS-03\t\t\t共收到政府信息公开申请36件，上年结转3件，办结34件，结转下年度4件。\n",
    );
    let output = eval(dir.path(), &[]);
    let printed = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}{}", stderr(&output));
    let told: Vec<&str> = printed.lines().take_while(|line| !line.is_empty()).collect();
    for (line, start) in told.iter().zip([
        "漏报 甲1 (cases.tsv:2): 任何一条 “公开信息9条",
        "误报 甲2 (cases.tsv:3): NS-01 ",
        "误报 甲3 (cases.tsv:4): 数量 5",
    ]) {
        assert!(line.starts_with(start), "{line}\nshould begin with\n{start}");
    }
    assert_eq!(told.len(), 3, "{printed}");

    let output = eval(dir.path(), &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> =
        stdout(&output).lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let types: Vec<&str> = lines.iter().map(|l| l["type"].as_str().expect("a type")).collect();
    assert_eq!(types, ["missed", "false_alarm", "false_alarm", "class", "class", "total"]);
    let total = &lines[5];
    assert_eq!((&total["due"], &total["found"]), (&3.into(), &2.into()), "{total}");
    assert_eq!(total["false_alarms"], 1);
    assert_eq!(
        (&total["quantities"]["named"], &total["quantities"]["read"]),
        (&8.into(), &9.into())
    );
}

/// A truth beside a report: a cell that differs, and a fault that is not there.
#[test]
fn a_report_that_is_not_what_its_truth_says_is_named() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let specimen = nianbao::specimen::Specimen::patched(
        nianbao::edition::Editions::embedded(),
        "t3.d1.NP = 7",
    );
    let report = specimen.expect("a sound patch").to_docx();
    std::fs::write(dir.path().join("甲局.docx"), report).expect("written");
    let truth = r#"{"cells": {"t3.d1.NP": 1, "t3.d1.T": 0}, "errors": ["AR-04"]}"#;
    std::fs::write(dir.path().join("甲局.json"), truth).expect("written");
    let output = eval(dir.path(), &[]);
    let printed = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}{}", stderr(&output));
    for line in [
        "错读 甲局 (甲局.json): t3.d1.NP ",
        "漏报 甲局 (甲局.json): AR-04",
        "误报 甲局 (甲局.json): AR-0",
    ] {
        assert!(printed.contains(line), "{printed}\nhas no {line}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_ends_with_2_and_says_why() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    for (dir, said) in [
        (empty, "没有用例"),
        (cases("甲\tsum\tMAYBE\t\t\t\t一句。\n"), "cases.tsv:2: expected 应以 FAIL"),
        (cases("甲\tsum\tPASS\tNS-01\t\t\t一句。\n"), "cases.tsv:2: expected 为 PASS"),
        (cases("甲\tsum\tPASS\t\t乙局\t\t一句。\n"), "cases.tsv:2：没有 乙局.json"),
        (cases("甲\tsum\tPASS\t\t\t九\t一句。\n"), "cases.tsv:2: 不是数量：九"),
        (cases("甲\tsum\tPASS\n"), "cases.tsv:2: 缺 text"),
    ] {
        let output = eval(dir.path(), &[]);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(stderr(&output).contains(said), "{}\nshould say {said}", stderr(&output));
    }
    assert_eq!(eval(Path::new("/nowhere/at/all"), &[]).status.code(), Some(2));
}
