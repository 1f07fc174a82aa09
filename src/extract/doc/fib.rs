//! The File Information Block at the beginning of the main stream ([MS-DOC] 2.5): which of the two
//! table streams is in use, how long each story is, and where the parts of the table stream lie.

use super::damaged;
use crate::extract::bytes::{part, u16_at, u32_at};
use crate::extract::{ExtractError, refusal};
use crate::model::Format;

/// Languages whose text an 8-bit piece may hold in GBK: Chinese of the mainland and of Singapore.
const SIMPLIFIED: [u16; 2] = [0x0804, 0x1004];

/// Parts of the table stream by their index in the list of offsets and lengths.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Styles = 1,
    FootnoteReferences = 2,
    FootnoteTexts = 3,
    CharacterRuns = 12,
    ParagraphRuns = 13,
    Fonts = 15,
    Pieces = 33,
    Shapes = 40,
    EndnoteReferences = 46,
    EndnoteTexts = 47,
    TextBoxes = 56,
    Lists = 73,
    ListOverrides = 74,
}

/// The stories of a document in the order in which their characters follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Story {
    Main = 0,
    Footnotes = 1,
    Endnotes = 5,
    TextBoxes = 6,
}

#[derive(Debug)]
pub(super) struct Fib {
    /// Name of the table stream in use.
    pub table: &'static str,
    pub simplified: bool,
    /// Characters of each story: main, footnotes, running heads, macros, comments, endnotes, boxes.
    lengths: [u32; 7],
    parts: Vec<(u32, u32)>,
}

impl Fib {
    pub fn read(main: &[u8]) -> Result<Self, ExtractError> {
        let cut = || damaged("文件头不完整", "the file information block is cut off");
        let (Some(magic), Some(flags)) = (u16_at(main, 0), u16_at(main, 0x0A)) else {
            return Err(cut());
        };
        match magic {
            0xA5EC => {}
            0xA5DB | 0xA5DC => return Err(refusal::too_old(Format::Doc)),
            _ => return Err(damaged("文件头不是 Word 的", "the header is not Word's")),
        }
        if flags & 0x0100 != 0 {
            return Err(refusal::encrypted(Format::Doc));
        }
        let lengths = part(main, 0x4C, 28).ok_or_else(cut)?;
        let lengths = std::array::from_fn(|at| u32_at(lengths, at * 4).unwrap_or(0));
        let count = usize::from(u16_at(main, 0x98).ok_or_else(cut)?);
        let pairs = part(main, 0x9A, count * 8).ok_or_else(cut)?;
        let pair = |at| Some((u32_at(pairs, at * 8)?, u32_at(pairs, at * 8 + 4)?));
        Ok(Fib {
            table: if flags & 0x0200 != 0 { "1Table" } else { "0Table" },
            simplified: u16_at(main, 6).is_some_and(|language| SIMPLIFIED.contains(&language)),
            lengths,
            parts: (0..count).filter_map(pair).collect(),
        })
    }

    /// A part of the table stream; empty where the file has none or it lies outside the stream.
    pub fn part<'t>(&self, table: &'t [u8], which: Part) -> &'t [u8] {
        self.must(table, which).unwrap_or_default()
    }

    /// A part without which content would be lost: outside the stream is damage.
    pub fn must<'t>(&self, table: &'t [u8], which: Part) -> Result<&'t [u8], ExtractError> {
        let (from, length) = self.parts.get(which as usize).copied().unwrap_or_default();
        part(table, from as usize, length as usize).ok_or_else(|| {
            damaged("表流被截断", "a part lies outside the table stream, which may be cut off")
        })
    }

    /// A part with all that follows it; empty where the file has none.
    pub fn to_end<'t>(&self, table: &'t [u8], which: Part) -> &'t [u8] {
        let (from, length) = self.parts.get(which as usize).copied().unwrap_or_default();
        let part = if length == 0 { None } else { table.get(from as usize..) };
        part.unwrap_or_default()
    }

    /// Positions of the characters of a story.
    pub fn story(&self, which: Story) -> std::ops::Range<u32> {
        let before = self.lengths[..which as usize].iter();
        let from = before.fold(0u32, |sum, length| sum.saturating_add(*length));
        from..from.saturating_add(self.lengths[which as usize])
    }

    /// Characters that every story together takes.
    pub fn characters(&self) -> u32 {
        self.lengths.iter().fold(0u32, |sum, length| sum.saturating_add(*length))
    }
}
