//! One file from bytes to verdict.

use super::{Jail, JailDown, unreadable};
use crate::edition::{self, Editions};
use crate::extract::{Limits, extract};
use crate::model::{Declared, Format, Unreadable, Verdict};
use crate::rules::{self, Case, Circumstances, RuleSettings};
use jiff::civil::Date;

/// What the judges know of a submission besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub declared: Declared,
    pub received: Option<Date>,
}

/// What came of one file.
pub type Examined = (Format, Result<Verdict, Unreadable>);

/// Extract, bind and judge one file in the jail: what the daemon does with a submission and `check`
/// with a file.
pub async fn examine(jail: &Jail, name: &str, bytes: Vec<u8>, known: &Known) -> Examined {
    match try_examine(jail, name, bytes, known).await {
        Ok(examined) => examined,
        Err(down) => (Format::Unknown, Err(unreadable::down(&down).into())),
    }
}

/// As [`examine`], but tells the machine's trouble from the file's, so that it can be tried again.
pub(super) async fn try_examine(
    jail: &Jail,
    name: &str,
    bytes: Vec<u8>,
    known: &Known,
) -> Result<Examined, JailDown> {
    let circumstances = Circumstances {
        declared_unit: known.declared.unit.clone(),
        declared_year: known.declared.year,
        received: known.received,
        ..Circumstances::default()
    };
    jail.examine(name, bytes, circumstances).await
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
