//! Sample reports of our own making: a clean report of either edition with any number, label or
//! passage changed, written as text, HTML or DOCX. Used by `nianbao demo`, by the examples on the
//! rule pages, by tests and benches.
//!
//! Invariant: everything written here is made from the edition's data and this room's own sentences.

use crate::edition::Edition;

/// A report to be written. Starts clean ([`Specimen::clean`]): judged as it is, it has no finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Specimen {
    inner: (),
}

impl Specimen {
    /// A complete, consistent report of the edition's newest closed year (2019 form: 2020, 2021 form: 2024).
    pub fn clean(_edition: &Edition) -> Self {
        todo!()
    }

    /// Like [`Specimen::clean`] with other numbers, unit and passages drawn from `seed`; consistent.
    pub fn random(_edition: &Edition, _seed: u64) -> Self {
        todo!()
    }

    /// Applies one line of the patch language of the rule pages; the error says what is wrong with it.
    pub fn patch(&mut self, _line: &str) -> Result<(), String> {
        todo!()
    }

    /// The converter-like text layout of the field: one cell a line, each begun with a tab, an empty line ends the row.
    pub fn to_text(&self) -> String {
        todo!()
    }

    /// Text with Markdown tables.
    pub fn to_markdown(&self) -> String {
        todo!()
    }

    /// A web page with real row and column spans.
    pub fn to_html(&self) -> String {
        todo!()
    }

    /// A Word file with real gridSpan and vMerge. Deterministic bytes.
    pub fn to_docx(&self) -> Vec<u8> {
        todo!()
    }
}
