//! PDF with a text layer: characters and lines of each page, handed to `paged`.
//!
//! What the file does not tell is never guessed: a character without a Unicode value is U+FFFD, a page
//! that is a picture is unread, an encrypted file is no scan.

mod fields;
mod fonts;
mod guard;
mod page;
#[cfg(test)]
mod tests;

use super::budget::Budget;
use super::refusal::{self, Limit};
use super::{ExtractError, Extractor, Limits, paged};
use crate::document::Document;
use crate::model::Format;
use fonts::Fonts;
use pdfplumber_parse::{LopdfBackend, LopdfDocument, PdfBackend};

/// The reader of PDF.
pub(super) struct Pdf;

impl Extractor for Pdf {
    fn format(&self) -> Format {
        Format::Pdf
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        guard::check(bytes, limits)?;
        let encrypted = guard::says_encrypted(bytes);
        let file = open(bytes, encrypted)?;
        let pages = pages(&file, limits)?;
        paged::refuse_unread(Format::Pdf, &pages, encrypted)?;
        paged::read(&pages, Budget::new(Format::Pdf, limits))
    }
}

/// Opens the file, a second time where fonts had to be mended.
fn open(bytes: &[u8], encrypted: bool) -> Result<LopdfDocument, ExtractError> {
    let refused = || match encrypted {
        true => refusal::encrypted(Format::Pdf),
        false => refusal::damaged(
            Format::Pdf,
            "文件结构不完整（可能没有传完或没有存完）",
            "the structure of the file is broken or cut off",
        ),
    };
    let file = LopdfBackend::open(bytes).map_err(|_| refused())?;
    match fonts::mended(file.inner()) {
        Some(mended) => LopdfBackend::open(&mended).map_err(|_| refused()),
        None => Ok(file),
    }
}

fn pages(file: &LopdfDocument, limits: &Limits) -> Result<Vec<paged::Page>, ExtractError> {
    let count = LopdfBackend::page_count(file);
    if count > limits.pages as usize {
        return Err(refusal::over(Format::Pdf, Limit::Pages, limits.pages.into()));
    }
    let fonts = Fonts::of(file.inner());
    let mut left = limits.characters as usize;
    let mut pages = Vec::with_capacity(count);
    for index in 0..count {
        let page = page::read(file, index, &fonts, left);
        left = match left.checked_sub(page.glyphs.len()) {
            Some(left) if left > 0 => left,
            _ => {
                return Err(refusal::over(
                    Format::Pdf,
                    Limit::Characters,
                    limits.characters.into(),
                ));
            }
        };
        pages.push(page);
    }
    Ok(pages)
}
