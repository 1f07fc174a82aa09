//! An alert: one case that opens, is updated, and resolves; and the outbox rows that tell it.

use super::{Millis, SubmissionId, Words};
use serde::{Deserialize, Serialize};

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A report was returned.
    Returned,
    /// A file could not be read.
    Unreadable,
    /// A watched folder cannot be reached.
    FolderAway,
    /// Messages of an alert channel do not get through.
    ChannelFailing,
}

impl AlertKind {
    pub fn name(self) -> &'static str {
        match self {
            AlertKind::Returned => "returned",
            AlertKind::Unreadable => "unreadable",
            AlertKind::FolderAway => "folder_away",
            AlertKind::ChannelFailing => "channel_failing",
        }
    }
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

/// One case per unit and year (or per file while those are unknown): it opens when a submission is
/// returned or unreadable, is updated by the next bad revision, and resolves by a better one. And one
/// per folder or channel in trouble, which resolves when the trouble is over.
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
    /// The submission the case now speaks of; 0, which is none, for a folder or channel in trouble.
    pub submission: SubmissionId,
    /// One line for a supervisor.
    pub summary: Words,
    pub opened_at: Millis,
    pub updated_at: Millis,
    pub resolved_at: Option<Millis>,
    pub acknowledged: Option<Acknowledgement>,
}

/// Which turn of a case a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Opened,
    Updated,
    Resolved,
}

/// One message waiting for one channel. Born in the commit that made it true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Constant over retries; a receiver drops what it has seen: `a<alert>-<seq>-<channel>`.
    pub dedupe_id: String,
    pub channel: String,
    pub phase: Phase,
    pub alert: Alert,
    /// Not before this time.
    pub due_at: Millis,
    /// Sends tried so far.
    pub attempts: u32,
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
    /// Never try again: the receiver refused for good, or the attempts are used up.
    GivenUp {
        error: String,
    },
}
