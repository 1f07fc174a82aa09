//! The life of the process: configure → build → run → drain. Contains no business rule.

mod away;
mod channels;
mod clock;
mod crew;
mod digest;
mod enclosures;
mod error;
mod examiner;
mod folders;
mod keeper;
mod log;
mod receipts;
mod reminders;
mod roster;
mod signals;
mod trials;

pub use crate::store::{Damage, Opened};
pub use error::DaemonError;
pub use keeper::Keeper;
pub use log::start as start_log;
pub use reminders::Reminders;

use crate::alert::{self, Dispatcher, Schedule};
use crate::config::{LiveRoster, Season, Settings};
use crate::edition::Editions;
use crate::grpc::{self, Api, Bounds, Listeners};
use crate::intake::Intake;
use crate::pipeline::{self, Jail, LiveRecords};
use crate::render::Letterhead;
use crate::store::{Store, StoreOptions};
use channels::Channels;
use crew::Crew;
use examiner::Examiner;
use receipts::{Debts, Writer};
use signals::Signals;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

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

/// Runs until a signal or a failure, then drains: intake first, then the workers, the alerts, the
/// API, all within the grace. `announce` is called once all run.
pub async fn run(settings: Settings, announce: impl FnOnce(&Ready)) -> Result<(), DaemonError> {
    let settings = Arc::new(settings);
    let mut signals = Signals::listen()?;
    // First what may be refused: a port in use leaves no new data directory behind.
    let listeners = listeners(&settings).await?;
    let options = store_options(&settings);
    let opening = tokio::task::spawn_blocking(move || Store::open(&options));
    let (store, opened) = tokio::select! {
        opened = opening => opened.map_err(DaemonError::lost)??,
        // A long journal may take its time. Left at any point, opening begins anew at the next start.
        name = signals.next() => {
            tracing::info!(signal = name, "打开存储时被停止 · stopped while opening the store");
            return Ok(());
        }
    };
    tracing::info!(
        replayed = opened.replayed,
        rebuilt = opened.rebuilt,
        cut = opened.cut,
        damaged = opened.damaged_in_all,
        collected = opened.collected,
        dir = %settings.data.display(),
        "存储已打开 · store open"
    );
    let grpc = listeners.public.local_addr().map_err(DaemonError::Start)?;
    let program = std::env::current_exe().map_err(DaemonError::Start)?;
    let jail = Jail::new(
        program,
        settings.workers,
        settings.limits.clone(),
        settings.rules.clone(),
        &settings.forms,
    );

    let (crew, store) = start(&settings, store, jail.clone(), listeners)?;
    announce(&Ready { settings: &settings, opened, grpc });
    let ended = crew.run(&mut signals).await;
    jail.shutdown().await;
    let closed = tokio::task::spawn_blocking(move || store.close()).await;
    ended?;
    closed.map_err(DaemonError::lost)??;
    tracing::info!("已停止 · stopped");
    Ok(())
}

/// Starts every task, in the order in which they are stopped.
fn start(
    settings: &Arc<Settings>,
    store: Store,
    jail: Jail,
    listeners: Listeners,
) -> Result<(Crew, Store), DaemonError> {
    make_own_folders(settings)?;
    let mut crew = Crew::new(settings.grace);
    // A client or a share that hangs may not use up the others' time.
    let patience = settings.grace / 4;

    let stop = crew.stage("intake");
    let max_bytes = settings.limits.bytes;
    let roster = settings.roster.as_ref().map(|file| LiveRoster::new(file, clock::now()));
    let records = LiveRecords {
        store: store.clone(),
        roster: roster.clone(),
        utc_offset_minutes: settings.utc_offset_minutes,
    };
    let letterhead = letterhead(settings);
    let trials = trials::trials(jail.clone(), records.clone(), letterhead.clone());
    let here = Handle::current();
    let intake = Intake::start(&settings.folders, max_bytes, &store, &here, Some(trials))
        .map_err(|error| DaemonError::Start(io::Error::other(error)))?;
    let debts = Debts::default();
    let (folders, watch) =
        folders::pair(intake, store.clone(), &settings.folders, debts.clone(), patience);
    crew.spawn(watch.run(stop));

    let stop = crew.stage("roster");
    crew.spawn(roster::Watch::new(store.clone(), roster.clone())?.run(stop));

    let stop = crew.stage("workers");
    crew.spawn(pipeline::work(records.clone(), jail.clone(), Arc::clone(settings), stop));

    let stop = crew.stage("receipts");
    for writer in Writer::all(&settings.folders, &store, &letterhead, &debts) {
        crew.spawn(writer.run(stop.clone()));
    }

    let stop = crew.stage("alerts");
    let season = Season::of(settings, roster);
    let keeper = Keeper::new(store.clone(), season.clone(), settings.countdown.clone());
    crew.spawn(keeper.run(clock::now, stop.clone()));
    crew.spawn(Reminders { store: store.clone(), clock: clock::now }.run(stop.clone()));
    let channels = Channels::of(settings, &store);
    let dispatcher = dispatcher(&store, settings, &season, &channels);
    let channels = channels.with(dispatcher.board());
    crew.spawn(dispatcher.run(stop));

    let stop = crew.stage("api");
    let api = Api {
        store: store.clone(),
        editions: Arc::new(Editions::clone(&settings.forms)),
        folders: Arc::new(folders),
        examiner: Arc::new(Examiner { jail, records }),
        channels: Arc::new(channels),
        letterhead,
        season,
        clock: Arc::new(clock::now),
        started_at: clock::now(),
        bounds: Bounds::of(&settings.grpc, patience),
    };
    crew.spawn(async { grpc::serve(listeners, api, stop).await.map(drop) });
    Ok((crew, store))
}

/// What the site puts on its receipts.
fn letterhead(settings: &Settings) -> Letterhead {
    let Settings { issuer, lang, utc_offset_minutes, .. } = settings;
    Letterhead { issuer: issuer.clone(), lang: *lang, utc_offset_minutes: *utc_offset_minutes }
}

async fn listeners(settings: &Settings) -> Result<Listeners, DaemonError> {
    let public = listen(settings.grpc.listen).await?;
    let admin = match settings.grpc.admin {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    Ok(Listeners { public, admin })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, DaemonError> {
    TcpListener::bind(address).await.map_err(|error| DaemonError::Listen(address, error))
}

/// The store's options of a configuration.
fn store_options(settings: &Settings) -> StoreOptions {
    StoreOptions {
        dir: settings.data.clone(),
        policy: settings.policy(settings.roster.as_ref().map(|file| Arc::clone(&file.roster))),
        cache_bytes: CACHE_BYTES,
        min_free: settings.min_free,
    }
}

/// Folders inside the data directory are the program's to make. Others are not: where a share is to
/// be mounted, an empty directory would be taken for an empty share.
fn make_own_folders(settings: &Settings) -> Result<(), DaemonError> {
    for folder in settings.folders.iter().filter(|f| f.path.starts_with(&settings.data)) {
        fs_err::create_dir_all(&folder.path).map_err(DaemonError::Start)?;
    }
    Ok(())
}

fn dispatcher(
    store: &Store,
    settings: &Settings,
    season: &Season,
    channels: &Channels,
) -> Dispatcher {
    let options = alert::Options {
        season: digest::of(store, season, &settings.countdown),
        enclose: enclosures::of(store, letterhead(settings)),
        ..alert::Options::new(channels.by_name(), Schedule::standard())
    };
    Dispatcher::new(store.clone(), options, clock::now)
}
