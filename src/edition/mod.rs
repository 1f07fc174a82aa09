//! The national form as data, and `bind`: Document + editions → [`Report`].
//!
//! Invariants: no number, label or heading of the form is written in code, they stand in
//! `config/editions/*.toml`; a table is found by its own labels, row by row, never by the year, by
//! its position or by a count of numbers; a cell that cannot be placed is left out, never guessed.

mod bind;
mod labels;
mod lexicon;
mod load;
mod report;
mod schema;
mod spot;

pub use bind::bind;
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
pub use spot::Spot;
