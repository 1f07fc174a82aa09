//! The originals against the records, when a store is opened: which of them are no longer what was
//! handed in, and which files nobody knows.
//!
//! Invariant: runs before anybody can hand anything in, so that a file without a record is nobody's.

use super::index::View;
use super::keys::{self, table};
use super::records::Row;
use super::spool::{Spool, hash_file};
use super::{Damage, DamagedOriginal, Opened, StoreError};
use crate::model::{Submission, SubmissionId};
use fs_err as fs;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// How closely originals are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// That they are there and as long as they were: a glance at each.
    Glance,
    /// That they have the bytes that were handed in: reads everything.
    Read,
}

/// A file without a record is left alone for so long: whoever brings data back from a backup, in
/// whatever order, has time to notice.
const SAFE_AGE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Damaged originals named; the others are only counted.
const MOST_NAMED: usize = 100;

/// What the records say of an original.
struct Known {
    size: u64,
    /// The newest submission with these bytes.
    submission: SubmissionId,
    file_name: String,
}

/// Looks the originals over and notes in `opened` what is wrong; removes what a crash between spool
/// and journal left behind.
pub(super) fn inspect(
    view: &View,
    spool: &Spool,
    look: Look,
    opened: &mut Opened,
) -> Result<(), StoreError> {
    let known = known(view)?;
    for (sha256, original) in &known {
        let Some(damage) = damage(spool, sha256, original.size, look) else { continue };
        let path = spool.path(sha256);
        let (submission, file_name) = (original.submission, original.file_name.clone());
        tracing::error!(submission, file_name, ?damage, path = %path.display(), "原件已损坏 · a damaged original");
        opened.damaged_in_all += 1;
        if opened.damaged.len() < MOST_NAMED {
            opened.damaged.push(DamagedOriginal { submission, file_name, path, damage });
        }
    }
    // An index made anew may stem from a journal that was put back from an older copy: then the
    // originals know more than the records, and are kept until somebody has looked.
    if !opened.rebuilt {
        opened.collected = collect(spool, &known);
    }
    Ok(())
}

fn known(view: &View) -> Result<BTreeMap<String, Known>, StoreError> {
    let mut known = BTreeMap::new();
    let prefix = [table::SUBMISSION];
    let mut from = prefix.to_vec();
    loop {
        let rows = view.scan(&prefix, &from, 1000)?;
        let Some((last, _)) = rows.last() else { return Ok(known) };
        from = [&last[..], &[0]].concat();
        for (_, row) in &rows {
            let row = Submission::from_bytes(row)?;
            let file_name = row.source.file_name().to_owned();
            let original = Known { size: row.size, submission: row.id, file_name };
            known.insert(row.sha256, original);
        }
    }
}

fn damage(spool: &Spool, sha256: &str, size: u64, look: Look) -> Option<Damage> {
    let path = spool.path(sha256);
    match fs::metadata(&path) {
        Err(_) => Some(Damage::Missing),
        Ok(metadata) if metadata.len() != size => Some(Damage::Altered),
        Ok(_) if look == Look::Glance => None,
        Ok(_) => match hash_file(&path) {
            Ok(hash) if hash == sha256 => None,
            _ => Some(Damage::Altered),
        },
    }
}

/// Removes old originals without a record; how many. One that cannot be removed does no harm.
fn collect(spool: &Spool, known: &BTreeMap<String, Known>) -> u64 {
    let mut collected = 0;
    let now = SystemTime::now();
    for path in spool.files() {
        let Some(sha256) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if keys::unhex(sha256).is_none() || known.contains_key(sha256) || path != spool.path(sha256)
        {
            continue;
        }
        let written = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|written| now.duration_since(written).ok());
        if age.is_some_and(|age| age >= SAFE_AGE) && fs::remove_file(&path).is_ok() {
            tracing::info!(path = %path.display(), "已清除未收取成功的原件 · removed: an original that was never received");
            collected += 1;
        }
    }
    collected
}
