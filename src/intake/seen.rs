//! What `stat` says of a file: any difference means that the file may have changed.

use crate::model::SubmissionId;
use crate::store::FileStamp;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// The look of a file. Equal looks are taken for an unchanged file; device and inode only help to
/// tell that, they never identify anything (an inode is used again as soon as it is free).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub size: u64,
    pub modified_ns: i128,
    pub changed_ns: i128,
    pub inode: u64,
    pub device: u64,
}

impl Seen {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let ns = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Seen {
            size: metadata.size(),
            modified_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
            changed_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
        }
    }

    /// Device and inode: where a renamed file is looked for, to be confirmed by its content.
    pub(super) fn node(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    pub(super) fn stamp(&self, sha256: String, submission: SubmissionId) -> FileStamp {
        let Seen { size, modified_ns, changed_ns, inode, device } = *self;
        FileStamp { size, modified_ns, changed_ns, inode, device, sha256, submission }
    }
}

impl From<&FileStamp> for Seen {
    fn from(stamp: &FileStamp) -> Self {
        Seen {
            size: stamp.size,
            modified_ns: stamp.modified_ns,
            changed_ns: stamp.changed_ns,
            inode: stamp.inode,
            device: stamp.device,
        }
    }
}
