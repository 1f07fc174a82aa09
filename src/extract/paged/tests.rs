//! Pages made by hand: what is read off them, and what is not.

use super::*;
use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{Limits, budget::Budget};
use crate::model::Format;

const SIZE: f32 = 10.0;

/// A page of A4 to draw on.
struct Sheet(Page);

impl Sheet {
    fn new(number: u32) -> Self {
        Sheet(Page { number, width: 595.0, height: 842.0, ..Page::default() })
    }

    /// Sets a line of text; Latin characters are half as wide.
    fn text(mut self, x: f32, y: f32, text: &str) -> Self {
        let mut left = x;
        for c in text.chars() {
            let width = if c.is_ascii() { SIZE / 2.0 } else { SIZE };
            let area = Area::new(left, y, left + width, y + SIZE);
            self.0.glyphs.push(Glyph { c, area, turn: Turn::Upright });
            left += width;
        }
        self
    }

    fn line(mut self, x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        self.0.strokes.extend(Stroke::of(Area::new(x0, y0, x1, y1)));
        self
    }

    /// A closed grid of lines.
    fn grid(mut self, xs: &[f32], ys: &[f32]) -> Self {
        for &y in ys {
            self = self.line(xs[0], y, xs[xs.len() - 1], y);
        }
        for &x in xs {
            self = self.line(x, ys[0], x, ys[ys.len() - 1]);
        }
        self
    }

    /// Words in the slots of a grid, row by row, a little inside of them.
    fn cells(mut self, xs: &[f32], ys: &[f32], words: &[&str]) -> Self {
        let columns = xs.len() - 1;
        for (at, word) in words.iter().enumerate() {
            self = self.text(xs[at % columns] + 4.0, ys[at / columns] + 5.0, word);
        }
        self
    }
}

fn document(pages: Vec<Sheet>) -> Document {
    let pages: Vec<Page> = pages.into_iter().map(|sheet| sheet.0).collect();
    let limits = Limits::default();
    read(&pages, Budget::new(Format::Pdf, &limits)).expect("within the limits")
}

fn tables(document: &Document) -> Vec<&Table> {
    let blocks = document.blocks.iter();
    blocks.filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None }).collect()
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

/// Rows as text, cells apart by `|`, doubtful ones with `?`.
fn rows(table: &Table) -> Vec<String> {
    let cell = |row, column| match table.at(row, column) {
        Some(cell) => format!("{}{}", cell.text.clean, if cell.doubtful { "?" } else { "" }),
        None => "∅".to_string(),
    };
    let row = |row| (0..table.columns).map(|c| cell(row, c)).collect::<Vec<_>>().join("|");
    (0..table.rows).map(row).collect()
}

fn noticed(document: &Document, kind: NoticeKind) -> usize {
    document.notices.iter().filter(|n| n.kind == kind).count()
}

const XS: [f32; 4] = [60.0, 200.0, 300.0, 400.0];
const YS: [f32; 3] = [100.0, 120.0, 140.0];

#[test]
fn a_ruled_table_stands_between_the_text_around_it() {
    let page = Sheet::new(1)
        .text(60.0, 80.0, "二、主动公开")
        .grid(&XS, &YS)
        .cells(&XS, &YS, &["信息内容", "制发", "废止", "规章", "12", ""])
        .text(60.0, 160.0, "三、收到");
    let read = document(vec![page]);
    assert_eq!(paragraphs(&read), ["二、主动公开", "三、收到"]);
    assert!(matches!(read.blocks[1], Block::Table(_)));
    let table = tables(&read)[0];
    assert_eq!(rows(table), ["信息内容|制发|废止", "规章|12|"]);
    let place = Anchor::Page { page: 1, bbox: [200, 120, 100, 20] };
    assert_eq!(table.at(1, 1).map(|c| c.text.anchor.clone()), Some(place));
}

#[test]
fn slots_without_a_line_between_them_are_one_cell() {
    let page = Sheet::new(1)
        .grid(&[60.0, 400.0], &YS)
        .line(200.0, 120.0, 200.0, 140.0)
        .text(64.0, 105.0, "第二十条第（一）项")
        .cells(&[60.0, 200.0, 400.0], &[120.0, 140.0], &["规章", "3"]);
    let read = document(vec![page]);
    let table = tables(&read)[0];
    assert_eq!((table.rows, table.columns, table.cells.len()), (2, 2, 3));
    assert_eq!(table.at(0, 1).map(|c| c.column_span), Some(2));
}

#[test]
fn a_number_wider_than_its_cell_is_doubtful_and_so_is_its_neighbour() {
    let page = Sheet::new(1).grid(&[60.0, 200.0, 230.0, 260.0], &YS).cells(
        &[60.0, 200.0, 230.0, 260.0],
        &YS,
        &["金额", "甲", "乙", "收费", "59237.24", ""],
    );
    let read = document(vec![page]);
    let table = tables(&read)[0];
    assert!(table.at(1, 1).is_some_and(|c| c.doubtful), "{:?}", rows(table));
    assert!(table.at(1, 2).is_some_and(|c| c.doubtful), "{:?}", rows(table));
    assert!(table.at(0, 1).is_some_and(|c| !c.doubtful), "{:?}", rows(table));
}

#[test]
fn two_numbers_in_one_cell_and_lost_characters_are_doubtful() {
    let page = Sheet::new(1)
        .grid(&XS, &YS)
        .cells(&XS, &YS, &["项目", "数", "数", "规章", "1", "\u{FFFD}2"])
        .text(270.0, 125.0, "7");
    let read = document(vec![page]);
    assert_eq!(rows(tables(&read)[0])[1], "规章|1 7?|\u{FFFD}2?");
}

#[test]
fn a_table_open_at_its_sides_has_its_outer_columns() {
    let mut page = Sheet::new(1);
    for y in YS {
        page = page.line(60.0, y, 400.0, y);
    }
    for x in [200.0, 300.0] {
        page = page.line(x, 100.0, x, 140.0);
    }
    let read = document(vec![page.cells(&XS, &YS, &["项目", "甲", "乙", "规章", "1", "2"])]);
    assert_eq!(rows(tables(&read)[0]), ["项目|甲|乙", "规章|1|2"]);
}

#[test]
fn numbers_without_lines_make_no_table_but_a_notice() {
    let mut page = Sheet::new(1);
    for (at, y) in [100.0, 120.0, 140.0].into_iter().enumerate() {
        page = page.text(60.0, y, "予以公开").text(250.0, y, &at.to_string()).text(350.0, y, "0");
    }
    let read = document(vec![page]);
    assert!(tables(&read).is_empty());
    assert_eq!(noticed(&read, NoticeKind::TableUnruled), 1);
}

#[test]
fn a_frame_around_text_is_no_table() {
    let read =
        document(vec![Sheet::new(1).grid(&[50.0, 500.0], &[50.0, 700.0]).text(60.0, 60.0, "说明")]);
    assert_eq!((paragraphs(&read), tables(&read).len()), (vec!["说明"], 0));
}

/// A line of text as wide as the page's text.
fn full(first: &str) -> String {
    let mut text = first.to_string();
    text.extend(std::iter::repeat_n('文', 40 - first.chars().count()));
    text
}

#[test]
fn wrapped_lines_are_one_paragraph_and_go_on_over_the_page() {
    let one = Sheet::new(1)
        .text(250.0, 60.0, "某局年度报告")
        .text(100.0, 90.0, &full("")[..38 * 3])
        .text(80.0, 106.0, "段尾。")
        .text(100.0, 122.0, &full("")[..38 * 3])
        .text(290.0, 800.0, "- 1 -");
    let two = Sheet::new(2)
        .text(80.0, 60.0, "接上页。")
        .text(100.0, 76.0, "另起一段。")
        .text(290.0, 800.0, "- 2 -");
    let read = document(vec![one, two]);
    let all = paragraphs(&read);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all[1].ends_with("文段尾。") && all[2].ends_with("文接上页。"), "{all:?}");
    assert_eq!(all[3], "另起一段。");
}

#[test]
fn running_heads_go_and_text_of_one_page_stays() {
    let page = |n: u32| {
        Sheet::new(n).text(200.0, 30.0, "某市政府信息公开年报").text(
            80.0,
            200.0,
            &format!("第{n}页的正文。"),
        )
    };
    let read = document((1..=3).map(page).collect());
    let all = paragraphs(&read).concat();
    assert!(all.contains("第2页的正文。") && !all.contains("年报"), "{all}");
}

/// The lower part of a table on page 1, its upper rest on page 2.
fn over_the_break(above: &[&str], below: &[&str]) -> Document {
    let one =
        Sheet::new(1).grid(&XS, &[760.0, 780.0, 800.0]).cells(&XS, &[760.0, 780.0, 800.0], above);
    let two = Sheet::new(2).grid(&XS, &[50.0, 70.0, 90.0]).cells(&XS, &[50.0, 70.0, 90.0], below);
    document(vec![one, two])
}

#[test]
fn a_table_over_a_page_break_is_one_and_keeps_the_rows_there_were() {
    let read = over_the_break(
        &["项目", "甲", "乙", "1.国家秘密", "1", "2"],
        &["2.其他", "3", "4", "3.重复", "5", "6"],
    );
    let table = tables(&read)[0];
    assert_eq!(rows(table), ["项目|甲|乙", "1.国家秘密|1|2", "2.其他|3|4", "3.重复|5|6"]);
    assert_eq!((tables(&read).len(), noticed(&read, NoticeKind::TableJoined)), (1, 1));
    assert_eq!(table.at(2, 1).map(|c| c.text.anchor.to_string()).as_deref(), Some("p2"));
}

#[test]
fn a_header_repeated_on_the_next_page_is_dropped() {
    let read = over_the_break(
        &["项目", "甲", "乙", "1.国家秘密", "1", "2"],
        &["项目", "甲", "乙", "2.其他", "3", "4"],
    );
    assert_eq!(rows(tables(&read)[0]), ["项目|甲|乙", "1.国家秘密|1|2", "2.其他|3|4"]);
}

#[test]
fn a_row_cut_by_the_page_break_is_joined() {
    let read = over_the_break(
        &["项目", "甲", "乙", "5.属于三类内部事务信息的申", "1", "2"],
        &["请", "", "", "6.其他", "3", "4"],
    );
    let found = rows(tables(&read)[0]);
    assert_eq!(found, ["项目|甲|乙", "5.属于三类内部事务信息的申请|1|2", "6.其他|3|4"]);
}

/// The check note of a form stands beside three rows of heads, and the page ends behind the first.
#[test]
fn a_merged_cell_whose_bracket_closes_on_the_next_page_is_one() {
    let one = Sheet::new(1).grid(&XS, &[760.0, 780.0]).cells(
        &XS,
        &[760.0, 780.0],
        &["（勾稽关系", "申请人", "情况"],
    );
    let two = Sheet::new(2)
        .grid(&XS[1..], &[50.0, 70.0, 90.0])
        .grid(&XS[..2], &[50.0, 90.0])
        .cells(&XS, &[50.0, 70.0, 90.0], &["为：二者相等）", "甲", "乙", "", "3", "4"]);
    let read = document(vec![one, two]);
    let table = tables(&read)[0];
    let note = table.at(0, 0).expect("a note");
    assert_eq!((note.text.clean.as_str(), note.row_span), ("（勾稽关系为：二者相等）", 3));
}

#[test]
fn a_row_that_may_or_may_not_be_cut_stays_apart_and_is_doubtful() {
    let read = over_the_break(
        &["项目", "甲", "乙", "属于三类内部事务信息的申请", "", ""],
        &["其他的申请", "", "", "重复", "3", "4"],
    );
    let found = rows(tables(&read)[0]);
    assert_eq!(found[1..3], ["属于三类内部事务信息的申请?|?|?", "其他的申请?|?|?"]);
}

#[test]
fn two_short_rows_at_a_page_break_stay_two() {
    let read = over_the_break(
        &["项目", "甲", "乙", "规章", "1", "2"],
        &["行政规范性文件", "", "", "许可", "3", "4"],
    );
    let found = rows(tables(&read)[0]);
    assert_eq!(found[1..], ["规章|1|2", "行政规范性文件||", "许可|3|4"]);
}

#[test]
fn a_label_one_character_per_line_is_one_word() {
    let xs = [60.0, 78.0, 300.0];
    let mut page = Sheet::new(1).grid(&xs, &[100.0, 200.0]).text(90.0, 105.0, "予以公开");
    for (at, c) in ["办", "理", "结", "果"].into_iter().enumerate() {
        page = page.text(64.0, 110.0 + 14.0 * at as f32, c);
    }
    assert_eq!(rows(tables(&document(vec![page]))[0]), ["办理结果|予以公开"]);
}

#[test]
fn a_page_that_is_a_picture_is_said_to_be_unread() {
    let mut two = Sheet::new(2);
    two.0.pictures.push(Area::new(0.0, 0.0, 595.0, 842.0));
    let mut three = Sheet::new(3).text(80.0, 100.0, "识别出来的文字");
    three.0.pictures.push(Area::new(0.0, 0.0, 595.0, 842.0));
    let read = document(vec![Sheet::new(1).text(80.0, 100.0, "正文。"), two, three]);
    let told = |kind| read.notices.iter().find(|n| n.kind == kind).map(|n| n.quote.as_str());
    assert_eq!(told(NoticeKind::PagesUnread), Some("2"));
    assert_eq!(told(NoticeKind::TextRecognised), Some("3"));
}

#[test]
fn bold_by_striking_twice_is_read_once() {
    let page = Sheet::new(1).text(80.0, 100.0, "总计11").text(80.4, 100.0, "总计11");
    assert_eq!(paragraphs(&document(vec![page])), ["总计11"]);
}

#[test]
fn a_line_running_upwards_is_read_along_itself() {
    let mut page = Sheet::new(1);
    for (at, c) in "办理结果".chars().enumerate() {
        let bottom = 300.0 - SIZE * at as f32;
        let area = Area::new(60.0, bottom - SIZE, 70.0, bottom);
        page.0.glyphs.push(Glyph { c, area, turn: Turn::Left });
    }
    assert_eq!(paragraphs(&document(vec![page])), ["办理结果"]);
}
