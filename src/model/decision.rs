//! What a reviewer of the supervising office says of a finding, and what that does to the outcome.
//!
//! Invariant: a decision covers only what its reviewer saw. What stands at the same place later with
//! other values, other words or a graver weight is open again until somebody decides on it anew.

use super::{Finding, Lang, Millis, Outcome, Severity, SubmissionId, UnitYear, Verdict, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest reason of a decision, bytes: six hundred Chinese characters.
pub const REASON_BYTES: usize = 2000;
/// Longest name of a reviewer, bytes.
pub const REVIEWER_BYTES: usize = 200;

/// What a finding is judged to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// 属实: a fault that must be mended, also where the rule only asked to confirm it.
    Confirmed,
    /// 非问题: no fault.
    Dismissed,
    /// 已说明: the submitter has explained it; nothing is left to do.
    Explained,
}

impl Ruling {
    pub const ALL: [Ruling; 3] = [Ruling::Confirmed, Ruling::Dismissed, Ruling::Explained];

    /// The stable name used in JSON and gRPC.
    pub fn name(self) -> &'static str {
        match self {
            Ruling::Confirmed => "confirmed",
            Ruling::Dismissed => "dismissed",
            Ruling::Explained => "explained",
        }
    }

    /// The word an office uses.
    pub fn words(self) -> Words {
        match self {
            Ruling::Confirmed => Words::new("属实", "confirmed"),
            Ruling::Dismissed => Words::new("非问题", "no fault"),
            Ruling::Explained => Words::new("已说明", "explained"),
        }
    }
}

/// What a finding said when it was decided on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub severity: Severity,
    /// Without the sentence on the likely cell, which depends on other findings.
    pub message: Words,
    pub expected: Option<String>,
    pub found: Option<String>,
    /// What stood at the primary place.
    pub quote: String,
}

impl Said {
    pub fn of(finding: &Finding) -> Said {
        Said {
            severity: finding.severity,
            message: Words::new(finding.plain_message(Lang::Zh), finding.plain_message(Lang::En)),
            expected: finding.expected.clone(),
            found: finding.found.clone(),
            quote: finding.places.first().map(|place| place.quote.clone()).unwrap_or_default(),
        }
    }

    /// Whether somebody who saw this has seen `other`: the same claim, no graver.
    fn covers(&self, other: &Said) -> bool {
        other.severity <= self.severity && self.claim() == other.claim()
    }

    /// What is claimed. What should stand there and what does say all of it. Where the rule gives only
    /// one of them or neither, the claim is in the sentence (which aspects are missing, which words
    /// were copied, the other number) and in the words at the place: several faults of a rule share
    /// one place, told apart by nothing else. Blanks do not count, since they differ between formats
    /// of one text.
    fn claim(&self) -> (Option<&str>, Option<&str>, String, String) {
        let (expected, found) = (self.expected.as_deref(), self.found.as_deref());
        match (expected, found) {
            (Some(_), Some(_)) => (expected, found, String::new(), String::new()),
            _ => (expected, found, squeezed(&self.message.zh), squeezed(&self.quote)),
        }
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What somebody decided about a finding, or that they took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number of the journal record that holds it.
    pub id: u64,
    pub of: UnitYear,
    /// Of the finding; see [`fingerprint`](super::fingerprint).
    pub fingerprint: String,
    /// Code of the rule.
    pub code: String,
    /// `None` where an earlier decision is withdrawn.
    pub ruling: Option<Ruling>,
    pub reason: String,
    pub by: String,
    pub at: Millis,
    /// The submission whose verdict it was made on; for a withdrawal that of the decision withdrawn.
    pub submission: SubmissionId,
    /// What every finding of this fingerprint said, the gravest first.
    pub substance: Vec<Said>,
}

impl Decision {
    fn without_substance(&self) -> Decision {
        Decision {
            id: self.id,
            of: self.of.clone(),
            fingerprint: self.fingerprint.clone(),
            code: self.code.clone(),
            ruling: self.ruling,
            reason: self.reason.clone(),
            by: self.by.clone(),
            at: self.at,
            submission: self.submission,
            substance: Vec::new(),
        }
    }
}

/// A decision as it bears on one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruled {
    /// Without its substance: findings that share a place would each carry that of all.
    pub decision: Decision,
    /// The finding now says something its reviewer did not see; the decision does not count.
    pub lapsed: bool,
}

impl Ruled {
    /// What the finding is judged to be; `None` where the decision does not count.
    pub fn ruling(&self) -> Option<Ruling> {
        self.decision.ruling.filter(|_| !self.lapsed)
    }
}

/// How much a finding weighs under the decision on it; `None` where it does not count any more. What
/// is confirmed must be mended, also where a doubtful reading made it a warning; a note stays one.
pub fn weight(severity: Severity, ruled: Option<&Ruled>) -> Option<Severity> {
    match (ruled.and_then(Ruled::ruling), severity) {
        (Some(Ruling::Dismissed | Ruling::Explained), _) => None,
        (Some(Ruling::Confirmed), Severity::Warning) => Some(Severity::Error),
        (Some(Ruling::Confirmed) | None, _) => Some(severity),
    }
}

/// A verdict's findings under the decisions on them. The verdict itself stays as it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// One for each finding, in their order.
    pub ruled: Vec<Option<Ruled>>,
    /// The outcome that the findings amount to now.
    pub outcome: Outcome,
    /// Findings that still count: errors, warnings, infos.
    pub counts: [u32; 3],
}

impl Reviewed {
    /// `standing` has the decision in force for each fingerprint. Findings that say the same are
    /// counted: where more of them come than were seen, those beyond are open.
    pub fn of(findings: &[Finding], standing: &BTreeMap<String, Decision>) -> Reviewed {
        let mut seen: BTreeMap<&str, Vec<&Said>> = BTreeMap::new();
        for (fingerprint, decision) in standing {
            seen.insert(fingerprint, decision.substance.iter().collect());
        }
        let ruled = findings.iter().map(|finding| {
            let decision = standing.get(&finding.fingerprint)?;
            let left = seen.get_mut(finding.fingerprint.as_str())?;
            let said = Said::of(finding);
            let covered = left.iter().position(|seen| seen.covers(&said));
            if let Some(at) = covered {
                left.remove(at);
            }
            Some(Ruled { decision: decision.without_substance(), lapsed: covered.is_none() })
        });
        let ruled: Vec<Option<Ruled>> = ruled.collect();
        let weights =
            || findings.iter().zip(&ruled).filter_map(|(f, r)| weight(f.severity, r.as_ref()));
        let count = |severity| weights().filter(|w| *w == severity).count();
        let counts = Verdict::WEIGHTS.map(|s| u32::try_from(count(s)).unwrap_or(u32::MAX));
        let outcome = Outcome::weighing(weights());
        Reviewed { outcome, counts, ruled }
    }

    /// Those of the findings that still count.
    pub fn open<'f>(&self, findings: &'f [Finding]) -> Vec<&'f Finding> {
        let counts = |(f, r): &(&Finding, &Option<Ruled>)| weight(f.severity, r.as_ref()).is_some();
        findings.iter().zip(&self.ruled).filter(counts).map(|(finding, _)| finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Place, fingerprint};

    fn finding(severity: Severity, values: Option<(&str, &str)>, message: &str) -> Finding {
        Finding {
            code: "AR-02".into(),
            severity,
            message: Words::new(message, message),
            help: Words::default(),
            basis: Words::default(),
            places: vec![Place::default()],
            expected: values.map(|(expected, _)| expected.into()),
            found: values.map(|(_, found)| found.into()),
            fingerprint: fingerprint("AR-02", "t3.total.NP"),
            doubt: None,
            likely: None,
        }
    }

    fn decided(ruling: Ruling, on: &[Finding]) -> BTreeMap<String, Decision> {
        let decision = Decision {
            id: 7,
            of: UnitYear { year: 2024, unit: "某局".into() },
            fingerprint: on[0].fingerprint.clone(),
            code: on[0].code.clone(),
            ruling: Some(ruling),
            reason: "口径不同".into(),
            by: "张三".into(),
            at: 1,
            submission: 2,
            substance: on.iter().map(Said::of).collect(),
        };
        BTreeMap::from([(decision.fingerprint.clone(), decision)])
    }

    fn outcome(ruling: Ruling, on: &Finding, now: &Finding) -> (Outcome, bool) {
        let standing = decided(ruling, std::slice::from_ref(on));
        let reviewed = Reviewed::of(std::slice::from_ref(now), &standing);
        (reviewed.outcome, reviewed.ruled[0].as_ref().expect("a decision").lapsed)
    }

    #[test]
    fn what_is_no_fault_or_explained_counts_no_more_and_what_is_confirmed_must_be_mended() {
        use {Outcome::*, Ruling::*, Severity::*};
        let table = [
            (Error, Confirmed, Returned),
            (Error, Dismissed, Compliant),
            (Error, Explained, Compliant),
            (Warning, Confirmed, Returned),
            (Warning, Dismissed, Compliant),
            (Warning, Explained, Compliant),
            (Info, Confirmed, Compliant),
            (Info, Dismissed, Compliant),
        ];
        for (severity, ruling, want) in table {
            let one = finding(severity, Some(("20", "19")), "合计不等");
            assert_eq!(outcome(ruling, &one, &one), (want, false), "{severity:?} {ruling:?}");
        }
    }

    #[test]
    fn a_confirmed_warning_counts_as_an_error_also_where_the_reading_was_in_doubt() {
        let mut one = finding(Severity::Warning, Some(("20", "19")), "合计不等");
        one.doubt = Some(Words::new("存疑", "in doubt"));
        let standing = decided(Ruling::Confirmed, std::slice::from_ref(&one));
        let reviewed = Reviewed::of(&[one], &standing);
        assert_eq!((reviewed.outcome, reviewed.counts), (Outcome::Returned, [1, 0, 0]));
    }

    #[test]
    fn a_decision_never_covers_other_values_or_a_graver_weight() {
        let seen = finding(Severity::Warning, Some(("20", "19")), "合计不等");
        let other = finding(Severity::Warning, Some(("20", "18")), "合计不等");
        assert_eq!(outcome(Ruling::Dismissed, &seen, &other), (Outcome::NeedsReview, true));
        let graver = Finding { severity: Severity::Error, ..seen.clone() };
        assert_eq!(outcome(Ruling::Dismissed, &seen, &graver), (Outcome::Returned, true));
        assert_eq!(outcome(Ruling::Dismissed, &graver, &seen), (Outcome::Compliant, false));
    }

    #[test]
    fn with_both_values_the_wording_is_free_and_so_is_the_guess_at_the_cause() {
        let seen = finding(Severity::Error, Some(("20", "19")), "合计不等。");
        let mut now = finding(Severity::Error, Some(("20", "19")), "合计与分项之和不符。");
        now = now.suspecting(Words::new("某格", "a cell"));
        assert_eq!(outcome(Ruling::Explained, &seen, &now), (Outcome::Compliant, false));
    }

    #[test]
    fn without_both_values_the_claim_is_the_sentence_and_the_words_at_the_place() {
        let seen = finding(Severity::Warning, None, "没有落款日期");
        let spaced = finding(Severity::Warning, None, "没有 落款日期");
        assert_eq!(outcome(Ruling::Dismissed, &seen, &spaced), (Outcome::Compliant, false));
        let guess = seen.clone().suspecting(Words::new("某格", "a cell"));
        assert_eq!(outcome(Ruling::Dismissed, &seen, &guess), (Outcome::Compliant, false));
        let other = finding(Severity::Warning, None, "没有落款单位");
        assert_eq!(outcome(Ruling::Dismissed, &seen, &other), (Outcome::NeedsReview, true));
        let mut elsewhere = seen.clone();
        elsewhere.places[0].quote = "\u{fffd}局".into();
        assert_eq!(outcome(Ruling::Dismissed, &seen, &elsewhere), (Outcome::NeedsReview, true));
        let mut half = seen.clone();
        half.found = Some("3".into());
        let mut half_now = half.clone();
        half_now.message.zh = "另一个数变了".into();
        assert_eq!(outcome(Ruling::Dismissed, &half, &half_now), (Outcome::NeedsReview, true));
    }

    #[test]
    fn of_findings_that_say_the_same_only_as_many_are_covered_as_were_seen() {
        let one = finding(Severity::Error, None, "有无法显示的字符");
        let two = [one.clone(), one.clone()];
        let standing = decided(Ruling::Dismissed, &two);
        let lapsed = |findings: &[Finding]| {
            let reviewed = Reviewed::of(findings, &standing);
            reviewed.ruled.iter().flatten().filter(|r| r.lapsed).count()
        };
        assert_eq!(lapsed(&two), 0);
        assert_eq!(lapsed(std::slice::from_ref(&one)), 0, "one of them was mended");
        let three = [one.clone(), one.clone(), one];
        assert_eq!(lapsed(&three), 1);
        assert_eq!(Reviewed::of(&three, &standing).outcome, Outcome::Returned);
    }

    #[test]
    fn without_decisions_the_outcome_is_the_verdicts() {
        for severity in Verdict::WEIGHTS {
            let findings = [finding(severity, None, "某事")];
            let reviewed = Reviewed::of(&findings, &BTreeMap::new());
            assert_eq!(reviewed.outcome, Outcome::of(&findings));
            assert_eq!(reviewed.ruled, [None]);
        }
    }
}
