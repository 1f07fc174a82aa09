//! Workbooks made here, each with one trap.

use crate::document::{Anchor, Block, Document, NoticeKind};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::{Format, UnreadableReason};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated =
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, deflated).expect("in memory");
        zip.write_all(content.as_bytes()).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

fn relations(all: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    };
    format!("<Relationships>{}</Relationships>", all.iter().map(one).collect::<String>())
}

/// A workbook of one sheet, `表`, with what is beside its cells in `more`.
fn with(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let root = relations(&[("r1", "officeDocument", "xl/workbook.xml")]);
    let main = relations(&[
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("r2", "sharedStrings", "sharedStrings.xml"),
        ("r3", "styles", "/xl/styles.xml"),
        ("r4", "chartsheet", "chartsheets/sheet1.xml"),
    ]);
    let mut parts = vec![
        ("_rels/.rels", root.as_str()),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        ("xl/_rels/workbook.xml.rels", main.as_str()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    parts.extend(more);
    package(&parts)
}

fn try_read(bytes: &[u8]) -> Result<Document, ExtractError> {
    extract("a.xlsx", bytes, &Limits::default()).map(|read| {
        assert_eq!(read.format, Format::Xlsx);
        read.document
    })
}

fn rows(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

fn cells(document: &Document) -> Vec<(String, bool)> {
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

fn texts(document: &Document) -> Vec<String> {
    cells(document).into_iter().map(|(text, _)| text).collect()
}

const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>
    <borders><border><left/><top/></border><border><left style="thin"/><right/><top style="thin"/></border></borders>
    <cellStyleXfs><xf numFmtId="10"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0" borderId="0"/><xf numFmtId="3" borderId="1"/><xf numFmtId="176" borderId="1"/><xf numFmtId="10"/></cellXfs></styleSheet>"##;

#[test]
fn cells_of_every_kind_say_what_they_show() {
    let strings = r#"<sst><si><t>甲</t></si><si><r><t>务</t></r><r><t xml:space="preserve"> 公</t></r><rPh><t>ㄨ</t></rPh></si></sst>"#;
    let sheet = rows(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="inlineStr"><is><t>行_x000D_&#10;二&amp;_x4e09_</t></is></c></row>
        <row r="2"><c r="A2"><v>3</v></c><c r="B2" s="1"><v>3001</v></c><c r="C2" s="2"><v>45672</v></c></row>
        <row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>#REF!</v></c><c r="C3" t="str"><f>A1</f><v>乙</v></c></row>
        <row><c><v>3.0</v></c><c s="3"><v>0.255</v></c><c t="str"><f>A9</f><v></v></c></row>"#,
    );
    let bytes = with(&sheet, &[("xl/sharedStrings.xml", strings), ("xl/styles.xml", STYLES)]);
    let document = try_read(&bytes).expect("readable");
    assert!(document.notices.is_empty(), "{:?}", document.notices);
    let expected = [
        "甲",
        "务 公",
        "行\n二&三",
        "3",
        "3,001",
        "2025年1月15日",
        "TRUE",
        "#REF!",
        "乙",
        "3",
        "25.50%",
        "",
    ];
    assert_eq!(texts(&document), expected);
}

#[test]
fn a_formula_without_its_result_is_no_number_and_is_told() {
    let sheet = rows(
        r#"<row r="1"><c r="A1" t="str"><v>总计</v></c><c r="B1"><f>C1+D1</f><v></v></c><c r="C1"><f>1+0</f><v>1</v></c><c r="D1"><f>0</f><v>0</v></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>SUM(C2:D2)</f></c></row>"#,
    );
    let document = try_read(&with(&sheet, &[])).expect("readable");
    let open: Vec<String> =
        cells(&document).into_iter().filter(|(_, doubt)| *doubt).map(|(text, _)| text).collect();
    assert_eq!(open, ["=C1+D1", "=SUM(C2:D2)"]);
    let [notice] = &document.notices[..] else { panic!("{:?}", document.notices) };
    assert_eq!((notice.kind, notice.count), (NoticeKind::FormulaWithoutResult, 2));
    assert_eq!(notice.quote, "表!B1、表!B2");
    assert_eq!(notice.anchor, Anchor::Sheet { sheet: "表".into(), row: 1, column: 2 });
    // A program that leaves the calculating to others writes 0 for what it does not know.
    let main = r#"<workbook><sheets><sheet name="表" r:id="r1"/></sheets><calcPr fullCalcOnLoad="1"/></workbook>"#;
    let document = try_read(&with(&sheet, &[("xl/workbook.xml", main)])).expect("readable");
    assert_eq!(document.notices[0].count, 3);
    assert!(texts(&document).contains(&"=0".to_string()));
}

#[test]
fn hidden_rows_columns_and_sheets_are_left_out() {
    let sheet = r#"<worksheet><cols><col min="2" max="2" hidden="1"/><col min="5" max="16384" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>
        <row r="2" hidden="1"><c r="A2"><v>4</v></c></row>
        <row r="3" ht="0"><c r="A3"><v>5</v></c></row>
        <row r="4"><c r="A4"><v>6</v></c><c r="C4"><v>7</v></c></row></sheetData></worksheet>"#;
    let main = r#"<workbook><sheets><sheet name="底稿" state="veryHidden" r:id="r1"/><sheet name="图" r:id="r4"/><sheet name="表" r:id="r1"/></sheets></workbook>"#;
    let document = try_read(&with(sheet, &[("xl/workbook.xml", main)])).expect("readable");
    assert_eq!(texts(&document), ["1", "3", "6", "7"]);
    let told: Vec<(NoticeKind, &str)> =
        document.notices.iter().map(|n| (n.kind, n.quote.as_str())).collect();
    assert_eq!(
        told,
        [
            (NoticeKind::HiddenCells, "底稿、表!2:2、表!3:3、表!B:B"),
            (NoticeKind::EmbeddedObject, "图")
        ]
    );
}

#[test]
fn pictures_and_boxes_over_a_sheet_are_met_and_macros_told() {
    let to_drawing = relations(&[("r1", "drawing", "../drawings/drawing1.xml")]);
    let to_picture = relations(&[("r1", "image", "../media/image1.png")]);
    let drawing = r#"<wsDr><twoCellAnchor><from><col>0</col><row>0</row></from><sp><txBody><p><r><t>某局</t></r><r><t>年报</t></r></p><p><r><t>二〇二四</t></r></p></txBody></sp></twoCellAnchor>
        <twoCellAnchor><from><col>1</col><row>4</row></from><pic><blipFill><blip r:embed="r1"/></blipFill></pic></twoCellAnchor></wsDr>"#;
    let sheet = rows(r#"<row r="2"><c r="A2" t="str"><v>甲</v></c></row>"#);
    let bytes = with(
        &sheet,
        &[
            ("xl/worksheets/_rels/sheet1.xml.rels", &to_drawing),
            ("xl/drawings/drawing1.xml", drawing),
            ("xl/drawings/_rels/drawing1.xml.rels", &to_picture),
            ("xl/vbaProject.bin", "x"),
        ],
    );
    let document = try_read(&bytes).expect("readable");
    assert_eq!(texts(&document), ["某局年报", "二〇二四", "甲"]);
    let Some(Block::Picture { name, anchor }) = document.blocks.last() else { panic!("a picture") };
    assert_eq!((name.as_str(), anchor.to_string().as_str()), ("xl/media/image1.png", "表!B5"));
    assert_eq!(document.notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::Macro]);
}

#[test]
fn what_is_over_a_limit_broken_or_another_format_is_refused_by_its_reason() {
    let reason = |bytes: Vec<u8>| try_read(&bytes).expect_err("refused").reason;
    let one = rows(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    let strings = format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(200_001));
    assert_eq!(
        reason(with(&one, &[("xl/sharedStrings.xml", &strings)])),
        UnreadableReason::OverLimit
    );
    let sheets = r#"<sheet name="表" r:id="r1"/>"#.repeat(10_000);
    let main = format!("<workbook><sheets>{sheets}</sheets></workbook>");
    assert_eq!(reason(with(&rows(""), &[("xl/workbook.xml", &main)])), UnreadableReason::OverLimit);
    let merges = r#"<mergeCell ref="A1:XFD1048576"/>"#.repeat(300_000);
    let merged = format!("<worksheet><mergeCells>{merges}</mergeCells></worksheet>");
    assert_eq!(reason(with(&merged, &[])), UnreadableReason::OverLimit);
    assert_eq!(reason(with(&one, &[])), UnreadableReason::Damaged, "no such shared text");
    assert_eq!(reason(with("<worksheet><sheetData><row", &[])), UnreadableReason::Damaged);
    let binary = relations(&[("r1", "officeDocument", "xl/workbook.bin")]);
    let more = [("_rels/.rels", binary.as_str()), ("xl/workbook.bin", "x")];
    assert_eq!(reason(with(&one, &more)), UnreadableReason::Unsupported);
    assert_eq!(reason(with(&rows(""), &[])), UnreadableReason::Empty);
}

#[test]
fn a_size_that_is_only_declared_costs_nothing() {
    let sheet = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>
        <row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>
        <mergeCells><mergeCell ref="A1:XFD1048575"/></mergeCells></worksheet>"#;
    let document = try_read(&with(sheet, &[])).expect("readable");
    assert_eq!(texts(&document), ["1", "2"]);
}
