//! What was in an archive or a mail, as it is stored.

use super::{needed, pass_from, pass_to, words_from, words_to};
use crate::model::{Batch, BatchEntry, Contents, Passed, PassedOver};
use crate::proto::store_v1 as stored;
use crate::store::StoreError;

pub(super) fn batch_to(batch: &Batch) -> stored::Batch {
    let entry = |entry: &BatchEntry| stored::BatchEntry {
        name: entry.name.clone(),
        submission: entry.submission,
    };
    let passed = |one: &PassedOver| stored::PassedOver {
        name: one.name.clone(),
        reason: pass_to(one.reason),
        message: Some(words_to(&one.message)),
    };
    stored::Batch {
        entries: batch.entries.iter().map(entry).collect(),
        passed: batch.passed.named.iter().map(passed).collect(),
        passed_in_all: batch.passed.in_all,
        lost: batch.passed.lost,
    }
}

pub(super) fn batch_from(batch: stored::Batch) -> Result<Batch, StoreError> {
    let passed = |one: stored::PassedOver| -> Result<PassedOver, StoreError> {
        Ok(PassedOver {
            name: one.name,
            reason: pass_from(one.reason)?,
            message: words_from(Some(needed(one.message, "a file passed over")?)),
        })
    };
    let entry =
        |entry: stored::BatchEntry| BatchEntry { name: entry.name, submission: entry.submission };
    Ok(Batch {
        entries: batch.entries.into_iter().map(entry).collect(),
        passed: Passed {
            named: batch.passed.into_iter().map(passed).collect::<Result<_, _>>()?,
            in_all: batch.passed_in_all,
            lost: batch.lost,
        },
    })
}

pub(super) fn contents_to(contents: Contents) -> stored::Contents {
    let Contents { entries, passed_over, lost } = contents;
    stored::Contents { entries, passed_over, lost }
}

pub(super) fn contents_from(contents: stored::Contents) -> Contents {
    let stored::Contents { entries, passed_over, lost } = contents;
    Contents { entries, passed_over, lost }
}
