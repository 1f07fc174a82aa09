//! Document + editions → [`Report`], one file per step.

mod content;
mod dates;
mod header;
mod identity;
mod lines;
mod rows;
mod sections;
mod split;
mod tables;
mod title;
mod units;

use super::report::{Identity, Report};
use super::schema::Editions;
use crate::document::Document;

/// Binds a document to the form: finds the parts by their headings (else by content), the tables by
/// their labels, the cells by row and column, and the identification (title, period, signature …).
/// Never fails: what was not found is absent, what is doubtful says so in [`Report::remarks`].
pub fn bind(document: &Document, editions: &Editions) -> Report {
    let first = sections::first_heading(document, &editions.lexicon);
    let front = first.unwrap_or(document.blocks.len());
    let mut identity = Identity { periods: dates::periods(document), ..Identity::default() };
    let (title, mut claimed) = title::title(document, front);
    identity.title = title;
    claimed.extend(identity::page(document, &mut identity, front));
    let signed = identity::signature(document, &mut identity, first.map_or(0, |at| at + 1));
    claimed.extend(signed);
    identity::preamble(document, &mut identity, front, &claimed);
    identity::citations(document, editions, &mut identity);
    identity::contacts(document, &mut identity);
    identity::conclude(document, &mut identity);

    let mut report = Report { identity, ..Report::default() };
    tables::bind_tables(document, editions, report.identity.year, &mut report);
    sections::bind_sections(document, &editions.lexicon, &claimed, &mut report);
    report.remarks.extend(split::split_year(document));
    if report.edition.is_none() {
        let by_year = report.identity.year.and_then(|year| editions.for_year(year));
        report.edition = by_year.map(|e| e.id.clone());
    }
    content::parts_by_content(document, editions, &claimed, &mut report);
    let mapped = report.headings.iter().filter(|h| h.part.is_some()).count();
    report.not_a_report = report.identity.title.is_none() && report.tables.is_empty() && mapped < 2;
    report
}
