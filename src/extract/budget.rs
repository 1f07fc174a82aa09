//! Keeps count of what a reader has produced, so that no reader can outgrow [`Limits`].

use super::refusal::{self, Limit};
use super::{ExtractError, Limits};
use crate::model::Format;

/// Running totals of one file. Every reader passes each text, block and grid through here before
/// it keeps it.
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    format: Format,
    characters: u64,
    blocks: u64,
    cells: u64,
}

impl<'a> Budget<'a> {
    pub fn new(format: Format, limits: &'a Limits) -> Self {
        Budget { limits, format, characters: 0, blocks: 0, cells: 0 }
    }

    /// Accounts for text about to be kept.
    pub fn text(&mut self, text: &str) -> Result<(), ExtractError> {
        self.characters += text.chars().count() as u64;
        self.check(Limit::Characters, self.characters, self.limits.characters.into())
    }

    /// Accounts for one paragraph, table or picture.
    pub fn block(&mut self) -> Result<(), ExtractError> {
        self.blocks += 1;
        self.check(Limit::Blocks, self.blocks, self.limits.blocks.into())
    }

    /// Accounts for the grid of a table before it is allocated: covered and uncovered slots cost alike.
    pub fn grid(&mut self, rows: usize, columns: usize) -> Result<(), ExtractError> {
        self.columns(columns)?;
        self.cells = self.cells.saturating_add((rows as u64).saturating_mul(columns as u64));
        self.check(Limit::Cells, self.cells, self.limits.cells.into())
    }

    /// Checks the width of one table.
    pub fn columns(&self, columns: usize) -> Result<(), ExtractError> {
        self.check(Limit::Columns, columns as u64, self.limits.columns.into())
    }

    /// Checks the depth of nested elements or tables.
    pub fn depth(&self, depth: usize) -> Result<(), ExtractError> {
        self.check(Limit::Depth, depth as u64, self.limits.depth.into())
    }

    fn check(&self, limit: Limit, value: u64, most: u64) -> Result<(), ExtractError> {
        if value > most { Err(refusal::over(self.format, limit, most)) } else { Ok(()) }
    }
}
