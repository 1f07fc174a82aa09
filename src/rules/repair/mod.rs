//! The fewest cells whose change makes every identity hold, and what they would have to say.
//!
//! The question is that of Fellegi and Holt (1976): given counts and sums that must hold, find the
//! smallest sets of cells that can be changed, to whole numbers not below zero, so that all do. The
//! search is exact: whenever a set of cells does not suffice, elimination gives a sum of identities
//! that none of them enters and that is still broken, so that every set that does suffice has one of
//! that sum's cells. Only those are tried next. A general integer program finds the same sets, but
//! one at a time and in floating point.

mod slip;
mod solve;

#[cfg(test)]
mod tests;

use solve::{Outcome, solve};
use std::collections::{BTreeMap, BTreeSet};

/// Largest number of cells that are changed together. Beyond it the table is wrong as a whole, and
/// naming cells would be guessing.
const MOST_CELLS: usize = 6;

/// Sets that are worth listing; of more, none says anything.
const MOST_REPAIRS: usize = 400;

/// Steps of the search, so that a table of random numbers ends within milliseconds.
const MOST_STEPS: u32 = 6_000;

/// Counts, and the sums over them that have to be zero.
pub(super) struct Sheet {
    values: Vec<i64>,
    blank: Vec<bool>,
    sums: Vec<Sum>,
    /// By cell: the sums it enters.
    entered: Vec<Vec<usize>>,
}

/// Cells with their factors.
pub(super) type Terms = Vec<(usize, i64)>;

/// Σ factor × cell, which should be 0.
struct Sum {
    terms: Terms,
    /// What it comes to now.
    rest: i128,
}

/// A cell and the number it would have to hold.
pub(super) type Change = (usize, i64);

/// Cells to be changed together, in order.
pub(super) type Repair = Vec<Change>;

/// What the search came to.
#[derive(Debug, PartialEq)]
pub(super) enum Smallest {
    /// Every sum holds.
    Sound,
    /// Every smallest set of cells. Where a set leaves its numbers open, those nearest to what stands
    /// there.
    Repairs(Vec<Repair>),
    /// Too many cells or too many sets: nothing can be said.
    Open,
}

impl Sheet {
    /// `None` is a blank, counted as 0. Each sum lists (cell, factor), a cell at most once; of addends
    /// and their total the total comes last.
    pub(super) fn new(values: Vec<Option<i64>>, sums: Vec<Terms>) -> Sheet {
        let blank = values.iter().map(Option::is_none).collect();
        let values: Vec<i64> = values.into_iter().map(Option::unwrap_or_default).collect();
        let mut entered = vec![Vec::new(); values.len()];
        for (at, terms) in sums.iter().enumerate() {
            terms.iter().for_each(|&(cell, _)| entered[cell].push(at));
        }
        let sums = sums.into_iter().map(|terms| {
            let rest = terms.iter().map(|&(c, factor)| i128::from(values[c]) * i128::from(factor));
            Sum { rest: rest.sum(), terms }
        });
        Sheet { sums: sums.collect(), values, blank, entered }
    }

    /// The sums in groups that have no cell in common: each is mended by itself. In order.
    pub(super) fn islands(&self) -> Vec<Vec<usize>> {
        let mut island: Vec<usize> = (0..self.sums.len()).collect();
        for sums in &self.entered {
            let Some(&first) = sums.first() else { continue };
            for &sum in sums {
                let (old, new) = (island[sum], island[first]);
                island.iter_mut().filter(|i| **i == old).for_each(|i| *i = new);
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (sum, island) in island.into_iter().enumerate() {
            groups.entry(island).or_default().push(sum);
        }
        groups.into_values().collect()
    }

    /// The smallest sets of cells whose change makes every sum of an island hold, sorted.
    pub(super) fn smallest(&self, island: &[usize]) -> Smallest {
        if island.iter().all(|&sum| self.sums[sum].rest == 0) {
            return Smallest::Sound;
        }
        let mut search = Search {
            sheet: self,
            island,
            free: Vec::new(),
            barred: vec![false; self.values.len()],
            touched: vec![0; self.sums.len()],
            found: BTreeSet::new(),
            steps: MOST_STEPS,
        };
        for size in 1..=MOST_CELLS {
            if search.descend(size).is_err() {
                return Smallest::Open;
            }
            if !search.found.is_empty() {
                return Smallest::Repairs(search.found.into_iter().collect());
            }
        }
        Smallest::Open
    }

    /// The parts of a repair that have no sum in common: each mends sums of its own.
    pub(super) fn parts(&self, repair: &[Change]) -> Vec<Repair> {
        let mut parts: Vec<(BTreeSet<usize>, Repair)> = Vec::new();
        for &(cell, value) in repair {
            let mut sums: BTreeSet<usize> = self.entered[cell].iter().copied().collect();
            let mut cells = vec![(cell, value)];
            parts.retain_mut(|(others, members)| {
                let apart = others.is_disjoint(&sums);
                if !apart {
                    sums.append(others);
                    cells.append(members);
                }
                apart
            });
            cells.sort_unstable();
            parts.push((sums, cells));
        }
        parts.into_iter().map(|(_, cells)| cells).collect()
    }

    /// How many sums a cell enters.
    pub(super) fn entered(&self, cell: usize) -> usize {
        self.entered[cell].len()
    }

    /// Whether a cell enters a sum.
    pub(super) fn enters(&self, cell: usize, sum: usize) -> bool {
        self.entered[cell].contains(&sum)
    }
}

/// The search ran out of steps or sets, or met numbers too large to reckon with.
struct Spent;

/// Sets of one size that suffice. `free` is the set so far; a cell once tried at a fork is `barred`
/// in the forks beside it, so that no set is met twice.
struct Search<'s> {
    sheet: &'s Sheet,
    island: &'s [usize],
    free: Vec<usize>,
    barred: Vec<bool>,
    /// By sum: how many free cells enter it.
    touched: Vec<u32>,
    found: BTreeSet<Repair>,
    steps: u32,
}

impl Search<'_> {
    /// Adds up to `left` cells.
    fn descend(&mut self, left: usize) -> Result<(), Spent> {
        self.steps = self.steps.checked_sub(1).ok_or(Spent)?;
        let Some(next) = self.narrowest(left) else { return Ok(()) };
        let candidates = match next {
            Some(sum) => self.sheet.sums[sum].terms.iter().map(|&(cell, _)| cell).collect(),
            None => match solve(self.sheet, &self.free, left > 0) {
                Outcome::Suffices(repair) => return self.keep(repair),
                Outcome::Needs(cells) => cells,
                Outcome::Undecided => return Err(Spent),
            },
        };
        if left == 0 {
            return Ok(());
        }
        let tried: Vec<usize> = candidates.into_iter().filter(|&cell| !self.barred[cell]).collect();
        let mut ended = Ok(());
        for &cell in &tried {
            self.free.push(cell);
            self.touch(cell, 1);
            ended = self.descend(left - 1);
            self.touch(cell, -1);
            self.free.pop();
            self.barred[cell] = true;
            if ended.is_err() {
                break;
            }
        }
        tried.iter().for_each(|&cell| self.barred[cell] = false);
        ended
    }

    fn touch(&mut self, cell: usize, by: i32) {
        for &sum in &self.sheet.entered[cell] {
            self.touched[sum] = self.touched[sum].wrapping_add_signed(by);
        }
    }

    fn keep(&mut self, repair: Repair) -> Result<(), Spent> {
        self.found.insert(repair);
        if self.found.len() > MOST_REPAIRS { Err(Spent) } else { Ok(()) }
    }

    /// A broken sum that no free cell enters, the one with the fewest cells to choose from;
    /// `Some(None)` when there is none, `None` when `left` more cells cannot mend all of them.
    fn narrowest(&self, left: usize) -> Option<Option<usize>> {
        let sums = &self.sheet.sums;
        let choice = |sum: usize| sums[sum].terms.iter().filter(|(cell, _)| !self.barred[*cell]);
        let open = self
            .island
            .iter()
            .copied()
            .filter(|&sum| sums[sum].rest != 0 && self.touched[sum] == 0);
        let mut open: Vec<(usize, usize)> = open.map(|sum| (choice(sum).count(), sum)).collect();
        open.sort_unstable();
        // Sums without a cell in common each need one of their own.
        let (mut used, mut apart) = (vec![false; self.sheet.values.len()], 0);
        for &(_, sum) in &open {
            if choice(sum).all(|&(cell, _)| !used[cell]) {
                choice(sum).for_each(|&(cell, _)| used[cell] = true);
                apart += 1;
            }
            if apart > left {
                return None;
            }
        }
        Some(open.first().map(|&(_, sum)| sum))
    }
}
