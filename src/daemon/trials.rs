//! Trial folders: a file is judged in the jail, beside what is on record, and its receipt handed back.

use crate::intake::{Draft, TryOut};
use crate::model::{Declared, Dossier, Trial, UnreadableReason, Words};
use crate::pipeline::{Circumstances, Jail, LiveRecords, try_out};
use crate::render::{Letterhead, receipt_file};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Two deaths of a reader in a row are the file's, one may be the machine's.
const ATTEMPTS: usize = 2;

/// What becomes of a file in a trial folder.
pub(super) fn trials(jail: Jail, records: LiveRecords, letterhead: Letterhead) -> TryOut {
    let runtime = Handle::current();
    Arc::new(move |draft: Draft| {
        let Draft { name, bytes, sha256, declared, forms } = draft;
        let mut trial = None;
        for _ in 0..ATTEMPTS {
            let judged = judge(&jail, &records, &name, bytes.clone(), declared.clone());
            let judged = runtime.block_on(judged);
            let died = lost(&judged);
            if died && jail.protections().is_none() {
                return Err(Words::new(
                    "暂时无法核对：读取程序启动不了，稍后再试",
                    "cannot be checked for now: no reader can be started; tried again",
                ));
            }
            trial = Some(judged);
            if !died {
                break;
            }
        }
        let trial = trial.ok_or_else(Words::default)?;
        let dossier = Dossier::of_trial(name, sha256, trial);
        Ok(forms.iter().map(|form| receipt_file(&dossier, &letterhead, *form)).collect())
    })
}

async fn judge(
    jail: &Jail,
    records: &LiveRecords,
    name: &str,
    bytes: Vec<u8>,
    declared: Declared,
) -> Trial {
    try_out(jail, name, bytes, Circumstances::of(declared, None), records.now()).await.0
}

fn lost(trial: &Trial) -> bool {
    let reason = match trial {
        Trial::File((_, Err(unreadable))) => unreadable.reason,
        _ => return false,
    };
    reason == UnreadableReason::ReaderFailed
}
