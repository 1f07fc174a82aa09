//! Bytes → [`Document`], one file per format behind one trait.
//!
//! Invariants: pure (bytes in, document out); the format comes from the content, never from the
//! name; nothing here knows what a report should contain; every input is bounded by [`Limits`].

mod archive;
mod batch;
mod budget;
mod bytes;
mod compound;
mod doc;
mod docx;
mod edges;
mod eml;
mod encoding;
mod furniture;
mod grid;
mod html;
mod limits;
mod mht;
mod nest;
mod numbering;
mod ods;
mod odt;
mod ofd;
mod package;
mod paged;
mod paragraph;
mod pdf;
mod recover;
mod refusal;
mod rtf;
mod sheet;
mod sniff;
mod symbol;
mod txt;
mod unshown;
mod word_xml;
mod xls;
mod xlsx;
mod xml;

pub use crate::model::size_words;
pub use batch::{Entry, Unpacked, unpack};
pub use limits::Limits;
pub use sheet::{Worksheet, WorksheetCell};

use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::model::{Format, UnreadableReason, Words};
use serde::{Deserialize, Serialize};

/// What a reader made of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    pub format: Format,
    pub document: Document,
}

/// Nothing could be read. Everything less than that is a notice in the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason:?}: {}", detail.en)]
pub struct ExtractError {
    /// The format as sniffed.
    pub format: Format,
    pub reason: UnreadableReason,
    /// What, where, which limit at which value. What to send instead is [`ExtractError::help`].
    pub detail: Words,
}

/// A reader of one format.
pub trait Extractor: Sync {
    /// The format this reader reads.
    fn format(&self) -> Format;
    /// Reads the whole file. `Err` only when nothing can be read.
    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError>;
}

/// Every reader there is. A new format is a new file and a line here.
static EXTRACTORS: &[&dyn Extractor] = &[
    &txt::Txt,
    &docx::Docx,
    &html::Html,
    &mht::Mht,
    &eml::Eml,
    &doc::Doc,
    &rtf::Rtf,
    &odt::Odt,
    &word_xml::WordXml,
    &pdf::Pdf,
    &ofd::Ofd,
    &xlsx::Xlsx,
    &xls::Xls,
    &ods::Ods,
];

/// Sniffs the format, reads the file and repairs its text (Traditional characters, pinyin,
/// conversion residue), leaving a notice for each repair. `name` serves only to note a wrong
/// extension.
pub fn extract(name: &str, bytes: &[u8], limits: &Limits) -> Result<Extracted, ExtractError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(refusal::over(Format::Unknown, refusal::Limit::Bytes, limits.bytes));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refusal::empty(Format::Unknown));
    }
    let format = sniff::sniff(bytes)?;
    let Some(reader) = EXTRACTORS.iter().find(|reader| reader.format() == format) else {
        return Err(refusal::unsupported(format));
    };
    let mut document = reader.extract(bytes, limits)?;
    recover::recover(&mut document);
    furniture::lift(&mut document);
    if let Some(extension) = sniff::wrong_extension(name, format) {
        document.notices.insert(0, notice(NoticeKind::WrongExtension, Anchor::Unknown, extension));
    }
    refuse_without_text(format, &document)?;
    Ok(Extracted { format, document })
}

/// The sheets of a workbook (.xlsx, .xls, .et) cell by cell, for tables that are no report: the roster.
/// `None` for bytes of any other format.
pub fn worksheets(bytes: &[u8], limits: &Limits) -> Option<Result<Vec<Worksheet>, ExtractError>> {
    let book = match sniff::sniff(bytes).ok()? {
        Format::Xlsx => xlsx::book(bytes, limits).map(|(book, _)| book),
        Format::Xls => xls::book(bytes, limits).map(|(book, ..)| book),
        _ => return None,
    };
    Some(book.map(sheet::Book::worksheets))
}

/// A document without one visible character has nothing to judge; a picture or an embedded file in
/// it says why.
fn refuse_without_text(format: Format, document: &Document) -> Result<(), ExtractError> {
    let says_something = |block: &Block| match block {
        Block::Table(table) => {
            table.cells.iter().any(|cell| !cell.text.is_blank() || !cell.tables.is_empty())
        }
        other => other.text().is_some_and(|text| !text.is_blank()),
    };
    if document.blocks.iter().any(says_something) {
        return Ok(());
    }
    let pictured = document.blocks.iter().any(|b| matches!(b, Block::Picture { .. }));
    let embedded = document.notices.iter().find(|n| n.kind == NoticeKind::EmbeddedObject);
    Err(match embedded {
        _ if pictured => refusal::pictures_only(format),
        Some(embedded) => refusal::embedded_only(format, &embedded.quote),
        None => refusal::empty(format),
    })
}

/// Characters of a notice's quote.
const QUOTE: usize = 200;

/// A notice counted once, its quote cut to the agreed length.
fn notice(kind: NoticeKind, anchor: Anchor, quote: &str) -> Notice {
    Notice { kind, anchor, quote: quote.chars().take(QUOTE).collect(), count: 1 }
}
