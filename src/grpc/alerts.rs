//! `AlertService`: what needs somebody's attention.

use super::api::{Shared, blocking};
use super::errors::{self, Fields};
use super::follow::{Shape, Stream, follow};
use super::paging::{self, Tokens};
use super::{convert, deadline, watch};
use crate::model::{Acknowledgement, Millis, Silence};
use crate::proto::v1::{self, alert_service_server::AlertService};
use crate::store::{Change, Event, Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl AlertService for Service {
    async fn list_alerts(
        &self,
        request: Request<v1::ListAlertsRequest>,
    ) -> Result<Response<v1::ListAlertsResponse>, Status> {
        let request = request.into_inner();
        let size = paging::size("page_size", request.page_size)?;
        let state = v1::AlertState::try_from(request.state)
            .map_err(|_| errors::invalid("state", "is not known here"))?
            .try_into()
            .ok();
        let tokens = Tokens::of(&("alerts", state));
        let before = tokens.read_number(&request.page_token)?;
        let head = self.0.head();
        let page = self.0.read(move |store| store.alerts(state, before, size)).await?;
        let mut alerts: Vec<v1::Alert> = page.items.iter().map(Into::into).collect();
        let next = match paging::fit(&mut alerts) {
            true => alerts.last().map(|last| last.id),
            false => page.next,
        };
        Ok(Response::new(v1::ListAlertsResponse {
            alerts,
            next_page_token: tokens.write_number(next),
            changes_through: head.write(),
        }))
    }

    async fn get_alert(
        &self,
        request: Request<v1::GetAlertRequest>,
    ) -> Result<Response<v1::GetAlertResponse>, Status> {
        let id = request.into_inner().id;
        let alert = self.0.read(move |store| store.alert(id)).await?;
        let alert = alert.ok_or_else(|| errors::not_found("Alert", id))?;
        Ok(Response::new(v1::GetAlertResponse { alert: Some((&alert).into()) }))
    }

    type WatchAlertsStream = Stream<v1::WatchAlertsResponse>;

    async fn watch_alerts(
        &self,
        request: Request<v1::WatchAlertsRequest>,
    ) -> Result<Response<Self::WatchAlertsStream>, Status> {
        let deadline = deadline::of(request.metadata());
        let cursor = request.into_inner().optional_start_cursor;
        follow(self.0.clone(), &cursor, Alerts, deadline).map(Response::new)
    }

    async fn acknowledge_alert(
        &self,
        request: Request<v1::AcknowledgeAlertRequest>,
    ) -> Result<Response<v1::AcknowledgeAlertResponse>, Status> {
        let v1::AcknowledgeAlertRequest { id, by, note } = request.into_inner();
        let mut fields = Fields::default();
        fields.text("by", &by, 200);
        fields.at_most("note", &note, 2000);
        fields.check()?;
        let acknowledgement = Acknowledgement { by, at: self.0.now(), note };
        let done = self.0.api.store.acknowledge(id, acknowledgement).await;
        let alert = done.map_err(|error| match error {
            StoreError::NotFound(_) => errors::not_found("Alert", id),
            other => errors::store(other),
        })?;
        Ok(Response::new(v1::AcknowledgeAlertResponse { alert: Some((&alert).into()) }))
    }

    async fn test_channel(
        &self,
        request: Request<v1::TestChannelRequest>,
    ) -> Result<Response<v1::TestChannelResponse>, Status> {
        let name = request.into_inner().channel;
        let mut fields = Fields::default();
        fields.text("channel", &name, 256);
        fields.check()?;
        let _turn = self.0.tests.acquire().await.map_err(|_| errors::draining())?;
        let (channels, tested) = (self.0.api.channels.clone(), name.clone());
        match blocking(move || channels.test(&tested)).await? {
            None => Err(errors::no_channel(&name, &self.0.api.channels.names())),
            Some(result) => Ok(Response::new(v1::TestChannelResponse { error: result.err() })),
        }
    }

    async fn silence_alert(
        &self,
        request: Request<v1::SilenceAlertRequest>,
    ) -> Result<Response<v1::SilenceAlertResponse>, Status> {
        let v1::SilenceAlertRequest { id, until, by, note } = request.into_inner();
        let now = self.0.now();
        let mut fields = Fields::default();
        fields.text("by", &by, 200);
        fields.at_most("note", &note, 2000);
        fields.check()?;
        let until = until.as_ref().map_or(now, convert::millis);
        // A client's clock may be a little ahead.
        if until > now.saturating_add(LONGEST_SILENCE + 60_000) {
            return Err(errors::invalid("until", "is more than 90 days away"));
        }
        let done = self.0.api.store.silence(id, Silence { by, at: now, until, note }).await;
        let alert = done.map_err(|error| match error {
            StoreError::NotFound(_) => errors::not_found("Alert", id),
            other => errors::store(other),
        })?;
        Ok(Response::new(v1::SilenceAlertResponse { alert: Some((&alert).into()) }))
    }
}

/// Longest silence, milliseconds: 90 days.
const LONGEST_SILENCE: Millis = 90 * 24 * 3_600_000;

/// Alerts only, each once per response.
struct Alerts;

impl Shape for Alerts {
    type Response = v1::WatchAlertsResponse;
    type Item = v1::Alert;

    fn pick(&self, store: &Store, events: Vec<Event>) -> Result<Vec<v1::Alert>, StoreError> {
        let mut ids = BTreeSet::new();
        for event in events {
            match event.change {
                Change::Judged { alerts, .. }
                | Change::Unpacked { alerts, .. }
                | Change::Decided { alerts, .. } => {
                    ids.extend(alerts);
                }
                Change::Reminded(alerts) => ids.extend(alerts),
                Change::Acknowledged(alert) | Change::Silenced(alert) | Change::Alerted(alert) => {
                    ids.insert(alert);
                }
                _ => {}
            }
        }
        let ids: Vec<u64> = ids.into_iter().collect();
        Ok(watch::alerts_of(store, &ids)?.iter().map(Into::into).collect())
    }

    fn response(&self, alerts: Vec<v1::Alert>, changes_through: String) -> v1::WatchAlertsResponse {
        v1::WatchAlertsResponse { alerts, changes_through }
    }
}
