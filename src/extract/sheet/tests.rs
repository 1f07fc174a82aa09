//! Sheets made here as a clerk would fill them in: what becomes of them in a document.

use super::{Area, Book, Content, address, document};
use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits};
use crate::model::{Format, UnreadableReason};

/// Cells as lines of text: `A1:C1 标题` for one merged, `A3! 甲` for one with lines around it.
fn sheet(book: &mut Book<'_>, name: &str, cells: &[&str]) -> Result<(), ExtractError> {
    book.begin(name, false)?;
    for cell in cells {
        let (place, text) = cell.split_once(' ').unwrap_or((cell, ""));
        let ruled = place.ends_with('!');
        let area = Area::parse(place.trim_end_matches('!')).expect("a place");
        let content = Content { text: text.replace('⏎', "\n"), ruled, ..Content::default() };
        book.put(area.top, area.left, content)?;
        book.merge(area)?;
    }
    Ok(())
}

fn read(cells: &[&str]) -> Document {
    let limits = Limits::default();
    let mut book = Book::new(Format::Xlsx, &limits);
    sheet(&mut book, "年报", cells).expect("within the limits");
    document(book).expect("within the limits")
}

/// Paragraphs as they are; tables by their rows, cells set apart by `|`, merged ones with their spans.
fn told(document: &Document) -> Vec<String> {
    let mut told = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Table(table) => told.extend((0..table.rows).map(|row| line(table, row))),
            other => told.extend(other.text().map(|text| text.clean.clone())),
        }
    }
    told
}

fn line(table: &Table, row: u32) -> String {
    let cells = table.starting(row).map(|cell| match (cell.row_span, cell.column_span) {
        (1, 1) => cell.text.clean.clone(),
        (rows, columns) => format!("{}[{rows}x{columns}]", cell.text.clean),
    });
    format!("|{}|", cells.collect::<Vec<_>>().join("|"))
}

#[test]
fn text_over_the_width_is_paragraphs_and_rows_of_cells_are_tables() {
    let document = read(&[
        "A1:D1 某局2024年年报",
        "A2:D4 第一行。⏎第二行。",
        "A5:D5 二、主动公开",
        "A6:D6! 第二十条",
        "A7! 内容",
        "B7! 制发",
        "C7:D7! 废止",
        "A8! 规章",
        "B8! 3",
        "C8:D8!",
        "A9:D9! 一、标题在框线里",
        "A11 某局",
    ]);
    assert_eq!(
        told(&document),
        [
            "某局2024年年报",
            "第一行。",
            "第二行。",
            "二、主动公开",
            "|第二十条[1x3]|",
            "|内容|制发|废止|",
            "|规章|3||",
            "一、标题在框线里",
            "某局"
        ]
    );
    assert_eq!(document.blocks[2].anchor().to_string(), "年报!A2");
    let Block::Table(table) = &document.blocks[4] else { panic!("a table") };
    let places = [(0, 0, "年报!A6"), (2, 1, "年报!B8"), (2, 2, "年报!C8")];
    for (row, column, place) in places {
        let cell = table.at(row, column).map(|cell| cell.text.anchor.to_string());
        assert_eq!(cell.as_deref(), Some(place));
    }
}

#[test]
fn without_lines_a_row_merged_over_exactly_the_table_below_belongs_to_it() {
    let document = read(&[
        "A1:E1 二、主动公开政府信息情况",
        "A2:E2 单位：件",
        "A3:D3 第二十条第（一）项",
        "A4 内容",
        "B4 制发",
        "C4 废止",
        "D4 有效",
        "A5 规章",
        "B5 1",
        "D5 2",
        "A6:D6 第二十条第（五）项",
        "A7 内容",
        "B7:D7 数量",
        "A8:E8 注：以上为全年数。",
    ]);
    assert_eq!(
        told(&document),
        [
            "二、主动公开政府信息情况",
            "单位：件",
            "|第二十条第（一）项[1x4]|",
            "|内容|制发|废止|有效|",
            "|规章|1||2|",
            "|第二十条第（五）项[1x4]|",
            "|内容|数量[1x3]|",
            "注：以上为全年数。"
        ]
    );
}

#[test]
fn lines_of_few_words_beside_a_ruled_table_are_no_rows_of_it() {
    let document = read(&[
        "A1 填报单位：某局",
        "D1 单位：件",
        "A2! 甲",
        "B2! 乙",
        "C2! 丙",
        "D2! 丁",
        "A3! 1",
        "B3! 2",
        "C3! 3",
        "D3! 4",
        "A4!",
        "B4!",
        "A5!",
        "A6 填表人：张三",
        "C6 审核人：李四",
    ]);
    let expected = [
        "填报单位：某局  单位：件",
        "|甲|乙|丙|丁|",
        "|1|2|3|4|",
        "|||||",
        "填表人：张三  审核人：李四",
    ];
    assert_eq!(told(&document), expected);
}

#[test]
fn a_paragraph_broken_over_rows_by_hand_is_one_again_and_headings_never_join() {
    let long =
        "根据《中华人民共和国政府信息公开条例》规定，现公布本单位年度报告，所列数据的统计期限自";
    let document = read(&[
        &format!("A1:D1 {long}"),
        "A2:D2 2024年1月1日起，至12月31日止。",
        "A3:D3 本局按要求推进政务公开，各科室分工明确，全年没有收到投诉",
        "A4:D4 青禾县水利局",
    ]);
    let told = told(&document);
    assert_eq!(told.len(), 3);
    assert!(told[0].ends_with("自2024年1月1日起，至12月31日止。"));
    assert_eq!(told[2], "青禾县水利局");
}

#[test]
fn what_is_hidden_is_left_out_and_told() {
    let limits = Limits::default();
    let mut book = Book::new(Format::Xls, &limits);
    sheet(
        &mut book,
        "表三",
        &["A1! 甲", "B1! 乙", "C1! 丙", "A2! 1", "B2! 2", "C2! 3", "A3! 4", "B3! 5"],
    )
    .expect("within the limits");
    book.hide_rows(1, 1).expect("within the limits");
    book.hide_rows(7, 9).expect("within the limits");
    book.hide_columns(1, 1).expect("within the limits");
    book.begin("列表", true).expect("within the limits");
    book.put(0, 0, Content { text: "是".into(), ..Content::default() }).expect("within the limits");
    sheet(&mut book, "底稿", &["A1 甲", "B1 乙", "A2 1", "B2 2"]).expect("within the limits");
    book.sheet().expect("begun").hidden = true;
    let document = document(book).expect("within the limits");
    assert_eq!(told(&document), ["|甲|丙|", "|4||"]);
    let [notice] = &document.notices[..] else { panic!("{:?}", document.notices) };
    assert_eq!((notice.kind, notice.count), (NoticeKind::HiddenCells, 3));
    assert_eq!(notice.quote, "表三!2:2、表三!B:B、底稿");
    let Block::Table(table) = &document.blocks[0] else { panic!("a table") };
    assert_eq!(table.at(1, 1).map(|c| c.text.anchor.to_string()).as_deref(), Some("表三!C3"));
}

#[test]
fn a_sheet_named_like_a_heading_has_that_heading() {
    let limits = Limits::default();
    let mut book = Book::new(Format::Xlsx, &limits);
    let grid = ["A1 甲", "B1 乙", "A2 1", "B2 2"];
    sheet(&mut book, "二、主动公开政府信息情况", &grid).expect("within the limits");
    sheet(&mut book, "三、收到申请情况", &["A1 三、收到和处理政府信息公开申请情况"])
        .expect("within the limits");
    sheet(&mut book, "四、空", &[]).expect("within the limits");
    let document = document(book).expect("within the limits");
    let expected =
        ["二、主动公开政府信息情况", "|甲|乙|", "|1|2|", "三、收到和处理政府信息公开申请情况"];
    assert_eq!(told(&document), expected);
}

#[test]
fn cells_that_a_merge_covers_are_not_to_be_seen_and_overlaps_do_no_harm() {
    let document = read(&["A1:C3 甲", "B2 藏", "B2:D4 乙", "D1 丙", "E5 丁"]);
    assert_eq!(told(&document), ["|甲[2x1]|丙|", "||", "丁"]);
}

#[test]
fn lines_drawn_to_the_end_of_the_sheet_make_no_table_of_a_million_cells() {
    let limits = Limits::default();
    let mut book = Book::new(Format::Xlsx, &limits);
    sheet(&mut book, "表", &["A1! 甲", "B1! 乙", "A2! 1", "B2! 2"]).expect("within the limits");
    for row in 2..200_000 {
        for column in 0..2 {
            let ruled = Content { ruled: true, ..Content::default() };
            book.put(row, column, ruled).expect("within the limits");
        }
    }
    book.merge(Area { top: 3, left: 0, bottom: 1 << 20, right: 16_383 }).expect("one more");
    let document = document(book).expect("within the limits");
    assert_eq!(told(&document), ["|甲|乙|", "|1|2|", "|||"]);
}

#[test]
fn every_cell_counts_before_it_is_kept() {
    let limits = Limits { cells: 10, pages: 2, ..Limits::default() };
    let over = |result: Result<(), ExtractError>| result.map_err(|error| error.reason);
    let mut book = Book::new(Format::Xlsx, &limits);
    book.begin("一", false).expect("the first");
    let text = || Content { text: "1".into(), ..Content::default() };
    for row in 0..10 {
        book.put(row, 0, text()).expect("within the limits");
    }
    assert_eq!(over(book.put(10, 0, text())), Err(UnreadableReason::OverLimit));
    assert_eq!(
        over(book.merge(Area { top: 0, left: 0, bottom: 1, right: 1 })),
        Err(UnreadableReason::OverLimit)
    );
    book.begin("二", false).expect("the second");
    assert_eq!(over(book.begin("三", false)), Err(UnreadableReason::OverLimit));
}

#[test]
fn addresses_are_read_as_they_are_written() {
    let cases =
        [("A1", Some((0, 0))), ("XFD1048576", Some((1_048_575, 16_383))), ("aa2", Some((1, 26)))];
    for (name, place) in
        cases.into_iter().chain(["A0", "1", "A", "甲1", "A99999999999"].map(|n| (n, None)))
    {
        assert_eq!(address(name), place, "{name}");
    }
}
