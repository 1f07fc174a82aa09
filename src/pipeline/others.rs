//! The body's other reports that one of its reports is judged beside, from the store.

use super::wire::{Others, Question};
use crate::model::{Leaned, Submission, SubmissionId, UnitYear, Verdict};
use crate::rules::{BANDS, Prior};
use crate::store::{Store, StoreError};
use std::sync::{Mutex, PoisonError};

/// Answers for one submission what else its body handed in, and keeps what the answer was.
pub(super) struct Beside<'a> {
    store: &'a Store,
    id: SubmissionId,
    /// What was looked up once it was asked for, or why there is no telling.
    told: Mutex<Result<Told, StoreError>>,
}

/// What the child was told, for the store to tell whether it still holds.
#[derive(Default)]
pub(super) struct Told {
    pub leaned: Leaned,
    pub sketch: Vec<u32>,
    pub alike: Vec<SubmissionId>,
}

impl<'a> Beside<'a> {
    pub fn of(store: &'a Store, id: SubmissionId) -> Self {
        Beside { store, id, told: Mutex::new(Ok(Told::default())) }
    }

    /// What there is. After an error of the store it is nothing, and [`Beside::told`] says so.
    pub fn others(&self, question: &Question) -> Others {
        let (others, told) = match self.find(question) {
            Ok((others, told)) => (others, Ok(told)),
            Err(error) => (Others::default(), Err(error)),
        };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        others
    }

    /// The reports that the judgement had beside it.
    pub fn told(self) -> Result<Told, StoreError> {
        self.told.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, question: &Question) -> Result<(Others, Told), StoreError> {
        let of = &question.of;
        // A stranger's bytes made it: one of another length is none.
        let sketch =
            Some(&question.sketch).filter(|s| s.len() == BANDS).cloned().unwrap_or_default();
        let mut leaned = Leaned::new();
        let before = UnitYear { year: of.year.saturating_sub(1), unit: of.unit.clone() };
        let last_year = self.current(before, &mut leaned)?;
        let mut revisions = self.store.revisions(of)?;
        revisions.retain(|r| r.id < self.id && r.judged_at.is_some());
        let preceding = revisions.last().map(|r| self.verdict(r.id)).transpose()?.flatten();
        let rows = self.store.alike(of, &sketch)?;
        let mut alike = Vec::new();
        for other in rows.iter().filter_map(Submission::unit_year) {
            alike.extend(self.current(other, &mut leaned)?.map(Prior::from));
        }
        let others = Others {
            last_year: last_year.map(Prior::from),
            preceding: preceding.map(Prior::from),
            alike,
        };
        Ok((others, Told { leaned, sketch, alike: rows.iter().map(|row| row.id).collect() }))
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
