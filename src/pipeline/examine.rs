//! One file from bytes to verdict.

use super::{Jail, JailDown, aside, unreadable};
use crate::config::Settings;
use crate::edition::{self, Editions};
use crate::extract::Extracted;
use crate::model::{Declared, Format, Unreadable, Verdict};
use crate::rules::{self, Case, Circumstances, RuleSettings};
use jiff::civil::Date;
use std::time::Duration;

/// A report is bound and judged in milliseconds. One that takes longer than this was made to, and must
/// not hold up those behind it.
const JUDGING: Duration = Duration::from_secs(60);

/// What the judges know of a submission besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub declared: Declared,
    pub received: Option<Date>,
}

/// What came of one file.
pub(super) type Examined = (Format, Result<Verdict, Unreadable>);

/// Extract, bind and judge one file: what the daemon does with a submission and `check` with a file.
pub async fn examine(
    jail: &Jail,
    settings: &Settings,
    name: &str,
    bytes: Vec<u8>,
    known: &Known,
) -> (Format, Result<Verdict, Unreadable>) {
    match try_examine(jail, &settings.rules, name, bytes, known).await {
        Ok(examined) => examined,
        Err(down) => (Format::Unknown, Err(unreadable::down(&down).into())),
    }
}

/// As [`examine`], but tells the machine's trouble from the file's, so that it can be tried again.
pub(super) async fn try_examine(
    jail: &Jail,
    rules: &RuleSettings,
    name: &str,
    bytes: Vec<u8>,
    known: &Known,
) -> Result<Examined, JailDown> {
    let extracted = match jail.read(name, bytes).await? {
        Ok(extracted) => extracted,
        Err(error) => return Ok((error.format, Err(error.into()))),
    };
    let format = extracted.format;
    let circumstances = Circumstances {
        declared_unit: known.declared.unit.clone(),
        declared_year: known.declared.year,
        received: known.received,
    };
    let rules = rules.clone();
    let judging = aside::run(move || judge(extracted, &circumstances, &rules));
    let result = match tokio::time::timeout(JUDGING, judging).await {
        Ok(judged) => judged.unwrap_or_else(|lost| {
            tracing::error!(file = ?name, %lost, "binding or judging failed");
            Err(unreadable::judge_failed())
        }),
        // A thread cannot be ended from outside: it is left to finish for nobody.
        Err(_) => {
            tracing::error!(file = ?name, "binding or judging took too long");
            Err(unreadable::judge_overran(JUDGING))
        }
    };
    Ok((format, result))
}

fn judge(
    extracted: Extracted,
    circumstances: &Circumstances,
    settings: &RuleSettings,
) -> Result<Verdict, Unreadable> {
    let document = &extracted.document;
    let editions = Editions::embedded();
    let report = &edition::bind(document, editions);
    if report.not_a_report {
        return Err(unreadable::not_a_report());
    }
    Ok(rules::judge(&Case { document, report, editions, circumstances, settings }))
}
