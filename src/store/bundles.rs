//! Several messages of a channel made into one: what people are told at one time, or what waited while
//! a receiver was down.
//!
//! Invariants: a bundle is in the journal before it is sent and never changes afterwards, so that a
//! crash around the send gives at most the same message under the same id; a case that a bundle still
//! on its way tells of is told by no other message before it; nobody is told that a case resolved who
//! was not told that it opened.

use super::index::View;
use super::keys::{self, Message, hash16, table};
use super::records::{Row, Step};
use super::{Change, Store, StoreError, decide};
use crate::model::{
    Alert, AlertState, Body, Bundle, Millis, OutboxItem, Phase, Policy, Telling, Words,
};
use std::collections::BTreeSet;

/// Turns in one bundle, and messages taken for it, at most; what is left makes the next one.
const TELLINGS: usize = 500;
const MESSAGES: usize = 4_000;
/// Keys read at a time.
const STEP: usize = 1_024;

/// What the messages of a channel are made into.
pub(super) struct Gather {
    pub channel: String,
    pub at: Millis,
    /// How the year stands, for the bundle.
    pub season: Vec<Words>,
}

impl Store {
    /// Takes the messages about cases that are due on a channel and were never tried out of the outbox
    /// and puts one bundle in, in one record; those of one case are condensed to how it now stands.
    /// `None` where there is nothing to tell.
    ///
    /// Nothing of the channel may be under way meanwhile but bundles.
    pub async fn bundle(
        &self,
        channel: &str,
        at: Millis,
        season: Vec<Words>,
    ) -> Result<Option<OutboxItem>, StoreError> {
        let gather = Gather { channel: channel.to_owned(), at, season };
        match self.commit(decide::Command::Gather(gather)).await? {
            decide::Answer::Gathered(item) => Ok(item.map(|item| *item)),
            _ => unreachable!("a gathering is answered with what was gathered"),
        }
    }
}

/// The record that makes a bundle; none where nothing is due.
pub(super) fn gather(
    view: &View,
    seq: u64,
    policy: &Policy,
    order: Gather,
) -> Result<Option<Step>, StoreError> {
    let Gather { channel, at, season } = order;
    let on_their_way = on_their_way(view, &channel)?;
    let (mut taken, mut tellings) = (Vec::new(), Vec::new());
    for case in due(view, &channel, at)? {
        if tellings.len() >= TELLINGS || taken.len() >= MESSAGES {
            break;
        }
        if on_their_way.contains(&case) {
            continue;
        }
        let thread = Message { alert: case, seq: 0, channel: &channel }.thread();
        let messages = messages(view, &thread)?;
        let now = view.row::<Alert>(&keys::id(table::ALERT, case))?;
        let hears = |alert: &Alert| {
            let told = policy.tell(alert, Phase::Opened, alert.opened_at);
            told.iter().any(|recipient| recipient.channel == channel)
        };
        let (ids, telling) = condense(&messages, at, now.as_ref(), hears);
        taken.extend(ids);
        tellings.extend(telling);
    }
    if taken.is_empty() {
        return Ok(None);
    }
    tellings.sort_by_key(|one: &Telling| Message::parse(&one.dedupe_id).map(|m| m.seq));
    let alerts = tellings.iter().map(|one| one.alert.id).collect();
    let mut step = Step::new(seq, at, Change::Bundled { channel: channel.clone(), alerts });
    step.sent = taken;
    if !tellings.is_empty() {
        step.outbox.push(OutboxItem {
            dedupe_id: Message { alert: 0, seq, channel: &channel }.dedupe_id(),
            channel,
            body: Body::Bundle(Bundle { at, tellings, season }),
            due_at: at,
            attempts: 0,
        });
    }
    Ok(Some(step))
}

/// Cases told by bundles of the channel that are not delivered yet.
fn on_their_way(view: &View, channel: &str) -> Result<BTreeSet<u64>, StoreError> {
    let bundles = messages(view, &Message { alert: 0, seq: 0, channel }.thread())?;
    Ok(bundles.iter().flat_map(OutboxItem::tellings).map(|one| one.alert.id).collect())
}

fn messages(view: &View, thread: &[u8]) -> Result<Vec<OutboxItem>, StoreError> {
    let rows = view.scan(thread, &[], usize::MAX)?;
    rows.iter().map(|(_, row)| OutboxItem::from_bytes(row)).collect()
}

/// Cases with a message for the channel that is due, by the time of the first.
fn due(view: &View, channel: &str, now: Millis) -> Result<Vec<u64>, StoreError> {
    let (prefix, channel) = ([table::DUE], hash16(channel));
    let (mut cases, mut seen) = (Vec::new(), BTreeSet::new());
    let mut from = prefix.to_vec();
    loop {
        let rows = view.scan(&prefix, &from, STEP)?;
        let Some((last, _)) = rows.last() else { return Ok(cases) };
        from = [&last[..], &[0]].concat();
        for (key, _) in rows {
            let Some(due) = keys::due_of(&key) else { continue };
            if due.at > now {
                return Ok(cases);
            }
            if due.channel == channel && due.alert != 0 && seen.insert(due.alert) {
                cases.push(due.alert);
            }
        }
    }
}

/// The messages of one case that are taken, and the one turn that is left to tell of them. `hears` says
/// whether the channel is told when such a case opens.
fn condense(
    messages: &[OutboxItem],
    now: Millis,
    alert: Option<&Alert>,
    hears: impl Fn(&Alert) -> bool,
) -> (Vec<String>, Option<Telling>) {
    let turn = |item: &OutboxItem| match &item.body {
        Body::Case { phase, .. } => Some(*phase),
        Body::Bundle(_) => None,
    };
    let ids = |items: &[OutboxItem]| items.iter().map(|item| item.dedupe_id.clone()).collect();
    let untried = |item: &&OutboxItem| item.attempts == 0;
    let due = messages.iter().take_while(|m| untried(m) && m.due_at <= now).count();
    let Some((first, last)) = messages[..due].first().zip(messages[..due].last()) else {
        return (Vec::new(), None);
    };
    let untold = turn(first) == Some(Phase::Opened);
    // It is over, and nobody heard that it began, though the word of its end is not due yet.
    let over = messages.last().is_some_and(|last| turn(last) == Some(Phase::Resolved));
    if untold && over && messages.iter().all(|message| untried(&message)) {
        return (ids(messages), None);
    }
    let Some(Telling { dedupe_id, alert: told, .. }) = last.tellings().pop() else {
        return (Vec::new(), None);
    };
    let phase = match (turn(first), turn(last)) {
        (Some(Phase::Opened), Some(Phase::Resolved)) => None,
        (Some(Phase::Opened), _) => Some(Phase::Opened),
        (Some(Phase::Escalated), Some(Phase::Resolved)) if !hears(&told) => None,
        (_, Some(Phase::Resolved)) => Some(Phase::Resolved),
        _ => messages[..due].iter().filter_map(turn).max_by_key(|phase| weight(*phase)),
    };
    // Who has taken it on, or wants quiet, is not reminded.
    let settled = |alert: &Alert| {
        alert.state == AlertState::Resolved
            || alert.acknowledged.is_some()
            || alert.silenced.as_ref().is_some_and(|silence| silence.until > now)
    };
    let reminds = |phase: &Phase| matches!(phase, Phase::Reminded | Phase::Escalated);
    let phase = phase.filter(|phase| !(reminds(phase) && alert.is_some_and(settled)));
    let telling = phase.map(|phase| Telling { dedupe_id, phase, alert: told });
    (ids(&messages[..due]), telling)
}

/// Which of several turns says what the others say as well.
fn weight(phase: Phase) -> u8 {
    match phase {
        Phase::Reminded => 0,
        Phase::Updated => 1,
        Phase::Escalated => 2,
        Phase::Opened | Phase::Resolved => 3,
    }
}
