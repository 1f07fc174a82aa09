//! The kernel's events as hints. Each directory is watched by itself, so that the watch is known to
//! stand before the directory is scanned; a recursive watch cannot promise that.

use super::inbox::Inbox;
use super::settle::{Hint, Writer};
use crate::model::Words;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use std::sync::Arc;

/// A running watcher. Dropping it ends all watches.
pub(super) struct Watch(RecommendedWatcher);

impl Watch {
    /// Starts a watcher without any directory. The error says why the folder has to be polled.
    pub(super) fn start(inbox: Arc<Inbox>) -> Result<Watch, Words> {
        let told = move |event: notify::Result<Event>| match event {
            Ok(event) if event.need_rescan() => inbox.lost(),
            Ok(event) => {
                if let Some(hint) = meaning(&event.kind) {
                    event.paths.into_iter().for_each(|path| inbox.hint(path, hint));
                }
            }
            Err(error) => match limit(&error.kind) {
                Some(why) => inbox.unwatched(why),
                None => inbox.lost(),
            },
        };
        notify::recommended_watcher(told).map(Watch).map_err(|error| {
            limit(&error.kind).unwrap_or_else(|| {
                Words::new(
                    format!("无法使用系统通知（{error}），改用定期扫描；可调大 fs.inotify.max_user_instances"),
                    format!(
                        "polling: no kernel events to be had ({error}); raising \
                         fs.inotify.max_user_instances may help"
                    ),
                )
            })
        })
    }

    /// Watches one directory, again if it is watched already. The error says why the folder has to be
    /// polled; a directory that is gone is none.
    pub(super) fn add(&mut self, dir: &Path) -> Result<(), Words> {
        match self.0.watch(dir, RecursiveMode::NonRecursive) {
            Ok(()) => Ok(()),
            Err(error) => match (&error.kind, limit(&error.kind)) {
                (_, Some(why)) => Err(why),
                (ErrorKind::PathNotFound, None) => Ok(()),
                // Gone or closed to us: the scan that follows meets the same and reports it.
                (ErrorKind::Io(_), None) => Ok(()),
                _ => Err(Words::new(
                    format!("无法使用系统通知（{error}），改用定期扫描"),
                    format!("polling: no kernel events to be had ({error})"),
                )),
            },
        }
    }
}

/// The kernel's bound on watches, with its remedy.
fn limit(kind: &ErrorKind) -> Option<Words> {
    matches!(kind, ErrorKind::MaxFilesWatch).then(|| {
        Words::new(
            "系统通知的数量已达上限，改用定期扫描；请调大 fs.inotify.max_user_watches",
            "polling: the kernel's bound on watches is reached; raise fs.inotify.max_user_watches",
        )
    })
}

/// What an event says. Reads and opens say nothing: our own scans cause them.
fn meaning(kind: &EventKind) -> Option<Hint> {
    let writer = |writer| Some(Hint { renamed: false, writer: Some(writer) });
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => writer(Writer::Closed),
        EventKind::Access(_) => None,
        EventKind::Create(CreateKind::File) => writer(Writer::Created),
        EventKind::Modify(ModifyKind::Data(_)) => writer(Writer::Writing),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
            Some(Hint { renamed: true, writer: None })
        }
        // Both halves were told before.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => None,
        _ => Some(Hint::default()),
    }
}
