//! The roster while the daemon runs: a changed file is noticed, takes the place of the one in use, and the
//! reports it concerns are judged again.

use super::{DaemonError, clock};
use crate::config::{LiveRoster, Problem, Seen};
use crate::model::{Roster, RosterChange, Stage, SubmissionId, Unit};
use crate::store::{Filter, Store, StoreError};
use fs_err as fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often the file is looked at. A file is taken once two looks saw the same: what is half written
/// when it is looked at is another one the next time.
const EVERY: Duration = Duration::from_secs(2);

/// Submissions put back between two looks at the index.
const BATCH: usize = 200;

/// The roster by which all that is on record was judged, kept in the data directory: what changed while
/// nobody was looking is noticed by it at the next start.
const JUDGED_BY: &str = "roster.json";

/// Watches the roster's file.
pub(super) struct Watch {
    store: Store,
    live: Option<LiveRoster>,
    kept: PathBuf,
    /// The roster by which all that is on record was judged; `None` without one.
    judged_by: Option<Arc<Roster>>,
}

impl Watch {
    pub fn new(store: Store, live: Option<LiveRoster>) -> Result<Watch, DaemonError> {
        let kept = store.dir().join(JUDGED_BY);
        let judged_by = kept_roster(&kept).map_err(DaemonError::Start)?.map(Arc::new);
        Ok(Watch { store, live, kept, judged_by })
    }

    /// Looks at the file until `stop`, and at once on SIGHUP. An error means that the store failed.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), DaemonError> {
        let mut told = signal(SignalKind::hangup()).map_err(DaemonError::Start)?;
        let mut look = tokio::time::interval(EVERY);
        let mut before = None;
        loop {
            let at_once = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = told.recv() => true,
                _ = look.tick() => false,
            };
            let seen = self.seen().await?;
            let settled = seen.is_some() && seen == before;
            before = seen;
            if let Some(live) = self.live.clone().filter(|_| at_once || settled) {
                reload(&live, at_once).await;
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                done = self.judge_again() => done?,
            }
        }
    }

    /// The mark of a file that is not the one in use.
    async fn seen(&self) -> Result<Option<String>, DaemonError> {
        let Some(live) = self.live.clone() else { return Ok(None) };
        let looked = tokio::task::spawn_blocking(move || live.look()).await;
        match looked.map_err(DaemonError::lost)? {
            Seen::Known => Ok(None),
            Seen::New(mark) => Ok(Some(mark)),
        }
    }

    /// Puts back into the queue what the roster in use concerns more than the one it was judged by. Left
    /// at any point, it is begun anew.
    async fn judge_again(&mut self) -> Result<(), DaemonError> {
        let now = self.live.as_ref().map(LiveRoster::now);
        let known = match (&now, &self.judged_by) {
            (Some(now), Some(before)) => Arc::ptr_eq(now, before) || now.units() == before.units(),
            (None, None) => true,
            _ => false,
        };
        if known {
            return Ok(());
        }
        self.store.set_policy(self.store.policy().with_roster(now.clone()));
        let count = match requeue(&self.store, self.judged_by.clone(), now.clone()).await {
            Ok(count) => count,
            Err(StoreError::NoRoom(why)) => {
                tracing::warn!(why = why.en, "名册已变，等待磁盘空间后重新核对 · waiting for room");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        tracing::info!(count, "名册已变，重新核对有关报告 · judged again by the changed roster");
        let (kept, roster) = (self.kept.clone(), now.clone());
        let keeping = tokio::task::spawn_blocking(move || keep(&kept, roster.as_deref())).await;
        match keeping.map_err(DaemonError::lost)? {
            Ok(()) => {}
            // At the next start the same are judged once more.
            Err(error) => tracing::warn!(%error, "名册的副本未能保存 · its copy was not kept"),
        }
        self.judged_by = now;
        Ok(())
    }
}

/// Has the file take its place, and says what came of it.
async fn reload(live: &LiveRoster, asked: bool) {
    let path = live.path().display();
    match live.reload(clock::now()).await {
        Some(Ok(roster)) => {
            let units = roster.units().len();
            tracing::info!(%path, units, "已改用新名册 · the roster was read anew");
        }
        Some(Err(problems)) => {
            let all: Vec<String> = problems.iter().map(told).collect();
            let count = problems.len();
            tracing::error!(
                %path,
                count,
                "新名册有问题，仍用原名册 · the new roster cannot be used, the one in use stays:\n{}",
                all.join("\n")
            );
        }
        None if asked => tracing::info!(%path, "名册没有变化 · the roster is the same"),
        None => {}
    }
}

fn told(problem: &Problem) -> String {
    problem.line().both()
}

/// Puts back every current report that the change concerns; how many.
async fn requeue(
    store: &Store,
    before: Option<Arc<Roster>>,
    after: Option<Arc<Roster>>,
) -> Result<usize, StoreError> {
    let ids = {
        let store = store.clone();
        let found = tokio::task::spawn_blocking(move || {
            concerned(&store, before.as_deref(), after.as_deref())
        });
        found
            .await
            .map_err(|e| StoreError::Fatal(format!("a look at the index panicked: {e}")))??
    };
    for some in ids.chunks(BATCH) {
        // All at once: they share fsyncs instead of waiting for one each.
        let mut under_way = JoinSet::new();
        for id in some {
            let (store, id) = (store.clone(), *id);
            under_way.spawn(async move { store.requeue(id, clock::now()).await });
        }
        while let Some(done) = under_way.join_next().await {
            match done.map_err(|e| StoreError::Fatal(format!("a recheck panicked: {e}")))? {
                // Something newer took its place meanwhile, or it waits already.
                Ok(()) | Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(ids.len())
}

/// Current reports of whom the roster says something else now. One that waits to be judged anyway is
/// judged by the roster in use.
fn concerned(
    store: &Store,
    before: Option<&Roster>,
    after: Option<&Roster>,
) -> Result<Vec<SubmissionId>, StoreError> {
    let change = RosterChange::new(before, after);
    let filter = Filter { current_only: true, stage: Some(Stage::Judged), ..Filter::default() };
    let (mut ids, mut below) = (Vec::new(), None);
    loop {
        let page = store.list(&filter, below, BATCH)?;
        for row in &page.items {
            let names = row.unit.iter().chain(&row.declared.unit);
            if names.into_iter().any(|name| change.concerns(name)) {
                ids.push(row.id);
            }
        }
        match page.next {
            Some(next) => below = Some(next),
            None => return Ok(ids),
        }
    }
}

/// The roster that was kept; one that cannot be made out counts as none, and all is judged again.
fn kept_roster(path: &Path) -> std::io::Result<Option<Roster>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let units: Option<Vec<Unit>> = serde_json::from_slice(&bytes).ok();
    Ok(units.and_then(|units| Roster::new(units).ok()))
}

/// Keeps a copy of the roster, or of there being none: whole or not at all.
fn keep(path: &Path, roster: Option<&Roster>) -> std::io::Result<()> {
    let Some(roster) = roster else { return fs::remove_file(path) };
    let new = path.with_extension("json.new");
    let mut file = fs::File::create(&new)?;
    file.write_all(&serde_json::to_vec(roster.units())?)?;
    file.sync_all()?;
    fs::rename(&new, path)
}
