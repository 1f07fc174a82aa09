//! What goes along with a message about one report: its receipt, as a page.

use crate::alert::{Enclose, Enclosure};
use crate::model::{ReceiptForm, SubmissionId, receipt_name};
use crate::render::{Letterhead, receipt_file};
use crate::store::Store;
use std::ffi::OsStr;
use std::sync::Arc;

/// Encloses the receipts of this store. A message whose receipt cannot be made goes without it.
pub(super) fn of(store: &Store, letterhead: Letterhead) -> Arc<Enclose> {
    let store = store.clone();
    Arc::new(move |id| receipt(&store, &letterhead, id).into_iter().collect())
}

fn receipt(store: &Store, letterhead: &Letterhead, id: SubmissionId) -> Option<Enclosure> {
    let dossier = match store.dossier(id) {
        Ok(dossier) => dossier?,
        Err(error) => {
            tracing::warn!(submission = id, %error, "提醒未附回执 · an alert goes without its receipt");
            return None;
        }
    };
    let form = ReceiptForm::Html;
    let file = dossier.submission.as_ref()?.source.shown_name();
    Some(Enclosure {
        file_name: receipt_name(OsStr::new(&file), form, 0).to_string_lossy().into_owned(),
        media_type: form.content_type(),
        bytes: receipt_file(&dossier, letterhead, form),
    })
}
