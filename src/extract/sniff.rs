//! What a file is, from its content alone.

use super::{ExtractError, encoding, refusal};
use crate::model::Format;

/// Bytes looked at where a format shows itself by its beginning.
const HEAD: usize = 16 * 1024;

/// Names the format. `Err` for a file that is encrypted as a whole, or is a broken container whose
/// content cannot be told.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, ExtractError> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return compound_file(bytes);
    }
    // Word 2 and Word 6 also wrote without a container.
    if bytes.starts_with(b"\xDB\xA5\x2D\x00") || bytes.starts_with(b"\xDC\xA5") {
        return Err(refusal::too_old(Format::Doc));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(archive(bytes));
    }
    if picture(bytes) {
        return Ok(Format::Picture);
    }
    if packed(bytes) {
        return Ok(Format::Archive);
    }
    // Transport Neutral Encapsulation: winmail.dat.
    if bytes.starts_with(b"\x78\x9F\x3E\x22") {
        return Ok(Format::Outlook);
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if head[..head.len().min(1024)].windows(5).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    let begin = head.trim_ascii_start();
    if begin.starts_with(b"{\\rt") {
        return Ok(Format::Rtf);
    }
    let text = encoding::decode(head).text;
    if binary(&text) {
        return Ok(Format::Unknown);
    }
    if text.contains("progid=\"Excel.Sheet\"") {
        return Err(refusal::xml_workbook());
    }
    Ok(markup(text.trim_start_matches(['\u{FEFF}', '\0'])))
}

/// Markup and mail, told from plain text.
fn markup(text: &str) -> Format {
    let lower = text.trim_start().to_ascii_lowercase();
    let has = |needle: &str| lower.contains(needle);
    if has("progid=\"word.document\"") || has("<w:worddocument") || has("<pkg:package") {
        Format::WordXml
    } else if has("application/vnd.oasis.opendocument.spreadsheet") && has("<office:document") {
        Format::Ods
    } else if has("application/vnd.oasis.opendocument.text") && has("<office:document") {
        Format::Odt
    } else if let Some(format) = envelope(&lower) {
        format
    } else if ["<html", "<!doctype html", "<body"].iter().any(|tag| has(tag))
        || (lower.starts_with('<') && ["<table", "<p", "<div", "<meta"].iter().any(|tag| has(tag)))
    {
        Format::Html
    } else {
        Format::Text
    }
}

/// A mail or a single-file web page, by the headers before the first empty line: both are MIME, and a
/// mail with pictures in its text has the parts of a saved page further down. What was sent has a
/// sender and went somewhere; what was saved is one page with what it shows.
fn envelope(lower: &str) -> Option<Format> {
    // A mailbox parts its mails by a line of its own.
    let body = lower.strip_prefix("from ").and_then(|rest| rest.split_once('\n'));
    let body = body.map_or(lower, |(_, mails)| mails);
    let headers: Vec<&str> = body.lines().take_while(|line| !line.trim().is_empty()).collect();
    let has = |name: &str| headers.iter().any(|line| line.starts_with(name));
    let says = |what: &str| headers.iter().any(|line| line.contains(what));
    let is_header = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !headers.first().is_some_and(is_header) {
        return None;
    }
    let delivered = has("received:") || has("to:") || has("cc:") || has("message-id:");
    let sent = has("from:") && (delivered || (has("subject:") && has("date:")));
    let saved = has("snapshot-content") || says("saved by") || says("multipart/related");
    if has("mime-version:") && saved && (!delivered || has("snapshot-content")) {
        Some(Format::Mht)
    } else if sent {
        Some(Format::Eml)
    } else {
        None
    }
}

/// RAR, 7z, gzip, bzip2, xz, tar.
fn packed(bytes: &[u8]) -> bool {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    starts(b"Rar!\x1A\x07")
        || starts(b"7z\xBC\xAF\x27\x1C")
        || starts(b"\x1F\x8B\x08")
        || starts(b"BZh")
        || starts(b"\xFD7zXZ\0")
        || bytes.get(257..262) == Some(b"ustar")
}

/// Text has next to no control characters and decodes nearly whole. One damaged stretch in a long
/// text is still text.
fn binary(text: &str) -> bool {
    let mut all = 0usize;
    let (mut control, mut lost) = (0usize, 0usize);
    for c in text.chars() {
        all += 1;
        control += usize::from(matches!(c, '\0'..='\x08' | '\x0E'..='\x1F' | '\x7F'));
        lost += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    control * 50 > all || lost * 10 > all
}

/// PNG, JPEG, GIF, TIFF, BMP, WebP.
fn picture(bytes: &[u8]) -> bool {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    starts(b"\x89PNG\r\n\x1a\n")
        || starts(b"\xFF\xD8\xFF")
        || starts(b"GIF87a")
        || starts(b"GIF89a")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || (starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        // "BM" alone may begin a text; a bitmap has two reserved zero words after its size.
        || (starts(b"BM") && bytes.get(6..10) == Some(&[0; 4]))
}

/// An OLE compound file, by the names in its directory: entries are 128 bytes long, begin at
/// multiples of 128 and hold their name in UTF-16 with its length in bytes at offset 64.
fn compound_file(bytes: &[u8]) -> Result<Format, ExtractError> {
    let mut format = Format::Unknown;
    let mut works = false;
    for entry in bytes.chunks_exact(128) {
        let length = u16::from_le_bytes([entry[64], entry[65]]) as usize;
        if !(4..=64).contains(&length) || length % 2 == 1 {
            continue;
        }
        let units = entry[..length - 2].chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]]));
        let name: String = char::decode_utf16(units).map(|c| c.unwrap_or('\0')).collect();
        match name.as_str() {
            "EncryptedPackage" => return Err(refusal::encrypted(Format::Docx)),
            "WordDocument" => format = Format::Doc,
            "MatOST" | "CONTENTS" => works = true,
            "__properties_version1.0" => format = Format::Outlook,
            "Workbook" | "Book" if format == Format::Unknown => format = Format::Xls,
            _ => {}
        }
    }
    if works && format == Format::Unknown {
        return Err(refusal::works(Format::Unknown));
    }
    Ok(format)
}

/// A zip container, by the names in its directory, or where a cut has taken that away by the local
/// headers that are left. Whether the container is sound is its reader's business.
fn archive(bytes: &[u8]) -> Format {
    // Both formats store this entry first and uncompressed, so that it can be read like a magic.
    if bytes
        .get(30..)
        .is_some_and(|b| b.starts_with(b"mimetypeapplication/vnd.oasis.opendocument.text"))
    {
        return Format::Odt;
    }
    if bytes
        .get(30..)
        .is_some_and(|b| b.starts_with(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"))
    {
        return Format::Ods;
    }
    let mut seen = Format::Zip;
    for name in entry_names(&bytes[directory_start(bytes).unwrap_or(0)..]) {
        match name {
            b"word/document.xml" => return Format::Docx,
            // The second is all that an encrypted package may show of itself.
            name if name.eq_ignore_ascii_case(b"OFD.xml") || name == b"Encryptions.xml" => {
                return Format::Ofd;
            }
            b"xl/workbook.xml" | b"xl/workbook.bin" => return Format::Xlsx,
            name if name.starts_with(b"word/") => seen = Format::Docx,
            b"_rels/.rels" | b"[Content_Types].xml" if seen == Format::Zip => seen = Format::Docx,
            _ => {}
        }
    }
    seen
}

/// Where the central directory begins, by the record at the end of the file.
fn directory_start(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.len().saturating_sub(65_557);
    let end = bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06")? + tail;
    let offset = bytes.get(end + 16..end + 20)?;
    let start = u32::from_le_bytes([offset[0], offset[1], offset[2], offset[3]]) as usize;
    bytes.get(start..)?.starts_with(b"PK\x01\x02").then_some(start)
}

/// Names after every local header and directory signature.
fn entry_names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = bytes.get(at..)?.windows(4).position(|w| w.starts_with(b"PK"))? + at;
            at = found + 2;
            let (length_at, name_at) = match &bytes[found + 2..found + 4] {
                b"\x03\x04" => (26, 30),
                b"\x01\x02" => (28, 46),
                _ => continue,
            };
            let Some(length) = bytes.get(found + length_at..found + length_at + 2) else {
                continue;
            };
            let length = u16::from_le_bytes([length[0], length[1]]) as usize;
            let start = found + name_at;
            let Some(name) = bytes.get(start..start + length) else { continue };
            return Some(name);
        }
    })
}

/// The extension of `name` where it is none of those the format goes by.
pub(super) fn wrong_extension(name: &str, format: Format) -> Option<&str> {
    let (_, extension) = name.rsplit(['/', '\\']).next()?.rsplit_once('.')?;
    let usual: &[&str] = match format {
        Format::Text => &["txt", "text", "md", "markdown", "tsv", "log"],
        Format::Docx => &["docx", "docm", "dotx", "dotm"],
        Format::Doc => &["doc", "wps", "dot", "wpt"],
        Format::Rtf => &["rtf"],
        Format::Odt => &["odt", "ott", "fodt"],
        Format::WordXml => &["xml"],
        Format::Pdf => &["pdf"],
        Format::Ofd => &["ofd"],
        Format::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
        Format::Xls => &["xls", "et", "xlt", "ett"],
        Format::Ods => &["ods", "ots", "fods"],
        Format::Html => &["html", "htm", "shtml", "xhtml", "jsp", "aspx", "php"],
        _ => return None,
    };
    let known = usual.iter().any(|u| u.eq_ignore_ascii_case(extension));
    // What follows a dot in a title ("2025.年报") is no extension.
    let is_extension = extension.len() <= 5 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_extension && !known).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_beginnings() {
        let cases: &[(&[u8], Format)] = &[
            (b"{\\rtf1\\ansi", Format::Rtf),
            (b"junk\n%PDF-1.7", Format::Pdf),
            (b"\x89PNG\r\n\x1a\n....", Format::Picture),
            (b"<!DOCTYPE html><p>1", Format::Html),
            ("<table><tr><td>表".as_bytes(), Format::Html),
            (
                b"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?>",
                Format::WordXml,
            ),
            (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x", Format::Mht),
            (
                b"<office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">",
                Format::Ods,
            ),
            (b"From: a@b\nTo: c@d\nSubject: x\n\nbody", Format::Eml),
            (
                b"From: a@b\nTo: c@d\nMIME-Version: 1.0\nContent-Type: multipart/related;\n b=x\n\n",
                Format::Eml,
            ),
            (
                b"From: a@b\nTo: c@d\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--x\n\
                  Content-Type: multipart/related\n\n",
                Format::Eml,
            ),
            (
                b"From: <Saved by Blink>\nSubject: x\nDate: y\nMIME-Version: 1.0\n\
                  Content-Type: multipart/related\n\n",
                Format::Mht,
            ),
            (b"From a@b Mon Jan 1\nFrom: a@b\nTo: c@d\n\nbody", Format::Eml),
            (b"Rar!\x1A\x07\x01\0", Format::Archive),
            (b"7z\xBC\xAF\x27\x1C....", Format::Archive),
            (b"\x78\x9F\x3E\x22....", Format::Outlook),
            ("一、总体情况".as_bytes(), Format::Text),
            (b"a < b and b > c", Format::Text),
        ];
        for (bytes, format) in cases {
            assert_eq!(sniff(bytes), Ok(*format), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn noise_is_never_text() {
        let mut state = 1u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        assert_eq!(sniff(&noise), Ok(Format::Unknown));
    }

    #[test]
    fn a_title_with_a_dot_has_no_wrong_extension() {
        assert_eq!(wrong_extension("某局2025.年报", Format::Text), None);
        assert_eq!(wrong_extension("a.docx", Format::Text), Some("docx"));
        assert_eq!(wrong_extension("a.TXT", Format::Text), None);
    }

    #[test]
    fn a_password_protected_container_is_encrypted_and_an_old_document_is_named() {
        let container = |stream: &str| {
            let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
            bytes.resize(512, 0);
            let mut entry: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            entry.resize(128, 0);
            entry[64] = (stream.len() * 2 + 2) as u8;
            bytes.extend(entry);
            sniff(&bytes).map_err(|e| e.reason)
        };
        assert_eq!(container("EncryptedPackage"), Err(crate::model::UnreadableReason::Encrypted));
        assert_eq!(container("WordDocument"), Ok(Format::Doc));
        assert_eq!(container("Workbook"), Ok(Format::Xls));
        assert_eq!(container("MatOST"), Err(crate::model::UnreadableReason::Unsupported));
    }

    #[test]
    fn a_page_named_doc_is_read_with_a_notice() {
        let limits = crate::extract::Limits::default();
        let read = crate::extract::extract("年报.doc", "<html><p>文字".as_bytes(), &limits);
        let notices = read.map(|read| read.document.notices).unwrap_or_default();
        assert_eq!(notices[0].kind, crate::document::NoticeKind::WrongExtension);
        assert_eq!(notices[0].quote, "doc");
    }
}
