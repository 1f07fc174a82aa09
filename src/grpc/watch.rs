//! `WatchService`: what happens, in order and without gaps.

use super::api::Shared;
use super::convert::timestamp;
use super::follow::{Shape, Stream, follow};
use super::{deadline, errors};
use crate::model::{Alert, Submission, SubmissionId};
use crate::proto::v1::{self, EventKind, watch_service_server::WatchService};
use crate::store::{Change, Event, Store, StoreError};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl WatchService for Service {
    type WatchStream = Stream<v1::WatchResponse>;

    async fn watch(
        &self,
        request: Request<v1::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let deadline = deadline::of(request.metadata());
        let request = request.into_inner();
        let kinds: Result<Vec<EventKind>, _> =
            request.kinds.iter().map(|kind| EventKind::try_from(*kind)).collect();
        let kinds = kinds.map_err(|_| errors::invalid("kinds", "has a kind not known here"))?;
        let shape = Wanted { kinds, year: request.year, unit: request.unit };
        let cursor = request.optional_start_cursor;
        follow(self.0.clone(), &cursor, shape, deadline).map(Response::new)
    }
}

/// The filters of a watch.
struct Wanted {
    kinds: Vec<EventKind>,
    year: Option<i32>,
    unit: Option<String>,
}

impl Wanted {
    fn about(&self, year: Option<i32>, unit: Option<&String>) -> bool {
        (self.year.is_none() || self.year == year)
            && (self.unit.is_none() || self.unit.as_ref() == unit)
    }

    fn wants(&self, found: &Found) -> bool {
        let of_alert = |a: &Alert| self.about(a.year, a.unit.as_ref());
        match &found.submission {
            Some(s) => self.about(s.year, s.unit.as_ref()) || found.alerts.iter().any(of_alert),
            None => found.alerts.iter().any(of_alert) || self.about(None, None),
        }
    }
}

/// What an event is about, as it stands now.
#[derive(Default)]
struct Found {
    submission: Option<Submission>,
    superseded: Vec<SubmissionId>,
    requeued: Vec<SubmissionId>,
    alerts: Vec<Alert>,
    delivery: Option<v1::Delivery>,
}

impl Found {
    fn of(store: &Store, change: Change) -> Result<Found, StoreError> {
        let mut found = Found::default();
        match change {
            Change::Received(id)
            | Change::Requeued(id)
            | Change::Attempted(id)
            | Change::Moved(id)
            | Change::RecheckFailed(id) => {
                found.submission = store.submission(id)?;
            }
            Change::Judged { id, superseded, alerts, requeued }
            | Change::Unpacked { id, superseded, alerts, requeued } => {
                found.requeued = requeued;
                found.submission = store.submission(id)?;
                found.superseded = superseded;
                found.alerts = alerts_of(store, &alerts)?;
            }
            Change::Decided { id, alerts } => {
                found.submission = id.map(|id| store.submission(id)).transpose()?.flatten();
                found.alerts = alerts_of(store, &alerts)?;
            }
            Change::Acknowledged(alert) | Change::Silenced(alert) | Change::Alerted(alert) => {
                found.alerts = alerts_of(store, &[alert])?
            }
            Change::Reminded(alerts) => found.alerts = alerts_of(store, &alerts)?,
            Change::Delivered { alert, channel, ok } => {
                found.alerts = alerts_of(store, &[alert])?;
                found.delivery = Some(v1::Delivery { channel, delivered: ok });
            }
            // The cases are in the events that changed them; there may be hundreds.
            Change::Bundled { channel, .. } => {
                found.delivery = Some(v1::Delivery { channel, delivered: false });
            }
        }
        Ok(found)
    }
}

/// Alerts by number.
pub(super) fn alerts_of(store: &Store, ids: &[u64]) -> Result<Vec<Alert>, StoreError> {
    ids.iter().filter_map(|id| store.alert(*id).transpose()).collect()
}

fn kind(change: &Change) -> EventKind {
    match change {
        Change::Received(_) => EventKind::Received,
        Change::Judged { .. } => EventKind::Judged,
        Change::Unpacked { .. } => EventKind::Unpacked,
        Change::Requeued(_) => EventKind::Requeued,
        Change::Acknowledged(_) => EventKind::Acknowledged,
        Change::Silenced(_) => EventKind::Silenced,
        Change::Reminded(_) => EventKind::Reminded,
        Change::Delivered { .. } => EventKind::Delivered,
        Change::Attempted(_) => EventKind::Attempted,
        Change::Moved(_) => EventKind::Moved,
        Change::Alerted(_) => EventKind::Alerted,
        Change::RecheckFailed(_) => EventKind::RecheckFailed,
        Change::Decided { .. } => EventKind::Decided,
        Change::Bundled { .. } => EventKind::Bundled,
    }
}

impl Shape for Wanted {
    type Response = v1::WatchResponse;
    type Item = v1::Event;

    fn pick(&self, store: &Store, events: Vec<Event>) -> Result<Vec<v1::Event>, StoreError> {
        let mut picked = Vec::new();
        for event in events {
            let kind = kind(&event.change);
            if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
                continue;
            }
            let found = Found::of(store, event.change)?;
            if self.wants(&found) {
                picked.push(v1::Event {
                    seq: event.seq,
                    at: Some(timestamp(event.at)),
                    kind: kind.into(),
                    submission: found.submission.as_ref().map(Into::into),
                    superseded: found.superseded,
                    requeued: found.requeued,
                    alerts: found.alerts.iter().map(Into::into).collect(),
                    delivery: found.delivery,
                });
            }
        }
        Ok(picked)
    }

    fn response(&self, events: Vec<v1::Event>, changes_through: String) -> v1::WatchResponse {
        v1::WatchResponse { events, changes_through }
    }
}
