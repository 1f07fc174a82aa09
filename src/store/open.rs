//! Opening: the journal first, then the index against it.

use super::apply::apply;
use super::index::{self, Draft};
use super::journal::{self, Journal, Survey};
use super::keys;
use super::records::Step;
use super::room::Room;
use super::{Opened, StoreError, StoreOptions, sync_dir};
use crate::proto::store_v1::Meta;
use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt;
use rustix::fs::{FlockOperation, flock};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows prepared before they are handed to sled while replaying.
const REPLAY_BATCH: usize = 20_000;

/// Free bytes with which sled surely opens: it writes a snapshot first.
const OPENING: u64 = 4 << 20;

pub(super) struct Opening {
    pub lock: fs::File,
    pub journal: Journal,
    pub db: sled::Db,
    pub meta: Meta,
    pub opened: Opened,
}

/// A daemon that was killed may leave a child between fork and exec behind, which holds the lock for a
/// moment: who starts at once is not to be told of another daemon.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn lock(dir: &Path) -> Result<fs::File, StoreError> {
    fs::create_dir_all(dir)?;
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o640)
        .open(dir.join("lock"))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK) if Instant::now() < deadline => {
                std::thread::sleep(LOCK_PATIENCE / 50);
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(StoreError::Locked(dir.to_owned()));
            }
            Err(e) => return Err(std::io::Error::from(e).into()),
        }
    }
}

pub(super) fn open(options: &StoreOptions, lock: fs::File) -> Result<Opening, StoreError> {
    let dir = &options.dir;
    let (journals, index_dir) = (dir.join("journal"), dir.join("index"));
    let survey = match journal::survey(&journals)? {
        Some(survey) => survey,
        None if index_dir.exists() => {
            return Err(StoreError::Fatal(format!(
                "{}: the journal is gone although the index is there. Restore the journal directory \
                 from a backup; to start empty, move the whole data directory away",
                journals.display()
            )));
        }
        // Before there is an index, or a kill in between would look like a lost journal.
        None => begin(dir, &journals)?,
    };
    let (epoch, last) = (survey.epoch, survey.last);
    let mut opened = Opened { cut: survey.torn, ..Opened::default() };
    let (db, meta) = match take_index(options, &index_dir, epoch, &mut opened)? {
        Some(index) => index,
        None => fresh_index(options, &index_dir)?,
    };
    if meta.applied > last {
        return Err(StoreError::Fatal(format!(
            "{}: the journal ends at record {last}, but {} records were acknowledged. Restore the \
             journal directory from a backup. To go on without the records after {last}, delete {}",
            journals.display(),
            meta.applied,
            index_dir.display()
        )));
    }
    opened.rebuilt |= meta.applied == 0 && last > 0;
    let meta = replay(&survey, &db, Meta { epoch, ..meta }, &mut opened)?;
    let journal = Journal::resume(survey)?;
    Ok(Opening { lock, journal, db, meta, opened })
}

/// The journal of a new store, durably there.
fn begin(dir: &Path, journals: &Path) -> Result<Survey, StoreError> {
    Journal::create(journals, new_epoch(dir))?;
    sync_dir(dir)?;
    let survey = journal::survey(journals)?;
    survey.ok_or_else(|| StoreError::Fatal(format!("{}: cannot be kept", journals.display())))
}

/// The index, if it is whole and was made from this journal; otherwise it is moved aside.
fn take_index(
    options: &StoreOptions,
    dir: &Path,
    epoch: u64,
    opened: &mut Opened,
) -> Result<Option<(sled::Db, Meta)>, StoreError> {
    if !dir.exists() {
        return Ok(None);
    }
    let why = match index::open(dir, options.cache_bytes) {
        Ok((db, meta)) if meta.applied == 0 || meta.epoch == epoch => return Ok(Some((db, meta))),
        Ok(_) => "it belongs to another journal".to_owned(),
        // A full disk cannot even be opened on; that says nothing about the index.
        Err(why) if Room::new([options.dir.clone()], OPENING).check().is_err() => {
            return Err(StoreError::Fatal(format!(
                "磁盘已满，索引无法打开；请清理磁盘后重新启动 · the disk is full and the index cannot \
                 be opened ({why}); make room and start again"
            )));
        }
        Err(why) => why,
    };
    let aside = dir.with_extension("damaged");
    tracing::warn!(%why, aside = %aside.display(), "正在由日志重建索引 · the index is made anew from the journal");
    if aside.exists() {
        fs::remove_dir_all(&aside)?;
    }
    fs::rename(dir, &aside)?;
    opened.rebuilt = true;
    Ok(None)
}

fn fresh_index(options: &StoreOptions, dir: &Path) -> Result<(sled::Db, Meta), StoreError> {
    index::open(dir, options.cache_bytes)
        .map_err(|why| StoreError::Fatal(format!("{}: {why}", dir.display())))
}

fn replay(
    survey: &Survey,
    db: &sled::Db,
    meta: Meta,
    opened: &mut Opened,
) -> Result<Meta, StoreError> {
    let after = meta.applied;
    let mut draft = Draft::new(db, meta);
    survey.replay(after, |spot, body| {
        let step = Step::decode(body)?;
        if step.seq != draft.meta.applied + 1 {
            return Err(StoreError::Fatal(format!(
                "journal record {} stands where {} belongs; restore the journal from a backup",
                step.seq,
                draft.meta.applied + 1
            )));
        }
        apply(&mut draft, &step, spot)?;
        opened.replayed += 1;
        if draft.pending() >= REPLAY_BATCH {
            draft.flush()?;
        }
        Ok(())
    })?;
    draft.flush()?;
    Ok(draft.meta)
}

/// A number no other journal has: from the moment and the process it was made in.
fn new_epoch(dir: &Path) -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = format!("{:?} {} {}", now, std::process::id(), dir.display());
    keys::number(&keys::hash16(&seed), 0).max(1)
}
