//! Whether the folder is still the folder: a share that was unmounted leaves an empty directory of
//! the same name, and what is dropped there was not handed in.

use super::mount;
use crate::model::{called_a_receipt, passed_over};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What tells one directory from another at the same path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub node: (u64, u64),
    pub magic: u64,
    /// Where the file system it lies on is mounted.
    mount_point: PathBuf,
}

/// What became of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Same,
    /// Another directory, to be trusted: made anew on the same file system, or the share mounted
    /// again.
    Replaced,
    /// The directory below: most likely the bare mount point.
    Elsewhere,
}

/// Device and inode of the folder: one call, made before every step.
pub(super) fn node(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok((metadata.dev(), metadata.ino()))
}

/// Whether nothing lies in the directory that could be handed in.
pub(super) fn is_empty(path: &Path) -> bool {
    let Ok(mut entries) = std::fs::read_dir(path) else { return false };
    let handed_in = |name: &OsStr| !passed_over(name) && !called_a_receipt(name);
    !entries.any(|entry| entry.is_ok_and(|entry| handed_in(&entry.file_name())))
}

impl Identity {
    pub(super) fn of(path: &Path) -> io::Result<Identity> {
        let path = path.canonicalize()?;
        let node = node(&path)?;
        let below = |p: &&Path| std::fs::metadata(p).is_ok_and(|m| m.dev() == node.0);
        let mount_point = path.ancestors().take_while(below).last().unwrap_or(&path).to_path_buf();
        Ok(Identity { node, magic: mount::magic(&path)?, mount_point })
    }

    /// As noted between two runs of the program.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.node.0, self.node.1, self.magic].map(u64::to_be_bytes).concat();
        [&numbers, self.mount_point.as_os_str().as_bytes()].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Identity> {
        let (numbers, mount_point) = bytes.split_at_checked(24)?;
        let number = |at: usize| numbers[at..at + 8].try_into().map(u64::from_be_bytes).ok();
        Some(Identity {
            node: (number(0)?, number(8)?),
            magic: number(16)?,
            mount_point: OsStr::from_bytes(mount_point).into(),
        })
    }

    /// A share mounted again has another device number but the same mount point; one mounted late
    /// lies deeper. What lies on a shallower mount point has lost its share.
    pub(super) fn become_of(&self, new: &Identity) -> Change {
        if self.node == new.node {
            Change::Same
        } else if new.mount_point.starts_with(&self.mount_point) {
            Change::Replaced
        } else {
            Change::Elsewhere
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(node: (u64, u64), mount_point: &str) -> Identity {
        Identity { node, magic: 0xEF53, mount_point: mount_point.into() }
    }

    #[test]
    fn the_bare_mount_point_is_not_the_share() {
        let bare = identity((8, 77), "/");
        assert_eq!(identity((50, 1), "/mnt/share").become_of(&bare), Change::Elsewhere);
        assert_eq!(bare.become_of(&identity((8, 78), "/")), Change::Replaced);
    }

    #[test]
    fn a_share_mounted_again_or_late_is_the_share() {
        let share = identity((50, 1), "/mnt/share");
        assert_eq!(share.become_of(&identity((61, 1), "/mnt/share")), Change::Replaced);
        assert_eq!(share.become_of(&share.clone()), Change::Same);
        assert_eq!(identity((8, 77), "/").become_of(&share), Change::Replaced);
    }

    #[test]
    fn a_real_directory_lies_below_its_mount_point() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::of(dir.path()).unwrap();
        assert!(dir.path().canonicalize().unwrap().starts_with(&identity.mount_point));
        assert_eq!(identity.node, node(dir.path()).unwrap());
        assert_eq!(Identity::from_bytes(&identity.to_bytes()), Some(identity));
        assert!(is_empty(dir.path()));
        std::fs::write(dir.path().join(".keep"), "").unwrap();
        assert!(is_empty(dir.path()));
        std::fs::write(dir.path().join("report.txt"), "").unwrap();
        assert!(!is_empty(dir.path()));
    }
}
