//! What one report is judged beside, from the store and the roster: the body's other reports, and those
//! of the bodies whose figures it takes in.

use super::wire::{Others, Question};
use crate::config::{LiveRoster, Settings};
use crate::model::{
    Leaned, Millis, Resolved, Roster, Submission, SubmissionId, TEXT_BYTES, Unit, UnitYear,
    Verdict, cut, local_date,
};
use crate::rules::{Body, Prior, Registered, SKETCH, Subordinate};
use crate::store::{Store, StoreError};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::{error, warn};

/// Most bodies that one report is held against: as many as fit into one answer.
const MOST_SUBORDINATES: usize = 2_000;

/// What is on record, for reports to be judged beside it.
#[derive(Clone, Default)]
pub struct Records {
    /// The other reports; without one nothing is held against a report but the roster.
    pub store: Option<Store>,
    pub roster: Option<Arc<Roster>>,
    pub utc_offset_minutes: i32,
}

impl Records {
    pub fn of(store: Option<Store>, settings: &Settings) -> Records {
        let roster = settings.roster.as_ref().map(|file| Arc::clone(&file.roster));
        Records { store, roster, utc_offset_minutes: settings.utc_offset_minutes }
    }
}

/// What is on record while the roster may change.
#[derive(Clone)]
pub struct LiveRecords {
    pub store: Store,
    pub roster: Option<LiveRoster>,
    pub utc_offset_minutes: i32,
}

impl LiveRecords {
    /// As it is now: one file is judged beside one roster.
    pub fn now(&self) -> Records {
        Records {
            store: Some(self.store.clone()),
            roster: self.roster.as_ref().map(LiveRoster::now),
            utc_offset_minutes: self.utc_offset_minutes,
        }
    }
}

/// Answers for one file what else is known of its body, and keeps what the answer was.
pub(super) struct Beside<'a> {
    records: &'a Records,
    /// What was received before this one came before it: all, for a file on trial.
    before: SubmissionId,
    declared: Option<&'a str>,
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
    pub fn of(records: &'a Records, submission: &'a Submission) -> Self {
        Beside::before(records, submission.id, submission.declared.unit.as_deref())
    }

    /// For a file that nobody hands in yet.
    pub fn trial(records: &'a Records, declared: Option<&'a str>) -> Self {
        Beside::before(records, SubmissionId::MAX, declared)
    }

    fn before(records: &'a Records, before: SubmissionId, declared: Option<&'a str>) -> Self {
        Beside { records, before, declared, told: Mutex::new(Ok(Told::default())) }
    }

    /// What there is. After an error of the store it is nothing, and [`Beside::told`] says so.
    pub fn others(&self, question: &Question) -> Others {
        let (others, told) = match self.find(question) {
            Ok((others, told)) => (others, Ok(told)),
            Err(error) => {
                error!(%error, "查不到已收到的报告 · what is on record could not be read");
                (Others::default(), Err(error))
            }
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
            Some(&question.sketch).filter(|s| s.len() == SKETCH).cloned().unwrap_or_default();
        let mut leaned = Leaned::new();
        let roster = self.records.roster.as_deref();
        let unit = roster.and_then(|roster| self.listed(roster, &of.unit).one());
        let registered = roster.map(|roster| self.registered(roster, &of.unit));
        let Some(store) = &self.records.store else {
            return Ok((Others { registered, ..Others::default() }, Told::default()));
        };
        let of = match unit {
            Some(unit) => UnitYear { unit: unit.name.clone(), year: of.year },
            None => of.clone(),
        };
        let before = UnitYear { year: of.year.saturating_sub(1), unit: of.unit.clone() };
        let last_year = current(store, before, &mut leaned)?;
        let mut revisions = store.revisions(&of)?;
        revisions.retain(|r| r.id < self.before && r.judged_at.is_some());
        let first: Option<Millis> = revisions.iter().map(|r| r.received_at).min();
        let preceding = revisions.last().map(|r| verdict(store, r.id)).transpose()?.flatten();
        let rows = store.alike(&of, &sketch)?;
        let mut alike = Vec::new();
        for other in rows.iter().filter_map(Submission::unit_year) {
            alike.extend(current(store, other, &mut leaned)?.map(Prior::from));
        }
        let subordinates = match (roster, unit) {
            (Some(roster), Some(unit)) => subordinates(store, roster, unit, of.year, &mut leaned)?,
            _ => None,
        };
        let others = Others {
            last_year: last_year.map(Prior::from),
            preceding: preceding.map(Prior::from),
            alike: Some(alike),
            first_received: first.and_then(|at| local_date(at, self.records.utc_offset_minutes)),
            registered,
            subordinates,
        };
        Ok((others, Told { leaned, sketch, alike: rows.iter().map(|row| row.id).collect() }))
    }

    /// The unit of the roster: what the way of delivery declares outweighs what the report says.
    fn listed<'r>(&self, roster: &'r Roster, name: &str) -> Resolved<'r> {
        match self.declared.map(|declared| roster.resolve(declared)) {
            Some(one @ Resolved::One(_)) => one,
            _ => roster.resolve(name),
        }
    }

    fn registered(&self, roster: &Roster, name: &str) -> Registered {
        let unit = match self.listed(roster, name) {
            Resolved::One(unit) => unit,
            Resolved::Several => return Registered::Ambiguous,
            Resolved::Unknown => return Registered::Unlisted,
        };
        let mut names = unit.aliases.clone();
        names.extend(unit.folder.clone());
        names.extend(self.declared.map(str::to_string));
        names.push(name.to_string());
        Registered::Listed(Body {
            name: unit.name.clone(),
            names,
            kind: unit.kind,
            subordinates: roster.subordinates(unit).count(),
        })
    }
}

/// The bodies whose figures a unit takes in, with their current reports on the year.
fn subordinates(
    store: &Store,
    roster: &Roster,
    unit: &Unit,
    year: i32,
    leaned: &mut Leaned,
) -> Result<Option<Vec<Subordinate>>, StoreError> {
    let count = roster.subordinates(unit).count();
    if count > MOST_SUBORDINATES {
        warn!(unit = unit.name, count, "下级单位太多，不逐一核对汇总 · too many subordinates");
        return Ok(None);
    }
    let mut found = Vec::with_capacity(count);
    for below in roster.subordinates(unit) {
        let of = UnitYear { unit: below.name.clone(), year };
        let report = current(store, of, leaned)?.map(|verdict| {
            let mut report = Prior::from(verdict);
            report.texts.retain(|part, _| *part == 6);
            for text in report.texts.values_mut() {
                *text = cut(std::mem::take(text), TEXT_BYTES / 12);
            }
            report
        });
        let (name, names, own) = (below.name.clone(), below.aliases.clone(), below.own);
        found.push(Subordinate { name, names, own, report });
    }
    Ok(Some(found))
}

/// The verdict that is current for a unit and year; what there was is noted.
fn current(
    store: &Store,
    of: UnitYear,
    leaned: &mut Leaned,
) -> Result<Option<Verdict>, StoreError> {
    let standing = store.standing(&of)?;
    let verdict = standing.map(|s| verdict(store, s.current)).transpose()?.flatten();
    leaned.insert(of, verdict.as_ref().map(Verdict::memory));
    Ok(verdict)
}

fn verdict(store: &Store, id: SubmissionId) -> Result<Option<Verdict>, StoreError> {
    Ok(store.verdict(id)?.and_then(Result::ok))
}
