//! Cells of a sheet as a table: its columns are those that cells begin and end at.

use super::bands::Placed;
use super::{Area, Sheet};
use crate::document::{Anchor, Cell, Table, Text};
use crate::extract::ExtractError;
use crate::extract::budget::Budget;

/// The table of these cells, with the merged ones among them that have nothing in them. Columns at
/// either side without any text are not part of it.
pub(super) fn table(
    sheet: &Sheet,
    cells: &[&Placed],
    hollow: &[Area],
    budget: &mut Budget<'_>,
) -> Result<Option<Table>, ExtractError> {
    let filled = || cells.iter().filter(|cell| !cell.is_blank()).map(|cell| cell.area);
    let Some(left) = filled().map(|area| area.left).min() else { return Ok(None) };
    let right = filled().map(|area| area.right).max().unwrap_or(left);
    let top = cells.iter().map(|cell| cell.area.top).min().unwrap_or(0);
    let bottom = cells.iter().map(|cell| cell.area.bottom).max().unwrap_or(0);
    let inside = |area: &Area| {
        area.left >= left && area.right <= right && area.top >= top && area.bottom <= bottom
    };
    let cells: Vec<&&Placed> = cells.iter().filter(|cell| inside(&cell.area)).collect();
    let hollow: Vec<&Area> = hollow.iter().filter(|area| inside(area)).collect();
    let areas = || cells.iter().map(|cell| &cell.area).chain(hollow.iter().copied());
    let rows = edges(areas().flat_map(|area| [area.top, area.bottom + 1]));
    let columns = edges(areas().flat_map(|area| [area.left, area.right + 1]));
    let (height, width) = (rows.len() - 1, columns.len() - 1);
    budget.block()?;
    budget.grid(height, width)?;
    let mut taken = vec![false; height * width];
    let mut out = Vec::new();
    let mut place = |area: &Area, text: Text, doubtful: bool| {
        let row = rows.partition_point(|edge| *edge < area.top);
        let column = columns.partition_point(|edge| *edge < area.left);
        let row_span = rows.partition_point(|edge| *edge <= area.bottom) - row;
        let column_span = columns.partition_point(|edge| *edge <= area.right) - column;
        let mut free = true;
        for slots in (row..row + row_span).map(|r| r * width + column) {
            free &= !taken[slots..slots + column_span].contains(&true);
        }
        // Cells of a sound file do not overlap; among those of another the first stays.
        if !free {
            return;
        }
        for slots in (row..row + row_span).map(|r| r * width + column) {
            taken[slots..slots + column_span].fill(true);
        }
        out.push(Cell {
            row: row as u32,
            column: column as u32,
            row_span: row_span as u32,
            column_span: column_span as u32,
            text,
            tables: Vec::new(),
            doubtful,
        });
    };
    for cell in &cells {
        budget.text(&cell.content.text)?;
        let text = cell.content.text.trim_end_matches('\n');
        let anchor = anchor(sheet, cell.at);
        place(&cell.area, Text::plain(text, anchor), cell.content.doubtful);
    }
    let blank = |top: u32, left: u32| Text::plain("", anchor(sheet, sheet.address(top, left)));
    for area in hollow {
        place(area, blank(area.top, area.left), false);
    }
    for (row, top) in rows[..height].iter().enumerate() {
        for (column, left) in columns[..width].iter().enumerate() {
            if !taken[row * width + column] {
                out.push(Cell {
                    row: row as u32,
                    column: column as u32,
                    row_span: 1,
                    column_span: 1,
                    text: blank(*top, *left),
                    ..Cell::default()
                });
            }
        }
    }
    let anchor = anchor(sheet, sheet.address(top, left));
    Ok(Some(Table::from_cells(height as u32, width as u32, out, anchor)))
}

fn edges(all: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut all: Vec<u32> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The place of a cell of the file.
pub(super) fn anchor(sheet: &Sheet, (row, column): (u32, u32)) -> Anchor {
    Anchor::Sheet { sheet: sheet.name.clone(), row: row + 1, column: column + 1 }
}

impl Sheet {
    /// Row and column in the file of a place counted without the hidden ones.
    fn address(&self, row: u32, column: u32) -> (u32, u32) {
        (self.hidden_rows.of_rank(row), self.hidden_columns.of_rank(column))
    }
}
