//! The formats of other word processors against the Word file of the same report: the same text and the
//! same tables; and damage of every kind to them. That they say the same is shown by tests/matrix.rs.

mod report_kit;

use nianbao::document::{Block, Cell, Document, Table};
use nianbao::extract::{Limits, extract};
use nianbao::model::Format;
use report_kit::samples::samples;
use report_kit::{Random, Read, fixtures};
use std::time::{Duration, Instant};

const FORMATS: [(&str, Format); 3] =
    [("doc", Format::Doc), ("rtf", Format::Rtf), ("odt", Format::Odt)];

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

#[test]
fn every_format_gives_the_text_and_the_tables_of_the_word_file() {
    let files = fixtures();
    for sample in samples() {
        let word = Read::of("word.docx", &sample.specimen.to_docx()).document;
        for (ending, format) in FORMATS {
            let name = format!("{}.{ending}", sample.name);
            let read = Read::of(&name, &files[&name]);
            assert_eq!(read.format, format, "{name}");
            assert!(read.document.notices.is_empty(), "{name}: {:?}", read.document.notices);
            assert_eq!(told(&read.document), told(&word), "{name}");
        }
    }
}

#[test]
fn a_report_in_the_wrong_clothes_is_read_as_what_it_is() {
    let reports = fixtures();
    for (ending, format) in FORMATS {
        let bytes = &reports[&format!("clean-2021.{ending}")];
        let named = if ending == "doc" { "年报.docx" } else { "年报.doc" };
        let read = Read::of(named, bytes);
        assert_eq!(read.format, format);
        assert_eq!(read.document.notices.len(), 1, "{ending}");
    }
    let wps = Read::of("年报.wps", &reports["clean-2021.doc"]);
    assert!(wps.document.notices.is_empty());
}

/// Each try ends in a document or a refusal; a panic fails the test.
#[test]
fn damaged_reports_are_read_or_refused() {
    let reports = fixtures();
    let mut numbers = Random::new(20_260_131);
    let begun = Instant::now();
    let (mut read, mut refused) = (0, 0);
    for round in 0.. {
        if begun.elapsed() > Duration::from_secs(9) {
            break;
        }
        for (ending, _) in FORMATS {
            let mut bytes = reports[&format!("fault-2021.{ending}")].clone();
            if round % 3 == 0 {
                bytes.truncate(numbers.below(bytes.len()));
            } else {
                // The beginning holds the headers of a .doc: half of the damage goes there.
                let most = if round % 2 == 0 { bytes.len().min(2048) } else { bytes.len() };
                for _ in 0..1 + numbers.below(8) {
                    bytes[numbers.below(most)] = numbers.below(256) as u8;
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
