//! One file from bytes to verdict.

use super::opened::{InMemory, OpenError, Opened};
use super::others::{Beside, Records};
use super::wire::{Errand, Others, Question, Setup};
use super::{Jail, JailDown, unreadable};
use crate::edition::{self, Editions};
use crate::extract::extract;
use crate::model::{Cost, Declared, Examined, Format, Trial, TriedBatch, TriedEntry, hex};
use crate::rules::{self, Case, Circumstances};
use sha2::{Digest, Sha256};
use std::io;
use tokio::task::JoinSet;

/// Extracts, binds and judges one file in the jail, or every file in a batch for itself, with what each
/// cost and what opening the batch cost. For callers that have no queue to wait in: that no worker can be
/// started makes the file unreadable. Each is judged beside what is on record. Nothing is kept; the files of a batch are held in memory until the
/// last is judged.
pub async fn try_out(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
    circumstances: Circumstances,
    records: Records,
) -> (Trial, Cost) {
    let mut cost = Cost::default();
    let given = circumstances.clone();
    let opened = {
        let beside = Beside::trial(&records, given.declared_unit.as_deref());
        let known = |question: &Question| beside.others(question);
        let (given, meter) = (given.clone(), Some(&mut cost));
        jail.open(name, bytes, given, Some(&known), &InMemory, meter).await
    };
    let files = match opened {
        Ok(Opened::Batch(files)) => files,
        Ok(Opened::Judged(examined)) => return (Trial::File(examined), cost),
        Err(OpenError::Down(down)) => return (Trial::File(unstarted(&down)), cost),
        Err(OpenError::Kept(never)) => match never {},
    };
    let declared =
        Declared { unit: circumstances.declared_unit.clone(), year: circumstances.declared_year };
    let declared = declared.inherited(files.entries.len());
    let circumstances = Circumstances { declared_unit: declared.unit, ..circumstances };
    let mut under_way = JoinSet::new();
    for (at, (name, bytes)) in files.entries.into_iter().enumerate() {
        let (jail, circumstances, records) = (jail.clone(), circumstances.clone(), records.clone());
        under_way.spawn(async move {
            let (sha256, mut cost) = (hex(&Sha256::digest(&bytes)), Cost::default());
            let file = name.rsplit('/').next().unwrap_or(&name);
            let declared = circumstances.declared_unit.clone();
            let beside = Beside::trial(&records, declared.as_deref());
            let known = |question: &Question| beside.others(question);
            let (known, meter) = (Some(&known as _), Some(&mut cost));
            let examined = jail.examine_beside(file, bytes, circumstances, known, meter).await;
            let examined = examined.unwrap_or_else(|down| unstarted(&down));
            (at, TriedEntry { name, sha256, examined, cost })
        });
    }
    let mut entries: Vec<(usize, TriedEntry)> = Vec::new();
    while let Some(done) = under_way.join_next().await {
        // Nothing in it panics, and nobody aborts it.
        entries.extend(done);
    }
    entries.sort_by_key(|(at, _)| *at);
    let entries = entries.into_iter().map(|(_, entry)| entry).collect();
    let batch = TriedBatch { format: files.format, entries, passed: files.passed };
    (Trial::Batch(batch), cost)
}

fn unstarted(down: &JailDown) -> Examined {
    (Format::Unknown, Err(unreadable::down(down).into()))
}

/// The work itself, as a child of the jail does it: a pure function of its arguments and of what `ask`
/// tells about other reports.
pub(super) fn judge(
    errand: &Errand,
    bytes: &[u8],
    Setup { limits, rules: settings, .. }: &Setup,
    editions: &Editions,
    ask: impl FnOnce(Question) -> io::Result<Others>,
) -> io::Result<Examined> {
    let extracted = match extract(&errand.name, bytes, limits) {
        Ok(extracted) => extracted,
        Err(error) => return Ok((error.format, Err(error.into()))),
    };
    let document = &extracted.document;
    let report = &edition::bind(document, editions);
    if report.not_a_report {
        return Ok((extracted.format, Err(unreadable::not_a_report(extracted.format))));
    }
    let given = &errand.circumstances;
    let case = Case::new(document, report, editions, given, settings);
    let Some(of) = case.unit_year().filter(|_| errand.may_ask) else {
        return Ok((extracted.format, Ok(rules::judge(&case))));
    };
    let question = Question { of, sketch: rules::sketch(&case) };
    let Others { last_year, preceding, alike, first_received, registered, subordinates } =
        ask(question)?;
    // What is given with the errand stands where nobody knows better.
    let circumstances = Circumstances {
        last_year: last_year.or_else(|| given.last_year.clone()),
        preceding: preceding.or_else(|| given.preceding.clone()),
        alike: alike.or_else(|| given.alike.clone()),
        first_received,
        registered,
        subordinates,
        ..given.clone()
    };
    let case = Case::new(document, report, editions, &circumstances, settings);
    Ok((extracted.format, Ok(rules::judge(&case))))
}
