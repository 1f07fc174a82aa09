//! The formats submitters send, and why a file could not be read.

use super::Words;
use serde::{Deserialize, Serialize};

/// A document format, sniffed from content. The list grows with the readers; `Unsupported` is a
/// known format without a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Text,
    Docx,
    Html,
    /// Word 97–2003 and Kingsoft .wps (OLE compound file).
    Doc,
    Rtf,
    Odt,
    Pdf,
    Ofd,
    Xlsx,
    Xls,
    Mht,
    WordXml,
    Eml,
    Zip,
    /// A picture: PNG, JPEG, TIFF, BMP, GIF.
    Picture,
    /// None of the above.
    Unknown,
    /// An archive that is not unpacked here: RAR, 7z, tar, gzip and the like.
    Archive,
    /// A mail as only Outlook keeps it: .msg, winmail.dat.
    Outlook,
    /// OpenDocument sheets.
    Ods,
}

impl Format {
    /// The stable lower-case name used in JSON, gRPC and logs.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "txt",
            Format::Docx => "docx",
            Format::Html => "html",
            Format::Doc => "doc",
            Format::Rtf => "rtf",
            Format::Odt => "odt",
            Format::Pdf => "pdf",
            Format::Ofd => "ofd",
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Mht => "mht",
            Format::WordXml => "word_xml",
            Format::Eml => "eml",
            Format::Zip => "zip",
            Format::Picture => "picture",
            Format::Unknown => "unknown",
            Format::Archive => "archive",
            Format::Outlook => "outlook",
            Format::Ods => "ods",
        }
    }
}

/// Why nothing could be read. Codes are stable; programs branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableReason {
    /// No bytes, or no text in a file that could be opened.
    Empty,
    /// Password-protected or encrypted.
    Encrypted,
    /// Broken: truncated archive, invalid XML, no main part.
    Damaged,
    /// Over one of the limits (bytes, inflated bytes, depth, cells …).
    OverLimit,
    /// Pictures only, no text layer.
    PicturesOnly,
    /// A format without a reader here.
    Unsupported,
    /// The reader took longer than allowed.
    TimedOut,
    /// The reader used more memory than allowed or died.
    ReaderFailed,
    /// The text could be read but it is no annual report.
    NotAReport,
}

impl UnreadableReason {
    /// The stable code, e.g. `over_limit`.
    pub fn code(self) -> &'static str {
        match self {
            UnreadableReason::Empty => "empty",
            UnreadableReason::Encrypted => "encrypted",
            UnreadableReason::Damaged => "damaged",
            UnreadableReason::OverLimit => "over_limit",
            UnreadableReason::PicturesOnly => "pictures_only",
            UnreadableReason::Unsupported => "unsupported",
            UnreadableReason::TimedOut => "timed_out",
            UnreadableReason::ReaderFailed => "reader_failed",
            UnreadableReason::NotAReport => "not_a_report",
        }
    }
}

/// A file that could not be read: the reason, what it is about, and the shortest way to a readable one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    pub reason: UnreadableReason,
    /// What happened, e.g. which limit at which value.
    pub message: Words,
    /// What the submitter should send instead.
    pub help: Words,
}
