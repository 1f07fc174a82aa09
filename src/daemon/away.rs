//! Tells of watched folders that are out of reach, by the alerts that tell of reports.

use crate::config::Folder;
use crate::intake::{FolderState, FolderStatus};
use crate::model::{AlertKind, Words};
use crate::store::{Store, StoreError, Trouble};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How often the folders are looked at.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// Which folders are away, since when, and of which somebody was told.
pub(super) struct Away {
    store: Store,
    grace: BTreeMap<String, Duration>,
    since: BTreeMap<String, Instant>,
    told: BTreeSet<String>,
}

impl Away {
    /// Takes up the cases that an earlier run left open; those about folders that are no longer
    /// configured resolve.
    pub async fn take_up(store: Store, folders: &[Folder]) -> Result<Self, StoreError> {
        let grace: BTreeMap<String, Duration> =
            folders.iter().map(|folder| (folder.name.clone(), folder.away_grace)).collect();
        let open = store.troubled(AlertKind::FolderAway)?;
        let (told, gone): (BTreeSet<String>, BTreeSet<String>) =
            open.into_iter().partition(|name| grace.contains_key(name));
        let mut away = Away { store, grace, since: BTreeMap::new(), told };
        for name in gone {
            away.report(name, None).await?;
        }
        Ok(away)
    }

    /// Compares how the folders stand with what was told.
    pub async fn look(&mut self, folders: Vec<FolderStatus>) -> Result<(), StoreError> {
        for folder in folders {
            let FolderStatus { name, path, state, .. } = folder;
            let FolderState::Unavailable(why) = state else {
                self.since.remove(&name);
                if self.told.contains(&name) {
                    self.report(name, None).await?;
                }
                continue;
            };
            let since = *self.since.entry(name.clone()).or_insert_with(Instant::now);
            let grace = self.grace.get(&name).copied().unwrap_or_default();
            if since.elapsed() >= grace && !self.told.contains(&name) {
                let path = path.display();
                let what = Words::new(
                    format!("监测文件夹“{name}”连不上，其中的报告收不到：{}（{path}）", why.zh),
                    format!("watched folder “{name}” cannot be reached: {} ({path})", why.en),
                );
                self.report(name, Some(what)).await?;
            }
        }
        Ok(())
    }

    /// What cannot be recorded now, on a full disk, is tried again at the next look.
    async fn report(&mut self, name: String, what: Option<Words>) -> Result<(), StoreError> {
        let (kind, at, away) = (AlertKind::FolderAway, super::clock::now(), what.is_some());
        match self.store.trouble(Trouble { kind, name: name.clone(), what, at }).await {
            Err(fatal @ StoreError::Fatal(_)) => return Err(fatal),
            Err(other) => tracing::debug!(name, %other, "trouble not recorded"),
            Ok(()) if away => drop(self.told.insert(name)),
            Ok(()) => drop(self.told.remove(&name)),
        }
        Ok(())
    }
}
