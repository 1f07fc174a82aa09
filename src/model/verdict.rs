//! The verdict on one report: outcome, findings, and what was and was not checked.

use super::{Finding, Format, Severity, UnitYear, Unreadable, Words};
use crate::document::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What becomes of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 合规: no error, no open warning.
    Compliant,
    /// 需核实: warnings to be confirmed.
    NeedsReview,
    /// 退回: at least one error.
    Returned,
    /// 无法判读: nothing could be judged.
    Unreadable,
}

impl Outcome {
    /// The stable name used in JSON and gRPC.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Compliant => "compliant",
            Outcome::NeedsReview => "needs_review",
            Outcome::Returned => "returned",
            Outcome::Unreadable => "unreadable",
        }
    }

    /// The word an office uses.
    pub fn words(self) -> Words {
        match self {
            Outcome::Compliant => Words::new("合规", "compliant"),
            Outcome::NeedsReview => Words::new("需核实", "needs review"),
            Outcome::Returned => Words::new("退回", "returned"),
            Outcome::Unreadable => Words::new("无法判读", "unreadable"),
        }
    }

    /// The outcome that a set of findings amounts to, nobody having decided on any of them.
    pub fn of(findings: &[Finding]) -> Outcome {
        Self::weighing(findings.iter().map(|f| f.severity))
    }

    /// The outcome that findings of these weights amount to.
    pub fn weighing(severities: impl Iterator<Item = Severity>) -> Outcome {
        match severities.max() {
            Some(Severity::Error) => Outcome::Returned,
            Some(Severity::Warning) => Outcome::NeedsReview,
            Some(Severity::Info) | None => Outcome::Compliant,
        }
    }
}

/// What a rule came to on a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    Pass,
    Fail,
    NotApplicable,
    NotAssessable,
    /// 已关闭: the site's settings switch it off. For programs that is `not_applicable`; people are
    /// told, so that nobody takes it for a rule that had nothing to check.
    Off,
}

impl RuleState {
    pub fn name(self) -> &'static str {
        match self {
            RuleState::Pass => "pass",
            RuleState::Fail => "fail",
            RuleState::NotApplicable | RuleState::Off => "not_applicable",
            RuleState::NotAssessable => "not_assessable",
        }
    }
}

/// One rule's line of the coverage. A rule with several instances (seven columns, three sums) says
/// how many of them it could check; `NotAssessable` when any could not and none failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub state: RuleState,
    /// Instances checked and instances there are.
    pub assessed: u32,
    pub total: u32,
    /// Why something could not be checked, or why the rule does not apply.
    pub reason: Option<Words>,
}

/// How the unit's name came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKnown {
    /// From the folder it was dropped in or a fixed setting.
    Declared,
    /// From the report's title.
    Title,
    /// From signature, preamble or page data.
    Stated,
    /// Put together from clues; a person must confirm it (ID-03).
    Inferred,
}

/// The answer on one report. The same document, editions, rules, settings and circumstances give the
/// same verdict for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub outcome: Outcome,
    /// Full name of the unit and how it is known.
    pub unit: Option<(String, UnitKnown)>,
    /// The year reported on.
    pub year: Option<i32>,
    /// Id of the edition the tables were bound to, `2021`; for a report without tables the one its
    /// year calls for; `None` when neither is known.
    pub edition: Option<String>,
    /// Hash of the edition's data, 16 hex digits.
    pub edition_hash: String,
    /// Sorted by severity (errors first), then code, then order of appearance.
    pub findings: Vec<Finding>,
    /// Every rule of the catalogue, by code.
    pub coverage: BTreeMap<String, Coverage>,
    /// Every bound cell by field name; a cell that could not be placed in a column is absent.
    pub values: BTreeMap<String, Value>,
    /// The text of parts one, five and six by number, a paragraph a line, for comparison with another
    /// year, revision or body; at most [`TEXT_BYTES`](super::TEXT_BYTES) of each.
    pub texts: BTreeMap<u8, String>,
}

impl Verdict {
    /// The order in which findings are counted.
    pub const WEIGHTS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// A number for all that the judgement of another year's report leans on: values, texts, name, and
    /// whether it is sound. Where it stays the same, that judgement does.
    pub fn memory(&self) -> u64 {
        let name = self.unit.as_ref().map(|(name, _)| name);
        let leaned = (name, self.is_sound(), &self.values, &self.texts);
        // Maps of plain values: encoding cannot fail.
        let hash = Sha256::digest(postcard::to_stdvec(&leaned).unwrap_or_default());
        u64::from_be_bytes(std::array::from_fn(|n| hash[n]))
    }

    /// No finding is an error or leans on a doubtful reading: what was read may be held against another
    /// report. Being late (family DL) says nothing against what a report says.
    pub fn is_sound(&self) -> bool {
        let about_content = self.findings.iter().filter(|f| !f.code.starts_with("DL-"));
        about_content.into_iter().all(|f| f.severity < Severity::Error && f.doubt.is_none())
    }

    /// Numbers of errors, warnings and infos.
    pub fn counts(&self) -> [u32; 3] {
        let count = |severity| u32::try_from(self.count(severity)).unwrap_or(u32::MAX);
        Self::WEIGHTS.map(count)
    }

    /// Number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}

/// The other reports a judgement looked up: the unit and year of each, and [`Verdict::memory`] of the one
/// that was current there; `None` where there was none.
pub type Leaned = BTreeMap<UnitYear, Option<u64>>;

/// What came of one file: its format as sniffed, and the verdict or why there is none.
pub type Examined = (Format, Result<Verdict, Unreadable>);
