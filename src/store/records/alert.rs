//! Alerts and the messages that tell of them.

use super::{
    Row, alert_state_from, alert_state_to, decode, kind_from, kind_to, needed, phase_from,
    phase_to, words_from, words_to,
};
use crate::model::{Acknowledgement, Alert, Body, Bundle, OutboxItem, Silence, Telling};
use crate::proto::store_v1 as stored;
use crate::store::StoreError;
use prost::Message;

pub(super) fn alert_to(a: &Alert) -> stored::Alert {
    stored::Alert {
        id: a.id,
        kind: kind_to(a.kind),
        state: alert_state_to(a.state),
        unit: a.unit.clone(),
        year: a.year,
        about: a.about.clone(),
        submission: a.submission,
        summary: Some(words_to(&a.summary)),
        opened_at: a.opened_at,
        updated_at: a.updated_at,
        resolved_at: a.resolved_at,
        acknowledged: a.acknowledged.as_ref().map(|k| stored::Acknowledgement {
            by: k.by.clone(),
            at: k.at,
            note: k.note.clone(),
        }),
        silenced: a.silenced.as_ref().map(|s| stored::Silence {
            by: s.by.clone(),
            at: s.at,
            until: s.until,
            note: s.note.clone(),
        }),
        reminded_at: a.reminded_at,
        reminders: a.reminders,
        escalated_at: a.escalated_at,
    }
}

pub(super) fn alert_from(a: stored::Alert) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: a.id,
        kind: kind_from(a.kind)?,
        state: alert_state_from(a.state)?,
        unit: a.unit,
        year: a.year,
        about: a.about,
        submission: a.submission,
        summary: words_from(a.summary),
        opened_at: a.opened_at,
        updated_at: a.updated_at,
        resolved_at: a.resolved_at,
        acknowledged: a.acknowledged.map(|k| Acknowledgement { by: k.by, at: k.at, note: k.note }),
        silenced: a.silenced.map(|s| Silence { by: s.by, at: s.at, until: s.until, note: s.note }),
        reminded_at: a.reminded_at,
        reminders: a.reminders,
        escalated_at: a.escalated_at,
    })
}

pub(super) fn outbox_to(item: &OutboxItem) -> stored::OutboxItem {
    let (phase, alert, bundle) = match &item.body {
        Body::Case { phase, alert } => (phase_to(*phase), Some(alert_to(alert)), None),
        Body::Bundle(bundle) => (0, None, Some(bundle_to(bundle))),
    };
    stored::OutboxItem {
        dedupe_id: item.dedupe_id.clone(),
        channel: item.channel.clone(),
        phase,
        alert,
        due_at: item.due_at,
        attempts: item.attempts,
        bundle,
    }
}

pub(super) fn outbox_from(item: stored::OutboxItem) -> Result<OutboxItem, StoreError> {
    let body = match item.bundle {
        Some(bundle) => Body::Bundle(bundle_from(bundle)?),
        None => Body::Case {
            phase: phase_from(item.phase)?,
            alert: Box::new(alert_from(needed(item.alert, "an outbox item without its alert")?)?),
        },
    };
    Ok(OutboxItem {
        dedupe_id: item.dedupe_id,
        channel: item.channel,
        body,
        due_at: item.due_at,
        attempts: item.attempts,
    })
}

fn bundle_to(bundle: &Bundle) -> stored::Bundle {
    let telling = |one: &Telling| stored::Telling {
        dedupe_id: one.dedupe_id.clone(),
        phase: phase_to(one.phase),
        alert: Some(alert_to(&one.alert)),
    };
    stored::Bundle {
        at: bundle.at,
        tellings: bundle.tellings.iter().map(telling).collect(),
        season: bundle.season.iter().map(words_to).collect(),
    }
}

fn bundle_from(bundle: stored::Bundle) -> Result<Bundle, StoreError> {
    let telling = |one: stored::Telling| {
        Ok(Telling {
            dedupe_id: one.dedupe_id,
            phase: phase_from(one.phase)?,
            alert: alert_from(needed(one.alert, "a telling without its alert")?)?,
        })
    };
    Ok(Bundle {
        at: bundle.at,
        tellings: bundle.tellings.into_iter().map(telling).collect::<Result<_, StoreError>>()?,
        season: bundle.season.into_iter().map(|words| words_from(Some(words))).collect(),
    })
}

impl Row for Alert {
    fn to_bytes(&self) -> Vec<u8> {
        alert_to(self).encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        alert_from(decode(bytes)?)
    }
}

impl Row for OutboxItem {
    fn to_bytes(&self) -> Vec<u8> {
        outbox_to(self).encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        outbox_from(decode(bytes)?)
    }
}
