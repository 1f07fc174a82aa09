//! `AdminService`: changes what the daemon does; on its own listener only.

use super::api::{Shared, blocking};
use super::errors::{self, Fields};
use super::submissions::submission;
use crate::proto::v1::{self, admin_service_server::AdminService};
use crate::store::{Filter, StoreError};
use std::sync::Arc;
use tokio::task::JoinSet;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

/// Submissions put back between two looks at the index.
const BATCH: usize = 200;

#[tonic::async_trait]
impl AdminService for Service {
    async fn recheck(
        &self,
        request: Request<v1::RecheckRequest>,
    ) -> Result<Response<v1::RecheckResponse>, Status> {
        use v1::recheck_request::Scope;
        let current = Filter { current_only: true, ..Filter::default() };
        let filter = match request.into_inner().scope {
            None => return Err(errors::invalid("scope", "must be set")),
            Some(Scope::SubmissionId(id)) => {
                submission(&self.0, id).await?;
                let done = self.0.api.store.requeue(id, self.0.now()).await;
                done.map_err(errors::store)?;
                return Ok(Response::new(v1::RecheckResponse { requeued: 1, skipped: 0 }));
            }
            Some(Scope::Rule(rule)) => {
                let mut fields = Fields::default();
                fields.text("rule", &rule, 32);
                fields.check()?;
                Filter { rule: Some(rule), ..current }
            }
            Some(Scope::Year(year)) => Filter { year: Some(year), ..current },
        };
        self.requeue_all(filter).await.map(Response::new)
    }

    async fn rescan(
        &self,
        request: Request<v1::RescanRequest>,
    ) -> Result<Response<v1::RescanResponse>, Status> {
        let folder = request.into_inner().folder;
        let (folders, name) = (self.0.api.folders.clone(), folder.clone());
        let scanned = blocking(move || folders.rescan(name.as_deref())).await?;
        let folders =
            scanned.ok_or_else(|| errors::not_found("Folder", folder.unwrap_or_default()))?;
        Ok(Response::new(v1::RescanResponse { folders }))
    }
}

impl Service {
    /// Puts every submission of a filter back into the queue, newest first. Going on below the last
    /// number seen, it meets none twice, whatever becomes of them meanwhile.
    async fn requeue_all(&self, filter: Filter) -> Result<v1::RecheckResponse, Status> {
        let mut answer = v1::RecheckResponse::default();
        let mut before = None;
        loop {
            let filter = filter.clone();
            let page = self.0.read(move |store| store.list(&filter, before, BATCH)).await?;
            // All of a page at once: they share fsyncs instead of waiting for one each.
            let mut under_way = JoinSet::new();
            for submission in &page.items {
                let (store, id, now) = (self.0.api.store.clone(), submission.id, self.0.now());
                under_way.spawn(async move { store.requeue(id, now).await });
            }
            while let Some(done) = under_way.join_next().await {
                match done.map_err(|lost| errors::store_failed(&lost))? {
                    Ok(()) => answer.requeued += 1,
                    Err(StoreError::Conflict { .. }) => answer.skipped += 1,
                    Err(error) => return Err(errors::store(error)),
                }
            }
            before = page.next;
            if before.is_none() {
                return Ok(answer);
            }
        }
    }
}
