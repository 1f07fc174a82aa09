//! What the outbox holds, sent step by step: a turn starts what is due, settling records what came of it.
//!
//! Has no clock and sleeps nowhere: whoever drives it says what time it is.

use super::{Channel, Enclosure, Letter, Schedule, Sent};
use crate::model::{AlertKind, Delivery, DeliveryResult, Millis, OutboxItem, SubmissionId, Words};
use crate::store::{Store, StoreError, Trouble};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};

/// How the year stands, one line each, for the digest of a channel at a time.
pub type Season = dyn Fn(&str, Millis) -> Vec<Words> + Send + Sync;

/// What goes along with a message that speaks of one submission. May block.
pub type Enclose = dyn Fn(SubmissionId) -> Vec<Enclosure> + Send + Sync;

/// What the post is told.
pub struct Options {
    /// By name, as in the outbox items.
    pub channels: BTreeMap<String, Arc<dyn Channel>>,
    pub schedule: Schedule,
    pub season: Arc<Season>,
    pub enclose: Arc<Enclose>,
}

impl Options {
    /// These channels, without lines on the season and without enclosures.
    pub fn new(channels: BTreeMap<String, Arc<dyn Channel>>, schedule: Schedule) -> Options {
        Options {
            channels,
            schedule,
            season: Arc::new(|_, _| Vec::new()),
            enclose: Arc::new(|_| Vec::new()),
        }
    }
}

/// Failures of one message after which its channel is said to fail: with the usual waits, a little
/// more than five minutes after the first.
const TELL_AFTER: u32 = 3;

/// Sends at once on one channel: a receiver is told quickly but not flooded.
const PER_CHANNEL: usize = 4;

/// Pending messages looked at in one go. With more than this, the later ones wait their turn.
const WINDOW: usize = 16_384;

/// A wait is cut into pieces of at most this, so that a clock set forward is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// A send that came to its end.
pub(super) type Returned = Result<(tokio::task::Id, Sent), JoinError>;

/// A channel and a case.
type Key = (String, u64);

/// All channels and what is on its way to them.
pub struct Post {
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
    taken_up: bool,
}

impl Post {
    pub fn new(store: Store, options: Options) -> Self {
        Post {
            store,
            options,
            waiting: BTreeMap::new(),
            sends: JoinSet::new(),
            under_way: BTreeMap::new(),
            tasks: BTreeMap::new(),
            failing: BTreeSet::new(),
            taken_up: false,
        }
    }

    /// Starts what is due at `now`, as much as may be under way at once; answers how long nothing more
    /// will be due.
    pub async fn turn(&mut self, now: Millis) -> Result<Duration, StoreError> {
        if !self.taken_up {
            self.take_up(now).await?;
            self.taken_up = true;
        }
        let wait = self.read(now).await?;
        self.start_waiting(now);
        Ok(wait)
    }

    /// Waits for one of the sends under way; for ever while there is none.
    pub(super) async fn returned(&mut self) -> Returned {
        match self.sends.join_next_with_id().await {
            Some(returned) => returned,
            None => std::future::pending().await,
        }
    }

    /// Records what came of a send and starts what may go next.
    pub(super) async fn take_back(
        &mut self,
        returned: Returned,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.record(returned, now).await?;
        self.start_waiting(now);
        Ok(())
    }

    /// Finishes the sends under way and records what came of them; answers how many there were.
    pub async fn settle(&mut self, now: Millis) -> Result<usize, StoreError> {
        let mut settled = 0;
        while let Some(done) = self.sends.join_next_with_id().await {
            self.record(done, now).await?;
            settled += 1;
        }
        Ok(settled)
    }

    /// Takes up the cases about channels that an earlier run left open; those about channels that are
    /// no longer configured resolve.
    async fn take_up(&mut self, now: Millis) -> Result<(), StoreError> {
        for name in self.store.troubled(AlertKind::ChannelFailing)? {
            match self.options.channels.contains_key(&name) {
                true => drop(self.failing.insert(name)),
                false => self.trouble(name, None, now).await?,
            }
        }
        Ok(())
    }

    /// Reads the outbox; answers how long nothing more will be due.
    async fn read(&mut self, now: Millis) -> Result<Duration, StoreError> {
        let store = self.store.clone();
        let read = tokio::task::spawn_blocking(move || store.due(Millis::MAX, WINDOW));
        let (pending, _) = read.await.map_err(|lost| StoreError::Fatal(lost.to_string()))??;
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
        self.close(ownerless, now).await?;
        Ok(wait)
    }

    /// A channel was taken out of the configuration: its messages go with it, due or not. All at
    /// once, so that they share fsyncs and keep the other channels waiting for no longer than those.
    async fn close(&self, ownerless: Vec<OutboxItem>, at: Millis) -> Result<(), StoreError> {
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
            let store = self.store.clone();
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
    fn start_waiting(&mut self, now: Millis) {
        let names: Vec<String> = self.waiting.keys().cloned().collect();
        for name in names {
            while self.under_way.keys().filter(|(channel, _)| *channel == name).count()
                < PER_CHANNEL
            {
                let Some(item) = self.waiting.get_mut(&name).and_then(VecDeque::pop_front) else {
                    break;
                };
                self.start(item, now);
            }
        }
    }

    fn start(&mut self, item: OutboxItem, now: Millis) {
        let channel = self.options.channels.get(&item.channel).cloned();
        let channel = channel.expect("only messages of configured channels wait");
        let (key, sent, enclose) = (key(&item), item.clone(), self.options.enclose.clone());
        let task = self.sends.spawn_blocking(move || {
            let enclosures = report(&sent).map(|id| enclose(id)).unwrap_or_default();
            channel.send(&Letter { item: sent, enclosures }, now)
        });
        self.tasks.insert(task.id(), key.clone());
        self.under_way.insert(key, item);
    }

    async fn record(&mut self, done: Returned, now: Millis) -> Result<(), StoreError> {
        let (id, sent) = done.unwrap_or_else(|lost| {
            (lost.id(), Sent::Failed { error: lost.to_string(), retry_after: None })
        });
        let key = self.tasks.remove(&id).expect("every send was entered when it was started");
        let item = self.under_way.remove(&key).expect("and its message with it");
        let result = self.options.schedule.decide(&item, sent, now);
        self.conclude(&item, result, now).await
    }

    /// Opens or resolves the case about the channel itself.
    async fn notice(
        &mut self,
        item: &OutboxItem,
        result: &DeliveryResult,
        now: Millis,
    ) -> Result<(), StoreError> {
        let name = item.channel.clone();
        let error = match result {
            DeliveryResult::Delivered if self.failing.contains(&name) => {
                return self.trouble(name, None, now).await;
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
        self.trouble(name, Some(what), now).await
    }

    /// What cannot be recorded now, on a full disk, is tried again after the next send.
    async fn trouble(
        &mut self,
        name: String,
        what: Option<Words>,
        at: Millis,
    ) -> Result<(), StoreError> {
        let (kind, fails) = (AlertKind::ChannelFailing, what.is_some());
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
        at: Millis,
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
        self.notice(item, &result, at).await?;
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

/// The one report that a message speaks of.
fn report(item: &OutboxItem) -> Option<SubmissionId> {
    match &item.tellings()[..] {
        [one] => Some(one.alert.submission).filter(|id| *id != 0),
        _ => None,
    }
}
