//! The outbox told to supervisors: a dispatcher, a pure retry decision, and one file per kind of
//! channel.
//!
//! Invariants: at least once, always under the same id; what came of a send is recorded before
//! the next message of the same case goes out; a channel that fails or hangs never holds up another.

mod dispatcher;
mod log;
mod retry;
mod webhook;

pub use dispatcher::{Dispatcher, Options};
pub use retry::{Schedule, Sent};

use crate::config::{self, ChannelKind};
use crate::model::{Millis, OutboxItem};
use std::sync::Arc;

/// A way to tell somebody.
pub trait Channel: Send + Sync {
    /// Sends one message and says what the receiver made of it. Blocks, for at most half a minute.
    fn send(&self, item: &OutboxItem, now: Millis) -> Sent;
}

/// The channel of a setting. `source` names this site's journal in every message: see
/// [`crate::render::cloud_event`].
pub fn channel(settings: &config::Channel, source: &str) -> Arc<dyn Channel> {
    match &settings.kind {
        ChannelKind::Log => Arc::new(log::Log),
        ChannelKind::Webhook { url, secret, timeout } => {
            Arc::new(webhook::Webhook::new(url, secret.clone(), *timeout, source))
        }
    }
}
