//! What is wrong with an edition file, each fault with its place.

use crate::model::Words;
use std::ops::Range;

/// One fault of an edition file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Bytes of the file's text that it concerns.
    pub span: Range<usize>,
    pub what: Words,
    /// What to write instead.
    pub help: Words,
}

/// An edition file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("edition file {}: {}", file + 1, flaws.first().map_or("", |flaw| flaw.what.en.as_str()))]
pub struct EditionError {
    /// Which of the files given, from 0.
    pub file: usize,
    /// Everything wrong with it, in the order of the text.
    pub flaws: Vec<Flaw>,
}
