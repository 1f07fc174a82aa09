//! One file from bytes to verdict.

use super::wire::{Errand, Others};
use super::{Jail, unreadable};
use crate::edition::{self, Editions};
use crate::extract::{Limits, extract};
use crate::model::{Cost, Examined, Format, UnitYear};
use crate::rules::{self, Case, Circumstances, RuleSettings};
use std::io;

/// Extract, bind and judge one file in the jail, for callers that have no queue to wait in: that no
/// worker can be started makes the file unreadable.
pub async fn examine(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
    circumstances: Circumstances,
) -> Examined {
    measure(jail, name, bytes, circumstances).await.0
}

/// Like [`examine`], and what it cost.
pub async fn measure(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
    circumstances: Circumstances,
) -> (Examined, Cost) {
    let measured = jail.measure(name, bytes, circumstances).await;
    measured.unwrap_or_else(|down| {
        ((Format::Unknown, Err(unreadable::down(&down).into())), Cost::default())
    })
}

/// The work itself, as a child of the jail does it: a pure function of its arguments and of what `ask`
/// tells about the body's other reports.
pub(super) fn judge(
    errand: &Errand,
    bytes: &[u8],
    limits: &Limits,
    settings: &RuleSettings,
    ask: impl FnOnce(UnitYear) -> io::Result<Others>,
) -> io::Result<Examined> {
    let extracted = match extract(&errand.name, bytes, limits) {
        Ok(extracted) => extracted,
        Err(error) => return Ok((error.format, Err(error.into()))),
    };
    let document = &extracted.document;
    let editions = Editions::embedded();
    let report = &edition::bind(document, editions);
    if report.not_a_report {
        return Ok((extracted.format, Err(unreadable::not_a_report())));
    }
    let given = &errand.circumstances;
    let case = Case::new(document, report, editions, given, settings);
    let Some(of) = case.unit_year().filter(|_| errand.may_ask) else {
        return Ok((extracted.format, Ok(rules::judge(&case))));
    };
    let Others { last_year, preceding } = ask(of)?;
    let circumstances = Circumstances { last_year, preceding, ..given.clone() };
    let case = Case::new(document, report, editions, &circumstances, settings);
    Ok((extracted.format, Ok(rules::judge(&case))))
}
