//! The body's other reports that one of its reports is judged beside, from the store.

use super::wire::Others;
use crate::model::{Leaned, SubmissionId, UnitYear, Verdict};
use crate::rules::Prior;
use crate::store::{Store, StoreError};
use std::sync::{Mutex, PoisonError};

/// Answers for one submission what else its body handed in, and keeps what the answer was.
pub(super) struct Beside<'a> {
    store: &'a Store,
    id: SubmissionId,
    /// What was looked up once it was asked for, or why there is no telling.
    told: Mutex<Result<Leaned, StoreError>>,
}

impl<'a> Beside<'a> {
    pub fn of(store: &'a Store, id: SubmissionId) -> Self {
        Beside { store, id, told: Mutex::new(Ok(Leaned::new())) }
    }

    /// What there is. After an error of the store it is nothing, and [`Beside::leaned`] tells it.
    pub fn others(&self, of: &UnitYear) -> Others {
        let (others, told) = match self.find(of) {
            Ok((others, leaned)) => (others, Ok(leaned)),
            Err(error) => (Others::default(), Err(error)),
        };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        others
    }

    /// The reports that the judgement had beside it.
    pub fn leaned(self) -> Result<Leaned, StoreError> {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, of: &UnitYear) -> Result<(Others, Leaned), StoreError> {
        let mut leaned = Leaned::new();
        let before = UnitYear { year: of.year.saturating_sub(1), unit: of.unit.clone() };
        let last_year = self.current(before, &mut leaned)?;
        let mut revisions = self.store.revisions(of)?;
        revisions.retain(|r| r.id < self.id && r.judged_at.is_some());
        let preceding = revisions.last().map(|r| self.verdict(r.id)).transpose()?.flatten();
        let others =
            Others { last_year: last_year.map(Prior::from), preceding: preceding.map(Prior::from) };
        Ok((others, leaned))
    }

    /// The verdict that is current for a unit and year; what there was is noted.
    fn current(&self, of: UnitYear, leaned: &mut Leaned) -> Result<Option<Verdict>, StoreError> {
        let standing = self.store.standing(&of)?;
        let verdict = standing.map(|s| self.verdict(s.current)).transpose()?.flatten();
        leaned.insert(of, verdict.as_ref().map(Verdict::memory));
        Ok(verdict)
    }

    fn verdict(&self, id: SubmissionId) -> Result<Option<Verdict>, StoreError> {
        Ok(self.store.verdict(id)?.and_then(Result::ok))
    }
}
