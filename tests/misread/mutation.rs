//! A change to a written report, and the seeded choice of its place.

use crate::written::{FORMATS, Item, Row, Slot, Written};

/// One kind of change.
pub struct Mutation {
    pub name: &'static str,
    /// The report says the same as before, in a way that is no fault.
    pub harmless: bool,
    formats: &'static [&'static str],
    /// False where the chosen place does not admit the change.
    pub change: fn(&mut Written, &mut Pick) -> bool,
}

pub const WORD_AND_PAGE: &[&str] = &["html", "docx"];

impl Mutation {
    pub const fn new(name: &'static str, change: fn(&mut Written, &mut Pick) -> bool) -> Self {
        Mutation { name, harmless: false, formats: &FORMATS, change }
    }

    pub const fn harmless(name: &'static str, change: fn(&mut Written, &mut Pick) -> bool) -> Self {
        Mutation { name, harmless: true, formats: &FORMATS, change }
    }

    pub const fn on(mut self, formats: &'static [&'static str]) -> Self {
        self.formats = formats;
        self
    }

    pub fn concerns(&self, format: &str) -> bool {
        self.formats.contains(&format)
    }
}

/// xorshift64*, seeded: the same choices on every machine.
pub struct Pick(u64);

impl Pick {
    pub fn new(seed: u64) -> Pick {
        Pick(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound as u64) as usize
    }

    /// A table of the report, by item.
    pub fn table(&mut self, w: &Written) -> usize {
        let grids = w.grids();
        grids[self.below(grids.len())]
    }

    /// A row of numbers, as (item, row). 表三 has most of them, so tables are drawn first.
    pub fn place(&mut self, w: &Written) -> (usize, usize) {
        let item = self.table(w);
        let rows = number_rows(w, item);
        (item, rows[self.below(rows.len())])
    }

    pub fn row<'w>(&mut self, w: &'w mut Written) -> &'w mut Row {
        let (item, row) = self.place(w);
        &mut w.grid(item).rows[row]
    }

    /// A row of numbers and one of its values.
    pub fn value<'w>(&mut self, w: &'w mut Written) -> (&'w mut Row, usize) {
        let row = self.row(w);
        let values: Vec<usize> = (0..row.len()).filter(|&i| row[i].field.is_some()).collect();
        (row, values[self.below(values.len())])
    }

    /// A row and the first of two values side by side.
    pub fn neighbours<'w>(&mut self, w: &'w mut Written) -> Option<(&'w mut Row, usize)> {
        let (row, at) = self.value(w);
        row.get(at + 1).is_some_and(|s| s.field.is_some()).then_some((row, at))
    }
}

/// The rows of a table that hold values.
pub fn number_rows(w: &Written, item: usize) -> Vec<usize> {
    let Item::Table(grid) = &w.items[item] else { return Vec::new() };
    let numbers = |row: &Row| row.iter().any(|s: &Slot| s.field.is_some());
    (0..grid.rows.len()).filter(|&r| numbers(&grid.rows[r])).collect()
}
