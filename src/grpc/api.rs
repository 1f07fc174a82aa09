//! What the services work on: everything they need of the daemon, handed in.

use super::cursor::Cursor;
use super::errors;
use crate::config::Season;
use crate::edition::Editions;
use crate::model::{ChannelStatus, Declared, Millis, Trial, Words};
use crate::render::Letterhead;
use crate::store::{Store, StoreError};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// Reads and judges a file without keeping anything.
pub trait Examiner: Send + Sync + 'static {
    fn examine(
        &self,
        name: String,
        bytes: Vec<u8>,
        declared: Declared,
    ) -> Pin<Box<dyn Future<Output = Trial> + Send + '_>>;
}

/// The watched folders as the API shows them. Called where blocking is allowed.
pub trait Folders: Send + Sync + 'static {
    /// All folders, in the order configured.
    fn status(&self) -> Vec<FolderStatus>;
    /// What is known of a file.
    fn explain(&self, path: &Path) -> Explanation;
    /// Has one folder (or all) scanned soon; `None` when there is no such folder, else how many.
    fn rescan(&self, folder: Option<&str>) -> Option<u32>;
}

/// The ways to tell supervisors, as the API tries them.
pub trait Channels: Send + Sync + 'static {
    /// Their names, in order.
    fn names(&self) -> Vec<String>;
    /// Sends a test over one and says why it was not taken; `None` when there is no such channel.
    /// Blocks, for at most half a minute.
    fn test(&self, name: &str) -> Option<Result<(), String>>;
    /// How they are doing, by name; empty before the first message is looked for.
    fn status(&self) -> Vec<ChannelStatus>;
}

/// Whether a watched folder can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Not looked at yet.
    Starting,
    Online,
    /// Read, but not all of it, or not as configured.
    Degraded,
    Unavailable,
}

/// How a watched folder is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderStatus {
    pub name: String,
    pub path: PathBuf,
    pub state: FolderState,
    /// `native` or `poll`.
    pub method: String,
    /// Why this method, and what is wrong where something is.
    pub reason: Words,
    pub last_scan_at: Option<Millis>,
    /// Files seen and not taken yet.
    pub waiting: u32,
    /// Files that are not taken, or not for now, by their path below the folder, and why.
    pub problems: Vec<(String, Words)>,
    /// A trial folder: its files get a receipt and are not handed in.
    pub trial: bool,
    /// Receipts still to be written beside its files.
    pub receipts_owed: u32,
}

/// What is known of a file in a watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The folder and the path below it as the store writes them; `None` when it lies in no folder.
    pub place: Option<(String, String)>,
    /// What is seen and what happens next.
    pub words: Words,
    /// When it is looked at again at the latest.
    pub next_look: Option<Duration>,
}

/// Everything the services need.
#[derive(Clone)]
pub struct Api {
    pub store: Store,
    pub editions: Arc<Editions>,
    pub folders: Arc<dyn Folders>,
    pub examiner: Arc<dyn Examiner>,
    pub channels: Arc<dyn Channels>,
    /// What the site puts on its receipts.
    pub letterhead: Letterhead,
    /// What the ledger is worked out from besides the store.
    pub season: Season,
    pub clock: Arc<dyn Fn() -> Millis + Send + Sync>,
    pub started_at: Millis,
    pub bounds: Bounds,
}

/// What a client may ask of the server.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Largest message taken, bytes.
    pub max_message: usize,
    /// Largest file taken, bytes.
    pub max_upload: u64,
    /// How often an idle watch stream gets a checkpoint.
    pub checkpoint: Duration,
    /// How long an upload may pause between two pieces.
    pub upload_pause: Duration,
    /// How long a drain may take before connections are abandoned.
    pub grace: Duration,
}

impl Bounds {
    /// The bounds of the settings.
    pub fn of(grpc: &crate::config::Grpc, grace: Duration) -> Self {
        Bounds {
            max_message: grpc.max_message,
            max_upload: grpc.max_upload,
            checkpoint: Duration::from_secs(15),
            upload_pause: Duration::from_secs(30),
            grace,
        }
    }
}

/// Uploads being spooled at once; each holds a thread while it runs.
const UPLOADS: usize = 16;
/// Files checked at once; each is held in memory.
const CHECKS: usize = 4;

/// Channels tried at once; each holds a thread for as long as the receiver takes.
const TESTS: usize = 2;

/// The state all services share.
pub(super) struct Shared {
    pub(super) api: Api,
    /// Cancelled when the drain begins: streams end, waits give up.
    pub(super) drain: CancellationToken,
    pub(super) uploads: Semaphore,
    pub(super) checks: Semaphore,
    pub(super) tests: Semaphore,
}

impl Shared {
    pub(super) fn new(api: Api, drain: CancellationToken) -> Arc<Self> {
        let (uploads, checks) = (Semaphore::new(UPLOADS), Semaphore::new(CHECKS));
        let tests = Semaphore::new(TESTS);
        Arc::new(Shared { api, drain, uploads, checks, tests })
    }

    pub(super) fn now(&self) -> Millis {
        (self.api.clock)()
    }

    /// The newest there is.
    pub(super) fn head(&self) -> Cursor {
        Cursor { epoch: self.api.store.epoch(), seq: *self.api.store.head().borrow() }
    }

    /// Reads from the store on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Status> {
        let store = self.api.store.clone();
        blocking(move || read(&store)).await?.map_err(errors::store)
    }
}

/// Runs work that may block, unless its caller has gone (deadline, cancelled) before it starts.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Status> {
    let gone = Gone(Arc::new(AtomicBool::new(false)));
    let seen = gone.0.clone();
    let done =
        tokio::task::spawn_blocking(move || (!seen.load(Ordering::Relaxed)).then(work)).await;
    drop(gone);
    match done {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Status::cancelled("the caller has gone")),
        Err(error) => Err(errors::store_failed(&error)),
    }
}

/// Set when the future that waits is dropped.
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
