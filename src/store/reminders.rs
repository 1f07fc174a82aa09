//! Cases that are told again, or to those above, or to nobody for a while.
//!
//! Invariant: what waits for a channel already is not told to it a second time.

use super::decide::Answer;
use super::index::View;
use super::keys::{self, Message, table};
use super::records::Step;
use super::{Change, StoreError};
use crate::model::{
    Alert, AlertState, Body, Millis, OutboxItem, Phase, Policy, Recipient, Silence,
};

/// The record of cases told again; none where all of them resolved, or were taken on, meanwhile.
pub(super) fn remind(
    view: &View,
    seq: u64,
    policy: &Policy,
    ids: &[u64],
    at: Millis,
) -> Result<Option<Step>, StoreError> {
    let (mut alerts, mut outbox) = (Vec::new(), Vec::new());
    for id in ids {
        let Some(alert) = view.row::<Alert>(&keys::id(table::ALERT, *id))? else { continue };
        let Some(phase) = policy.reminder(&alert, at) else { continue };
        let alert = match phase {
            Phase::Escalated => Alert { escalated_at: Some(at), ..alert },
            _ => Alert { reminded_at: Some(at), reminders: alert.reminders + 1, ..alert },
        };
        for Recipient { channel, due_at } in policy.tell(&alert, phase, at) {
            let message = Message { alert: alert.id, seq, channel: &channel };
            if !view.scan(&message.thread(), &[], 1)?.is_empty() {
                continue;
            }
            let (dedupe_id, body) =
                (message.dedupe_id(), Body::Case { phase, alert: Box::new(alert.clone()) });
            outbox.push(OutboxItem { dedupe_id, channel, body, due_at, attempts: 0 });
        }
        alerts.push(alert);
    }
    if alerts.is_empty() {
        return Ok(None);
    }
    let change = Change::Reminded(alerts.iter().map(|alert| alert.id).collect());
    Ok(Some(Step { alerts, outbox, ..Step::new(seq, at, change) }))
}

/// The record of a silence, or of its end; what was to be told again meanwhile is taken back.
pub(super) fn silence(
    view: &View,
    seq: u64,
    id: u64,
    silence: Silence,
) -> Result<(Option<Step>, Answer), StoreError> {
    let alert = view.row::<Alert>(&keys::id(table::ALERT, id))?;
    let alert = alert.ok_or_else(|| StoreError::NotFound(format!("alert {id}")))?;
    if alert.state == AlertState::Resolved {
        return Ok((None, Answer::Alert(Box::new(alert))));
    }
    let at = silence.at;
    let ends = silence.until <= at;
    let alert = Alert { silenced: Some(silence).filter(|_| !ends), ..alert };
    let mut step = Step::new(seq, at, Change::Silenced(id));
    if !ends {
        let prefix = [&[table::OUTBOX], &id.to_be_bytes()[..]].concat();
        for (key, _) in view.scan(&prefix, &[], usize::MAX)? {
            let item = view.row::<OutboxItem>(&key)?;
            let again = item.filter(|item| item.attempts == 0 && is_again(item));
            step.sent.extend(again.map(|item| item.dedupe_id));
        }
    }
    step.alerts = vec![alert.clone()];
    Ok((Some(step), Answer::Alert(Box::new(alert))))
}

/// It tells nothing that its readers were not told before.
fn is_again(item: &OutboxItem) -> bool {
    matches!(item.body, Body::Case { phase: Phase::Reminded | Phase::Escalated, .. })
}
