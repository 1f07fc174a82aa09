//! The life of the process: configure → build → run → drain. Contains no business rule.

mod clock;
mod crew;
mod error;
mod log;

mod signals;

pub use error::DaemonError;
pub use log::start as start_log;

use crate::alert::{self, Dispatcher, Schedule};
use crate::config::Settings;
use crate::pipeline::{self, Jail};
use crate::store::{Opened, Store, StoreOptions};
use crew::Crew;
use signals::Signals;
use std::net::SocketAddr;
use std::sync::Arc;

/// sled's page cache, bytes: the index of a county's reports of many years fits into it.
const CACHE_BYTES: u64 = 64 << 20;

/// What to tell the operator once everything runs.
pub struct Ready<'a> {
    pub settings: &'a Settings,
    pub opened: Opened,
    /// Where the API really listens (a configured port 0 is chosen by the system).
    pub grpc: SocketAddr,
}

/// Builds the store's index anew from its journal. No daemon may be running.
pub fn rebuild(settings: &Settings) -> Result<Opened, DaemonError> {
    Ok(Store::rebuild(&store_options(settings))?)
}

/// The store's options of a configuration.
fn store_options(settings: &Settings) -> StoreOptions {
    StoreOptions {
        dir: settings.data.clone(),
        channels: settings.channels.iter().map(|channel| channel.name.clone()).collect(),
        cache_bytes: CACHE_BYTES,
    }
}

/// Runs until a signal or a failure, then drains: intake first, then the workers, the alerts, the
/// API, each given the time that is left of the grace. `announce` is called once all run.
pub async fn run(settings: Settings, announce: impl FnOnce(&Ready)) -> Result<(), DaemonError> {
    let settings = Arc::new(settings);
    let mut signals = Signals::listen()?;
    make_own_folders(&settings)?;
    let options = store_options(&settings);
    let (store, opened) = tokio::task::spawn_blocking(move || Store::open(&options))
        .await
        .map_err(DaemonError::lost)??;
    let program = std::env::current_exe().map_err(DaemonError::Start)?;
    let jail = Jail::new(program, settings.workers, settings.limits.clone());

    let mut crew = Crew::new(settings.grace);
    let work = crew.stage("workers");
    crew.spawn(pipeline::work(store.clone(), jail.clone(), Arc::clone(&settings), work));
    let alerts = crew.stage("alerts");
    crew.spawn(dispatcher(&store, &settings).run(alerts));

    announce(&Ready { settings: &settings, opened, grpc: settings.grpc.listen });
    let ended = crew.run(&mut signals).await;
    jail.shutdown().await;
    let closed = tokio::task::spawn_blocking(move || store.close()).await;
    ended?;
    closed.map_err(DaemonError::lost)??;
    tracing::info!("stopped");
    Ok(())
}

/// Folders inside the data directory are the program's to make. Others are not: where a share is to
/// be mounted, an empty directory would be taken for an empty share.
fn make_own_folders(settings: &Settings) -> Result<(), DaemonError> {
    for folder in settings.folders.iter().filter(|f| f.path.starts_with(&settings.data)) {
        fs_err::create_dir_all(&folder.path).map_err(DaemonError::Start)?;
    }
    Ok(())
}

fn dispatcher(store: &Store, settings: &Settings) -> Dispatcher {
    // The epoch changes with the journal, so that ids counted anew are not taken for known ones.
    let source = format!("urn:nianbao:{:x}", store.epoch());
    let channels = settings
        .channels
        .iter()
        .map(|channel| (channel.name.clone(), alert::channel(channel, &source)))
        .collect();
    let options = alert::Options { channels, schedule: Schedule::standard(), clock: clock::now };
    Dispatcher::new(store.clone(), options)
}
