//! Word documents (.docx): the main part's paragraphs and tables in reading order.
//!
//! Tracked changes are read as accepted, merged cells resolved, text boxes and notes read where they
//! are anchored, automatic numbers computed. Running heads, comments and field codes are not body text.

mod beside;
mod body;
mod flow;
mod lists;
mod styles;
#[cfg(test)]
mod tests;

use super::numbering::Numbering;
use super::package::{Package, Relations};
use super::{ExtractError, Extractor, Limits, notice};
use crate::document::{Anchor, Document, NoticeKind};
use crate::model::Format;
use beside::Beside;
use styles::Styles;

/// The reader of Word documents.
pub(super) struct Docx;

impl Extractor for Docx {
    fn format(&self) -> Format {
        Format::Docx
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let mut package = Package::open(Format::Docx, bytes, limits)?;
        let main = package.main_part("word/document.xml")?;
        let relations = package.relations_of(&main)?;
        let styles = match relations.of_kind("/styles") {
            Some(part) => Styles::read(&package.text_or_nothing(part)?),
            None => Styles::default(),
        };
        let numbering = match relations.of_kind("/numbering") {
            Some(part) => lists::read(&package.text_or_nothing(part)?),
            None => Numbering::default(),
        };
        let text = package.text(&main)?;
        let context = body::Context { part: &main, relations: &relations, styles: &styles, limits };
        let beside = Beside::read(&mut package, &relations, &styles, limits)?;
        let mut read = body::read(&text, &context, numbering, beside)?;
        if let Some(part) = package.macros() {
            let anchor = Anchor::Path { part: part.clone(), path: String::new() };
            read.notices.push(notice(NoticeKind::Macro, anchor, &part));
        }
        Ok(Document { blocks: read.blocks, notices: read.notices, properties: Vec::new() })
    }
}

/// A document that is one file: the XML of Word 2003, with its styles before its text.
pub(super) fn flat(text: &str, limits: &Limits) -> Result<Document, ExtractError> {
    let part = |tag: &str| {
        let from = text.find(&format!("<w:{tag}"))?;
        let length = text[from..].find(&format!("</w:{tag}>"))?;
        Some(&text[from..from + length])
    };
    let styles = Styles::read(part("styles").unwrap_or_default());
    let relations = Relations::default();
    let context = body::Context { part: "", relations: &relations, styles: &styles, limits };
    let mut read = body::read(text, &context, Numbering::default(), Beside::default())?;
    if text.contains("<w:docSuppData") {
        read.notices.push(notice(NoticeKind::Macro, Anchor::Unknown, "docSuppData"));
    }
    Ok(Document { blocks: read.blocks, notices: read.notices, properties: Vec::new() })
}
