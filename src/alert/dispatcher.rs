//! Sends what the outbox holds: sleeps until the next message is due or a commit brings one.

use super::{Board, Options, Post};
use crate::model::Millis;
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The outbox is not read again sooner than this, and never for more than a twentieth of the time:
/// in a burst every commit would have it read anew.
const BREATH: Duration = Duration::from_millis(50);

/// The one task that sends: gives the post its turns.
pub struct Dispatcher {
    store: Store,
    post: Post,
    clock: fn() -> Millis,
}

impl Dispatcher {
    /// `clock` is wall-clock time: due times outlive the process.
    pub fn new(store: Store, options: Options, clock: fn() -> Millis) -> Self {
        Dispatcher { post: Post::new(store.clone(), options), store, clock }
    }

    /// How the channels are doing, while it runs.
    pub fn board(&self) -> Board {
        self.post.board()
    }

    /// Runs until `stop`, then finishes the sends under way and records what came of them. An error
    /// means that the store failed.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), StoreError> {
        let mut head = self.store.head();
        let (mut wake, mut breath) = (Instant::now(), Instant::now());
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(wake) => {
                    head.borrow_and_update();
                    let began = Instant::now();
                    wake = began + self.post.turn((self.clock)()).await?;
                    breath = began + BREATH.max(began.elapsed() * 20);
                }
                changed = head.changed() => match changed {
                    Ok(()) => wake = wake.min(breath),
                    // The store was closed.
                    Err(_) => break,
                },
                sent = self.post.returned() => {
                    let now = (self.clock)();
                    if let Some(at) = self.post.take_back(sent, now).await? {
                        let after = at.saturating_sub(now).max(0).unsigned_abs();
                        wake = wake.min(Instant::now() + Duration::from_millis(after));
                    }
                }
            }
        }
        self.post.settle((self.clock)()).await.map(drop)
    }
}
