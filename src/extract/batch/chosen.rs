//! Which files of a batch are handed over, which are opened, and which are no reports whoever looks.

use super::sniff;
use crate::model::{Format, PassReason, ReceiptMark, called_a_receipt, passed_over};
use std::ffi::OsStr;

/// What is done with a file of a batch.
pub(super) enum Kind {
    /// A submission of its own, which may well be 无法判读.
    Document,
    Archive,
    Mail,
    Pass(PassReason, (&'static str, &'static str)),
}

/// Extensions that documents and archives go by.
const DOCUMENTS: [&str; 35] = [
    "doc", "docx", "docm", "dot", "dotx", "wps", "wpt", "rtf", "odt", "ott", "fodt", "pdf", "ofd",
    "ceb", "txt", "text", "md", "htm", "html", "shtml", "xhtml", "mht", "mhtml", "xml", "xls",
    "xlsx", "et", "eml", "msg", "zip", "rar", "7z", "tar", "gz", "tgz",
];

/// Bytes of a picture from which on it may be a scanned page: a seal or a logo takes less.
const SCAN: usize = 150 << 10;

/// What to do with a file, by its path inside the batch and its content.
pub(super) fn kind(path: &str, bytes: &[u8]) -> Kind {
    if let Some(pass) = left_behind(path) {
        return pass;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    // A folder packed whole brings them along.
    if called_a_receipt(OsStr::new(name)) && ReceiptMark::read(bytes, bytes).is_some() {
        return Kind::Pass(PassReason::System, ("本程序的回执", "a receipt of nianbao"));
    }
    // What follows a dot in a title (`2025.年报`) is no extension.
    let short = |end: &&str| end.len() <= 5 && end.bytes().all(|b| b.is_ascii_alphanumeric());
    let extension = name.rsplit_once('.').map(|(_, end)| end).filter(short);
    let extension = extension.map(str::to_ascii_lowercase);
    let goes_by = |known: &str| extension.as_deref() == Some(known);
    if ["p7m", "pgp", "gpg"].into_iter().any(goes_by) {
        return Kind::Pass(PassReason::Encrypted, ("已加密，无法读取", "encrypted"));
    }
    let documentary = DOCUMENTS.into_iter().any(goes_by);
    match sniff::sniff(bytes) {
        Ok(Format::Zip) => Kind::Archive,
        Ok(Format::Eml) => Kind::Mail,
        // A scan in place of a report has to be answered, a logo need not be.
        Ok(Format::Picture) if !documentary && bytes.len() < SCAN => {
            Kind::Pass(PassReason::Picture, ("图片", "a picture"))
        }
        // Nearly everything that is not binary reads as text; the name tells a report from a script.
        Ok(Format::Text | Format::Unknown) if !documentary && extension.is_some() => other(),
        Ok(Format::Unknown) if !documentary => other(),
        Ok(_) | Err(_) => Kind::Document,
    }
}

fn other() -> Kind {
    Kind::Pass(PassReason::NotADocument, ("不是文档", "not a document"))
}

/// What is passed over without a look at it.
pub(super) fn left_behind(path: &str) -> Option<Kind> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    if parts.contains(&"__MACOSX") || passed_over(OsStr::new(name)) {
        let words = ("系统文件或锁定文件", "a system or lock file");
        return Some(Kind::Pass(PassReason::System, words));
    }
    // Browsers keep what a saved page shows beside it.
    if parts.iter().any(|part| part.ends_with("_files") || part.ends_with(".files")) {
        let words = ("网页的附属文件", "belongs to a saved web page");
        return Some(Kind::Pass(PassReason::NotADocument, words));
    }
    None
}
