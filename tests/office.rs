//! The formats of other word processors against the Word file of the same report: the same tables,
//! the same fields, the same findings; and damage of every kind to them.

use nianbao::document::{Block, Cell, Document, Table};
use nianbao::edition::{Editions, Report, bind};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Format, Outcome, Verdict};
use nianbao::rules::{Case, Circumstances, RuleSettings, judge};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::time::{Duration, Instant};

const FORMATS: [(&str, Format); 3] =
    [("doc", Format::Doc), ("rtf", Format::Rtf), ("odt", Format::Odt)];

/// The reports of `fixtures/reports.zip` by name.
fn reports() -> BTreeMap<String, Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reports.zip");
    let bytes = fs_err::read(path).expect("the fixture is there");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut reports = BTreeMap::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        reports.insert(name, bytes);
    }
    assert_eq!(reports.len(), 16);
    reports
}

fn read(name: &str, bytes: &[u8]) -> (Format, Document) {
    let read = extract(name, bytes, &Limits::default());
    let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
    (read.format, read.document)
}

fn judged(document: &Document) -> (Report, Verdict) {
    let editions = Editions::embedded();
    let report = bind(document, editions);
    let verdict = judge(&Case::new(
        document,
        &report,
        editions,
        &Circumstances::default(),
        &RuleSettings::default(),
    ));
    (report, verdict)
}

/// Text and cells with their spans, without the places, which every format has its own of.
fn told(document: &Document) -> Vec<String> {
    let one = |block: &Block| match block {
        Block::Table(table) => grid(table),
        other => other.text().map_or(String::new(), |text| text.clean.clone()),
    };
    document.blocks.iter().map(one).collect()
}

fn grid(table: &Table) -> String {
    let cell = |c: &Cell| {
        let inner: Vec<String> = c.tables.iter().map(grid).collect();
        let place = format!("{},{}+{}x{}", c.row, c.column, c.row_span, c.column_span);
        format!("{place} {:?} {inner:?}", c.text.clean)
    };
    let cells: Vec<String> = table.cells.iter().map(cell).collect();
    format!("{}x{}\n{}", table.rows, table.columns, cells.join("\n"))
}

/// Values with their names, and whether their place is in doubt.
fn fields(report: &Report) -> Vec<String> {
    let fields = report.fields.iter();
    fields.map(|(name, f)| format!("{name} = {:?} {:?} {}", f.reading, f.raw, f.doubtful)).collect()
}

fn findings(verdict: &Verdict) -> Vec<String> {
    let told = verdict.findings.iter();
    told.map(|f| format!("{} {:?} {} {}", f.code, f.severity, f.message.zh, f.fingerprint))
        .collect()
}

#[test]
fn every_format_gives_the_tables_fields_and_findings_of_the_word_file() {
    let reports = reports();
    for name in ["clean-2019", "clean-2021", "fault-2019", "fault-2021"] {
        let (_, word) = read("word.docx", &reports[&format!("{name}.docx")]);
        let (word_report, word_verdict) = judged(&word);
        let clean = word_verdict.outcome == Outcome::Compliant;
        assert_eq!(clean, name.starts_with("clean"), "{:?}", findings(&word_verdict));
        assert!(word_report.fields.len() > 150 && word_report.fields.values().all(|f| !f.doubtful));
        for (ending, format) in FORMATS {
            let name = format!("{name}.{ending}");
            let (found, document) = read(&name, &reports[&name]);
            assert_eq!(found, format, "{name}");
            assert!(document.notices.is_empty(), "{name}: {:?}", document.notices);
            assert_eq!(told(&document), told(&word), "{name}");
            let (report, verdict) = judged(&document);
            assert_eq!(fields(&report), fields(&word_report), "{name}");
            assert_eq!(findings(&verdict), findings(&word_verdict), "{name}");
            assert_eq!(verdict.outcome, word_verdict.outcome, "{name}");
        }
    }
}

#[test]
fn a_report_in_the_wrong_clothes_is_read_as_what_it_is() {
    let reports = reports();
    for (ending, format) in FORMATS {
        let bytes = &reports[&format!("clean-2021.{ending}")];
        let named = if ending == "doc" { "年报.docx" } else { "年报.doc" };
        let (found, document) = read(named, bytes);
        assert_eq!(found, format);
        assert_eq!(document.notices.len(), 1, "{ending}");
    }
    assert!(read("年报.wps", &reports["clean-2021.doc"]).1.notices.is_empty());
}

/// Numbers of a generator that gives the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Each try ends in a document or a refusal; a panic fails the test.
#[test]
fn damaged_reports_are_read_or_refused() {
    let reports = reports();
    let mut numbers = Numbers(20_260_131);
    let begun = Instant::now();
    let (mut read, mut refused) = (0, 0);
    for round in 0.. {
        if begun.elapsed() > Duration::from_secs(9) {
            break;
        }
        for (ending, _) in FORMATS {
            let mut bytes = reports[&format!("fault-2021.{ending}")].clone();
            if round % 3 == 0 {
                bytes.truncate(numbers.next(bytes.len()));
            } else {
                // The beginning holds the headers of a .doc: half of the damage goes there.
                let most = if round % 2 == 0 { bytes.len().min(2048) } else { bytes.len() };
                for _ in 0..1 + numbers.next(8) {
                    bytes[numbers.next(most)] = numbers.next(256) as u8;
                }
            }
            match extract(&format!("a.{ending}"), &bytes, &Limits::default()) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 10 && refused > 10, "{read} read, {refused} refused");
}
