//! The national form as data, and `bind`: Document + editions → [`Report`].
//!
//! Invariants: no number, label or heading of the form is written in code, they stand in
//! `config/editions/*.toml`; a table is found by its own labels, row by row, never by the year, by
//! its position or by a count of numbers; a cell that cannot be placed is left out, never guessed.

mod labels;
mod load;
mod report;
mod schema;

pub use labels::label_key;
pub use load::EditionError;
pub use report::{
    BoundRow, BoundTable, Citation, Dated, Deviation, DeviationKind, Field, Heading, HeadingMatch,
    Identity, Named, Part, Passage, Period, Remark, RemarkKind, Report, Title,
};
pub use schema::{
    Block, Column, Edition, Editions, Equation, Group, Row, Section, Table, Term, Variant,
    field_name,
};

use crate::document::Document;

/// Binds a document to the form: finds the parts by their headings (else by content), the tables by
/// their labels, the cells by row and column, and the identification (title, period, signature …).
/// Never fails: what was not found is absent, what is doubtful says so in [`Report::remarks`].
pub fn bind(_document: &Document, _editions: &Editions) -> Report {
    todo!()
}
