//! The piece table: every character of every story in the order of reading, with what its formatting
//! says of it.

use super::fib::Fib;
use super::{Streams, damaged, fonts, sprm};
use crate::extract::bytes::{part, plc, u8_at, u16_at, u32_at};
use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits, symbol};
use crate::model::Format;
use std::borrow::Cow;
use std::ops::Range;

/// Marks of a character.
pub(super) const DELETED: u8 = 1;
pub(super) const INSERTED: u8 = 2;
pub(super) const PICTURE: u8 = 4;
/// Struck out or hidden.
pub(super) const UNSHOWN: u8 = 16;
/// Part of a field's instruction, or of the marks around its result.
pub(super) const INSTRUCTION: u8 = 8;

/// GBK characters in a row from which on 8-bit text is taken for GBK: Word itself writes only
/// Western text in 8 bits.
const GBK_RUN: usize = 4;

/// Bytes of one list of modifiers, by the specification.
const MOST_MODIFIERS: usize = 0x3FA2;

/// Characters in UTF-16 with their marks, by position.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub units: Vec<u16>,
    pub marks: Vec<u8>,
    pieces: Vec<Piece>,
    /// Lists of modifiers that pieces name.
    lists: Vec<&'a [u8]>,
    /// True where 8-bit text was found to be GBK.
    pub repaired: bool,
}

#[derive(Debug)]
struct Piece {
    positions: Range<u32>,
    byte: u32,
    wide: bool,
    /// What modifies all of its text: a list, or one modifier packed.
    prm: u16,
}

impl Piece {
    fn byte_of(&self, position: u32) -> u32 {
        let width = if self.wide { 2 } else { 1 };
        self.byte.saturating_add((position - self.positions.start).saturating_mul(width))
    }
}

impl<'a> Text<'a> {
    pub fn read(fib: &Fib, streams: &Streams<'a>, limits: &Limits) -> Result<Self, ExtractError> {
        let (pieces, lists) = pieces(streams.pieces)?;
        let total: u64 =
            pieces.iter().map(|p| u64::from(p.positions.end - p.positions.start)).sum();
        // Pieces may all lie over the same bytes: what they come to is what counts.
        let most = u64::from(limits.characters);
        if pieces.len() as u64 > most || total > most {
            return Err(refusal::over(Format::Doc, Limit::Characters, most));
        }
        if total < u64::from(fib.characters()) {
            return Err(damaged("文字不完整", "the pieces hold less text than the header says"));
        }
        let mut text = Text {
            units: Vec::with_capacity(total as usize),
            marks: vec![0; total as usize],
            pieces,
            lists,
            repaired: false,
        };
        text.characters(streams.main, fib.simplified)?;
        text.mark(streams);
        text.instructions();
        Ok(text)
    }

    fn characters(&mut self, main: &[u8], simplified: bool) -> Result<(), ExtractError> {
        for piece in &self.pieces {
            let count = (piece.positions.end - piece.positions.start) as usize;
            let width = if piece.wide { 2 } else { 1 };
            let bytes = part(main, piece.byte as usize, count * width)
                .ok_or_else(|| damaged("文字被截断", "a piece of text lies outside the file"))?;
            if piece.wide {
                let units = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
                self.units.extend(units);
            } else if simplified && is_gbk(bytes) {
                self.repaired = true;
                gbk(bytes, &mut self.units);
            } else {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
                self.units.extend(text.encode_utf16());
            }
        }
        Ok(())
    }

    /// Carries the properties of runs and pieces over to the characters.
    fn mark(&mut self, streams: &Streams<'_>) {
        let fonts = fonts::read(streams.fonts);
        let of_lists: Vec<Marks> = self.lists.iter().map(|list| Marks::of(list, &fonts)).collect();
        for piece in &self.pieces {
            let Range { start, end } = piece.positions;
            let width = if piece.wide { 2 } else { 1 };
            let bytes = piece.byte..piece.byte_of(end);
            let whole = match piece.prm & 1 {
                0 => Marks::of(&sprm::of_piece(piece.prm), &fonts).marks,
                _ => of_lists.get(usize::from(piece.prm >> 1)).map_or(0, |found| found.marks),
            };
            if whole != 0 {
                self.marks[start as usize..end as usize].iter_mut().for_each(|m| *m |= whole);
            }
            for run in streams.characters.within(bytes.clone()) {
                let found = Marks::of(&streams.main[run.properties.clone()], &fonts);
                if found == Marks::default() {
                    continue;
                }
                let from = run.from.max(bytes.start) - bytes.start;
                let to = (run.to.min(bytes.end) - bytes.start).div_ceil(width);
                let range = (start + from / width) as usize..((start + to).min(end)) as usize;
                for at in range {
                    self.marks[at] |= found.marks;
                    // A symbol has "(" in its place, or the code of its font's character.
                    let private = found.wingdings && (0xF000..=0xF0FF).contains(&self.units[at]);
                    let code = found.symbol.or(private.then_some(("Wingdings", self.units[at])));
                    let symbol = code.and_then(|(font, code)| symbol::of(font, code.into()));
                    if let Some(symbol) = symbol {
                        self.units[at] = u16::try_from(u32::from(symbol)).unwrap_or(0);
                    }
                }
            }
        }
    }

    /// Marks what of the fields is no result. A field without its end hides nothing, nor does one
    /// whose instruction would reach over the end of a cell.
    fn instructions(&mut self) {
        let mut open: Vec<(usize, Option<usize>)> = Vec::new();
        let mut cell = None;
        for at in 0..self.units.len() {
            match self.units[at] {
                0x07 => cell = Some(at),
                0x13 => open.push((at, None)),
                0x14 => {
                    if let Some((_, separator @ None)) = open.last_mut() {
                        *separator = Some(at);
                    }
                }
                0x15 => {
                    let Some((begin, separator)) = open.pop() else { continue };
                    let until = separator.unwrap_or(at);
                    if separator.is_some() || cell.is_none_or(|cell| cell < begin) {
                        let hidden = &mut self.marks[begin..=until];
                        hidden.iter_mut().for_each(|mark| *mark |= INSTRUCTION);
                    }
                }
                _ => {}
            }
        }
    }

    /// Where in the main stream a character lies, and what modifies the text around it.
    pub fn place(&self, position: u32) -> Option<(u32, Cow<'a, [u8]>)> {
        let after = self.pieces.partition_point(|piece| piece.positions.start <= position);
        let piece = self.pieces[..after].last()?;
        let modifiers = match piece.prm & 1 {
            0 => Cow::Owned(sprm::of_piece(piece.prm)),
            _ => Cow::Borrowed(*self.lists.get(usize::from(piece.prm >> 1)).unwrap_or(&&[][..])),
        };
        piece.positions.contains(&position).then(|| (piece.byte_of(position), modifiers))
    }
}

/// The pieces of a Clx ([MS-DOC] 2.9.38): lists of modifiers, then the table.
fn pieces(mut clx: &[u8]) -> Result<(Vec<Piece>, Vec<&[u8]>), ExtractError> {
    let broken = || damaged("文字索引不完整", "the piece table is cut off or broken");
    let mut lists: Vec<&[u8]> = Vec::new();
    while u8_at(clx, 0) == Some(1) {
        let length = usize::from(u16_at(clx, 1).ok_or_else(broken)?);
        let list = part(clx, 3, length).filter(|list| list.len() <= MOST_MODIFIERS);
        lists.push(list.ok_or_else(broken)?);
        clx = &clx[3 + length..];
    }
    if u8_at(clx, 0) != Some(2) {
        return Err(broken());
    }
    let length = u32_at(clx, 1).ok_or_else(broken)? as usize;
    let table = part(clx, 5, length).ok_or_else(broken)?;
    let mut pieces = Vec::new();
    let mut next = 0;
    for (from, to, descriptor) in plc(table, 8) {
        if from != next || to < from {
            return Err(broken());
        }
        next = to;
        let place = u32_at(descriptor, 2).unwrap_or(0);
        let wide = place & 0x4000_0000 == 0;
        let byte = place & 0x3FFF_FFFF;
        pieces.push(Piece {
            positions: from..to,
            byte: if wide { byte } else { byte / 2 },
            wide,
            prm: u16_at(descriptor, 6).unwrap_or(0),
        });
    }
    Ok((pieces, lists))
}

/// What the properties of characters come to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks<'f> {
    marks: u8,
    /// Font and code of a symbol.
    symbol: Option<(&'f str, u16)>,
    /// Set in a font of symbols.
    wingdings: bool,
}

impl<'f> Marks<'f> {
    fn of(grpprl: &[u8], fonts: &'f [String]) -> Self {
        let mut marks = 0;
        let (mut symbol, mut wingdings) = (None, false);
        let (mut picture, mut data, mut unshown) = (false, false, false);
        let font = |operand| {
            let font = u16_at(operand, 0).and_then(|at| fonts.get(usize::from(at)));
            font.map_or("", String::as_str)
        };
        for (opcode, operand) in sprm::each(grpprl) {
            let on = u8_at(operand, 0).is_some_and(|value| value & 1 == 1);
            match opcode {
                sprm::C_DELETED => marks = if on { marks | DELETED } else { marks & !DELETED },
                sprm::C_INSERTED => marks = if on { marks | INSERTED } else { marks & !INSERTED },
                _ if sprm::C_UNSHOWN.contains(&opcode) => unshown |= on,
                sprm::C_PICTURE => picture = true,
                sprm::C_DATA | sprm::C_OLE => data |= on,
                sprm::C_SYMBOL => {
                    symbol = Some((font(operand), u16_at(operand, 2).unwrap_or(0)));
                }
                _ if sprm::C_FONTS.contains(&opcode) => {
                    wingdings |= font(operand).starts_with("Wingdings");
                }
                _ => {}
            }
        }
        if picture && !data {
            marks |= PICTURE;
        }
        if unshown {
            marks |= UNSHOWN;
        }
        Marks { marks, symbol, wingdings }
    }
}

/// True for text whose bytes beyond ASCII are all pairs of the GB 2312 area, several in a row.
fn is_gbk(bytes: &[u8]) -> bool {
    let high = |byte: &u8| *byte >= 0x80;
    let runs = bytes.chunk_by(|a, b| high(a) == high(b)).filter(|run| high(&run[0]));
    let mut longest = 0;
    for run in runs {
        if run.len() % 2 == 1 || run.iter().any(|byte| *byte < 0xA1) {
            return false;
        }
        longest = longest.max(run.len() / 2);
    }
    longest >= GBK_RUN
}

/// Decodes GBK, with a NUL behind each character of two bytes, so that every byte keeps its position.
fn gbk(bytes: &[u8], units: &mut Vec<u16>) {
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let width = if first >= 0x80 && rest.len() > 1 { 2 } else { 1 };
        let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&rest[..width]);
        let mut decoded = text.encode_utf16();
        units.extend((0..width).map(|_| decoded.next().unwrap_or(0)));
        rest = &rest[width..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn western_text_in_eight_bits_is_not_taken_for_chinese() {
        for western in [&b"\x93GDP\x94"[..], b"\xD7\xD7", b"caf\xE9", b"\xB7"] {
            assert!(!is_gbk(western));
        }
        let chinese = encoding_rs::GBK.encode("2025年政府信息公开1204条").0;
        assert!(is_gbk(&chinese));
        let mut units = Vec::new();
        gbk(&chinese, &mut units);
        assert_eq!(units.len(), chinese.len());
        units.retain(|unit| *unit != 0);
        assert_eq!(String::from_utf16_lossy(&units), "2025年政府信息公开1204条");
    }
}
