//! Filled-in form fields, and notes typed onto a page: text that is not part of the page's content.

use super::fonts::{resolve, resolved};
use crate::extract::paged::Area;
use lopdf::{Dictionary, Document, Object};
use unicode_width::UnicodeWidthChar;

/// Fields above a field, from which it takes what it does not say itself.
const MOST_PARENTS: usize = 16;

/// Bits of an annotation's `F` that keep it from being seen: hidden, no view (ISO 32000-1, 12.5.3).
const UNSEEN: i64 = 1 << 1 | 1 << 5;

/// Bit of a field's `Ff`: its text may have several lines.
const MULTILINE: i64 = 1 << 12;

/// A field's value and where it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// Two corners, in the file's coordinates.
    pub corners: [f64; 4],
    pub text: String,
    /// Type size; 0 where the viewer chooses one.
    size: f32,
    multiline: bool,
}

/// The filled fields of a page, and whether something else was typed onto it.
pub(super) fn of(file: &Document, page: &Dictionary) -> (Vec<Field>, bool) {
    let mut fields = Vec::new();
    let mut unread = false;
    let annotations = resolved(file, page, b"Annots").and_then(|o| o.as_array().ok());
    for annotation in annotations.into_iter().flatten() {
        let Ok(annotation) = resolve(file, annotation).as_dict() else { continue };
        let flags = resolved(file, annotation, b"F").and_then(|o| o.as_i64().ok()).unwrap_or(0);
        if flags & UNSEEN != 0 {
            continue;
        }
        let kind = inherited(file, annotation, b"FT").and_then(|o| o.as_name().ok());
        let note = resolved(file, annotation, b"Subtype").and_then(|o| o.as_name().ok());
        if matches!(kind, Some(b"Tx" | b"Ch")) {
            let text = inherited(file, annotation, b"V").map(|v| text(file, v)).unwrap_or_default();
            let corners = corners(file, annotation);
            match (text.trim().is_empty(), corners) {
                (true, _) => unread |= shows_text(file, annotation),
                (false, None) => unread = true,
                (false, Some(corners)) => fields.push(Field {
                    corners,
                    text,
                    size: size(file, annotation),
                    multiline: inherited(file, annotation, b"Ff")
                        .is_some_and(|o| o.as_i64().is_ok_and(|bits| bits & MULTILINE != 0)),
                }),
            }
        } else if note == Some(b"FreeText") {
            let said = resolved(file, annotation, b"Contents").map(|v| text(file, v));
            unread |= said.is_some_and(|text| !text.trim().is_empty());
        }
    }
    (fields, unread)
}

/// The value of a key, of the field or the nearest one above it that has it (12.7.3.1).
fn inherited<'a>(file: &'a Document, field: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut at = field;
    for _ in 0..MOST_PARENTS {
        if let Some(value) = resolved(file, at, key) {
            return Some(value);
        }
        at = resolved(file, at, b"Parent")?.as_dict().ok()?;
    }
    None
}

/// A text value: one string, or the chosen ones of a list.
fn text(file: &Document, value: &Object) -> String {
    match resolve(file, value) {
        Object::String(bytes, _) => decoded(bytes),
        Object::Array(all) => {
            let strings = all.iter().filter_map(|one| resolve(file, one).as_str().ok());
            strings.map(decoded).collect::<Vec<_>>().join("、")
        }
        _ => String::new(),
    }
}

/// A text string (7.9.2.2): UTF-16, UTF-8, or single bytes, of which those beyond Latin 1 are not told.
fn decoded(bytes: &[u8]) -> String {
    if let Some(units) = bytes.strip_prefix(b"\xFE\xFF") {
        let units = units.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
    }
    if let Some(utf8) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    let latin = |b: &u8| match b {
        0x80..=0xA0 => char::REPLACEMENT_CHARACTER,
        b => char::from(*b),
    };
    bytes.iter().map(latin).collect()
}

fn corners(file: &Document, annotation: &Dictionary) -> Option<[f64; 4]> {
    let listed = resolved(file, annotation, b"Rect")?.as_array().ok()?;
    let mut corners = [0.0; 4];
    for (slot, number) in corners.iter_mut().zip(listed) {
        *slot = resolve(file, number).as_float().ok()?.into();
    }
    (listed.len() == 4).then_some(corners)
}

/// The number before the operator `Tf` of the default appearance.
fn size(file: &Document, annotation: &Dictionary) -> f32 {
    let appearance = inherited(file, annotation, b"DA").and_then(|o| o.as_str().ok());
    let appearance = String::from_utf8_lossy(appearance.unwrap_or_default()).into_owned();
    let words: Vec<&str> = appearance.split_whitespace().collect();
    let size = words.windows(2).find(|pair| pair[1] == "Tf").and_then(|pair| pair[0].parse().ok());
    size.unwrap_or(0.0)
}

/// Whether the drawn appearance of a field without value has text.
fn shows_text(file: &Document, annotation: &Dictionary) -> bool {
    let drawn = resolved(file, annotation, b"AP").and_then(|o| o.as_dict().ok());
    let normal = drawn.and_then(|drawn| resolved(file, drawn, b"N")?.as_stream().ok());
    let content = normal.and_then(super::fonts::content).unwrap_or_default();
    content.windows(2).any(|pair| pair == b"Tj" || pair == b"TJ")
}

impl Field {
    /// The characters of the value inside the field's rectangle as shown: as viewers set them, but a
    /// text too long for its line is set closer instead of wrapped.
    pub fn lay(&self, area: &Area) -> Vec<(char, Area)> {
        const INSET: f32 = 2.0;
        const LARGEST: f32 = 12.0;
        let text = self.text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = text.lines().collect();
        let pitch = area.height() / lines.len().max(1) as f32;
        let chosen = if self.size > 0.0 { self.size } else { (0.75 * pitch).min(LARGEST) };
        let size = chosen.min(pitch);
        let block = size * lines.len() as f32;
        let top = if self.multiline { area.top } else { area.middle().1 - block / 2.0 };
        let mut out = Vec::new();
        for (nth, line) in lines.into_iter().enumerate() {
            let width = |c: char| 0.5 * size * c.width_cjk().unwrap_or(1) as f32;
            let room = (area.width() - 2.0 * INSET).max(1.0);
            let whole: f32 = line.chars().map(width).sum();
            let scale = (room / whole.max(f32::MIN_POSITIVE)).min(1.0);
            let top = top + size * nth as f32;
            let mut left = area.left + INSET.min(area.width() / 4.0);
            for c in line.chars() {
                let right = left + scale * width(c);
                out.push((c, Area { left, top, right, bottom: top + size }));
                left = right;
            }
        }
        out
    }
}
