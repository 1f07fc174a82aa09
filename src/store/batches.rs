//! Archives and mails: one write that says what was in them and receives every file of it.
//!
//! The records of one frame of the journal are on disk together or not at all, so an entry is a
//! submission with a record and number of its own like any other, and there is never a batch without
//! its entries. An entry lies at the path of its batch and its name inside. A batch that takes the
//! place of another at its path replaces with it the entries of the same names, and those nobody could
//! read that it no longer holds; a report that it no longer holds stays handed in, like one whose file
//! is deleted from its folder.

use super::apply::{batch_gist, members};
use super::cases::{self, Told};
use super::decide::{Answer, Command, bounded, expect, newest};
use super::index::View;
use super::keys::Facet;
use super::read;
use super::records::Step;
use super::succession::{Shift, gives_way, is_live, is_unreadable, neighbours, promote};
use super::{Change, OpenedBatch, Spooled, Store, StoreError, Unpacking, followers};
use crate::model::{
    Batch, BatchEntry, Declared, Policy, Source, Stage, Submission, SubmissionId, Words,
};
use std::collections::BTreeSet;

impl Store {
    /// Records what came out of an archive or a mail, and in the same write the receipt of every file in
    /// it. `Conflict` unless the submission is in stage `Received`. What lies at its place in the same
    /// bytes already is not received again; under a recheck it is judged again.
    pub async fn unpack(&self, unpacking: Unpacking) -> Result<OpenedBatch, StoreError> {
        if let Some((name, _)) =
            unpacking.entries.iter().find(|(_, original)| !self.inner.spool.holds(original))
        {
            return Err(StoreError::NotFound(format!("original of {name}")));
        }
        match self.commit(Command::Unpack(Box::new(unpacking))).await? {
            Answer::Unpacked(opened) => Ok(*opened),
            _ => unreachable!("unpacking is answered with what was in it"),
        }
    }

    /// What was in an archive or a mail; `None` for anything else.
    pub fn batch(&self, id: SubmissionId) -> Result<Option<Batch>, StoreError> {
        self.view(|view| read::batch(view, &self.inner.dir.join("journal"), id))
    }
}

pub(super) fn unpack(
    view: &View,
    seq: u64,
    policy: &Policy,
    unpacking: Unpacking,
) -> Result<(Vec<Step>, OpenedBatch), StoreError> {
    let before = expect(view, unpacking.submission, Stage::Received)?;
    let mut shift = Shift::new(view);
    let mut taking = Taking::new(view, seq, &before, unpacking.entries.len())?;
    for (name, original) in unpacking.entries {
        taking.take(&mut shift, name, original)?;
    }
    let Taking { entries, arrivals, again, .. } = taking;
    let batch = Batch { entries, passed: unpacking.passed };
    let row = Submission {
        judged_at: Some(unpacking.at),
        stage: Stage::Unpacked,
        format: Some(unpacking.format),
        contents: Some(batch.contents()),
        ..before.clone().without_verdict()
    };
    let row = replace(&mut shift, row, &batch)?;
    let superseded = shift.superseded_by(row.id);
    shift.put(row.clone());
    promote(&mut shift, &before)?;
    // It may have taken the place of a report that others were judged beside.
    let requeued = followers::requeue(&mut shift, &before, &row, || None)?.into_iter().collect();

    let why = complaint(&batch);
    let told = Told {
        gist: batch_gist(&batch),
        why: why.as_ref(),
        doubt: None,
        at: unpacking.at,
        grace: unpacking.grace,
    };
    let turns = cases::turn(view, seq, &shift, &before, &row, &superseded, &told)?;
    let alerts: Vec<u64> = turns.iter().map(|turn| turn.alert.id).collect();
    let mut step =
        Step::new(seq, told.at, Change::Unpacked { id: row.id, superseded, alerts, requeued });
    (step.outbox, step.sent) =
        cases::messages(view, &turns, seq, told.at, told.hold(&row), policy)?;
    step.alerts = turns.into_iter().map(|turn| turn.alert).collect();
    step.submissions = shift.into_rows();
    step.batch = Some(batch.clone());
    let mut steps = vec![step];
    for row in arrivals {
        let change = Change::Received(row.id);
        steps.push(Step { submissions: vec![row], ..Step::new(seq, told.at, change) });
    }
    for row in again {
        let change = Change::Requeued(row.id);
        steps.push(Step { submissions: vec![row], ..Step::new(seq, told.at, change) });
    }
    for (step, number) in steps.iter_mut().zip(seq..) {
        step.seq = number;
    }
    Ok((steps, OpenedBatch { submission: row, batch }))
}

/// The entries of a batch, as they are taken.
struct Taking<'a> {
    view: &'a View<'a>,
    seq: u64,
    of: &'a Submission,
    declared: Declared,
    /// Those of an earlier unpacking of the same batch.
    mine: Vec<Submission>,
    entries: Vec<BatchEntry>,
    arrivals: Vec<Submission>,
    /// Known ones that a recheck puts back into the queue.
    again: Vec<Submission>,
}

impl<'a> Taking<'a> {
    fn new(
        view: &'a View<'a>,
        seq: u64,
        of: &'a Submission,
        entries: usize,
    ) -> Result<Self, StoreError> {
        let declared = of.declared.inherited(entries);
        let mine = members(view, Facet::batch(of.id))?;
        let (entries, arrivals, again) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Taking { view, seq, of, declared, mine, entries, arrivals, again })
    }

    fn take(
        &mut self,
        shift: &mut Shift,
        name: String,
        original: Spooled,
    ) -> Result<(), StoreError> {
        let source = self.of.source.entry(&name);
        bounded(&source)?;
        if let Some(known) = self.known(&source, &original)? {
            self.entries.push(BatchEntry { name, submission: known.id });
            // Of a batch that came later: that one's entries count, whichever was opened first.
            if known.batch.is_some_and(|batch| batch > self.of.id) {
                return Ok(());
            }
            let row = Submission { batch: Some(self.of.id), ..known };
            // A recheck of the batch is a recheck of what is in it.
            match self.of.judged_at.is_some() && row.stage == Stage::Judged {
                true => self.again.push(row.requeued()),
                false => shift.put(row),
            }
            return Ok(());
        }
        let id = self.seq + 1 + self.arrivals.len() as u64;
        self.entries.push(BatchEntry { name, submission: id });
        self.arrivals.push(Submission {
            id,
            batch: Some(self.of.id),
            ..Submission::received(
                source,
                (original.sha256, original.size),
                self.declared.clone(),
                // Handed in when the batch was.
                self.of.received_at,
            )
        });
        Ok(())
    }

    /// The submission that already is this entry.
    fn known(&self, source: &Source, original: &Spooled) -> Result<Option<Submission>, StoreError> {
        let newest = match source.key() {
            Some(place) => newest(self.view, Facet::place(&place))?,
            None => self.mine.iter().rev().find(|row| row.source == *source).cloned(),
        };
        let same = |row: &Submission| {
            row.sha256 == original.sha256 || row.batch.is_some_and(|batch| batch > self.of.id)
        };
        Ok(newest.filter(same))
    }
}

/// Settles the batch at its place: what was there before gives way, with what nobody could read of it.
fn replace(
    shift: &mut Shift,
    mut row: Submission,
    batch: &Batch,
) -> Result<Submission, StoreError> {
    let taken: BTreeSet<SubmissionId> = batch.entries.iter().map(|e| e.submission).collect();
    let (mut newer, older) = neighbours(shift, &row)?;
    newer.retain(|newer| gives_way(&row, newer));
    if let Some(newer) = newer.last() {
        row.stage = Stage::Superseded;
        row.superseded_by = Some(newer.id);
        return Ok(row);
    }
    for older in older.into_iter().filter(|older| gives_way(older, &row)) {
        for entry in shift.judged(Facet::batch(older.id), row.id)? {
            if is_live(&entry) && is_unreadable(&entry) && !taken.contains(&entry.id) {
                shift.supersede(entry, row.id);
            }
        }
        if is_live(&older) {
            shift.supersede(older, row.id);
        }
    }
    Ok(row)
}

/// The batch whose coming took the place of the one an entry came in, if one did.
pub(super) fn successor(
    shift: &Shift,
    entry: &Submission,
) -> Result<Option<SubmissionId>, StoreError> {
    let Some(batch) = entry.batch else { return Ok(None) };
    let Some(later) = shift.row(batch)?.superseded_by else { return Ok(None) };
    Ok(shift.row(later)?.contents.map(|_| later))
}

/// What could not be got at, for an alert: it may have been a report.
fn complaint(batch: &Batch) -> Option<Words> {
    let first = batch.passed.named.first().filter(|one| one.reason.is_loss())?;
    let (name, lost) = (crate::model::shown_name(&first.name), batch.passed.lost);
    Some(Words::new(
        format!("有 {lost} 个文件未能取出，如“{name}”（{}）", first.message.zh),
        format!("{lost} files could not be taken out, such as “{name}” ({})", first.message.en),
    ))
}

/// The entries of batches that were renamed, at their new paths.
pub(super) fn follow(
    view: &View,
    from: &str,
    to: &Source,
    history: &mut Vec<Submission>,
) -> Result<(), StoreError> {
    let ids: Vec<SubmissionId> = history.iter().map(|row| row.id).collect();
    for id in ids {
        for mut entry in members(view, Facet::batch(id))? {
            let key = entry.source.key().unwrap_or_default();
            let Some(name) = key.strip_prefix(from).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            entry.source = to.entry(name);
            history.push(entry);
        }
    }
    Ok(())
}
