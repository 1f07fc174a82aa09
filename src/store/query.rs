//! What can be asked of the store. Synchronous: from the index in memory or one read of the disk.

use super::{
    Event, Filter, Found, FoundAt, Overview, Page, Store, StoreError, alike, read, trouble,
};
use crate::model::{
    Alert, AlertKind, AlertState, Millis, OutboxItem, Source, Standing, Submission, SubmissionId,
    UnitYear, Unreadable, Verdict,
};

impl Store {
    pub fn submission(&self, id: SubmissionId) -> Result<Option<Submission>, StoreError> {
        self.view(|view| read::submission(view, id))
    }

    /// The verdict of a judged submission; for an unreadable one the reason.
    pub fn verdict(
        &self,
        id: SubmissionId,
    ) -> Result<Option<Result<Verdict, Unreadable>>, StoreError> {
        self.view(|view| read::verdict(view, &self.inner.dir.join("journal"), id))
    }

    /// A page of submissions with ids below `before` (`None` = from the newest).
    pub fn list(
        &self,
        filter: &Filter,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<Submission>, StoreError> {
        self.view(|view| read::list(view, filter, before, limit))
    }

    /// All revisions of a unit and year, oldest first.
    pub fn revisions(&self, of: &UnitYear) -> Result<Vec<Submission>, StoreError> {
        self.view(|view| read::revisions(view, of))
    }

    pub fn standing(&self, of: &UnitYear) -> Result<Option<Standing>, StoreError> {
        self.view(|view| read::standing(view, of))
    }

    /// Standings of a year (of all years when `None`), by year and unit.
    pub fn standings(&self, year: Option<i32>) -> Result<Vec<Standing>, StoreError> {
        self.view(|view| read::standings(view, year))
    }

    /// The current reports of other bodies on the same year whose text is most like one of this body with
    /// this sketch, the most like it first.
    pub fn alike(&self, of: &UnitYear, sketch: &[u32]) -> Result<Vec<Submission>, StoreError> {
        let most = self.view(|view| alike::most_alike(view, of, sketch))?;
        Ok(most.into_iter().map(|(row, _)| row).collect())
    }

    /// Findings of one rule over all current submissions of a year, from a place in the listing on.
    pub fn findings_of(
        &self,
        rule: &str,
        year: Option<i32>,
        after: Option<FoundAt>,
        limit: usize,
    ) -> Result<Vec<Found>, StoreError> {
        self.view(|view| read::findings_of(view, rule, year, after, limit))
    }

    pub fn overview(&self, year: Option<i32>) -> Result<Overview, StoreError> {
        self.view(|view| read::overview(view, year))
    }

    /// Submissions waiting for a verdict, oldest first.
    pub fn ready(&self, limit: usize) -> Result<Vec<Submission>, StoreError> {
        self.view(|view| read::ready(view, limit))
    }

    /// The current submission from a place (folder and path).
    pub fn current_at(&self, source: &Source) -> Result<Option<Submission>, StoreError> {
        self.view(|view| read::current_at(view, source))
    }

    /// The newest submission from every path of a folder. Reads every submission there is.
    pub fn newest_in(&self, folder: &str) -> Result<Vec<Submission>, StoreError> {
        self.view(|view| read::newest_in(view, folder))
    }

    pub fn alert(&self, id: u64) -> Result<Option<Alert>, StoreError> {
        self.view(|view| read::alert(view, id))
    }

    /// Alerts, newest first, ids below `before`.
    pub fn alerts(
        &self,
        state: Option<AlertState>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<Alert>, StoreError> {
        self.view(|view| read::alerts(view, state, before, limit))
    }

    /// Names of the folders or channels with an open case of this kind.
    pub fn troubled(&self, kind: AlertKind) -> Result<Vec<String>, StoreError> {
        self.view(|view| trouble::open(view, kind))
    }

    /// Outbox items due at or before `now`, oldest first, and the time of the next one after that.
    pub fn due(
        &self,
        now: Millis,
        limit: usize,
    ) -> Result<(Vec<OutboxItem>, Option<Millis>), StoreError> {
        self.view(|view| read::due(view, now, limit))
    }

    /// Events after a journal number, oldest first.
    pub fn events(&self, after: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.view(|view| read::events(view, after, limit))
    }
}
