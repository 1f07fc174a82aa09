//! Whether the folder is still the folder: a share that was unmounted leaves an empty directory of
//! the same name, and what is dropped there was not handed in.

use super::mount;
use std::io;
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

impl Identity {
    pub(super) fn of(path: &Path) -> io::Result<Identity> {
        let path = path.canonicalize()?;
        let node = node(&path)?;
        let below = |p: &&Path| std::fs::metadata(p).is_ok_and(|m| m.dev() == node.0);
        let mount_point = path.ancestors().take_while(below).last().unwrap_or(&path).to_path_buf();
        Ok(Identity { node, magic: mount::magic(&path)?, mount_point })
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
    }
}
