//! Word files made out of other Word files.

use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// The XML of the text.
pub fn main_part(docx: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).expect("a zip");
    let part = zip.by_name("word/document.xml").expect("a main part");
    std::io::read_to_string(part).expect("UTF-8")
}

/// The same file with another text.
pub fn with_main_part(docx: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    with_parts(docx, &[("word/document.xml", change(&main_part(docx)))])
}

/// The same file with parts in place of its own, or added to them.
pub fn with_parts(docx: &[u8], parts: &[(&str, String)]) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(docx)).expect("a zip");
    let mut target = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for at in 0..source.len() {
        let mut entry = source.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        if parts.iter().all(|(part, _)| *part != name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("its bytes");
            target.start_file(name, options).expect("memory");
            target.write_all(&bytes).expect("memory");
        }
    }
    for (name, text) in parts {
        target.start_file(*name, options).expect("memory");
        target.write_all(text.as_bytes()).expect("memory");
    }
    target.finish().expect("memory").into_inner()
}
