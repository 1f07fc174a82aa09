//! The alert channels of the settings, for the dispatcher and for whoever tries one.

use super::clock;
use crate::alert::{self, Channel, Sent};
use crate::config::Settings;
use crate::grpc;
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By name.
pub(super) struct Channels(BTreeMap<String, Arc<dyn Channel>>);

impl Channels {
    pub fn of(settings: &Settings, store: &Store) -> Self {
        // The epoch changes with the journal, so that ids counted anew are not taken for known ones.
        let source = format!("urn:nianbao:{:x}", store.epoch());
        let channels = settings.channels.iter();
        Channels(channels.map(|one| (one.name.clone(), alert::channel(one, &source))).collect())
    }

    pub fn by_name(&self) -> BTreeMap<String, Arc<dyn Channel>> {
        self.0.clone()
    }
}

impl grpc::Channels for Channels {
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
