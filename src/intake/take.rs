//! Taking one file: a stable read into the spool, the receipt in the journal, and only then what
//! becomes of the file.

use super::trial::TryOut;
use super::{Seen, beside, names};
use crate::config::{After, Folder, Mode};
use crate::model::{
    Declared, Source, SubmissionId, Words, called_a_receipt, size_words, written_name,
};
use crate::store::{Arrival, FileStamp, Received, Store, StoreError};
use rustix::fs::{CWD, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

/// A file to be taken.
pub(super) struct Job {
    /// Below the folder.
    pub path: PathBuf,
    /// As it looked when it had settled.
    pub seen: Seen,
    /// Device and inode of the folder as watched.
    pub root: (u64, u64),
    /// What may be this file, known under other names that are gone now; its content decides.
    pub renamed: Vec<Known>,
}

/// A file as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub sha256: String,
    pub submission: SubmissionId,
}

/// What came of a job.
#[derive(Debug)]
pub(super) struct Taken {
    pub path: PathBuf,
    pub seen: Seen,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    Received(Received),
    /// The known file under a new name: nothing new was handed in.
    Renamed(SubmissionId),
    /// A receipt of ours, which nobody hands in.
    OurReceipt,
    /// Tried out, its receipt beside it.
    Tried,
    /// Received, but it could not be moved away.
    Stays(Words),
    /// It changed before or while it was read.
    Changed,
    Gone,
    /// It will not be taken as long as it looks like this.
    Refused(Words),
    /// Perhaps later.
    Failed(Words),
    /// The folder is no longer the one watched.
    RootChanged,
    Fatal(StoreError),
}

/// Takes the files of one folder.
pub(super) struct Taker {
    pub folder: Folder,
    pub store: Store,
    pub runtime: Handle,
    pub max_bytes: u64,
    /// Of a trial folder: what becomes of a file there.
    pub trials: Option<TryOut>,
}

impl Taker {
    pub(super) fn take(&self, job: Job) -> Taken {
        let outcome = self.read(&job).unwrap_or_else(|early| early);
        Taken { path: job.path, seen: job.seen, outcome }
    }

    /// `Err` is an outcome as well, met on the way.
    fn read(&self, job: &Job) -> Result<Outcome, Outcome> {
        let mut file = self.open(job)?;
        let look = |file: &File| file.metadata().map(|m| (m.is_file(), Seen::of(&m)));
        let (regular, seen) = look(&file).map_err(failed)?;
        if !regular {
            return Err(Outcome::Refused(not_a_file()));
        }
        if seen != job.seen {
            return Err(Outcome::Changed);
        }
        if seen.size > self.max_bytes {
            return Err(Outcome::Refused(too_big(seen.size, self.max_bytes)));
        }
        if job.path.file_name().is_some_and(called_a_receipt)
            && beside::mark_of(&mut file, seen.size).map_err(failed)?.is_some()
        {
            return Ok(Outcome::OurReceipt);
        }
        if self.folder.mode == Mode::Check {
            return self.try_out(job, file, &look);
        }
        let mut source = Reading { file: &mut file, error: None };
        let spooled = self.store.spool(&mut source, self.max_bytes);
        if let Some(error) = source.error {
            return Err(failed(error));
        }
        let spooled = match spooled {
            Ok(spooled) => spooled,
            // It grew over the limit since it was looked at.
            Err(StoreError::Refused(_)) => return Err(Outcome::Changed),
            Err(StoreError::NoRoom(why) | StoreError::Unwritable(why)) => {
                return Err(Outcome::Failed(why));
            }
            Err(error) => return Err(Outcome::Fatal(error)),
        };
        // The same file at the same path, looking the same: what was read is what stands there.
        let full = self.folder.path.join(&job.path);
        let now = std::fs::symlink_metadata(&full).map_err(failed)?;
        if look(&file).map_err(failed)?.1 != seen
            || Seen::of(&now) != seen
            || spooled.size != seen.size
        {
            return Err(Outcome::Changed);
        }
        if let Some(known) = job.renamed.iter().find(|known| known.sha256 == spooled.sha256) {
            let (to, at) = (self.source(&job.path), jiff::Timestamp::now().as_millisecond());
            let moved = self.store.moved(known.submission, to, at);
            self.runtime.block_on(moved).map_err(Outcome::Fatal)?;
            self.remember(job, known.sha256.clone(), known.submission)?;
            return Ok(Outcome::Renamed(known.submission));
        }
        // A file renamed over another keeps its old place in the store; the stamp knows it here.
        if let Some(known) = self.stamp(job)?.filter(|k| k.sha256 == spooled.sha256) {
            self.remember(job, known.sha256, known.submission)?;
            return Ok(Outcome::Received(Received::Same(known.submission)));
        }
        let arrival = Arrival {
            source: self.source(&job.path),
            original: spooled.clone(),
            declared: self.declared(&job.path),
            at: jiff::Timestamp::now().as_millisecond(),
        };
        let received =
            self.runtime.block_on(self.store.receive(arrival)).map_err(Outcome::Fatal)?;
        let (Received::New(id) | Received::Same(id)) = received;
        match &self.folder.after {
            After::Leave => self.remember(job, spooled.sha256, id)?,
            After::Move(to) => match move_away(&full, &to.join(&job.path), id, &seen) {
                Ok(Moved::Away) => {}
                Ok(Moved::Newer) => return Ok(Outcome::Changed),
                Err(error) => return Ok(Outcome::Stays(cannot_move(&error))),
            },
        }
        Ok(Outcome::Received(received))
    }

    /// Opens the file below the folder watched, through no link, never waiting for a writer of a pipe.
    fn open(&self, job: &Job) -> Result<File, Outcome> {
        let root = File::open(&self.folder.path).map_err(|_| Outcome::RootChanged)?;
        if root.metadata().map(|m| (m.dev(), m.ino())).ok() != Some(job.root) {
            return Err(Outcome::RootChanged);
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let opened = match rustix::fs::openat2(
            &root,
            &job.path,
            flags,
            rustix::fs::Mode::empty(),
            resolve,
        ) {
            Err(Errno::NOSYS | Errno::PERM) => {
                rustix::fs::openat(&root, &job.path, flags, rustix::fs::Mode::empty())
            }
            other => other,
        };
        match opened {
            Ok(file) => Ok(File::from(file)),
            Err(Errno::NOENT | Errno::NOTDIR) => Err(Outcome::Gone),
            Err(Errno::LOOP | Errno::XDEV | Errno::NXIO) => Err(Outcome::Refused(not_a_file())),
            Err(error) => Err(failed(error.into())),
        }
    }

    pub(super) fn source(&self, path: &Path) -> Source {
        Source::Folder { folder: self.folder.name.clone(), path: written_name(path) }
    }

    pub(super) fn declared(&self, path: &Path) -> Declared {
        names::declared(path, &self.folder.unit)
    }

    fn stamp(&self, job: &Job) -> Result<Option<FileStamp>, Outcome> {
        self.store.file_stamp(&self.folder.name, &written_name(&job.path)).map_err(Outcome::Fatal)
    }

    fn remember(&self, job: &Job, sha256: String, id: SubmissionId) -> Result<(), Outcome> {
        self.store
            .remember_file(&self.folder.name, &written_name(&job.path), &job.seen.stamp(sha256, id))
            .map_err(Outcome::Fatal)
    }
}

/// Tells an error of reading the folder from one of writing the spool.
struct Reading<'a> {
    file: &'a mut File,
    error: Option<io::Error>,
}

impl io::Read for Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.error = Some(copy(error));
            }
        })
    }
}

fn copy(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

/// What came of moving a file away.
#[derive(Debug, PartialEq, Eq)]
enum Moved {
    Away,
    /// Another file stands there by now, which nobody has received: it stays.
    Newer,
}

/// Moves a received file to `to`, or beside what stands there already. Never overwrites, never
/// removes a file before its copy is on disk, and never takes away one that looks other than `seen`.
fn move_away(from: &Path, to: &Path, id: SubmissionId, seen: &Seen) -> io::Result<Moved> {
    if let Some(dir) = to.parent() {
        fs_err::create_dir_all(dir)?;
    }
    let beside = to.with_file_name({
        let mut name = std::ffi::OsString::from(format!("{id}-"));
        name.push(to.file_name().unwrap_or_default());
        name
    });
    for target in [to, &beside] {
        match rustix::fs::renameat_with(CWD, from, CWD, target, RenameFlags::NOREPLACE) {
            Ok(()) => return put_back_if_newer(from, target, seen),
            Err(Errno::EXIST) => {}
            Err(Errno::XDEV | Errno::INVAL) => return copy_away(from, target, &beside, seen),
            Err(error) => return Err(error.into()),
        }
    }
    if !stands(from, seen)? {
        return Ok(Moved::Newer);
    }
    // The same submission was moved before and dropped once more: one copy is enough.
    fs_err::remove_file(from).map(|()| Moved::Away)
}

/// A rename takes whatever has the name by then. (It changes a file's own change time, no more.)
fn put_back_if_newer(from: &Path, moved: &Path, seen: &Seen) -> io::Result<Moved> {
    let now = Seen::of(&fs_err::symlink_metadata(moved)?);
    if (now.node(), now.size, now.modified_ns) == (seen.node(), seen.size, seen.modified_ns) {
        return Ok(Moved::Away);
    }
    match rustix::fs::renameat_with(CWD, moved, CWD, from, RenameFlags::NOREPLACE) {
        // Replaced once more: only the newest is handed in.
        Ok(()) | Err(Errno::EXIST) => Ok(Moved::Newer),
        Err(error) => Err(error.into()),
    }
}

/// Whether the file that was received still stands there.
fn stands(path: &Path, seen: &Seen) -> io::Result<bool> {
    Ok(Seen::of(&fs_err::symlink_metadata(path)?) == *seen)
}

/// Across file systems: copy, to disk, name, and only then unlink.
fn copy_away(from: &Path, to: &Path, beside: &Path, seen: &Seen) -> io::Result<Moved> {
    let target = if to.try_exists()? { beside } else { to };
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = target.with_file_name(name);
    let mut source = fs_err::File::open(from)?;
    let mut copy = fs_err::File::create(&part)?;
    io::copy(&mut source, &mut copy)?;
    copy.set_modified(source.metadata()?.modified()?)?;
    copy.sync_all()?;
    if !stands(from, seen)? {
        fs_err::remove_file(&part)?;
        return Ok(Moved::Newer);
    }
    fs_err::rename(&part, target)?;
    if let Some(dir) = target.parent() {
        fs_err::File::open(dir)?.sync_all()?;
    }
    fs_err::remove_file(from).map(|()| Moved::Away)
}

pub(super) fn failed(error: io::Error) -> Outcome {
    if error.kind() == io::ErrorKind::NotFound {
        return Outcome::Gone;
    }
    Outcome::Failed(Words::new(
        format!("暂时无法读取（{error}），将再次尝试"),
        format!("cannot be read for now ({error}); tried again"),
    ))
}

fn cannot_move(error: &io::Error) -> Words {
    Words::new(
        format!("已接收，但无法移走（{error}）"),
        format!("received, but it cannot be moved away ({error})"),
    )
}

pub(super) fn not_a_file() -> Words {
    Words::new(
        "不是普通文件（链接、管道、设备等），不予接收",
        "not taken: no regular file (a link, pipe, device …)",
    )
}

pub(super) fn too_big(size: u64, limit: u64) -> Words {
    Words::new(
        format!(
            "文件大小 {}，超过上限 {}，不予接收；请删去大幅图片后重新提交",
            size_words(size),
            size_words(limit)
        ),
        format!("not taken: {size} bytes, more than the limit of {limit}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_saved_anew_after_its_receipt_is_not_moved_away() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("a.txt"), dir.path().join("done/a.txt"));
        std::fs::write(&from, "received").unwrap();
        let seen = Seen::of(&from.symlink_metadata().unwrap());
        std::fs::write(dir.path().join("new"), "not received").unwrap();
        std::fs::rename(dir.path().join("new"), &from).unwrap();

        assert_eq!(move_away(&from, &to, 7, &seen).unwrap(), Moved::Newer);
        assert_eq!(copy_away(&from, &to, &to, &seen).unwrap(), Moved::Newer);
        assert_eq!(std::fs::read(&from).unwrap(), b"not received");
        assert!(!to.exists());

        let seen = Seen::of(&from.symlink_metadata().unwrap());
        assert_eq!(move_away(&from, &to, 8, &seen).unwrap(), Moved::Away);
        assert_eq!(std::fs::read(&to).unwrap(), b"not received");
    }
}
