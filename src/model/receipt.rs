//! What a receipt is known by: the mark in it, and the name it lies under beside its file.
//!
//! Invariant: a file is a receipt of ours by its mark, never by its name alone; somebody's report that
//! is merely called so is a report.

use super::hex;
use sha2::{Digest, Sha256};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::str::FromStr;

/// A receipt in one of its two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptForm {
    /// A page for a browser or an office program, to be printed.
    Html,
    /// Text to be pasted into a chat.
    Text,
}

impl ReceiptForm {
    pub const ALL: [ReceiptForm; 2] = [ReceiptForm::Html, ReceiptForm::Text];

    /// The media type of RFC 6838.
    pub fn content_type(self) -> &'static str {
        match self {
            ReceiptForm::Html => "text/html; charset=utf-8",
            ReceiptForm::Text => "text/plain; charset=utf-8",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            ReceiptForm::Html => ".html",
            ReceiptForm::Text => ".txt",
        }
    }
}

/// The format of receipts: raised when an older receipt of the same file is to be written anew.
pub const RECEIPT_VERSION: u32 = 1;

const WORD: &str = "nianbao-receipt";
/// Bytes at the head of a page, or at the end of a text, in which the mark stands.
pub const MARK_WITHIN: usize = 512;

/// What tells a receipt from any other file, and which file it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptMark {
    /// [`RECEIPT_VERSION`] of whoever wrote it.
    pub version: u32,
    /// Of the file it is about, 64 hex digits.
    pub sha256: String,
}

impl ReceiptMark {
    pub fn of(sha256: &str) -> Self {
        ReceiptMark { version: RECEIPT_VERSION, sha256: sha256.to_owned() }
    }

    /// The mark of a receipt whose first and last bytes these are; [`MARK_WITHIN`] of each are enough.
    pub fn read(head: &[u8], tail: &[u8]) -> Option<ReceiptMark> {
        let head = String::from_utf8_lossy(&head[..head.len().min(MARK_WITHIN)]);
        let comment = head.split_once("<!--").and_then(|(_, rest)| rest.split("-->").next());
        if let Some(mark) = comment.and_then(|comment| comment.trim().parse().ok()) {
            return Some(mark);
        }
        let tail = String::from_utf8_lossy(&tail[tail.len().saturating_sub(MARK_WITHIN)..]);
        let last = tail.trim_end().lines().next_back()?;
        last.trim().strip_prefix('〔')?.strip_suffix('〕')?.parse().ok()
    }

    /// The mark as it stands in one of the forms.
    pub fn in_form(&self, form: ReceiptForm) -> String {
        match form {
            ReceiptForm::Html => format!("<!-- {self} -->"),
            ReceiptForm::Text => format!("〔{self}〕"),
        }
    }
}

impl fmt::Display for ReceiptMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{WORD} {} sha256={}", self.version, self.sha256)
    }
}

impl FromStr for ReceiptMark {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (version, sha256) =
            text.strip_prefix(WORD).and_then(|rest| rest.trim().split_once(" sha256=")).ok_or(())?;
        let digits = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if sha256.len() != 64 || !sha256.bytes().all(digits) {
            return Err(());
        }
        Ok(ReceiptMark { version: version.parse().map_err(drop)?, sha256: sha256.to_owned() })
    }
}

/// In the name of every receipt, before its ending.
const SIGN: &str = ".回执";
/// Longest name a file system takes, bytes.
const LONGEST: usize = 255;

/// The name of a file's receipt: `年报.docx.回执.html`. `again` counts up from 0 where names before are
/// taken by files of somebody else: `年报.docx.回执(2).html`. A long name is cut; names that differ stay
/// different.
pub fn receipt_name(file: &OsStr, form: ReceiptForm, again: u32) -> OsString {
    let number = if again == 0 { String::new() } else { format!("({})", again + 1) };
    let end = format!("{SIGN}{number}{}", form.ending());
    let name = file.as_bytes();
    let mut out = name.to_vec();
    if name.len() + end.len() > LONGEST {
        let told_apart = format!("~{}", hex(&Sha256::digest(name)[..4]));
        let mut room = LONGEST - end.len() - told_apart.len();
        while room > 0 && name[room] & 0b1100_0000 == 0b1000_0000 {
            room -= 1; // within a character
        }
        out.truncate(room);
        out.extend(told_apart.bytes());
    }
    out.extend(end.bytes());
    OsString::from_vec(out)
}

/// Whether a file of this name may be a receipt; its mark has the last word. Copies that desktops and
/// browsers name anew (`年报.docx.回执 (1).html`, `副本…`) count as well.
pub fn called_a_receipt(name: &OsStr) -> bool {
    let name = name.as_bytes();
    let ends = |end: &str| {
        name.len()
            .checked_sub(end.len())
            .is_some_and(|at| name[at..].eq_ignore_ascii_case(end.as_bytes()))
    };
    let named = name.windows(SIGN.len()).any(|part| part == SIGN.as_bytes());
    named && [".html", ".htm", ".txt"].into_iter().any(ends)
}

/// The name of the file whose receipt has this name.
pub fn receipt_of(name: &OsStr) -> Option<&OsStr> {
    let bytes = name.as_bytes();
    let at = bytes.windows(SIGN.len()).rposition(|part| part == SIGN.as_bytes())?;
    (at > 0 && called_a_receipt(name)).then(|| OsStr::from_bytes(&bytes[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(file: &str, again: u32) -> String {
        receipt_name(OsStr::new(file), ReceiptForm::Html, again).into_string().expect("UTF-8")
    }

    #[test]
    fn a_mark_is_read_back_from_both_forms() {
        let mark = ReceiptMark::of(&"0123456789abcdef".repeat(4));
        let page = format!("<!DOCTYPE html>\n{}\n<html>", mark.in_form(ReceiptForm::Html));
        assert_eq!(ReceiptMark::read(page.as_bytes(), page.as_bytes()), Some(mark.clone()));
        let text = format!("\u{feff}【退回】某局\r\n{}\r\n", mark.in_form(ReceiptForm::Text));
        assert_eq!(ReceiptMark::read(text.as_bytes(), text.as_bytes()), Some(mark));
    }

    #[test]
    fn what_only_speaks_of_a_receipt_has_no_mark() {
        let sha256 = "0".repeat(64);
        for text in [
            String::new(),
            "某局2024年报".into(),
            format!("〔nianbao-receipt 1 sha256={sha256}〕\n以上为回执，以下为报告正文"),
            format!("〔nianbao-receipt 1 sha256={}〕", &sha256[1..]),
            format!("〔nianbao-receipt x sha256={sha256}〕"),
            format!("<!-- page --><!-- nianbao-receipt 1 sha256={sha256} -->"),
            format!("{}<!-- nianbao-receipt 1 sha256={sha256} -->", " ".repeat(MARK_WITHIN)),
        ] {
            assert_eq!(ReceiptMark::read(text.as_bytes(), text.as_bytes()), None, "{text}");
        }
        ReceiptMark::read(&[0xff; 600], &[0xe3, 0x80]);
    }

    #[test]
    fn a_receipt_is_named_after_its_file_and_known_by_that_name() {
        assert_eq!(name("年报.docx", 0), "年报.docx.回执.html");
        assert_eq!(name("年报.docx", 1), "年报.docx.回执(2).html");
        let of = name("年报.docx", 1);
        assert_eq!(receipt_of(OsStr::new(&of)), Some(OsStr::new("年报.docx")));
        assert_eq!(receipt_of(OsStr::new("年报.docx")), None);
        for called in ["a.docx.回执.html", "a.回执(2).TXT", "副本 a.docx.回执 (1).htm"] {
            assert!(called_a_receipt(OsStr::new(called)), "{called}");
        }
        for other in ["回执.html", "a.回执.docx", "a.html", ""] {
            assert!(!called_a_receipt(OsStr::new(other)), "{other}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters_and_stay_different() {
        let (one, two) = ("年".repeat(80) + "一.docx", "年".repeat(80) + "二.docx");
        let (one, two) = (name(&one, 0), name(&two, 0));
        assert!(one.len() <= LONGEST && two.len() <= LONGEST);
        assert_ne!(one, two);
        assert!(called_a_receipt(OsStr::new(&one)));
    }
}
