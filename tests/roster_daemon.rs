//! A whole county handed in to a real daemon that has its roster: whatever comes first, in the end the
//! government's report is held against those of all its bodies.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in};
use nianbao::edition::Editions;
use nianbao::proto::v1::{Stage, Submission};
use nianbao::specimen::Specimen;
use std::path::Path;
use std::process::Command;

/// The bodies of a county, as their reports name them: 水务局 is an alias of 水利局 in the roster.
const BODIES: [&str; 3] = ["人民政府办公室", "审计局", "水务局"];

fn roster(counties: &[&str]) -> String {
    let mut text = "编码,名称,别名,类别,上级,本级\r\n".to_string();
    for county in counties {
        for (body, alias, kind, parent, own) in [
            ("人民政府", "", "政府", "", ""),
            ("人民政府办公室", "", "其他", "人民政府", "是"),
            ("审计局", "", "部门", "人民政府", ""),
            ("水利局", "水务局", "部门", "人民政府", ""),
        ] {
            let full = |name: &str| match name {
                "" => String::new(),
                name => format!("{county}{name}"),
            };
            let (name, alias, parent) = (full(body), full(alias), full(parent));
            text.push_str(&format!("{name},{name},{alias},{kind},{parent},{own}\r\n"));
        }
    }
    text
}

/// The report of a body with as many licences; every other number is the same for all.
fn report(unit: &str, licences: i64) -> Specimen {
    let mut specimen = Specimen::clean(Editions::embedded().get("2021").unwrap());
    let sample = specimen.unit().to_string();
    if sample != unit {
        specimen.patch(&format!("替换 \"{sample}\" => \"{unit}\"")).unwrap();
    }
    specimen.patch(&format!("t2.LIC = {licences}")).unwrap();
    specimen
}

/// The report of a government: three times the number of one body in every cell.
fn consolidated(county: &str, licences: i64) -> Specimen {
    let mut whole = report(&format!("{county}人民政府"), licences);
    let edition = Editions::embedded().get("2021").unwrap();
    let cells = edition.tables.iter().flat_map(|table| table.fields());
    for (field, ..) in cells.filter(|(field, ..)| field != "t2.LIC") {
        let part: f64 = whole.cell(&field).unwrap().parse().unwrap();
        whole.patch(&format!("{field} = {}", part * 3.0)).unwrap();
    }
    whole
}

/// The findings of a code on a submission.
fn said(daemon: &Daemon, id: u64, code: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["show", &id.to_string(), "--format", "json", "--server", &daemon.address])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let verdict: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    let findings = verdict["findings"].as_array().unwrap();
    let of_code = findings.iter().filter(|finding| finding["code"] == code);
    of_code.map(|finding| finding["message"].to_string()).collect()
}

fn of<'a>(all: &'a [Submission], unit: &str) -> Option<&'a Submission> {
    let current = |s: &&Submission| s.unit.as_deref() == Some(unit) && s.stage() == Stage::Judged;
    all.iter().rev().find(current)
}

/// Waits until the current report of a unit has, or has not, a finding of a code; what it says.
async fn until(daemon: &Daemon, unit: &str, code: &str, found: bool) -> Vec<String> {
    let told = |all: &[Submission]| of(all, unit).map(|s| said(daemon, s.id, code));
    let all =
        daemon.wait_for(|all| told(all).is_some_and(|messages| messages.is_empty() != found)).await;
    told(&all).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_is_held_against_its_bodies_whatever_order_they_come_in() {
    let dir = tempfile::tempdir().unwrap();
    let counties = ["青禾县", "云溪县"];
    std::fs::write(dir.path().join("roster.csv"), roster(&counties)).unwrap();
    let daemon = Daemon::start(dir.path(), "[roster]\nfile = \"roster.csv\"\n");
    let inbox = daemon.inbox();
    for county in counties {
        let government = format!("{county}人民政府");
        // The auditors' 77 were left out.
        let whole = || {
            let text = consolidated(county, 80).to_text();
            drop_in(&inbox, &format!("{county}-汇总.txt"), text.as_bytes());
        };
        let parts: Vec<Specimen> = BODIES
            .iter()
            .zip([50, 77, 30])
            .map(|(body, licences)| report(&format!("{county}{body}"), licences))
            .collect();
        let hand_in = |n: usize| {
            drop_in(&inbox, &format!("{county}-{n}.txt"), parts[n].to_text().as_bytes());
        };
        if county == "青禾县" {
            whole();
            hand_in(0);
            hand_in(1);
            let missing = until(&daemon, &government, "CS-07", true).await;
            assert!(missing[0].contains("青禾县水利局"), "{missing:?}");
            hand_in(2);
        } else {
            (0..3).rev().for_each(hand_in);
            whole();
        }
        let off = until(&daemon, &government, "CS-01", true).await;
        let named = format!("恰是“{county}审计局”填报的数，疑漏汇");
        assert!(off.len() == 1 && off[0].contains(&named), "{off:?}");
        assert!(off[0].contains("汇总填报 80") && off[0].contains("合计 157"), "{off:?}");
        until(&daemon, &government, "CS-07", false).await;
        // The alias is filed under the name that the roster has.
        let all = daemon.wait_for(|all| of(all, &format!("{county}水利局")).is_some()).await;
        assert!(of(&all, &format!("{county}水务局")).is_none());
    }

    // The auditors mend theirs: what was wrong with the county is wrong no more.
    drop_in(&inbox, "更正.txt", report("青禾县审计局", 0).to_text().as_bytes());
    until(&daemon, "青禾县人民政府", "CS-01", false).await;

    drop_in(&inbox, "外县.txt", report("南河县审计局", 1).to_text().as_bytes());
    let strange = until(&daemon, "南河县审计局", "ID-03", true).await;
    assert!(strange[0].contains("名册中没有这个单位"), "{strange:?}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn checking_the_configuration_counts_the_roster_and_refuses_a_bad_one() {
    let dir = tempfile::tempdir().unwrap();
    let check = |roster: &str| {
        std::fs::write(dir.path().join("roster.csv"), roster).unwrap();
        let config = dir.path().join("nianbao.toml");
        std::fs::write(&config, "[roster]\nfile = \"roster.csv\"\n").unwrap();
        checked(&config)
    };
    let (code, text) = check(&roster(&["青禾县"]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("名册共 4 个单位：部门 2，政府 1，乡镇街道 0，其他 1"), "{text}");
    let (code, text) = check(&roster(&["青禾县", "青禾县"]));
    assert_eq!(code, Some(78), "{text}");
    assert!(text.contains("roster.csv:6:1: 编码重复"), "{text}");
}

fn checked(config: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["config", "check", "--config"])
        .arg(config)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}
