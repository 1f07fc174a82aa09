//! What the API's tests share: a real store, a real socket, and stand-ins for what the daemon hands in.

#![allow(dead_code)] // each test binary uses its part

use crate::store_kit::{Home, verdict};
use nianbao::edition::Editions;
use nianbao::grpc::*;
use nianbao::model::Lang;
use nianbao::model::*;
use nianbao::proto::v1;
use nianbao::render::Letterhead;
use nianbao::store::Store;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt;

/// Far longer than anything here takes; a test that waits so long has failed.
pub const LONG: Duration = Duration::from_secs(30);

pub const MAX_UPLOAD: u64 = 4 << 20;

/// A served API.
pub struct House {
    pub home: Home,
    pub store: Store,
    pub channel: Channel,
    pub admin: Channel,
    pub shutdown: CancellationToken,
    pub served: JoinHandle<Result<Drained, ServeError>>,
    pub folders: Arc<Inbox>,
    pub clerk: Arc<Clerk>,
}

impl House {
    pub async fn open() -> House {
        House::with(Duration::from_secs(15), LONG).await
    }

    pub async fn with(checkpoint: Duration, grace: Duration) -> House {
        let home = Home::new();
        let store = home.open();
        let folders = Arc::new(Inbox::default());
        let clerk = Arc::new(Clerk { may_finish: Semaphore::new(Semaphore::MAX_PERMITS >> 1) });
        let api = Api {
            store: store.clone(),
            editions: Arc::new(Editions::embedded().clone()),
            folders: folders.clone(),
            examiner: clerk.clone(),
            channels: Arc::new(Pigeons),
            letterhead: Letterhead {
                issuer: Some("青禾县政务公开办公室".into()),
                lang: Lang::Zh,
                utc_offset_minutes: 480,
            },
            season: nianbao::config::Season::default(),
            clock: Arc::new(|| 30),
            started_at: 5,
            bounds: Bounds {
                max_message: 4 << 20,
                max_upload: MAX_UPLOAD,
                checkpoint,
                upload_pause: LONG,
                grace,
            },
        };
        let (public, channel) = listen().await;
        let (admin_listener, admin) = listen().await;
        let shutdown = CancellationToken::new();
        let listeners = Listeners { public, admin: Some(admin_listener) };
        let served = tokio::spawn(serve(listeners, api, shutdown.clone()));
        House { home, store, channel, admin, shutdown, served, folders, clerk }
    }

    /// Begins the drain and waits for its end.
    pub async fn end(self) -> Drained {
        self.shutdown.cancel();
        within(self.served).await.unwrap().unwrap()
    }
}

async fn listen() -> (TcpListener, Channel) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, Endpoint::from_shared(address).unwrap().connect_lazy())
}

/// Waits, but not for ever.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, future).await.expect("it took far too long")
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// A folder as the daemon would show it.
#[derive(Default)]
pub struct Inbox {
    pub rescans: Mutex<Vec<Option<String>>>,
}

impl Folders for Inbox {
    fn status(&self) -> Vec<FolderStatus> {
        vec![FolderStatus {
            name: "inbox".into(),
            path: "/srv/inbox".into(),
            state: FolderState::Degraded,
            method: "poll".into(),
            reason: Words::new("网络盘", "a network share"),
            last_scan_at: Some(7_000),
            waiting: 3,
            problems: vec![("a.docx".into(), Words::new("太大", "too big"))],
            trial: false,
            receipts_owed: 0,
        }]
    }

    fn explain(&self, path: &Path) -> Explanation {
        let below = path.strip_prefix("/srv/inbox").ok();
        Explanation {
            place: below.map(|p| ("inbox".into(), p.display().to_string())),
            words: Words::new("已收下", "taken"),
            next_look: Some(Duration::from_secs(2)),
        }
    }

    fn rescan(&self, folder: Option<&str>) -> Option<u32> {
        if folder.is_some_and(|name| name != "inbox") {
            return None;
        }
        self.rescans.lock().unwrap().push(folder.map(Into::into));
        Some(1)
    }
}

/// Judges every file alike, as soon as it may.
pub struct Clerk {
    pub may_finish: Semaphore,
}

impl Examiner for Clerk {
    fn examine(
        &self,
        _name: String,
        _bytes: Vec<u8>,
        declared: Declared,
    ) -> Pin<Box<dyn Future<Output = Trial> + Send + '_>> {
        Box::pin(async move {
            let _permit = self.may_finish.acquire().await.unwrap();
            let verdict = verdict(&declared.unit.unwrap_or_default(), 2024, &[]);
            Trial::File((Format::Text, Ok(verdict)))
        })
    }
}

/// The messages of an upload.
pub fn upload(name: &str, bytes: &[u8], wait: bool) -> Vec<v1::UploadSubmissionRequest> {
    use v1::upload_submission_request::Part;
    let metadata = Part::Metadata(metadata(name, wait));
    let chunks = bytes.chunks(64 << 10).map(|c| Part::Chunk(c.to_vec()));
    let parts = std::iter::once(metadata).chain(chunks);
    parts.map(|part| v1::UploadSubmissionRequest { part: Some(part) }).collect()
}

pub fn metadata(name: &str, wait: bool) -> v1::UploadMetadata {
    let declared = v1::Declared { unit: Some("审计局".into()), year: Some(2024) };
    v1::UploadMetadata { file_name: name.into(), declared: Some(declared), wait_for_verdict: wait }
}

/// The messages of a check.
pub fn check(bytes: &[u8]) -> Vec<v1::CheckFileRequest> {
    use v1::check_file_request::Part;
    let parts = [Part::Metadata(metadata("a.txt", false)), Part::Chunk(bytes.to_vec())];
    parts.into_iter().map(|part| v1::CheckFileRequest { part: Some(part) }).collect()
}

/// Two channels, one of which gets through.
struct Pigeons;

impl Channels for Pigeons {
    fn status(&self) -> Vec<ChannelStatus> {
        let failing = Failing { since: 1_000, next_try: 9_000, error: "it limps".into() };
        vec![ChannelStatus {
            name: "lame".into(),
            failing: Some(failing),
            waiting: 3,
            oldest_waiting: Some(1_000),
            last_delivered: None,
        }]
    }

    fn names(&self) -> Vec<String> {
        vec!["fast".into(), "lame".into()]
    }

    fn test(&self, name: &str) -> Option<Result<(), String>> {
        match name {
            "fast" => Some(Ok(())),
            "lame" => Some(Err("it limps".into())),
            _ => None,
        }
    }
}
