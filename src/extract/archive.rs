//! A zip container of named parts, read under the limits.

use super::refusal::{self, Limit};
use super::{ExtractError, Limits, encoding};
use crate::model::{Format, UnreadableReason};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// From this size on the compression ratio of a part is looked at: small parts of repeated markup
/// compress well without meaning harm.
pub(super) const RATIO_FROM: u64 = 1 << 20;

/// An open container.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    format: Format,
    limits: &'a Limits,
    inflated: u64,
}

impl<'a> Archive<'a> {
    pub fn open(format: Format, bytes: &'a [u8], limits: &'a Limits) -> Result<Self, ExtractError> {
        // Before the directory is read into memory: its own count of entries.
        if announced_entries(bytes) > u64::from(limits.entries) {
            return Err(refusal::over(format, Limit::Entries, limits.entries.into()));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
            refusal::damaged(
                format,
                "压缩包结构不完整（可能没有传完或没有存完）",
                "the zip container is cut off or broken",
            )
        })?;
        if zip.len() as u64 > u64::from(limits.entries) {
            return Err(refusal::over(format, Limit::Entries, limits.entries.into()));
        }
        Ok(Archive { zip, format, limits, inflated: 0 })
    }

    /// The text of a part that must be there.
    pub fn text(&mut self, part: &str) -> Result<String, ExtractError> {
        let bytes = self.bytes(part)?.unwrap_or_default();
        Ok(encoding::decode(&bytes).text)
    }

    /// The text of a part that may be absent or unreadable; limits hold all the same.
    pub fn text_or_nothing(&mut self, part: &str) -> Result<String, ExtractError> {
        let bytes = self.bytes_or_nothing(part)?.unwrap_or_default();
        Ok(encoding::decode(&bytes).text)
    }

    /// The bytes of a part that may be absent or unreadable; limits hold all the same.
    pub fn bytes_or_nothing(&mut self, part: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        match self.bytes(part) {
            Err(error) if error.reason == UnreadableReason::Damaged => Ok(None),
            other => other,
        }
    }

    /// Inflates one part; `None` where there is none.
    fn bytes(&mut self, part: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        match self.zip.index_for_name(part) {
            Some(index) => self.bytes_at(index, part).map(Some),
            None => Ok(None),
        }
    }

    /// Inflates the part at a place in the directory, named `part` in words.
    pub fn bytes_at(&mut self, index: usize, part: &str) -> Result<Vec<u8>, ExtractError> {
        let damaged = || {
            refusal::damaged(
                self.format,
                &format!("{part} 无法解压"),
                &format!("{part} cannot be decompressed"),
            )
        };
        let file = match self.zip.by_index(index) {
            Ok(file) => file,
            Err(ZipError::InvalidPassword) => return Err(refusal::encrypted(self.format)),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(refusal::encrypted(self.format));
            }
            Err(_) => return Err(damaged()),
        };
        let by_ratio = file.compressed_size().saturating_mul(self.limits.ratio.into());
        let by_ratio = by_ratio.max(RATIO_FROM);
        let left = self.limits.inflated_bytes.saturating_sub(self.inflated);
        let (most, limit) = if by_ratio < left {
            (by_ratio, refusal::over(self.format, Limit::Ratio, self.limits.ratio.into()))
        } else {
            (left, refusal::over(self.format, Limit::Inflated, self.limits.inflated_bytes))
        };
        // What the directory claims saves the work; what comes out is what counts.
        if file.size() > most {
            return Err(limit);
        }
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        if bytes.len() as u64 > most {
            return Err(limit);
        }
        self.inflated += bytes.len() as u64;
        Ok(bytes)
    }

    /// True where there is such a part.
    pub fn holds(&self, part: &str) -> bool {
        self.zip.index_for_name(part).is_some()
    }

    /// The names of all parts in the order of the directory, decoded: Windows writes them in GBK
    /// without saying so.
    pub fn directory(&self) -> impl Iterator<Item = String> + '_ {
        self.zip.file_names_raw().map(|name| encoding::decode(name).text)
    }

    /// The names of the parts, those that are text.
    pub fn names(&self) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
        self.zip.file_names().flatten()
    }
}

/// Entries as the record at the end of the archive counts them; 0 where there is no such record.
fn announced_entries(bytes: &[u8]) -> u64 {
    let tail = bytes.len().saturating_sub(65_557);
    let end = bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06").map(|at| at + tail);
    match end.and_then(|end| bytes.get(end + 10..end + 12)) {
        Some(count) => u16::from_le_bytes([count[0], count[1]]).into(),
        None => 0,
    }
}
