//! The roster and the calendar as a supervisor writes them: files as spreadsheets save them, and every
//! problem with its place.

use nianbao::config::{ConfigError, Settings, load, show};
use nianbao::model::{BodyKind, Duty, Resolved, Roster};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const COUNTY: &str = "编码,名称,别名,类别,上级,本级,地区,联系人,督办人,文件夹\n\
    01,青禾县人民政府,,政府,,,,,,\n\
    02,青禾县人民政府办公室,县府办,其他,01,是,,张三,,\n\
    03,青禾县水利局,\"水务局、县河长办\",部门,青禾县人民政府,,,\"李四;王五\",,水利\n\
    04,城关镇人民政府,,乡镇街道,01,,青禾县,,,\n";

/// A configuration beside a roster.
fn site(name: &str, roster: &[u8], more: &str) -> (TempDir, Result<Settings, ConfigError>) {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join(name), roster).expect("written");
    let config = dir.path().join("nianbao.toml");
    std::fs::write(&config, format!("[roster]\nfile = \"{name}\"\n{more}")).expect("written");
    let settings = load(Some(&config));
    (dir, settings)
}

fn roster(name: &str, bytes: &[u8]) -> Arc<Roster> {
    let (_dir, settings) = site(name, bytes, "");
    let settings = settings.unwrap_or_else(|error| panic!("{error}"));
    settings.roster.expect("a roster").roster
}

/// Line, column and Chinese words of every problem of a roster.
fn problems(bytes: &[u8]) -> Vec<(usize, usize, String)> {
    let (dir, settings) = site("名册.csv", bytes, "");
    let error = settings.expect_err("unsound");
    let file = dir.path().join("名册.csv").display().to_string();
    let shown = error.to_string();
    let told = |p: &nianbao::config::Problem| {
        assert_eq!(p.file.as_deref(), Some(file.as_str()));
        assert!(!p.help.zh.is_empty() && !p.help.en.is_empty(), "{p:?}");
        assert!(!p.what.en.is_empty() && shown.contains(&p.what.zh), "{p:?}");
        let (line, column) = p.at.as_ref().map_or((0, 0), |at| (at.line, at.column));
        (line, column, p.what.zh.clone())
    };
    error.problems.iter().map(told).collect()
}

fn assert_county(roster: &Roster, as_what: &str) {
    assert_eq!(roster.units().len(), 4, "{as_what}");
    let one = |name: &str| roster.resolve(name).one().unwrap_or_else(|| panic!("{as_what} {name}"));
    let water = one("水务局");
    assert_eq!((water.code.as_str(), water.name.as_str()), ("03", "青禾县水利局"), "{as_what}");
    assert_eq!(water.aliases, ["水务局", "县河长办"], "{as_what}");
    assert_eq!(water.contacts, ["李四", "王五"], "{as_what}");
    assert_eq!(water.parent.as_deref(), Some("01"), "{as_what}");
    assert_eq!(one("水利"), water, "{as_what}");
    assert!(one("县府办").own && !water.own, "{as_what}");
    let county = one("青禾县人民政府");
    assert_eq!(county.kind, BodyKind::Government, "{as_what}");
    assert_eq!(roster.subordinates(county).count(), 3, "{as_what}");
    assert_eq!(one("青禾县城关镇人民政府").kind, BodyKind::Township, "{as_what}");
    assert_eq!(roster.resolve("青禾县审计局"), Resolved::Unknown, "{as_what}");
}

#[test]
fn a_table_is_read_in_every_way_spreadsheets_save_it() {
    let crlf = COUNTY.replace('\n', "\r\n");
    let quoted: String = COUNTY
        .lines()
        .map(|line| {
            let cells = line.replace('"', "");
            let cells: Vec<String> = cells.split(',').map(|cell| format!("\"{cell}\"")).collect();
            cells.join(",") + "\r\n"
        })
        .collect();
    let tabs = COUNTY.replace(',', "\t");
    let (gbk, _, lost) = encoding_rs::GBK.encode(&crlf);
    assert!(!lost);
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let with_mark = format!("\u{feff}{crlf}");
    for (as_what, bytes) in [
        ("LibreOffice", COUNTY.as_bytes()),
        ("Excel, CSV UTF-8", with_mark.as_bytes()),
        ("Excel, CSV in GBK", &gbk),
        ("every field quoted", quoted.as_bytes()),
        ("Excel, Unicode text", &utf16),
        ("semicolons", COUNTY.replace("李四;王五", "李四、王五").replace(',', ";").as_bytes()),
        ("no end of line, empty lines", COUNTY.replace('\n', "\n\n").trim_end().as_bytes()),
        ("blank columns behind", COUNTY.replace('\n', ",,,\n").as_bytes()),
    ] {
        assert_county(&roster("名册.csv", bytes), as_what);
    }
}

#[test]
fn a_roster_may_be_written_in_toml() {
    let text = r#"
[[unit]]
code = "01"
name = "青禾县人民政府"
[[unit]]
code = "02"
name = "青禾县人民政府办公室"
aliases = ["县府办"]
kind = "other"
parent = "01"
own = true
[[unit]]
code = "03"
name = "青禾县水利局"
aliases = ["水务局", "县河长办"]
parent = "青禾县人民政府"
contacts = ["李四", "王五"]
folder = "水利"
[[unit]]
code = "04"
name = "城关镇人民政府"
parent = "01"
regions = ["青禾县"]
"#;
    assert_county(&roster("roster.toml", text.as_bytes()), "TOML");
    let (_dir, settings) =
        site("roster.toml", text.replace("parent = \"01\"", "parnt = 1").as_bytes(), "");
    let error = settings.expect_err("unsound");
    assert!(error.to_string().contains("roster.toml:10:1"), "{error}");
}

#[test]
fn every_problem_of_a_table_is_told_at_once_with_its_place() {
    let text = "编码,名称,别名,类别,上级,本级,单位电话\n\
        01,甲县人民政府,,政府,02,,\n\
        02,乙市人民政府,,政府,01,,\n\
        03,甲县水利局,,局,01,,\n\
        03,甲县财政局,甲县 水利局,部门,09,,\n\
        ,甲县司法局,,部门,01,也许,\n\
        05,甲县供水公司,,,01,,\n";
    let found = problems(text.as_bytes());
    let places: Vec<(usize, usize)> =
        found.iter().map(|(line, column, _)| (*line, *column)).collect();
    for (line, column, words) in [
        (1, 19, "不认识的列“单位电话”"),
        (4, 11, "不认识的类别“局”"),
        (6, 1, "没有填编码"),
        (6, 15, "本级只能写“是”或“否”"),
        (7, 12, "没有填类别，从名称也看不出来"),
    ] {
        let told = found.iter().any(|p| (p.0, p.1) == (line, column) && p.2 == words);
        assert!(told, "{line}:{column} {words} in {found:?}");
    }
    assert!(places.is_sorted(), "{places:?}");
    // What is wrong between units is told once each has what it needs.
    let whole = text.replace("\n,甲县司法局", "\n06,甲县司法局");
    let found = problems(whole.as_bytes());
    for (line, column, words) in [
        (2, 15, "上级关系成环：“01 甲县人民政府”成了自己的上级"),
        (5, 1, "编码重复，已用于“03 甲县水利局”"),
        (5, 10, "“甲县 水利局”已是“03 甲县水利局”的名称、别名或文件夹"),
        (5, 20, "上级“09”不在名册中"),
    ] {
        let told = found.iter().any(|p| (p.0, p.1) == (line, column) && p.2 == words);
        assert!(told, "{line}:{column} {words} in {found:?}");
    }
}

#[test]
fn a_file_that_is_no_table_is_refused_with_the_remedy() {
    let workbook = b"PK\x03\x04\x14\x00\x06\x00\x08\x00";
    assert_eq!(problems(workbook)[0].2, "名册不是文本文件，也不是工作簿");
    assert_eq!(problems(b"")[0].2, "名册中没有单位");
    assert_eq!(problems("编码,名称\n".as_bytes())[0].2, "名册中没有单位");
    assert_eq!(problems("编码,名称\n01,\"甲县财政局\n".as_bytes())[0].2, "双引号没有结束");
    let no_headers = problems("01,甲县财政局,部门\n02,甲县水利局,部门\n".as_bytes());
    assert!(no_headers.iter().any(|p| p.2 == "表头没有“编码”列"), "{no_headers:?}");
    let (_dir, missing) = site("a.csv", b"", "[log]\nfilter = \"info\"\n");
    assert!(missing.is_err());
    let gone =
        nianbao::config::parse("[roster]\nfile = \"none.csv\"\n", "x.toml", Path::new("/nowhere"));
    assert!(gone.expect_err("gone").to_string().contains("/nowhere/none.csv: 名册读不出来"));
}

#[test]
fn a_file_with_a_fault_in_every_line_is_told_in_bounds() {
    let lines: String = (0..5_000).map(|n| format!("{n},,部门\n")).collect();
    let found = problems(format!("编码,名称,类别\n{lines}").as_bytes());
    assert_eq!(found.len(), 100);
    assert!(found[99].2.contains("另有 4900 处问题未列出"), "{}", found[99].2);
}

#[test]
fn thousands_of_bodies_are_read_and_found() {
    let lines: String = (0..6_000)
        .map(|n| {
            format!("{n},第{}县第{}局,,部门,{},,,,,\n", n / 60, n, if n == 0 { "" } else { "0" })
        })
        .collect();
    let head = COUNTY.lines().next().expect("headers");
    let roster = roster("名册.csv", format!("{head}\n{lines}").as_bytes());
    assert_eq!(roster.units().len(), 6_000);
    for n in (0..6_000).step_by(97) {
        let name = format!("第{}县第{n}局", n / 60);
        assert_eq!(roster.resolve(&name).one().expect("known").code, n.to_string());
    }
    let first = roster.resolve("第0县第0局").one().expect("known");
    assert_eq!(roster.subordinates(first).count(), 5_999);
}

#[test]
fn the_sites_own_days_are_read_and_shown() {
    let calendar = "[calendar]\nholidays = [\"2025-01-26\"]\nworkdays = [\"2025-02-08\"]\n\
        [calendar.department]\nsubmit = \"01-26\"\npublish = \"01-28\"\n[calendar.government]\nsubmit = \"02-20\"\n";
    let (_dir, settings) = site("名册.csv", COUNTY.as_bytes(), calendar);
    let settings = settings.unwrap_or_else(|error| panic!("{error}"));
    let local =
        |kind, duty| settings.rules.calendar.local(kind, duty, 2024).map(|day| day.to_string());
    assert_eq!(local(BodyKind::Department, Duty::HandIn).as_deref(), Some("2025-01-27"));
    assert_eq!(local(BodyKind::Department, Duty::Publish).as_deref(), Some("2025-01-28"));
    assert_eq!(local(BodyKind::Government, Duty::HandIn).as_deref(), Some("2025-02-20"));
    assert_eq!(local(BodyKind::Township, Duty::HandIn), None);
    assert!(settings.rules.calendar.is_workday("2025-02-08".parse().expect("a Saturday")));
    let again = nianbao::config::parse(&show(&settings), "shown", Path::new("/")).expect("sound");
    assert_eq!(again, settings);
}

#[test]
fn a_day_that_is_none_is_told_where_it_stands() {
    let text = "[calendar]\nholidays = [\"2025-01-28\", \"春节\"]\n[calendar.department]\nsubmit = \"02-30\"\npublsh = \"01-28\"\n[calendar.bureau]\n";
    let error = nianbao::config::parse(text, "n.toml", Path::new("/site")).expect_err("unsound");
    let places: Vec<(usize, usize)> = error
        .problems
        .iter()
        .map(|p| p.at.as_ref().map_or((0, 0), |at| (at.line, at.column)))
        .collect();
    assert_eq!(places, [(2, 27), (4, 10), (5, 1), (6, 11)], "{error}");
}
