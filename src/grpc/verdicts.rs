//! `VerdictService`: what is wrong with which report.

use super::api::Shared;
use super::batches;
use super::convert::reviewed;
use super::difference;
use super::errors::{self, Fields};
use super::paging::{self, Tokens};
use super::receipts;
use super::status::unit_year;
use super::submissions::submission;
use super::transfer::Incoming;
use crate::model::{
    Decision, Format, Reviewed, Submission, SubmissionId, Unreadable, Verdict, hex,
};
use crate::proto::v1::{self, verdict_service_server::VerdictService};
use crate::store::{FoundAt, Store};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use tonic::{Request, Response, Status, Streaming};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl VerdictService for Service {
    async fn get_verdict(
        &self,
        request: Request<v1::GetVerdictRequest>,
    ) -> Result<Response<v1::GetVerdictResponse>, Status> {
        use v1::get_verdict_request::Of;
        let id = match request.into_inner().of {
            None => return Err(errors::invalid("of", "must be set")),
            Some(Of::SubmissionId(id)) => id,
            Some(Of::Current(of)) => current(&self.0, of).await?,
        };
        let submission = submission(&self.0, id).await?;
        let judgement =
            judgement(&self.0, &submission).await?.ok_or_else(|| errors::not_judged_yet(id))?;
        Ok(Response::new(v1::GetVerdictResponse {
            submission: Some((&submission).into()),
            judgement: Some(judgement),
        }))
    }

    async fn get_difference(
        &self,
        request: Request<v1::GetDifferenceRequest>,
    ) -> Result<Response<v1::GetDifferenceResponse>, Status> {
        difference::get(&self.0, request.into_inner()).await.map(Response::new)
    }

    async fn get_receipt(
        &self,
        request: Request<v1::GetReceiptRequest>,
    ) -> Result<Response<v1::GetReceiptResponse>, Status> {
        receipts::get(&self.0, request.into_inner()).await.map(Response::new)
    }

    async fn list_findings(
        &self,
        request: Request<v1::ListFindingsRequest>,
    ) -> Result<Response<v1::ListFindingsResponse>, Status> {
        let v1::ListFindingsRequest { rule, year, limit, page_token } = request.into_inner();
        let limit = paging::size("limit", limit)?;
        let mut fields = Fields::default();
        fields.text("rule", &rule, 32);
        fields.check()?;
        let tokens = Tokens::of(&("findings", &rule, year));
        let after = tokens.read(&page_token)?.map(FoundAt::try_from).transpose();
        let after = after.map_err(|_| errors::page_token())?;
        let read = move |store: &Store| store.findings_of(&rule, year, after, limit + 1);
        let found = self.0.read(read).await?;
        let more = found.len() > limit;
        let messages = found.iter().take(limit).map(|found| v1::FoundIn {
            submission: Some((&found.submission).into()),
            finding: Some(reviewed(&found.finding, found.ruled.as_ref())),
        });
        let mut findings: Vec<v1::FoundIn> = messages.collect();
        let more = paging::fit(&mut findings) || more;
        let last = found.get(findings.len().wrapping_sub(1)).filter(|_| more);
        let next_page_token = last.map(|found| tokens.write(&found.at.0)).unwrap_or_default();
        Ok(Response::new(v1::ListFindingsResponse { findings, more, next_page_token }))
    }

    async fn check_file(
        &self,
        request: Request<Streaming<v1::CheckFileRequest>>,
    ) -> Result<Response<v1::CheckFileResponse>, Status> {
        let _permit = self.0.checks.acquire().await.expect("never closed");
        let (announced, incoming) = Incoming::open(self.0.clone(), request.into_inner()).await?;
        let bytes = incoming.bytes().await?;
        let sha256 = hex(&Sha256::digest(&bytes));
        let name = announced.file_name.clone();
        let trial = self.0.api.examiner.examine(name, bytes, announced.declared).await;
        Ok(Response::new(batches::tried(announced.file_name, sha256, &trial)))
    }
}

/// The current submission of a unit and year.
pub(super) async fn current(
    shared: &Shared,
    v1::UnitYear { unit, year }: v1::UnitYear,
) -> Result<SubmissionId, Status> {
    let of = unit_year("current.unit", "current.year", unit, year)?;
    let name = format!("{} {}", of.unit, of.year);
    let standing = shared.read(move |store| store.standing(&of)).await?;
    Ok(standing.ok_or_else(|| errors::not_found("Standing", name))?.current)
}

/// A verdict with what was decided about its findings.
fn laid_over(
    result: &Result<Verdict, Unreadable>,
    rulings: &BTreeMap<String, Decision>,
) -> v1::judgement::Result {
    let mut message = v1::judgement::Result::from(result);
    if let (v1::judgement::Result::Verdict(message), Ok(verdict)) = (&mut message, result) {
        let ruled = Reviewed::of(&verdict.findings, rulings).ruled;
        let findings = verdict.findings.iter().zip(&ruled);
        message.findings = findings.map(|(f, ruled)| reviewed(f, ruled.as_ref())).collect();
    }
    message
}

/// What came of a submission; `None` while nothing has.
pub(super) async fn judgement(
    shared: &Shared,
    submission: &Submission,
) -> Result<Option<v1::Judgement>, Status> {
    let id = submission.id;
    let result = match batches::batch(shared, id).await? {
        Some(batch) => Some(v1::judgement::Result::Batch(batch)),
        None => {
            let of = submission.unit_year();
            let read = move |store: &Store| {
                let rulings = of.map(|of| store.rulings(&of)).transpose()?;
                Ok((store.verdict(id)?, rulings.unwrap_or_default()))
            };
            let (result, rulings) = shared.read(read).await?;
            result.map(|result| laid_over(&result, &rulings))
        }
    };
    Ok(result.map(|result| v1::Judgement {
        file: submission.source.file_name().into(),
        format: v1::Format::from(submission.format.unwrap_or(Format::Unknown)).into(),
        sha256: submission.sha256.clone(),
        result: Some(result),
    }))
}
