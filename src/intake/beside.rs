//! Receipts beside dropped files: written whole or not at all, below the folder and through no link,
//! and never over a file that is not ours.

use crate::model::{MARK_WITHIN, ReceiptForm, ReceiptMark, hex, receipt_name, receipt_of};
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Names tried where the ones before are taken by somebody's files.
const NAMES: u32 = 5;
/// No receipt of ours is longer, bytes.
const LONGEST: u64 = 4 << 20;

/// What stands at a name.
enum There {
    Nothing,
    Ours(ReceiptMark, Vec<u8>),
    Foreign,
}

/// Receipts of one folder, written together: each is on disk when its name appears, the directories
/// once at the end.
pub struct Receipts {
    root: File,
    dirs: BTreeMap<PathBuf, File>,
    changed: bool,
}

impl Receipts {
    /// Opens the folder.
    pub fn open(root: &Path) -> io::Result<Receipts> {
        let root = File::open(root)?;
        if !root.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Receipts { root, dirs: BTreeMap::new(), changed: false })
    }

    /// Device and inode of the folder that was opened.
    pub fn node(&self) -> io::Result<(u64, u64)> {
        self.root.metadata().map(|m| (m.dev(), m.ino()))
    }

    /// Whether a regular file lies there. An error says that there is no telling.
    pub fn lies_there(&mut self, file: &Path) -> io::Result<bool> {
        let (dir, name) = match self.dir_of(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        match rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file()),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the receipt of a file (a path below the folder) beside it, in place of an earlier one of
    /// ours; nothing is written where it stands there already. `AlreadyExists` when every name is taken by
    /// files of somebody else, `NotFound` when the directory is gone.
    pub fn put(&mut self, file: &Path, form: ReceiptForm, content: &[u8]) -> io::Result<()> {
        let (dir, name) = self.dir_of(file)?;
        for again in 0..NAMES {
            let target = receipt_name(name, form, again);
            let result = match look(dir, &target)? {
                There::Foreign => continue,
                There::Ours(_, there) if there == content => return Ok(()),
                There::Ours(..) => replace(dir, &target, content),
                There::Nothing => create(dir, &target, content),
            };
            match result {
                // Somebody's file came to the name meanwhile.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                other => {
                    self.changed = true;
                    return other;
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The mark of the receipt of ours that lies beside a file.
    pub fn mark(&mut self, file: &Path, form: ReceiptForm) -> io::Result<Option<ReceiptMark>> {
        let (dir, name) = self.dir_of(file)?;
        for again in 0..NAMES {
            match look(dir, &receipt_name(name, form, again))? {
                There::Nothing => return Ok(None),
                There::Ours(mark, _) => return Ok(Some(mark)),
                There::Foreign => {}
            }
        }
        Ok(None)
    }

    /// Removes, from the directory of a file that was renamed, our receipts of the same content whose own
    /// file is not there any more: they lie under its old name.
    pub fn sweep(&mut self, file: &Path, sha256: &str) -> io::Result<()> {
        let (dir, name) = self.dir_of(file)?;
        let names = ReceiptForm::ALL
            .iter()
            .flat_map(|form| (0..NAMES).map(move |again| receipt_name(name, *form, again)));
        let own: Vec<OsString> = names.collect();
        let mut stale = Vec::new();
        for entry in rustix::fs::Dir::read_from(dir)? {
            let entry = entry?;
            let found = OsStr::from_bytes(entry.file_name().to_bytes());
            // A name that was cut does not tell whose receipt it is.
            let Some(of) = receipt_of(found).filter(|of| !of.as_bytes().contains(&b'~')) else {
                continue;
            };
            let there = rustix::fs::statat(dir, of, AtFlags::SYMLINK_NOFOLLOW);
            if matches!(there, Err(Errno::NOENT)) && !own.iter().any(|own| own == found) {
                stale.push(found.to_owned());
            }
        }
        for name in stale {
            if matches!(look(dir, &name)?, There::Ours(mark, _) if mark.sha256 == sha256) {
                rustix::fs::unlinkat(dir, &name, AtFlags::empty())?;
            }
        }
        Ok(())
    }

    /// Whether anything can be written beside a file: asked before work whose result goes there.
    pub fn writable(&mut self, file: &Path) -> io::Result<()> {
        let (dir, name) = self.dir_of(file)?;
        let temporary = temporary(name);
        drop(fresh(dir, &temporary)?);
        Ok(rustix::fs::unlinkat(dir, &temporary, AtFlags::empty())?)
    }

    /// Makes the names durable.
    pub fn finish(self) -> io::Result<()> {
        match self.changed {
            true => self.dirs.values().try_for_each(File::sync_all),
            false => Ok(()),
        }
    }

    /// The directory of a file, opened once, and the file's name in it.
    fn dir_of<'f>(&mut self, file: &'f Path) -> io::Result<(&File, &'f OsStr)> {
        let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let parent = file.parent().unwrap_or(Path::new("")).to_path_buf();
        if !self.dirs.contains_key(&parent) {
            let dir = below(&self.root, &parent)?;
            self.dirs.insert(parent.clone(), dir);
        }
        Ok((&self.dirs[&parent], name))
    }
}

/// Opens a directory below another through no link.
fn below(root: &File, path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let own = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    match rustix::fs::openat2(root, own, flags, Mode::empty(), resolve) {
        Ok(dir) => Ok(dir.into()),
        // Kernels and sandboxes without it: step by step, which follows no link either.
        Err(Errno::NOSYS | Errno::PERM) => {
            let mut dir: File = rustix::fs::openat(root, ".", flags, Mode::empty())?.into();
            for step in path.components() {
                let std::path::Component::Normal(step) = step else {
                    return Err(io::ErrorKind::InvalidInput.into());
                };
                dir = rustix::fs::openat(&dir, step, flags, Mode::empty())?.into();
            }
            Ok(dir)
        }
        Err(error) => Err(error.into()),
    }
}

fn look(dir: &File, name: &OsStr) -> io::Result<There> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file: File = match rustix::fs::openat(dir, name, flags, Mode::empty()) {
        Ok(file) => file.into(),
        Err(Errno::NOENT) => return Ok(There::Nothing),
        // A link, a pipe nobody reads, a file that we may not read: not ours.
        Err(Errno::LOOP | Errno::NXIO | Errno::ACCESS | Errno::PERM) => return Ok(There::Foreign),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Ok(There::Foreign);
    }
    let mut content = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut content)?;
    Ok(match ReceiptMark::read(&content, &content) {
        Some(mark) => There::Ours(mark, content),
        None => There::Foreign,
    })
}

/// The mark of an open file, which is left at its beginning.
pub(super) fn mark_of(file: &mut File, size: u64) -> io::Result<Option<ReceiptMark>> {
    let within = MARK_WITHIN as u64;
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    (&mut *file).take(within).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(size.saturating_sub(within)))?;
    (&mut *file).take(within).read_to_end(&mut tail)?;
    file.rewind()?;
    Ok(ReceiptMark::read(&head, &tail))
}

/// A name that nobody takes for a report and that is the same at every attempt, so that a crash leaves
/// no more than one behind, for the next attempt to use.
fn temporary(target: &OsStr) -> OsString {
    let digest = Sha256::digest(target.as_encoded_bytes());
    format!(".nianbao-{}.tmp", hex(&digest[..8])).into()
}

/// A new empty file; what a crash left under the name is gone.
fn fresh(dir: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(0o666);
    match rustix::fs::openat(dir, name, flags, mode) {
        Err(Errno::EXIST) => {
            rustix::fs::unlinkat(dir, name, AtFlags::empty())?;
            Ok(rustix::fs::openat(dir, name, flags, mode)?.into())
        }
        other => Ok(other?.into()),
    }
}

/// The content on disk under its temporary name.
fn written(dir: &File, target: &OsStr, content: &[u8]) -> io::Result<OsString> {
    let name = temporary(target);
    let mut file = fresh(dir, &name)?;
    let done = file.write_all(content).and_then(|()| file.sync_all());
    if let Err(error) = done {
        // A temporary file more or less; the error is what matters.
        let _ = rustix::fs::unlinkat(dir, &name, AtFlags::empty());
        return Err(error);
    }
    Ok(name)
}

/// Never over a file that came to the name meanwhile: then `AlreadyExists`.
fn create(dir: &File, target: &OsStr, content: &[u8]) -> io::Result<()> {
    let name = written(dir, target, content)?;
    let renamed = match rustix::fs::renameat_with(dir, &name, dir, target, RenameFlags::NOREPLACE) {
        // A file system that cannot promise it: as well as it can be done.
        Err(Errno::INVAL | Errno::NOSYS) => match look(dir, target)? {
            There::Nothing => rustix::fs::renameat(dir, &name, dir, target),
            _ => Err(Errno::EXIST),
        },
        other => other,
    };
    if renamed.is_err() {
        let _ = rustix::fs::unlinkat(dir, &name, AtFlags::empty());
    }
    Ok(renamed?)
}

/// In place of our own: what was there is looked at once more after the change, and put back where it
/// had become somebody's.
fn replace(dir: &File, target: &OsStr, content: &[u8]) -> io::Result<()> {
    let name = written(dir, target, content)?;
    let exchange = || rustix::fs::renameat_with(dir, &name, dir, target, RenameFlags::EXCHANGE);
    match exchange() {
        Ok(()) => {
            let ours = matches!(look(dir, &name)?, There::Ours(..));
            if !ours {
                exchange()?;
            }
            rustix::fs::unlinkat(dir, &name, AtFlags::empty())?;
            if ours { Ok(()) } else { Err(io::ErrorKind::AlreadyExists.into()) }
        }
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOENT) => {
            Ok(rustix::fs::renameat(dir, &name, dir, target)?)
        }
        Err(error) => {
            let _ = rustix::fs::unlinkat(dir, &name, AtFlags::empty());
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Vec<u8> {
        let mark = ReceiptMark::of(&"ab".repeat(32)).in_form(ReceiptForm::Html);
        format!("<!DOCTYPE html>\n{mark}\n{text}").into_bytes()
    }

    fn put(root: &Path, file: &str, text: &str) -> io::Result<()> {
        let mut receipts = Receipts::open(root)?;
        receipts.put(Path::new(file), ReceiptForm::Html, &content(text))?;
        receipts.finish()
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).expect("a directory");
        let mut names: Vec<String> = entries
            .map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_receipt_takes_the_place_of_our_own_and_of_nothing_else() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        put(root, "a.docx", "one").expect("written");
        put(root, "a.docx", "two").expect("written");
        assert_eq!(names(root), ["a.docx.回执.html"]);
        assert_eq!(std::fs::read(root.join("a.docx.回执.html")).expect("there"), content("two"));

        std::fs::write(root.join("b.docx.回执.html"), "somebody's report").expect("written");
        put(root, "b.docx", "one").expect("written");
        put(root, "b.docx", "two").expect("written");
        assert_eq!(names(root), ["a.docx.回执.html", "b.docx.回执(2).html", "b.docx.回执.html"]);
        let kept = std::fs::read(root.join("b.docx.回执.html")).expect("there");
        assert_eq!(kept, b"somebody's report");
    }

    #[test]
    fn nothing_is_written_through_a_link_or_outside() {
        let (dir, other) =
            (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("another"));
        let root = dir.path();
        std::os::unix::fs::symlink(other.path(), root.join("out")).expect("linked");
        assert!(put(root, "out/a.docx", "x").is_err());
        assert!(put(root, "../a.docx", "x").is_err());
        let victim = other.path().join("victim");
        std::fs::write(&victim, content("old")).expect("written");
        std::os::unix::fs::symlink(&victim, root.join("a.docx.回执.html")).expect("linked");
        put(root, "a.docx", "new").expect("under another name");
        assert_eq!(std::fs::read(&victim).expect("there"), content("old"));
        assert_eq!(names(other.path()), ["victim"]);
        assert!(root.join("a.docx.回执(2).html").is_file());
    }

    #[test]
    fn when_every_name_is_taken_that_is_said_and_nothing_left_behind() {
        let dir = tempfile::tempdir().expect("a directory");
        for again in 0..NAMES {
            let name = receipt_name(OsStr::new("a"), ReceiptForm::Html, again);
            std::fs::create_dir(dir.path().join(name)).expect("made");
        }
        let error = put(dir.path(), "a", "x").expect_err("no name is left");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(dir.path()).len(), NAMES as usize);
    }

    #[test]
    fn only_a_receipt_of_the_same_content_without_its_file_is_swept_away() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path();
        for name in ["old", "new", "copy"] {
            put(root, name, "x").expect("written");
        }
        std::fs::write(root.join("theirs.回执.html"), "somebody's report").expect("written");
        std::fs::write(root.join("copy"), "").expect("written");
        let mut receipts = Receipts::open(root).expect("there");
        receipts.sweep(Path::new("new"), &"cd".repeat(32)).expect("looked at");
        assert!(root.join("old.回执.html").exists(), "it is about another content");
        receipts.sweep(Path::new("new"), &"ab".repeat(32)).expect("looked at");
        let left = ["copy", "copy.回执.html", "new.回执.html", "theirs.回执.html"];
        assert_eq!(names(root), left);
    }

    #[test]
    fn what_a_crash_left_is_used_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = receipt_name(OsStr::new("a"), ReceiptForm::Html, 0);
        std::fs::write(dir.path().join(temporary(&target)), "half").expect("written");
        put(dir.path(), "a", "x").expect("written");
        assert_eq!(names(dir.path()), ["a.回执.html"]);
    }
}
