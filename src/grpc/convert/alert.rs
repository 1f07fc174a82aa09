//! Alerts.

use super::{Malformed, millis, required, timestamp};
use crate::model::{Acknowledgement, Alert, Silence};
use crate::proto::v1;

impl From<&Acknowledgement> for v1::Acknowledgement {
    fn from(from: &Acknowledgement) -> Self {
        v1::Acknowledgement {
            by: from.by.clone(),
            at: Some(timestamp(from.at)),
            note: from.note.clone(),
        }
    }
}

impl TryFrom<v1::Acknowledgement> for Acknowledgement {
    type Error = Malformed;
    fn try_from(from: v1::Acknowledgement) -> Result<Self, Malformed> {
        Ok(Acknowledgement { by: from.by, at: millis(&required(from.at, "at")?), note: from.note })
    }
}

impl From<&Silence> for v1::Silence {
    fn from(from: &Silence) -> Self {
        v1::Silence {
            by: from.by.clone(),
            at: Some(timestamp(from.at)),
            until: Some(timestamp(from.until)),
            note: from.note.clone(),
        }
    }
}

impl TryFrom<v1::Silence> for Silence {
    type Error = Malformed;
    fn try_from(from: v1::Silence) -> Result<Self, Malformed> {
        Ok(Silence {
            by: from.by,
            at: millis(&required(from.at, "at")?),
            until: millis(&required(from.until, "until")?),
            note: from.note,
        })
    }
}

impl From<&Alert> for v1::Alert {
    fn from(from: &Alert) -> Self {
        v1::Alert {
            id: from.id,
            kind: v1::AlertKind::from(from.kind).into(),
            state: v1::AlertState::from(from.state).into(),
            unit: from.unit.clone(),
            year: from.year,
            about: from.about.clone(),
            submission_id: from.submission,
            summary: Some((&from.summary).into()),
            opened_at: Some(timestamp(from.opened_at)),
            updated_at: Some(timestamp(from.updated_at)),
            resolved_at: from.resolved_at.map(timestamp),
            acknowledged: from.acknowledged.as_ref().map(Into::into),
            silenced: from.silenced.as_ref().map(Into::into),
            reminded_at: from.reminded_at.map(timestamp),
            reminders: from.reminders,
            escalated_at: from.escalated_at.map(timestamp),
        }
    }
}

impl TryFrom<v1::Alert> for Alert {
    type Error = Malformed;
    fn try_from(from: v1::Alert) -> Result<Self, Malformed> {
        Ok(Alert {
            id: from.id,
            kind: from.kind().try_into()?,
            state: from.state().try_into()?,
            unit: from.unit,
            year: from.year,
            about: from.about,
            submission: from.submission_id,
            summary: required(from.summary, "summary")?.into(),
            opened_at: millis(&required(from.opened_at, "opened_at")?),
            updated_at: millis(&required(from.updated_at, "updated_at")?),
            resolved_at: from.resolved_at.as_ref().map(millis),
            acknowledged: from.acknowledged.map(TryInto::try_into).transpose()?,
            silenced: from.silenced.map(TryInto::try_into).transpose()?,
            reminded_at: from.reminded_at.as_ref().map(millis),
            reminders: from.reminders,
            escalated_at: from.escalated_at.as_ref().map(millis),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertKind, AlertState, Words};

    #[test]
    fn an_alert_survives_the_wire() {
        let alert = Alert {
            id: 3,
            kind: AlertKind::Unreadable,
            state: AlertState::Resolved,
            unit: None,
            year: Some(2024),
            about: Some("duty".into()),
            submission: 2,
            summary: Words::new("无法判读", "unreadable"),
            opened_at: 1,
            updated_at: 2_000,
            resolved_at: Some(2_000),
            acknowledged: Some(Acknowledgement {
                by: "王".into(), at: 1_500, note: String::new()
            }),
            silenced: Some(Silence { by: "李".into(), at: 1_600, until: 9_000, note: "x".into() }),
            reminded_at: Some(1_700),
            reminders: 2,
            escalated_at: Some(1_800),
        };
        assert_eq!(Alert::try_from(v1::Alert::from(&alert)), Ok(alert));
    }
}
