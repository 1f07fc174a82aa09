//! Web pages: decoded as they declare, guarded against depth, walked into blocks in reading order.

mod extent;
mod guard;
mod page;
mod table;
#[cfg(test)]
mod tests;
mod walk;

use super::{ExtractError, Extractor, Limits, encoding, notice};
use crate::document::{Anchor, Document, NoticeKind};
use crate::model::Format;
use encoding::Decoded;

/// Bytes in which a page may declare its charset.
const DECLARATION: usize = 4096;

/// The reader of web pages.
pub(super) struct Html;

impl Extractor for Html {
    fn format(&self) -> Format {
        Format::Html
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        read(&decode(bytes), limits)
    }
}

/// Reads a page whose delivery names its charset, which outweighs what the page says (RFC 2557, 5).
pub(super) fn delivered(
    bytes: &[u8],
    charset: &str,
    limits: &Limits,
) -> Result<Document, ExtractError> {
    read(&encoding::decode_declared(bytes, charset), limits)
}

fn read(decoded: &Decoded, limits: &Limits) -> Result<Document, ExtractError> {
    guard::check(&decoded.text, limits)?;
    let page = scraper::Html::parse_document(&decoded.text);
    let mut document = walk::read(&page, limits)?;
    if decoded.repaired {
        let quote = decoded.encoding;
        document.notices.push(notice(NoticeKind::EncodingRepaired, Anchor::Unknown, quote));
    }
    Ok(document)
}

/// Byte order mark, else the declared charset, else what the bytes say.
fn decode(bytes: &[u8]) -> Decoded {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    match declared_charset(&bytes[..bytes.len().min(DECLARATION)]) {
        Some(label) if !marked => encoding::decode_declared(bytes, &label),
        _ => encoding::decode(bytes),
    }
}

/// The value after the first `charset=` of a tag, or of `encoding=` in an XML declaration.
fn declared_charset(head: &[u8]) -> Option<String> {
    let head: String = head.iter().map(|b| char::from(b.to_ascii_lowercase())).collect();
    let xml = head.trim_start().starts_with("<?xml").then(|| head.find("encoding")).flatten();
    let from = head.find("charset").map(|at| at + 7).or(xml.map(|at| at + 8))?;
    let value = head[from..].trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c)))?;
    Some(value[..end].to_owned()).filter(|label| !label.is_empty())
}
