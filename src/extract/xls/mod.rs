//! Workbooks of Excel before 2007 (.xls) and those of Kingsoft's tables (.et), which are the same
//! ([MS-XLS], BIFF8), and of Excel 5 and 95 (BIFF5), out of a compound file.
//!
//! Read here rather than by a crate, for the reasons of `xlsx`.

mod globals;
mod records;
mod sheet;
mod strings;
#[cfg(test)]
mod tests;

use super::compound::Container;
use super::sheet::{Book, Epoch, Style, document};
use super::{ExtractError, Extractor, Limits, notice, refusal};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::model::Format;
use encoding_rs::Encoding;
use globals::{Declared, Kind};
use std::collections::BTreeSet;

/// The reader of old workbooks.
pub(super) struct Xls;

/// What the whole workbook has in common.
struct Shared {
    /// Characters are UTF-16; else bytes of a code page.
    unicode: bool,
    code_page: &'static Encoding,
    strings: Vec<String>,
    styles: Vec<Style>,
    epoch: Epoch,
}

impl Extractor for Xls {
    fn format(&self) -> Format {
        Format::Xls
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let (book, notices, pictured) = book(bytes, limits)?;
        let mut document = document(book)?;
        if document.blocks.is_empty() && pictured {
            let block = Block::Picture { name: String::new(), anchor: Anchor::Unknown };
            document.blocks.push(block);
        }
        document.notices.extend(notices);
        Ok(document)
    }
}

/// The sheets of a workbook, what is to be noted of it as a whole, and whether it has pictures.
pub(super) fn book<'l>(
    bytes: &[u8],
    limits: &'l Limits,
) -> Result<(Book<'l>, Vec<Notice>, bool), ExtractError> {
    let mut container = Container::open(Format::Xls, bytes)?;
    let stream = match container.stream("Workbook")? {
        Some(stream) => stream,
        None => container.stream("Book")?.unwrap_or_default(),
    };
    let globals = globals::read(&stream, limits)?;
    let mut book = Book::new(Format::Xls, limits);
    let mut notices = Vec::new();
    let mut read = BTreeSet::new();
    for Declared { name, hidden, kind, at } in globals.sheets {
        // No two sheets of a sound file begin at one place: a few bytes are not read a thousand times.
        if !read.insert(at) {
            return Err(damaged(
                "两个工作表指向同一处",
                "two sheets are said to begin at one place",
            ));
        }
        if kind != Kind::Grid {
            let anchor = Anchor::Sheet { sheet: name.clone(), row: 1, column: 1 };
            notices.push(notice(NoticeKind::EmbeddedObject, anchor, &name));
            continue;
        }
        book.begin(&name, hidden)?;
        sheet::read(&stream, at, &globals.shared, &mut book)?;
    }
    notices.extend(container.macros());
    Ok((book, notices, globals.pictured))
}

fn damaged(zh: &str, en: &str) -> ExtractError {
    refusal::damaged(Format::Xls, zh, en)
}
