//! Whether the folder is there, and how it is watched.

use super::Reconciler;
use crate::config::Detect;
use crate::intake::root::{self, Change, Identity};
use crate::intake::settle::LOOKS;
use crate::intake::status::FolderState;
use crate::intake::watch::Watch;
use crate::intake::{WatchMode, mount};
use crate::model::Words;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::{info, warn};

/// First and longest pause between looks at a folder that is away.
pub(super) const AWAY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(10));

impl Reconciler {
    /// Whether the folder is there and is the one watched; takes it up anew where it came back.
    pub(super) fn present(&mut self) -> bool {
        let now = Instant::now();
        if self.identity.is_none() && now < self.next_look {
            return false;
        }
        if self.still_here() {
            return true;
        }
        let away = match Identity::of(&self.folder.path) {
            Ok(new) => match self.last_identity.as_ref().map(|old| old.become_of(&new)) {
                // Over a restart the change may be meant; what lies there shows it.
                Some(Change::Elsewhere) if self.before_this_run => {
                    if !root::is_empty(&self.folder.path) {
                        self.take_up(new);
                        return true;
                    }
                    Words::new(
                        "文件夹原在另一个挂载点上，现在此处是空的，共享可能没有挂上；挂上后自动继续，\
                         若确已改用此处，放入文件即开始接收",
                        "the folder was on another mount and is empty now: the share may not be \
                         mounted. It goes on once it is; if this is the folder now, put a file in",
                    )
                }
                Some(Change::Elsewhere) => Words::new(
                    "文件夹所在的共享似乎已断开，此处只剩空的挂载点；恢复前不接收任何文件",
                    "the share seems to be unmounted and only its mount point left; nothing is taken",
                ),
                _ => {
                    self.take_up(new);
                    return true;
                }
            },
            Err(error) => Words::new(
                match error.kind() {
                    io::ErrorKind::NotFound => "文件夹不存在".to_string(),
                    io::ErrorKind::PermissionDenied => "没有权限访问文件夹".to_string(),
                    io::ErrorKind::NotADirectory => "不是文件夹".to_string(),
                    _ => format!("文件夹无法访问（{error}）"),
                },
                format!("the folder cannot be reached ({error})"),
            ),
        };
        if self.identity.take().is_some() || now >= self.next_look {
            self.give_up(away, now);
        }
        false
    }

    pub(super) fn still_here(&self) -> bool {
        let node = root::node(&self.folder.path).ok();
        node.is_some() && node == self.identity.as_ref().map(|identity| identity.node)
    }

    fn take_up(&mut self, identity: Identity) {
        let (mut mode, mut reason) = mount::choose(self.folder.detect, identity.magic);
        self.watch = None;
        if let Some(why) = &self.polled {
            (mode, reason) = (WatchMode::Poll, why.clone());
        } else if mode == WatchMode::Native {
            match Watch::start(Arc::clone(&self.inbox)) {
                Ok(watch) => self.watch = Some(watch),
                Err(why) => (mode, reason) = (WatchMode::Poll, why),
            }
        }
        info!(folder = self.folder.name, path = %self.folder.path.display(), ?mode, reason = reason.both(), "开始监测 · watching");
        self.last_identity = Some(identity.clone());
        self.identity = Some(identity);
        self.next_scan = Instant::now();
        self.pause = AWAY.0;
        let mut book = self.book();
        (book.mode, book.reason, book.state) = (mode, reason, FolderState::Online);
        book.tracker.look_times(looks(mode));
        drop(book);
        self.note_root();
    }

    /// So that after a restart an empty mount point is not taken for the share. A store that fails
    /// here fails the next commit as well.
    fn note_root(&mut self) {
        self.before_this_run = false;
        if let Some(identity) = &self.identity {
            drop(self.store.note_folder(&self.folder.name, &identity.to_bytes()));
        }
    }

    /// Why a directory's changes are not heard of, where another file system is mounted on it.
    pub(super) fn unheard(&self, dir: &Path) -> Option<Words> {
        let root = self.identity.as_ref()?;
        // One that is gone by now has nothing to tell.
        let (device, _) = root::node(dir).ok()?;
        if device == root.node.0 || self.folder.detect != Detect::Auto {
            return None;
        }
        let (mode, why) = mount::choose(Detect::Auto, mount::magic(dir).ok()?);
        let name = dir.strip_prefix(&self.folder.path).unwrap_or(dir).display();
        (mode == WatchMode::Poll).then(|| {
            Words::new(
                format!("子文件夹“{name}”是另行挂载的：{}", why.zh),
                format!("“{name}” is a mount of its own: {}", why.en),
            )
        })
    }

    /// Nothing is forgotten while the folder is away, and nothing taken for deleted.
    fn give_up(&mut self, why: Words, now: Instant) {
        self.watch = None;
        self.next_look = now + self.pause;
        self.pause = (self.pause * 2).min(AWAY.1);
        let mut book = self.book();
        let state = FolderState::Unavailable(why.clone());
        if book.state != state {
            warn!(folder = self.folder.name, why = why.both(), "文件夹连不上 · folder unavailable");
            book.state = state;
        }
    }

    pub(super) fn poll_because(&mut self, why: Words) {
        warn!(
            folder = self.folder.name,
            why = why.both(),
            "改为定期扫描 · falling back to polling"
        );
        self.watch = None;
        self.next_scan = Instant::now();
        let mut book = self.book();
        book.mode = WatchMode::Poll;
        book.reason = why.clone();
        book.tracker.forget_writers();
        book.tracker.look_times(looks(WatchMode::Poll));
        drop(book);
        self.polled = Some(why);
    }
}

/// How often a file has to be seen alike before it is taken.
fn looks(mode: WatchMode) -> u32 {
    match mode {
        WatchMode::Native => 1,
        WatchMode::Poll => LOOKS,
    }
}
