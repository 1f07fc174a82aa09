//! Binding real and made-up reports: every cell where it belongs, or a word about why not.

use jiff::civil::date;
use nianbao::document::{Amount, Anchor, Block, Cell, Document, Reading, Table, Text, Value};
use nianbao::edition::{
    DeviationKind, Editions, HeadingMatch, RemarkKind, Report, bind, field_name,
};
use nianbao::extract::{Limits, extract};
use nianbao::model::UnitKnown;
use nianbao::specimen::Specimen;
use proptest::prelude::*;
use std::path::PathBuf;

fn read(name: &str, bytes: &[u8]) -> Report {
    let extracted = extract(name, bytes, &Limits::default()).expect("the fixture can be read");
    bind(&extracted.document, Editions::embedded())
}

/// A file of the shared collection of real reports, or `None` (and a word) where it is absent.
fn shared(path: &str) -> Option<Report> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(read(path, &bytes)),
        Err(_) => {
            eprintln!("skipped: {} is not here", file.display());
            None
        }
    }
}

fn count(report: &Report, field: &str) -> Option<i64> {
    report.field(field).and_then(|f| f.reading.value.count())
}

/// The 2019 form's cells, all 0 but the ones named.
fn expect_2019(report: &Report, but: &[(&str, i64)]) {
    let form = Editions::embedded().get("2019").expect("embedded");
    for (name, ..) in form.tables.iter().flat_map(|t| t.fields()) {
        let wanted = but.iter().find(|(field, _)| *field == name).map_or(0, |(_, n)| *n);
        if name == "t2.PUR.amount" {
            continue;
        }
        assert_eq!(count(report, &name), Some(wanted), "{name}");
    }
    assert_eq!(report.fields.len(), 22 + 161 + 15);
    for table in &report.tables {
        assert!(table.certain && table.missing_rows.is_empty(), "{table:?}");
        assert!(table.missing_columns.is_empty(), "{table:?}");
        assert!(table.rows.iter().all(|r| r.id.is_some() && r.values == r.columns), "{table:?}");
    }
    assert_eq!(report.edition.as_deref(), Some("2019"));
}

#[test]
fn seed_000_has_every_cell() {
    let Some(report) = shared("seeds/000_ea77988ac63e5ca7.txt") else { return };
    expect_2019(&report, &[]);
    assert!(report.tables.iter().all(|t| t.deviations.is_empty()));
}

#[test]
fn seed_001_has_every_cell_under_its_broken_header() {
    let Some(report) = shared("seeds/001_35b29aa8985b6c6f.txt") else { return };
    let four = ["new", "granted", "total"].map(|r| [format!("t3.{r}.NP"), format!("t3.{r}.T")]);
    let mut but: Vec<(&str, i64)> = four.as_flattened().iter().map(|f| (f.as_str(), 4)).collect();
    but.push(("t2.PUR.items", 9));
    expect_2019(&report, &but);
    let amount = &report.field("t2.PUR.amount").expect("placed").reading.value;
    assert_eq!(*amount, Value::Amount(Amount { fen: 41_130_000 }));
}

#[test]
fn seed_002_has_every_cell() {
    let Some(report) = shared("seeds/002_ea824b3abf871b17.txt") else { return };
    expect_2019(&report, &[]);
}

#[test]
fn seed_003_has_no_table() {
    let Some(report) = shared("seeds/003_817815a07cb3f58b.txt") else { return };
    assert!(report.tables.is_empty() && report.fields.is_empty());
}

#[test]
fn seed_004_places_no_row_of_five_under_seven_columns() {
    let Some(report) = shared("seeds/004_dda405f3101c73c3.txt") else { return };
    let table = report.table(3).expect("table 3");
    let short: Vec<_> = table.rows.iter().filter(|r| r.values != r.columns).collect();
    assert_eq!(short.len(), 21);
    assert!(short.iter().all(|r| (r.values, r.columns) == (5, 7) && r.id.is_some()));
    assert!(!table.certain);
    let placed: Vec<&String> = report.fields.keys().filter(|n| n.starts_with("t3.")).collect();
    assert_eq!(placed.len(), 14, "{placed:?}");
    let found: Vec<(DeviationKind, &str, u32)> = report
        .tables
        .iter()
        .flat_map(|t| &t.deviations)
        .map(|d| (d.kind, d.found.as_str(), d.count))
        .collect();
    assert_eq!(
        found,
        [
            (DeviationKind::Row, "（二）部分公开（区分处理的，只记这一情形，不记其他情形）", 1),
            (DeviationKind::Row, "1.信访投诉举报类申请", 1),
            (DeviationKind::Column, "合计", 1),
            (DeviationKind::Column, "结果维护", 3),
        ]
    );
    let note = table.note.as_ref().expect("note");
    assert_eq!(note.text, "本列数据的勾稽关系为：0之和，等于0之和");
    let amount = &report.field("t2.PUR.amount").expect("placed").reading.value;
    assert_eq!(*amount, Value::Amount(Amount { fen: 78_840_000 }));
}

/// A report in the layout of the field: one cell a line behind a tab, an empty line ends the row.
struct Draft {
    front: String,
    t2: Vec<Vec<String>>,
    t3: Vec<Vec<String>>,
    t4: Vec<Vec<String>>,
    headings: [String; 6],
}

fn cells(row: &[&str]) -> Vec<String> {
    row.iter().map(|c| c.to_string()).collect()
}

impl Draft {
    /// The form of an edition with a value for every field.
    fn new(edition: &str, value: impl Fn(&str) -> String) -> Draft {
        let edition = Editions::embedded().get(edition).expect("embedded");
        let year = edition.first_year + 1;
        let mut draft = Draft {
            front: format!("某县审计局{year}年政府信息公开工作年度报告\n"),
            t2: Vec::new(),
            t3: vec![
                cells(&[
                    edition.table(3).and_then(|t| t.note.as_deref()).unwrap_or(""),
                    "申请人情况",
                ]),
                cells(&["", "自然人", "法人或其他组织", "总计"]),
                cells(&[
                    "",
                    "",
                    "商业企业",
                    "科研机构",
                    "社会公益组织",
                    "法律服务机构",
                    "其他",
                    "",
                ]),
            ],
            t4: vec![cells(&["行政复议", "行政诉讼"])],
            headings: std::array::from_fn(|at| {
                let ordinal = ["一", "二", "三", "四", "五", "六"][at];
                format!("{ordinal}、{}", edition.sections[at].heading)
            }),
        };
        for block in &edition.tables[0].blocks {
            draft.t2.push(cells(&[&block.label]));
            let mut header = cells(&["信息内容"]);
            header.extend(block.columns.iter().map(|c| c.label.clone()));
            draft.t2.push(header);
            for row in &block.rows {
                let mut line = vec![row.label.clone()];
                line.extend(block.columns.iter().map(|c| value(&field_name(2, row, c))));
                draft.t2.push(line);
            }
        }
        let block = &edition.tables[1].blocks[0];
        let mut before: &[String] = &[];
        for row in &block.rows {
            let mut line: Vec<String> = Vec::new();
            for (at, group) in row.groups.iter().enumerate() {
                let again = before.get(at) == Some(group);
                line.push(if again { String::new() } else { group.clone() });
            }
            before = &row.groups;
            line.push(row.label.clone());
            line.extend(block.columns.iter().map(|c| value(&field_name(3, row, c))));
            draft.t3.push(line);
        }
        let block = &edition.tables[2].blocks[0];
        let labels = |group: &str| -> Vec<String> {
            block.columns.iter().filter(|c| c.group == group).map(|c| c.label.clone()).collect()
        };
        let (l, p) = ("未经复议直接起诉", "复议后起诉");
        draft.t4.push([labels("行政复议"), cells(&[l, p])].concat());
        draft.t4.push([vec![String::new(); 5], labels(l), labels(p)].concat());
        let values = block.columns.iter().map(|c| value(&field_name(4, &block.rows[0], c)));
        draft.t4.push(values.collect());
        draft
    }

    /// Every field another number, so that no two cells can be taken for one another.
    fn numbered(edition: &str) -> Draft {
        Draft::new(edition, |name| number(edition, name).to_string())
    }

    fn text(&self) -> String {
        let table = |rows: &Vec<Vec<String>>| -> String {
            let row = |r: &Vec<String>| r.iter().map(|c| format!("\t{c}\n")).collect::<String>();
            rows.iter().map(|r| row(r) + "\n").collect::<String>() + "\n"
        };
        let [h1, h2, h3, h4, h5, h6] = &self.headings;
        format!(
            "{}{h1}\n我局全年主动公开信息38条。\n{h2}\n{}{h3}\n{}{h4}\n{}{h5}\n仍有不足，将改进。\n{h6}\n无\n",
            self.front,
            table(&self.t2),
            table(&self.t3),
            table(&self.t4),
        )
    }

    fn bind(&self) -> Report {
        read("report.txt", self.text().as_bytes())
    }

    /// The row of table 3 with a label.
    fn row(&mut self, label: &str) -> &mut Vec<String> {
        let at = |r: &&mut Vec<String>| r.iter().any(|c| c.starts_with(label));
        self.t3.iter_mut().find(at).expect("the row is there")
    }
}

/// The number [`Draft::numbered`] puts into a field.
fn number(edition: &str, field: &str) -> i64 {
    let edition = Editions::embedded().get(edition).expect("embedded");
    let names = edition.tables.iter().flat_map(|t| t.fields()).map(|(name, ..)| name);
    101 + names.zip(0..).find(|(name, _)| name == field).expect("a field").1
}

/// Every field is read as its own number, but for the named ones, which are absent.
fn expect_numbered(report: &Report, edition: &str, absent: &[&str]) {
    let form = Editions::embedded().get(edition).expect("embedded");
    for (name, ..) in form.tables.iter().flat_map(|t| t.fields()) {
        let found = report.field(&name).map(|f| &f.reading.value);
        if absent.iter().any(|a| name.starts_with(a)) {
            assert_eq!(found, None, "{name}");
            continue;
        }
        let n = number(edition, &name);
        let right = match found {
            Some(Value::Amount(a)) => a.fen == n * Amount::FEN_PER_WAN,
            Some(value) => value.count() == Some(n),
            None => false,
        };
        assert!(right, "{name}: {found:?} for {n}");
    }
}

#[test]
fn both_forms_are_read_cell_by_cell() {
    for edition in ["2019", "2021"] {
        let report = Draft::numbered(edition).bind();
        expect_numbered(&report, edition, &[]);
        assert_eq!(report.edition.as_deref(), Some(edition));
        assert!(report.remarks.is_empty(), "{:?}", report.remarks);
        for table in &report.tables {
            assert!(table.certain && table.deviations.is_empty(), "{table:?}");
            assert_eq!(table.edition, edition);
            assert!(table.missing_rows.is_empty() && table.missing_columns.is_empty());
        }
        let row = &report.field("t3.total.NP").expect("placed");
        assert_eq!(row.row, if edition == "2019" { 22 } else { 24 });
        let parts: Vec<u8> = report.parts.iter().map(|p| p.number).collect();
        assert_eq!(parts, [1, 2, 3, 4, 5, 6]);
    }
}

#[test]
fn one_blank_cell_or_a_stroke_is_no_zero() {
    let mut draft = Draft::numbered("2021");
    draft.row("2.重复申请")[5] = String::new();
    draft.row("3.要求提供公开出版物")[5] = "/".into();
    let report = draft.bind();
    let value = |name| report.field(name).map(|f| f.reading.value.clone());
    assert_eq!(value("t3.n2.SCI"), Some(Value::Blank));
    assert_eq!(value("t3.n3.SCI"), Some(Value::Mark("/".into())));
    assert_eq!(count(&report, "t3.n2.PUB"), Some(number("2021", "t3.n2.PUB")));
}

#[test]
fn thousands_and_full_width_digits_are_numbers() {
    let mut draft = Draft::numbered("2021");
    draft.row("一、本年新收")[1] = "3,001".into();
    draft.row("一、本年新收")[2] = "１２".into();
    let report = draft.bind();
    assert_eq!(count(&report, "t3.new.NP"), Some(3001));
    assert_eq!(count(&report, "t3.new.BIZ"), Some(12));
}

#[test]
fn seven_numbers_in_a_sentence_are_no_row() {
    let mut draft = Draft::numbered("2021");
    draft.headings[2] += "\n全年收到1件、2件、3件、4件、5件、6件，共7件。";
    expect_numbered(&draft.bind(), "2021", &[]);
}

#[test]
fn a_label_in_two_lines_or_two_rows_is_one_label() {
    let mut draft = Draft::numbered("2021");
    let at = draft.row("5.要求行政机关");
    let label = at.iter().position(|c| c.starts_with("5.")).expect("label");
    at[label] = "5.要求行政机关确认或重新出具\n已获取信息".into();
    expect_numbered(&draft.bind(), "2021", &[]);

    let mut draft = Draft::numbered("2021");
    let at = draft.row("5.要求行政机关");
    at[label] = "5.要求行政机关确认或重新".into();
    let after =
        draft.t3.iter().position(|r| r.iter().any(|c| c.starts_with("5.要求"))).expect("row");
    let mut second = vec![String::new(); draft.t3[after].len()];
    second[label] = "出具已获取信息".into();
    draft.t3.insert(after + 1, second);
    let report = draft.bind();
    expect_numbered(&report, "2021", &[]);
    assert_eq!(report.table(3).map(|t| t.rows.len()), Some(25));
}

#[test]
fn a_missing_row_is_missing_and_the_others_stay_where_they_are() {
    let mut draft = Draft::numbered("2021");
    draft.t3.retain(|r| !r.iter().any(|c| c.starts_with("6.属于四类")));
    let report = draft.bind();
    expect_numbered(&report, "2021", &["t3.d6"]);
    assert_eq!(report.table(3).map(|t| t.missing_rows.clone()), Some(vec!["d6".to_string()]));
}

#[test]
fn an_extra_row_is_listed_and_moves_nothing() {
    let mut draft = Draft::numbered("2019");
    draft.t2.insert(4, cells(&["其他主动公开文件", "5", "6", "7"]));
    let report = draft.bind();
    expect_numbered(&report, "2019", &[]);
    let table = report.table(2).expect("table 2");
    let unknown: Vec<&str> =
        table.rows.iter().filter(|r| r.id.is_none()).map(|r| r.label.as_str()).collect();
    assert_eq!(unknown, ["其他主动公开文件"]);
}

#[test]
fn swapped_columns_follow_their_header_and_it_is_said() {
    let mut draft = Draft::numbered("2021");
    draft.t3[2].swap(2, 3);
    let report = draft.bind();
    let table = report.table(3).expect("table 3");
    assert_eq!(table.columns[0], ["NP", "SCI", "BIZ", "PUB", "LAW", "OTH", "T"]);
    assert_eq!(count(&report, "t3.new.SCI"), Some(number("2021", "t3.new.BIZ")));
    assert!(report.remarks.iter().any(|r| r.kind == RemarkKind::ColumnsReordered));
}

#[test]
fn a_row_with_a_cell_too_few_is_not_placed() {
    let mut draft = Draft::numbered("2021");
    draft.row("（七）总计").pop();
    let report = draft.bind();
    expect_numbered(&report, "2021", &["t3.total"]);
    let table = report.table(3).expect("table 3");
    let row = table.rows.iter().find(|r| r.id.as_deref() == Some("total")).expect("listed");
    assert_eq!((row.values, row.columns, table.certain), (6, 7, false));
}

#[test]
fn a_table_without_its_header_is_not_placed() {
    let mut draft = Draft::numbered("2021");
    draft.t3.drain(..3);
    let report = draft.bind();
    expect_numbered(&report, "2021", &["t3."]);
    let table = report.table(3).expect("found by its rows");
    assert!(!table.certain && table.rows.len() == 25);
}

#[test]
fn a_heading_with_one_character_altered_still_means_its_part() {
    let mut draft = Draft::numbered("2021");
    draft.headings[0] = "一、总休情况".into();
    draft.headings[4] = "五、存在的主要问题\n及改进情况".into();
    let report = draft.bind();
    let found: Vec<(Option<u8>, HeadingMatch)> =
        report.headings.iter().map(|h| (h.part, h.matched)).collect();
    assert_eq!(found[0], (Some(1), HeadingMatch::Variant));
    assert_eq!(found[4], (Some(5), HeadingMatch::Canonical));
    assert_eq!(found.len(), 6);
}

#[test]
fn a_lost_ordinal_and_a_lost_heading_do_not_lose_the_part() {
    let mut draft = Draft::numbered("2021");
    draft.headings[1] = "、主动公开政府信息情况".into();
    draft.headings[3] = String::new();
    let report = draft.bind();
    assert_eq!(report.headings[1].ordinal, None);
    assert_eq!(report.headings[1].part, Some(2));
    let four = report.part(4).expect("known by its table");
    assert_eq!(four.heading, None);
    assert!(report.remarks.iter().any(|r| r.kind == RemarkKind::PartByContent));
    assert_eq!(report.parts.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_2019_row_in_the_2021_form_keeps_its_own_edition() {
    let mut draft = Draft::numbered("2021");
    let at = draft.t3.iter().position(|r| r.iter().any(|c| c == "（六）其他处理")).expect("group");
    draft.t3.drain(at..at + 3);
    draft.t3.insert(at, cells(&["", "（六）其他处理", "1", "2", "3", "4", "5", "6", "21"]));
    let report = draft.bind();
    let table = report.table(3).expect("table 3");
    assert_eq!((table.edition.as_str(), report.edition.as_deref()), ("2021", Some("2021")));
    let row = table.rows.iter().find(|r| r.id.as_deref() == Some("o")).expect("the row");
    assert_eq!(row.edition, "2019");
    assert!(table.missing_rows.is_empty(), "{:?}", table.missing_rows);
    assert_eq!(count(&report, "t3.o.T"), Some(21));
}

#[test]
fn other_statistics_with_the_same_words_are_passed_over() {
    let mut draft = Draft::numbered("2021");
    draft.headings[5] +=
        "\n附表\n\t类别\n\t数量\n\n\t行政许可\n\t9\n\n\t行政处罚\n\t9\n\n\t总计\n\t18\n\n";
    let report = draft.bind();
    expect_numbered(&report, "2021", &[]);
    assert!(report.tables.iter().all(|t| t.certain), "{:?}", report.remarks);
}

#[test]
fn specimens_of_every_format_are_read_cell_by_cell() {
    for id in ["2019", "2021"] {
        let edition = Editions::embedded().get(id).expect("embedded");
        for seed in 0..3 {
            let specimen = Specimen::random(edition, seed);
            let files = [
                ("a.txt", specimen.to_text().into_bytes()),
                ("a.md", specimen.to_markdown().into_bytes()),
                ("a.html", specimen.to_html().into_bytes()),
                ("a.docx", specimen.to_docx()),
            ];
            for (name, bytes) in files {
                let report = read(name, &bytes);
                for (field, _, _, column) in edition.tables.iter().flat_map(|t| t.fields()) {
                    let wanted = specimen.cell(&field).map(|c| Reading::read(c, column.kind).value);
                    let found = report.field(&field).map(|f| f.reading.value.clone());
                    assert_eq!(found, wanted, "{name} {id} seed {seed}: {field}");
                }
                assert!(report.tables.iter().all(|t| t.certain), "{name}: {:?}", report.remarks);
                let identity = &report.identity;
                let unit = identity.unit.as_ref().map(|(u, _)| u.as_str());
                assert_eq!(unit, Some(specimen.unit()), "{name}");
                assert_eq!(identity.year, Some(specimen.year()), "{name}");
            }
        }
    }
}

/// The tables of a transcribed real report, as their numbers stand in the collection.
fn transcribed(name: &str) -> Option<(serde_json::Value, Draft)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reports/truth").join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    };
    let truth: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let mut draft = Draft::new("2021", |field| truth_cell(&truth, field).unwrap_or_default());
    for (at, row) in truth["t3"]["rows"].as_array().expect("rows").iter().enumerate() {
        let key = row["key"].as_str().expect("key");
        if key == "o" {
            draft.t3.drain(at + 3..at + 6);
            let values = (0..7).map(|i| row["values"][i].to_string());
            let label = row["label"].as_str().expect("label").to_string();
            draft.t3.insert(at + 3, [String::new(), label].into_iter().chain(values).collect());
        }
    }
    Some((truth, draft))
}

fn truth_cell(truth: &serde_json::Value, field: &str) -> Option<String> {
    let plain = |v: &serde_json::Value| match v {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    let parts: Vec<&str> = field.split('.').collect();
    let columns = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];
    Some(match parts[..] {
        ["t2", row, column] => {
            let at = ["made", "repealed", "valid"].iter().position(|c| *c == column)?;
            plain(&truth["t2"][if row == "REG" { "regulations" } else { "normative" }][at])
        }
        ["t2", "LIC"] => plain(&truth["t2"]["license"]),
        ["t2", "PEN"] => plain(&truth["t2"]["penalty"]),
        ["t2", "COE"] => plain(&truth["t2"]["coercion"]),
        ["t2", "FEE"] => plain(&truth["t2"]["fee_wan"]),
        ["t3", row, column] => {
            let rows = truth["t3"]["rows"].as_array()?;
            let row = rows.iter().find(|r| r["key"] == row)?;
            plain(&row["values"][columns.iter().position(|c| *c == column)?])
        }
        ["t4", column] => {
            let at = "RLP".find(&column[..1])? * 5 + column[1..].parse::<usize>().ok()? - 1;
            plain(&truth["t4"]["values"][at])
        }
        _ => return None,
    })
}

/// Every cell of the report is the transcribed one.
fn expect_transcribed(report: &Report, truth: &serde_json::Value) {
    let kinds = Editions::embedded().all.iter().flat_map(|e| &e.tables).flat_map(|t| t.fields());
    let kinds: std::collections::BTreeMap<_, _> = kinds.map(|(n, _, _, c)| (n, c.kind)).collect();
    assert!(report.fields.len() >= 178, "{}", report.fields.len());
    for (name, field) in &report.fields {
        let wanted = truth_cell(truth, name).unwrap_or_else(|| panic!("{name} is transcribed"));
        assert_eq!(field.reading.value, Reading::read(&wanted, kinds[name]).value, "{name}");
    }
}

#[test]
fn transcribed_reports_are_read_cell_by_cell() {
    for name in ["huaian-2024.json", "hongze-2023.json", "yanghe-case.json"] {
        let Some((truth, draft)) = transcribed(name) else { return };
        let report = draft.bind();
        expect_transcribed(&report, &truth);
        assert_eq!(report.edition.as_deref(), Some("2021"), "{name}");
    }
}

#[test]
fn a_web_page_with_blank_cells_is_read_cell_by_cell() {
    let Some(report) = shared("reports/shuyang-fgj-2023.html") else { return };
    let Some((truth, _)) = transcribed("shuyang-fgj-2023.json") else { return };
    expect_transcribed(&report, &truth);
    let blanks = report.fields.values().filter(|f| f.reading.value == Value::Blank).count();
    assert_eq!(blanks, 125);
    let identity = &report.identity;
    let unit = identity.unit.as_ref().map(|(u, _)| u.as_str());
    assert_eq!((unit, identity.year), (Some("沭阳县发展和改革局"), Some(2023)));
    let published = identity.published.as_ref().and_then(|p| p.date);
    assert_eq!(published, Some(date(2024, 1, 17)));
    assert_eq!(report.headings[4].matched, HeadingMatch::Variant);
    let deviations: Vec<&str> =
        report.tables.iter().flat_map(|t| &t.deviations).map(|d| d.found.as_str()).collect();
    assert_eq!(deviations, ["规范性文件"]);
}

#[test]
fn the_seeds_are_identified() {
    let seeds = [
        ("000_ea77988ac63e5ca7", "白银市审计局", UnitKnown::Title, Some(date(2020, 12, 31)), 1),
        ("001_35b29aa8985b6c6f", "聊城市审计局", UnitKnown::Title, Some(date(2021, 1, 27)), 0),
        ("002_ea824b3abf871b17", "湘潭县审计局", UnitKnown::Title, None, 0),
        ("003_817815a07cb3f58b", "兰州新区审计局", UnitKnown::Title, Some(date(2021, 1, 28)), 1),
        ("004_dda405f3101c73c3", "上高县审计局", UnitKnown::Inferred, None, 1),
    ];
    for (seed, unit, known, signed, periods) in seeds {
        let Some(report) = shared(&format!("seeds/{seed}.txt")) else { return };
        let identity = &report.identity;
        assert_eq!(identity.unit, Some((unit.to_string(), known)), "{seed}");
        assert_eq!(identity.year, Some(2020), "{seed}");
        assert_eq!(identity.signed.as_ref().and_then(|s| s.date), signed, "{seed}");
        assert_eq!(identity.periods.len(), periods, "{seed}");
        for period in &identity.periods {
            assert_eq!(
                (period.from, period.to),
                (Some(date(2020, 1, 1)), Some(date(2020, 12, 31)))
            );
        }
        assert!(identity.names.iter().all(|n| n.unit == unit), "{:?}", identity.names);
        assert!(!report.not_a_report);
    }
}

#[test]
fn headings_of_seed_002_are_mapped_and_the_odd_one_is_kept() {
    let Some(report) = shared("seeds/002_ea824b3abf871b17.txt") else { return };
    let found: Vec<(Option<u8>, Option<u8>)> =
        report.headings.iter().map(|h| (h.ordinal, h.part)).collect();
    let pair = |o: u8, p: Option<u8>| (Some(o), p);
    assert_eq!(found[..5], [1, 2, 3, 4, 5].map(|n| pair(n, Some(n))));
    assert_eq!(found[5..], [pair(6, None), pair(7, Some(6))]);
    let five = report.part(5).expect("part five");
    assert_eq!((five.passages.len(), five.extra.len()), (1, 3));
}

#[test]
fn a_page_about_something_else_is_no_report() {
    let report =
        read("a.txt", "政府信息公开指南\n一、公开范围\n本机关主动公开下列信息。\n".as_bytes());
    assert!(report.not_a_report);
    assert_eq!(report.identity.unit, None);
}

#[test]
fn a_huge_table_is_bound_in_linear_time() {
    // Two hundred thousand cells; at quadratic cost this test would not end in a working day.
    let cell = |i: u32, text: &str| Cell {
        row: i / 10,
        column: i % 10,
        text: Text::plain(text, Anchor::Unknown),
        ..Cell::default()
    };
    let words =
        ["行政复议", "结果维持", "未经复议直接起诉", "0", "（七）总计", "自然人", "规章", ""];
    for shift in [1, 3, 7] {
        let cells = (0..200_000).map(|i| cell(i, words[(i * shift / 3) as usize % 8])).collect();
        let table = Table::from_cells(20_000, 10, cells, Anchor::Unknown);
        let document = Document { blocks: vec![Block::Table(table)], ..Document::default() };
        bind(&document, Editions::embedded());
    }
}

fn any_document() -> impl Strategy<Value = Document> + use<> {
    let words = prop::sample::select(vec![
        "一、总体情况",
        "、主动公开政府信息情况",
        "五、存在的主要问题及",
        "整改措施",
        "六、",
        "",
        "行政复议",
        "行政诉讼",
        "结果维持",
        "结果纠正",
        "总计",
        "其他",
        "未经复议直接起诉",
        "复议后起诉",
        "自然人",
        "法人或其他组织",
        "商业企业",
        "一、本年新收政府信息公开申请数量",
        "（六）其他处理",
        "3.其他",
        "（七）总计",
        "第二十条第（一）项",
        "信息内容",
        "本年制发件数",
        "规章",
        "0",
        "3,001",
        "/",
        "某县审计局",
        "2020年政府信息公开工作年度报告",
        "2021年1月",
        "统计期限为2020年1月1日至",
        "地址：",
        "由审计局编制",
        "与局联系",
        "2021年1月27日",
        "市政府办公室：",
        "时间: 2021/01/28/",
    ]);
    let text = prop_oneof![6 => words.prop_map(String::from), 1 => "\\PC{0,12}"]
        .prop_map(|s| Text::plain(s, Anchor::Unknown));
    let cell = (0..6_u32, 0..6_u32, 0..4_u32, 0..7_u32, text.clone()).prop_map(
        |(row, column, row_span, column_span, text)| Cell {
            row,
            column,
            row_span,
            column_span,
            text,
            ..Cell::default()
        },
    );
    let table = prop::collection::vec(cell, 0..40)
        .prop_map(|cells| Table::from_cells(6, 6, cells, Anchor::Unknown));
    let block = prop_oneof![
        text.clone().prop_map(Block::Paragraph),
        text.clone().prop_map(|text| Block::Heading { level: 1, text }),
        text.prop_map(|text| Block::ListItem { marker: Some("一、".into()), text }),
        table.prop_map(Block::Table),
    ];
    prop::collection::vec(block, 0..24)
        .prop_map(|blocks| Document { blocks, ..Document::default() })
}

proptest! {
    #[test]
    fn any_document_is_bound_without_panic_and_every_field_has_its_row(document in any_document()) {
        let report = bind(&document, Editions::embedded());
        for (name, field) in &report.fields {
            let table = report.table(field.table).expect("a field's table is bound");
            prop_assert!(usize::from(field.row) <= table.rows.len(), "{name}");
        }
        for part in &report.parts {
            prop_assert!((1..=6).contains(&part.number));
        }
    }
}
