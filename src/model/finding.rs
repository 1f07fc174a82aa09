//! A finding: what a rule has to say about one place.

use super::{Place, Words};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, never blocks.
    Info,
    /// The submitter must confirm or explain (请核实说明).
    Warning,
    /// Send back (退回修改).
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What is wrong, where, why it matters and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's code, `AR-02`.
    pub code: String,
    pub severity: Severity,
    /// What is wrong, with place and values, as an official would note it.
    pub message: Words,
    /// What to do about it.
    pub help: Words,
    /// The legal or formal ground.
    pub basis: Words,
    /// The primary place first.
    pub places: Vec<Place>,
    /// What should stand there, as text; `None` where no one value is right.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// Identity of the finding over revisions: see [`fingerprint`].
    pub fingerprint: String,
    /// Set when the finding leans on a doubtful reading; then it is never an error.
    pub doubt: Option<Words>,
}

/// The identity of a finding: 16 hex digits over the rule and a key naming the place in the form's
/// own terms (a field name, a part, a label), never its wording, position in the file or values, so
/// that a reviewer's decision survives the next revision.
pub fn fingerprint(code: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(code.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}
