//! The compound file (OLE 2) that old Office documents are kept in.

use super::bytes::u32_at;
use super::{ExtractError, notice, refusal};
use crate::document::{Anchor, Notice, NoticeKind};
use crate::model::Format;
use cfb::CompoundFile;
use std::io::{Cursor, Read};

/// An open compound file.
pub(super) struct Container<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
    format: Format,
    /// Bytes of the whole; no stream can be longer.
    size: u64,
}

impl<'a> Container<'a> {
    pub fn open(format: Format, bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let broken = || {
            refusal::damaged(
                format,
                "文件结构不完整（可能没有传完）",
                "the compound file is cut off or broken",
            )
        };
        check_allocation(bytes).ok_or_else(broken)?;
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| broken())?;
        Ok(Container { file, format, size: bytes.len() as u64 })
    }

    /// A stream of the root; `None` where there is none.
    pub fn stream(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        if !self.file.is_stream(name) {
            return Ok(None);
        }
        let broken =
            || refusal::damaged(self.format, "数据流不完整", "a stream is cut off or broken");
        let stream = self.file.open_stream(name).map_err(|_| broken())?;
        let mut bytes = Vec::new();
        stream.take(self.size + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        if bytes.len() as u64 > self.size { Err(broken()) } else { Ok(Some(bytes)) }
    }

    /// The names of what a storage holds, the first `most` of them.
    pub fn storages_in(&self, storage: &str, most: usize) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(storage) else { return Vec::new() };
        entries.take(most).map(|entry| entry.name().to_owned()).collect()
    }

    /// Word of macros, which are not run.
    pub fn macros(&self) -> Option<Notice> {
        let storages = ["Macros", "_VBA_PROJECT_CUR"];
        let name = storages.iter().find(|name| self.file.is_storage(name))?;
        Some(notice(NoticeKind::Macro, Anchor::Unknown, name))
    }
}

/// Looks at the sectors that list the sectors of the allocation table before they are read: a file
/// has no more of them than it takes to count its own sectors.
fn check_allocation(bytes: &[u8]) -> Option<()> {
    let shift = bytes.get(30).copied().filter(|shift| matches!(shift, 9 | 12))?;
    let sector = 1usize << shift;
    let per_sector = sector / 4;
    let most = bytes.len() / sector / per_sector / (per_sector - 1) + 1;
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..=most {
        let at = (next as usize).checked_add(1)?.checked_mul(sector)?;
        let Some(link) = u32_at(bytes, at + sector - 4) else { return Some(()) };
        next = link;
    }
    // Still no end: more sectors than there can be.
    None
}
