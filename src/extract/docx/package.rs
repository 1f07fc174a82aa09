//! The zip container of a Word document: parts and the relations between them.

use super::xml;
use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits, encoding};
use crate::model::{Format, UnreadableReason};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// From this size on the compression ratio of a part is looked at: small parts of repeated markup
/// compress well without meaning harm.
const RATIO_FROM: u64 = 1 << 20;

/// An open package.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
    inflated: u64,
}

/// What the relations of a part point to: kind (the last segments of its URI) and part, by id.
#[derive(Debug, Default)]
pub(super) struct Relations {
    by_id: BTreeMap<String, (String, String)>,
}

impl Relations {
    /// The first part of a kind, e.g. `/styles`.
    pub fn of_kind(&self, kind: &str) -> Option<&str> {
        self.by_id.values().find(|(k, _)| k.ends_with(kind)).map(|(_, part)| part.as_str())
    }

    /// Every part of a kind.
    pub fn all_of_kind(&self, kind: &'static str) -> impl Iterator<Item = &str> {
        let parts = self.by_id.values().filter(move |(k, _)| k.ends_with(kind));
        parts.map(|(_, part)| part.as_str())
    }

    pub fn target(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|(_, part)| part.as_str())
    }
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, ExtractError> {
        // Before the directory is read into memory: its own count of entries.
        if announced_entries(bytes) > u64::from(limits.entries) {
            return Err(refusal::over(Format::Docx, Limit::Entries, limits.entries.into()));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
            refusal::damaged(
                Format::Docx,
                "压缩包结构不完整（可能没有传完或没有存完）",
                "the zip container is cut off or broken",
            )
        })?;
        if archive.len() as u64 > u64::from(limits.entries) {
            return Err(refusal::over(Format::Docx, Limit::Entries, limits.entries.into()));
        }
        Ok(Package { archive, limits, inflated: 0 })
    }

    /// Name of the part the package declares as its document.
    pub fn main_part(&mut self) -> Result<String, ExtractError> {
        let relations = self.relations("_rels/.rels", "")?;
        let declared = relations.of_kind("/officeDocument").map(str::to_owned);
        let main = declared.unwrap_or_else(|| "word/document.xml".into());
        if self.archive.index_for_name(&main).is_some() {
            return Ok(main);
        }
        Err(refusal::damaged(
            Format::Docx,
            "找不到正文（word/document.xml）",
            "there is no main part (word/document.xml)",
        ))
    }

    pub fn relations_of(&mut self, part: &str) -> Result<Relations, ExtractError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let rels = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        self.relations(&rels, folder)
    }

    fn relations(&mut self, rels: &str, folder: &str) -> Result<Relations, ExtractError> {
        let text = self.text_or_nothing(rels)?;
        let mut by_id = BTreeMap::new();
        xml::each_start(&text, |name, element| {
            if name != "Relationship" {
                return;
            }
            let value = |key| xml::attribute(element, key).unwrap_or_default();
            if value("TargetMode") != "External" {
                by_id.insert(value("Id"), (value("Type"), resolve(folder, &value("Target"))));
            }
        });
        Ok(Relations { by_id })
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
        let Some(index) = self.archive.index_for_name(part) else { return Ok(None) };
        let damaged = || {
            refusal::damaged(
                Format::Docx,
                &format!("{part} 无法解压"),
                &format!("{part} cannot be decompressed"),
            )
        };
        let file = match self.archive.by_index(index) {
            Ok(file) => file,
            Err(ZipError::InvalidPassword) => return Err(refusal::encrypted(Format::Docx)),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(refusal::encrypted(Format::Docx));
            }
            Err(_) => return Err(damaged()),
        };
        let by_ratio = file.compressed_size().saturating_mul(self.limits.ratio.into());
        let by_ratio = by_ratio.max(RATIO_FROM);
        let left = self.limits.inflated_bytes.saturating_sub(self.inflated);
        let (most, limit) = if by_ratio < left {
            (by_ratio, refusal::over(Format::Docx, Limit::Ratio, self.limits.ratio.into()))
        } else {
            (left, refusal::over(Format::Docx, Limit::Inflated, self.limits.inflated_bytes))
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
        Ok(Some(bytes))
    }

    /// The part that holds macros, if any.
    pub fn macros(&self) -> Option<String> {
        let mut names = self.archive.file_names().flatten();
        names.find(|name| name.ends_with("vbaProject.bin")).map(|name| name.into_owned())
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

/// A relation's target as a part name: absolute from the root, else from the folder of its source.
fn resolve(folder: &str, target: &str) -> String {
    let path = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
