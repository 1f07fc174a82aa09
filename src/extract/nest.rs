//! A flow of paragraphs in which tables are told by depth and by marks behind cells and rows, as old
//! Word files and RTF have them.

use super::ExtractError;
use super::budget::Budget;
use super::edges::{EdgedRow, align};
use super::grid::{CellDraft, Merge, RowDraft, TableDraft};
use crate::document::Block;

/// What the end of a row says of its cells.
#[derive(Clone, Debug, Default)]
pub(super) struct RowShape {
    /// The left edge of every cell and the right one of the last, in twips.
    pub edges: Vec<i32>,
    /// The part of each cell in a vertical and in a horizontal merge.
    pub merges: Vec<(Merge, Merge)>,
    /// Deleted by a tracked change.
    pub deleted: bool,
}

/// The blocks read so far, and the tables open at the end of them.
#[derive(Debug, Default)]
pub(super) struct Nest {
    blocks: Vec<Block>,
    open: Vec<OpenTable>,
    /// Leads every path: `footnote[2]/`.
    lead: String,
    paragraphs: u32,
    tables: u32,
}

#[derive(Debug, Default)]
struct OpenTable {
    path: String,
    rows: Vec<EdgedRow>,
    cells: Vec<CellDraft>,
    cell: CellDraft,
    /// Pictures and notes: they follow the table.
    stray: Vec<Block>,
}

impl OpenTable {
    fn cell_path(&self) -> String {
        format!("{}/tr[{}]/tc[{}]", self.path, self.rows.len() + 1, self.cells.len() + 1)
    }

    /// True while something of a row is there without the row's end.
    fn in_row(&self) -> bool {
        !self.cells.is_empty() || !self.cell.paragraphs.is_empty() || !self.cell.tables.is_empty()
    }
}

impl Nest {
    pub fn new(lead: String) -> Self {
        Nest { lead, ..Nest::default() }
    }

    /// The path of the paragraph that comes next, at the depth the flow is at.
    pub fn path(&mut self) -> String {
        match self.open.last() {
            Some(table) => table.cell_path(),
            None => {
                self.paragraphs += 1;
                format!("{}p[{}]", self.lead, self.paragraphs)
            }
        }
    }

    /// Closes tables deeper than `depth` and opens tables up to it.
    pub fn descend(
        &mut self,
        depth: usize,
        part: &str,
        budget: &mut Budget<'_>,
    ) -> Result<(), ExtractError> {
        budget.depth(depth)?;
        while self.open.len() > depth {
            self.close(part, budget)?;
        }
        while self.open.len() < depth {
            let path = match self.open.last_mut() {
                Some(outer) => {
                    outer.cell.inner_tables += 1;
                    format!("{}/tbl[{}]", outer.cell_path(), outer.cell.inner_tables)
                }
                None => {
                    self.tables += 1;
                    format!("{}tbl[{}]", self.lead, self.tables)
                }
            };
            self.open.push(OpenTable { path, ..OpenTable::default() });
        }
        Ok(())
    }

    /// Puts a block into the open cell or behind the blocks before it.
    pub fn put(&mut self, block: Block) {
        let Some(table) = self.open.last_mut() else { return self.blocks.push(block) };
        match block {
            Block::Table(inner) => table.cell.tables.push(inner),
            Block::Note(_) | Block::Picture { .. } => table.stray.push(block),
            text => table.cell.paragraphs.extend(text.text().map(|text| text.clean.clone())),
        }
    }

    pub fn end_cell(&mut self) {
        let Some(table) = self.open.last_mut() else { return };
        let path = table.cell_path();
        let cell = std::mem::take(&mut table.cell);
        table.cells.push(CellDraft { path, ..cell });
    }

    /// Ends the row with what its mark says; text behind its last cell is a cell, too.
    pub fn end_row(&mut self, shape: RowShape) {
        let Some(table) = self.open.last_mut() else { return };
        if !table.cell.paragraphs.is_empty() || !table.cell.tables.is_empty() {
            self.end_cell();
        }
        let Some(table) = self.open.last_mut() else { return };
        let mut cells = std::mem::take(&mut table.cells);
        for (cell, (vertical, horizontal)) in cells.iter_mut().zip(shape.merges) {
            (cell.vertical, cell.horizontal) = (vertical, horizontal);
        }
        table.rows.push(EdgedRow { cells, edges: shape.edges, deleted: shape.deleted });
    }

    fn close(&mut self, part: &str, budget: &mut Budget<'_>) -> Result<(), ExtractError> {
        if self.open.last().is_some_and(OpenTable::in_row) {
            self.end_row(RowShape::default());
        }
        let Some(table) = self.open.pop() else { return Ok(()) };
        let rows: Vec<RowDraft> = align(table.rows);
        if rows.iter().any(|row| !row.cells.is_empty()) {
            budget.block()?;
            let draft = TableDraft { path: table.path, rows, ..TableDraft::default() };
            self.put(Block::Table(draft.finish(part, budget)?));
        }
        table.stray.into_iter().for_each(|block| self.put(block));
        Ok(())
    }

    /// Closes what is open and gives the blocks.
    pub fn finish(
        mut self,
        part: &str,
        budget: &mut Budget<'_>,
    ) -> Result<Vec<Block>, ExtractError> {
        self.descend(0, part, budget)?;
        Ok(self.blocks)
    }
}
