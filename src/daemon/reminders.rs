//! Open cases that nobody has taken on are told again, and after a time to those above.

use crate::model::{AlertState, Millis};
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the open cases are looked through: nobody minds being reminded a minute later.
const PULSE: Duration = Duration::from_secs(60);

/// Cases in one record, and in one look.
const CHUNK: usize = 500;

/// Who looks after them.
pub struct Reminders {
    pub store: Store,
    pub clock: fn() -> Millis,
}

impl Reminders {
    /// Looks every minute until it is stopped.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StoreError> {
        let mut pulse = tokio::time::interval(PULSE);
        pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = pulse.tick() => drop(self.turn((self.clock)()).await?),
            }
        }
    }

    /// Tells again whatever has to be by now; answers how many cases that were.
    pub async fn turn(&self, now: Millis) -> Result<usize, StoreError> {
        let (mut before, mut told) = (None, 0);
        loop {
            let store = self.store.clone();
            let look = move || {
                let policy = store.policy();
                let page = store.alerts(Some(AlertState::Firing), before, CHUNK)?;
                let due = page.items.iter().filter(|alert| policy.reminder(alert, now).is_some());
                Ok::<_, StoreError>((due.map(|alert| alert.id).collect::<Vec<u64>>(), page.next))
            };
            let looked = tokio::task::spawn_blocking(look).await;
            let (due, next) = looked.map_err(|lost| StoreError::Fatal(lost.to_string()))??;
            if !due.is_empty() {
                told += due.len();
                self.store.remind(due, now).await?;
            }
            match next {
                Some(next) => before = Some(next),
                None => return Ok(told),
            }
        }
    }
}
