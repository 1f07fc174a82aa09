//! The life of a submission, as a pure state machine.

use serde::{Deserialize, Serialize};

/// Where a submission stands. Only these stages are durable: reading, binding and judging take
/// milliseconds and are repeated from the spooled original after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The original is in the spool; a verdict is due.
    Received,
    /// A verdict is recorded (which may say 无法判读).
    Judged,
    /// A later revision of the same unit and year, or a later file at the same path, took its place.
    Superseded,
    /// An archive or a mail: the files in it are submissions of their own.
    Unpacked,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Stage::Received => "received",
            Stage::Judged => "judged",
            Stage::Superseded => "superseded",
            Stage::Unpacked => "unpacked",
        }
    }

    /// Whether a submission may go from one stage to another. Going back to
    /// `Received` is a recheck.
    pub fn may_become(self, next: Stage) -> bool {
        matches!(
            (self, next),
            (Stage::Received, Stage::Judged | Stage::Superseded | Stage::Unpacked)
                | (Stage::Judged | Stage::Unpacked, Stage::Superseded | Stage::Received)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Stage::{self, *};

    #[test]
    fn every_pair_is_decided() {
        let legal = [
            (Received, Judged),
            (Received, Superseded),
            (Received, Unpacked),
            (Judged, Superseded),
            (Judged, Received),
            (Unpacked, Superseded),
            (Unpacked, Received),
        ];
        for from in [Received, Judged, Superseded, Unpacked] {
            for to in [Received, Judged, Superseded, Unpacked] {
                let want = legal.contains(&(from, to));
                assert_eq!(Stage::may_become(from, to), want, "{from:?} -> {to:?}");
            }
        }
    }
}
