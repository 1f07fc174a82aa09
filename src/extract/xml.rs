//! Small readings of XML shared by the formats made of it.

use super::{ExtractError, refusal, symbol};
use crate::model::Format;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A reader that reports `<a/>` as `<a></a>`.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// The value of the attribute with this local name, entities resolved; `None` where there is none
/// or it is malformed.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes();
    let found = all.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// The character a reference stands for. Entities of a document's own are not expanded: that way a
/// few bytes cannot become gigabytes.
pub(super) fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    let reference = reference.borrow();
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    match reference.into_inner().as_ref() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

/// A character given by font and code: ticks and boxes of Wingdings, else the code itself.
pub(super) fn symbol(element: &BytesStart<'_>) -> Option<char> {
    let code = attribute(element, "char").and_then(|c| u32::from_str_radix(&c, 16).ok())?;
    let font = attribute(element, "font").unwrap_or_default();
    symbol::of(&font, code)
}

/// Calls `visit` for every opening tag until the end or the first error: side parts (styles,
/// numbering, relations) are read as far as they go.
pub(super) fn each_start(text: &str, mut visit: impl FnMut(&str, &BytesStart<'_>)) {
    let mut reader = reader(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => visit(element.local_name().as_ref(), &element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// A part is not well-formed at byte `position`.
pub(super) fn broken(format: Format, part: &str, position: u64) -> ExtractError {
    let gap = if part.is_empty() { "" } else { " " };
    refusal::damaged(
        format,
        &format!("{part}{gap}在第 {position} 字节处不完整"),
        &format!("{}{gap}is broken at byte {position}", if part.is_empty() { "it " } else { part }),
    )
}
