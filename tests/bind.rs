//! Binding real and made-up reports: every cell where it belongs, or a word about why not.

use nianbao::document::{Amount, Value};
use nianbao::edition::{DeviationKind, Editions, Report, bind};
use nianbao::extract::{Limits, extract};
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
