//! The search against a table of the form's shape with a planted error, and against trying everything.

use super::{Repair, Sheet, Smallest, Terms};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A table of `rows` results in `columns` columns and their row sums, with the identities of 表三:
/// new + carried = total + left over, results add up to the total, columns to the row's sum.
struct Form {
    rows: usize,
    columns: usize,
}

impl Form {
    fn cell(&self, row: usize, column: usize) -> usize {
        row * (self.columns + 1) + column
    }

    /// Rows: 0 new, 1 carried, then the results, then their total, then left over.
    fn sums(&self) -> Vec<Terms> {
        let (total, left_over) = (self.rows + 2, self.rows + 3);
        let mut sums = Vec::new();
        for column in 0..=self.columns {
            let at = |row, factor| (self.cell(row, column), factor);
            sums.push(vec![at(0, 1), at(1, 1), at(total, -1), at(left_over, -1)]);
            let results = (2..total).map(|row| at(row, 1));
            sums.push(results.chain([at(total, -1)]).collect());
        }
        for row in 0..=left_over {
            let addends = (0..self.columns).map(|column| (self.cell(row, column), 1));
            sums.push(addends.chain([(self.cell(row, self.columns), -1)]).collect());
        }
        sums
    }

    /// A table on which all holds, from free numbers.
    fn fill(&self, mut number: impl FnMut() -> i64) -> Vec<i64> {
        let (total, left_over) = (self.rows + 2, self.rows + 3);
        let mut values = vec![0; (left_over + 1) * (self.columns + 1)];
        for column in 0..self.columns {
            for row in 2..total {
                values[self.cell(row, column)] = number();
            }
            let results: i64 = (2..total).map(|row| values[self.cell(row, column)]).sum();
            let over = number();
            let new = number().min(results + over);
            values[self.cell(total, column)] = results;
            values[self.cell(left_over, column)] = over;
            values[self.cell(0, column)] = new;
            values[self.cell(1, column)] = results + over - new;
        }
        for row in 0..=left_over {
            let sum = (0..self.columns).map(|column| values[self.cell(row, column)]).sum();
            values[self.cell(row, self.columns)] = sum;
        }
        values
    }
}

fn sheet(values: &[i64], sums: Vec<Terms>) -> Sheet {
    Sheet::new(values.iter().copied().map(Some).collect(), sums)
}

fn smallest(sheet: &Sheet) -> Smallest {
    let every: Vec<usize> = (0..sheet.sums.len()).collect();
    sheet.smallest(&every)
}

fn repairs(sheet: &Sheet) -> Vec<Repair> {
    match smallest(sheet) {
        Smallest::Repairs(repairs) => repairs,
        other => panic!("{other:?}"),
    }
}

fn holds(values: &[i64], sums: &[Terms]) -> bool {
    sums.iter().all(|terms| terms.iter().map(|&(c, f)| values[c] * f).sum::<i64>() == 0)
}

/// Every cell whose change alone mends all, found by taking each sum it enters at its word.
fn single(values: &[i64], sums: &[Terms]) -> Vec<Repair> {
    let mend = |cell: usize| {
        let terms = sums.iter().find(|terms| {
            terms.iter().any(|t| t.0 == cell)
                && terms.iter().map(|&(c, f)| values[c] * f).sum::<i64>() != 0
        })?;
        let (mut others, mut factor) = (0, 0);
        for &(c, f) in terms {
            if c == cell { factor = f } else { others += values[c] * f }
        }
        let wanted = -others * factor;
        let mut changed = values.to_vec();
        changed[cell] = wanted;
        (wanted >= 0 && holds(&changed, sums)).then(|| vec![(cell, wanted)])
    };
    (0..values.len()).filter_map(mend).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// 25 rows, six columns and their sum, as in the national form.
    #[test]
    fn a_planted_error_is_found_and_alone_where_the_sums_determine_it(
        numbers in prop::collection::vec(prop_oneof![3 => Just(0_i64), 5 => 0..30_i64, 1 => 0..5000_i64], 160),
        at in 0..175_usize,
        wrong in 0..6000_i64,
    ) {
        let form = Form { rows: 21, columns: 6 };
        let mut numbers = numbers.into_iter();
        let mut values = form.fill(|| numbers.next().unwrap_or(0));
        prop_assume!(values[at] != wrong);
        let right = std::mem::replace(&mut values[at], wrong);
        let found = repairs(&sheet(&values, form.sums()));
        prop_assert!(found.contains(&vec![(at, right)]), "{at}: {right} -> {wrong}: {found:?}");
        prop_assert_eq!(found, single(&values, &form.sums()));
    }

    /// Two and three errors in a small table against trying every set with every small number.
    #[test]
    fn the_sets_found_are_those_that_trying_everything_finds(
        numbers in prop::collection::vec(0..3_i64, 12),
        errors in prop::collection::vec((0..18_usize, 0..5_i64), 1..4),
    ) {
        let form = Form { rows: 2, columns: 2 };
        let mut numbers = numbers.into_iter();
        let mut values = form.fill(|| numbers.next().unwrap_or(0));
        for (at, wrong) in errors {
            values[at] = wrong;
        }
        let sums = form.sums();
        match smallest(&sheet(&values, sums.clone())) {
            Smallest::Sound => prop_assert!(holds(&values, &sums)),
            Smallest::Open => prop_assert!(false, "left open"),
            Smallest::Repairs(found) => {
                for repair in &found {
                    let mut changed = values.clone();
                    repair.iter().for_each(|&(cell, value)| changed[cell] = value);
                    prop_assert!(holds(&changed, &sums), "{repair:?}");
                }
                let cells = |repair: &Repair| repair.iter().map(|(c, _)| *c).collect::<Vec<_>>();
                let found: BTreeSet<Vec<usize>> = found.iter().map(cells).collect();
                prop_assert_eq!(found, everything(&values, &sums));
            }
        }
    }
}

/// The smallest sets of cells that can mend all, by trying each with every number up to 40.
fn everything(values: &[i64], sums: &[Terms]) -> BTreeSet<Vec<usize>> {
    for size in 1.. {
        let mut sets = BTreeSet::new();
        choose(values.len(), size, &mut Vec::new(), &mut |set| {
            if mends(&mut values.to_vec(), sums, set) {
                sets.insert(set.to_vec());
            }
        });
        if !sets.is_empty() {
            return sets;
        }
    }
    unreachable!("changing every cell to 0 mends all")
}

fn choose(of: usize, size: usize, set: &mut Vec<usize>, each: &mut impl FnMut(&[usize])) {
    if set.len() == size {
        return each(set);
    }
    for cell in set.last().map_or(0, |last| last + 1)..of {
        set.push(cell);
        choose(of, size, set, each);
        set.pop();
    }
}

/// Gives the cells of `set` numbers one after the other; a sum whose other cells are all fixed leaves
/// no choice.
fn mends(values: &mut Vec<i64>, sums: &[Terms], set: &[usize]) -> bool {
    let Some((&cell, rest)) = set.split_first() else { return holds(values, sums) };
    let open = |terms: &&Terms| terms.iter().any(|t| t.0 == cell);
    let later = |terms: &&Terms| terms.iter().any(|t| rest.contains(&t.0));
    let forced = sums.iter().filter(open).find(|terms| !later(terms)).map(|terms| {
        let own = terms.iter().find(|t| t.0 == cell).map_or(0, |t| t.1);
        let others: i64 = terms.iter().filter(|t| t.0 != cell).map(|&(c, f)| values[c] * f).sum();
        -others * own
    });
    let before = values[cell];
    let choices = forced.map_or(0..=40, |value| value..=value);
    let mended = choices.filter(|value| *value >= 0).any(|value| {
        values[cell] = value;
        mends(values, sums, rest)
    });
    values[cell] = before;
    mended
}

#[test]
fn a_wrong_addend_of_a_table_with_one_sum_leaves_every_cell_open() {
    let sheet = sheet(&[10, 1, 0, 0, 0], vec![vec![(0, 1), (1, 1), (2, 1), (3, 1), (4, -1)]]);
    // 10 + 1 + 0 + 0 = 0: only the first is large enough to be lowered by 11 … none is; the sum is.
    assert_eq!(repairs(&sheet), [vec![(4, 11)]]);
}

#[test]
fn two_cells_are_lowered_together_where_neither_alone_suffices() {
    // a + b = c and c is bound to d = 0 by another sum that must stay.
    let sums = vec![vec![(0, 1), (1, 1), (2, -1)], vec![(2, 1), (3, -1)], vec![(2, 1)]];
    let sheet = sheet(&[5, 4, 0, 0], sums);
    assert_eq!(repairs(&sheet), [vec![(0, 0), (1, 0)]]);
}

#[test]
fn a_table_of_random_numbers_is_left_open() {
    let form = Form { rows: 21, columns: 6 };
    let mut seed = 7_i64;
    let mut values = form.fill(|| 0);
    values.iter_mut().for_each(|value| {
        seed = (seed * 1_103_515_245 + 12_345) % (1 << 31);
        *value = seed >> 20;
    });
    assert_eq!(smallest(&sheet(&values, form.sums())), Smallest::Open);
}

#[test]
fn numbers_at_the_end_of_the_scale_do_no_harm() {
    let sums = vec![vec![(0, 1), (1, 1), (2, -1)]];
    let sheet = sheet(&[i64::MAX, i64::MAX, 0], sums);
    assert!(matches!(smallest(&sheet), Smallest::Open | Smallest::Repairs(_)));
}

#[test]
fn errors_without_a_sum_in_common_are_parts_of_their_own() {
    let sheet = sheet(&[1, 2, 3, 4], vec![vec![(0, 1), (1, -1)], vec![(2, 1), (3, -1)]]);
    let found = repairs(&sheet);
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(sheet.islands(), [vec![0], vec![1]]);
    assert_eq!(sheet.smallest(&[1]), Smallest::Repairs(vec![vec![(2, 4)], vec![(3, 3)]]));
    assert_eq!(sheet.parts(&[(0, 2), (2, 4)]), [vec![(0, 2)], vec![(2, 4)]]);
}
