//! A Word file's text as the one XML file that Word also saves.

use super::word;

/// The XML of Word 2003: the elements of today under one name or another of their own.
pub fn of_2003(docx: &[u8]) -> Vec<u8> {
    let main = word::main_part(docx);
    let (head, body) = main.split_once("<w:body>").expect("a body");
    assert!(head.contains("<w:document"));
    let body = body.split_once("</w:document>").expect("its end").0;
    let body = body
        .replace("w:vMerge", "w:vmerge")
        .replace(r#"<w:jc w:val="both"/>"#, r#"<w:jc w:val="both"/><w:ind w:first-line="640"/>"#)
        .replace("<w:t xml:space=\"preserve\">", "<w:t>");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xml:space="preserve"><w:body><wx:sect>{}</wx:sect></w:body></w:wordDocument>"#,
        body.strip_suffix("</w:body>").expect("a body's end")
    )
    .into_bytes()
}

/// The whole package written flat.
pub fn flat(docx: &[u8]) -> Vec<u8> {
    let main = word::main_part(docx);
    let main = main.split_once("?>").expect("a declaration").1;
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/_rels/.rels" pkg:contentType="application/vnd.openxmlformats-package.relationships+xml"><pkg:xmlData><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/document.xml" pkg:contentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"><pkg:xmlData>{main}</pkg:xmlData></pkg:part></pkg:package>"#
    )
    .into_bytes()
}
