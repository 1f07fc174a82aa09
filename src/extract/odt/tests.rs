//! Flat OpenDocument texts made here, each with one trap; the container is tried once.

use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::{Format, UnreadableReason};
use std::io::{Cursor, Write};

const HEAD: &str = r#"<office:document office:mimetype="application/vnd.oasis.opendocument.text">"#;

fn try_read(styles: &str, body: &str) -> Result<Document, ExtractError> {
    let text = format!(
        "{HEAD}{styles}<office:body><office:text>{body}</office:text></office:body></office:document>"
    );
    let read = extract("a.fodt", text.as_bytes(), &Limits::default())?;
    assert_eq!(read.format, Format::Odt);
    Ok(read.document)
}

fn read(body: &str) -> Document {
    try_read("", body).expect("the document can be read")
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

fn grid(document: &Document) -> Vec<Vec<&str>> {
    let mut tables =
        document.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    let table: &Table = tables.next().expect("a table");
    let slot = |row, column| table.at(row, column).map_or("∅", |c| c.text.clean.as_str());
    (0..table.rows)
        .map(|row| (0..table.columns).map(|column| slot(row, column)).collect())
        .collect()
}

fn cell(attributes: &str, text: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
}

#[test]
fn spanned_and_repeated_cells_fill_their_slots_and_blank_rows_stay() {
    let two = r#"table:number-rows-spanned="2""#;
    let wide = r#"table:number-columns-spanned="2""#;
    let document = read(&format!(
        r#"<table:table><table:table-header-rows><table:table-row>{}{}<table:covered-table-cell/></table:table-row>
        </table:table-header-rows><table:table-row><table:covered-table-cell/>{}</table:table-row>
        <table:table-row table:number-rows-repeated="2">{}</table:table-row></table:table>"#,
        cell(two, "甲"),
        cell(wide, "乙"),
        cell(r#"table:number-columns-repeated="2""#, "1"),
        cell(r#"table:number-columns-repeated="3""#, ""),
    ));
    assert_eq!(grid(&document), [["甲", "乙", "乙"], ["甲", "1", "1"], ["", "", ""], ["", "", ""]]);
}

#[test]
fn white_space_is_read_as_it_is_meant() {
    let document = read(
        "<text:p>  甲\n  乙<text:s text:c=\"2\"/>丙<text:tab/>丁<text:line-break/>戊&amp;<text:title>题</text:title></text:p>",
    );
    assert_eq!(paragraphs(&document), ["甲 乙  丙 丁\n戊&题"]);
}

#[test]
fn deleted_text_comments_and_heads_of_pages_are_no_content() {
    let styles = "<office:master-styles><text:p>页眉</text:p></office:master-styles>";
    let document = try_read(
        styles,
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p></text:deletion>\
         </text:changed-region></text:tracked-changes><text:p>新<text:change/><office:annotation><text:p>批注\
         </text:p></office:annotation>文</text:p>",
    )
    .expect("the document can be read");
    assert_eq!(paragraphs(&document), ["新文"]);
    assert_eq!(document.notices[0].kind, NoticeKind::TrackedChanges);
}

#[test]
fn notes_boxes_and_pictures_follow_their_paragraph() {
    let document = read(
        r#"<text:p>甲<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note>乙<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame></text:p>
        <text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame></text:p><text:p>后</text:p>"#,
    );
    assert_eq!(paragraphs(&document), ["甲乙", "框", "后"]);
    assert_eq!(document.blocks[1].note().map(|n| n.clean.as_str()), Some("注"));
    assert!(matches!(&document.blocks[3], Block::Picture { name, .. } if name == "Pictures/1.png"));
}

#[test]
fn numbers_of_lists_and_headings_are_counted() {
    let styles = r#"<text:outline-style><text:outline-level-style text:level="1" style:num-format=""/></text:outline-style>
        <text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="、"
        style:num-format="一, 二, 三, ..."/><text:list-level-style-number text:level="2" style:num-format="1"
        loext:num-list-format="（%2%）"/></text:list-style>"#;
    let item = |inner: &str| format!("<text:list-item>{inner}</text:list-item>");
    let inner = format!(
        "<text:list>{}{}</text:list>",
        item("<text:p>甲</text:p>"),
        item("<text:p>乙</text:p>")
    );
    let document = try_read(
        styles,
        &format!(
            r#"<text:list text:style-name="L">{}{}</text:list><text:p>正文</text:p>
            <text:list text:continue-numbering="true" text:style-name="L">{}</text:list>
            <text:list text:style-name="L">{}</text:list><text:h text:outline-level="1">题</text:h>"#,
            item("<text:h text:outline-level=\"1\">总体</text:h>"),
            item(&inner),
            item("<text:p>公开</text:p>"),
            item("<text:p>另起</text:p>"),
        ),
    )
    .expect("the document can be read");
    assert_eq!(
        paragraphs(&document),
        ["一、总体", "（1）甲", "（2）乙", "正文", "二、公开", "一、另起", "题"]
    );
    assert!(matches!(&document.blocks[0], Block::Heading { level: 1, .. }));
}

#[test]
fn repetition_is_refused_by_what_it_comes_to() {
    let over = |body: &str| {
        let error = try_read("", body).expect_err("refused");
        assert_eq!(error.reason, UnreadableReason::OverLimit);
        error.detail.en
    };
    let rows = format!(
        r#"<table:table><table:table-row table:number-rows-repeated="2000000000">{}</table:table-row></table:table>"#,
        cell("", "1")
    );
    assert!(over(&rows).contains("limits.cells"));
    let columns = cell(r#"table:number-columns-repeated="2000000000""#, "1");
    let columns =
        format!("<table:table><table:table-row>{columns}</table:table-row></table:table>");
    assert!(over(&columns).contains("limits.columns"));
    let text = cell(r#"table:number-columns-repeated="1000""#, &"文".repeat(10_000));
    let text = format!("<table:table><table:table-row>{text}</table:table-row></table:table>");
    assert!(over(&text).contains("limits.characters"));
    assert!(
        over(&format!("{}{}", "<text:section>".repeat(300), "</text:section>".repeat(300)))
            .contains("limits.depth")
    );
}

fn container(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(*name, options).expect("in memory");
        zip.write_all(content.as_bytes()).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

#[test]
fn the_container_is_read_and_says_when_it_is_encrypted_or_broken() {
    let kind = ("mimetype", "application/vnd.oasis.opendocument.text");
    let content = "<office:document-content><office:body><office:text><text:p>文</text:p></office:text></office:body></office:document-content>";
    let whole = container(&[kind, ("content.xml", content), ("Basic/Standard/M.xml", "x")]);
    let read = |bytes: &[u8]| extract("a.odt", bytes, &Limits::default());
    let document = read(&whole).expect("the document can be read").document;
    assert_eq!(document.blocks[0].anchor().to_string(), "content.xml#p[1]");
    assert_eq!(document.notices[0].kind, NoticeKind::Macro);
    let manifest = ("META-INF/manifest.xml", "<manifest:encryption-data/>");
    let reason = |bytes: &[u8]| read(bytes).map(|_| ()).map_err(|e| e.reason);
    assert_eq!(reason(&container(&[kind, manifest])), Err(UnreadableReason::Encrypted));
    assert_eq!(reason(&container(&[kind])), Err(UnreadableReason::Damaged));
    let cut = container(&[kind, ("content.xml", &content[..90])]);
    assert_eq!(reason(&cut), Err(UnreadableReason::Damaged));
    for at in 0..whole.len() {
        let _ = read(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] = changed[at].wrapping_mul(31).wrapping_add(7);
        let _ = read(&changed);
    }
}

#[test]
fn what_is_struck_out_or_hidden_is_not_read_into_a_number() {
    let styles = r#"<office:automatic-styles>
        <style:style style:name="T1"><style:text-properties style:text-line-through-style="solid"/></style:style>
        <style:style style:name="T2"><style:text-properties text:display="none"/></style:style>
        <style:style style:name="T3"><style:text-properties style:text-line-through-style="none"/></style:style>
        </office:automatic-styles>"#;
    let span = |style: &str, text: &str| {
        format!(r#"<text:span text:style-name="{style}">{text}</text:span>"#)
    };
    let cells: String =
        ["T1", "T2"].map(|style| cell("", &(span(style, "5") + &span("T3", "3")))).concat();
    let table = format!("<table:table><table:table-row>{cells}</table:table-row></table:table>");
    let document = try_read(styles, &table).expect("the document can be read");
    assert_eq!(grid(&document), [["3", "3"]]);
    let notice = document.notices.iter().find(|n| n.kind == NoticeKind::TextStruck);
    assert_eq!(notice.map(|n| n.count), Some(2));
}
