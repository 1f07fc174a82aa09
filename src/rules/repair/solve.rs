//! Whether the free cells alone can make every sum hold, by exact elimination.

use super::{Repair, Sheet};

/// What became of a set of free cells.
pub(super) enum Outcome {
    /// They can, with these numbers.
    Suffices(Repair),
    /// They cannot, and neither can any larger set without one of these.
    Needs(Vec<usize>),
    /// Not told: more than one number is left open, or the numbers are too large.
    Undecided,
}

/// One row of the elimination: Σ factor × change of a cell = right.
#[derive(Clone)]
struct Row {
    /// By position in `Columns`.
    factors: Vec<i128>,
    right: i128,
    /// The free cell (by position in `free`) it was solved for.
    solves: Option<usize>,
}

/// Tries to mend all sums by changing the `free` cells only. Every broken sum has a free cell.
/// Without `certificate` the answer to a set that does not suffice names no cells.
pub(super) fn solve(sheet: &Sheet, free: &[usize], certificate: bool) -> Outcome {
    let (columns, mut rows) = rows(sheet, free, certificate);
    if eliminate(&mut rows, free.len()).is_none() {
        return Outcome::Undecided;
    }
    let needs = |row: &Row| {
        let outside = row.factors.iter().zip(&columns).skip(free.len());
        Outcome::Needs(outside.filter(|(factor, _)| **factor != 0).map(|(_, &c)| c).collect())
    };
    if let Some(row) = rows.iter().find(|row| row.solves.is_none() && row.right != 0) {
        return needs(row);
    }
    let solved = |at: usize| rows.iter().find(|row| row.solves == Some(at));
    let open: Vec<usize> = (0..free.len()).filter(|&at| solved(at).is_none()).collect();
    let change = match open.as_slice() {
        [] => 0,
        [open] => match nearest(sheet, free, &rows, *open) {
            Some(change) => change,
            None => return Outcome::Needs(columns[free.len()..].to_vec()),
        },
        _ => return Outcome::Undecided,
    };
    let mut repair = Repair::new();
    for (at, &cell) in free.iter().enumerate() {
        let after = match solved(at) {
            None => whole(sheet, cell, change),
            Some(row) => {
                let rest = row.right - open.first().map_or(0, |&o| row.factors[o] * change);
                let after = quotient(rest, row.factors[at]).and_then(|c| whole(sheet, cell, c));
                match after {
                    // With nothing open, the row alone says that this cell cannot do.
                    None if open.is_empty() => return needs(row),
                    after => after,
                }
            }
        };
        let Some(after) = after else { return Outcome::Undecided };
        repair.push((cell, after));
    }
    repair.sort_unstable();
    Outcome::Suffices(repair)
}

/// The sums that free cells enter as rows over their cells, the free cells first.
fn rows(sheet: &Sheet, free: &[usize], certificate: bool) -> (Vec<usize>, Vec<Row>) {
    let mut sums: Vec<usize> = free.iter().flat_map(|&c| sheet.entered[c].clone()).collect();
    sums.sort_unstable();
    sums.dedup();
    let mut position = vec![usize::MAX; sheet.values.len()];
    let mut columns = free.to_vec();
    free.iter().enumerate().for_each(|(at, &cell)| position[cell] = at);
    if certificate {
        for &(cell, _) in sums.iter().flat_map(|&sum| &sheet.sums[sum].terms) {
            if position[cell] == usize::MAX {
                position[cell] = columns.len();
                columns.push(cell);
            }
        }
    }
    let row = |sum: usize| {
        let mut factors = vec![0; columns.len()];
        for &(cell, factor) in &sheet.sums[sum].terms {
            if let Some(place) = factors.get_mut(position[cell]) {
                *place += i128::from(factor);
            }
        }
        Row { factors, right: -sheet.sums[sum].rest, solves: None }
    };
    let rows = sums.into_iter().map(row).collect();
    (columns, rows)
}

/// Solves the rows for the first `free` columns, each as far as it can be; without fractions. `None`
/// when numbers grow too large.
fn eliminate(rows: &mut [Row], free: usize) -> Option<()> {
    for column in 0..free {
        let usable = |row: &Row| row.solves.is_none() && row.factors[column] != 0;
        let Some(at) = rows.iter().position(usable) else { continue };
        rows[at].solves = Some(column);
        let pivot = rows[at].clone();
        for (other, row) in rows.iter_mut().enumerate() {
            if other != at && row.factors[column] != 0 {
                subtract(row, &pivot, column)?;
            }
        }
    }
    Some(())
}

/// `row × pivot's factor − pivot × row's factor`, which clears the column; divided by what all have in
/// common.
fn subtract(row: &mut Row, pivot: &Row, column: usize) -> Option<()> {
    let (by, of) = (pivot.factors[column], row.factors[column]);
    let minus =
        |mine: i128, theirs: i128| mine.checked_mul(by)?.checked_sub(theirs.checked_mul(of)?);
    let mut common = 0;
    for (mine, theirs) in row.factors.iter_mut().zip(&pivot.factors) {
        *mine = minus(*mine, *theirs)?;
        common = gcd(common, *mine);
    }
    row.right = minus(row.right, pivot.right)?;
    // The right side may be no multiple: then no whole numbers do, which the quotient finds.
    common = gcd(common, row.right);
    if common > 1 {
        row.factors.iter_mut().for_each(|factor| *factor /= common);
        row.right /= common;
    }
    Some(())
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn quotient(of: i128, by: i128) -> Option<i128> {
    (of % by == 0).then(|| of / by)
}

/// What a cell holds after a change, unless it would be no count.
fn whole(sheet: &Sheet, cell: usize, change: i128) -> Option<i64> {
    let after = i128::from(sheet.values[cell]).checked_add(change)?;
    i64::try_from(after).ok().filter(|after| *after >= 0)
}

/// The change nearest to none of the one free cell that is left open, such that it and every other
/// free cell stays a count.
fn nearest(sheet: &Sheet, free: &[usize], rows: &[Row], open: usize) -> Option<i128> {
    let (mut least, mut most) = (-i128::from(sheet.values[free[open]]), i128::MAX);
    for row in rows {
        let Some(at) = row.solves else { continue };
        // value + (right − factor × change) ÷ pivot ≥ 0, with the pivot made positive.
        let sign = row.factors[at].signum();
        let (pivot, factor) = (row.factors[at] * sign, row.factors[open] * sign);
        let room = i128::from(sheet.values[free[at]]).checked_mul(pivot)? + row.right * sign;
        match factor.signum() {
            1 => most = most.min(room.div_euclid(factor)),
            // room + |factor| × change ≥ 0
            -1 => {
                least = least
                    .max((-room).div_euclid(-factor) + i128::from((-room).rem_euclid(-factor) != 0))
            }
            _ if room < 0 => return None,
            _ => {}
        }
    }
    if least > most {
        return None;
    }
    // Pivots other than 1 ask for some multiple; it comes round within their product, which is small.
    let fits = |change: i128| {
        let whole = |row: &Row| {
            let Some(at) = row.solves else { return true };
            (row.right - row.factors[open] * change) % row.factors[at] == 0
        };
        (least..=most).contains(&change) && rows.iter().all(whole)
    };
    let start = 0.clamp(least, most);
    (0..=ROUND).flat_map(|step| [start + step, start - step]).find(|&change| fits(change))
}

/// Changes tried beside the nearest one.
const ROUND: i128 = 64;
