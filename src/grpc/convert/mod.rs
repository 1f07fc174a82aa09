//! Model ↔ messages: the one place that sees both. Outwards it cannot fail; inwards (for clients)
//! an answer that lacks what it must have is [`Malformed`].

mod alert;
mod batch;
mod decision;
mod edition;
pub(super) mod ledger;
mod submission;
mod verdict;

pub(super) use decision::reviewed;
pub(super) use edition::{edition, edition_summary, rule};

use crate::model::{
    AlertKind, AlertState, BodyKind, DaySource, Duty, Format, GroupBy, LedgerState, Millis,
    Outcome, PassReason, RuleState, Ruling, Severity, Stage, UnitKnown, UnreadableReason, Why,
    Words,
};
use crate::proto::v1;

/// A message that no nianbao of this version sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer lacks {0} or has it in a form unknown here; the daemon may be newer")]
pub struct Malformed(pub &'static str);

/// Enums whose variants are called the same on both sides.
macro_rules! same {
    ($($name:ident { $($variant:ident),* $(,)? })*) => { $(
        impl From<$name> for v1::$name {
            fn from(from: $name) -> Self {
                match from { $($name::$variant => v1::$name::$variant),* }
            }
        }

        impl TryFrom<v1::$name> for $name {
            type Error = Malformed;
            fn try_from(from: v1::$name) -> Result<Self, Malformed> {
                match from {
                    v1::$name::Unspecified => Err(Malformed(stringify!($name))),
                    $(v1::$name::$variant => Ok($name::$variant)),*
                }
            }
        }
    )* };
}

same! {
    Outcome { Compliant, NeedsReview, Returned, Unreadable }
    Stage { Received, Judged, Superseded, Unpacked }
    PassReason {
        System, Picture, NotADocument, Body, Encrypted, OverLimit, Damaged, Unsupported, UnsafeName,
    }
    Severity { Info, Warning, Error }
    Ruling { Confirmed, Dismissed, Explained }
    Format {
        Text, Docx, Html, Doc, Rtf, Odt, Pdf, Ofd, Xlsx, Xls, Mht, WordXml, Eml, Zip, Picture, Unknown,
        Archive, Outlook, Ods,
    }
    UnreadableReason {
        Empty, Encrypted, Damaged, OverLimit, PicturesOnly, Unsupported, TimedOut, ReaderFailed,
        NotAReport,
    }
    UnitKnown { Declared, Title, Stated, Inferred }
    RuleState { Pass, Fail, NotApplicable, NotAssessable, Off }
    AlertKind {
        Returned, Unreadable, FolderAway, ChannelFailing, DueSoon, Overdue, NotResent, Misfiled, Unlisted,
        DiskLow,
    }
    AlertState { Firing, Resolved }
    BodyKind { Department, Government, Township, Other }
    LedgerState { Missing, Waiting, Compliant, NeedsReview, Returned, Unreadable }
    GroupBy { Region, Kind, Parent, Supervisor }
    Duty { HandIn, Publish }
    DaySource { Law, Local }
    Why { NoUnit, Unlisted, Ambiguous, NoYear, Waiting }
}

/// The number of an enum that may be absent: 0 then.
fn number<M, P: From<M> + Into<i32>>(from: Option<M>) -> i32 {
    from.map_or(0, |m| P::from(m).into())
}

impl From<&Words> for v1::Words {
    fn from(from: &Words) -> Self {
        v1::Words { zh: from.zh.clone(), en: from.en.clone() }
    }
}

impl From<v1::Words> for Words {
    fn from(from: v1::Words) -> Self {
        Words { zh: from.zh, en: from.en }
    }
}

/// Milliseconds as the well-known type.
pub(super) fn timestamp(at: Millis) -> prost_types::Timestamp {
    let nanos = at.rem_euclid(1000) as i32 * 1_000_000;
    prost_types::Timestamp { seconds: at.div_euclid(1000), nanos }
}

/// The well-known type as milliseconds; what is finer is cut off.
pub fn millis(at: &prost_types::Timestamp) -> Millis {
    at.seconds.saturating_mul(1000).saturating_add(i64::from(at.nanos / 1_000_000))
}

fn required<T>(from: Option<T>, what: &'static str) -> Result<T, Malformed> {
    from.ok_or(Malformed(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_and_after_1970_survive() {
        for at in [0, 1, 999, 1000, -1, -1000, -1001, 1_732_233_600_123] {
            assert_eq!(millis(&timestamp(at)), at);
        }
    }
}
