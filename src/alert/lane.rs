//! One channel's way out: what waits for it, whether it gets through, and how much it may be given.
//! Decides what is sent next; sends nothing.

use super::{Budget, Readers, Schedule};
use crate::model::{Body, Millis, OutboxItem};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// With more than this waiting after it was down, a program too is told of all in one message.
const BACKLOG: usize = 20;

/// What to do next on a channel.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Send(Box<OutboxItem>),
    /// Make what is due into one message.
    Gather,
    /// Nothing before this time, or before something happens.
    Wait(Option<Millis>),
}

/// Whether a channel gets through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Breaker {
    #[default]
    Closed,
    /// Nothing is tried but one message at a time, and none before `until`.
    Open { failures: u32, since: Millis, until: Millis, error: String },
}

pub(super) struct Lane {
    readers: Readers,
    at_once: usize,
    bucket: Bucket,
    pub breaker: Breaker,
    /// It was down, and what waited meanwhile is not all told.
    was_down: bool,
    /// Messages that go as they are: tried before, or bundles.
    again: Vec<OutboxItem>,
    /// Messages about cases that are due and were never tried, oldest first; at most one per case.
    fresh: VecDeque<OutboxItem>,
    /// When the next of those not due yet will be.
    later: Option<Millis>,
    /// By dedupe id. At most one per case, so that 已解除 never overtakes the message that opened it.
    pub under_way: BTreeMap<String, OutboxItem>,
    pub last_delivered: Option<Millis>,
}

impl Lane {
    pub fn new(readers: Readers, budget: Budget) -> Lane {
        Lane {
            readers,
            at_once: budget.at_once.max(1),
            bucket: Bucket::new(budget.per_minute),
            breaker: Breaker::Closed,
            was_down: false,
            again: Vec::new(),
            fresh: VecDeque::new(),
            later: None,
            under_way: BTreeMap::new(),
            last_delivered: None,
        }
    }

    /// Takes in what the outbox holds for it: the first message of each case, by due time.
    pub fn fill(&mut self, items: Vec<OutboxItem>, now: Millis) {
        self.again.clear();
        self.fresh.clear();
        self.later = None;
        let (again, cases): (Vec<_>, Vec<_>) = items
            .into_iter()
            .filter(|item| !self.under_way.contains_key(&item.dedupe_id))
            .partition(|item| item.attempts > 0 || matches!(item.body, Body::Bundle(_)));
        let bundles = again.iter().chain(self.under_way.values());
        let bundles = bundles.filter(|item| matches!(item.body, Body::Bundle(_)));
        let told: BTreeSet<u64> =
            bundles.flat_map(OutboxItem::tellings).map(|one| one.alert.id).collect();
        for item in cases {
            if item.due_at > now {
                self.later = Some(self.later.map_or(item.due_at, |at| at.min(item.due_at)));
            } else if !told.contains(&item.case()) {
                self.fresh.push_back(item);
            }
        }
        self.again = again;
    }

    /// What an earlier run left: with messages that were tried in vain, the channel is taken to fail.
    pub fn take_up(&mut self, schedule: &Schedule, now: Millis) {
        let tried = self.again.iter().filter(|item| item.attempts > 0 && !schedule.over(item));
        if let Some(last) = tried.max_by_key(|item| item.attempts) {
            let (failures, until) = (last.attempts, last.due_at);
            self.breaker = Breaker::Open { failures, since: now, until, error: String::new() };
        }
    }

    /// A bundle made of what was fresh; none where there was nothing to tell.
    pub fn gathered(&mut self, bundle: Option<OutboxItem>) {
        self.fresh.clear();
        self.again.extend(bundle);
    }

    /// What goes next. What it answers to send is taken to be under way.
    pub fn next(&mut self, schedule: &Schedule, now: Millis) -> Next {
        let empty_until = self.bucket.empty_until(now);
        if self.under_way.len() >= self.at_once {
            return Next::Wait(None);
        }
        let next = match &self.breaker {
            Breaker::Open { until, .. } if *until > now => Next::Wait(Some(*until)),
            Breaker::Open { .. } => self.probe(schedule),
            Breaker::Closed => self.due(now),
        };
        if let Next::Send(_) | Next::Gather = next
            && let Some(at) = empty_until
        {
            return Next::Wait(Some(at));
        }
        if let Next::Send(item) = &next {
            self.again.retain(|other| other.dedupe_id != item.dedupe_id);
            self.fresh.retain(|other| other.dedupe_id != item.dedupe_id);
            self.bucket.take();
            self.under_way.insert(item.dedupe_id.clone(), OutboxItem::clone(item));
        }
        next
    }

    /// While it fails: the one that was tried least, oldest first. Where all were tried as often as the
    /// schedule says, another one, so that no message which its receiver cannot take stops the others.
    fn probe(&self, schedule: &Schedule) -> Next {
        if !self.under_way.is_empty() {
            return Next::Wait(None);
        }
        let tried = self.again.iter().min_by_key(|item| (item.attempts, item.due_at));
        match (tried, self.fresh.front()) {
            (Some(tried), None) => send(tried),
            (Some(tried), _) if !schedule.over(tried) => send(tried),
            (_, Some(_)) if self.readers == Readers::People => Next::Gather,
            (_, Some(fresh)) => send(fresh),
            (None, None) => Next::Wait(self.later),
        }
    }

    fn due(&mut self, now: Millis) -> Next {
        let again = self.again.iter().min_by_key(|item| item.due_at);
        if let Some(item) = again.filter(|item| item.due_at <= now) {
            return send(item);
        }
        let later = again.map(|item| item.due_at).into_iter().chain(self.later).min();
        let Some(fresh) = self.fresh.front() else { return Next::Wait(later) };
        let backlog = self.was_down && self.fresh.len() > BACKLOG;
        if self.readers == Readers::People || backlog {
            // What is under way may be of the same cases.
            return if self.under_way.is_empty() { Next::Gather } else { Next::Wait(later) };
        }
        let next = send(fresh);
        self.was_down = false;
        next
    }

    /// It took a message.
    pub fn took(&mut self, now: Millis) {
        self.was_down |= self.breaker != Breaker::Closed;
        self.breaker = Breaker::Closed;
        self.last_delivered = Some(now);
    }

    /// It did not take this one; answers how many times in a row none got through.
    pub fn failed(
        &mut self,
        item: &OutboxItem,
        error: &str,
        retry_after: Option<Duration>,
        schedule: &Schedule,
        now: Millis,
    ) -> u32 {
        let (failures, since, until) = match &self.breaker {
            // Others get through: it goes on by itself.
            Breaker::Closed if schedule.over(item) => return 0,
            Breaker::Closed => (1, now, now),
            Breaker::Open { failures, since, until, .. } => match *until > now {
                // It was sent before another one of the same moment failed.
                true => (*failures, *since, *until),
                false => (failures.saturating_add(1), *since, now),
            },
        };
        let wait = match until > now {
            true => retry_after.unwrap_or_default().min(Schedule::LONGEST),
            false => schedule.wait(failures - 1, &item.dedupe_id, retry_after),
        };
        let until = until.max(now.saturating_add(wait.as_millis() as Millis));
        self.breaker = Breaker::Open { failures, since, until, error: error.to_owned() };
        failures
    }

    /// Messages that are due and not sent, and since when the oldest has been.
    pub fn backlog(&self, now: Millis) -> (usize, Option<Millis>) {
        let all = || self.again.iter().chain(&self.fresh).chain(self.under_way.values());
        let tried = |item: &&OutboxItem| item.attempts > 0 || item.due_at <= now;
        let born = |item: &OutboxItem| match &item.body {
            Body::Case { .. } => item.due_at,
            Body::Bundle(bundle) => bundle.at,
        };
        (all().filter(tried).count(), all().filter(tried).map(born).min())
    }
}

fn send(item: &OutboxItem) -> Next {
    Next::Send(Box::new(item.clone()))
}

/// A token bucket. A message is [`MESSAGE`] parts, of which `per_minute` come every millisecond.
struct Bucket {
    have: u64,
    most: u64,
    per_minute: u64,
    at: Option<Millis>,
}

const MESSAGE: u64 = 60_000;

/// Receivers that block at so few a minute must not be sent to at every restart of a loop of restarts.
const ROBOT: u32 = 60;

impl Bucket {
    /// An eighth of a minute's messages may come at once: with what flows in, that stays below the
    /// limits that the budgets are set four fifths of.
    fn new(per_minute: u32) -> Bucket {
        let most = u64::from(per_minute / 8).max(1) * MESSAGE;
        let have = if per_minute > ROBOT { MESSAGE } else { 0 };
        Bucket { have, most, per_minute: u64::from(per_minute.max(1)), at: None }
    }

    /// When there will be a message's worth; `None` where there is now.
    fn empty_until(&mut self, now: Millis) -> Option<Millis> {
        // A clock set back gives nothing and takes nothing.
        let passed = self.at.map_or(0, |at| now.saturating_sub(at).max(0)).unsigned_abs();
        self.at = Some(now);
        self.have = self.have.saturating_add(passed.saturating_mul(self.per_minute)).min(self.most);
        let lacks = MESSAGE.saturating_sub(self.have);
        (lacks > 0).then(|| now.saturating_add_unsigned(lacks.div_ceil(self.per_minute)))
    }

    fn take(&mut self) {
        self.have = self.have.saturating_sub(MESSAGE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages sent in a minute by somebody who has more than enough to send.
    fn in_a_minute(bucket: &mut Bucket, from: Millis) -> u32 {
        let mut sent = 0;
        for now in from..from + 60_000 {
            while bucket.empty_until(now).is_none() {
                bucket.take();
                sent += 1;
            }
        }
        sent
    }

    #[test]
    fn a_robot_that_blocks_at_twenty_a_minute_gets_fewer_in_any_minute() {
        let mut bucket = Bucket::new(16);
        assert_eq!(bucket.empty_until(0), Some(3_750), "nothing at once after a restart");
        assert!((15..20).contains(&in_a_minute(&mut bucket, 0)));
        // However long it was left in peace.
        let after_a_day = in_a_minute(&mut bucket, 86_400_000);
        assert!((16..20).contains(&after_a_day), "{after_a_day}");
    }

    #[test]
    fn a_clock_set_back_neither_gives_nor_stops_for_ever() {
        let mut bucket = Bucket::new(16);
        assert_eq!(bucket.empty_until(1_000_000), Some(1_003_750));
        assert_eq!(bucket.empty_until(0), Some(3_750));
        assert_eq!(bucket.empty_until(3_750), None);
    }

    #[test]
    fn a_program_is_told_at_once() {
        assert_eq!(Bucket::new(600).empty_until(7), None);
        assert_eq!(Bucket::new(u32::MAX).empty_until(7), None);
    }
}
