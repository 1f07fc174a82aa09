//! A rule of several like checks: which could be made, and what they found.

use super::cell::{self, Number};
use super::{Case, Checked, Prior, earlier};
use crate::model::{Finding, Lang, Words};

/// Collects the checks of one rule on one case.
#[derive(Default)]
pub(super) struct Tally {
    findings: Vec<Finding>,
    assessed: u32,
    /// The first cell in the way of each check that could not be made.
    missing: Vec<Missing>,
}

/// A cell that stood in the way of a check.
struct Missing {
    field: String,
    /// It is one of last year's report.
    last_year: bool,
}

impl Tally {
    /// The counts of one check's cells; `None`, and the check is noted as not made, unless all are
    /// whole numbers.
    pub(super) fn counts<const N: usize>(
        &mut self,
        case: &Case,
        fields: [&str; N],
    ) -> Option<[i64; N]> {
        let counts = all(fields, |field| cell::number(case, field));
        let counts = counts.map_err(|field| self.missed(field)).ok()?;
        self.assessed += 1;
        Some(counts)
    }

    /// The counts of one check's cells in this report and in last year's.
    pub(super) fn across<const N: usize, const M: usize>(
        &mut self,
        case: &Case,
        prior: &Prior,
        (now, then): ([&str; N], [&str; M]),
    ) -> Option<([i64; N], [i64; M])> {
        let now = all(now, |field| cell::number(case, field));
        let now = now.map_err(|field| self.missed(field)).ok()?;
        let then = all(then, |field| earlier::number(prior, field));
        let then = then.map_err(|field| self.missed_last_year(field)).ok()?;
        self.assessed += 1;
        Some((now, then))
    }

    /// Notes a check that was made otherwise than by [`Tally::counts`].
    pub(super) fn made(&mut self) {
        self.assessed += 1;
    }

    /// Notes a check that `field` stood in the way of.
    pub(super) fn missed(&mut self, field: &str) {
        self.missing.push(Missing { field: field.to_string(), last_year: false });
    }

    /// Notes a check that `field` of last year's report stood in the way of.
    pub(super) fn missed_last_year(&mut self, field: &str) {
        self.missing.push(Missing { field: field.to_string(), last_year: true });
    }

    /// Adds a finding about `fields`, marked where their reading is doubtful.
    pub(super) fn found(&mut self, case: &Case, fields: &[&str], finding: Finding) {
        self.findings.push(match cell::doubt(case, fields.iter().copied()) {
            Some(why) => finding.doubtful(why),
            None => finding,
        });
    }

    pub(super) fn finish(self, case: &Case) -> Checked {
        let total = self.assessed + self.missing.len() as u32;
        let reason = self.missing.first().map(|Missing { field, last_year }| {
            let place = cell::place(case, field);
            let (zh, en) =
                if *last_year { ("上年报告", "in last year's report ") } else { ("", "") };
            Words::new(
                format!("单元格缺失、空白或不是数字，如{zh}{}", place.in_words(Lang::Zh)),
                format!(
                    "cells are missing, blank or no numbers, e.g. {en}{}",
                    place.in_words(Lang::En)
                ),
            )
        });
        match reason {
            Some(reason) if self.assessed == 0 => Checked::NotAssessable(reason),
            reason => {
                Checked::Done { findings: self.findings, assessed: self.assessed, total, reason }
            }
        }
    }
}

/// The numbers of some cells, or the first that has none.
fn all<const N: usize>(
    fields: [&str; N],
    number: impl Fn(&str) -> Number,
) -> Result<[i64; N], &str> {
    let mut counts = [0; N];
    for (slot, field) in counts.iter_mut().zip(fields) {
        match number(field) {
            Number::Is(n) => *slot = n,
            Number::Blank | Number::Unusable | Number::Absent => return Err(field),
        }
    }
    Ok(counts)
}

/// The rules of 表二 speak of one edition's columns; `Err` says why there is nothing to check.
pub(super) fn with_columns_of(case: &Case, field: &str) -> Result<(), Checked> {
    if case.report.table(2).is_none() {
        return Err(Checked::not_assessable("没有找到表二", "table 2 was not found"));
    }
    let bound = case.report.table(2).and_then(|t| case.editions.get(&t.edition));
    let has = bound.is_some_and(|edition| edition.spot(field).is_some());
    match has {
        true => Ok(()),
        false => Err(Checked::not_applicable(
            "本报告所用格式没有这些列",
            "the form used has no such columns",
        )),
    }
}
