//! Grids of cells out of ruled lines.
//!
//! Lines that touch form one grid. Where two neighbouring slots of it have no line between them they
//! are one cell; a cell that is then no rectangle, or is only partly ruled off, is doubtful.

use super::{Area, Stroke};

/// Lines nearer than this are one line; lines this far apart still touch. Points.
const NEAR: f32 = 3.0;

/// Lines of one page that are looked at. No report has a tenth of it.
const MOST_STROKES: usize = 6_000;

/// Lines of one direction in one grid.
const MOST_EDGES: usize = 1_000;

/// How much of a border must be ruled to part two cells; below that, down to the second, it is a
/// matter of opinion.
const RULED: f32 = 0.7;
const UNSURE: f32 = 0.4;

/// A grid of cells on one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    /// Borders of columns and rows, ascending.
    pub xs: Vec<f32>,
    pub ys: Vec<f32>,
    pub cells: Vec<Slot>,
    /// The last row is not ruled off below, the first not above: it goes on over the page break.
    pub open_top: bool,
    pub open_bottom: bool,
    /// (rows × columns), index into `cells`.
    owner: Vec<Option<u32>>,
}

/// A cell of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slot {
    pub row: u32,
    pub column: u32,
    pub row_span: u32,
    pub column_span: u32,
    pub area: Area,
    pub doubtful: bool,
}

impl Grid {
    pub fn area(&self) -> Area {
        let ends = |v: &[f32]| {
            (v.first().copied().unwrap_or_default(), v.last().copied().unwrap_or_default())
        };
        let ((left, right), (top, bottom)) = (ends(&self.xs), ends(&self.ys));
        Area { left, top, right, bottom }
    }

    /// Index of the cell at a point.
    pub fn at(&self, x: f32, y: f32) -> Option<usize> {
        let slot = |edges: &[f32], v: f32| {
            let after = edges.partition_point(|&edge| edge <= v);
            (after > 0 && after < edges.len()).then(|| after - 1)
        };
        let (row, column) = (slot(&self.ys, y)?, slot(&self.xs, x)?);
        self.owner[row * (self.xs.len() - 1) + column].map(|index| index as usize)
    }
}

/// The grids of a page, top to bottom; a lone frame around text is none. `Err` where there are more
/// lines than any report has.
pub(super) fn grids(strokes: &[Stroke]) -> Result<Vec<Grid>, ()> {
    let horizontal = merged(
        strokes
            .iter()
            .filter(|s| s.is_horizontal())
            .map(|s| (s.area.top, s.area.left, s.area.right)),
    );
    let vertical = merged(
        strokes
            .iter()
            .filter(|s| !s.is_horizontal())
            .map(|s| (s.area.left, s.area.top, s.area.bottom)),
    );
    if horizontal.len() + vertical.len() > MOST_STROKES {
        return Err(());
    }
    let mut grids: Vec<Grid> = connected(&horizontal, &vertical)
        .into_iter()
        .filter_map(|(rows, columns)| Ruling { rows, columns }.grid())
        .filter(|grid| grid.cells.len() > 1)
        .collect();
    grids.sort_by(|a, b| a.area().top.total_cmp(&b.area().top));
    Ok(grids)
}

/// A line of one direction: where it lies, where it begins and ends.
type Rule = (f32, f32, f32);

/// Pieces of one line put together.
fn merged(rules: impl Iterator<Item = Rule>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = rules.collect();
    rules.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<Rule> = Vec::new();
    let mut begin = 0;
    while begin < rules.len() {
        let lies = rules[begin].0;
        let length = rules[begin..].partition_point(|r| r.0 - lies <= NEAR / 2.0);
        let band = &mut rules[begin..begin + length];
        band.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut run = band[0];
        for rule in &band[1..] {
            if rule.1 <= run.2 + NEAR {
                run.2 = run.2.max(rule.2);
            } else {
                out.push(run);
                run = *rule;
            }
        }
        out.push(run);
        begin += length;
    }
    out
}

/// The lines that touch each other, as (horizontal, vertical).
fn connected(horizontal: &[Rule], vertical: &[Rule]) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let mut union = Union::new(horizontal.len() + vertical.len());
    for (i, h) in horizontal.iter().enumerate() {
        for (j, v) in vertical.iter().enumerate() {
            let within = |at: f32, rule: &Rule| rule.1 - NEAR <= at && at <= rule.2 + NEAR;
            if within(v.0, h) && within(h.0, v) {
                union.join(i, horizontal.len() + j);
            }
        }
    }
    let mut of = std::collections::BTreeMap::<usize, (Vec<Rule>, Vec<Rule>)>::new();
    for (i, h) in horizontal.iter().enumerate() {
        of.entry(union.root(i)).or_default().0.push(*h);
    }
    for (j, v) in vertical.iter().enumerate() {
        of.entry(union.root(horizontal.len() + j)).or_default().1.push(*v);
    }
    of.into_values().collect()
}

/// The lines of one grid.
struct Ruling {
    rows: Vec<Rule>,
    columns: Vec<Rule>,
}

impl Ruling {
    fn grid(self) -> Option<Grid> {
        if self.rows.is_empty()
            || self.columns.len() < 2
            || self.rows.len() + self.columns.len() < 4
        {
            return None;
        }
        let mut grid = Grid::default();
        let (left, right) = implied(&self.columns, &self.rows);
        let (top, bottom) = implied(&self.rows, &self.columns);
        (grid.open_top, grid.open_bottom) = (top.is_some(), bottom.is_some());
        grid.xs = edges(&self.columns, left, right);
        grid.ys = edges(&self.rows, top, bottom);
        if grid.xs.len() < 2 || grid.ys.len() < 2 || grid.xs.len().max(grid.ys.len()) > MOST_EDGES {
            return None;
        }
        let down: Vec<Vec<(f32, f32)>> = borders(&grid.xs, &self.columns, (left, right), &grid.ys);
        let across: Vec<Vec<(f32, f32)>> = borders(&grid.ys, &self.rows, (top, bottom), &grid.xs);
        grid.fill(&down, &across);
        Some(grid)
    }
}

/// Borders nobody drew, where the lines across run on beyond the last one drawn: tables open at their
/// sides, rows cut by a page break.
fn implied(rules: &[Rule], across: &[Rule]) -> (Option<f32>, Option<f32>) {
    // Nothing is written in less than this.
    const NARROWEST: f32 = 6.0;
    let first = rules.iter().map(|r| r.0).fold(f32::MAX, f32::min) - NARROWEST;
    let last = rules.iter().map(|r| r.0).fold(f32::MIN, f32::max) + NARROWEST;
    let agreed = |ends: Vec<f32>, outer: fn(f32, f32) -> f32| {
        let outer = ends.iter().copied().reduce(outer)?;
        let same = ends.iter().filter(|end| (**end - outer).abs() <= NEAR).count();
        (same >= 2).then_some(outer)
    };
    (
        agreed(across.iter().map(|r| r.1).filter(|&end| end < first).collect(), f32::min),
        agreed(across.iter().map(|r| r.2).filter(|&end| end > last).collect(), f32::max),
    )
}

/// Where the borders lie: lines near each other are one.
fn edges(rules: &[Rule], first: Option<f32>, last: Option<f32>) -> Vec<f32> {
    let mut all: Vec<f32> = rules.iter().map(|r| r.0).chain(first).chain(last).collect();
    all.sort_by(f32::total_cmp);
    let mut out: Vec<f32> = Vec::new();
    let (mut sum, mut count, mut begin) = (0.0, 0.0, f32::MIN);
    for at in all {
        if count > 0.0 && at - begin <= NEAR {
            sum += at;
            count += 1.0;
            if let Some(edge) = out.last_mut() {
                *edge = sum / count;
            }
        } else {
            (sum, count, begin) = (at, 1.0, at);
            out.push(at);
        }
    }
    out
}

/// For each edge the stretches of it that are ruled; an implied border is ruled all along.
fn borders(
    edges: &[f32],
    rules: &[Rule],
    implied: (Option<f32>, Option<f32>),
    across: &[f32],
) -> Vec<Vec<(f32, f32)>> {
    let whole = (across[0], across[across.len() - 1]);
    let of = |edge: f32| {
        let drawn = rules.iter().filter(|r| (r.0 - edge).abs() <= NEAR);
        let mut stretches: Vec<(f32, f32)> = drawn.map(|r| (r.1, r.2)).collect();
        if [implied.0, implied.1].into_iter().flatten().any(|at| (at - edge).abs() <= NEAR) {
            stretches.push(whole);
        }
        stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
        stretches
    };
    edges.iter().map(|&edge| of(edge)).collect()
}

/// The part of `from..to` that the stretches cover.
fn covered(stretches: &[(f32, f32)], from: f32, to: f32) -> f32 {
    let mut reach = from;
    let mut sum = 0.0;
    for &(a, b) in stretches {
        let (a, b) = (a.max(reach), b.min(to));
        if b > a {
            sum += b - a;
            reach = b;
        }
    }
    // What is missing at a crossing is the thickness of the line there.
    let length = (to - from).max(f32::MIN_POSITIVE);
    ((sum + NEAR.min(length * 0.2)) / length).min(1.0)
}

impl Grid {
    fn fill(&mut self, down: &[Vec<(f32, f32)>], across: &[Vec<(f32, f32)>]) {
        let (rows, columns) = (self.ys.len() - 1, self.xs.len() - 1);
        let mut union = Union::new(rows * columns);
        let mut doubts: Vec<usize> = Vec::new();
        let side = |row: usize, edge: usize| covered(&down[edge], self.ys[row], self.ys[row + 1]);
        let floor = |column: usize, edge: usize| {
            covered(&across[edge], self.xs[column], self.xs[column + 1])
        };
        let mut part = |one: usize, other: usize, share: f32| {
            if share < RULED {
                union.join(one, other);
            }
            if (UNSURE..RULED).contains(&share) {
                doubts.extend([one, other]);
            }
        };
        for row in 0..rows {
            for column in 0..columns {
                let slot = row * columns + column;
                if column + 1 < columns {
                    part(slot, slot + 1, side(row, column + 1));
                }
                if row + 1 < rows {
                    part(slot, slot + columns, floor(column, row + 1));
                }
            }
        }
        let mut groups = std::collections::BTreeMap::<usize, Vec<usize>>::new();
        for slot in 0..rows * columns {
            groups.entry(union.root(slot)).or_default().push(slot);
        }
        self.owner = vec![None; rows * columns];
        let mut cells: Vec<(Slot, Vec<usize>)> = Vec::new();
        for slots in groups.into_values() {
            let of = |f: &dyn Fn(usize) -> usize| {
                let all = slots.iter().map(|&s| f(s));
                (all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
            };
            let ((r0, r1), (c0, c1)) = (of(&|s| s / columns), of(&|s| s % columns));
            // Not ruled off at its sides: no cell, but what lies beside a table of odd outline. Above
            // and below, a page break may leave a cell open.
            let outside = slots.iter().any(|&s| {
                let (row, column) = (s / columns, s % columns);
                (column == 0 && side(row, 0) < 0.5)
                    || (column + 1 == columns && side(row, columns) < 0.5)
            });
            if outside {
                continue;
            }
            let whole = slots.len() == (r1 - r0 + 1) * (c1 - c0 + 1);
            let doubtful = !whole || slots.iter().any(|s| doubts.contains(s));
            let area = Area::new(self.xs[c0], self.ys[r0], self.xs[c1 + 1], self.ys[r1 + 1]);
            let slot = Slot {
                row: r0 as u32,
                column: c0 as u32,
                row_span: (r1 - r0 + 1) as u32,
                column_span: (c1 - c0 + 1) as u32,
                area,
                doubtful,
            };
            cells.push((slot, slots));
        }
        cells.sort_by_key(|(slot, _)| (slot.row, slot.column));
        for (index, (slot, slots)) in cells.into_iter().enumerate() {
            self.cells.push(slot);
            for at in slots {
                self.owner[at] = Some(index as u32);
            }
        }
    }
}

/// Disjoint sets.
struct Union(Vec<usize>);

impl Union {
    fn new(size: usize) -> Self {
        Union((0..size).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high] = low;
    }
}
