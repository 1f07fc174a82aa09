//! Workbooks, whatever the format: sheets as sparse cells, and what of them is body text.
//!
//! Invariants: nothing is allocated by what a file says of its size, only by cells that are there;
//! a number is read as its program shows it; what is hidden or not known is said, never made up.

mod bands;
mod grid;
mod shown;
mod split;
#[cfg(test)]
mod tests;

pub(super) use shown::{Epoch, Shown, Style, built_in, number};
pub(super) use split::document;

use super::refusal::{self, Limit};
use super::{ExtractError, Limits};
use crate::document::cell_name;
use crate::model::Format;
use std::collections::BTreeMap;

/// Blank ruled cells are kept only so many rows below the last row with text: lines are often drawn
/// to the end of the sheet.
const RULED_BELOW: u32 = 64;

/// How far below its corner a box of text may find a row of its own.
const FREE_WITHIN: u32 = 256;

/// A workbook being read, and what it may still cost.
pub(super) struct Book<'a> {
    pub format: Format,
    pub limits: &'a Limits,
    pub sheets: Vec<Sheet>,
    /// Cells and merges kept, of all sheets.
    kept: u64,
}

/// One sheet. Rows and columns count from 0.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub name: String,
    /// The whole sheet is hidden.
    pub hidden: bool,
    cells: BTreeMap<(u32, u32), Content>,
    merges: Vec<Area>,
    hidden_rows: Ranges,
    hidden_columns: Ranges,
    /// Pictures by name, with the cell under their upper left corner.
    pub pictures: Vec<(u32, u32, String)>,
    /// The last row with text so far.
    last: Option<u32>,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub text: String,
    /// What stands there is not known for certain.
    pub doubtful: bool,
    /// A formula without its result.
    pub uncalculated: bool,
    /// There are lines around it, both across and down.
    pub ruled: bool,
}

/// A sheet as cells, for whoever reads a table of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worksheet {
    pub name: String,
    /// Cells with text by row and column from 1, hidden rows and columns among them.
    pub cells: BTreeMap<(u32, u32), WorksheetCell>,
}

impl Worksheet {
    /// What spreadsheets call a cell, with its sheet: `名册!C5`. Row and column count from 1.
    pub fn place(&self, row: u32, column: u32) -> String {
        format!("{}!{}", self.name, cell_name(row, column))
    }
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorksheetCell {
    /// As its program shows it.
    pub text: String,
    /// False where it is a formula without its result, or a number whose look is not known.
    pub certain: bool,
}

/// A rectangle of cells, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

/// Rows or columns that are hidden.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// First and last of each range.
    ranges: Vec<(u32, u32)>,
    /// How many are hidden before each range, once they are settled.
    before: Vec<u32>,
}

impl Ranges {
    pub fn add(&mut self, from: u32, to: u32) {
        match self.ranges.last_mut() {
            Some((_, last)) if last.saturating_add(1) == from => *last = to.max(*last),
            _ => self.ranges.push((from, to.max(from))),
        }
    }

    fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Puts them in order, so that they can be asked.
    fn settle(&mut self) {
        self.ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for &(from, to) in &self.ranges {
            match joined.last_mut() {
                Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
                _ => joined.push((from, to)),
            }
        }
        let mut sum = 0u32;
        self.before = joined
            .iter()
            .map(|(from, to)| {
                let before = sum;
                sum = sum.saturating_add(to - from + 1);
                before
            })
            .collect();
        self.ranges = joined;
    }

    fn holds(&self, at: u32) -> bool {
        let after = self.ranges.partition_point(|&(from, _)| from <= at);
        after.checked_sub(1).is_some_and(|i| self.ranges[i].1 >= at)
    }

    /// How many that are not hidden come before `at`.
    fn rank(&self, at: u32) -> u32 {
        let after = self.ranges.partition_point(|&(from, _)| from < at);
        let hidden = after.checked_sub(1).map_or(0, |i| {
            let (from, to) = self.ranges[i];
            self.before[i].saturating_add(to.saturating_add(1).min(at) - from)
        });
        at.saturating_sub(hidden)
    }

    /// The one of that rank: the way back.
    fn of_rank(&self, rank: u32) -> u32 {
        // Where a range begins, so many that are not hidden have come before it.
        let starts = self.ranges.iter().zip(&self.before).map(|((from, _), hidden)| from - hidden);
        let passed = starts.take_while(|start| *start <= rank).count();
        let hidden = passed.checked_sub(1).map_or(0, |i| {
            let (from, to) = self.ranges[i];
            self.before[i].saturating_add(to - from + 1)
        });
        rank.saturating_add(hidden)
    }
}

impl<'a> Book<'a> {
    pub fn new(format: Format, limits: &'a Limits) -> Self {
        Book { format, limits, sheets: Vec::new(), kept: 0 }
    }

    /// Begins a sheet; what follows is put into it.
    pub fn begin(&mut self, name: &str, hidden: bool) -> Result<(), ExtractError> {
        if self.sheets.len() as u64 >= u64::from(self.limits.pages) {
            return Err(refusal::over(self.format, Limit::Sheets, self.limits.pages.into()));
        }
        self.sheets.push(Sheet { name: name.to_owned(), hidden, ..Sheet::default() });
        Ok(())
    }

    /// The sheet begun last.
    pub fn sheet(&mut self) -> Option<&mut Sheet> {
        self.sheets.last_mut()
    }

    /// Keeps a cell of the sheet begun last; one that is neither filled nor ruled is not worth keeping.
    pub fn put(&mut self, row: u32, column: u32, content: Content) -> Result<(), ExtractError> {
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        let blank = content.text.trim().is_empty();
        let far = row > sheet.last.map_or(RULED_BELOW, |last| last.saturating_add(RULED_BELOW));
        if blank && (!content.ruled || far) {
            return Ok(());
        }
        if !blank {
            sheet.last = sheet.last.max(Some(row));
        }
        sheet.cells.insert((row, column), content);
        self.keep()
    }

    /// Text in a box drawn over the sheet begun last: it stands in the cell under its corner, or in the
    /// first free one below.
    pub fn overlay(&mut self, row: u32, column: u32, text: &str) -> Result<(), ExtractError> {
        let Some(sheet) = self.sheets.last_mut().filter(|_| !text.is_empty()) else {
            return Ok(());
        };
        let taken = |row| {
            let mut cells = sheet.cells.range((row, 0)..(row + 1, 0));
            cells.next().is_some()
        };
        let mut free = row..row.saturating_add(FREE_WITHIN);
        let behind = sheet.last.map_or(0, |last| last.saturating_add(2));
        let row = free.find(|row| !taken(*row)).unwrap_or(behind);
        self.put(row, column, Content { text: text.to_owned(), ..Content::default() })
    }

    /// Keeps hidden rows of the sheet begun last.
    pub fn hide_rows(&mut self, from: u32, to: u32) -> Result<(), ExtractError> {
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        let before = sheet.hidden_rows.len();
        sheet.hidden_rows.add(from, to);
        if sheet.hidden_rows.len() > before { self.keep() } else { Ok(()) }
    }

    /// Keeps hidden columns of the sheet begun last.
    pub fn hide_columns(&mut self, from: u32, to: u32) -> Result<(), ExtractError> {
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        sheet.hidden_columns.add(from, to);
        self.keep()
    }

    /// Keeps a merge of the sheet begun last.
    pub fn merge(&mut self, area: Area) -> Result<(), ExtractError> {
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        if area.bottom < area.top || area.right < area.left || area.is_single() {
            return Ok(());
        }
        sheet.merges.push(area);
        self.keep()
    }

    /// The sheets that are not hidden, cell by cell. What is merged down a column stands in each of its
    /// rows, as far as there are cells beside it.
    pub fn worksheets(self) -> Vec<Worksheet> {
        let most = self.limits.cells as usize;
        let shown = self.sheets.into_iter().filter(|sheet| !sheet.hidden);
        shown.map(|sheet| sheet.worksheet(most)).collect()
    }

    fn keep(&mut self) -> Result<(), ExtractError> {
        self.kept += 1;
        if self.kept > self.limits.cells.into() {
            return Err(refusal::over(self.format, Limit::Cells, self.limits.cells.into()));
        }
        Ok(())
    }
}

impl Sheet {
    fn worksheet(self, most: usize) -> Worksheet {
        let cell = |content: &Content| WorksheetCell {
            text: content.text.clone(),
            certain: !content.doubtful && !content.uncalculated,
        };
        let last = self.last.unwrap_or(0);
        let filled = self.cells.iter().filter(|(_, content)| !content.text.trim().is_empty());
        let mut cells: BTreeMap<(u32, u32), WorksheetCell> =
            filled.map(|((row, column), content)| ((row + 1, column + 1), cell(content))).collect();
        for area in self.merges.iter().filter(|area| area.left == area.right) {
            let Some(origin) = cells.get(&(area.top + 1, area.left + 1)).cloned() else { continue };
            for row in area.top + 1..=area.bottom.min(last) {
                if cells.len() >= most {
                    break;
                }
                cells.insert((row + 1, area.left + 1), origin.clone());
            }
        }
        Worksheet { name: self.name, cells }
    }
}

impl Area {
    fn is_single(&self) -> bool {
        self.top == self.bottom && self.left == self.right
    }

    /// From `B3` or `B3:D5` as files write it; `None` for anything else.
    pub fn parse(text: &str) -> Option<Area> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let ((top, left), (bottom, right)) = (address(from)?, address(to)?);
        Some(Area { top, left, bottom, right })
    }
}

/// Row and column of `B3`, counted from 0.
pub(super) fn address(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0u32, |sum, b| {
        let b = b.to_ascii_uppercase();
        b.is_ascii_uppercase().then(|| sum * 26 + u32::from(b - b'A') + 1)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1).filter(|row| *row < 1 << 24)?, column - 1))
}
