//! Whether the disk has room for another original.
//!
//! A journal that cannot be written ends the process, so what is left of the disk is kept for it: no
//! new file is taken once the free space falls below a mark.

use super::StoreError;
use crate::model::{Words, size_words};
use rustix::fs::statvfs;
use std::io;
use std::path::PathBuf;

/// File names that have to be left, where a file system counts them.
const LEAST_FILES: u64 = 64;

pub(super) struct Room {
    /// Where originals and journal lie: most often one file system.
    dirs: Vec<PathBuf>,
    /// Bytes that have to be free.
    least: u64,
}

impl Room {
    pub fn new(dirs: impl Into<Vec<PathBuf>>, least: u64) -> Self {
        Room { dirs: dirs.into(), least }
    }

    /// What is nearly full, where fewer bytes are free than so many times those that have to be.
    pub fn running_low(&self, times: u64) -> Option<Words> {
        self.dirs.iter().find_map(|dir| {
            let disk = statvfs(dir).ok()?;
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            (free < self.least.saturating_mul(times)).then(|| {
                let (left, least) = (size_words(free), size_words(self.least));
                Words::new(
                    format!(
                        "数据目录所在的磁盘将满，还剩{}（{}），少于{}时不再接收新文件；请清理磁盘",
                        left, dir.display(), least
                    ),
                    format!(
                        "the disk of the data directory is nearly full, {} left ({}); below {} no new \
                         file is taken",
                        left, dir.display(), least
                    ),
                )
            })
        })
    }

    /// `NoRoom` where less is left than has to be.
    pub fn check(&self) -> Result<(), StoreError> {
        for dir in &self.dirs {
            let disk = statvfs(dir).map_err(|error| unkept(&error.into()))?;
            if disk.f_bavail.saturating_mul(disk.f_frsize) < self.least {
                return Err(StoreError::NoRoom(full("剩余空间不足", "too little space is left")));
            }
            if disk.f_files > 0 && disk.f_favail < LEAST_FILES {
                return Err(StoreError::NoRoom(full("可用文件数用尽", "no inodes are left")));
            }
        }
        Ok(())
    }
}

/// What a failed write of an original means: it is thrown away and tried again, whatever the reason,
/// since nothing was promised of it yet.
pub(super) fn unkept(error: &io::Error) -> StoreError {
    if is_full(error) {
        return StoreError::NoRoom(full("没有空间可写", "there is no space to write to"));
    }
    // Which path it was is for the log; uploaders are told the reason only.
    tracing::warn!(%error, "原件未能存档 · an original could not be kept");
    let inner = error.get_ref().and_then(|e| e.source()).map(ToString::to_string);
    let why = inner.unwrap_or_else(|| error.to_string());
    StoreError::Unwritable(Words::new(
        format!("原件暂时无法存档（{why}），将再次尝试；请检查数据目录所在的磁盘"),
        format!(
            "the original cannot be kept for now ({why}); check the disk of the data directory"
        ),
    ))
}

pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn full(zh: &str, en: &str) -> Words {
    Words::new(
        format!(
            "磁盘已满：数据目录所在的磁盘{zh}，暂不接收新文件，已收到的照常可查；请清理磁盘，\
             腾出空间后自动接收，不必重新提交"
        ),
        format!(
            "the disk is full: {en} where the data directory lies; no new file is taken until there \
             is room, then by itself. What was received can be asked for all the same"
        ),
    )
}
