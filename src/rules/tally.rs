//! A rule of several like checks: which could be made, and what they found.

use super::cell::{self, Number};
use super::{Case, Checked};
use crate::model::{Finding, Lang, Words};

/// Collects the checks of one rule on one case.
#[derive(Default)]
pub(super) struct Tally {
    findings: Vec<Finding>,
    assessed: u32,
    /// The first cell in the way of each check that could not be made.
    missing: Vec<String>,
}

impl Tally {
    /// The counts of one check's cells; `None`, and the check is noted as not made, unless all are
    /// whole numbers.
    pub(super) fn counts<const N: usize>(
        &mut self,
        case: &Case,
        fields: [&str; N],
    ) -> Option<[i64; N]> {
        let mut counts = [0; N];
        for (slot, field) in counts.iter_mut().zip(fields) {
            match cell::number(case, field) {
                Number::Is(n) => *slot = n,
                Number::Blank | Number::Unusable | Number::Absent => {
                    self.missing.push(field.to_string());
                    return None;
                }
            }
        }
        self.assessed += 1;
        Some(counts)
    }

    /// Notes a check that `field` stood in the way of.
    pub(super) fn missed(&mut self, field: &str) {
        self.missing.push(field.to_string());
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
        let reason = self.missing.first().map(|field| {
            let place = cell::place(case, field);
            Words::new(
                format!("单元格缺失、空白或不是数字，如{}", place.in_words(Lang::Zh)),
                format!(
                    "cells are missing, blank or no numbers, e.g. {}",
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

/// The rules of 表二 speak of one edition's columns; `Err` says why there is nothing to check.
pub(super) fn with_columns_of(case: &Case, field: &str) -> Result<(), Checked> {
    if case.report.table(2).is_none() {
        return Err(Checked::not_assessable("没有找到表二", "table 2 was not found"));
    }
    let bound = case.report.table(2).and_then(|t| case.editions.get(&t.edition));
    let has = bound.and_then(|e| e.table(2)).is_some_and(|t| t.fields().any(|(f, ..)| f == field));
    match has {
        true => Ok(()),
        false => Err(Checked::not_applicable(
            "本报告所用格式没有这些列",
            "the form used has no such columns",
        )),
    }
}
