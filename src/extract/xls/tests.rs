//! Streams made here record by record, each with one trap.

use super::records::id;
use crate::document::{Block, Document, NoticeKind};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::{Format, UnreadableReason};
use std::io::{Cursor, Write};

/// A stream being written.
#[derive(Default)]
struct Stream(Vec<u8>);

impl Stream {
    fn record(&mut self, id: u16, data: &[u8]) -> &mut Self {
        self.0.extend(id.to_le_bytes());
        self.0.extend((data.len() as u16).to_le_bytes());
        self.0.extend(data);
        self
    }
}

fn words(all: &[u16]) -> Vec<u8> {
    all.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    words(&text.encode_utf16().collect::<Vec<u16>>())
}

fn container(name: &str, stream: &[u8], macros: bool) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    file.create_stream(name).and_then(|mut s| s.write_all(stream)).expect("in memory");
    if macros {
        file.create_storage("_VBA_PROJECT_CUR").expect("in memory");
    }
    file.into_inner().into_inner()
}

const BEGIN: [u16; 2] = [0x0600, 0x0005];

/// A workbook of BIFF8: what its first part holds, and its sheets with their names and visibility.
fn workbook(globals: &Stream, sheets: &[(&str, u8, u8, Stream)]) -> Vec<u8> {
    let bound = |at: u32, (name, hidden, kind, _): &(&str, u8, u8, Stream)| {
        let mut data = at.to_le_bytes().to_vec();
        data.extend([*hidden, *kind, name.encode_utf16().count() as u8, 1]);
        data.extend(wide(name));
        data
    };
    let front = |from: u32| {
        let mut stream = Stream::default();
        stream.record(id::BOF, &words(&BEGIN));
        stream.0.extend(&globals.0);
        let mut at = from;
        for sheet in sheets {
            stream.record(id::BOUND_SHEET, &bound(at, sheet));
            at += 8 + sheet.3.0.len() as u32 + 4;
        }
        stream.record(id::EOF, &[]);
        stream.0
    };
    let mut stream = Stream(front(front(0).len() as u32));
    for (.., sheet) in sheets {
        stream.record(id::BOF, &words(&[0x0600, 0x0010]));
        stream.0.extend(&sheet.0);
        stream.record(id::EOF, &[]);
    }
    container("Workbook", &stream.0, false)
}

fn try_read(bytes: &[u8]) -> Result<Document, ExtractError> {
    extract("a.et", bytes, &Limits::default()).map(|read| {
        assert_eq!(read.format, Format::Xls);
        read.document
    })
}

fn texts(document: &Document) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Table(table) => {
                out.extend(table.cells.iter().map(|c| (c.text.clean.clone(), c.doubtful)));
            }
            other => out.extend(other.text().map(|text| (text.clean.clone(), false))),
        }
    }
    out
}

fn cell(row: u16, column: u16, style: u16, rest: &[u8]) -> Vec<u8> {
    let mut data = words(&[row, column, style]);
    data.extend(rest);
    data
}

fn formula(row: u16, column: u16, result: [u8; 8], options: u16) -> Vec<u8> {
    let mut data = cell(row, column, 0, &result);
    data.extend(words(&[options, 0, 0, 0]));
    data
}

/// Styles 0 (general), 1 (#,##0, ruled) and 2 (a date).
fn styles() -> Stream {
    let mut globals = Stream::default();
    let mut code = words(&[176, 12]);
    code.push(0);
    code.extend(b"yyyy\\-mm\\-dd");
    globals.record(id::FORMAT, &code);
    for (format, borders) in [(0u16, 0u16), (3, 0x1111), (176, 0)] {
        globals.record(id::XF, &words(&[0, format, 0, 0, 0, borders, 0, 0, 0, 0]));
    }
    globals
}

#[test]
fn cells_of_every_kind_say_what_they_show() {
    let mut sheet = Stream::default();
    let label = [&[2u8, 0, 1][..], &wide("甲\r")].concat();
    sheet
        .record(id::LABEL, &cell(0, 0, 0, &label))
        .record(id::NUMBER, &cell(0, 1, 1, &3001f64.to_le_bytes()))
        .record(id::RK, &cell(0, 2, 0, &(1235u32 << 2 | 0b11).to_le_bytes()))
        .record(id::RK, &cell(0, 3, 2, &(45_672u32 << 2 | 0b10).to_le_bytes()));
    let mut several = words(&[1, 0]);
    for value in [7u32, 8] {
        several.extend(words(&[0]));
        several.extend((value << 2 | 0b10).to_le_bytes());
    }
    several.extend(words(&[1]));
    sheet
        .record(id::MUL_RK, &several)
        .record(id::BOOL_OR_ERROR, &cell(1, 2, 0, &[0x17, 1]))
        .record(id::BOOL_OR_ERROR, &cell(1, 3, 0, &[1, 0]))
        .record(id::FORMULA, &formula(2, 0, 5f64.to_le_bytes(), 0))
        .record(id::FORMULA, &formula(2, 1, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0))
        .record(id::STRING, &[&[1u8, 0, 1][..], &wide("乙")].concat())
        .record(id::FORMULA, &formula(2, 2, 0f64.to_le_bytes(), 0b10))
        .record(id::FORMULA, &formula(2, 3, 0f64.to_le_bytes(), 0))
        .record(id::MUL_BLANK, &words(&[3, 0, 1, 1, 1, 1, 3]));
    let document = try_read(&workbook(&styles(), &[("表", 0, 0, sheet)])).expect("readable");
    let plain = [
        "甲",
        "3,001",
        "12.35",
        "2025-01-15",
        "7",
        "8",
        "#REF!",
        "TRUE",
        "5",
        "乙",
        "=?",
        "0",
        "",
        "",
        "",
        "",
    ];
    let expected: Vec<(String, bool)> =
        plain.iter().map(|text| (text.to_string(), *text == "=?")).collect();
    assert_eq!(texts(&document), expected);
    let [notice] = &document.notices[..] else { panic!("{:?}", document.notices) };
    assert_eq!((notice.kind, notice.quote.as_str()), (NoticeKind::FormulaWithoutResult, "表!C3"));
}

#[test]
fn shared_texts_go_on_over_records_in_another_width() {
    let mut globals = Stream::default();
    // Two texts: "ab甲乙" broken behind "ab", and a rich one with its runs in the next record.
    let mut first = 2u32.to_le_bytes().repeat(2);
    first.extend([4, 0, 0, b'a', b'b']);
    let mut second = vec![1u8];
    second.extend(wide("甲乙"));
    second.extend([1, 0, 0b1001, 1, 0]);
    second.extend(wide("丙"));
    globals
        .record(id::SHARED_STRINGS, &first)
        .record(id::CONTINUE, &second)
        .record(id::CONTINUE, &[0, 0, 0, 0]);
    let mut sheet = Stream::default();
    sheet
        .record(id::LABEL_SHARED, &cell(0, 0, 0, &0u32.to_le_bytes()))
        .record(id::LABEL_SHARED, &cell(2, 0, 0, &1u32.to_le_bytes()));
    let document = try_read(&workbook(&globals, &[("表", 0, 0, sheet)])).expect("readable");
    let texts: Vec<String> = texts(&document).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["ab甲乙", "丙"]);
}

#[test]
fn merges_hold_and_what_is_hidden_is_left_out() {
    let text = |text: &str| [&[text.chars().count() as u8, 0, 1][..], &wide(text)].concat();
    let mut sheet = Stream::default();
    let row = |row: u16, height: u16, hidden: u16| {
        [words(&[row, 0, 4, height, 0, 0]), words(&[hidden, 0])].concat()
    };
    sheet
        .record(id::COLUMN_INFO, &words(&[1, 1, 2048, 0, 1, 0]))
        .record(id::ROW, &row(1, 300, 0x20))
        .record(id::LABEL, &cell(0, 0, 0, &text("甲")))
        .record(id::LABEL, &cell(0, 2, 0, &text("乙")))
        .record(id::LABEL, &cell(1, 0, 0, &text("藏")))
        .record(id::LABEL, &cell(2, 0, 0, &text("丙")))
        .record(id::LABEL, &cell(2, 1, 0, &text("藏")))
        .record(id::LABEL, &cell(2, 2, 0, &text("丁")))
        .record(id::LABEL, &cell(3, 2, 0, &text("戊")))
        .record(id::MERGED_CELLS, &words(&[1, 2, 3, 0, 0]))
        .record(id::BOF, &words(&BEGIN))
        .record(id::LABEL, &cell(9, 9, 0, &text("图")))
        .record(id::EOF, &[]);
    let chart = Stream::default();
    let book = workbook(&Stream::default(), &[("表", 0, 0, sheet), ("图表", 0, 2, chart)]);
    let document = try_read(&book).expect("readable");
    let Block::Table(table) = &document.blocks[0] else { panic!("a table") };
    let slot = |row, column| table.at(row, column).map_or("∅", |cell| cell.text.clean.as_str());
    let grid: Vec<[&str; 2]> = (0..table.rows).map(|row| [slot(row, 0), slot(row, 1)]).collect();
    assert_eq!(grid, [["甲", "乙"], ["丙", "丁"], ["丙", "戊"]]);
    let told: Vec<(NoticeKind, &str)> =
        document.notices.iter().map(|n| (n.kind, n.quote.as_str())).collect();
    assert_eq!(
        told,
        [(NoticeKind::HiddenCells, "表!2:2、表!B:B"), (NoticeKind::EmbeddedObject, "图表")]
    );
}

#[test]
fn a_workbook_of_excel_5_is_read_by_its_code_page() {
    let mut sheet = Stream::default();
    sheet.record(id::BOF, &words(&[0x0500, 0x0010]));
    let label = [&words(&[4])[..], &encoding_rs::GB18030.encode("年报").0].concat();
    sheet
        .record(id::LABEL, &cell(0, 0, 0, &label))
        .record(id::NUMBER, &cell(1, 0, 0, &12f64.to_le_bytes()))
        .record(id::EOF, &[]);
    let front = |at: u32| {
        let mut stream = Stream::default();
        let name = encoding_rs::GB18030.encode("表").0;
        let bound = [&at.to_le_bytes()[..], &[0, 0, 2], &name].concat();
        stream
            .record(id::BOF, &words(&[0x0500, 0x0005]))
            .record(id::CODE_PAGE, &words(&[936]))
            .record(id::XF, &[0; 16])
            .record(id::BOUND_SHEET, &bound)
            .record(id::EOF, &[]);
        stream.0
    };
    let mut stream = front(front(0).len() as u32);
    stream.extend(sheet.0);
    let document = try_read(&container("Book", &stream, true)).expect("readable");
    let texts: Vec<String> = texts(&document).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["年报", "12"]);
    assert_eq!(document.blocks[0].anchor().to_string(), "表!A1");
    assert_eq!(document.notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::Macro]);
}

#[test]
fn what_is_locked_broken_or_over_a_limit_is_refused_by_its_reason() {
    let reason = |bytes: Vec<u8>| try_read(&bytes).expect_err("refused").reason;
    let mut locked = Stream::default();
    locked.record(id::FILE_PASS, &[0; 6]);
    assert_eq!(
        reason(workbook(&locked, &[("表", 0, 0, Stream::default())])),
        UnreadableReason::Encrypted
    );
    let mut claims = Stream::default();
    claims.record(id::SHARED_STRINGS, &[0xFF; 8]);
    assert_eq!(
        reason(workbook(&claims, &[("表", 0, 0, Stream::default())])),
        UnreadableReason::OverLimit
    );
    let mut merged = Stream::default();
    let whole = words(&[0, 0xFFFF, 0, 0xFF]).repeat(1027);
    for _ in 0..200 {
        merged.record(id::MERGED_CELLS, &[&words(&[1027])[..], &whole].concat());
    }
    assert_eq!(
        reason(workbook(&Stream::default(), &[("表", 0, 0, merged)])),
        UnreadableReason::OverLimit
    );
    let mut twice = workbook(&Stream::default(), &[("表", 0, 0, Stream::default())]);
    twice.truncate(twice.len() / 2);
    assert_eq!(reason(twice), UnreadableReason::Damaged);
    let mut missing = Stream::default();
    missing.record(id::LABEL_SHARED, &cell(0, 0, 0, &9u32.to_le_bytes()));
    assert_eq!(
        reason(workbook(&Stream::default(), &[("表", 0, 0, missing)])),
        UnreadableReason::Damaged
    );
    let mut old = Stream::default();
    old.record(id::BOF, &words(&[0x0400, 0x0010]));
    assert_eq!(reason(container("Workbook", &old.0, false)), UnreadableReason::Unsupported);
    let mut pictured = Stream::default();
    pictured.record(id::DRAWING_GROUP, &[0; 8]);
    assert_eq!(
        reason(workbook(&pictured, &[("表", 0, 0, Stream::default())])),
        UnreadableReason::PicturesOnly
    );
}
