//! An alert: one case that opens, is updated, and resolves; and the outbox rows that tell it.

use super::{Millis, SubmissionId, UnitYear, Words};
use serde::{Deserialize, Serialize};

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A report was returned.
    Returned,
    /// A file could not be read.
    Unreadable,
    /// A report is not there yet and its day comes near.
    DueSoon,
    /// A report is not there and its day is over.
    Overdue,
    /// A report was returned some days ago and nothing has come since.
    NotResent,
    /// What was handed in for one unit is the report of another.
    Misfiled,
    /// Nobody knows whose report it is: its unit cannot be read, or is not in the roster.
    Unlisted,
    /// A watched folder cannot be reached.
    FolderAway,
    /// Messages of an alert channel do not get through.
    ChannelFailing,
    /// The disk of the data directory is nearly full.
    DiskLow,
}

impl AlertKind {
    pub const ALL: [AlertKind; 10] = [
        AlertKind::Returned,
        AlertKind::Unreadable,
        AlertKind::DueSoon,
        AlertKind::Overdue,
        AlertKind::NotResent,
        AlertKind::Misfiled,
        AlertKind::Unlisted,
        AlertKind::FolderAway,
        AlertKind::ChannelFailing,
        AlertKind::DiskLow,
    ];

    /// It is about what the daemon depends on, not about anybody's report.
    pub fn is_trouble(self) -> bool {
        matches!(self, AlertKind::FolderAway | AlertKind::ChannelFailing | AlertKind::DiskLow)
    }

    /// What people call it.
    pub fn words(self) -> Words {
        match self {
            AlertKind::Returned => Words::new("退回", "returned"),
            AlertKind::Unreadable => Words::new("无法判读", "unreadable"),
            AlertKind::DueSoon => Words::new("临近时限未报", "due soon"),
            AlertKind::Overdue => Words::new("逾期未报", "overdue"),
            AlertKind::NotResent => Words::new("退回后未重报", "returned, not handed in again"),
            AlertKind::Misfiled => Words::new("疑似报错单位", "another unit's report"),
            AlertKind::Unlisted => Words::new("单位待确认", "unit to be confirmed"),
            AlertKind::FolderAway => Words::new("文件夹连不上", "folder out of reach"),
            AlertKind::ChannelFailing => Words::new("提醒渠道不通", "alert channel failing"),
            AlertKind::DiskLow => Words::new("磁盘将满", "disk nearly full"),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            AlertKind::Returned => "returned",
            AlertKind::Unreadable => "unreadable",
            AlertKind::DueSoon => "due_soon",
            AlertKind::Overdue => "overdue",
            AlertKind::NotResent => "not_resent",
            AlertKind::Misfiled => "misfiled",
            AlertKind::Unlisted => "unlisted",
            AlertKind::FolderAway => "folder_away",
            AlertKind::ChannelFailing => "channel_failing",
            AlertKind::DiskLow => "disk_low",
        }
    }
}

/// Whether a case that goes on as another kind asks for more than before: then who took it on for what it
/// was has not taken it on for what it is, and everything that waits for somebody starts anew.
pub fn graver(old: AlertKind, new: AlertKind) -> bool {
    let weight = |kind| match kind {
        AlertKind::DueSoon => 0,
        AlertKind::Returned | AlertKind::Unreadable | AlertKind::Misfiled | AlertKind::Unlisted => {
            1
        }
        AlertKind::Overdue | AlertKind::NotResent => 2,
        AlertKind::FolderAway | AlertKind::ChannelFailing | AlertKind::DiskLow => 3,
    };
    weight(new) > weight(old)
}

/// Whether the case is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Firing,
    Resolved,
}

/// Who took the case on, when, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub by: String,
    pub at: Millis,
    pub note: String,
}

/// Nobody is told of the case before a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    pub by: String,
    pub at: Millis,
    /// Told again, if it is still open, after this time.
    pub until: Millis,
    pub note: String,
}

/// One case per unit and year (or per file while those are unknown): it opens when a report does not
/// come, is returned or unreadable, is updated by what comes next, and resolves by a better revision.
/// And one per folder, channel or disk in trouble, which resolves when the trouble is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Number of the journal record that opened it.
    pub id: u64,
    pub kind: AlertKind,
    pub state: AlertState,
    pub unit: Option<String>,
    pub year: Option<i32>,
    /// Configured name of the folder or channel in trouble.
    pub about: Option<String>,
    /// The submission the case now speaks of; 0, which is none, where nothing has come and for a folder,
    /// channel or disk in trouble.
    pub submission: SubmissionId,
    /// One line for a supervisor.
    pub summary: Words,
    pub opened_at: Millis,
    pub updated_at: Millis,
    pub resolved_at: Option<Millis>,
    pub acknowledged: Option<Acknowledgement>,
    pub silenced: Option<Silence>,
    /// When it was last told again without anything new, and how often.
    pub reminded_at: Option<Millis>,
    pub reminders: u32,
    /// When those above were told, because nobody had taken it on.
    pub escalated_at: Option<Millis>,
}

/// Which turn of a case a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Opened,
    Updated,
    Resolved,
    /// Nothing new: it is still open and nobody has taken it on.
    Reminded,
    /// As that, to those above.
    Escalated,
}

impl Phase {
    /// The stable name used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Opened => "opened",
            Phase::Updated => "updated",
            Phase::Resolved => "resolved",
            Phase::Reminded => "reminded",
            Phase::Escalated => "escalated",
        }
    }

    pub fn words(self) -> Words {
        match self {
            Phase::Opened => Words::new("新提醒", "new"),
            Phase::Updated => Words::new("有更新", "updated"),
            Phase::Resolved => Words::new("已解除", "resolved"),
            Phase::Reminded => Words::new("仍未处理", "still open"),
            Phase::Escalated => Words::new("无人认领", "nobody has taken it on"),
        }
    }
}

/// One turn of one case, as it stood then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// Constant wherever this turn is told on this channel: [`OutboxItem::dedupe_id`] of the item it was
    /// born as.
    pub dedupe_id: String,
    pub phase: Phase,
    pub alert: Alert,
}

/// Several turns told together: a day's digest, or what waited for a receiver that was down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    pub at: Millis,
    /// In order of birth.
    pub tellings: Vec<Telling>,
    /// How the year stands, one line each; empty where nobody asked.
    pub season: Vec<Words>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    Case { phase: Phase, alert: Box<Alert> },
    Bundle(Bundle),
}

/// One message waiting for one channel. Born in the commit that made it true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Constant over retries; a receiver drops what it has seen: `a<alert>-<seq>-<channel>`, with alert 0
    /// for a bundle.
    pub dedupe_id: String,
    pub channel: String,
    pub body: Body,
    /// Not before this time.
    pub due_at: Millis,
    /// Sends tried so far.
    pub attempts: u32,
}

impl OutboxItem {
    /// Number of the case it tells of; 0 for a bundle.
    pub fn case(&self) -> u64 {
        match &self.body {
            Body::Case { alert, .. } => alert.id,
            Body::Bundle(_) => 0,
        }
    }

    /// The turns it tells.
    pub fn tellings(&self) -> Vec<Telling> {
        match &self.body {
            Body::Case { phase, alert } => vec![Telling {
                dedupe_id: self.dedupe_id.clone(),
                phase: *phase,
                alert: Alert::clone(alert),
            }],
            Body::Bundle(bundle) => bundle.tellings.clone(),
        }
    }
}

impl Alert {
    /// The unit and year for which nothing has come, where the case is about that.
    pub fn awaited(&self) -> Option<UnitYear> {
        let nothing = self.submission == 0 && self.about.is_none();
        let of = || Some(UnitYear { year: self.year?, unit: self.unit.clone()? });
        nothing.then(of).flatten()
    }

    /// The case as another kind. Where that is graver, nobody has taken it on yet.
    pub fn turned(self, kind: AlertKind) -> Alert {
        if !graver(self.kind, kind) {
            return Alert { kind, ..self };
        }
        Alert {
            kind,
            acknowledged: None,
            reminded_at: None,
            reminders: 0,
            escalated_at: None,
            ..self
        }
    }
}

/// What came of one send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub dedupe_id: String,
    pub at: Millis,
    pub result: DeliveryResult,
}

/// The dispatcher's judgement on a send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryResult {
    Delivered,
    /// Try again at the time given.
    Retry {
        due_at: Millis,
        error: String,
    },
    /// Never try again: the receiver refused this message, or all messages, for good.
    GivenUp {
        error: String,
    },
}

/// How an alert channel is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelStatus {
    pub name: String,
    /// Nothing gets through; `None` while it works.
    pub failing: Option<Failing>,
    /// Messages that are due and not delivered.
    pub waiting: usize,
    /// When the oldest of them was due.
    pub oldest_waiting: Option<Millis>,
    /// Since the start of the daemon.
    pub last_delivered: Option<Millis>,
}

/// Since when and why a channel gets nothing through. The words are the receiver's or the system's;
/// never a secret of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    pub since: Millis,
    pub next_try: Millis,
    /// Empty where it failed in an earlier run of the daemon only.
    pub error: String,
}
