//! One flow of text: the body, a note, a text box.

use super::row::Row;
use crate::document::{Anchor, Block};
use crate::extract::budget::Budget;
use crate::extract::nest::Nest;
use crate::extract::{ExtractError, paragraph};

/// What a flow becomes when its group ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Body,
    Note,
    Box,
}

/// Properties of a paragraph, which `\pard` resets.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub in_table: bool,
    pub depth: usize,
    pub outline: Option<u8>,
    /// In a list.
    pub listed: bool,
}

#[derive(Debug)]
pub(super) struct Flow {
    pub kind: Kind,
    nest: Nest,
    /// The open paragraph in UTF-16.
    pub units: Vec<u16>,
    /// Its automatic number as printed.
    pub marker: String,
    pub properties: Properties,
    /// Text of paragraphs whose end was deleted.
    carried: Vec<u16>,
    /// What follows the open paragraph.
    pub anchored: Vec<Block>,
    /// The row described last, of the outer table and of an inner one.
    pub rows: [Row; 2],
    /// Paragraphs with an automatic number, and those of a list whose number is not given.
    pub numbered: u32,
}

impl Flow {
    pub fn new(kind: Kind, lead: String) -> Self {
        Flow {
            kind,
            nest: Nest::new(lead),
            units: Vec::new(),
            marker: String::new(),
            properties: Properties::default(),
            carried: Vec::new(),
            anchored: Vec::new(),
            rows: Default::default(),
            numbered: 0,
        }
    }

    /// Ends a paragraph; a deleted end joins it to the next one.
    pub fn end_paragraph(
        &mut self,
        deleted: bool,
        budget: &mut Budget<'_>,
    ) -> Result<(), ExtractError> {
        if deleted {
            self.carried.append(&mut self.units);
            return Ok(());
        }
        let least = usize::from(self.properties.in_table);
        self.put(self.properties.depth.max(least), budget)
    }

    /// Ends a cell of a table `depth` deep.
    pub fn end_cell(&mut self, depth: usize, budget: &mut Budget<'_>) -> Result<(), ExtractError> {
        self.put(depth, budget)?;
        self.nest.end_cell();
        Ok(())
    }

    /// Ends a row of a table `depth` deep with what was described last.
    pub fn end_row(&mut self, depth: usize, budget: &mut Budget<'_>) -> Result<(), ExtractError> {
        // A row without a cell is a table without content.
        self.put(depth, budget)?;
        self.nest.end_row(self.rows[usize::from(depth > 1)].shape());
        Ok(())
    }

    fn put(&mut self, depth: usize, budget: &mut Budget<'_>) -> Result<(), ExtractError> {
        self.nest.descend(depth, "", budget)?;
        let mut units = std::mem::take(&mut self.carried);
        units.append(&mut self.units);
        let raw = String::from_utf16_lossy(&units);
        let printed = std::mem::take(&mut self.marker);
        let printed = printed.trim();
        // A bullet is no number.
        let marker = printed.chars().any(char::is_alphanumeric).then(|| printed.to_owned());
        let anchor = Anchor::Path { part: String::new(), path: self.nest.path() };
        let listed = marker.is_some() || self.properties.listed && printed.is_empty();
        self.numbered += u32::from(listed && !raw.trim().is_empty());
        let outline = self.properties.outline.filter(|level| *level < 9);
        let block = paragraph::block(raw, marker, outline, anchor, budget)?;
        let anchored = std::mem::take(&mut self.anchored);
        block.into_iter().chain(anchored).for_each(|block| self.nest.put(block));
        Ok(())
    }

    pub fn finish(mut self, budget: &mut Budget<'_>) -> Result<Vec<Block>, ExtractError> {
        if !self.units.is_empty() || !self.carried.is_empty() || !self.anchored.is_empty() {
            self.end_paragraph(false, budget)?;
        }
        self.nest.finish("", budget)
    }
}
