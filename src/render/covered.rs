//! What was and was not checked, as every rendering counts it.

use super::Detail;
use crate::edition::{Editions, IDENTITY_RULES};
use crate::model::{Coverage, Lang, RuleState, Verdict, Words};
use std::collections::BTreeMap;

/// Rules that could not be checked, or not wholly, those with one reason together; in full, each for
/// itself.
pub(super) fn left_open(
    all: &BTreeMap<String, Coverage>,
    detail: Detail,
) -> Vec<Vec<(&String, &Coverage)>> {
    let open = all.iter().filter(|(_, covered)| {
        covered.assessed < covered.total || covered.state == RuleState::NotAssessable
    });
    let mut by_reason: Vec<Vec<(&String, &Coverage)>> = Vec::new();
    for (code, covered) in open {
        let same = |lines: &&mut Vec<(&String, &Coverage)>| {
            lines.iter().all(|(_, other)| other.reason == covered.reason)
        };
        match by_reason.iter_mut().find(same).filter(|_| detail == Detail::Brief) {
            Some(lines) => lines.push((code, covered)),
            None => by_reason.push(vec![(code, covered)]),
        }
    }
    by_reason
}

/// Why it is left open.
pub(super) fn reason(covered: &Coverage, lang: Lang) -> String {
    let why = covered.reason.clone().unwrap_or(Words::new("原因未说明", "no reason given"));
    why.in_lang(lang).to_string()
}

/// How many of the form's exact identities were tried, and how many it has: 40 in the 2019 form, 42
/// in the 2021 form. A rule that could try none still counts with those of its edition.
pub(super) fn identities(verdict: &Verdict) -> (u32, u32) {
    let edition = verdict.edition.as_deref().and_then(|id| Editions::embedded().get(id));
    let of_form = |code: &str| {
        // How many a site's own edition has is not known here; that some are left open is.
        edition.map_or(1, |e| e.equations.iter().filter(|q| q.rule == code).count() as u32)
    };
    IDENTITY_RULES.iter().fold((0, 0), |(done, all), &code| match verdict.coverage.get(code) {
        Some(c) if c.total > 0 => (done + c.assessed, all + c.total),
        Some(c) if c.state == RuleState::NotAssessable => (done, all + of_form(code)),
        _ => (done, all),
    })
}
