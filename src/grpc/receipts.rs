//! `GetReceipt`: what a clerk is told of a file, ready to be shown, sent or printed.

use super::api::Shared;
use super::errors;
use super::submissions::submission;
use super::verdicts;
use crate::model::{Lang, ReceiptForm, receipt_name};
use crate::proto::v1;
use crate::render::{Letterhead, receipt};
use std::ffi::OsStr;
use tonic::Status;

pub(super) async fn get(
    shared: &Shared,
    request: v1::GetReceiptRequest,
) -> Result<v1::GetReceiptResponse, Status> {
    use v1::get_receipt_request::Of;
    let form = match request.format() {
        v1::ReceiptFormat::Unspecified | v1::ReceiptFormat::Html => ReceiptForm::Html,
        v1::ReceiptFormat::Text => ReceiptForm::Text,
    };
    let site = &shared.api.letterhead;
    let lang = match request.language() {
        v1::Language::Unspecified => site.lang,
        v1::Language::Zh => Lang::Zh,
        v1::Language::En => Lang::En,
    };
    let id = match request.of {
        None => return Err(errors::invalid("of", "must be set")),
        Some(Of::SubmissionId(id)) => id,
        Some(Of::Current(of)) => verdicts::current(shared, of).await?,
    };
    let name = submission(shared, id).await?.source.shown_name();
    let file_name = receipt_name(OsStr::new(&name), form, 0).to_string_lossy().into_owned();
    let letterhead = Letterhead { lang, ..site.clone() };
    let written = shared.read(move |store| {
        Ok(store.dossier(id)?.map(|dossier| receipt(&dossier, &letterhead, form)))
    });
    let content = written.await?.ok_or_else(|| errors::not_judged_yet(id))?.into_bytes();
    let content_type = form.content_type().into();
    Ok(v1::GetReceiptResponse { content, content_type, file_name })
}
