//! Rich Text Format: paragraphs and tables in reading order.
//!
//! Tracked changes are read as accepted, fields give their result, merged cells are resolved, notes
//! and text boxes follow the paragraph they are anchored in, automatic numbers are those the file
//! prints for readers that do not count. Running heads, comments and objects are not body text.

mod flow;
mod fonts;
mod lex;
mod row;
#[cfg(test)]
mod tests;
mod walk;

use super::{ExtractError, Extractor, Limits};
use crate::document::Document;
use crate::model::Format;

/// The reader of Rich Text Format.
pub(super) struct Rtf;

impl Extractor for Rtf {
    fn format(&self) -> Format {
        Format::Rtf
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        walk::Walk::new(limits).read(bytes)
    }
}
