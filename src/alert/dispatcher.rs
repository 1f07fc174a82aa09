//! Sends what the outbox holds: sleeps until the next message is due or a commit brings one.

use super::{Channel, Letter, Schedule, Sent};
use crate::model::{AlertKind, Delivery, DeliveryResult, Millis, OutboxItem, Words};
use crate::store::{Store, StoreError, Trouble};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What the dispatcher is told.
pub struct Options {
    /// By name, as in the outbox items.
    pub channels: BTreeMap<String, Arc<dyn Channel>>,
    pub schedule: Schedule,
    /// Wall-clock time: due times outlive the process.
    pub clock: fn() -> Millis,
}

/// Failures of one message after which its channel is said to fail: with the usual waits, a little
/// more than five minutes after the first.
const TELL_AFTER: u32 = 3;

/// Sends at once on one channel: a receiver is told quickly but not flooded.
const PER_CHANNEL: usize = 4;

/// Pending messages looked at in one go. With more than this, the later ones wait their turn.
const WINDOW: usize = 16_384;

/// The outbox is not read again sooner than this, and never for more than a twentieth of the time:
/// in a burst every commit would have it read anew.
const BREATH: Duration = Duration::from_millis(50);

/// A wait is cut into pieces of at most this, so that a clock set forward is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// A channel and a case.
type Key = (String, u64);

/// The one task that sends.
pub struct Dispatcher {
    store: Store,
    options: Options,
    /// Messages that are due, oldest first, by channel; at most one per case.
    waiting: BTreeMap<String, VecDeque<OutboxItem>>,
    sends: JoinSet<Sent>,
    /// Messages under way: at most one per case, so that 已解除 never overtakes the message that
    /// opened it.
    under_way: BTreeMap<Key, OutboxItem>,
    tasks: BTreeMap<tokio::task::Id, Key>,
    /// Channels with an open case.
    failing: BTreeSet<String>,
}

impl Dispatcher {
    pub fn new(store: Store, options: Options) -> Self {
        Dispatcher {
            store,
            options,
            waiting: BTreeMap::new(),
            sends: JoinSet::new(),
            under_way: BTreeMap::new(),
            tasks: BTreeMap::new(),
            failing: BTreeSet::new(),
        }
    }

    /// Runs until `stop`, then finishes the sends under way and records what came of them. An error
    /// means that the store failed.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), StoreError> {
        self.take_up().await?;
        let mut head = self.store.head();
        let (mut wake, mut breath) = (Instant::now(), Instant::now());
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(wake) => {
                    head.borrow_and_update();
                    let began = Instant::now();
                    wake = began + self.read().await?;
                    breath = began + BREATH.max(began.elapsed() * 20);
                    self.start_waiting();
                }
                changed = head.changed() => match changed {
                    Ok(()) => wake = wake.min(breath),
                    // The store was closed.
                    Err(_) => break,
                },
                Some(done) = self.sends.join_next_with_id() => {
                    self.record(done).await?;
                    self.start_waiting();
                }
            }
        }
        while let Some(done) = self.sends.join_next_with_id().await {
            self.record(done).await?;
        }
        Ok(())
    }

    /// Takes up the cases about channels that an earlier run left open; those about channels that are
    /// no longer configured resolve.
    async fn take_up(&mut self) -> Result<(), StoreError> {
        for name in self.store.troubled(AlertKind::ChannelFailing)? {
            match self.options.channels.contains_key(&name) {
                true => drop(self.failing.insert(name)),
                false => self.trouble(name, None).await?,
            }
        }
        Ok(())
    }

    /// Reads the outbox; answers how long nothing more will be due.
    async fn read(&mut self) -> Result<Duration, StoreError> {
        let store = self.store.clone();
        let read = tokio::task::spawn_blocking(move || store.due(Millis::MAX, WINDOW));
        let (pending, _) = read.await.map_err(|lost| StoreError::Fatal(lost.to_string()))??;
        let now = (self.options.clock)();
        let mut wait = LONGEST_SLEEP;
        self.waiting.clear();
        let mut ownerless = Vec::new();
        // The store gives the first message of each case only, by due time.
        for item in pending {
            if !self.options.channels.contains_key(&item.channel) {
                ownerless.push(item);
            } else if item.due_at > now {
                wait = wait.min(Duration::from_millis((item.due_at - now).unsigned_abs()));
            } else if !self.under_way.contains_key(&key(&item)) {
                self.waiting.entry(item.channel.clone()).or_default().push_back(item);
            }
        }
        self.close(ownerless).await?;
        Ok(wait)
    }

    /// A channel was taken out of the configuration: its messages go with it, due or not. All at
    /// once, so that they share fsyncs and keep the other channels waiting for no longer than those.
    async fn close(&self, ownerless: Vec<OutboxItem>) -> Result<(), StoreError> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        ownerless.iter().for_each(|item| *counts.entry(&item.channel).or_default() += 1);
        for (channel, messages) in counts {
            tracing::error!(
                channel,
                messages,
                "渠道已不在配置中，提醒不再发送 · alerts given up: the channel is not configured"
            );
        }
        let mut closing = JoinSet::new();
        for OutboxItem { dedupe_id, .. } in ownerless {
            let error = "the channel is no longer configured".to_string();
            let (store, at) = (self.store.clone(), (self.options.clock)());
            let delivery = Delivery { dedupe_id, at, result: DeliveryResult::GivenUp { error } };
            closing.spawn(async move { store.delivered(delivery).await });
        }
        while let Some(closed) = closing.join_next().await {
            if let Err(fatal @ StoreError::Fatal(_)) =
                closed.map_err(|lost| StoreError::Fatal(lost.to_string()))?
            {
                return Err(fatal);
            }
        }
        Ok(())
    }

    /// Starts as many of the waiting messages as each channel may have under way.
    fn start_waiting(&mut self) {
        let names: Vec<String> = self.waiting.keys().cloned().collect();
        for name in names {
            while self.under_way.keys().filter(|(channel, _)| *channel == name).count()
                < PER_CHANNEL
            {
                let Some(item) = self.waiting.get_mut(&name).and_then(VecDeque::pop_front) else {
                    break;
                };
                self.start(item);
            }
        }
    }

    fn start(&mut self, item: OutboxItem) {
        let channel = self.options.channels.get(&item.channel).cloned();
        let channel = channel.expect("only messages of configured channels wait");
        let (key, now, sent) = (key(&item), (self.options.clock)(), item.clone());
        let letter = Letter { item: sent, enclosures: Vec::new() };
        let task = self.sends.spawn_blocking(move || channel.send(&letter, now));
        self.tasks.insert(task.id(), key.clone());
        self.under_way.insert(key, item);
    }

    async fn record(
        &mut self,
        done: Result<(tokio::task::Id, Sent), JoinError>,
    ) -> Result<(), StoreError> {
        let (id, sent) = done.unwrap_or_else(|lost| {
            (lost.id(), Sent::Failed { error: lost.to_string(), retry_after: None })
        });
        let key = self.tasks.remove(&id).expect("every send was entered when it was started");
        let item = self.under_way.remove(&key).expect("and its message with it");
        let result = self.options.schedule.decide(&item, sent, (self.options.clock)());
        self.conclude(&item, result).await
    }

    /// Opens or resolves the case about the channel itself.
    async fn notice(
        &mut self,
        item: &OutboxItem,
        result: &DeliveryResult,
    ) -> Result<(), StoreError> {
        let name = item.channel.clone();
        let error = match result {
            DeliveryResult::Delivered if self.failing.contains(&name) => {
                return self.trouble(name, None).await;
            }
            DeliveryResult::Retry { error, .. } if item.attempts + 1 >= TELL_AFTER => error,
            DeliveryResult::GivenUp { error } => error,
            _ => return Ok(()),
        };
        if self.failing.contains(&name) {
            return Ok(());
        }
        let what = Words::new(
            format!("提醒渠道“{name}”发送失败，收不到提醒：{error}"),
            format!("alert channel “{name}” does not get through: {error}"),
        );
        self.trouble(name, Some(what)).await
    }

    /// What cannot be recorded now, on a full disk, is tried again after the next send.
    async fn trouble(&mut self, name: String, what: Option<Words>) -> Result<(), StoreError> {
        let (kind, at, fails) = (AlertKind::ChannelFailing, (self.options.clock)(), what.is_some());
        match self.store.trouble(Trouble { kind, name: name.clone(), what, at }).await {
            Err(fatal @ StoreError::Fatal(_)) => return Err(fatal),
            Err(other) => tracing::debug!(name, %other, "trouble not recorded"),
            Ok(()) if fails => drop(self.failing.insert(name)),
            Ok(()) => drop(self.failing.remove(&name)),
        }
        Ok(())
    }

    async fn conclude(
        &mut self,
        item: &OutboxItem,
        result: DeliveryResult,
    ) -> Result<(), StoreError> {
        let (channel, id) = (&item.channel, &item.dedupe_id);
        match &result {
            DeliveryResult::Delivered => tracing::debug!(channel, id, "alert delivered"),
            DeliveryResult::Retry { due_at, error } => {
                let again = Timestamp::from_millisecond(*due_at).unwrap_or_default();
                let what = "提醒未送达，稍后再发 · alert not delivered, will try again";
                tracing::warn!(channel, id, %again, error, "{what}");
            }
            DeliveryResult::GivenUp { error } => {
                tracing::error!(channel, id, error, "提醒不再发送 · alert given up");
            }
        }
        self.notice(item, &result).await?;
        let at = (self.options.clock)();
        let delivery = Delivery { dedupe_id: item.dedupe_id.clone(), at, result };
        match self.store.delivered(delivery).await {
            Err(fatal @ StoreError::Fatal(_)) => Err(fatal),
            // Somebody else settled it meanwhile; there is nothing left to record.
            Err(other) => {
                tracing::debug!(channel, id, %other, "delivery not recorded");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

fn key(item: &OutboxItem) -> Key {
    (item.channel.clone(), item.case())
}
