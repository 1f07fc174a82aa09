//! The walk over one story: paragraphs ended by their marks, cells and rows by theirs.

use super::Streams;
use super::beside::Beside;
use super::paragraph::Properties;
use super::text::{DELETED, INSERTED, INSTRUCTION, PICTURE, Text, UNSHOWN};
use crate::document::{Anchor, Block, Notice, NoticeKind};
use crate::extract::budget::Budget;
use crate::extract::bytes::u16_at;
use crate::extract::nest::{Nest, RowShape};
use crate::extract::numbering::Numbering;
use crate::extract::{ExtractError, notice, paragraph};
use std::ops::Range;

/// Lists from here on say that a paragraph has left its list.
const NO_LIST: u16 = 0xF801;

/// What the stories of a file share while they are read one after the other.
pub(super) struct Reading<'a, 'b> {
    pub streams: &'b Streams<'a>,
    pub text: &'b Text<'a>,
    pub budget: Budget<'b>,
    pub numbering: Numbering,
    pub beside: Beside,
    numbers: u32,
    numbered: Option<Anchor>,
    changes: u32,
}

impl<'a, 'b> Reading<'a, 'b> {
    pub fn new(
        streams: &'b Streams<'a>,
        text: &'b Text<'a>,
        budget: Budget<'b>,
        numbering: Numbering,
    ) -> Self {
        let beside = Beside::default();
        Reading { streams, text, budget, numbering, beside, numbers: 0, numbered: None, changes: 0 }
    }

    /// The blocks of the characters in `range`; every path begins with `lead`.
    pub fn story(&mut self, range: Range<u32>, lead: String) -> Result<Vec<Block>, ExtractError> {
        let end = (range.end as usize).min(self.text.units.len());
        let range = range.start as usize..end;
        self.count_changes(range.clone());
        let mut nest = Nest::new(lead);
        let mut carried = String::new();
        let mut at = range.start;
        while at < end {
            let ends = |at: &usize| self.ends_paragraph(*at);
            let mark = (at..end).find(ends).unwrap_or(end - 1);
            let properties = self.properties(mark as u32);
            nest.descend(properties.depth(), "", &mut self.budget)?;
            let deleted = self.text.marks[mark] & DELETED != 0;
            if properties.ends_row() {
                nest.end_row(RowShape { deleted, ..properties.shape() });
                at = mark + 1;
                continue;
            }
            let text = std::mem::take(&mut carried) + &self.visible(at..mark + 1);
            let cell =
                properties.depth() > 0 && (self.text.units[mark] == 0x07 || properties.inner_cell);
            if deleted && !cell {
                carried = text;
            } else {
                self.paragraph(text, properties, &mut nest)?;
            }
            self.anchored(at..mark + 1, &mut nest)?;
            if cell {
                nest.end_cell();
            }
            at = mark + 1;
        }
        if !carried.is_empty() {
            self.paragraph(carried, Properties::default(), &mut nest)?;
        }
        nest.finish("", &mut self.budget)
    }

    /// The marks behind paragraphs, cells and sections. What a field's instruction holds ends nothing.
    fn ends_paragraph(&self, at: usize) -> bool {
        let mark = matches!(self.text.units[at], 0x07 | 0x0C | 0x0D);
        mark && self.text.marks[at] & INSTRUCTION == 0
    }

    /// The properties of the paragraph that a mark ends: of its style, its own, and of its piece.
    fn properties(&self, mark: u32) -> Properties {
        let Some((byte, modifiers)) = self.text.place(mark) else { return Properties::default() };
        let own = self.streams.paragraphs.at(byte);
        let own = own.map_or(&[][..], |run| &self.streams.main[run.properties.clone()]);
        let properties = Properties::of_style(u16_at(own, 0).unwrap_or(0));
        properties.with_huge(own.get(2..).unwrap_or_default(), self.streams.data).with(&modifiers)
    }

    /// The text a reader sees: no instructions of fields, nothing deleted, control characters as what
    /// they stand for.
    fn visible(&self, range: Range<usize>) -> String {
        let marks = &self.text.marks[range.clone()];
        let units = self.text.units[range].iter().zip(marks);
        let seen = units.filter(|(_, mark)| *mark & (DELETED | INSTRUCTION | UNSHOWN) == 0);
        let seen = seen.filter_map(|(unit, _)| match unit {
            0x09 => Some(0x09),
            0x0B | 0x0E => Some(0x0A),
            0x1E => Some(u16::from(b'-')),
            0x00..=0x1F => None,
            unit => Some(*unit),
        });
        char::decode_utf16(seen).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    fn paragraph(
        &mut self,
        raw: String,
        properties: Properties,
        nest: &mut Nest,
    ) -> Result<(), ExtractError> {
        let styled = self.streams.styles.properties(properties.style.unwrap_or(0));
        let outline = properties.outline.or(styled.outline).filter(|level| *level < 9);
        let list = properties.list.or(styled.list).filter(|list| (1..NO_LIST).contains(list));
        let level = properties.level.or(styled.level).unwrap_or(0);
        let marker = list.and_then(|list| self.numbering.next(&list.to_string(), level));
        let anchor = Anchor::Path { part: String::new(), path: nest.path() };
        if marker.is_some() && !raw.trim().is_empty() {
            self.numbers += 1;
            self.numbered.get_or_insert_with(|| anchor.clone());
        }
        let block = paragraph::block(raw, marker, outline, anchor, &mut self.budget)?;
        block.into_iter().for_each(|block| nest.put(block));
        Ok(())
    }

    /// What is anchored in a paragraph and follows it: notes, text boxes, pictures.
    fn anchored(&mut self, range: Range<usize>, nest: &mut Nest) -> Result<(), ExtractError> {
        for at in range {
            let mark = self.text.marks[at];
            if mark & (DELETED | INSTRUCTION) != 0 {
                continue;
            }
            match self.text.units[at] {
                0x01 if mark & PICTURE != 0 => {
                    self.budget.block()?;
                    let name = self.beside.next_picture();
                    let anchor = Anchor::Path { part: String::new(), path: nest.path() };
                    nest.put(Block::Picture { name, anchor });
                }
                _ => self.beside.at(at as u32).into_iter().for_each(|block| nest.put(block)),
            }
        }
        Ok(())
    }

    /// Counts every stretch of text that a tracked change put in or took out.
    fn count_changes(&mut self, range: Range<usize>) {
        let kinds = self.text.marks[range].iter().map(|mark| mark & (DELETED | INSERTED));
        let mut before = 0;
        for kind in kinds {
            self.changes += u32::from(kind != 0 && kind != before);
            before = kind;
        }
    }

    /// What happened while reading, counted over all stories.
    pub fn notices(self) -> Vec<Notice> {
        let mut notices = Vec::new();
        let mut counted = |kind, count, anchor| {
            if count > 0 {
                notices.push(Notice { count, ..notice(kind, anchor, "") });
            }
        };
        let struck = self.text.marks.chunk_by(|a, b| a & UNSHOWN == b & UNSHOWN);
        let struck = struck.filter(|stretch| stretch[0] & UNSHOWN != 0).count();
        counted(NoticeKind::TextStruck, struck as u32, Anchor::Unknown);
        counted(NoticeKind::TrackedChanges, self.changes, Anchor::Unknown);
        counted(NoticeKind::Numbering, self.numbers, self.numbered.unwrap_or_default());
        if self.text.repaired {
            notices.push(notice(NoticeKind::EncodingRepaired, Anchor::Unknown, "GBK"));
        }
        notices
    }
}
