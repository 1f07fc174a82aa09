//! `SubmissionService`: lists, hands out and takes in files.

use super::api::Shared;
use super::batches;
use super::deadline;
use super::errors;
use super::paging::{self, Tokens};
use super::transfer::{self, Incoming};
use super::verdicts::judgement;
use crate::model::{Source, Submission, SubmissionId};
use crate::proto::v1::{self, submission_service_server::SubmissionService};
use crate::store::{Arrival, Filter, Received};
use std::sync::Arc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl SubmissionService for Service {
    async fn get_submission(
        &self,
        request: Request<v1::GetSubmissionRequest>,
    ) -> Result<Response<v1::GetSubmissionResponse>, Status> {
        let submission = submission(&self.0, request.into_inner().id).await?;
        let batch = batches::batch(&self.0, submission.id).await?;
        let submission = Some((&submission).into());
        Ok(Response::new(v1::GetSubmissionResponse { submission, batch }))
    }

    async fn list_submissions(
        &self,
        request: Request<v1::ListSubmissionsRequest>,
    ) -> Result<Response<v1::ListSubmissionsResponse>, Status> {
        let request = request.into_inner();
        let size = paging::size("page_size", request.page_size)?;
        let filter = filter(&request)?;
        let tokens = Tokens::of(&("submissions", &filter));
        let before = tokens.read_number(&request.page_token)?;
        // Taken first: a change after it may be in the list already, never the other way round.
        let head = self.0.head();
        let page = self.0.read(move |store| store.list(&filter, before, size)).await?;
        let mut submissions: Vec<v1::Submission> = page.items.iter().map(Into::into).collect();
        let next = match paging::fit(&mut submissions) {
            true => submissions.last().map(|last| last.id),
            false => page.next,
        };
        Ok(Response::new(v1::ListSubmissionsResponse {
            submissions,
            next_page_token: tokens.write_number(next),
            changes_through: head.write(),
        }))
    }

    type DownloadOriginalStream = ReceiverStream<Result<v1::DownloadOriginalResponse, Status>>;

    async fn download_original(
        &self,
        request: Request<v1::DownloadOriginalRequest>,
    ) -> Result<Response<Self::DownloadOriginalStream>, Status> {
        let submission = submission(&self.0, request.into_inner().submission_id).await?;
        transfer::download(self.0.clone(), submission).await.map(Response::new)
    }

    async fn upload_submission(
        &self,
        request: Request<Streaming<v1::UploadSubmissionRequest>>,
    ) -> Result<Response<v1::UploadSubmissionResponse>, Status> {
        // Counted from here: the time the upload takes is the caller's as well.
        let until = Instant::now() + deadline::patience(request.metadata());
        let permit = self.0.uploads.acquire().await.expect("never closed");
        let (announced, incoming) = Incoming::open(self.0.clone(), request.into_inner()).await?;
        let original = incoming.spool().await?;
        drop(permit);
        let arrival = Arrival {
            source: Source::Upload { file_name: announced.file_name },
            original,
            declared: announced.declared,
            at: self.0.now(),
        };
        let received = self.0.api.store.receive(arrival).await.map_err(errors::store)?;
        let (Received::New(id) | Received::Same(id)) = received;
        if announced.wait {
            // The file is kept already: running out of time costs the verdict, not the receipt.
            let _ = tokio::time::timeout_at(until, judged(&self.0, id)).await;
        }
        let submission = submission(&self.0, id).await?;
        let judgement = match announced.wait {
            true => judgement(&self.0, &submission).await?,
            false => None,
        };
        let submission = Some((&submission).into());
        Ok(Response::new(v1::UploadSubmissionResponse { submission, judgement }))
    }
}

/// The submission of a number, or NOT_FOUND.
pub(super) async fn submission(shared: &Shared, id: SubmissionId) -> Result<Submission, Status> {
    let found = shared.read(move |store| store.submission(id)).await?;
    found.ok_or_else(|| errors::not_found("Submission", id))
}

/// Waits until a submission has its verdict, a batch all verdicts on its files, or the drain begins.
async fn judged(shared: &Shared, id: SubmissionId) -> Result<(), Status> {
    let mut head = shared.api.store.head();
    loop {
        head.borrow_and_update();
        if shared.read(move |store| batches::settled(store, id)).await? {
            return Ok(());
        }
        tokio::select! {
            changed = head.changed() => changed.map_err(|_| errors::draining())?,
            () = shared.drain.cancelled() => return Ok(()),
        }
    }
}

fn filter(request: &v1::ListSubmissionsRequest) -> Result<Filter, Status> {
    // `request.outcome()` would take an outcome unknown here for "any".
    let outcome = v1::Outcome::try_from(request.outcome)
        .map_err(|_| errors::invalid("outcome", "is not known here"))?;
    let stage = v1::Stage::try_from(request.stage)
        .map_err(|_| errors::invalid("stage", "is not known here"))?;
    Ok(Filter {
        year: request.year,
        unit: request.unit.clone(),
        outcome: outcome.try_into().ok(),
        stage: stage.try_into().ok(),
        rule: request.rule.clone(),
        batch: request.batch,
        current_only: request.current_only,
    })
}
