//! The outbox told to supervisors: a dispatcher around a post, one lane per channel, a pure retry
//! decision, and one file per kind of channel.
//!
//! Invariants: at least once, always under the same id; what came of a send is recorded before
//! the next message of the same case goes out; a channel that fails or hangs never holds up another;
//! a message that its receiver has not refused is never given up; people get what is due as one
//! message, never as many.

mod dingtalk;
mod dispatcher;
mod feishu;
mod http;
mod lane;
mod log;
mod post;
mod retry;
mod robot;
mod smtp;
mod webhook;
mod wecom;
mod wording;

pub use dispatcher::Dispatcher;
pub use post::{Board, Enclose, Options, Post, Season};
pub use retry::{Schedule, Sent};

use crate::config::{self, ChannelKind, Vendor};
use crate::model::{Millis, OutboxItem};
use std::sync::Arc;

/// What is sent: a message, and what goes along with it where the channel can carry it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub item: OutboxItem,
    /// The receipt of the report it speaks of, where it speaks of one only.
    pub enclosures: Vec<Enclosure>,
}

/// A file that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    pub file_name: String,
    /// MIME type, with its charset.
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Who reads what a channel tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// A program: each turn of each case is a message of its own.
    Programs,
    /// People: what is due at one time comes as one message.
    People,
}

/// How much a channel may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Messages a minute, kept below what the receiver blocks at.
    pub per_minute: u32,
    /// Sends under way at once.
    pub at_once: usize,
}

/// A way to tell somebody.
pub trait Channel: Send + Sync {
    fn readers(&self) -> Readers;

    fn budget(&self) -> Budget;

    /// Sends one message and says what the receiver made of it. Blocks, for at most half a minute.
    fn send(&self, letter: &Letter, now: Millis) -> Sent;

    /// Sends a message marked as a test, which tells of nothing.
    fn test(&self, now: Millis) -> Sent;
}

/// The channel of a setting. `source` names this site's journal in every message: see
/// [`crate::render::cloud_event`].
pub fn channel(settings: &config::Channel, source: &str) -> Arc<dyn Channel> {
    match &settings.kind {
        ChannelKind::Log => Arc::new(log::Log),
        ChannelKind::Webhook { url, secret, timeout } => {
            Arc::new(webhook::Webhook::new(url, secret.clone(), *timeout, source))
        }
        ChannelKind::Smtp(smtp) => Arc::new(smtp::Mail::new(smtp, source)),
        ChannelKind::Robot(robot) => {
            let group: &'static dyn robot::Group = match robot.vendor {
                Vendor::WeCom => &wecom::WeCom,
                Vendor::DingTalk => &dingtalk::DingTalk,
                Vendor::Feishu => &feishu::Feishu,
            };
            Arc::new(robot::Robot::new(robot.clone(), group))
        }
    }
}
