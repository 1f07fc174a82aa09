//! What a verdict does to the other submissions of the same unit and year, and of the same place.
//!
//! A submission is *live* once it has a verdict and until something takes its place. All live
//! submissions of a unit-year have the same bytes: one is *current* and carries the standing, the
//! others are its duplicates at other places (no revision, no alert of their own, but there to take
//! over when the current one's file gives way to another unit's or year's report).
//!
//! Who takes whose place is decided by the order of arrival, not by which worker was faster:
//! * in a unit-year, a later arrival with other bytes takes the place of all live ones;
//! * at one path, a later arrival takes the place of the live ones, except of a report that was not
//!   returned and is for another unit or year: last year's accepted report stays handed in when the
//!   next year's is saved under the same name;
//! * a file nobody could read gives way to a later readable one of the same name with another
//!   extension, or for the same unit and year where the way of delivery names both. Never the other
//!   way round: a correction sent as a scan must not pass unnoticed.

use super::apply::gist;
use super::cases::Told;
use super::decide::{expect, judged, submission};
use super::index::View;
use super::keys::Facet;
use super::records::Step;
use super::{
    Change, Concluded, Conclusion, StoreError, alike, batches, cases, decisions, followers,
};
use crate::model::{
    Millis, Outcome, Policy, Stage, Submission, SubmissionId, UnitYear, Unreadable,
    UnreadableReason, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// Has a verdict and nothing took its place. A submission under recheck stays live.
pub(super) fn is_live(row: &Submission) -> bool {
    row.judged_at.is_some() && row.stage != Stage::Superseded
}

/// Live and not a duplicate.
pub(super) fn is_current(row: &Submission) -> bool {
    is_live(row) && row.duplicate_of.is_none()
}

/// The rows one conclusion changes, over the stored ones.
pub(super) struct Shift<'a> {
    pub view: &'a View<'a>,
    pub changed: BTreeMap<SubmissionId, Submission>,
    /// Duplicates that became current, with the one they took over from.
    pub promoted: Vec<(SubmissionId, SubmissionId)>,
}

impl<'a> Shift<'a> {
    pub fn new(view: &'a View<'a>) -> Self {
        Shift { view, changed: BTreeMap::new(), promoted: Vec::new() }
    }

    /// The changed rows that gave way to this one.
    pub fn superseded_by(&self, id: SubmissionId) -> Vec<SubmissionId> {
        let gone = |row: &&Submission| row.id != id && row.superseded_by == Some(id);
        self.changed.values().filter(gone).map(|row| row.id).collect()
    }

    pub fn into_rows(self) -> Vec<Submission> {
        self.changed.into_values().collect()
    }

    pub fn row(&self, id: SubmissionId) -> Result<Submission, StoreError> {
        match self.changed.get(&id) {
            Some(row) => Ok(row.clone()),
            None => submission(self.view, id),
        }
    }

    pub fn put(&mut self, row: Submission) {
        self.changed.insert(row.id, row);
    }

    /// Other submissions with a property that have a verdict, as they now are.
    pub fn judged(&self, facet: Facet, but: SubmissionId) -> Result<Vec<Submission>, StoreError> {
        let rows = judged(self.view, facet)?.into_iter().filter(|row| row.id != but);
        Ok(rows.map(|row| self.changed.get(&row.id).cloned().unwrap_or(row)).collect())
    }

    pub fn supersede(&mut self, mut row: Submission, by: SubmissionId) {
        row.stage = Stage::Superseded;
        row.superseded_by = Some(by);
        self.put(row);
    }
}

pub(super) fn conclude(
    view: &View,
    seq: u64,
    policy: &Policy,
    conclusion: Conclusion,
) -> Result<(Step, Concluded), StoreError> {
    let before = expect(view, conclusion.submission, Stage::Received)?;
    let id = before.id;
    if recheck_failed(&before, &conclusion) {
        return Ok(keep(seq, before, conclusion.at));
    }
    followers::up_to_date(view, &conclusion)?;
    let mut shift = Shift::new(view);
    let mut row = judge(before.clone(), &conclusion);
    let doubt = decisions::lay(view, &mut row, &conclusion.result)?;
    let (likeness, candidates) = alike::up_to_date(view, &row, &conclusion)?;
    let row = settle(&mut shift, &before, row)?;
    let superseded = shift.superseded_by(id);
    shift.put(row.clone());
    promote(&mut shift, &before)?;
    let memory = || conclusion.result.as_ref().ok().map(Verdict::memory);
    let mut requeued = followers::requeue(&mut shift, &before, &row, memory)?;
    requeued.extend(alike::requeue(&mut shift, &row, candidates)?);

    let told = Told {
        gist: gist(&conclusion.result),
        why: conclusion.result.as_ref().err().map(|unreadable| &unreadable.message),
        doubt,
        at: conclusion.at,
        grace: conclusion.grace,
    };
    let turns = cases::turn(view, seq, &shift, &before, &row, &superseded, &told)?;
    let alerts: Vec<u64> = turns.iter().map(|turn| turn.alert.id).collect();
    let mut step = Step::new(
        seq,
        conclusion.at,
        Change::Judged {
            id,
            superseded: superseded.clone(),
            alerts: alerts.clone(),
            requeued: requeued.into_iter().collect(),
        },
    );
    (step.outbox, step.sent) =
        cases::messages(view, &turns, seq, told.at, told.hold(&row), policy)?;
    step.alerts = turns.into_iter().map(|turn| turn.alert).collect();
    step.submissions = shift.into_rows();
    step.examined = Some(conclusion.result);
    step.leaned = conclusion.leaned.into_keys().collect();
    step.likeness = likeness;
    Ok((step, Concluded { submission: row, superseded, alerts, kept: false }))
}

/// The same bytes were read before: that they cannot be read now is the machine's trouble (memory
/// short, the archive damaged, a limit lowered) and takes nothing back. That they are no report is a
/// judgement like any other.
fn recheck_failed(before: &Submission, conclusion: &Conclusion) -> bool {
    let was_read = before.judged_at.is_some() && !is_unreadable(before);
    // A batch is never judged itself: that it cannot be opened now takes nothing back either.
    if before.contents.is_some() {
        return conclusion.result.is_err();
    }
    let reason = conclusion.result.as_ref().err().map(|unreadable| unreadable.reason);
    was_read && reason.is_some_and(|reason| reason != UnreadableReason::NotAReport)
}

/// Ends a recheck with everything as it was before.
fn keep(seq: u64, before: Submission, at: Millis) -> (Step, Concluded) {
    let stage = if before.contents.is_some() { Stage::Unpacked } else { Stage::Judged };
    let row = Submission { stage, ..before };
    let step = Step {
        submissions: vec![row.clone()],
        ..Step::new(seq, at, Change::RecheckFailed(row.id))
    };
    (step, Concluded { submission: row, superseded: vec![], alerts: vec![], kept: true })
}

/// The row with the verdict's facts in it.
fn judge(mut row: Submission, conclusion: &Conclusion) -> Submission {
    row.judged_at = Some(conclusion.at);
    row.stage = Stage::Judged;
    row.format = Some(conclusion.format);
    row.contents = None;
    match &conclusion.result {
        Ok(verdict) => take_verdict(&mut row, verdict),
        Err(unreadable) => take_unreadable(&mut row, unreadable),
    }
    row
}

fn take_verdict(row: &mut Submission, verdict: &Verdict) {
    (row.unit, row.unit_known) = verdict.unit.clone().unzip();
    row.year = verdict.year;
    row.outcome = Some(verdict.outcome);
    row.unreadable = None;
    row.counts = verdict.counts();
}

/// What the folder says about a file nobody could read is not enough to let it take the place of a
/// report: scans are often dropped beside the document they were made from.
fn take_unreadable(row: &mut Submission, unreadable: &Unreadable) {
    (row.unit, row.unit_known, row.year) = (None, None, None);
    row.outcome = Some(Outcome::Unreadable);
    row.unreadable = Some(unreadable.reason);
    row.counts = [0; 3];
}

/// Places the judged submission among the others.
fn settle(
    shift: &mut Shift,
    before: &Submission,
    mut row: Submission,
) -> Result<Submission, StoreError> {
    let (mut newer_here, older_here) = neighbours(shift, &row)?;
    newer_here.retain(|newer| gives_way(&row, newer));
    for older in older_here {
        if is_live(&older) && gives_way(&older, &row) {
            shift.supersede(older, row.id);
        }
    }
    for older in kin(shift, &row)?.into_iter().filter(|kin| kin.id < row.id) {
        if is_live(&older) && is_unreadable(&older) && !is_unreadable(&row) {
            shift.supersede(older, row.id);
        }
    }
    let was_duplicate_of = row.duplicate_of.take();
    row.repeats = None;
    match row.unit_year() {
        Some(of) => {
            let members = shift.judged(Facet::unit_year(&of), row.id)?;
            let stays = is_live(before) && before.unit_year().as_ref() == Some(&of);
            let next = 1 + members.iter().map(|m| m.revision).max().unwrap_or(0);
            row.revision = if stays && before.revision > 0 { before.revision } else { next };
            let was_current = stays && was_duplicate_of.is_none();
            row.repeats = members
                .iter()
                .filter(|m| m.id < row.id && m.sha256 == row.sha256 && m.revision > 0)
                .map(|m| m.revision)
                .min();
            let live: Vec<Submission> = members.into_iter().filter(is_live).collect();
            join(shift, &mut row, live, was_current, newer_here.is_empty());
        }
        None => row.revision = 0,
    }
    let answered = |kin: &Submission| kin.id > row.id && is_live(kin) && !is_unreadable(kin);
    if is_unreadable(&row) {
        newer_here.extend(kin(shift, &row)?.into_iter().filter(answered));
    }
    let mut newer = newer_here.last().map(|newer| newer.id);
    if newer.is_none() && is_unreadable(&row) {
        // Its batch was handed in again without it.
        newer = batches::successor(shift, &row)?;
    }
    if let Some(newer) = newer {
        row.stage = Stage::Superseded;
        row.superseded_by = Some(newer);
    }
    Ok(row)
}

/// Judged submissions from the same place: those that arrived later and those that arrived earlier.
pub(super) fn neighbours(
    shift: &Shift,
    row: &Submission,
) -> Result<(Vec<Submission>, Vec<Submission>), StoreError> {
    let here = match row.source.key() {
        Some(place) => shift.judged(Facet::place(&place), row.id)?,
        None => Vec::new(),
    };
    Ok(here.into_iter().partition(|other| other.id > row.id))
}

/// Judged submissions that a readable report answers for, or that answer for an unreadable one.
fn kin(shift: &Shift, row: &Submission) -> Result<Vec<Submission>, StoreError> {
    let mut kin = BTreeMap::new();
    for facet in Facet::kin(row) {
        kin.extend(shift.judged(facet, row.id)?.into_iter().map(|other| (other.id, other)));
    }
    Ok(kin.into_values().collect())
}

pub(super) fn is_unreadable(row: &Submission) -> bool {
    row.outcome == Some(Outcome::Unreadable)
}

/// Whether a submission loses its place to a later one at the same path.
pub(super) fn gives_way(older: &Submission, newer: &Submission) -> bool {
    let another_report = match (older.unit_year(), newer.unit_year()) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    };
    let handed_in = matches!(older.outcome, Some(Outcome::Compliant | Outcome::NeedsReview));
    !(another_report && handed_in)
}

/// Takes the submission in among the live ones of its unit-year, which all have the same bytes.
fn join(
    shift: &mut Shift,
    row: &mut Submission,
    live: Vec<Submission>,
    was_current: bool,
    newest_here: bool,
) {
    if let Some(twin) = live.iter().find(|other| other.sha256 == row.sha256) {
        if !was_current {
            // The twin's own may just have given way to this one at its path; then the twin, which is
            // the oldest left, takes over.
            let stands = |id: &SubmissionId| live.iter().any(|other| other.id == *id);
            row.duplicate_of = Some(twin.duplicate_of.filter(stands).unwrap_or(twin.id));
            (row.revision, row.repeats) = (0, None);
        }
        return;
    }
    let Some(newest) = live.iter().map(|other| other.id).max() else { return };
    if newest > row.id {
        row.stage = Stage::Superseded;
        row.superseded_by = Some(newest);
    } else if newest_here {
        live.into_iter().for_each(|other| shift.supersede(other, row.id));
    }
}

/// Where the current submission of a unit-year gave way to another report at its path, or turned out
/// to be another report itself, its oldest duplicate takes over with its revision.
pub(super) fn promote(shift: &mut Shift, before: &Submission) -> Result<(), StoreError> {
    let mut touched: BTreeSet<UnitYear> =
        shift.changed.values().filter_map(Submission::unit_year).collect();
    touched.extend(before.unit_year());
    for of in touched {
        let mut live = shift.judged(Facet::unit_year(&of), 0)?;
        live.retain(|row| is_live(row) && row.unit_year().as_ref() == Some(&of));
        if live.iter().any(is_current) {
            continue;
        }
        let Some((mut heir, rest)) = live.split_first().map(|(h, r)| (h.clone(), r)) else {
            continue;
        };
        let left = heir.duplicate_of.take().unwrap_or(heir.id);
        heir.revision = match left == before.id {
            true => before.revision,
            false => shift.row(left)?.revision,
        };
        for twin in rest {
            shift.put(Submission { duplicate_of: Some(heir.id), ..twin.clone() });
        }
        shift.promoted.push((heir.id, left));
        shift.put(heir);
    }
    Ok(())
}
