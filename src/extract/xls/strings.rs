//! Texts in records: UTF-16 or its low bytes since Excel 97, bytes of a code page before.

use super::Shared;
use crate::extract::bytes::{u8_at, u16_at, u32_at};

/// Bits of the byte before the characters ([MS-XLS] 2.5.293).
const WIDE: u8 = 0x01;
const PHONETIC: u8 = 0x04;
const RICH: u8 = 0x08;

impl Shared {
    /// A text led by its length in one or two bytes.
    pub fn text(&self, data: &[u8], long: bool) -> Option<String> {
        let (length, rest) = match long {
            true => (u16_at(data, 0)?, data.get(2..)?),
            false => (u8_at(data, 0)?.into(), data.get(1..)?),
        };
        if !self.unicode {
            let bytes = rest.get(..length.into())?;
            return Some(self.code_page.decode_without_bom_handling(bytes).0.into_owned());
        }
        let flags = u8_at(rest, 0)?;
        let mut at = 1;
        at += if flags & RICH != 0 { 2 } else { 0 };
        at += if flags & PHONETIC != 0 { 4 } else { 0 };
        characters(rest.get(at..)?, length.into(), flags & WIDE != 0)
    }
}

/// So many characters, as UTF-16 or its low bytes.
pub(super) fn characters(data: &[u8], length: usize, wide: bool) -> Option<String> {
    let mut units = Vec::with_capacity(length.min(data.len()));
    take(data, length, wide, &mut units);
    (units.len() == length).then(|| String::from_utf16_lossy(&units))
}

/// Takes at most `most` characters; gives the bytes they were.
fn take(data: &[u8], most: usize, wide: bool, units: &mut Vec<u16>) -> usize {
    if wide {
        let before = units.len();
        let two = data.chunks_exact(2).take(most);
        units.extend(two.map(|two| u16::from_le_bytes([two[0], two[1]])));
        (units.len() - before) * 2
    } else {
        units.extend(data.iter().take(most).map(|&byte| u16::from(byte)));
        data.len().min(most)
    }
}

/// The pieces of a record and its continuations as one run of bytes; within characters every piece
/// begins anew with the byte that tells their width.
pub(super) struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub fn new(first: &'a [u8], continued: Vec<&'a [u8]>) -> Self {
        let mut pieces = vec![first];
        pieces.extend(continued);
        Pieces { pieces, piece: 0, at: 0 }
    }

    fn rest(&mut self) -> Option<&'a [u8]> {
        while self.at >= self.pieces.get(self.piece)?.len() {
            self.piece += 1;
            self.at = 0;
        }
        self.pieces[self.piece].get(self.at..)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut out = [0; N];
        for byte in &mut out {
            *byte = *self.rest()?.first()?;
            self.at += 1;
        }
        Some(out)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.rest()?.len().min(count);
            self.at += step;
            count -= step;
        }
        Some(())
    }

    /// How many texts there are said to be; the table begins with that.
    pub fn count(&mut self) -> Option<u32> {
        u32_at(&self.bytes::<8>()?, 4)
    }

    /// The next text of a table of shared ones ([MS-XLS] 2.5.293).
    pub fn text(&mut self) -> Option<String> {
        let length = usize::from(u16::from_le_bytes(self.bytes()?));
        let [mut flags] = self.bytes()?;
        let runs = if flags & RICH != 0 { u16::from_le_bytes(self.bytes()?) } else { 0 };
        let readings = if flags & PHONETIC != 0 { u32::from_le_bytes(self.bytes()?) } else { 0 };
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            let before = self.piece;
            let rest = self.rest()?;
            if self.piece != before {
                [flags] = self.bytes()?;
                continue;
            }
            let taken = take(rest, length - units.len(), flags & WIDE != 0, &mut units);
            // Half a character at the end of a piece is damage.
            if taken == 0 {
                return None;
            }
            self.at += taken;
        }
        self.skip(usize::from(runs) * 4)?;
        self.skip(readings as usize)?;
        Some(String::from_utf16_lossy(&units))
    }
}

/// Lines of a cell end with `\n` alone.
pub(super) fn lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}
