//! Paged files from bytes to verdict: every cell where it belongs, and only the faults there are.

mod report_kit;

use nianbao::document::{Block, Reading};
use nianbao::edition::{Editions, Forms};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Format, RuleState, Severity, UnreadableReason, Verdict};
use nianbao::pipeline::Jail;
use nianbao::rules::{Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use report_kit::{Read, codes, judged, shared_bytes};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/paged");
    fs_err::read(folder.join(name)).expect("the fixture is there")
}

/// Code, severity and fingerprint of every finding.
fn findings(verdict: &Verdict) -> Vec<(String, Severity, String)> {
    let all = verdict.findings.iter();
    let mut all: Vec<_> =
        all.map(|f| (f.code.clone(), f.severity, format!("{:?}", f.fingerprint))).collect();
    all.sort();
    all
}

fn errors(verdict: &Verdict) -> Vec<&str> {
    codes(verdict, Severity::Error)
}

/// The specimen a fixture was made from.
fn specimen(edition: &str, faulty: bool) -> Specimen {
    let edition = Editions::embedded().get(edition).expect("embedded");
    let mut specimen = Specimen::clean(edition);
    if faulty {
        specimen.patch("t3.total.NP = 20").expect("a cell of both editions");
    }
    specimen
}

/// The formats each fixture is there in.
const FORMATS: &[&str] = &["pdf", "ofd"];

const FIXTURES: [(&str, &str, bool); 4] = [
    ("2019-clean", "2019", false),
    ("2019-faulty", "2019", true),
    ("2021-clean", "2021", false),
    ("2021-faulty", "2021", true),
];

#[test]
fn reports_of_both_editions_are_read_cell_by_cell() {
    for (name, edition, faulty) in FIXTURES {
        let specimen = specimen(edition, faulty);
        for format in FORMATS {
            let name = format!("{name}.{format}");
            let read = Read::of(&name, &fixture(&name));
            let report = &read.report;
            assert_eq!(read.format.name(), *format);
            assert_eq!(report.edition.as_deref(), Some(edition), "{name}");
            let form = Editions::embedded().get(edition).expect("embedded");
            let mut cells = 0;
            for (field, _, _, column) in form.tables.iter().flat_map(|t| t.fields()) {
                let Some(written) = specimen.cell(&field) else { continue };
                let found = report.field(&field).unwrap_or_else(|| panic!("{name}: {field}"));
                let wanted = Reading::read(written, column.kind).value;
                assert_eq!(found.reading.value, wanted, "{name}: {field}");
                assert!(!found.doubtful, "{name}: {field}");
                cells += 1;
            }
            assert!(cells >= 190, "{name}: {cells}");
            assert!(report.tables.iter().all(|t| t.certain && t.missing_rows.is_empty()), "{name}");
        }
    }
}

#[test]
fn a_page_layout_brings_the_findings_of_the_word_file_and_no_other() {
    for (name, edition, faulty) in FIXTURES {
        let word = judged("年报.docx", &specimen(edition, faulty).to_docx());
        for format in FORMATS {
            let name = format!("{name}.{format}");
            let paged = judged(&name, &fixture(&name));
            assert_eq!(findings(&paged), findings(&word), "{name}");
            assert_eq!(errors(&paged).is_empty(), !faulty, "{name}: {:?}", errors(&paged));
        }
    }
}

#[test]
fn what_leans_on_a_doubtful_cell_is_no_error() {
    let mut read = Read::of("2021-faulty.pdf", &fixture("2021-faulty.pdf"));
    let tables = read.document.blocks.iter_mut();
    for table in tables.filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None }) {
        for cell in table.cells.iter_mut().filter(|cell| cell.text.clean == "20") {
            cell.doubtful = true;
        }
    }
    let read = Read::bound(read.format, read.document);
    assert!(read.report.field("t3.total.NP").is_some_and(|f| f.doubtful));
    let verdict = read.judged();
    assert_eq!(errors(&verdict), [""; 0], "{:#?}", verdict.findings);
    assert!(verdict.findings.iter().any(|f| f.code == "AR-02" && f.doubt.is_some()));
}

#[test]
fn places_are_pages_and_boxes() {
    let Read { report, .. } = Read::of("2021-clean.pdf", &fixture("2021-clean.pdf"));
    let anchor = |field: &str| report.field(field).map(|f| f.anchor.to_string());
    assert_eq!(anchor("t3.new.NP").as_deref(), Some("p2"));
    assert_eq!(anchor("t4.R1").as_deref(), Some("p4"));
}

#[test]
fn a_wrong_extension_is_read_all_the_same_and_noted() {
    let read = Read::of("2021-clean.doc", &fixture("2021-clean.pdf"));
    assert_eq!(read.format, Format::Pdf);
    assert_eq!(read.document.notices[0].quote, "doc");
}

/// A file without any line drawn in it.
fn unruled(bytes: &[u8]) -> Vec<u8> {
    let mut file = lopdf::Document::load_mem(bytes).expect("a PDF");
    for (_, page) in file.get_pages() {
        let mut content = file.get_and_decode_page_content(page).expect("content");
        content
            .operations
            .retain(|op| !matches!(op.operator.as_str(), "S" | "s" | "f" | "f*" | "B"));
        let content = content.encode().expect("encodable");
        file.change_page_content(page, content).expect("a page");
    }
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("written to memory");
    bytes
}

#[test]
fn tables_without_lines_are_not_assessed_and_nothing_is_called_an_error() {
    let bytes = unruled(&fixture("2021-faulty.pdf"));
    let Read { report, .. } = Read::of("a.pdf", &bytes);
    assert!(report.tables.is_empty() && report.fields.is_empty());
    let verdict = judged("a.pdf", &bytes);
    assert_eq!(errors(&verdict), [""; 0], "{:#?}", verdict.findings);
    assert!(verdict.findings.iter().any(|f| f.code == "PX-11" && f.message.zh.contains("框线")));
    for rule in ["TB-01", "AR-01", "AR-02", "AR-03", "AR-04", "TB-04", "TB-08"] {
        let coverage = &verdict.coverage[rule];
        assert_eq!(coverage.state, RuleState::NotAssessable, "{rule}: {coverage:?}");
    }
}

#[test]
fn real_reports_are_read_cell_by_cell_and_show_the_errors_they_hold() {
    let cases: [(&str, &[&str]); 2] =
        [("huaian-2024", &[]), ("hongze-2023", &["AR-04", "AR-04", "TB-02"])];
    for (name, due) in cases {
        let Some(bytes) = shared_bytes(&format!("reports/{name}.pdf")) else { return };
        let Some(truth) = shared_bytes(&format!("reports/truth/{name}.json")) else { return };
        let truth: serde_json::Value = serde_json::from_slice(&truth).expect("JSON");
        let Read { report, .. } = Read::of(&format!("{name}.pdf"), &bytes);
        let mut cells = 0;
        for row in truth["t3"]["rows"].as_array().expect("rows") {
            let key = row["key"].as_str().expect("a key");
            for (at, column) in ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"].iter().enumerate() {
                let found = report.field(&format!("t3.{key}.{column}"));
                let found = found.and_then(|f| f.reading.value.count());
                assert_eq!(found, row["values"][at].as_i64(), "{name}: t3.{key}.{column}");
                cells += 1;
            }
        }
        for (at, block) in ["R", "L", "P"].iter().enumerate() {
            for nth in 0..5 {
                let found = report.field(&format!("t4.{block}{}", nth + 1));
                let found = found.and_then(|f| f.reading.value.count());
                assert_eq!(
                    found,
                    truth["t4"]["values"][at * 5 + nth].as_i64(),
                    "{name}: {block}{nth}"
                );
                cells += 1;
            }
        }
        for (field, key) in [("LIC", "license"), ("PEN", "penalty"), ("COE", "coercion")] {
            let found = report.field(&format!("t2.{field}"));
            let found = found.and_then(|f| f.reading.value.count());
            assert_eq!(found, truth["t2"][key].as_i64(), "{name}: {field}");
            cells += 1;
        }
        assert!(cells >= 178, "{name}: {cells}");
        assert!(report.fields.values().all(|f| !f.doubtful), "{name}");
        let verdict = judged(&format!("{name}.pdf"), &bytes);
        assert_eq!(errors(&verdict), due, "{name}: {:#?}", verdict.findings);
    }
}

#[test]
fn an_encrypted_file_is_read_where_it_can_be_and_else_called_encrypted() {
    for name in ["enc_q40", "enc_q128", "enc_q256"] {
        let Some(bytes) = shared_bytes(&format!("samples/{name}.pdf")) else { return };
        let read = Read::of(name, &bytes);
        assert!(read.document.blocks.len() > 10, "{name}");
    }
    for name in ["enc_user", "enc_quser", "enc_owner"] {
        let Some(bytes) = shared_bytes(&format!("samples/{name}.pdf")) else { return };
        let error = extract(name, &bytes, &Limits::default()).expect_err(name);
        assert_eq!(error.reason, UnreadableReason::Encrypted, "{name}");
    }
}

#[test]
fn a_scan_is_refused_with_the_way_out() {
    let Some(bytes) = shared_bytes("samples/scanned.pdf") else { return };
    let error = extract("scanned.pdf", &bytes, &Limits::default()).expect_err("no text");
    assert_eq!(error.reason, UnreadableReason::PicturesOnly);
    assert!(error.help().zh.contains(".docx"));
}

#[tokio::test]
async fn hostile_files_end_soon_and_leave_the_worker_alive() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_nianbao"));
    let jail = Jail::new(program, 1, Limits::default(), RuleSettings::default(), &Forms::default());
    for name in ["flate1g.pdf", "manytext.pdf", "nest.pdf", "pagesloop.pdf"] {
        let Some(bytes) = shared_bytes(&format!("samples/bombs/{name}")) else { return };
        let begun = std::time::Instant::now();
        let examined = jail.examine(name, bytes, Circumstances::default()).await;
        let error = examined.expect("the worker starts").1.expect_err(name);
        let known =
            [UnreadableReason::OverLimit, UnreadableReason::Damaged, UnreadableReason::Empty];
        assert!(known.contains(&error.reason), "{name}: {error:?}");
        assert!(begun.elapsed().as_secs() < 10, "{name} took {:?}", begun.elapsed());
    }
}
