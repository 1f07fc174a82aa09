//! The lists of a document ([MS-DOC] 2.9.131, 2.9.147 and 2.9.150): what is counted, in which format,
//! and between which characters.

use crate::extract::bytes::{part, u8_at, u16_at, u32_at};
use crate::extract::numbering::{Level, Numbering};

/// Sizes of the fixed structures.
const LIST: usize = 28;
const LEVEL: usize = 28;
const OVERRIDE: usize = 16;

/// Levels of a list that has more than one.
const LEVELS: u8 = 9;

/// Reads the lists as far as they go. The levels follow the lists, beyond what is counted as theirs,
/// so that both tables are given to the end of the stream.
pub(super) fn read(lists: &[u8], overrides: &[u8]) -> Numbering {
    let mut numbering = Numbering::default();
    declare(&mut numbering, lists);
    name(&mut numbering, overrides);
    numbering
}

fn declare(numbering: &mut Numbering, lists: &[u8]) -> Option<()> {
    let count = usize::from(u16_at(lists, 0)?);
    let mut levels = lists.get(2 + count * LIST..)?;
    for at in 0..count {
        let list = part(lists, 2 + at * LIST, LIST)?;
        let id = u32_at(list, 0)?.to_string();
        numbering.list(&id);
        let simple = u8_at(list, 26)? & 1 == 1;
        for level in 0..if simple { 1 } else { LEVELS } {
            let (read, rest) = self::level(levels)?;
            if let Some(level) = numbering.level(&id, level) {
                *level = read;
            }
            levels = rest;
        }
    }
    Some(())
}

/// One level, and what follows it.
fn level(bytes: &[u8]) -> Option<(Level, &[u8])> {
    let fixed = part(bytes, 0, LEVEL)?;
    let properties = usize::from(u8_at(fixed, 24)?) + usize::from(u8_at(fixed, 25)?);
    let at = LEVEL + properties;
    let length = usize::from(u16_at(bytes, at)?);
    let units = part(bytes, at + 2, length * 2)?.chunks_exact(2);
    let units = units.map(|b| u16::from_le_bytes([b[0], b[1]]));
    let mut text = String::new();
    for c in char::decode_utf16(units) {
        match c.unwrap_or('\u{FFFD}') {
            // A level's own number stands for its place.
            level @ '\0'..='\u{8}' => text.push_str(&format!("%{}", level as u8 + 1)),
            c => text.push(c),
        }
    }
    let start = u32_at(fixed, 0)?;
    let format = format(u8_at(fixed, 4)?).to_owned();
    Some((Level { start, format, text }, bytes.get(at + 2 + length * 2..)?))
}

/// The lists as paragraphs name them: by place, counted from one.
fn name(numbering: &mut Numbering, overrides: &[u8]) -> Option<()> {
    let count = u32_at(overrides, 0)? as usize;
    let mut details = overrides.get(4usize.checked_add(count.checked_mul(OVERRIDE)?)?..)?;
    for at in 0..count {
        let fixed = part(overrides, 4 + at * OVERRIDE, OVERRIDE)?;
        let id = (at + 1).to_string();
        numbering.concrete(&id, &u32_at(fixed, 0)?.to_string());
        details = details.get(4..)?;
        for _ in 0..u8_at(fixed, 12)? {
            let start = u32_at(details, 0)?;
            let flags = u32_at(details, 4)?;
            details = details.get(8..)?;
            let level_number = (flags & 0xF) as u8;
            if flags & 0x20 != 0 {
                // A level of its own: only where it begins matters, its form is the list's.
                let (own, rest) = level(details)?;
                numbering.restart(&id, level_number, own.start);
                details = rest;
            } else if flags & 0x10 != 0 {
                numbering.restart(&id, level_number, start);
            }
        }
    }
    Some(())
}

/// The name of a number format ([MS-OSHARED] 2.2.1.3, MSONFC).
fn format(code: u8) -> &'static str {
    match code {
        1 => "upperRoman",
        2 => "lowerRoman",
        3 => "upperLetter",
        4 => "lowerLetter",
        10 | 34 => "ideographDigital",
        11 | 33 | 37 | 39 => "chineseCounting",
        14 | 19 => "decimalFullWidth",
        18 => "decimalEnclosedCircle",
        23 => "bullet",
        38 => "chineseLegalSimplified",
        255 => "none",
        _ => "decimal",
    }
}
