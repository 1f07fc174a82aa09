//! The ledger. Enums are paired in `convert`; lines go outwards only: clients show them as they come.

use super::super::errors;
use super::submission::counts;
use super::timestamp;
use crate::model::{BodyKind, Due, Group, GroupBy, LedgerState, Line, Pick, Roster, Totals, Unit};
use crate::proto::v1;
use std::collections::BTreeMap;
use tonic::Status;

impl From<Totals> for v1::LedgerTotals {
    fn from(from: Totals) -> Self {
        v1::LedgerTotals {
            due: from.due,
            received: from.received,
            compliant: from.compliant,
            needs_review: from.needs_review,
            returned: from.returned,
            unreadable: from.unreadable,
            waiting: from.waiting,
            missing: from.missing,
            overdue: from.overdue,
            late: from.late,
        }
    }
}

impl From<Group> for v1::LedgerGroup {
    fn from(from: Group) -> Self {
        v1::LedgerGroup { key: from.key, totals: Some(from.totals.into()) }
    }
}

impl From<Due> for v1::DueDay {
    fn from(from: Due) -> Self {
        v1::DueDay {
            day: from.day.to_string(),
            duty: v1::Duty::from(from.duty).into(),
            source: v1::DaySource::from(from.source).into(),
        }
    }
}

fn body(roster: &Roster, unit: &Unit) -> v1::Body {
    v1::Body {
        code: unit.code.clone(),
        name: unit.name.clone(),
        kind: v1::BodyKind::from(unit.kind).into(),
        regions: unit.regions.clone(),
        parent: roster.parent(unit).map(|parent| parent.name.clone()),
        supervisors: unit.supervisors.clone(),
        contacts: unit.contacts.clone(),
    }
}

/// A line without the codes that stand against its report.
pub(in crate::grpc) fn line(roster: &Roster, from: &Line) -> v1::LedgerLine {
    v1::LedgerLine {
        body: Some(body(roster, from.unit)),
        state: v1::LedgerState::from(from.state).into(),
        due: from.due.map(Into::into),
        days_left: from.days_left,
        workdays_left: from.workdays_left,
        overdue: from.overdue,
        late: from.late,
        first_received_at: from.first_received.map(timestamp),
        received_at: from.received.map(timestamp),
        submission: from.submission,
        revision: from.revision,
        returns: from.returns,
        counts: Some(counts(from.counts)),
        errors: Vec::new(),
        warnings: Vec::new(),
        published_only: from.published_only,
        waiting: from.waiting,
        unread: from.unread,
    }
}

/// Codes and how often each was found.
pub(in crate::grpc) fn codes(from: BTreeMap<String, u32>) -> Vec<v1::CodeCount> {
    from.into_iter().map(|(code, count)| v1::CodeCount { code, count }).collect()
}

/// The lines that a request asks for.
pub(in crate::grpc) fn pick(from: Option<v1::LedgerFilter>) -> Result<Pick, Status> {
    let from = from.unwrap_or_default();
    let state = |n: i32| {
        let state = v1::LedgerState::try_from(n).ok().and_then(|s| LedgerState::try_from(s).ok());
        state.ok_or_else(|| errors::invalid("filter.states", "is no state known here"))
    };
    let kind = match v1::BodyKind::try_from(from.kind) {
        Ok(v1::BodyKind::Unspecified) => None,
        Ok(kind) => BodyKind::try_from(kind).ok(),
        Err(_) => return Err(errors::invalid("filter.kind", "is no kind known here")),
    };
    Ok(Pick {
        region: from.region,
        kind,
        states: from.states.into_iter().map(state).collect::<Result<_, _>>()?,
        overdue: from.overdue,
        late: from.late,
    })
}

/// What the totals are grouped by.
pub(in crate::grpc) fn group_by(from: i32) -> Result<Option<GroupBy>, Status> {
    match v1::GroupBy::try_from(from) {
        Ok(v1::GroupBy::Unspecified) => Ok(None),
        Ok(by) => Ok(GroupBy::try_from(by).ok()),
        Err(_) => Err(errors::invalid("group_by", "is no property known here")),
    }
}
