//! Words for people and lines for programs: text only, sends nothing, knows no file and no network.
//!
//! Invariant: whatever is shown comes from the verdict; nothing is judged here.

mod alert;
mod batch;
mod covered;
mod decision;
mod findings;
mod json;
mod notice;
mod receipt;
mod season;
mod table;
mod text;

pub use alert::{cloud_event, line as alert_line, test_event};
pub use batch::{headline as batch_headline, line as batch_line, page as batch_text};
pub use decision::{ruling_words, value as decision_value};
pub use json::{difference as difference_line, line as json_line};
pub use notice::{Notice, Section, notice, test_notice};
pub use receipt::{Letterhead, receipt, receipt_file};
pub use season::season;
pub use table::{Align, Grid, visible};
pub use text::verdict as verdict_text;

use crate::model::{Cost, Format, Outcome, Ruled, Unreadable, Verdict};

/// One file and what came of it: what every rendering of a verdict starts from.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The file as its submitter knows it.
    pub file: &'a str,
    /// What else is to be known of the file, for people: that an older revision has the same bytes.
    pub note: Option<&'a str>,
    pub format: Format,
    /// 64 hex digits.
    pub sha256: &'a str,
    pub result: Result<&'a Verdict, &'a Unreadable>,
    /// What reviewers decided, where that is known.
    pub review: Option<Review<'a>>,
    /// What reading and judging took, where it is asked for.
    pub cost: Option<Cost>,
}

impl Judged<'_> {
    /// What becomes of the file: as judged, unless reviewers decided otherwise.
    pub fn outcome(&self) -> Outcome {
        let judged = self.result.map_or(Outcome::Unreadable, |verdict| verdict.outcome);
        self.review.map_or(judged, |review| review.outcome)
    }
}

/// A verdict under the decisions of reviewers.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    pub outcome: Outcome,
    /// One for each finding, in their order.
    pub ruled: &'a [Option<Ruled>],
}

/// How much is written of a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Findings of one cause together, rules left open for one reason together.
    #[default]
    Brief,
    /// Each for itself.
    Full,
}

/// Whether text carries colours (ANSI SGR sequences).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Plain,
    Coloured,
}
