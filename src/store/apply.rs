//! From a journal record to the rows of the index: the only writer of rows.
//!
//! Invariant: a pure function of the record and the rows before it. Replaying a journal gives the
//! rows that were there when it was written.

use super::alike::Likeness;
use super::index::{Draft, View, number};
use super::journal::Spot;
use super::keys::{self, Facet, Message, table};
use super::records::{Examination, Row, Step, event_to, finding_to};
use super::{Change, StoreError, alike, decisions, followers, succession};
use crate::model::{
    Alert, AlertState, Batch, Finding, OutboxItem, Outcome, Severity, Stage, Standing, Submission,
    SubmissionId, UnitYear, Unreadable, Verdict,
};
use prost::Message as _;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of tallies; a waiting submission, one per outcome of current ones, an open alert.
pub(super) const WAITING: u8 = 0;
pub(super) const FIRING: u8 = 5;

pub(super) fn outcome_tally(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Compliant => 1,
        Outcome::NeedsReview => 2,
        Outcome::Returned => 3,
        Outcome::Unreadable => 4,
    }
}

pub(super) fn apply(draft: &mut Draft, step: &Step, spot: Spot) -> Result<(), StoreError> {
    let mut touched = BTreeSet::new();
    for row in &step.submissions {
        let (examination, findings) = match &step.change {
            Change::Judged { id, .. } if *id == row.id => {
                let result = step.examined.as_ref();
                let leaned = match step.leaned.is_empty() {
                    true => followers::implied(row),
                    false => step.leaned.clone(),
                };
                let likeness = step.likeness.clone();
                let exam = |result| Examination { likeness, ..examination(result, leaned, spot) };
                (result.map(exam), findings_of(result))
            }
            Change::Unpacked { id, .. } if *id == row.id => {
                let batch = step.batch.as_ref();
                let of = |batch| Examination {
                    at: spot,
                    gist: batch_gist(batch),
                    ..Examination::default()
                };
                (batch.map(of), &[][..])
            }
            _ => (None, &[][..]),
        };
        let old = draft.row::<Submission>(&keys::id(table::SUBMISSION, row.id))?;
        touched.extend(old.as_ref().and_then(Submission::unit_year));
        touched.extend(row.unit_year());
        put_submission(draft, old, row, examination, findings)?;
    }
    for unit_year in touched {
        restate(draft, &unit_year)?;
    }
    if let Some(decision) = &step.decision {
        decisions::put(draft, decision)?;
    }
    for alert in &step.alerts {
        put_alert(draft, alert)?;
    }
    for dedupe_id in &step.sent {
        remove_message(draft, dedupe_id)?;
    }
    for item in &step.outbox {
        remove_message(draft, &item.dedupe_id)?;
        put_message(draft, item)?;
    }
    draft.put(keys::id(table::EVENT, step.seq), &event_to(step.at, &step.change))?;
    draft.meta.applied = step.seq;
    Ok(())
}

fn put_submission(
    draft: &mut Draft,
    old: Option<Submission>,
    new: &Submission,
    exam: Option<Examination>,
    findings: &[Finding],
) -> Result<(), StoreError> {
    let exam_key = keys::id(table::EXAMINATION, new.id);
    let old_exam = draft.row::<Examination>(&exam_key)?.unwrap_or_default();

    if let Some(old) = old
        .as_ref()
        .filter(|old| succession::is_live(old) && (exam.is_some() || !succession::is_live(new)))
    {
        for (n, code) in old_exam.codes.iter().enumerate() {
            draft.remove(keys::finding(code, old.year, old.id, n))?;
        }
    }
    let new_exam = exam.as_ref().unwrap_or(&old_exam);
    repost(draft, old.as_ref().map(|old| facets(old, &old_exam)), facets(new, new_exam), new.id)?;
    retally(draft, old.as_ref().map(tallies).unwrap_or_default(), tallies(new))?;
    if succession::is_live(new) {
        for (n, finding) in findings.iter().enumerate() {
            let key = keys::finding(&finding.code, new.year, new.id, n);
            draft.put(key, &finding_to(finding).encode_to_vec())?;
        }
    }
    if let Some(exam) = exam {
        draft.put_row(exam_key, &exam)?;
    }
    draft.put_row(keys::id(table::SUBMISSION, new.id), new)
}

/// The properties a submission is listed by.
fn facets(row: &Submission, exam: &Examination) -> BTreeSet<Facet> {
    let mut facets = BTreeSet::from([Facet::all(), Facet::stage(row.stage.name())]);
    facets.extend(row.source.key().map(|key| Facet::place(&key)));
    facets.extend(row.batch.map(Facet::batch));
    facets.extend(Facet::kin(row));
    facets.extend(row.unit.as_deref().map(Facet::unit));
    facets.extend(row.year.map(Facet::year));
    facets.extend(row.unit_year().map(|of| Facet::unit_year(&of)));
    facets.extend(row.outcome.map(|outcome| Facet::outcome(outcome.name())));
    facets.extend(exam.codes.iter().map(|code| Facet::rule(code)));
    if succession::is_current(row) {
        facets.insert(Facet::current());
        facets.extend(row.unit_year().is_none().then(Facet::unfiled));
        facets.extend(exam.leaned.iter().map(Facet::leans));
        let sketched = row.year.map(|year| alike::facets(year, &exam.likeness.sketch));
        facets.extend(sketched.into_iter().flatten());
    }
    facets
}

fn repost(
    draft: &mut Draft,
    old: Option<BTreeSet<Facet>>,
    new: BTreeSet<Facet>,
    id: SubmissionId,
) -> Result<(), StoreError> {
    let old = old.unwrap_or_default();
    for gone in old.difference(&new) {
        draft.remove(gone.posting(id))?;
    }
    for added in new.difference(&old) {
        draft.put(added.posting(id), &[])?;
    }
    Ok(())
}

type Tally = (u8, Option<i32>);

fn tallies(row: &Submission) -> Vec<Tally> {
    let mut tallies = Vec::new();
    if row.stage == Stage::Received {
        tallies.push((WAITING, row.year.or(row.declared.year)));
    }
    if let (true, Some(outcome)) = (succession::is_current(row), row.outcome) {
        tallies.push((outcome_tally(outcome), row.year));
    }
    tallies
}

fn retally(draft: &mut Draft, old: Vec<Tally>, new: Vec<Tally>) -> Result<(), StoreError> {
    for (tallies, delta) in [(old, -1i64), (new, 1)] {
        for (kind, year) in tallies {
            let key = keys::tally(kind, year);
            let sum = number(draft, &key)?.wrapping_add_signed(delta);
            draft.put(key, &sum.to_be_bytes())?;
        }
    }
    Ok(())
}

fn examination(
    result: &Result<Verdict, Unreadable>,
    leaned: Vec<UnitYear>,
    at: Spot,
) -> Examination {
    let findings = result.as_ref().map_or(&[][..], |verdict| &verdict.findings);
    let codes = findings.iter().map(|f| f.code.clone()).collect();
    // Those of a verdict stand in order of their weight.
    let count = |weight| findings.iter().filter(|f| f.severity == weight).count() as u32;
    let grave = [count(Severity::Error), count(Severity::Warning)];
    let memory = result.as_ref().ok().map(Verdict::memory);
    let (gist, likeness) = (gist(result), Likeness::default());
    Examination { at, codes, grave, gist, memory, leaned, likeness }
}

/// What a supervisor would call the same result: outcome and findings, not their wording or order.
pub(super) fn gist(result: &Result<Verdict, Unreadable>) -> u64 {
    let mut hash = Sha256::new();
    match result {
        Ok(verdict) => {
            hash.update(verdict.outcome.name());
            let mut lines: Vec<_> = verdict
                .findings
                .iter()
                .map(|f| format!("\n{} {} {}", f.severity.name(), f.code, f.fingerprint))
                .collect();
            lines.sort();
            lines.iter().for_each(|line| hash.update(line));
        }
        Err(unreadable) => hash.update(unreadable.reason.code()),
    }
    keys::number(&hash.finalize(), 0)
}

/// What a supervisor would call the same trouble with a batch: what could not be got at.
pub(super) fn batch_gist(batch: &Batch) -> u64 {
    let mut hash = Sha256::new();
    hash.update(batch.passed.lost.to_be_bytes());
    for lost in batch.passed.named.iter().filter(|one| one.reason.is_loss()) {
        hash.update(format!("\n{} {}", lost.reason.code(), lost.name));
    }
    keys::number(&hash.finalize(), 0)
}

fn findings_of(result: Option<&Result<Verdict, Unreadable>>) -> &[Finding] {
    match result {
        Some(Ok(verdict)) => &verdict.findings,
        _ => &[],
    }
}

/// Works out how a unit stands for a year from its submissions.
fn restate(draft: &mut Draft, of: &UnitYear) -> Result<(), StoreError> {
    let members = members(draft, Facet::unit_year(of))?;
    let returns = members
        .iter()
        .filter(|row| row.revision > 0 && row.outcome == Some(Outcome::Returned))
        .count() as u32;
    let mut first_received = BTreeMap::new();
    for row in &members {
        let first = first_received.entry(row.source.folder().to_owned()).or_insert(row.received_at);
        *first = row.received_at.min(*first);
    }
    let current = members.into_iter().find(succession::is_current);
    match current.and_then(|row| Some((row.outcome?, row))) {
        Some((outcome, row)) => draft.put_row(
            keys::standing(of),
            &Standing {
                of: of.clone(),
                current: row.id,
                revision: row.revision,
                outcome,
                counts: row.counts,
                received_at: row.received_at,
                returns,
                first_received,
            },
        ),
        None => draft.remove(keys::standing(of)),
    }
}

/// All submissions with a property, oldest first.
pub(super) fn members(view: &View, facet: Facet) -> Result<Vec<Submission>, StoreError> {
    let mut rows = Vec::new();
    for (key, _) in view.scan(&facet.prefix(), &[], usize::MAX)? {
        let id = keys::number(&key, keys::POSTING_ID);
        rows.extend(view.row::<Submission>(&keys::id(table::SUBMISSION, id))?);
    }
    Ok(rows)
}

fn put_alert(draft: &mut Draft, new: &Alert) -> Result<(), StoreError> {
    let key = keys::id(table::ALERT, new.id);
    let old = draft.row::<Alert>(&key)?;
    let fires = |alert: &Alert| alert.state == AlertState::Firing;
    let tally = |alert: &Alert| (FIRING, alert.year);
    let old = old.filter(fires);
    if let Some(old) = &old {
        let about = firing_key(old);
        if number(draft, &about)? == new.id {
            draft.remove(about)?;
        }
    }
    if fires(new) {
        draft.put(firing_key(new), &new.id.to_be_bytes())?;
    }
    let now = Some(new).filter(|alert| fires(alert));
    retally(draft, old.iter().map(tally).collect(), now.into_iter().map(tally).collect())?;
    draft.put_row(key, new)
}

/// What a firing alert is found by: its submission, the unit and year for which there is none, or the
/// folder or channel in trouble.
fn firing_key(alert: &Alert) -> Vec<u8> {
    match (&alert.about, alert.awaited()) {
        (Some(name), _) => keys::trouble(alert.kind, name),
        (None, Some(of)) => keys::awaited(&of),
        (None, None) => keys::id(table::FIRING, alert.submission),
    }
}

fn put_message(draft: &mut Draft, item: &OutboxItem) -> Result<(), StoreError> {
    let message = parse(&item.dedupe_id)?;
    draft.put(message.due(item.due_at), &[])?;
    draft.put_row(message.key(), item)
}

fn remove_message(draft: &mut Draft, dedupe_id: &str) -> Result<(), StoreError> {
    let message = parse(dedupe_id)?;
    if let Some(old) = draft.row::<OutboxItem>(&message.key())? {
        draft.remove(message.due(old.due_at))?;
        draft.remove(message.key())?;
    }
    Ok(())
}

fn parse(dedupe_id: &str) -> Result<Message<'_>, StoreError> {
    Message::parse(dedupe_id)
        .ok_or_else(|| StoreError::Fatal(format!("a record names the message {dedupe_id:?}")))
}

/// The verdict's row of a submission.
pub(super) fn examination_of(
    view: &View,
    id: SubmissionId,
) -> Result<Option<Examination>, StoreError> {
    view.get(&keys::id(table::EXAMINATION, id))?
        .map(|bytes| Examination::from_bytes(&bytes))
        .transpose()
}
