//! The national form as data, and `bind`: Document + editions → [`Report`].
//!
//! Invariants: no number, label or heading of the form is written in code, they stand in
//! `config/editions/*.toml`; a table is found by its own labels, row by row, never by the year, by
//! its position or by a count of numbers; a cell that cannot be placed is left out, never guessed.

mod bind;
mod extend;
mod flaw;
mod labels;
mod lexicon;
mod load;
mod meanings;
mod report;
mod schema;
mod site;
mod sound;
mod spot;

pub use bind::bind;
pub use flaw::{EditionError, Flaw};
pub use labels::label_key;
pub use report::{
    BoundRow, BoundTable, Citation, Dated, Deviation, DeviationKind, Field, Heading, HeadingMatch,
    Identity, Named, Part, Passage, Period, Remark, RemarkKind, Report, Title,
};
pub use schema::{
    Added, Block, Column, Edition, Editions, Equation, Group, Row, Section, Table, Term, Variant,
    field_name,
};
pub use site::{
    Addition, Forms, Line, MOST_ADDITIONS, MOST_FILE_BYTES, MOST_FILES, Origin, Refusal, SiteForm,
};
pub use sound::IDENTITY_RULES;
pub use spot::Spot;
