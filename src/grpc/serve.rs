//! The two servers: public and admin, with health and reflection, and their drain.
//!
//! Invariants: health says NOT_SERVING before the first stream ends; a call in flight is finished;
//! the drain ends by its deadline whatever a client does.

use super::api::{Api, Shared};
use super::{
    admin, alerts, decisions, describe, editions, ledger, rules, status, submissions, verdicts,
    watch,
};
use crate::proto::v1::admin_service_server::AdminServiceServer;
use crate::proto::v1::alert_service_server::AlertServiceServer;
use crate::proto::v1::decision_service_server::DecisionServiceServer;
use crate::proto::v1::edition_service_server::EditionServiceServer;
use crate::proto::v1::ledger_service_server::LedgerServiceServer;
use crate::proto::v1::rule_service_server::RuleServiceServer;
use crate::proto::v1::status_service_server::StatusServiceServer;
use crate::proto::v1::submission_service_server::SubmissionServiceServer;
use crate::proto::v1::verdict_service_server::VerdictServiceServer;
use crate::proto::v1::watch_service_server::WatchServiceServer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, health_reporter};

/// Calls being answered per connection; more wait.
const CALLS_PER_CONNECTION: usize = 64;
/// Streams per connection; more are held back by HTTP/2.
const STREAMS_PER_CONNECTION: u32 = 256;
/// Cancelled calls a client may have pending before its connection is ended. A client that drops a
/// batch of calls at once stays below it.
const PENDING_RESETS: usize = 1024;
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Largest headers of a call, bytes.
const HEADERS: u32 = 16 * 1024;

/// Sockets to serve on, already bound.
pub struct Listeners {
    pub public: TcpListener,
    /// `None` = no admin service.
    pub admin: Option<TcpListener>,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every call and stream ended by itself.
    Wholly,
    /// Clients still held calls or streams open at the deadline.
    Abandoned,
}

/// Serving could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The description of the API, compiled in, is not whole.
    #[error("the description of the API cannot be served: {0}")]
    Description(String),
    /// A server failed.
    #[error("serving failed: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// Serves until `shutdown` is cancelled, then drains: health turns to NOT_SERVING, streams end with
/// a last cursor, calls in flight are finished, for no longer than the grace time.
pub async fn serve(
    listeners: Listeners,
    api: Api,
    shutdown: CancellationToken,
) -> Result<Drained, ServeError> {
    let grace = api.bounds.grace;
    let drain = CancellationToken::new();
    let shared = Shared::new(api, drain.clone());
    let mut public = public(&shared).await?;
    let mut admin = admin(&shared).await?;
    let servers = {
        let public = run(public.routes.clone(), listeners.public, drain.clone());
        let (routes, drain) = (admin.routes.clone(), drain.clone());
        async move {
            let admin = async {
                match listeners.admin {
                    Some(listener) => run(routes, listener, drain).await,
                    None => Ok(()),
                }
            };
            tokio::try_join!(public, admin).map(|_| ())
        }
    };
    tokio::pin!(servers);
    tokio::select! {
        ended = &mut servers => return Ok(ended.map(|()| Drained::Wholly)?),
        () = shutdown.cancelled() => {}
    }
    public.leave().await;
    admin.leave().await;
    drain.cancel();
    match tokio::time::timeout(grace, servers).await {
        Ok(ended) => Ok(ended.map(|()| Drained::Wholly)?),
        Err(_) => {
            tracing::warn!(
                grace_s = grace.as_secs_f64(),
                "不再等客户端挂起的调用 · leaving calls that clients hold open"
            );
            Ok(Drained::Abandoned)
        }
    }
}

/// The bound server of a service: `$server` around `$service`, taking messages of the allowed size.
macro_rules! bounded {
    ($shared:expr, $server:ident, $service:expr) => {
        $server::new($service).max_decoding_message_size($shared.api.bounds.max_message)
    };
}

async fn public(shared: &Arc<Shared>) -> Result<Surface, ServeError> {
    let of = || shared.clone();
    let mut new = NewSurface::default();
    new.add(bounded!(shared, StatusServiceServer, status::Service(of())));
    new.add(bounded!(shared, SubmissionServiceServer, submissions::Service(of())));
    new.add(bounded!(shared, VerdictServiceServer, verdicts::Service(of())));
    new.add(bounded!(shared, DecisionServiceServer, decisions::Service(of())));
    new.add(bounded!(shared, LedgerServiceServer, ledger::Service(of())));
    new.add(bounded!(shared, RuleServiceServer, rules::Service));
    new.add(bounded!(shared, EditionServiceServer, editions::Service(of())));
    new.add(bounded!(shared, WatchServiceServer, watch::Service(of())));
    new.add(bounded!(shared, AlertServiceServer, alerts::Service(of())));
    new.finish(false).await
}

async fn admin(shared: &Arc<Shared>) -> Result<Surface, ServeError> {
    let mut new = NewSurface::default();
    new.add(bounded!(shared, AdminServiceServer, admin::Service(shared.clone())));
    new.finish(true).await
}

/// The services of one listener being put together.
#[derive(Default)]
struct NewSurface {
    routes: RoutesBuilder,
    names: Vec<&'static str>,
}

impl NewSurface {
    fn add<S>(&mut self, service: S)
    where
        S: NamedService
            + Clone
            + Send
            + Sync
            + 'static
            + tonic::codegen::Service<
                tonic::codegen::http::Request<tonic::body::Body>,
                Response = tonic::codegen::http::Response<tonic::body::Body>,
                Error = std::convert::Infallible,
            >,
        S::Future: Send,
    {
        self.names.push(S::NAME);
        self.routes.add_service(service);
    }

    /// Adds health and reflection.
    async fn finish(mut self, admin: bool) -> Result<Surface, ServeError> {
        let (health, service) = health_reporter();
        for name in &self.names {
            health.set_service_status(name, ServingStatus::Serving).await;
        }
        self.routes.add_service(service);
        let health_name = tonic_health::pb::health_server::SERVICE_NAME;
        let described: Vec<&str> = self.names.iter().copied().chain([health_name]).collect();
        describe::add(&mut self.routes, &described, admin)?;
        Ok(Surface { routes: self.routes.routes().prepare(), names: self.names, health })
    }
}

/// The services of one listener, and their health.
struct Surface {
    routes: Routes,
    names: Vec<&'static str>,
    health: HealthReporter,
}

impl Surface {
    /// Tells everybody that asks that nothing is served any more, and ends the streams of those who
    /// watch for it, which would otherwise last as long as their clients.
    async fn leave(&mut self) {
        for name in self.names.iter().copied().chain([""]) {
            self.health.set_service_status(name, ServingStatus::NotServing).await;
        }
        for name in self.names.iter().copied().chain([""]) {
            self.health.clear_service_status(name).await;
        }
    }
}

async fn run(
    routes: Routes,
    listener: TcpListener,
    drain: CancellationToken,
) -> Result<(), tonic::transport::Error> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .concurrency_limit_per_connection(CALLS_PER_CONNECTION)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .http2_max_pending_accept_reset_streams(Some(PENDING_RESETS))
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .http2_max_header_list_size(HEADERS)
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, drain.cancelled_owned())
        .await
}
