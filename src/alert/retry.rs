//! When to try again: a pure decision.

use crate::model::{DeliveryResult, Millis, OutboxItem, cut};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What the receiver made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Accepted,
    /// The receiver is gone for good (410 Gone): never try again.
    Gone {
        error: String,
    },
    /// This message will never be taken; others may be.
    Refused {
        error: String,
    },
    /// Not accepted, or nobody knows; `retry_after` when the receiver said how long to wait.
    Failed {
        error: String,
        retry_after: Option<Duration>,
    },
}

/// The waits between sends of one message, or while a channel fails; the last one for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

/// An error kept in the journal is no longer than this many bytes.
const MAX_ERROR: usize = 600;

impl Schedule {
    /// A receiver cannot put messages off for longer than this.
    pub const LONGEST: Duration = Duration::from_secs(24 * 3600);

    /// The waits Standard Webhooks recommend: ten sends over a little more than three days, and then one
    /// a day, since nothing may be lost to a receiver that is down for weeks.
    pub fn standard() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 3600;
        let seconds = [
            5,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ];
        Schedule(seconds.map(Duration::from_secs).to_vec())
    }

    /// Other waits.
    pub fn of(waits: impl IntoIterator<Item = Duration>) -> Self {
        Schedule(waits.into_iter().collect())
    }

    /// How long to wait after a failure that so many came before: as the schedule says, up to a fifth
    /// longer so that a burst does not come back as a burst; longer still when the receiver asked for it.
    pub fn wait(&self, before: u32, id: &str, retry_after: Option<Duration>) -> Duration {
        let wait = self.0.get(before as usize).or(self.0.last()).copied();
        let wait = jittered(wait.unwrap_or(Self::LONGEST), id, before);
        wait.max(retry_after.unwrap_or_default().min(Self::LONGEST))
    }

    /// Whether the item was tried as often as there are waits.
    pub fn over(&self, item: &OutboxItem) -> bool {
        item.attempts as usize >= self.0.len()
    }

    /// What becomes of an item after a send. Only what the receiver refused is ever given up.
    pub fn decide(&self, item: &OutboxItem, sent: Sent, now: Millis) -> DeliveryResult {
        match sent {
            Sent::Accepted => DeliveryResult::Delivered,
            Sent::Gone { error } | Sent::Refused { error } => {
                DeliveryResult::GivenUp { error: cut(error, MAX_ERROR) }
            }
            Sent::Failed { error, retry_after } => {
                let wait = self.wait(item.attempts, &item.dedupe_id, retry_after);
                let due_at = now.saturating_add(wait.as_millis() as Millis);
                DeliveryResult::Retry { due_at, error: cut(error, MAX_ERROR) }
            }
        }
    }
}

/// The wait and up to a fifth of it, by the item and the attempt: the same for ever.
fn jittered(wait: Duration, id: &str, attempt: u32) -> Duration {
    let digest = Sha256::digest(format!("{id}#{attempt}"));
    let share = u32::from(u16::from_be_bytes([digest[0], digest[1]]));
    wait + wait * share / (5 * 65_535)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Alert, AlertKind, AlertState, Body, Phase, Words};

    fn item(attempts: u32) -> OutboxItem {
        OutboxItem {
            dedupe_id: "a7-9-duty".into(),
            channel: "duty".into(),
            body: Body::Case {
                phase: Phase::Opened,
                alert: Box::new(Alert {
                    id: 7,
                    kind: AlertKind::Returned,
                    state: AlertState::Firing,
                    unit: None,
                    year: None,
                    about: None,
                    submission: 3,
                    summary: Words::default(),
                    opened_at: 0,
                    updated_at: 0,
                    resolved_at: None,
                    acknowledged: None,
                    silenced: None,
                    reminded_at: None,
                    reminders: 0,
                    escalated_at: None,
                }),
            },
            due_at: 0,
            attempts,
        }
    }

    fn failed(retry_after: Option<u64>) -> Sent {
        Sent::Failed { error: "503".into(), retry_after: retry_after.map(Duration::from_secs) }
    }

    fn wait_seconds(attempts: u32, sent: Sent) -> Option<i64> {
        match Schedule::standard().decide(&item(attempts), sent, 1_000_000) {
            DeliveryResult::Retry { due_at, .. } => Some((due_at - 1_000_000) / 1000),
            _ => None,
        }
    }

    #[test]
    fn the_waits_follow_the_schedule_and_then_go_on_at_its_last() {
        let waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (attempts, low) in waits.into_iter().enumerate() {
            let wait = wait_seconds(attempts as u32, failed(None)).expect("tried again");
            assert!((low..=low + low / 5).contains(&wait), "after {attempts}: {wait}");
        }
        for attempts in [9, 400, u32::MAX] {
            let wait = wait_seconds(attempts, failed(Some(1))).expect("never given up");
            assert!((86_400..=103_680).contains(&wait), "after {attempts}: {wait}");
        }
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_wait_but_not_for_a_shorter_or_endless_one() {
        assert_eq!(wait_seconds(0, failed(Some(120))), Some(120));
        assert!(wait_seconds(1, failed(Some(1))).is_some_and(|wait| wait >= 300));
        assert_eq!(wait_seconds(0, failed(Some(u64::MAX))), Some(86_400));
    }

    #[test]
    fn accepted_and_gone_are_final_at_any_attempt() {
        for attempts in [0, 5, 20] {
            let schedule = Schedule::standard();
            let decide = |sent| schedule.decide(&item(attempts), sent, 0);
            assert_eq!(decide(Sent::Accepted), DeliveryResult::Delivered);
            let gone = decide(Sent::Gone { error: "410".into() });
            assert_eq!(gone, DeliveryResult::GivenUp { error: "410".into() });
        }
    }

    #[test]
    fn the_same_item_waits_the_same_and_different_ones_differ() {
        let first = jittered(Duration::from_secs(300), "a1-1-x", 1);
        assert_eq!(first, jittered(Duration::from_secs(300), "a1-1-x", 1));
        assert_ne!(first, jittered(Duration::from_secs(300), "a1-2-x", 1));
        let (day, longest) = (Schedule::LONGEST, jittered(Schedule::LONGEST, "a1-1-x", 8));
        assert!(longest >= day && longest <= day + day / 5);
    }

    #[test]
    fn a_long_error_is_cut_between_characters() {
        let sent = Sent::Gone { error: "错".repeat(500) };
        let DeliveryResult::GivenUp { error } = Schedule::standard().decide(&item(0), sent, 0)
        else {
            panic!("gone is final");
        };
        assert!(error.len() <= MAX_ERROR && error.ends_with('…'), "{error}");
    }
}
