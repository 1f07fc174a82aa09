//! A specimen as a Word file: the fewest parts a word processor opens, with the form's own merges.

use super::Specimen;
use super::form::Form;
use super::grid::{GridCell, Merge, lay_out};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

/// A4 with the margins of an official paper, in twentieths of a point.
const FOOT: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>"#;

/// Width of the text area in twentieths of a point: A4 less the margins.
const TEXT_WIDTH: usize = 8844;

/// The bytes; entries in a fixed order with a fixed time, so that equal specimens are equal files.
pub(super) fn file(specimen: &Specimen) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES.to_string()),
        ("_rels/.rels", RELATIONS.to_string()),
        ("word/document.xml", document(specimen)),
    ];
    for (name, content) in parts {
        zip.start_file(name, options).expect("a ZIP in memory takes small entries");
        zip.write_all(content.as_bytes()).expect("writing to memory cannot fail");
    }
    zip.finish().expect("a ZIP in memory can be closed").into_inner()
}

fn document(specimen: &Specimen) -> String {
    let mut out = String::from(HEAD);
    paragraph(&mut out, &specimen.title, "center");
    specimen.preamble.iter().for_each(|p| paragraph(&mut out, p, "both"));
    for part in &specimen.parts {
        paragraph(&mut out, &part.heading, "both");
        part.paragraphs.iter().for_each(|p| paragraph(&mut out, p, "both"));
        if let Some(form) = &part.table {
            table(&mut out, form);
        }
        part.after.iter().for_each(|p| paragraph(&mut out, p, "both"));
    }
    paragraph(&mut out, &specimen.signature, "right");
    paragraph(&mut out, &specimen.date, "right");
    out.push_str(FOOT);
    out
}

/// A paragraph with its justification; nothing for an empty text.
fn paragraph(out: &mut String, text: &str, justified: &str) {
    if !text.is_empty() {
        write!(out, r#"<w:p><w:pPr><w:jc w:val="{justified}"/></w:pPr>"#)
            .expect("writing to a String cannot fail");
        run(out, text);
        out.push_str("</w:p>");
    }
}

fn run(out: &mut String, text: &str) {
    out.push_str("<w:r>");
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        write!(out, r#"<w:t xml:space="preserve">{line}</w:t>"#)
            .expect("writing to a String cannot fail");
    }
    out.push_str("</w:r>");
}

fn table(out: &mut String, form: &Form) {
    let grid = lay_out(form);
    let width = TEXT_WIDTH / grid.columns.max(1);
    out.push_str(r#"<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders></w:tblPr><w:tblGrid>"#);
    for _ in 0..grid.columns {
        write!(out, r#"<w:gridCol w:w="{width}"/>"#).expect("writing to a String cannot fail");
    }
    out.push_str("</w:tblGrid>");
    for row in &grid.rows {
        out.push_str("<w:tr>");
        row.iter().for_each(|cell| table_cell(out, cell, width));
        out.push_str("</w:tr>");
    }
    // Word joins two tables that touch; a paragraph between them keeps them apart.
    out.push_str("</w:tbl><w:p/>");
}

fn table_cell(out: &mut String, cell: &GridCell, width: usize) {
    write!(out, r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/>"#, width * cell.span)
        .expect("writing to a String cannot fail");
    if cell.span > 1 {
        write!(out, r#"<w:gridSpan w:val="{}"/>"#, cell.span)
            .expect("writing to a String cannot fail");
    }
    out.push_str(match cell.merge {
        Merge::None => "",
        Merge::Start(_) => r#"<w:vMerge w:val="restart"/>"#,
        Merge::Continue => "<w:vMerge/>",
    });
    out.push_str("</w:tcPr><w:p>");
    if cell.merge != Merge::Continue && !cell.text.is_empty() {
        run(out, &cell.text);
    }
    out.push_str("</w:p></w:tc>");
}
