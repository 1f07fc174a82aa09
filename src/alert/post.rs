//! What the outbox holds, sent step by step: a turn starts what is due, taking back records what came
//! of it.
//!
//! Has no clock and sleeps nowhere: whoever drives it says what time it is.

use super::lane::{Breaker, Lane, Next};
use super::{Channel, Enclosure, Letter, Schedule, Sent};
use crate::model::{
    AlertKind, ChannelStatus, Delivery, DeliveryResult, Failing, Millis, OutboxItem, SubmissionId,
    Words,
};
use crate::store::{Store, StoreError, Trouble};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
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

/// How the channels are doing, for whoever asks while the post is at work.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Vec<ChannelStatus>>>);

impl Board {
    /// All channels, by name; empty before the first turn.
    pub fn read(&self) -> Vec<ChannelStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, channels: Vec<ChannelStatus>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = channels;
    }
}

/// Failures in a row after which a channel is said to fail: with the usual waits, a little more than
/// five minutes after the first.
const TELL_AFTER: u32 = 3;

/// Pending messages looked at in one go. With more than this, the later ones wait their turn.
const WINDOW: usize = 16_384;

/// A wait is cut into pieces of at most this, so that a clock set forward is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// A send that came to its end.
pub(super) type Returned = Result<(tokio::task::Id, Sent), JoinError>;

/// All channels and what is on its way to them.
pub struct Post {
    store: Store,
    options: Options,
    lanes: BTreeMap<String, Lane>,
    sends: JoinSet<Sent>,
    /// Channel and dedupe id of what each of them sends.
    tasks: BTreeMap<tokio::task::Id, (String, String)>,
    /// Channels with an open case.
    failing: BTreeSet<String>,
    taken_up: bool,
    board: Board,
}

impl Post {
    pub fn new(store: Store, options: Options) -> Self {
        let lane = |channel: &Arc<dyn Channel>| Lane::new(channel.readers(), channel.budget());
        let lanes = options.channels.iter().map(|(name, c)| (name.clone(), lane(c))).collect();
        Post {
            store,
            options,
            lanes,
            sends: JoinSet::new(),
            tasks: BTreeMap::new(),
            failing: BTreeSet::new(),
            taken_up: false,
            board: Board::default(),
        }
    }

    pub fn board(&self) -> Board {
        self.board.clone()
    }

    /// Starts what is due at `now`, as much as the channels may be given; answers after how long there
    /// may be more, if nothing happens before.
    pub async fn turn(&mut self, now: Millis) -> Result<Duration, StoreError> {
        self.read(now).await?;
        if !self.taken_up {
            self.take_up(now).await?;
            self.taken_up = true;
        }
        let mut wait = LONGEST_SLEEP;
        let names: Vec<String> = self.lanes.keys().cloned().collect();
        for name in &names {
            if let Some(at) = self.work(name, now).await? {
                let until = Duration::from_millis(at.saturating_sub(now).max(0).unsigned_abs());
                wait = wait.min(until);
            }
        }
        self.show(now);
        Ok(wait)
    }

    /// Finishes the sends under way and records what came of them; answers how many there were.
    pub async fn settle(&mut self, now: Millis) -> Result<usize, StoreError> {
        let mut settled = 0;
        while let Some(returned) = self.sends.join_next_with_id().await {
            self.record(returned, now).await?;
            settled += 1;
        }
        self.show(now);
        Ok(settled)
    }

    /// Waits for one of the sends under way; for ever while there is none.
    pub(super) async fn returned(&mut self) -> Returned {
        match self.sends.join_next_with_id().await {
            Some(returned) => returned,
            None => std::future::pending().await,
        }
    }

    /// Records what came of a send and starts what may go next on that channel; answers when there
    /// may be more.
    pub(super) async fn take_back(
        &mut self,
        returned: Returned,
        now: Millis,
    ) -> Result<Option<Millis>, StoreError> {
        let name = self.record(returned, now).await?;
        let next = self.work(&name, now).await?;
        self.show(now);
        Ok(next)
    }

    /// Takes up what an earlier run left: the cases about channels, of which those about channels that
    /// are no longer configured resolve, and what did not get through.
    async fn take_up(&mut self, now: Millis) -> Result<(), StoreError> {
        for name in self.store.troubled(AlertKind::ChannelFailing)? {
            match self.lanes.contains_key(&name) {
                true => drop(self.failing.insert(name)),
                false => self.trouble(name, None, now).await?,
            }
        }
        for lane in self.lanes.values_mut() {
            lane.take_up(&self.options.schedule, now);
        }
        Ok(())
    }

    /// Reads the outbox into the lanes.
    async fn read(&mut self, now: Millis) -> Result<(), StoreError> {
        let store = self.store.clone();
        let read = tokio::task::spawn_blocking(move || store.due(Millis::MAX, WINDOW));
        let (pending, _) = read.await.map_err(|lost| StoreError::Fatal(lost.to_string()))??;
        let mut by_channel: BTreeMap<String, Vec<OutboxItem>> = BTreeMap::new();
        for item in pending {
            by_channel.entry(item.channel.clone()).or_default().push(item);
        }
        for (name, lane) in &mut self.lanes {
            lane.fill(by_channel.remove(name).unwrap_or_default(), now);
        }
        self.close(by_channel, now).await
    }

    /// A channel was taken out of the configuration: its messages go with it, due or not. All at
    /// once, so that they share fsyncs and keep the other channels waiting for no longer than those.
    async fn close(
        &self,
        ownerless: BTreeMap<String, Vec<OutboxItem>>,
        at: Millis,
    ) -> Result<(), StoreError> {
        let mut closing = JoinSet::new();
        for (channel, items) in ownerless {
            tracing::error!(
                channel,
                messages = items.len(),
                "渠道已不在配置中，提醒不再发送 · alerts given up: the channel is not configured"
            );
            for OutboxItem { dedupe_id, .. } in items {
                let error = "the channel is no longer configured".to_string();
                let store = self.store.clone();
                let delivery =
                    Delivery { dedupe_id, at, result: DeliveryResult::GivenUp { error } };
                closing.spawn(async move { store.delivered(delivery).await });
            }
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

    /// Starts what may be sent on a channel now; answers when there may be more.
    async fn work(&mut self, name: &str, now: Millis) -> Result<Option<Millis>, StoreError> {
        loop {
            let Some(lane) = self.lanes.get_mut(name) else { return Ok(None) };
            match lane.next(&self.options.schedule, now) {
                Next::Wait(at) => return Ok(at),
                Next::Send(item) => self.start(*item, now),
                Next::Gather => {
                    let season = (self.options.season)(name, now);
                    let bundle = match self.store.bundle(name, now, season).await {
                        Err(fatal @ StoreError::Fatal(_)) => return Err(fatal),
                        Err(other) => {
                            tracing::warn!(channel = name, %other, "提醒未能汇总 · no digest made");
                            None
                        }
                        Ok(bundle) => bundle,
                    };
                    lane.gathered(bundle);
                }
            }
        }
    }

    fn start(&mut self, item: OutboxItem, now: Millis) {
        let channel = self.options.channels.get(&item.channel).cloned();
        let channel = channel.expect("every lane is a configured channel's");
        let key = (item.channel.clone(), item.dedupe_id.clone());
        let enclose = self.options.enclose.clone();
        let task = self.sends.spawn_blocking(move || {
            let enclosures = report(&item).map(|id| enclose(id)).unwrap_or_default();
            channel.send(&Letter { item, enclosures }, now)
        });
        self.tasks.insert(task.id(), key);
    }

    /// Answers on which channel it was.
    async fn record(&mut self, returned: Returned, now: Millis) -> Result<String, StoreError> {
        let (id, sent) = returned.unwrap_or_else(|lost| {
            (lost.id(), Sent::Failed { error: lost.to_string(), retry_after: None })
        });
        let (name, id) = self.tasks.remove(&id).expect("every send was entered at its start");
        let lane = self.lanes.get_mut(&name).expect("lanes are never taken away");
        let item = lane.under_way.remove(&id).expect("what is sent is under way");
        let schedule = &self.options.schedule;
        // What is to be told of the channel itself.
        let trouble = match &sent {
            Sent::Accepted => {
                lane.took(now);
                self.failing.contains(&name).then_some(None)
            }
            Sent::Failed { error, retry_after } => {
                let failures = lane.failed(&item, error, *retry_after, schedule, now);
                (failures >= TELL_AFTER).then(|| Some(failing(&name, error)))
            }
            Sent::Refused { error } | Sent::Gone { error } => Some(Some(failing(&name, error))),
        };
        if let Some(what) = trouble
            && self.failing.contains(&name) == what.is_none()
        {
            self.trouble(name.clone(), what, now).await?;
        }
        let result = self.options.schedule.decide(&item, sent, now);
        self.conclude(&item, result, now).await?;
        Ok(name)
    }

    /// Opens or resolves the case about a channel. What cannot be recorded now, on a full disk, is
    /// tried again after the next send.
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

    fn show(&self, now: Millis) {
        let status = |(name, lane): (&String, &Lane)| {
            let (waiting, oldest_waiting) = lane.backlog(now);
            let failing = match &lane.breaker {
                Breaker::Closed => None,
                Breaker::Open { since, until, error, .. } => {
                    Some(Failing { since: *since, next_try: *until, error: error.clone() })
                }
            };
            let last_delivered = lane.last_delivered;
            ChannelStatus { name: name.clone(), failing, waiting, oldest_waiting, last_delivered }
        };
        self.board.write(self.lanes.iter().map(status).collect());
    }
}

fn failing(name: &str, error: &str) -> Words {
    Words::new(
        format!("提醒渠道“{name}”发送失败，收不到提醒：{error}"),
        format!("alert channel “{name}” does not get through: {error}"),
    )
}

/// The one report that a message speaks of.
fn report(item: &OutboxItem) -> Option<SubmissionId> {
    match &item.tellings()[..] {
        [one] => Some(one.alert.submission).filter(|id| *id != 0),
        _ => None,
    }
}
