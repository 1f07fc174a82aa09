//! A finding: what a rule has to say about one place.

use super::{Lang, Place, Words, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, never holds a report up.
    Info,
    /// The submitter must confirm or explain it: makes a report 需核实.
    Warning,
    /// Must be mended: makes a report 退回.
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

    /// The word an office uses: the only ones for people, whatever shows them.
    pub fn words(self) -> Words {
        match self {
            Severity::Info => Words::new("提示", "note"),
            Severity::Warning => Words::new("请核实", "to confirm"),
            Severity::Error => Words::new("须修改", "to mend"),
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
    /// The cell that is likely wrong, and the number that would mend it, where the identities that
    /// fail point to one. Findings with the same words here have one cause; the message says it too.
    pub likely: Option<Words>,
}

impl Finding {
    /// Names the likely cell, in a sentence of its own behind the message.
    pub fn suspecting(mut self, likely: Words) -> Self {
        self.message.zh.push_str(&suspicion(&likely, Lang::Zh));
        self.message.en.push_str(&suspicion(&likely, Lang::En));
        self.likely = Some(likely);
        self
    }

    /// The message without the sentence on the likely cell.
    pub fn plain_message(&self, lang: Lang) -> &str {
        let whole = self.message.in_lang(lang);
        let suspicion = self.likely.as_ref().map(|likely| suspicion(likely, lang));
        suspicion.and_then(|sentence| whole.strip_suffix(&sentence)).unwrap_or(whole)
    }
}

fn suspicion(likely: &Words, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("疑为{}。", likely.zh),
        Lang::En => format!(" Likely place: {}.", likely.en),
    }
}

/// The identity of a finding: 16 hex digits over the rule and a key naming the place in the form's
/// own terms (a field name, a part, a label), never its wording, position in the file or values, so
/// that a reviewer's decision survives the next revision.
pub fn fingerprint(code: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(code.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    hex(&hash.finalize()[..8])
}
