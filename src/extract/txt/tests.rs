//! The layouts of plain text and their traps.

use crate::document::{Anchor, Block, Document, NoticeKind, Table};
use crate::extract::{Limits, extract};
use crate::model::UnreadableReason;

fn read(text: &str) -> Document {
    extract("a.txt", text.as_bytes(), &Limits::default()).expect("text can be read").document
}

fn table(document: &Document, index: usize) -> &Table {
    let tables =
        document.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    tables.into_iter().nth(index).expect("the table is there")
}

fn row(table: &Table, row: u32) -> Vec<&str> {
    table.row(row).iter().map(|cell| cell.text.clean.as_str()).collect()
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

fn kinds(document: &Document) -> Vec<NoticeKind> {
    document.notices.iter().map(|n| n.kind).collect()
}

#[test]
fn a_cell_per_line_makes_rows_of_unlike_length() {
    let document =
        read("二、情况\n\n\t甲\n\n\t信息内容\n\t本年新\n制作数量\n\n\t\n\t0\n\n\n三、其他\n");
    let table = table(&document, 0);
    assert_eq!((table.rows, table.columns), (3, 2));
    assert_eq!(row(table, 0), ["甲"]);
    assert!(table.at(0, 1).is_none());
    assert_eq!(row(table, 1), ["信息内容", "本年新\n制作数量"]);
    assert_eq!(row(table, 2), ["", "0"]);
    assert_eq!(table.at(1, 1).map(|c| &c.text.anchor), Some(&Anchor::Line { line: 6, column: 2 }));
    assert_eq!(paragraphs(&document), ["二、情况", "三、其他"]);
    assert_eq!(document.notices, []);
}

#[test]
fn two_empty_lines_end_a_table_and_a_blank_last_row_stays() {
    let document = read("\t甲\n\t乙\n\n\t\n\t\n\n\n\t丙\n\t丁\n");
    assert_eq!((table(&document, 0).rows, table(&document, 1).rows), (2, 1));
    assert_eq!(row(table(&document, 0), 1), ["", ""]);
}

#[test]
fn a_header_cell_broken_by_blank_paragraphs_is_one_row_again() {
    let document = read(
        "\t商业\n企业\n\t法律\n机构\n\u{a0}\n\n\u{a0}\n\n\u{a0}\n\t其他\n\t\n\n\t1\n\t2\n\t3\n\t4\n",
    );
    assert_eq!(row(table(&document, 0), 0), ["商业\n企业", "法律\n机构", "其他", ""]);
    assert_eq!(kinds(&document), [NoticeKind::RowRejoined]);
}

#[test]
fn a_blank_paragraph_between_two_tables_does_not_join_them() {
    let document = read("\t甲\n\t0\n\n\n\u{a0}\n三、情况\n\u{a0}\n\n\t乙\n\t丙\n");
    assert_eq!(table(&document, 1).rows, 1);
    assert_eq!(paragraphs(&document), ["三、情况"]);
    assert_eq!(document.notices, []);
}

#[test]
fn a_heading_glued_to_the_last_number_leaves_the_cell() {
    let document =
        read("\t四、结转\n\t0\n\t0\n 四、行政复议、行政诉讼情况\n\u{a0}\n\n\t甲\n\t乙\n");
    assert_eq!(row(table(&document, 0), 0), ["四、结转", "0", "0"]);
    assert_eq!(paragraphs(&document), ["四、行政复议、行政诉讼情况"]);
    assert_eq!(table(&document, 1).rows, 1);
    assert_eq!(kinds(&document), [NoticeKind::HeadingGlued]);
}

#[test]
fn a_note_under_a_number_stays_in_its_cell() {
    let document = read("\t规范性文件\n\t22\n（其中修订16件）\n\t0\n");
    assert_eq!(row(table(&document, 0), 0), ["规范性文件", "22\n（其中修订16件）", "0"]);
}

#[test]
fn a_label_one_character_per_line_is_joined_and_its_raw_text_kept() {
    let document = read("\t三\n、\n办\n理\n\t甲\n\t0\n");
    let cell = table(&document, 0).at(0, 0).expect("the cell is there");
    assert_eq!((cell.text.clean.as_str(), cell.text.raw.as_str()), ("三、办理", "三\n、\n办\n理"));
    assert_eq!(kinds(&document), [NoticeKind::VerticalLabel]);
}

#[test]
fn numbers_under_each_other_are_no_label() {
    let document = read("\t甲\n\t1\n2\n3\n");
    assert_eq!(row(table(&document, 0), 0), ["甲", "1\n2\n3"]);
}

#[test]
fn prose_indented_with_tabs_is_prose() {
    let long = "本年度认真贯彻落实条例要求，主动公开政府信息，规范办理依申请公开事项，加强平台建设和监督保障工作。";
    let document = read(&format!("\t一、总体情况\n\t{long}\n\t{long}\n"));
    assert_eq!(paragraphs(&document), ["一、总体情况", long, long]);
    let document = read("\t一、总体情况\n\n\t没有。\n\n\t二、其他\n");
    assert_eq!(paragraphs(&document), ["一、总体情况", "没有。", "二、其他"]);
}

#[test]
fn markdown_tables_and_headings_are_read() {
    let document = read(
        "## 二、情况\n\n| 信息内容 | 本年 |\n|---|:-:|\n| 规章 | 0 |\n| **合** | 1<br>2 |\n\n正文\n",
    );
    assert!(
        matches!(&document.blocks[0], Block::Heading { level: 2, text } if text.clean == "二、情况")
    );
    let table = table(&document, 0);
    assert_eq!(row(table, 0), ["信息内容", "本年"]);
    assert_eq!(row(table, 2), ["合", "1\n2"]);
    assert_eq!(table.at(1, 1).map(|c| &c.text.anchor), Some(&Anchor::Line { line: 5, column: 8 }));
}

#[test]
fn a_cell_per_line_may_be_marked_with_bars() {
    let document = read("三、情况\n| 甲\n| 乙\n\n| 丙\n| 0\n\n\n正文");
    assert_eq!(
        (row(table(&document, 0), 0), row(table(&document, 0), 1)),
        (vec!["甲", "乙"], vec!["丙", "0"])
    );
}

#[test]
fn one_bar_in_a_sentence_makes_no_table() {
    assert_eq!(paragraphs(&read("网站 | 首页\n正文")), ["网站 | 首页", "正文"]);
}

#[test]
fn rows_of_one_line_take_a_merged_cell_between_them_in() {
    let document = read(
        "二、主动公开情况\n甲项\n信息\t本年\n规章\t0\n乙项\n信息\t数量\n许可\t\n三、收到情况\n正文",
    );
    let table = table(&document, 0);
    assert_eq!(
        (row(table, 0), row(table, 3), row(table, 5)),
        (vec!["甲项"], vec!["乙项"], vec!["许可", ""])
    );
    assert_eq!(paragraphs(&document), ["二、主动公开情况", "三、收到情况", "正文"]);
}

#[test]
fn line_ends_of_every_system_count_the_same() {
    for text in ["甲\n乙\n丙", "甲\r\n乙\r\n丙", "甲\r乙\r丙"] {
        let document = read(text);
        let last = document.blocks.last().map(Block::anchor);
        assert_eq!(last, Some(&Anchor::Line { line: 3, column: 1 }), "{text:?}");
    }
}

#[test]
fn a_file_of_blanks_is_empty_and_noise_is_no_text() {
    let reason =
        |bytes: &[u8]| extract("a.txt", bytes, &Limits::default()).expect_err("refused").reason;
    assert_eq!(reason(b""), UnreadableReason::Empty);
    assert_eq!(reason(" \n\t\u{3000}\u{a0}\n".as_bytes()), UnreadableReason::Empty);
    assert_eq!(reason(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16]), UnreadableReason::Unsupported);
}

#[test]
fn a_wide_row_over_many_rows_is_over_the_limit_before_its_grid_is_made() {
    let wide = "\tx\n".repeat(1000);
    let many = "\ty\n\n".repeat(5000);
    let error = extract("a.txt", format!("{wide}\n{many}").as_bytes(), &Limits::default());
    let error = error.expect_err("refused");
    assert_eq!(error.reason, UnreadableReason::OverLimit);
    assert!(error.detail.en.contains("limits.cells"), "{error}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 128, failure_persistence: None, ..Default::default() })]

    /// Any order of the pieces layouts are made of is read, and every visible character stays.
    #[test]
    fn nothing_visible_is_lost_in_any_layout(picks in proptest::collection::vec(0usize..14, 1..60)) {
        const PIECES: [&str; 14] = [
            "\t", "\n", "\n\n", "甲", "0", "|", "乙", "\u{a0}\n", "一、总体情况\n", "## ", "12", "。", "\r\n", "\t丙\n",
        ];
        let text: String = picks.into_iter().map(|pick| PIECES[pick]).collect();
        let visible = |text: &str| {
            let mut all: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && !"|#".contains(*c)).collect();
            all.sort_unstable();
            all
        };
        if let Ok(read) = extract("a.txt", text.as_bytes(), &Limits::default()) {
            let mut kept = String::new();
            for block in &read.document.blocks {
                match block {
                    Block::Table(table) => table.cells.iter().for_each(|cell| kept.push_str(&cell.text.raw)),
                    other => kept.push_str(other.text().map_or("", |text| text.raw.as_str())),
                }
            }
            proptest::prop_assert_eq!(visible(&kept), visible(&text));
        }
    }

    /// Any bytes are read or refused, never a panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600)) {
        let _ = extract("a.txt", &bytes, &Limits::default());
    }
}
