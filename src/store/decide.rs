//! From a command to the record of what it makes true, or to the reason why not.
//!
//! Invariant: reads the rows, changes nothing.

use super::apply::members;
use super::bundles::{self, Gather};
use super::index::View;
use super::keys::{self, Facet, Message, table};
use super::records::Step;
use super::{
    Arrival, Change, Concluded, Conclusion, Decided, NewDecision, OpenedBatch, Received,
    StoreError, Trouble, Unpacking, batches, decisions, duties, reminders, succession, trouble,
};
use crate::model::{
    Acknowledgement, Alert, Delivery, DeliveryResult, Demand, Millis, OutboxItem, Policy, Silence,
    Source, Stage, Submission, SubmissionId,
};

/// What a caller asks the writer to record.
pub(super) enum Command {
    Receive(Arrival),
    Conclude(Box<Conclusion>),
    Unpack(Box<Unpacking>),
    Attempted(SubmissionId, Millis),
    Requeue(SubmissionId, Millis),
    Move(SubmissionId, Source, Millis),
    Acknowledge(u64, Acknowledgement),
    Silence(u64, Silence),
    Remind(Vec<u64>, Millis),
    Deliver(Delivery),
    Trouble(Trouble),
    Gather(Gather),
    Decide(Box<NewDecision>),
    Duties(Vec<Demand>, Millis),
}

/// What the caller is told once the record is on disk.
pub(super) enum Answer {
    Received(Received),
    Concluded(Box<Concluded>),
    Unpacked(Box<OpenedBatch>),
    Attempts(u32),
    Moved(bool),
    Alert(Box<Alert>),
    Decided(Box<Decided>),
    Gathered(Option<Box<OutboxItem>>),
    /// Cases that changed.
    Changed(Vec<u64>),
    Done,
}

/// Longest name of a place; a path of 4096 bytes, all of them escaped.
const MAX_NAME: usize = 20_000;

/// Decides one command; `seq` is the number its first record will have. No step: nothing to record.
pub(super) fn decide(
    view: &View,
    seq: u64,
    policy: &Policy,
    command: Command,
) -> Result<(Vec<Step>, Answer), StoreError> {
    let (step, answer) = match command {
        Command::Unpack(unpacking) => {
            let (steps, opened) = batches::unpack(view, seq, policy, *unpacking)?;
            return Ok((steps, Answer::Unpacked(Box::new(opened))));
        }
        Command::Duties(demands, at) => {
            let steps = duties::duties(view, seq, policy, demands, at)?;
            let changed = steps.iter().flat_map(|step| &step.alerts).map(|alert| alert.id);
            let changed = changed.collect();
            return Ok((steps, Answer::Changed(changed)));
        }
        Command::Receive(arrival) => receive(view, seq, arrival)?,
        Command::Conclude(conclusion) => {
            let (step, concluded) = succession::conclude(view, seq, policy, *conclusion)?;
            (Some(step), Answer::Concluded(Box::new(concluded)))
        }
        Command::Attempted(id, at) => {
            let mut row = expect(view, id, Stage::Received)?;
            row.attempts += 1;
            let attempts = row.attempts;
            let step = Step { submissions: vec![row], ..Step::new(seq, at, Change::Attempted(id)) };
            (Some(step), Answer::Attempts(attempts))
        }
        Command::Requeue(id, at) => {
            let row = submission(view, id)?;
            if !row.stage.may_become(Stage::Received) {
                let (expected, actual) = (Stage::Judged, row.stage);
                return Err(StoreError::Conflict { id, expected, actual });
            }
            let change = Change::Requeued(id);
            let step = Step { submissions: vec![row.requeued()], ..Step::new(seq, at, change) };
            (Some(step), Answer::Done)
        }
        Command::Move(id, to, at) => relocate(view, seq, id, &to, at)?,
        Command::Acknowledge(id, ack) => {
            let mut alert = view
                .row::<Alert>(&keys::id(table::ALERT, id))?
                .ok_or_else(|| StoreError::NotFound(format!("alert {id}")))?;
            let at = ack.at;
            alert.acknowledged = Some(ack);
            let answer = Answer::Alert(Box::new(alert.clone()));
            let step = Step { alerts: vec![alert], ..Step::new(seq, at, Change::Acknowledged(id)) };
            (Some(step), answer)
        }
        Command::Silence(id, silence) => reminders::silence(view, seq, id, silence)?,
        Command::Remind(ids, at) => (reminders::remind(view, seq, policy, &ids, at)?, Answer::Done),
        Command::Deliver(delivery) => deliver(view, seq, delivery)?,
        Command::Decide(new) => {
            let (step, decided) = decisions::decide(view, seq, policy, *new)?;
            (step, Answer::Decided(Box::new(decided)))
        }
        Command::Gather(order) => {
            let step = bundles::gather(view, seq, policy, order)?;
            let item = step.as_ref().and_then(|step| step.outbox.first().cloned());
            (step, Answer::Gathered(item.map(Box::new)))
        }
        Command::Trouble(trouble) => (trouble::report(view, seq, policy, trouble)?, Answer::Done),
    };
    Ok((step.into_iter().collect(), answer))
}

pub(super) fn submission(view: &View, id: SubmissionId) -> Result<Submission, StoreError> {
    view.row(&keys::id(table::SUBMISSION, id))?
        .ok_or_else(|| StoreError::NotFound(format!("submission {id}")))
}

/// The submission, if it is in the stage the caller believes it to be in.
pub(super) fn expect(
    view: &View,
    id: SubmissionId,
    expected: Stage,
) -> Result<Submission, StoreError> {
    let row = submission(view, id)?;
    match row.stage == expected {
        true => Ok(row),
        false => Err(StoreError::Conflict { id, expected, actual: row.stage }),
    }
}

fn receive(view: &View, seq: u64, arrival: Arrival) -> Result<(Option<Step>, Answer), StoreError> {
    let Arrival { source, original, declared, at } = arrival;
    bounded(&source)?;
    if let Some(place) = &source.key() {
        let newest = newest(view, Facet::place(place))?;
        if let Some(same) = newest.filter(|row| row.sha256 == original.sha256) {
            return Ok((None, Answer::Received(Received::Same(same.id))));
        }
    }
    let original = (original.sha256, original.size);
    let row = Submission { id: seq, ..Submission::received(source, original, declared, at) };
    let step = Step { submissions: vec![row], ..Step::new(seq, at, Change::Received(seq)) };
    Ok((Some(step), Answer::Received(Received::New(seq))))
}

/// A file was renamed: its history goes along, so that what stands at the old path next has none.
fn relocate(
    view: &View,
    seq: u64,
    id: SubmissionId,
    to: &Source,
    at: Millis,
) -> Result<(Option<Step>, Answer), StoreError> {
    bounded(to)?;
    let row = submission(view, id)?;
    let stays = Ok((None, Answer::Moved(false)));
    let (Some(from), Some(place)) = (row.source.key(), to.key()) else { return stays };
    // The new path has a history of its own; two would be mixed up.
    if newest(view, Facet::place(&place))?.is_some() {
        return stays;
    }
    let mut history = members(view, Facet::place(&from))?;
    // A later file at the old path was received before the new name was seen.
    history.retain(|row| row.id <= id);
    history.iter_mut().for_each(|row| row.source = to.clone());
    batches::follow(view, &from, to, &mut history)?;
    let step = Step { submissions: history, ..Step::new(seq, at, Change::Moved(id)) };
    Ok((Some(step), Answer::Moved(true)))
}

pub(super) fn bounded(source: &Source) -> Result<(), StoreError> {
    match source.key().as_deref().unwrap_or(source.file_name()).len() > MAX_NAME {
        true => Err(StoreError::Refused(format!("the name is longer than {MAX_NAME} bytes"))),
        false => Ok(()),
    }
}

/// The newest submission with a property.
pub(super) fn newest(view: &View, facet: Facet) -> Result<Option<Submission>, StoreError> {
    match view.last_below(&facet.prefix(), &facet.posting(u64::MAX))? {
        Some(key) => submission(view, keys::number(&key, keys::POSTING_ID)).map(Some),
        None => Ok(None),
    }
}

/// Submissions with a property that have a verdict, oldest first.
pub(super) fn judged(view: &View, facet: Facet) -> Result<Vec<Submission>, StoreError> {
    let mut rows = members(view, facet)?;
    rows.retain(|row| row.judged_at.is_some());
    Ok(rows)
}

fn deliver(
    view: &View,
    seq: u64,
    delivery: Delivery,
) -> Result<(Option<Step>, Answer), StoreError> {
    let missing = || StoreError::NotFound(format!("message {}", delivery.dedupe_id));
    let message = Message::parse(&delivery.dedupe_id).ok_or_else(missing)?;
    let mut item = view.row::<OutboxItem>(&message.key())?.ok_or_else(missing)?;
    let ok = delivery.result == DeliveryResult::Delivered;
    let change = Change::Delivered { alert: item.case(), channel: item.channel.clone(), ok };
    let mut step = Step::new(seq, delivery.at, change);
    match delivery.result {
        DeliveryResult::Delivered | DeliveryResult::GivenUp { .. } => {
            step.sent.push(item.dedupe_id);
        }
        DeliveryResult::Retry { due_at, .. } => {
            item.due_at = due_at;
            item.attempts += 1;
            step.outbox.push(item);
        }
    }
    Ok((Some(step), Answer::Done))
}
