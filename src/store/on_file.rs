//! What is on file of a year, as the ledger asks for it: one pass over the year's standings, and what has
//! none.

use super::apply::members;
use super::index::View;
use super::keys::Facet;
use super::{Store, StoreError, read};
use crate::model::{OnFile, Stage, Submission};

impl Store {
    /// The standings of a year (of all when `None`), and what has no standing: submissions that wait for
    /// their first verdict, and current ones whose unit or year is not known, of whatever year they are.
    pub fn on_file(&self, year: Option<i32>) -> Result<OnFile, StoreError> {
        self.view(|view| {
            Ok(OnFile { standings: read::standings(view, year)?, loose: loose(view)? })
        })
    }
}

fn loose(view: &View) -> Result<Vec<Submission>, StoreError> {
    let mut rows = members(view, Facet::stage(Stage::Received.name()))?;
    rows.retain(|row| row.judged_at.is_none());
    rows.extend(members(view, Facet::unfiled())?);
    // An archive that was opened is no report: its files are.
    rows.retain(|row| row.contents.is_none());
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}
