//! A word processor's table while it is being read, and its grid once it is complete: rows of cells
//! in order, each with its span and its part in a merge.

use crate::document::{Anchor, Block, Cell, Table, Text};
use crate::extract::{ExtractError, budget::Budget};
use std::collections::BTreeMap;

/// How a cell takes part in a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Merge {
    #[default]
    None,
    Restart,
    Continue,
}

impl Merge {
    /// From the attribute `val`, which stands for "continue" where it is missing.
    pub fn from_value(value: Option<&str>) -> Self {
        if value == Some("restart") { Merge::Restart } else { Merge::Continue }
    }
}

/// One cell.
#[derive(Debug, Default)]
pub(super) struct CellDraft {
    pub paragraphs: Vec<String>,
    pub tables: Vec<Table>,
    pub span: u32,
    pub vertical: Merge,
    pub horizontal: Merge,
    pub path: String,
    /// Paragraphs and tables met so far, for the paths of what is inside.
    pub inner_tables: u32,
}

/// One row.
#[derive(Debug, Default)]
pub(super) struct RowDraft {
    pub cells: Vec<CellDraft>,
    pub before: u32,
    pub after: u32,
    pub deleted: bool,
}

/// One table.
#[derive(Debug, Default)]
pub(super) struct TableDraft {
    pub path: String,
    pub rows: Vec<RowDraft>,
    pub row: Option<RowDraft>,
    pub cell: Option<CellDraft>,
    /// Content without a cell to be in, and pictures: they follow the table.
    pub stray: Vec<Block>,
    pub rows_met: u32,
    pub cells_met: u32,
}

impl TableDraft {
    pub fn end_cell(&mut self) {
        if let (Some(row), Some(cell)) = (&mut self.row, self.cell.take()) {
            row.cells.push(cell);
        }
    }

    pub fn end_row(&mut self) {
        self.end_cell();
        if let Some(row) = self.row.take().filter(|row| !row.deleted) {
            self.rows.push(row);
        }
    }

    /// Resolves the merges: a continuing cell lengthens the one above it at its column.
    pub fn finish(self, part: &str, budget: &mut Budget<'_>) -> Result<Table, ExtractError> {
        let rows = self.rows.len() as u32;
        let mut columns = 0;
        let mut cells: Vec<Cell> = Vec::new();
        // Column → cell that reaches down to the row above, and where it ends.
        let mut open: BTreeMap<u32, usize> = BTreeMap::new();
        for (row, draft) in self.rows.into_iter().enumerate() {
            let mut column = draft.before;
            let mut still_open = BTreeMap::new();
            let mut left: Option<usize> = None;
            for cell in draft.cells {
                let span = cell.span.max(1);
                let above = open.get(&column).copied();
                if let (Merge::Continue, Some(origin)) = (cell.horizontal, left) {
                    cells[origin].column_span = cells[origin].column_span.saturating_add(span);
                } else if let (Merge::Continue, Some(origin)) = (cell.vertical, above) {
                    cells[origin].row_span = row as u32 - cells[origin].row + 1;
                    still_open.insert(column, origin);
                    left = None;
                } else {
                    let anchor = Anchor::Path { part: part.to_owned(), path: cell.path };
                    let text = Text::plain(cell.paragraphs.join("\n"), anchor);
                    let (row, row_span) = (row as u32, 1);
                    cells.push(Cell {
                        row,
                        column,
                        row_span,
                        column_span: span,
                        text,
                        tables: cell.tables,
                        doubtful: false,
                    });
                    left = Some(cells.len() - 1);
                    still_open.insert(column, cells.len() - 1);
                }
                column = column.saturating_add(span);
            }
            columns = columns.max(column.saturating_add(draft.after));
            open = still_open;
        }
        budget.grid(rows as usize, columns as usize)?;
        let anchor = Anchor::Path { part: part.to_owned(), path: self.path };
        Ok(Table::from_cells(rows, columns, cells, anchor))
    }
}
