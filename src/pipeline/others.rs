//! The body's other reports that one of its reports is judged beside, from the store.

use super::wire::Others;
use crate::model::{SubmissionId, UnitYear, Verdict};
use crate::rules::Prior;
use crate::store::{Store, StoreError};
use std::sync::{Mutex, PoisonError};

/// Answers for one submission what else its body handed in, and keeps what the answer was.
pub(super) struct Beside<'a> {
    store: &'a Store,
    id: SubmissionId,
    /// The memory of last year's report once asked for, or why there is no telling.
    told: Mutex<Result<Option<u64>, StoreError>>,
}

impl<'a> Beside<'a> {
    pub fn of(store: &'a Store, id: SubmissionId) -> Self {
        Beside { store, id, told: Mutex::new(Ok(None)) }
    }

    /// What there is. After an error of the store it is nothing, and [`Beside::last_year`] tells it.
    pub fn others(&self, of: &UnitYear) -> Others {
        let (others, told) = match self.find(of) {
            Ok((others, memory)) => (others, Ok(memory)),
            Err(error) => (Others::default(), Err(error)),
        };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        others
    }

    /// The memory of the report on the year before that the judgement had.
    pub fn last_year(self) -> Result<Option<u64>, StoreError> {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, of: &UnitYear) -> Result<(Others, Option<u64>), StoreError> {
        let before = UnitYear { year: of.year.saturating_sub(1), unit: of.unit.clone() };
        let standing = self.store.standing(&before)?;
        let last_year = standing.map(|s| self.verdict(s.current)).transpose()?.flatten();
        let mut revisions = self.store.revisions(of)?;
        revisions.retain(|r| r.id < self.id && r.judged_at.is_some());
        let preceding = revisions.last().map(|r| self.verdict(r.id)).transpose()?.flatten();
        let memory = last_year.as_ref().map(Verdict::memory);
        let others =
            Others { last_year: last_year.map(Prior::from), preceding: preceding.map(Prior::from) };
        Ok((others, memory))
    }

    fn verdict(&self, id: SubmissionId) -> Result<Option<Verdict>, StoreError> {
        Ok(self.store.verdict(id)?.and_then(Result::ok))
    }
}
