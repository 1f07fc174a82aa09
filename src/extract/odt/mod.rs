//! OpenDocument texts (.odt, and .fodt in one file): paragraphs and tables in reading order.
//!
//! Tracked changes are read as accepted, merged and repeated cells resolved, notes and text boxes
//! read where they are anchored, automatic numbers computed. Running heads, comments and macros are
//! not body text.

mod lists;
mod table;
#[cfg(test)]
mod tests;
mod walk;

use super::archive::Archive;
use super::{ExtractError, Extractor, Limits, encoding, notice, refusal};
use crate::document::{Anchor, Document, NoticeKind};
use crate::model::Format;
use lists::Lists;

/// The part that holds the text.
const CONTENT: &str = "content.xml";

/// The reader of OpenDocument texts.
pub(super) struct Odt;

impl Extractor for Odt {
    fn format(&self) -> Format {
        Format::Odt
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        if !bytes.starts_with(b"PK") {
            let text = encoding::decode(bytes).text;
            return walk::read(&text, "", Lists::read(&[&text]), limits);
        }
        let mut archive = Archive::open(Format::Odt, bytes, limits)?;
        if archive.text_or_nothing("META-INF/manifest.xml")?.contains("encryption-data") {
            return Err(refusal::encrypted(Format::Odt));
        }
        if !archive.holds(CONTENT) {
            return Err(refusal::damaged(
                Format::Odt,
                "找不到正文（content.xml）",
                "there is no main part (content.xml)",
            ));
        }
        let text = archive.text(CONTENT)?;
        let styles = archive.text_or_nothing("styles.xml")?;
        let mut document = walk::read(&text, CONTENT, Lists::read(&[&styles, &text]), limits)?;
        let mut names = archive.names();
        if let Some(name) = names.find(|name| name.starts_with("Basic/") && name.ends_with(".xml"))
        {
            let anchor = Anchor::Path { part: name.clone().into_owned(), path: String::new() };
            document.notices.push(notice(NoticeKind::Macro, anchor, &name));
        }
        Ok(document)
    }
}
