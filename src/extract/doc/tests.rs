//! Old Word files made here, each with one trap.

use super::sprm;
use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::UnreadableReason;
use std::io::{Cursor, Write};

/// Where the text begins in the main stream.
const TEXT: usize = 2048;

/// A file in the making: text with the properties of its paragraphs and of its characters.
#[derive(Default)]
struct Maker {
    text: Vec<u16>,
    /// Where each paragraph ends, and its modifiers.
    paragraphs: Vec<(usize, Vec<u8>)>,
    /// Stretches of characters with modifiers.
    runs: Vec<(usize, usize, Vec<u8>)>,
    /// Positions where a new piece begins.
    cuts: Vec<usize>,
    flags: u16,
    /// Lists and their overrides as the table stream has them.
    lists: (Vec<u8>, Vec<u8>),
}

fn modifier(opcode: u16, operand: &[u8]) -> Vec<u8> {
    [&opcode.to_le_bytes()[..], operand].concat()
}

impl Maker {
    /// A paragraph with its mark.
    fn paragraph(&mut self, text: &str, mark: u16, modifiers: Vec<u8>) -> &mut Self {
        self.text.extend(text.encode_utf16());
        self.text.push(mark);
        self.paragraphs.push((self.text.len(), modifiers));
        self
    }

    fn p(&mut self, text: &str) -> &mut Self {
        self.paragraph(text, 0x0D, Vec::new())
    }

    /// The last `count` characters before the mark get modifiers.
    fn run(&mut self, count: usize, modifiers: Vec<u8>) -> &mut Self {
        let end = self.text.len() - 1;
        self.runs.push((end - count, end, modifiers));
        self
    }

    fn cell(&mut self, text: &str) -> &mut Self {
        self.paragraph(text, 0x07, modifier(sprm::P_IN_TABLE, &[1]))
    }

    /// A row of cells between these edges, with the first word of each cell's description.
    fn row(&mut self, texts: &[&str], edges: &[i16], merges: &[u16]) -> &mut Self {
        texts.iter().for_each(|text| {
            self.cell(text);
        });
        self.row_end(edges, merges)
    }

    fn row_end(&mut self, edges: &[i16], merges: &[u16]) -> &mut Self {
        let inside = modifier(sprm::P_IN_TABLE, &[1]);
        let end = modifier(sprm::P_ROW_END, &[1]);
        self.paragraph("", 0x07, [inside, end, definition(edges, merges)].concat())
    }

    fn file(&self) -> Vec<u8> {
        let mut main = vec![0u8; TEXT];
        main.extend(self.text.iter().flat_map(|unit| unit.to_le_bytes()));
        let byte = |at: usize| (TEXT + at * 2) as u32;
        let mut table = Vec::new();
        let mut place = |index: usize, part: Vec<u8>, main: &mut Vec<u8>| {
            let at = 0x9A + index * 8;
            main[at..at + 4].copy_from_slice(&(table.len() as u32).to_le_bytes());
            main[at + 4..at + 8].copy_from_slice(&(part.len() as u32).to_le_bytes());
            table.extend(part);
        };
        let mut from = 0;
        let paragraphs = self.paragraphs.iter().map(|(to, modifiers)| {
            let style = [0, 0];
            let run = (byte(std::mem::replace(&mut from, *to)), byte(*to));
            (run, [&style[..], modifiers].concat())
        });
        let paragraphs: Vec<_> = paragraphs.collect();
        let runs = self.runs.iter().map(|(from, to, m)| ((byte(*from), byte(*to)), m.clone()));
        let runs: Vec<_> = runs.collect();
        let pages = pages(&mut main, &paragraphs, 13, |properties| {
            // An odd count: in words behind a zero byte.
            [&[0, properties.len().div_ceil(2) as u8], properties].concat()
        });
        place(13, pages, &mut main);
        let pages = pages_of_characters(&mut main, &runs);
        place(12, pages, &mut main);
        place(33, self.pieces(), &mut main);
        if !self.lists.0.is_empty() {
            place(73, self.lists.0.clone(), &mut main);
            place(74, self.lists.1.clone(), &mut main);
        }
        main[..2].copy_from_slice(&[0xEC, 0xA5]);
        main[0x0A..0x0C].copy_from_slice(&(self.flags | 0x0200).to_le_bytes());
        main[0x4C..0x50].copy_from_slice(&(self.text.len() as u32).to_le_bytes());
        main[0x98..0x9A].copy_from_slice(&93u16.to_le_bytes());
        container(&[("WordDocument", &main), ("1Table", &table)])
    }

    fn pieces(&self) -> Vec<u8> {
        let mut edges = vec![0];
        edges.extend(&self.cuts);
        edges.push(self.text.len());
        let mut plc: Vec<u8> = edges.iter().flat_map(|at| (*at as u32).to_le_bytes()).collect();
        for at in &edges[..edges.len() - 1] {
            plc.extend([0, 0]);
            plc.extend(((TEXT + at * 2) as u32).to_le_bytes());
            plc.extend([0, 0]);
        }
        [&[2][..], &(plc.len() as u32).to_le_bytes(), &plc].concat()
    }

    fn try_read(&self) -> Result<Document, ExtractError> {
        try_read(&self.file())
    }

    fn read(&self) -> Document {
        self.try_read().expect("the document can be read")
    }
}

/// TDefTable of a row.
fn definition(edges: &[i16], merges: &[u16]) -> Vec<u8> {
    let mut operand = vec![edges.len() as u8 - 1];
    operand.extend(edges.iter().flat_map(|edge| edge.to_le_bytes()));
    for merge in merges {
        operand.extend(merge.to_le_bytes());
        operand.extend([0; 18]);
    }
    modifier(sprm::T_DEFINE, &[&(operand.len() as u16 + 1).to_le_bytes()[..], &operand].concat())
}

type Run = ((u32, u32), Vec<u8>);

/// A page of formatting for every run, and the table that names the pages.
fn pages(main: &mut Vec<u8>, runs: &[Run], entry: usize, pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    main.resize(main.len().next_multiple_of(512), 0);
    let first = main.len() / 512;
    for ((from, to), properties) in runs {
        let mut page = vec![0u8; 512];
        page[..4].copy_from_slice(&from.to_le_bytes());
        page[4..8].copy_from_slice(&to.to_le_bytes());
        let at = (8 + entry).next_multiple_of(2);
        page[8] = (at / 2) as u8;
        let packed = pack(properties);
        page[at..at + packed.len()].copy_from_slice(&packed);
        page[511] = 1;
        main.extend(page);
    }
    let edges = runs.iter().map(|((from, _), _)| *from).chain(runs.last().map(|((_, to), _)| *to));
    let mut plc: Vec<u8> = edges.flat_map(u32::to_le_bytes).collect();
    plc.extend((0..runs.len()).flat_map(|at| ((first + at) as u32).to_le_bytes()));
    plc
}

fn pages_of_characters(main: &mut Vec<u8>, runs: &[Run]) -> Vec<u8> {
    pages(main, runs, 1, |properties| [&[properties.len() as u8], properties].concat())
}

fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    for (name, bytes) in streams {
        let folder = name.rsplit_once('/').map(|(folder, _)| folder);
        folder.into_iter().for_each(|f| file.create_storage_all(f).expect("in memory"));
        file.create_stream(name).expect("in memory").write_all(bytes).expect("in memory");
    }
    file.flush().expect("in memory");
    file.into_inner().into_inner()
}

fn try_read(bytes: &[u8]) -> Result<Document, ExtractError> {
    extract("a.doc", bytes, &Limits::default()).map(|read| read.document)
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

fn table(document: &Document) -> &Table {
    let mut tables =
        document.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    tables.next().expect("a table")
}

fn grid(table: &Table) -> Vec<Vec<&str>> {
    let slot = |row, column| table.at(row, column).map_or("∅", |c| c.text.clean.as_str());
    (0..table.rows)
        .map(|row| (0..table.columns).map(|column| slot(row, column)).collect())
        .collect()
}

#[test]
fn cells_stand_in_the_columns_of_their_edges_however_these_jitter() {
    let document = Maker::default()
        .p("前")
        .row(&["甲", "乙"], &[0, 1000, 3000], &[0x60, 0])
        .row(&["", "丙", "丁"], &[15, 985, 2015, 3015], &[0x20, 0, 0])
        .row(&["戊", "己", "庚"], &[-3, 1003, 2000, 2997], &[0, 0, 0])
        .row(&["", "", ""], &[0, 1000, 2000, 3000], &[0, 0, 0])
        .p("后")
        .read();
    assert_eq!(paragraphs(&document), ["前", "后"]);
    assert_eq!(
        grid(table(&document)),
        [["甲", "乙", "乙"], ["甲", "丙", "丁"], ["戊", "己", "庚"], ["", "", ""]]
    );
    let place = table(&document).at(1, 1).map(|cell| cell.text.anchor.to_string());
    assert_eq!(place.as_deref(), Some("tbl[1]/tr[2]/tc[2]"));
}

#[test]
fn what_a_tracked_change_deleted_is_no_content() {
    let deleted = || modifier(sprm::C_DELETED, &[1]);
    let mut maker = Maker::default();
    maker.cell("12").run(1, deleted()).cell("7").row_end(&[0, 1000, 2000], &[0, 0]);
    maker.row(&["去", "去"], &[0, 1000, 2000], &[0, 0]);
    let end = maker.text.len();
    maker.runs.push((end - 1, end, deleted()));
    maker.p("前半");
    let end = maker.text.len();
    maker.runs.push((end - 1, end, deleted()));
    maker.p("后半");
    let document = maker.read();
    assert_eq!(grid(table(&document)), [["1", "7"]]);
    assert_eq!(paragraphs(&document), ["前半后半"]);
    let changes = document.notices.iter().find(|n| n.kind == NoticeKind::TrackedChanges);
    assert_eq!(changes.map(|n| n.count), Some(3));
}

#[test]
fn a_row_with_more_cells_than_edges_is_under_no_head() {
    let document = Maker::default()
        .row(&["甲", "乙"], &[0, 1000, 2000], &[0, 0])
        .row(&["丙", "丁", "戊"], &[0, 1000, 2000], &[0, 0])
        .read();
    assert_eq!(grid(table(&document)), [["甲", "乙", "∅", "∅", "∅"], ["∅", "∅", "丙", "丁", "戊"]]);
}

#[test]
fn of_a_field_the_result_is_read_and_an_open_one_hides_nothing() {
    let document = Maker::default()
        .p("共\u{13} PAGE \\* MERGEFORMAT \u{14}12\u{15}页")
        .p("\u{13}HYPERLINK \"http://a\" \u{13} X \u{15}\u{14}链接\u{15}")
        .p("开\u{13}未完")
        .p("后")
        .read();
    assert_eq!(paragraphs(&document), ["共12页", "链接", "开未完", "后"]);
}

#[test]
fn a_character_of_two_units_survives_the_border_of_two_pieces() {
    let mut maker = Maker::default();
    maker.p("生僻字：𠮷");
    maker.cuts = vec![5];
    assert_eq!(paragraphs(&maker.read()), ["生僻字：𠮷"]);
}

#[test]
fn a_table_in_a_cell_is_kept_apart_from_its_text() {
    let inside = |depth: u8| {
        let step = modifier(sprm::P_DEPTH, &[depth, 0, 0, 0]);
        [modifier(sprm::P_IN_TABLE, &[1]), step].concat()
    };
    let mut maker = Maker::default();
    maker.paragraph("外", 0x0D, inside(1));
    for text in ["内", "1"] {
        let cell = modifier(sprm::P_INNER_CELL, &[1]);
        maker.paragraph(text, 0x0D, [inside(2), cell].concat());
    }
    let end = modifier(sprm::P_INNER_ROW, &[1]);
    let shape = definition(&[0, 400, 800], &[0, 0]);
    maker.paragraph("", 0x0D, [inside(2), end, shape].concat());
    maker.cell("").cell("邻").row_end(&[0, 1000, 2000], &[0, 0]);
    let document = maker.read();
    let cell = table(&document).at(0, 0).expect("the cell");
    assert_eq!(cell.text.clean, "外");
    assert_eq!(grid(&cell.tables[0]), [["内", "1"]]);
    assert_eq!(grid(table(&document)), [["外", "邻"]]);
}

/// One list of two levels in Chinese numbers, named 1.
fn chinese_list() -> (Vec<u8>, Vec<u8>) {
    let mut lists = vec![1, 0];
    lists.extend([&7u32.to_le_bytes()[..], &[0; 24]].concat());
    for (number, text) in [("\u{0}", "、"), ("（\u{1}", "）")].into_iter().chain([("", ""); 7]) {
        let mut level = [&1u32.to_le_bytes()[..], &[39, 0], &[0; 22]].concat();
        let text: Vec<u16> = format!("{number}{text}").encode_utf16().collect();
        level.extend((text.len() as u16).to_le_bytes());
        level.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
        lists.extend(level);
    }
    let mut overrides = 1u32.to_le_bytes().to_vec();
    overrides.extend([&7u32.to_le_bytes()[..], &[0; 12]].concat());
    overrides.extend([0xFF; 4]);
    (lists, overrides)
}

#[test]
fn a_numbered_heading_gets_its_number_and_its_level() {
    let listed =
        |level: u8| [modifier(sprm::P_LIST, &[1, 0]), modifier(sprm::P_LEVEL, &[level])].concat();
    let heading = [listed(0), modifier(sprm::P_OUTLINE, &[0])].concat();
    let mut maker = Maker { lists: chinese_list(), ..Maker::default() };
    maker.paragraph("总体情况", 0x0D, heading.clone()).paragraph("甲", 0x0D, listed(1));
    maker.p("正文").paragraph("主动公开", 0x0D, heading);
    let document = maker.read();
    assert_eq!(paragraphs(&document), ["一、总体情况", "（一）甲", "正文", "二、主动公开"]);
    assert!(
        matches!(&document.blocks[0], Block::Heading { level: 1, text } if text.raw == "总体情况")
    );
    assert!(document.notices.iter().any(|n| n.kind == NoticeKind::Numbering && n.count == 3));
}

#[test]
fn pictures_objects_and_macros_are_noted() {
    let mut maker = Maker::default();
    maker.p("\u{1}").run(1, modifier(sprm::C_PICTURE, &[0; 4]));
    assert_eq!(maker.try_read().map_err(|e| e.reason), Err(UnreadableReason::PicturesOnly));
    maker.p("文");
    let plain = maker.file();
    let mut file = cfb::CompoundFile::open(Cursor::new(plain)).expect("a compound file");
    file.create_storage_all("ObjectPool/_1").expect("in memory");
    file.create_storage("Macros").expect("in memory");
    let read = try_read(&file.into_inner().into_inner()).expect("the document can be read");
    assert!(matches!(read.blocks[0], Block::Picture { .. }));
    let kinds: Vec<NoticeKind> = read.notices.iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [NoticeKind::EmbeddedObject, NoticeKind::Macro]);
}

#[test]
fn encrypted_and_older_files_say_so() {
    let mut maker = Maker { flags: 0x0100, ..Maker::default() };
    maker.p("密");
    assert_eq!(maker.try_read().map_err(|e| e.reason), Err(UnreadableReason::Encrypted));
    let old = container(&[("WordDocument", &[&[0xDC, 0xA5], &[0u8; 4096][..]].concat())]);
    let works = container(&[("MatOST", &[0; 64]), ("CONTENTS", &[0; 64])]);
    for (bytes, named) in [(old, "Word 95"), (works, "Works")] {
        let error = try_read(&bytes).expect_err("refused");
        assert_eq!(error.reason, UnreadableReason::Unsupported);
        assert!(error.detail.zh.contains(named) && error.help().zh.contains("另存为"));
    }
}

#[test]
fn pieces_over_the_same_bytes_count_as_what_they_come_to() {
    let mut maker = Maker::default();
    maker.p(&"文".repeat(200));
    let few = Limits { characters: 100, ..Limits::default() };
    let error = extract("a.doc", &maker.file(), &few).expect_err("refused");
    assert!(error.detail.en.contains("limits.characters"));
}

#[test]
fn a_file_cut_anywhere_or_with_a_byte_changed_is_read_or_refused() {
    let mut maker = Maker { lists: chinese_list(), ..Maker::default() };
    maker.p("一、总体情况").row(&["甲", "0"], &[0, 1000, 2000], &[0x60, 0]);
    maker.row(&["", "1"], &[0, 1000, 2000], &[0x20, 0]).p("\u{13}A\u{14}尾\u{15}");
    let whole = maker.file();
    for cut in (0..whole.len()).step_by(97) {
        let _ = try_read(&whole[..cut]);
    }
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for _ in 0..1000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + next() % 3 {
            let at = next() % bytes.len();
            bytes[at] = next() as u8;
        }
        let _ = try_read(&bytes);
    }
}

#[test]
fn what_is_struck_out_or_hidden_is_not_read_into_a_number() {
    let mut maker = Maker::default();
    maker.cell("53").run(1, modifier(0x0837, &[0])).cell("7").row_end(&[0, 1000, 2000], &[0, 0]);
    let struck = maker.text.iter().position(|unit| *unit == u16::from(b'5')).expect("a 5");
    maker.runs.push((struck, struck + 1, modifier(sprm::C_UNSHOWN[0], &[1])));
    maker.p("后");
    let document = maker.read();
    assert_eq!(grid(table(&document)), [["3", "7"]]);
    let notice = document.notices.iter().find(|n| n.kind == NoticeKind::TextStruck);
    assert_eq!(notice.map(|n| n.count), Some(1));
}
