//! Word documents as one XML file: the XML of Word 2003, and a whole package written flat.
//!
//! The first has the elements of a .docx under other names here and there, the second is a .docx but
//! for its container: both are read by the reader of Word documents.

use super::docx::{self, Docx};
use super::refusal::{self, Limit};
use super::{ExtractError, Extractor, Limits, encoding, xml};
use crate::document::Document;
use crate::model::Format;
use quick_xml::events::Event;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The reader of Word documents in XML.
pub(super) struct WordXml;

impl Extractor for WordXml {
    fn format(&self) -> Format {
        Format::WordXml
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let text = encoding::decode(bytes).text;
        let read = if text.contains("<pkg:package") {
            Docx.extract(&package(&text, limits)?, limits)
        } else {
            docx::flat(&text, limits)
        };
        read.map_err(|error| ExtractError { format: Format::WordXml, ..error })
    }
}

/// The parts of a flat package in a container.
fn package(text: &str, limits: &Limits) -> Result<Vec<u8>, ExtractError> {
    let broken = |at: u64| xml::broken(Format::WordXml, "", at);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut reader = xml::reader(text);
    let (mut name, mut begin, mut parts) = (String::new(), None, 0);
    loop {
        let before = reader.buffer_position();
        match reader.read_event().map_err(|_| broken(reader.error_position()))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "part" if begin.is_none() => {
                    name = xml::attribute(&element, "name").unwrap_or_default();
                }
                "xmlData" if begin.is_none() => begin = Some(reader.buffer_position()),
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "xmlData" => {
                let from = begin.take().unwrap_or(before) as usize;
                let content = text.get(from..before as usize).unwrap_or_default();
                parts += 1;
                if parts > limits.entries {
                    let most = limits.entries.into();
                    return Err(refusal::over(Format::WordXml, Limit::Entries, most));
                }
                let written = zip
                    .start_file(name.trim_start_matches('/'), options)
                    .and_then(|()| Ok(zip.write_all(content.as_bytes())?));
                written.map_err(|_| broken(before))?;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(zip.finish().map_err(|_| broken(text.len() as u64))?.into_inner())
}

#[cfg(test)]
mod tests {
    use crate::document::{Block, Document, NoticeKind};
    use crate::extract::{Limits, extract};
    use crate::model::Format;

    fn read(text: &str) -> Document {
        let read = extract("年报.doc", text.as_bytes(), &Limits::default());
        let read = read.expect("the document can be read");
        assert_eq!(read.format, Format::WordXml);
        assert_eq!(read.document.notices[0].kind, NoticeKind::WrongExtension);
        read.document
    }

    fn told(document: &Document) -> Vec<String> {
        let one = |block: &Block| match block {
            Block::Table(table) => {
                let slot = |row, column| table.at(row, column).map_or("∅", |c| &c.text.clean);
                let row = |row| (0..table.columns).map(|c| slot(row, c)).collect::<Vec<_>>();
                (0..table.rows).map(|r| row(r).join("|")).collect::<Vec<_>>().join("/")
            }
            Block::Note(text) => format!("({})", text.clean),
            other => other.text().map_or(String::new(), |text| text.clean.clone()),
        };
        document.blocks.iter().map(one).collect()
    }

    const BODY: &str = r#"<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="一、"/></w:listPr></w:pPr>
        <w:r><w:t>总体情况</w:t></w:r></w:p>
        <w:p><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>旧</w:delText></w:r></aml:content></aml:annotation>
        <aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>新</w:t></w:r></aml:content></aml:annotation>
        <w:r><w:footnote><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>
        <w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>
        <w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>
        <w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr>"#;

    #[test]
    fn the_xml_of_2003_is_read_like_a_package() {
        let document = read(&format!(
            r#"<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument><w:styles>
            <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>
            <w:body><wx:sect>{BODY}</wx:sect></w:body></w:wordDocument>"#
        ));
        assert_eq!(told(&document), ["一、总体情况", "新", "(注)", "甲|1/甲|"]);
    }

    #[test]
    fn a_package_written_flat_is_read_like_one() {
        let document = read(
            r#"<?mso-application progid="Word.Document"?><pkg:package><pkg:part pkg:name="/_rels/.rels"><pkg:xmlData>
            <Relationships><Relationship Id="r1" Target="word/document.xml" Type="a/officeDocument"/></Relationships>
            </pkg:xmlData></pkg:part><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document><w:body>
            <w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part></pkg:package>"#,
        );
        assert_eq!(told(&document), ["正文"]);
        assert_eq!(document.blocks[0].anchor().to_string(), "word/document.xml#p[1]");
    }

    #[test]
    fn a_file_cut_anywhere_is_read_or_refused() {
        let whole = format!("<w:wordDocument><w:body>{BODY}</w:body></w:wordDocument>");
        for cut in 0..whole.len() {
            let _ = extract("a.xml", &whole.as_bytes()[..cut], &Limits::default());
        }
    }
}
