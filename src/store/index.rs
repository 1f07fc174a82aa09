//! The index in sled: one tree of sorted rows, and the overlay in which commits are prepared.
//!
//! Invariants: a group of commits reaches sled as one atomic batch together with the row that says
//! which record was applied last; no value is above 4 KiB, since sled 0.34 writes large ones to files
//! it never syncs; the sum of the hashes of all entries is kept beside them, so that one pass at
//! start proves the index whole or sends it to be rebuilt. sled's own durability is not relied on.

use super::records::{Row, decode};
use super::{StoreError, keys};
use crate::proto::store_v1::Meta;
use fs_err as fs;
use prost::Message;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Raised when rows or keys change their meaning; an index of another schema is rebuilt.
const SCHEMA: u32 = 9;
/// Longest value in one entry; below 4 KiB with its key.
const ENTRY_BYTES: usize = 3500;

/// A key and its value.
type Entry = (Vec<u8>, Vec<u8>);

const META_KEY: [u8; 1] = [keys::table::META];

/// Opens sled and reads every entry once. `Err` says why the index must be made anew.
pub(super) fn open(dir: &Path, cache_bytes: u64) -> Result<(sled::Db, Meta), String> {
    remove_unfinished_snapshots(dir).map_err(|e| e.to_string())?;
    // sled answers some damage with a panic instead of an error.
    catch_unwind(AssertUnwindSafe(|| {
        let db = sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            .flush_every_ms(Some(1000))
            .open()
            .map_err(|e| e.to_string())?;
        let meta = verify(&db)?;
        Ok((db, meta))
    }))
    .unwrap_or_else(|_| Err("sled panicked".to_owned()))
}

/// sled takes a snapshot it never finished for a whole one and then refuses to open for ever.
fn remove_unfinished_snapshots(dir: &Path) -> std::io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn verify(db: &sled::Db) -> Result<Meta, String> {
    let Some(meta) = db.get(META_KEY).map_err(|e| e.to_string())? else {
        return match db.is_empty() {
            true => Ok(Meta { schema: SCHEMA, ..Meta::default() }),
            false => Err("it does not say what it holds".to_owned()),
        };
    };
    let meta = Meta::decode(&*meta).map_err(|e| e.to_string())?;
    if meta.schema != SCHEMA {
        return Err(format!("its schema is {}, this version's is {SCHEMA}", meta.schema));
    }
    let mut digest = 0u64;
    for entry in db.iter() {
        let (key, value) = entry.map_err(|e| e.to_string())?;
        if *key != META_KEY {
            digest = digest.wrapping_add(entry_hash(&key, &value));
        }
    }
    if digest != meta.digest {
        return Err("entries are missing or changed".to_owned());
    }
    Ok(meta)
}

fn entry_hash(key: &[u8], value: &[u8]) -> u64 {
    let mut hash = Sha256::new();
    hash.update([key.len() as u8]);
    hash.update(key);
    hash.update(value);
    u64::from_be_bytes(hash.finalize()[..8].try_into().expect("8 of 32 bytes"))
}

/// What a reader sees: sled, and on the writer's side the rows of commits not yet handed to it.
pub(super) struct View<'a> {
    db: &'a sled::Db,
    pending: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> View<'a> {
    pub fn new(db: &'a sled::Db) -> Self {
        View { db, pending: BTreeMap::new() }
    }

    fn entry(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.pending.get(key) {
            Some(pending) => Ok(pending.clone()),
            None => Ok(self.db.get(key)?.map(|value| value.to_vec())),
        }
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.entry(key)? {
            Some(entry) => self.whole(key, entry).map(Some),
            None => Ok(None),
        }
    }

    pub fn row<R: Row>(&self, key: &[u8]) -> Result<Option<R>, StoreError> {
        self.get(key)?.map(|bytes| R::from_bytes(&bytes)).transpose()
    }

    /// An entry's value, put together when it has continuations.
    fn whole(&self, key: &[u8], mut entry: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let parts = parts(&entry);
        if parts == 0 {
            entry.remove(0);
            return Ok(entry);
        }
        let mut value = Vec::new();
        for n in 0..parts {
            value.extend(self.entry(&more(key, n))?.ok_or_else(broken)?);
        }
        Ok(value)
    }

    /// Keys and values below a prefix from a key on, in order.
    pub fn scan(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        let mut found: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        let from = if from < prefix { prefix } else { from };
        let mut stored = self.db.range(from.to_vec()..);
        while found.len() < limit {
            let Some(entry) = stored.next() else { break };
            let (key, value) = entry?;
            if !key.starts_with(prefix) {
                break;
            }
            if !self.pending.contains_key(&*key) {
                found.insert(key.to_vec(), value.to_vec());
            }
        }
        for (key, value) in self.pending.range(from.to_vec()..) {
            if !key.starts_with(prefix) {
                break;
            }
            if let Some(value) = value {
                found.insert(key.clone(), value.clone());
            }
        }
        found
            .into_iter()
            .take(limit)
            .map(|(key, entry)| Ok((key.clone(), self.whole(&key, entry)?)))
            .collect()
    }

    /// The last key below a prefix and below `bound`.
    pub fn last_below(&self, prefix: &[u8], bound: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut stored = None;
        for entry in self.db.range(prefix.to_vec()..bound.to_vec()).rev() {
            let (key, _) = entry?;
            if !self.pending.contains_key(&*key) {
                stored = Some(key.to_vec());
                break;
            }
        }
        let pending = self.pending.range(prefix.to_vec()..bound.to_vec()).rev();
        let pending = pending.filter(|(_, v)| v.is_some()).map(|(k, _)| k.clone()).next();
        Ok(stored.max(pending))
    }
}

/// Commits being prepared: a view that can be written.
pub(super) struct Draft<'a> {
    view: View<'a>,
    pub meta: Meta,
}

impl<'a> Deref for Draft<'a> {
    type Target = View<'a>;
    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl<'a> Draft<'a> {
    pub fn new(db: &'a sled::Db, meta: Meta) -> Self {
        Draft { view: View::new(db), meta }
    }

    fn set(&mut self, key: Vec<u8>, entry: Option<Vec<u8>>) -> Result<(), StoreError> {
        if let Some(old) = self.entry(&key)? {
            self.meta.digest = self.meta.digest.wrapping_sub(entry_hash(&key, &old));
        }
        if let Some(new) = &entry {
            self.meta.digest = self.meta.digest.wrapping_add(entry_hash(&key, new));
        }
        self.view.pending.insert(key, entry);
        Ok(())
    }

    pub fn put(&mut self, key: Vec<u8>, value: &[u8]) -> Result<(), StoreError> {
        self.remove_parts(&key)?;
        if value.len() < ENTRY_BYTES {
            let entry = [&[0], value].concat();
            return self.set(key, Some(entry));
        }
        let chunks: Vec<&[u8]> = value.chunks(ENTRY_BYTES).collect();
        for (n, chunk) in chunks.iter().enumerate() {
            self.set(more(&key, n as u32), Some(chunk.to_vec()))?;
        }
        let entry = [&[1], &(chunks.len() as u32).to_be_bytes()[..]].concat();
        self.set(key, Some(entry))
    }

    pub fn put_row<R: Row>(&mut self, key: Vec<u8>, row: &R) -> Result<(), StoreError> {
        self.put(key, &row.to_bytes())
    }

    pub fn remove(&mut self, key: Vec<u8>) -> Result<(), StoreError> {
        self.remove_parts(&key)?;
        self.set(key, None)
    }

    fn remove_parts(&mut self, key: &[u8]) -> Result<(), StoreError> {
        let parts = self.entry(key)?.map_or(0, |old| parts(&old));
        (0..parts).try_for_each(|n| self.set(more(key, n), None))
    }

    /// Everything prepared, as one batch for sled.
    pub fn batch(&mut self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, entry) in std::mem::take(&mut self.view.pending) {
            match entry {
                Some(entry) => batch.insert(key, entry),
                None => batch.remove(key),
            }
        }
        batch.insert(META_KEY.to_vec(), self.meta.encode_to_vec());
        batch
    }

    /// Hands everything prepared to sled.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let batch = self.batch();
        Ok(self.view.db.apply_batch(batch)?)
    }

    pub fn pending(&self) -> usize {
        self.view.pending.len()
    }
}

fn parts(entry: &[u8]) -> u32 {
    match entry {
        [1, count @ ..] => count.try_into().map_or(0, u32::from_be_bytes),
        _ => 0,
    }
}

fn more(key: &[u8], n: u32) -> Vec<u8> {
    keys::key(keys::table::MORE, &[key, &n.to_be_bytes()])
}

fn broken() -> StoreError {
    StoreError::Fatal(
        "the index is damaged; stop nianbao and run `nianbao rebuild`: nothing is lost".to_owned(),
    )
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        StoreError::Fatal(format!(
            "the index failed ({error}); start again, or run `nianbao rebuild`: nothing is lost"
        ))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        StoreError::Fatal(error.to_string())
    }
}

/// A number kept in a row of its own.
pub(super) fn number(view: &View, key: &[u8]) -> Result<u64, StoreError> {
    Ok(view.get(key)?.map_or(0, |bytes| keys::number(&bytes, 0)))
}

/// Decodes a stored message kept as a row without a model type of its own.
pub(super) fn message<M: Message + Default>(bytes: &[u8]) -> Result<M, StoreError> {
    decode(bytes)
}
