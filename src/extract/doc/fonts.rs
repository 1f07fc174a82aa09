//! The fonts a document names ([MS-DOC] 2.9.286), for the symbols given by font and code.

use crate::extract::bytes::{part, u8_at, u16_at};

/// Bytes before the name in the description of a font.
const BEFORE_NAME: usize = 39;

/// The names in order, read as far as they go.
pub(super) fn read(table: &[u8]) -> Vec<String> {
    let mut at = 4;
    let mut names = Vec::new();
    for _ in 0..u16_at(table, 0).unwrap_or(0) {
        let Some(length) = u8_at(table, at).map(usize::from) else { break };
        let Some(font) = part(table, at + 1, length) else { break };
        let units = font.get(BEFORE_NAME..).unwrap_or_default().chunks_exact(2);
        let units = units.map(|b| u16::from_le_bytes([b[0], b[1]])).take_while(|unit| *unit != 0);
        names.push(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect());
        at += 1 + length;
    }
    names
}
