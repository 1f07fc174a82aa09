//! The cells of a sheet that are to be seen, in bands of rows that hang together.
//!
//! Here rows and columns are counted without the hidden ones, so that neighbours on the screen are
//! neighbours in number.

use super::{Area, Book, Content, Sheet};
use crate::extract::ExtractError;
use crate::extract::refusal::{self, Limit};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A cell to be seen, merged ones whole.
#[derive(Debug)]
pub(super) struct Placed {
    pub area: Area,
    pub content: Content,
    /// Row and column in the file.
    pub at: (u32, u32),
}

impl Placed {
    pub fn is_blank(&self) -> bool {
        self.content.text.trim().is_empty()
    }
}

/// A sheet with what is to be seen of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// In order of their upper left corners.
    pub cells: Vec<Placed>,
    /// Merged cells with nothing in them.
    pub hollow: Vec<Area>,
    /// Hidden rows and columns in which there is text, as the program names them.
    pub hidden_rows: BTreeSet<u32>,
    pub hidden_columns: BTreeSet<u32>,
}

/// What a band is by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One cell with text and nothing beside it.
    Line,
    /// Several cells, or ruled ones without text.
    Cells,
}

/// Rows that merged cells hold together, mostly one.
#[derive(Debug)]
pub(super) struct Band {
    pub top: u32,
    pub bottom: u32,
    /// Its cells in [`Seen::cells`].
    pub cells: Range<usize>,
    pub kind: Kind,
    /// At least half of its cells have lines around them.
    pub ruled: bool,
    /// No text at all.
    pub blank: bool,
}

/// Takes the sheet apart into cells to be seen; what a merge covers is not to be seen.
pub(super) fn seen(book: &Book<'_>, sheet: &mut Sheet) -> Result<Seen, ExtractError> {
    sheet.hidden_rows.settle();
    sheet.hidden_columns.settle();
    let mut merges: BTreeMap<(u32, u32), Area> = BTreeMap::new();
    for area in &sheet.merges {
        merges.entry((area.top, area.left)).or_insert(*area);
    }
    let covered = covered(book, sheet, &merges)?;
    let mut seen = Seen::default();
    for (at, content) in std::mem::take(&mut sheet.cells) {
        let merged = merges.remove(&at);
        if covered.contains(&at) {
            continue;
        }
        let (row, column) = at;
        let area = merged.unwrap_or(Area { top: row, left: column, bottom: row, right: column });
        match visible(sheet, area) {
            Some(area) => seen.cells.push(Placed { area, content, at }),
            None if content.text.trim().is_empty() => {}
            None if sheet.hidden_rows.holds(row) => drop(seen.hidden_rows.insert(row)),
            None => drop(seen.hidden_columns.insert(column)),
        }
    }
    let hollow = merges.into_iter().filter(|(at, _)| !covered.contains(at));
    seen.hollow = hollow.filter_map(|(_, area)| visible(sheet, area)).collect();
    seen.cells.sort_by_key(|cell| (cell.area.top, cell.area.left));
    Ok(seen)
}

/// Cells below a merge other than its first. Merges of a sound file do not overlap: the walk over
/// them is bounded by its cells.
fn covered(
    book: &Book<'_>,
    sheet: &Sheet,
    merges: &BTreeMap<(u32, u32), Area>,
) -> Result<BTreeSet<(u32, u32)>, ExtractError> {
    let mut covered = BTreeSet::new();
    let mut steps = 0u64;
    for (origin, area) in merges {
        let mut from = (area.top, area.left);
        while let Some((&at, _)) = sheet.cells.range(from..).next() {
            let (row, column) = at;
            steps += 1;
            if steps > 4 * u64::from(book.limits.cells) {
                return Err(refusal::over(book.format, Limit::Cells, book.limits.cells.into()));
            }
            if row > area.bottom {
                break;
            }
            if column < area.left {
                from = (row, area.left);
            } else if column > area.right {
                from = (row + 1, area.left);
            } else {
                if at != *origin {
                    covered.insert(at);
                }
                from = (row, column + 1);
            }
        }
    }
    Ok(covered)
}

/// The area without its hidden rows and columns; `None` where nothing is left.
fn visible(sheet: &Sheet, area: Area) -> Option<Area> {
    let (rows, columns) = (&sheet.hidden_rows, &sheet.hidden_columns);
    let (top, left) = (rows.rank(area.top), columns.rank(area.left));
    let bottom = rows.rank(area.bottom.saturating_add(1)).checked_sub(1)?;
    let right = columns.rank(area.right.saturating_add(1)).checked_sub(1)?;
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}

/// The bands from top to bottom.
pub(super) fn bands(cells: &[Placed]) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    let mut from = 0;
    while from < cells.len() {
        let top = cells[from].area.top;
        let (mut bottom, mut to) = (cells[from].area.bottom, from + 1);
        while to < cells.len() && cells[to].area.top <= bottom {
            bottom = bottom.max(cells[to].area.bottom);
            to += 1;
        }
        let own = &cells[from..to];
        let texts = own.iter().filter(|cell| !cell.is_blank()).count();
        let ruled = own.iter().filter(|cell| cell.content.ruled).count();
        let kind = if texts == 1 && own.len() == 1 { Kind::Line } else { Kind::Cells };
        let (ruled, blank) = (ruled * 2 >= own.len() && ruled > 0, texts == 0);
        bands.push(Band { top, bottom, cells: from..to, kind, ruled, blank });
        from = to;
    }
    bands
}
