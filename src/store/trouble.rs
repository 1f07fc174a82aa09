//! Cases about what the daemon depends on: a watched folder that is away, a channel whose messages do
//! not get through. They open and resolve like those about reports and go out by the same outbox.

use super::index::{View, number};
use super::keys::{self, Message, table};
use super::records::Step;
use super::{Change, StoreError, Trouble};
use crate::model::{
    Alert, AlertKind, AlertState, Body, OutboxItem, Phase, Policy, Recipient, Words,
};

/// The record of a change for better or worse; none where the case stands so already.
pub(super) fn report(
    view: &View,
    seq: u64,
    policy: &Policy,
    trouble: Trouble,
) -> Result<Option<Step>, StoreError> {
    let Trouble { kind, name, what, at } = trouble;
    let open = match number(view, &keys::trouble(kind, &name))? {
        0 => None,
        id => view.row::<Alert>(&keys::id(table::ALERT, id))?,
    };
    let (alert, phase) = match (open, what) {
        (None, None) | (Some(_), Some(_)) => return Ok(None),
        (None, Some(what)) => (opened(seq, kind, &name, what, at), Phase::Opened),
        (Some(open), None) => {
            let over = Alert {
                state: AlertState::Resolved,
                summary: over(kind, &name),
                updated_at: at,
                resolved_at: Some(at),
                ..open
            };
            (over, Phase::Resolved)
        }
    };
    let mut step = Step::new(seq, at, Change::Alerted(alert.id));
    step.outbox = policy
        .tell(&alert, phase, at)
        .into_iter()
        .map(|Recipient { channel, due_at }| OutboxItem {
            dedupe_id: Message { alert: alert.id, seq, channel: &channel }.dedupe_id(),
            channel,
            body: Body::Case { phase, alert: Box::new(alert.clone()) },
            due_at,
            attempts: 0,
        })
        .collect();
    step.alerts = vec![alert];
    Ok(Some(step))
}

/// What the open cases of a kind are about.
pub(super) fn open(view: &View, kind: AlertKind) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for (_, id) in view.scan(&[table::TROUBLE], &[], usize::MAX)? {
        let alert = view.row::<Alert>(&keys::id(table::ALERT, keys::number(&id, 0)))?;
        names.extend(alert.filter(|alert| alert.kind == kind).and_then(|alert| alert.about));
    }
    names.sort();
    Ok(names)
}

fn opened(seq: u64, kind: AlertKind, name: &str, what: Words, at: i64) -> Alert {
    Alert {
        id: seq,
        kind,
        state: AlertState::Firing,
        unit: None,
        year: None,
        about: Some(name.to_string()),
        submission: 0,
        summary: what,
        opened_at: at,
        updated_at: at,
        resolved_at: None,
        acknowledged: None,
        silenced: None,
        reminded_at: None,
        reminders: 0,
        escalated_at: None,
    }
}

fn over(kind: AlertKind, name: &str) -> Words {
    match kind {
        AlertKind::ChannelFailing => Words::new(
            format!("提醒渠道“{name}”已恢复"),
            format!("alert channel “{name}” works again"),
        ),
        AlertKind::DiskLow => Words::new(
            format!("数据目录所在的磁盘空间已够用（{name}）"),
            format!("the disk of the data directory has room again ({name})"),
        ),
        _ => Words::new(
            format!("监测文件夹“{name}”已恢复，期间放入的文件照常收取"),
            format!("watched folder “{name}” is back; what was dropped meanwhile is taken"),
        ),
    }
}
