//! Originals on disk, each under the hash of its bytes: `spool/ab/<sha256>`.
//!
//! Invariant: a file under its final name is whole and on disk, directory entry included.

use super::room::{Room, unkept};
use super::{Spooled, StoreError, keys, sync_dir};
use crate::model::{Words, hex};
use fs_err as fs;
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes written between two looks at the space left. Several copies run at once, so this is far
/// below any sensible mark.
const LOOK: u64 = 1 << 20;

pub(super) struct Spool {
    dir: PathBuf,
    next: AtomicU64,
    room: Room,
}

impl Spool {
    /// Opens the spool and removes what unfinished copies left behind.
    pub fn open(data: &Path, min_free: u64) -> Result<Spool, StoreError> {
        let dir = data.join("spool");
        let tmp = dir.join("tmp");
        if tmp.exists() {
            fs::remove_dir_all(&tmp)?;
        }
        fs::create_dir_all(&tmp)?;
        sync_dir(&dir)?;
        let room = Room::new([dir.clone(), data.to_owned()], min_free);
        Ok(Spool { dir, next: AtomicU64::new(0), room })
    }

    pub fn path(&self, sha256: &str) -> PathBuf {
        self.dir.join(sha256.get(..2).unwrap_or("xx")).join(sha256)
    }

    /// Every file in a shard, whatever its name. What cannot be read is left out.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = |dir: &Path| {
            let entries = fs::read_dir(dir).into_iter().flatten();
            entries.filter_map(|entry| Some(entry.ok()?.path())).collect::<Vec<_>>()
        };
        let mut shards = entries(&self.dir);
        shards.retain(|shard| shard.file_name().is_some_and(|name| name.len() == 2));
        shards.iter().flat_map(|shard| entries(shard)).collect()
    }

    pub fn holds(&self, original: &Spooled) -> bool {
        keys::unhex(&original.sha256).is_some()
            && fs::metadata(self.path(&original.sha256)).is_ok_and(|m| m.len() == original.size)
    }

    /// As [`Room::running_low`].
    pub fn running_low(&self, times: u64) -> Option<Words> {
        self.room.running_low(times)
    }

    /// Whether another original may be written.
    pub fn room(&self) -> Result<(), StoreError> {
        self.room.check()
    }

    /// A write that fails costs nothing but the copy: it has no name yet, and nobody was told of it.
    pub fn put(&self, from: &mut dyn Read, max_bytes: u64) -> Result<Spooled, StoreError> {
        let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let temporary = self.dir.join("tmp").join(name);
        let copied = self.copy(from, &temporary, max_bytes).and_then(|(file, spooled)| {
            self.keep(&temporary, &file, &spooled)?;
            Ok(spooled)
        });
        if copied.is_err() {
            // The error is what the caller must hear of; a leftover goes at the next start.
            let _ = fs::remove_file(&temporary);
        }
        copied
    }

    /// Gives a copied file its final name. A file already there is kept when it is whole, so that a
    /// reader never sees it change; one that rotted is replaced by the good copy.
    fn keep(&self, temporary: &Path, file: &fs::File, spooled: &Spooled) -> Result<(), StoreError> {
        let path = self.path(&spooled.sha256);
        let shard = path.parent().expect("a spool path has a shard");
        if path.exists() && hash_file(&path).is_ok_and(|hash| hash == spooled.sha256) {
            fs::remove_file(temporary).map_err(|e| unkept(&e))?;
        } else {
            let on_disk = file.sync_all().and_then(|()| fs::create_dir_all(shard));
            on_disk.and_then(|()| fs::rename(temporary, &path)).map_err(|e| unkept(&e))?;
        }
        // Also when it was there: the one who put it there may not have come to this line yet. A
        // failure here is the end, as with the journal: others may rely on the same entry.
        sync_dir(shard)?;
        sync_dir(&self.dir)
    }

    fn copy(
        &self,
        from: &mut dyn Read,
        to: &Path,
        max_bytes: u64,
    ) -> Result<(fs::File, Spooled), StoreError> {
        self.room()?;
        let mut file = fs::File::create(to).map_err(|e| unkept(&e))?;
        let mut hash = Sha256::new();
        let (mut size, mut looked) = (0, 0);
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                // The source failed, not the store: the file vanished, a share hung up.
                Err(e) => {
                    return Err(StoreError::Refused(format!("the original cannot be read: {e}")));
                }
            };
            size += read as u64;
            if size > max_bytes {
                return Err(StoreError::Refused(format!(
                    "the original is larger than {max_bytes} bytes"
                )));
            }
            if size - looked > LOOK {
                looked = size;
                self.room()?;
            }
            hash.update(&buffer[..read]);
            file.write_all(&buffer[..read]).map_err(|e| unkept(&e))?;
        }
        let sha256 = hex(&hash.finalize());
        Ok((file, Spooled { sha256, size }))
    }

    pub fn get(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        if keys::unhex(sha256).is_none() {
            return Err(StoreError::NotFound(format!("original {sha256}")));
        }
        let path = self.path(sha256);
        // Not by way of `fs_err`, which hides the number of the error.
        let bytes = match std::fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NotFound(format!("original {sha256}")));
            }
            // A bad sector under one original would otherwise end every start that meets it.
            Err(e) if e.raw_os_error() == Some(Errno::IO.raw_os_error()) => {
                tracing::error!(path = %path.display(), "an original cannot be read from the disk");
                return Err(StoreError::NotFound(format!("readable original {sha256}")));
            }
            Err(e) => return Err(StoreError::Fatal(format!("{}: {e}", path.display()))),
            Ok(bytes) => bytes,
        };
        if hex(&Sha256::digest(&bytes)) != sha256 {
            // One rotten file is no reason to stop: what was handed in is simply no longer there.
            tracing::error!(path = %path.display(), "磁盘上的原件已损坏 · an original is damaged on disk");
            return Err(StoreError::NotFound(format!("undamaged original {sha256}")));
        }
        Ok(bytes)
    }
}

/// The hash of a file's bytes, 64 hex digits.
pub(super) fn hash_file(path: &Path) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}
