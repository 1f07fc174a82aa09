//! Bytes → [`Document`], one file per format behind one trait.
//!
//! Invariants: pure (bytes in, document out); the format comes from the content, never from the
//! name; nothing here knows what a report should contain; every input is bounded by [`Limits`].

mod limits;

pub use limits::Limits;

use crate::document::Document;
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
    /// What, where, which limit at which value.
    pub detail: Words,
}

/// A reader of one format.
pub trait Extractor: Sync {
    /// The format this reader reads.
    fn format(&self) -> Format;
    /// Reads the whole file. `Err` only when nothing can be read.
    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError>;
}

/// Sniffs the format, reads the file and repairs its text (Traditional characters, pinyin,
/// conversion residue), leaving a notice for each repair. `name` serves only to note a wrong
/// extension.
pub fn extract(_name: &str, _bytes: &[u8], _limits: &Limits) -> Result<Extracted, ExtractError> {
    todo!()
}
