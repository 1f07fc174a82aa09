//! The tables of one page: grids with the text in their cells.

use super::grid::{self, Grid};
use super::line::{self, Line};
use super::{Area, Glyph, Page};

/// A table, or the part of one that stands on one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub page: u32,
    pub xs: Vec<f32>,
    pub rows: u32,
    pub cells: Vec<Filled>,
    pub area: Area,
    pub open_top: bool,
    pub open_bottom: bool,
}

/// A cell with what stands in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    pub row: u32,
    pub column: u32,
    pub row_span: u32,
    pub column_span: u32,
    pub page: u32,
    pub area: Area,
    pub text: String,
    /// Its last line reaches the end of the cell: what follows had no room in it.
    pub full: bool,
    pub doubtful: bool,
}

/// The tables of a page, and the characters outside of them.
pub(super) struct Split {
    pub sheets: Vec<Sheet>,
    pub outside: Vec<Glyph>,
    /// Too many lines to make anything of.
    pub overruled: bool,
}

/// Parts the characters of a page into tables and the rest.
pub(super) fn split(page: &Page) -> Split {
    let Ok(grids) = grid::grids(&page.strokes) else {
        return Split { sheets: Vec::new(), outside: page.glyphs.clone(), overruled: true };
    };
    let mut held: Vec<Vec<Vec<Glyph>>> =
        grids.iter().map(|grid| vec![Vec::new(); grid.cells.len()]).collect();
    let mut outside = Vec::new();
    for glyph in &page.glyphs {
        let (x, y) = glyph.area.middle();
        // A table inside a cell of another is the nearer one.
        let place = grids.iter().enumerate().filter_map(|(g, grid)| Some((g, grid.at(x, y)?)));
        let size = |g: usize| grids[g].area().width() * grids[g].area().height();
        match place.min_by(|a, b| size(a.0).total_cmp(&size(b.0))) {
            Some((g, cell)) => held[g][cell].push(*glyph),
            None => outside.push(*glyph),
        }
    }
    let sheets = grids
        .iter()
        .zip(held)
        // Lines around nothing are decoration.
        .filter(|(_, held)| held.iter().flatten().any(|g| !g.c.is_whitespace()))
        .map(|(grid, held)| fill(page.number, grid, held))
        .collect();
    Split { sheets, outside, overruled: false }
}

fn fill(page: u32, grid: &Grid, held: Vec<Vec<Glyph>>) -> Sheet {
    let mut cells: Vec<Filled> = Vec::with_capacity(grid.cells.len());
    let mut edges: Vec<(usize, Line)> = Vec::new();
    for (index, (slot, glyphs)) in grid.cells.iter().zip(&held).enumerate() {
        let lines = line::lines(glyphs);
        let spills = glyphs.iter().any(|glyph| spills(glyph, &slot.area));
        let doubtful = slot.doubtful || spills || lines.iter().any(|line| line.doubtful);
        let (text, full) = text(&lines, &slot.area);
        edges.extend(lines.into_iter().map(|line| (index, line)));
        cells.push(Filled {
            row: slot.row,
            column: slot.column,
            row_span: slot.row_span,
            column_span: slot.column_span,
            page,
            area: slot.area,
            text,
            full,
            doubtful,
        });
    }
    for (one, other) in run_on(&cells, &edges) {
        cells[one].doubtful = true;
        cells[other].doubtful = true;
    }
    Sheet {
        page,
        xs: grid.xs.clone(),
        rows: grid.ys.len() as u32 - 1,
        cells,
        area: grid.area(),
        open_top: grid.open_top,
        open_bottom: grid.open_bottom,
    }
}

/// A visible character that stands well over the border of its cell.
fn spills(glyph: &Glyph, cell: &Area) -> bool {
    const MOST: f32 = 0.35;
    let (dx, dy) = (MOST * glyph.area.width(), MOST * glyph.area.height());
    !glyph.c.is_whitespace()
        && (glyph.area.left < cell.left - dx
            || glyph.area.right > cell.right + dx
            || glyph.area.top < cell.top - dy
            || glyph.area.bottom > cell.bottom + dy)
}

/// Neighbouring cells whose text runs on over the border between them, as a number does that is
/// wider than its cell.
fn run_on(cells: &[Filled], lines: &[(usize, Line)]) -> Vec<(usize, usize)> {
    let number = |line: &Line| line::is_number(&line.text);
    let mut found = Vec::new();
    for (one, left) in lines.iter().filter(|(_, line)| number(line)) {
        let touching = |right: &Line| {
            let gap = right.area.left - left.area.right;
            let (y, _) = (right.area.middle().1, ());
            gap.abs() < 0.12 * left.size && (left.area.top..left.area.bottom).contains(&y)
        };
        let beside =
            |other: usize| cells[other].column == cells[*one].column + cells[*one].column_span;
        let next =
            lines.iter().find(|(other, line)| beside(*other) && number(line) && touching(line));
        found.extend(next.map(|(other, _)| (*one, *other)));
    }
    found
}

/// The text of a cell, wrapped lines joined, and whether its last line is full.
fn text(lines: &[Line], cell: &Area) -> (String, bool) {
    let full = |line: &Line| {
        // The cell's own margins take up to half a character and then some on either side.
        let room = cell.width() - line.area.width();
        room < 1.2 * line.size + 2.0 * 5.5
    };
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            text.push_str(&line.text);
        } else {
            line::append(&mut text, &line.text, full(&lines[index - 1]));
        }
    }
    (text, lines.last().is_some_and(full))
}
