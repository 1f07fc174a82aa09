//! What a check comes to.

use super::Rule;
use crate::model::{Finding, Place, Severity, Words, fingerprint};

/// The result of one rule on one case.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// The site's settings switch the rule off.
    Off,
    /// The rule has nothing to say about such a report (wrong edition, nothing of its kind in it).
    NotApplicable(Words),
    /// Nothing could be checked.
    NotAssessable(Words),
    /// Checked. `assessed` of `total` instances; with fewer, `reason` says why.
    Done { findings: Vec<Finding>, assessed: u32, total: u32, reason: Option<Words> },
}

impl Checked {
    /// A single check, with what it found.
    pub fn done(findings: Vec<Finding>) -> Self {
        Checked::Done { findings, assessed: 1, total: 1, reason: None }
    }

    pub fn pass() -> Self {
        Self::done(Vec::new())
    }

    pub fn not_applicable(zh: &str, en: &str) -> Self {
        Checked::NotApplicable(Words::new(zh, en))
    }

    pub fn not_assessable(zh: &str, en: &str) -> Self {
        Checked::NotAssessable(Words::new(zh, en))
    }
}

impl Rule {
    /// A finding of this rule at its own severity; change the fields that differ. `key` names the
    /// place in the form's terms for the fingerprint (a field, a part number, a label).
    pub fn finding(&self, key: &str, message: Words, help: Words, place: Place) -> Finding {
        Finding {
            code: self.code.to_string(),
            severity: self.severity,
            message,
            help,
            basis: self.basis_words(),
            places: vec![place],
            expected: None,
            found: None,
            fingerprint: fingerprint(self.code, key),
            doubt: None,
            likely: None,
        }
    }
}

/// Builder steps for the fields that only some findings have.
impl Finding {
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub fn expected(mut self, value: impl ToString) -> Self {
        self.expected = Some(value.to_string());
        self
    }

    pub fn found(mut self, value: impl ToString) -> Self {
        self.found = Some(value.to_string());
        self
    }

    /// A ground of its own, where the rule's differs with the edition or the fault.
    pub fn basis(mut self, words: Words) -> Self {
        self.basis = words;
        self
    }

    /// Further places after the primary one: as many as a whole table of the form has, and no more
    /// where a file repeats its rows without end.
    pub fn also(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        const MOST_PLACES: usize = 200;
        let room = MOST_PLACES.saturating_sub(self.places.len());
        self.places.extend(places.into_iter().take(room));
        self
    }

    /// Marks the finding as leaning on a doubtful reading, which lowers an error to a warning.
    pub fn doubtful(mut self, why: Words) -> Self {
        self.severity = self.severity.min(Severity::Warning);
        self.doubt = Some(why);
        self
    }
}
