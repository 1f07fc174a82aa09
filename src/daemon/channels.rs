//! The alert channels of the settings, for the dispatcher and for whoever tries one.

use super::clock;
use crate::alert::{self, Board, Channel, Sent};
use crate::config::Settings;
use crate::grpc;
use crate::model::ChannelStatus;
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By name, and how they are doing.
pub(super) struct Channels(BTreeMap<String, Arc<dyn Channel>>, Board);

impl Channels {
    pub fn of(settings: &Settings, store: &Store) -> Self {
        // The epoch changes with the journal, so that ids counted anew are not taken for known ones.
        let source = format!("urn:nianbao:{:x}", store.epoch());
        let channels = settings.channels.iter();
        let channels = channels.map(|one| (one.name.clone(), alert::channel(one, &source)));
        Channels(channels.collect(), Board::default())
    }

    /// The same, with the board of whoever sends over them.
    pub fn with(self, board: Board) -> Self {
        Channels(self.0, board)
    }

    pub fn by_name(&self) -> BTreeMap<String, Arc<dyn Channel>> {
        self.0.clone()
    }
}

impl grpc::Channels for Channels {
    fn status(&self) -> Vec<ChannelStatus> {
        self.1.read()
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn test(&self, name: &str) -> Option<Result<(), String>> {
        let result = match self.0.get(name)?.test(clock::now()) {
            Sent::Accepted => Ok(()),
            Sent::Gone { error } | Sent::Refused { error } | Sent::Failed { error, .. } => {
                Err(error)
            }
        };
        match &result {
            Ok(()) => tracing::info!(channel = name, "测试提醒已发出 · test sent"),
            Err(error) => tracing::warn!(channel = name, error, "测试提醒未发出 · test not sent"),
        }
        Some(result)
    }
}
