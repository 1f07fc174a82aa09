//! A table as a grid whose cells may span rows and columns.

use super::{Anchor, Text};
use serde::{Deserialize, Serialize};

/// A table. Every cell knows its origin and span; a slot of the grid that no cell covers is `None`,
/// which is not the same as an empty cell. Trailing blank rows are kept: an unfilled row is a finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub rows: u32,
    pub columns: u32,
    /// In row-major order of their origins.
    pub cells: Vec<Cell>,
    pub anchor: Anchor,
    /// rows × columns; index into `cells` of the cell that covers the slot.
    grid: Vec<Option<u32>>,
}

/// One cell. `text` joins its paragraphs with `\n`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub row: u32,
    pub column: u32,
    pub row_span: u32,
    pub column_span: u32,
    pub text: Text,
    /// Tables inside the cell, in order. Their text is not part of `text`.
    pub tables: Vec<Table>,
    /// The reader could not tell for certain what stands in the cell: what leans on it is in doubt.
    pub doubtful: bool,
}

impl Table {
    /// Builds the grid from cells with origins and spans. Spans are clamped to the table; where two
    /// cells claim a slot the one that comes first keeps it. Spans of 0 count as 1.
    pub fn from_cells(rows: u32, columns: u32, mut cells: Vec<Cell>, anchor: Anchor) -> Self {
        cells.retain(|c| c.row < rows && c.column < columns);
        cells.sort_by_key(|c| (c.row, c.column));
        let mut grid = vec![None; rows as usize * columns as usize];
        for (index, cell) in cells.iter_mut().enumerate() {
            cell.row_span = cell.row_span.clamp(1, rows - cell.row);
            cell.column_span = cell.column_span.clamp(1, columns - cell.column);
            for row in cell.row..cell.row + cell.row_span {
                for column in cell.column..cell.column + cell.column_span {
                    let slot = &mut grid[(row * columns + column) as usize];
                    if slot.is_none() {
                        *slot = Some(index as u32);
                    }
                }
            }
        }
        Table { rows, columns, cells, anchor, grid }
    }

    /// The cell covering a slot, or `None` for a slot no cell covers or outside the table.
    pub fn at(&self, row: u32, column: u32) -> Option<&Cell> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        self.grid[(row * self.columns + column) as usize].map(|i| &self.cells[i as usize])
    }

    /// The distinct cells that cover a row, left to right, including those that began above it.
    pub fn row(&self, row: u32) -> Vec<&Cell> {
        let mut seen: Vec<&Cell> = Vec::new();
        for column in 0..self.columns {
            if let Some(cell) = self.at(row, column)
                && !seen.last().is_some_and(|last| std::ptr::eq(*last, cell))
            {
                seen.push(cell);
            }
        }
        seen
    }

    /// The cells whose origin is in a row, left to right.
    pub fn starting(&self, row: u32) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |c| c.row == row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32, row_span: u32, column_span: u32) -> Cell {
        Cell { row, column, row_span, column_span, ..Cell::default() }
    }

    #[test]
    fn spans_cover_slots_and_gaps_stay_gaps() {
        let t = Table::from_cells(2, 3, vec![cell(0, 0, 2, 1), cell(0, 1, 1, 9)], Anchor::Unknown);
        assert_eq!(t.at(1, 0).map(|c| (c.row, c.column)), Some((0, 0)));
        assert_eq!(t.at(0, 2).map(|c| c.column_span), Some(2));
        assert!(t.at(1, 1).is_none());
        assert_eq!(t.row(0).len(), 2);
    }

    #[test]
    fn the_first_claim_on_a_slot_wins() {
        let t = Table::from_cells(1, 2, vec![cell(0, 0, 1, 2), cell(0, 1, 1, 1)], Anchor::Unknown);
        assert_eq!(t.at(0, 1).map(|c| c.column), Some(0));
    }
}
