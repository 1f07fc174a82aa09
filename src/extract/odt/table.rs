//! A table while it is being read: rows and cells with their repetitions and spans.

use crate::document::{Anchor, Block, Cell, Table, Text};
use crate::extract::budget::Budget;
use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits, xml};
use crate::model::Format;
use quick_xml::events::BytesStart;

/// What a cell may span.
const MOST_SPAN: u32 = 1024;

#[derive(Debug, Default)]
pub(super) struct TableDraft {
    pub path: String,
    cells: Vec<Cell>,
    /// Where the row that is open begins among the cells.
    row_from: usize,
    row: u32,
    row_repeats: u32,
    column: u32,
    columns: u32,
    /// The cell that is open, and how often it stands side by side.
    open: Option<(Cell, u32)>,
    lines: Vec<String>,
    inner: u32,
    met: u32,
    /// Pictures and notes: they follow the table.
    pub stray: Vec<Block>,
}

impl TableDraft {
    pub fn new(path: String) -> Self {
        TableDraft { path, ..TableDraft::default() }
    }

    pub fn begin_row(&mut self, element: &BytesStart<'_>) {
        self.row_from = self.cells.len();
        self.row_repeats = number(element, "number-rows-repeated");
        (self.column, self.met) = (0, 0);
    }

    /// A cell, or one that a span covers.
    pub fn begin_cell(&mut self, element: &BytesStart<'_>, covered: bool) {
        self.met += 1;
        let repeats = number(element, "number-columns-repeated");
        if covered {
            self.open = None;
            self.column = self.column.saturating_add(repeats);
            return;
        }
        let cell = Cell {
            row: self.row,
            column: self.column,
            row_span: number(element, "number-rows-spanned").min(MOST_SPAN),
            column_span: number(element, "number-columns-spanned").min(MOST_SPAN),
            ..Cell::default()
        };
        self.lines.clear();
        self.inner = 0;
        self.open = Some((cell, repeats));
    }

    pub fn cell_path(&self) -> String {
        format!("{}/tr[{}]/tc[{}]", self.path, self.row + 1, self.met)
    }

    pub fn inner_path(&mut self) -> String {
        self.inner += 1;
        format!("{}/tbl[{}]", self.cell_path(), self.inner)
    }

    /// Puts a block into the open cell; what a covered cell holds is not to be seen.
    pub fn put(&mut self, block: Block) {
        match (block, &mut self.open) {
            (Block::Table(inner), Some((cell, _))) => cell.tables.push(inner),
            (block @ (Block::Note(_) | Block::Picture { .. }), _) => self.stray.push(block),
            (text, Some(_)) => self.lines.extend(text.text().map(|text| text.clean.clone())),
            (_, None) => {}
        }
    }

    pub fn end_cell(
        &mut self,
        part: &str,
        limits: &Limits,
        budget: &mut Budget<'_>,
    ) -> Result<(), ExtractError> {
        let anchor = Anchor::Path { part: part.to_owned(), path: self.cell_path() };
        let Some((mut cell, repeats)) = self.open.take() else { return Ok(()) };
        cell.text = Text::plain(self.lines.join("\n"), anchor);
        self.column = self.column.saturating_add(repeats);
        if self.column > limits.columns {
            let most = limits.columns.into();
            return Err(refusal::over(Format::Odt, Limit::Columns, most));
        }
        for _ in 1..repeats {
            again(&cell, budget)?;
        }
        for column in cell.column..cell.column + repeats {
            self.cells.push(Cell { column, ..cell.clone() });
        }
        Ok(())
    }

    pub fn end_row(
        &mut self,
        limits: &Limits,
        budget: &mut Budget<'_>,
    ) -> Result<(), ExtractError> {
        self.columns = self.columns.max(self.column);
        let repeats = std::mem::take(&mut self.row_repeats);
        let more = (self.cells.len() - self.row_from).max(1) as u64;
        let more =
            more.saturating_mul(u64::from(repeats)).max(u64::from(self.row) + u64::from(repeats));
        if more.saturating_add(self.cells.len() as u64) > u64::from(limits.cells) {
            return Err(refusal::over(Format::Odt, Limit::Cells, limits.cells.into()));
        }
        let row = self.cells[self.row_from..].to_vec();
        for _ in 1..repeats {
            row.iter().try_for_each(|cell| again(cell, budget))?;
            self.row += 1;
            self.cells.extend(row.iter().map(|cell| Cell { row: self.row, ..cell.clone() }));
        }
        self.row += u32::from(repeats > 0);
        self.row_from = self.cells.len();
        Ok(())
    }

    /// The table; `None` where it has no row.
    pub fn finish(
        self,
        part: &str,
        budget: &mut Budget<'_>,
    ) -> Result<(Option<Table>, Vec<Block>), ExtractError> {
        budget.grid(self.row as usize, self.columns as usize)?;
        let anchor = Anchor::Path { part: part.to_owned(), path: self.path };
        let table = (!self.cells.is_empty())
            .then(|| Table::from_cells(self.row, self.columns, self.cells, anchor));
        Ok((table, self.stray))
    }
}

/// Accounts for a cell about to be repeated.
fn again(cell: &Cell, budget: &mut Budget<'_>) -> Result<(), ExtractError> {
    budget.text(&cell.text.raw)?;
    for table in &cell.tables {
        budget.grid(table.rows as usize, table.columns as usize)?;
        table.cells.iter().try_for_each(|cell| again(cell, budget))?;
    }
    Ok(())
}

/// A count given by an attribute, 1 where there is none.
fn number(element: &BytesStart<'_>, name: &str) -> u32 {
    let value = xml::attribute(element, name);
    value.map_or(1, |value| value.trim().parse().unwrap_or(u32::MAX)).max(1)
}
