//! Runs the catalogue over a case.

use super::body;
use super::prose::{part_lines, squeeze};
use super::px_11_unread;
use super::{CATALOGUE, Case, Checked};
use crate::model::{Coverage, Finding, Outcome, RuleState, Severity, UnitKnown, Verdict, Words};
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Judges one report. Pure: the same case gives the same verdict for ever.
pub fn judge(case: &Case) -> Verdict {
    let mut findings: Vec<Finding> = Vec::new();
    let mut coverage = BTreeMap::new();
    let off: FxHashSet<&str> = case.settings.off.iter().map(String::as_str).collect();
    for rule in CATALOGUE {
        let off = off.contains(rule.code);
        let checked = if off { Checked::Off } else { (rule.check)(case) };
        coverage.insert(rule.code.to_string(), cover(&checked));
        if let Checked::Done { findings: found, .. } = checked {
            let found = found.into_iter().map(|finding| hedged(case, overridden(case, finding)));
            findings.extend(bounded(found.collect()));
        }
    }
    findings.sort_by(|a, b| (Reverse(a.severity), &a.code).cmp(&(Reverse(b.severity), &b.code)));
    let edition = case.edition();
    Verdict {
        outcome: Outcome::of(&findings),
        unit: unit(case),
        year: case.report.identity.year,
        edition: edition.map(|e| e.id.clone()),
        edition_hash: edition.map(|e| e.hash.clone()).unwrap_or_default(),
        findings,
        coverage,
        values: case
            .report
            .fields
            .iter()
            .map(|(name, field)| (name.clone(), field.reading.value.clone()))
            .collect(),
        texts: COMPARED.iter().filter_map(|part| Some((*part, part_lines(case, *part)?))).collect(),
    }
}

/// Parts whose text is compared with other reports; the others hold the tables.
const COMPARED: [u8; 3] = [1, 5, 6];

/// Findings of one rule that are listed. Nobody mends more by a list, and a file made to have a fault
/// in every line must not make a verdict that is too large to be recorded or handed out.
const MOST_FINDINGS: usize = 100;

/// The gravest findings of a rule; the last one says how many are left out.
fn bounded(mut found: Vec<Finding>) -> Vec<Finding> {
    let left_out = found.len().saturating_sub(MOST_FINDINGS);
    if left_out > 0 {
        found.sort_by_key(|finding| Reverse(finding.severity));
        found.truncate(MOST_FINDINGS);
        if let Some(last) = found.last_mut() {
            last.message.zh.push_str(&format!("（另有{left_out}处同类问题，未逐一列出）"));
            last.message.en.push_str(&format!(" ({left_out} more of this kind are not listed)"));
        }
    }
    found
}

/// The body the report is filed under. What the delivery declares outweighs what the report says of
/// itself, so that a wrong title never alerts another body; the report's own name is used only where
/// it is the declared one written longer.
///
/// A body of the roster has one name, however the report writes it.
pub(super) fn unit(case: &Case) -> Option<(String, UnitKnown)> {
    let (name, known) = named(case)?;
    Some((body::listed(case).map_or(name, |body| body.name.clone()), known))
}

fn named(case: &Case) -> Option<(String, UnitKnown)> {
    let own = case.report.identity.unit.clone();
    let declared = case.circumstances.declared_unit.as_deref().map(squeeze);
    let Some(declared) = declared.filter(|d| !d.is_empty()) else { return own };
    let longer = own.filter(|(name, _)| *name != declared && name.ends_with(&declared));
    longer.or(Some((declared, UnitKnown::Declared)))
}

/// A site's own severity, which never turns a doubtful finding into an error.
fn overridden(case: &Case, mut finding: Finding) -> Finding {
    if let Some(&severity) = case.settings.severity.get(&finding.code) {
        finding.severity =
            if finding.doubt.is_some() { severity.min(Severity::Warning) } else { severity };
    }
    finding
}

/// No error on a file of which the reader did not see all, or not for certain.
fn hedged(case: &Case, finding: Finding) -> Finding {
    let notice = || case.document.notices.iter().find(|n| px_11_unread::is_unread(n.kind));
    match notice().filter(|_| finding.severity == Severity::Error && finding.doubt.is_none()) {
        Some(notice) => finding.doubtful(px_11_unread::what(notice)),
        None => finding,
    }
}

fn cover(checked: &Checked) -> Coverage {
    let plain = |state, reason: &Words| Coverage {
        state,
        assessed: 0,
        total: 0,
        reason: Some(reason.clone()),
    };
    match checked {
        Checked::Off => {
            let why = Words::new("本单位设置已关闭此规则", "switched off by the site's settings");
            plain(RuleState::Off, &why)
        }
        Checked::NotApplicable(why) => plain(RuleState::NotApplicable, why),
        Checked::NotAssessable(why) => plain(RuleState::NotAssessable, why),
        Checked::Done { findings, assessed, total, reason } => Coverage {
            state: if !findings.is_empty() {
                RuleState::Fail
            } else if assessed < total {
                RuleState::NotAssessable
            } else {
                RuleState::Pass
            },
            assessed: *assessed,
            total: *total,
            reason: reason.clone(),
        },
    }
}
