//! Originals on disk, each under the hash of its bytes: `spool/ab/<sha256>`.
//!
//! Invariant: a file under its final name is whole and on disk, directory entry included.

use super::{Spooled, StoreError, keys, sync_dir};
use fs_err as fs;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) struct Spool {
    dir: PathBuf,
    next: AtomicU64,
}

impl Spool {
    /// Opens the spool and removes what unfinished copies left behind.
    pub fn open(dir: PathBuf) -> Result<Spool, StoreError> {
        let tmp = dir.join("tmp");
        if tmp.exists() {
            fs::remove_dir_all(&tmp)?;
        }
        fs::create_dir_all(&tmp)?;
        sync_dir(&dir)?;
        Ok(Spool { dir, next: AtomicU64::new(0) })
    }

    pub fn path(&self, sha256: &str) -> PathBuf {
        self.dir.join(sha256.get(..2).unwrap_or("xx")).join(sha256)
    }

    pub fn holds(&self, original: &Spooled) -> bool {
        keys::unhex(&original.sha256).is_some()
            && fs::metadata(self.path(&original.sha256)).is_ok_and(|m| m.len() == original.size)
    }

    pub fn put(&self, from: &mut dyn Read, max_bytes: u64) -> Result<Spooled, StoreError> {
        let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        let temporary = self.dir.join("tmp").join(name);
        let copied = copy(from, &temporary, max_bytes).and_then(|spooled| {
            self.keep(&temporary, &spooled)?;
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
    fn keep(&self, temporary: &Path, spooled: &Spooled) -> Result<(), StoreError> {
        let path = self.path(&spooled.sha256);
        if path.exists() && hash_file(&path)? == spooled.sha256 {
            fs::remove_file(temporary)?;
        } else {
            fs::File::open(temporary)?.sync_all()?;
            let shard = path.parent().expect("a spool path has a shard");
            if !shard.exists() {
                fs::create_dir_all(shard)?;
                sync_dir(&self.dir)?;
            }
            fs::rename(temporary, &path)?;
        }
        // Also when it was there: the one who put it there may not have come to this line yet.
        sync_dir(path.parent().expect("a spool path has a shard"))?;
        sync_dir(&self.dir)
    }

    pub fn get(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        if keys::unhex(sha256).is_none() {
            return Err(StoreError::NotFound(format!("original {sha256}")));
        }
        let path = self.path(sha256);
        let bytes = match fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NotFound(format!("original {sha256}")));
            }
            read => read?,
        };
        if keys::hex(&Sha256::digest(&bytes)) != sha256 {
            // One rotten file is no reason to stop: what was handed in is simply no longer there.
            tracing::error!(path = %path.display(), "an original is damaged on disk");
            return Err(StoreError::NotFound(format!("undamaged original {sha256}")));
        }
        Ok(bytes)
    }
}

fn copy(from: &mut dyn Read, to: &Path, max_bytes: u64) -> Result<Spooled, StoreError> {
    let mut file = fs::File::create(to)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            // The source failed, not the store: the file vanished, a share hung up.
            Err(e) => return Err(StoreError::Refused(format!("the original cannot be read: {e}"))),
        };
        size += read as u64;
        if size > max_bytes {
            return Err(StoreError::Refused(format!(
                "the original is larger than {max_bytes} bytes"
            )));
        }
        hash.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
    }
    Ok(Spooled { sha256: keys::hex(&hash.finalize()), size })
}

fn hash_file(path: &Path) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(keys::hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}
