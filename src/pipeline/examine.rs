//! One file from bytes to verdict.

use super::{Jail, unreadable};
use crate::edition::{self, Editions};
use crate::extract::{Limits, extract};
use crate::model::{Examined, Format};
use crate::rules::{self, Case, Circumstances, RuleSettings};

/// Extract, bind and judge one file in the jail, for callers that have no queue to wait in: that no
/// worker can be started makes the file unreadable.
pub async fn examine(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
    circumstances: Circumstances,
) -> Examined {
    let examined = jail.examine(name, bytes, circumstances).await;
    examined.unwrap_or_else(|down| (Format::Unknown, Err(unreadable::down(&down).into())))
}

/// The work itself, as a child of the jail does it: a pure function of its arguments.
pub(super) fn judge(
    name: &str,
    bytes: &[u8],
    circumstances: &Circumstances,
    limits: &Limits,
    settings: &RuleSettings,
) -> Examined {
    let extracted = match extract(name, bytes, limits) {
        Ok(extracted) => extracted,
        Err(error) => return (error.format, Err(error.into())),
    };
    let document = &extracted.document;
    let editions = Editions::embedded();
    let report = &edition::bind(document, editions);
    let result = match report.not_a_report {
        true => Err(unreadable::not_a_report()),
        false => Ok(rules::judge(&Case::new(document, report, editions, circumstances, settings))),
    };
    (extracted.format, result)
}
