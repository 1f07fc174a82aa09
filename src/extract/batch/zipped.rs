//! The files of a zip archive.

use super::names::{self, Encoding};
use super::{Unpacking, chosen, too_big};
use crate::extract::ExtractError;
use crate::extract::archive::RATIO_FROM;
use crate::extract::refusal::{self, Limit};
use crate::model::{Format, PassReason, PassedOver};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
// The stable reader keeps one of several entries of the same name and drops the others unsaid.
use zip::unstable::read::ZipIterable;

/// General purpose flag, bit 11: the name is UTF-8 (APPNOTE 4.4.4). The reader sets it as well where
/// an Info-ZIP Unicode path (0x7075) gave the name.
const UTF8: u16 = 1 << 11;

const DAMAGED: (&str, &str) = ("已损坏，无法解压", "damaged: it cannot be decompressed");

impl Unpacking<'_> {
    /// Offers every file of the archive; an error where its directory cannot be read at all.
    pub(super) fn archive(
        &mut self,
        inside: &str,
        bytes: &[u8],
        level: u32,
    ) -> Result<(), ExtractError> {
        let broken = || {
            refusal::damaged(
                Format::Zip,
                "压缩包结构不完整（可能没有传完，或是分卷压缩的一部分）",
                "the archive is cut off, broken or one part of several",
            )
        };
        let config = Config::default();
        let mut directory =
            ZipIterable::try_new(Cursor::new(bytes), config).map_err(|_| broken())?;
        // One look at all names first, no further than the limit goes.
        let look = directory.files().map_err(|_| broken())?.take(self.limits.entries as usize);
        let raw: Vec<_> = look.filter_map(Result::ok).filter(|entry| !says_utf8(entry)).collect();
        let encoding = Encoding::of(raw.iter().map(ZipFileEntry::name_raw));
        drop(raw);
        let mut spans = BTreeMap::new();
        for entry in directory.files().map_err(|_| broken())? {
            let Ok(entry) = entry else {
                self.refuse(&names::below(inside, "…"), broken());
                break;
            };
            if entry.is_dir() || entry.name_raw().ends_with(b"\\") {
                continue;
            }
            if !self.count() {
                self.too_many(inside);
                break;
            }
            let utf8 = says_utf8(&entry);
            let Some(name) = names::path(entry.name_raw(), utf8, encoding) else {
                let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/");
                let words = ("文件名指向压缩包之外", "its name leads out of the archive");
                self.pass(&names::below(inside, &name), PassReason::UnsafeName, words);
                continue;
            };
            let name = names::below(inside, &name);
            if self.fits(&name)
                && let Some(bytes) = self.inflate(&name, entry, bytes, &mut spans)
            {
                self.offer(name, bytes, level, Format::Zip);
            }
        }
        Ok(())
    }

    /// The bytes of one entry; `None` where it was passed over.
    fn inflate(
        &mut self,
        name: &str,
        entry: ZipFileEntry<'static>,
        archive: &[u8],
        spans: &mut BTreeMap<u64, u64>,
    ) -> Option<Vec<u8>> {
        if let Some(chosen::Kind::Pass(reason, words)) = chosen::left_behind(name) {
            self.pass(name, reason, words);
            return None;
        }
        if entry.is_symlink() {
            self.pass(name, PassReason::System, ("链接，不是文件", "a link, no file"));
            return None;
        }
        if entry.encrypted() {
            self.pass(name, PassReason::Encrypted, ("设有解压密码", "under a password"));
            return None;
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            let words = (
                "压缩方法不受支持，请用系统自带的压缩功能重新打包",
                "packed by a method that is not unpacked here; pack it anew with the system's own",
            );
            self.pass(name, PassReason::Unsupported, words);
            return None;
        }
        let (size, packed) = (entry.size(), entry.compressed_size());
        if size > self.limits.bytes {
            let message = too_big(size, self.limits);
            let reason = PassReason::OverLimit;
            self.passed.add(PassedOver { name: name.into(), reason, message });
            return None;
        }
        let by_ratio = packed.saturating_mul(self.limits.ratio.into()).max(RATIO_FROM);
        let (most, limit) = if by_ratio < self.room() {
            (by_ratio, refusal::over(Format::Zip, Limit::Ratio, self.limits.ratio.into()))
        } else {
            let most = self.limits.inflated_bytes;
            (self.room(), refusal::over(Format::Zip, Limit::Inflated, most))
        };
        // What the directory claims saves the work; what comes out is what counts.
        if size > most {
            self.refuse(name, limit);
            return None;
        }
        let mut body = Cursor::new(archive);
        let Ok(file) = entry.with_reader(&mut body, ZipReadOptions::new()) else {
            self.pass(name, PassReason::Damaged, DAMAGED);
            return None;
        };
        let start = file.data_start().unwrap_or(0);
        if packed > 0 && overlaps(spans, start, start.saturating_add(packed)) {
            let words =
                ("与另一文件共用数据，压缩包结构异常", "shares its bytes with another entry");
            self.pass(name, PassReason::Damaged, words);
            return None;
        }
        let most = most.min(self.limits.bytes);
        let mut bytes = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut bytes);
        self.inflated += bytes.len() as u64;
        if read.is_err() {
            self.pass(name, PassReason::Damaged, DAMAGED);
            return None;
        }
        if bytes.len() as u64 > most {
            self.refuse(name, limit);
            return None;
        }
        Some(bytes)
    }
}

fn says_utf8(entry: &ZipFileEntry) -> bool {
    entry.flags().as_u16() & UTF8 != 0
}

/// Whether the bytes belong to an entry already read; books them where they do not.
fn overlaps(spans: &mut BTreeMap<u64, u64>, start: u64, end: u64) -> bool {
    let before = spans.range(..end).next_back();
    if before.is_some_and(|(_, taken)| *taken > start) {
        return true;
    }
    spans.insert(start, end);
    false
}
