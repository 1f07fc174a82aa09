//! Archives and mails with several files in them: what is in one, flat, whatever lies inside what.
//!
//! Invariants: one budget for the whole batch, however it nests; every file of it is either handed
//! over or named among what was passed over; nothing is ever written under a name that is in it.

mod chosen;
mod mail;
mod mail_name;
mod names;
mod zipped;

use super::refusal::{self, Limit};
use super::{ExtractError, Limits, sniff};
use crate::model::{
    ENTRY_NAME, Format, PassReason, Passed, PassedOver, UnreadableReason, Words, size_words,
};
use chosen::Kind;
use std::collections::BTreeSet;

/// Archives or mails inside one another: a delivery has two, a bomb has more.
const DEPTH: u32 = 3;

/// Bytes of all names of a batch together, so that its receipt is one record.
const NAMES: usize = 4 << 20;

/// One file of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path inside the batch, `外层.zip/乡镇/洪泽.docx`, as
    /// [`written_name`](crate::model::written_name) writes it; no two of a batch are equal.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What came of a batch besides its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    pub format: Format,
    pub passed: Passed,
}

/// Hands over the files of an archive or of a mail with attachments, in their order, one at a time.
/// `None` where the file is no such thing, a mail with nothing but its text included; an error where
/// there is nothing in it that could be a report. What goes over a limit is passed over, the rest is
/// taken.
pub fn unpack(
    bytes: &[u8],
    limits: &Limits,
    take: &mut dyn FnMut(Entry),
) -> Option<Result<Unpacked, ExtractError>> {
    if bytes.len() as u64 > limits.bytes {
        return None;
    }
    let format = sniff::sniff(bytes).ok()?;
    let mut unpacking = Unpacking {
        limits,
        take,
        looked_at: 0,
        inflated: 0,
        names: BTreeSet::new(),
        name_bytes: 0,
        passed: Passed::default(),
    };
    let opened = match format {
        Format::Zip => unpacking.archive("", bytes, 1),
        Format::Eml => match unpacking.mail("", bytes, 1) {
            Ok(false) => return None,
            other => other.map(|_| ()),
        },
        _ => return None,
    };
    let Unpacking { names, passed, .. } = unpacking;
    Some(match opened {
        Err(error) => Err(error),
        Ok(()) if names.is_empty() => Err(nothing(format, &passed)),
        Ok(()) => Ok(Unpacked { format, passed }),
    })
}

/// A batch being unpacked, with what it has cost so far.
struct Unpacking<'a> {
    limits: &'a Limits,
    take: &'a mut dyn FnMut(Entry),
    /// Files of all levels, handed over or not.
    looked_at: u64,
    /// Bytes decompressed, those of files that were then refused included: work is what is bounded.
    inflated: u64,
    /// Of the entries handed over.
    names: BTreeSet<String>,
    name_bytes: usize,
    passed: Passed,
}

impl Unpacking<'_> {
    /// Accounts for one more file; false where the batch has too many.
    fn count(&mut self) -> bool {
        self.looked_at += 1;
        self.looked_at <= u64::from(self.limits.entries)
    }

    /// Bytes that may still be decompressed.
    fn room(&self) -> u64 {
        self.limits.inflated_bytes.saturating_sub(self.inflated)
    }

    fn pass(&mut self, name: &str, reason: PassReason, (zh, en): (&str, &str)) {
        self.passed.add(PassedOver { name: name.into(), reason, message: Words::new(zh, en) });
    }

    /// Passes over what another limit or a broken container keeps back.
    fn refuse(&mut self, name: &str, error: ExtractError) {
        let reason = match error.reason {
            UnreadableReason::Encrypted => PassReason::Encrypted,
            UnreadableReason::OverLimit => PassReason::OverLimit,
            UnreadableReason::Damaged => PassReason::Damaged,
            UnreadableReason::PicturesOnly => PassReason::Picture,
            UnreadableReason::Empty | UnreadableReason::NotAReport => PassReason::NotADocument,
            _ => PassReason::Unsupported,
        };
        self.passed.add(PassedOver { name: name.into(), reason, message: error.detail });
    }

    /// One file of the batch: goes on inside it, hands it over, or passes it over. `level` is how deep
    /// the container lies that it was in.
    fn offer(&mut self, name: String, bytes: Vec<u8>, level: u32, from: Format) {
        let kind = chosen::kind(&name, &bytes);
        match kind {
            Kind::Pass(reason, words) => self.pass(&name, reason, words),
            Kind::Document => self.hand_over(name, bytes),
            Kind::Archive | Kind::Mail if level >= DEPTH => {
                let error = refusal::over(Format::Zip, Limit::Depth, DEPTH.into());
                let detail = Words::new(
                    format!("压缩包或邮件嵌套超过 {DEPTH} 层，未打开"),
                    format!("archives or mails inside one another, more than {DEPTH} deep"),
                );
                self.refuse(&name, ExtractError { detail, ..error });
            }
            Kind::Archive => {
                let before = (self.names.len(), self.passed.in_all);
                match self.archive(&name, &bytes, level + 1) {
                    Err(error) => self.refuse(&name, error),
                    Ok(()) if before == (self.names.len(), self.passed.in_all) => {
                        self.refuse(&name, nothing(Format::Zip, &Passed::default()));
                    }
                    Ok(()) => {}
                }
            }
            Kind::Mail => match self.mail(&name, &bytes, level + 1) {
                Ok(true) => {}
                // The text of a mail that was sent along is no more a report than that of the mail.
                Ok(false) if from == Format::Eml => self.pass(
                    &name,
                    PassReason::Body,
                    (
                        "邮件没有附件，正文未作核对",
                        "a mail without attachments; its text was not judged",
                    ),
                ),
                Ok(false) => self.hand_over(name, bytes),
                Err(error) => self.refuse(&name, error),
            },
        }
    }

    fn hand_over(&mut self, name: String, bytes: Vec<u8>) {
        let name = names::unused(name, &self.names);
        self.names.insert(name.clone());
        (self.take)(Entry { name, bytes });
    }

    /// Whether a name can be kept; says so where it cannot.
    fn fits(&mut self, name: &str) -> bool {
        self.name_bytes = self.name_bytes.saturating_add(name.len());
        let fits = name.len() <= ENTRY_NAME && self.name_bytes <= NAMES;
        if !fits {
            self.pass(name, PassReason::UnsafeName, ("文件名过长", "the name is too long"));
        }
        fits
    }

    /// Says that from here on the batch was not looked at.
    fn too_many(&mut self, inside: &str) {
        let error = refusal::over(Format::Zip, Limit::Entries, self.limits.entries.into());
        let name = names::below(inside, "…");
        self.refuse(&name, error);
    }
}

/// Why a batch without an entry cannot be judged: what kept most of it back.
fn nothing(format: Format, passed: &Passed) -> ExtractError {
    let has = |reason| passed.named.iter().any(|one| one.reason == reason);
    let what = if format == Format::Eml {
        ("邮件附件", "the mail's attachments")
    } else {
        ("压缩包", "the archive")
    };
    let (reason, zh, en) = if has(PassReason::Encrypted) {
        (
            UnreadableReason::Encrypted,
            "设有密码，里面的文件无法取出",
            "under a password: nothing could be taken out",
        )
    } else if has(PassReason::OverLimit) {
        (
            UnreadableReason::OverLimit,
            "超过解压上限，没有取出任何文件",
            "over the limits: nothing could be taken out",
        )
    } else if has(PassReason::Damaged) {
        (
            UnreadableReason::Damaged,
            "已损坏，没有取出任何文件",
            "damaged: nothing could be taken out",
        )
    } else if has(PassReason::Unsupported) {
        (
            UnreadableReason::Unsupported,
            "使用了不能解压的压缩方法",
            "packed by a method that is not unpacked here",
        )
    } else if has(PassReason::Picture) {
        (UnreadableReason::PicturesOnly, "里只有图片，没有可判读的报告", "only pictures, no report")
    } else {
        (UnreadableReason::Empty, "里没有任何文档", "there is no document in it")
    };
    let mut detail = Words::new(format!("{}{zh}", what.0), format!("{}: {en}", what.1));
    if let Some(first) = passed.named.first() {
        let name = crate::model::cut(crate::model::shown_name(&first.name), 200);
        detail.zh.push_str(&format!("（{name}：{}；共 {} 项）", first.message.zh, passed.in_all));
        detail.en.push_str(&format!(" ({name}: {}; {} in all)", first.message.en, passed.in_all));
    }
    ExtractError { format, reason, detail }
}

/// An entry larger than a file may be.
fn too_big(size: u64, limits: &Limits) -> Words {
    Words::new(
        format!("大小 {}，超过单个文件上限 {}", size_words(size), size_words(limits.bytes)),
        format!("{size} bytes, more than the limit of {} for one file", limits.bytes),
    )
}
