//! Document + editions → [`Report`], one file per step.

mod header;
mod lines;
mod rows;
mod tables;

use super::report::Report;
use super::schema::Editions;
use crate::document::Document;

/// Binds a document to the form: finds the parts by their headings (else by content), the tables by
/// their labels, the cells by row and column, and the identification (title, period, signature …).
/// Never fails: what was not found is absent, what is doubtful says so in [`Report::remarks`].
pub fn bind(document: &Document, editions: &Editions) -> Report {
    let mut report = Report::default();
    tables::bind_tables(document, editions, report.identity.year, &mut report);
    report
}
