//! What changed from one judged report to another: between two revisions, or from year to year.

use super::{Finding, RuleState, Verdict};
use crate::document::Value;
use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet};

/// Paragraphs of a part that are compared one by one. A part of more is no usual text; it is taken as
/// one piece.
const PARAGRAPHS: usize = 2_000;

/// Most passages told; a text written anew has no use for more.
const PASSAGES: usize = 500;

/// From an earlier report to a later one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Findings of the earlier one that the later one no longer has.
    pub fixed: Vec<Finding>,
    /// Findings of the earlier one by rules that could not be checked on all of the later one: nobody
    /// knows whether they are fixed.
    pub unchecked: Vec<Finding>,
    /// Findings of the later one that the earlier one had as well, perhaps with other values.
    pub remaining: Vec<Finding>,
    /// Findings that are new.
    pub new: Vec<Finding>,
    /// Cells with another value, by field name.
    pub cells: Vec<CellChange>,
    /// Changed paragraphs of parts one, five and six, in reading order; at most five hundred.
    pub passages: Vec<PassageChange>,
}

/// A cell of the form with another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellChange {
    pub field: String,
    /// `None` where that report lacks the cell, or it could not be placed.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Paragraphs that were written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageChange {
    pub part: u8,
    /// Paragraphs a line each; empty where something was added.
    pub before: String,
    /// Empty where something was left out.
    pub after: String,
}

impl Difference {
    /// Findings are the same where their fingerprints are.
    pub fn between(earlier: &Verdict, later: &Verdict) -> Difference {
        Difference {
            cells: cells(earlier, later),
            passages: passages(earlier, later),
            ..Difference::of_findings(earlier, later)
        }
    }

    /// What became of the findings alone; no cell and no passage is compared.
    pub fn of_findings(earlier: &Verdict, later: &Verdict) -> Difference {
        let (gone, _) = split(&earlier.findings, &later.findings);
        let open = |finding: &Finding| {
            let coverage = later.coverage.get(&finding.code);
            coverage.is_some_and(|line| {
                line.state == RuleState::NotAssessable || line.assessed < line.total
            })
        };
        let (unchecked, fixed) = gone.into_iter().partition(open);
        let (new, remaining) = split(&later.findings, &earlier.findings);
        Difference { fixed, unchecked, remaining, new, ..Difference::default() }
    }

    /// Nothing at all changed.
    pub fn is_none(&self) -> bool {
        let Difference { fixed, unchecked, remaining: _, new, cells, passages } = self;
        fixed.is_empty()
            && unchecked.is_empty()
            && new.is_empty()
            && cells.is_empty()
            && passages.is_empty()
    }
}

/// Findings that the other report has not, and those it has. A fingerprint may come several times.
fn split(findings: &[Finding], others: &[Finding]) -> (Vec<Finding>, Vec<Finding>) {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for other in others {
        *left.entry(&other.fingerprint).or_default() += 1;
    }
    findings.iter().cloned().partition(|finding| match left.get_mut(finding.fingerprint.as_str()) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

fn cells(earlier: &Verdict, later: &Verdict) -> Vec<CellChange> {
    let fields: BTreeSet<&String> = earlier.values.keys().chain(later.values.keys()).collect();
    let change = |field: &String| {
        let (before, after) = (earlier.values.get(field), later.values.get(field));
        (before != after).then(|| CellChange {
            field: field.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
    };
    fields.into_iter().filter_map(change).collect()
}

fn passages(earlier: &Verdict, later: &Verdict) -> Vec<PassageChange> {
    let parts: BTreeSet<u8> = earlier.texts.keys().chain(later.texts.keys()).copied().collect();
    let mut changes = Vec::new();
    for part in parts {
        let text = |verdict: &Verdict| verdict.texts.get(&part).cloned().unwrap_or_default();
        changes.extend(rewritten(part, &text(earlier), &text(later)));
    }
    changes.truncate(PASSAGES);
    changes
}

fn rewritten(part: u8, before: &str, after: &str) -> Vec<PassageChange> {
    let (old, new) = (paragraphs(before), paragraphs(after));
    let told = |old: &[&str], new: &[&str]| PassageChange {
        part,
        before: old.join("\n"),
        after: new.join("\n"),
    };
    if old.len().max(new.len()) > PARAGRAPHS {
        return if old == new { Vec::new() } else { vec![told(&old, &new)] };
    }
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changed = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.map(|op| told(&old[op.old_range()], &new[op.new_range()])).collect()
}

/// Spaces at the ends and blank lines are no change.
fn paragraphs(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, Severity, Words};

    fn finding(fingerprint: &str, found: &str) -> Finding {
        Finding {
            code: "AR-02".into(),
            severity: Severity::Error,
            message: Words::default(),
            help: Words::default(),
            basis: Words::default(),
            places: Vec::new(),
            expected: None,
            found: Some(found.into()),
            fingerprint: fingerprint.into(),
            doubt: None,
            likely: None,
        }
    }

    fn verdict(findings: &[Finding], values: &[(&str, i64)], five: &str) -> Verdict {
        Verdict {
            outcome: Outcome::Returned,
            unit: None,
            year: None,
            edition: None,
            edition_hash: String::new(),
            findings: findings.to_vec(),
            coverage: BTreeMap::new(),
            values: values.iter().map(|(f, n)| (f.to_string(), Value::Count(*n))).collect(),
            texts: BTreeMap::from([(5, five.to_string())]),
        }
    }

    #[test]
    fn findings_are_fixed_still_there_or_new_whatever_their_values() {
        let earlier = verdict(&[finding("a", "1"), finding("b", "1"), finding("b", "2")], &[], "");
        let later = verdict(&[finding("b", "3"), finding("c", "1")], &[], "");
        let Difference { fixed, remaining, new, .. } = Difference::between(&earlier, &later);
        assert_eq!(fixed, [finding("a", "1"), finding("b", "2")]);
        assert_eq!(remaining, [finding("b", "3")]);
        assert_eq!(new, [finding("c", "1")]);
    }

    #[test]
    fn cells_and_paragraphs_that_changed_are_told_with_both_sides() {
        let earlier = verdict(&[], &[("x", 1), ("y", 2)], "一\n二\n三\n四");
        let later = verdict(&[], &[("x", 1), ("y", 3), ("z", 0)], "一\n 二 \n\n叁\n四\n五");
        let Difference { cells, passages, .. } = Difference::between(&earlier, &later);
        let cells: Vec<_> = cells.into_iter().map(|c| (c.field, c.before, c.after)).collect();
        let count = |n| Some(Value::Count(n));
        assert_eq!(cells, [("y".into(), count(2), count(3)), ("z".into(), None, count(0))]);
        let passages: Vec<_> = passages.into_iter().map(|p| (p.part, p.before, p.after)).collect();
        assert_eq!(passages, [(5, "三".into(), "叁".into()), (5, "".into(), "五".into())]);
    }

    #[test]
    fn a_report_does_not_differ_from_itself() {
        let one = verdict(&[finding("a", "1"), finding("a", "2")], &[("x", 1)], "一\n二");
        let difference = Difference::between(&one, &one);
        assert!(difference.is_none());
        assert_eq!(difference.remaining.len(), 2);
    }

    #[test]
    fn a_text_of_very_many_lines_is_one_passage() {
        let long = |word: &str| format!("{word}\n").repeat(PARAGRAPHS + 1);
        let difference =
            Difference::between(&verdict(&[], &[], &long("甲")), &verdict(&[], &[], &long("乙")));
        assert_eq!(difference.passages.len(), 1);
    }
}
