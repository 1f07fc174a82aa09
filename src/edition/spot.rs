//! Where a field stands on the form.

use super::{Block, Column, Edition, Row};
use crate::model::Place;

/// A cell of the form.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    pub table: u8,
    pub row: &'a Row,
    pub column: &'a Column,
}

impl Edition {
    /// The cell of a field name; `None` where this edition has no such cell.
    pub fn spot(&self, field: &str) -> Option<Spot<'_>> {
        let (table, name) = field.split_once('.')?;
        let number: u8 = table.strip_prefix('t')?.parse().ok()?;
        let mut blocks = self.table(number)?.blocks.iter();
        blocks.find_map(|block| {
            let (row, column) = on_block(block, name)?;
            Some(Spot { table: number, row, column })
        })
    }
}

impl Spot<'_> {
    /// The cell in the words of the form, without a place in any file.
    pub fn place(&self, field: &str) -> Place {
        let column = match (self.table, self.column.group.as_str()) {
            // 表四 has three columns 总计, told apart by their group only.
            (4, group) if !group.is_empty() => format!("{group}·{}", self.column.label),
            _ => self.column.label.clone(),
        };
        Place {
            part: Some(self.table),
            table: Some(self.table),
            column: Some(column),
            spot: Some(self.row.label.clone()).filter(|label| !label.is_empty()),
            field: Some(field.to_string()),
            ..Place::default()
        }
    }
}

/// Row and column of a field name without its table. Judging looks up cells by the hundred: names
/// are taken apart here, never put together.
fn on_block<'a>(block: &'a Block, name: &str) -> Option<(&'a Row, &'a Column)> {
    let (first, second) = name.split_once('.').unwrap_or((name, ""));
    let named = |row: &Row, column: &Column| match (row.id.is_empty(), column.id.is_empty()) {
        (true, _) => second.is_empty() && column.id == first,
        (_, true) => second.is_empty() && row.id == first,
        _ => row.id == first && column.id == second,
    };
    let mut rows = block.rows.iter().filter(|r| r.id.is_empty() || r.id == first);
    rows.find_map(|row| {
        let column = block.columns.iter().find(|column| named(row, column))?;
        Some((row, column))
    })
}
