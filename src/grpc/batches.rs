//! What was in an archive or a mail, as the API answers it.

use super::api::Shared;
use super::paging::{self, ANSWER};
use crate::model::{BatchLine, BatchReport, Stage, SubmissionId, Trial, TriedBatch};
use crate::proto::v1;
use crate::store::{Filter, Store, StoreError};
use prost::Message;
use tonic::Status;

/// The receipt of a batch with how its entries stand; `None` for any other submission.
pub(super) async fn batch(shared: &Shared, id: SubmissionId) -> Result<Option<v1::Batch>, Status> {
    let report = shared.read(move |store| report(store, id)).await?;
    Ok(report.map(|report| fitting((&report).into())))
}

fn report(store: &Store, id: SubmissionId) -> Result<Option<BatchReport>, StoreError> {
    let Some(batch) = store.batch(id)? else { return Ok(None) };
    let contents = batch.contents();
    let mut entries = Vec::new();
    for entry in batch.entries {
        let submission = store.submission(entry.submission)?;
        entries.extend(submission.map(|submission| BatchLine::of(entry.name, &submission)));
    }
    Ok(Some(BatchReport { contents, entries, passed: batch.passed.named }))
}

/// With as many entries as one answer holds.
fn fitting(mut batch: v1::Batch) -> v1::Batch {
    let mut room = ANSWER.saturating_sub(batch.passed_over.iter().map(Message::encoded_len).sum());
    batch.entries.retain(|entry| {
        room = room.saturating_sub(entry.encoded_len() + 8);
        room > 0
    });
    batch
}

/// Whether everything is judged that a submission stands for.
pub(super) fn settled(store: &Store, id: SubmissionId) -> Result<bool, StoreError> {
    let Some(submission) = store.submission(id)? else { return Ok(true) };
    if submission.stage == Stage::Received || submission.contents.is_none() {
        return Ok(submission.stage != Stage::Received);
    }
    let stage = Some(Stage::Received);
    let waiting = Filter { batch: Some(id), stage, ..Filter::default() };
    Ok(store.list(&waiting, None, 1)?.items.is_empty())
}

/// What came of a trial.
pub(super) fn tried(file: String, sha256: String, trial: &Trial) -> v1::CheckFileResponse {
    let (format, result, entries) = match trial {
        Trial::File((format, result)) => (*format, result.into(), Vec::new()),
        Trial::Batch(batch) => {
            let report = fitting((&batch.report()).into());
            (batch.format, v1::judgement::Result::Batch(report), entries(batch))
        }
    };
    let format = v1::Format::from(format).into();
    let judgement = Some(v1::Judgement { file, format, sha256, result: Some(result) });
    let mut response = v1::CheckFileResponse { judgement, entries };
    // The receipt goes first: it says of every entry how it came out.
    let receipt = response.judgement.as_ref().map_or(0, Message::encoded_len);
    if receipt > ANSWER / 4 {
        response.entries.clear();
    } else {
        paging::fit(&mut response.entries);
    }
    response
}

fn entries(batch: &TriedBatch) -> Vec<v1::Judgement> {
    let judgement = |entry: &crate::model::TriedEntry| {
        let (format, result) = &entry.examined;
        v1::Judgement {
            file: entry.name.clone(),
            format: v1::Format::from(*format).into(),
            sha256: entry.sha256.clone(),
            result: Some(result.into()),
        }
    };
    batch.entries.iter().map(judgement).collect()
}
