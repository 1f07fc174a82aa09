//! Which of several repairs looks most like a slip of the hand.

use super::{Change, Repair, Sheet};

/// What a change of one cell weighs; of as small repairs, the one of least weight is likeliest.
mod weight {
    /// A blank among filled cells, or a total left at 0 over numbers.
    pub const FORGOTTEN: u32 = 1;
    /// A total computed from the wrong number.
    pub const FOLLOWS: u32 = 1;
    /// Digits exchanged, left out or doubled.
    pub const TYPING: u32 = 3;
    /// Two numbers in each other's cell.
    pub const EXCHANGED: u32 = 4;
    pub const OTHER: u32 = 6;
    /// Who filled in 0 seldom meant something else.
    pub const ZERO: u32 = 8;
}

/// With more blanks than this, leaving cells blank is how this form was filled in.
const FEW_BLANKS: usize = 3;

impl Sheet {
    /// The repairs of least weight, in the order given.
    pub(in super::super) fn likeliest(&self, repairs: Vec<Repair>) -> Vec<Repair> {
        let weights: Vec<u32> = repairs.iter().map(|repair| self.weight(repair)).collect();
        let least = weights.iter().min().copied();
        let weighed = repairs.into_iter().zip(weights);
        weighed.filter(|(_, weight)| Some(*weight) == least).map(|(repair, _)| repair).collect()
    }

    fn weight(&self, repair: &[Change]) -> u32 {
        let change = |&(cell, after): &Change| i128::from(after) - i128::from(self.values[cell]);
        let mut exchanged: Vec<usize> = Vec::new();
        let mut sum = 0;
        for (at, one) in repair.iter().enumerate() {
            let other = repair[at + 1..].iter().find(|other| {
                one.1 == self.values[other.0]
                    && other.1 == self.values[one.0]
                    && self.neighbours(one.0, other.0)
            });
            if let Some(other) = other.filter(|_| !exchanged.contains(&one.0)) {
                exchanged.extend([one.0, other.0]);
                sum += weight::EXCHANGED;
            }
        }
        for one in repair.iter().filter(|one| !exchanged.contains(&one.0)) {
            let follows = repair.iter().any(|other| {
                other.0 != one.0 && change(other) == change(one) && self.totals(one.0, other.0)
            });
            sum += if follows { weight::FOLLOWS } else { self.single(one.0, one.1) };
        }
        sum
    }

    fn single(&self, cell: usize, after: i64) -> u32 {
        let before = self.values[cell];
        let few_blanks = self.blank.iter().filter(|blank| **blank).count() <= FEW_BLANKS;
        match before {
            0 if self.blank[cell] && few_blanks || self.is_total(cell) => weight::FORGOTTEN,
            0 => weight::ZERO,
            _ if mistyped(before, after) => weight::TYPING,
            _ => weight::OTHER,
        }
    }

    /// Whether a sum is of addends and, last, their total.
    fn total_of(&self, sum: usize) -> Option<usize> {
        let (&(total, factor), addends) = self.sums[sum].terms.split_last()?;
        (factor == -1 && addends.iter().all(|(_, factor)| *factor == 1)).then_some(total)
    }

    fn is_total(&self, cell: usize) -> bool {
        self.entered[cell].iter().any(|&sum| self.total_of(sum) == Some(cell))
    }

    /// Whether `total` is the total over `addend` and others.
    pub(in super::super) fn totals(&self, total: usize, addend: usize) -> bool {
        let shared = self.entered[addend].iter().filter(|sum| self.entered[total].contains(sum));
        shared.into_iter().any(|&sum| self.total_of(sum) == Some(total))
    }

    /// Whether two cells stand side by side among the addends of a total.
    fn neighbours(&self, one: usize, other: usize) -> bool {
        self.entered[one].iter().filter(|&&sum| self.total_of(sum).is_some()).any(|&sum| {
            let cells = self.sums[sum].terms.windows(2);
            cells.into_iter().any(|pair| {
                let pair = (pair[0].0, pair[1].0);
                pair == (one, other) || pair == (other, one)
            })
        })
    }
}

/// Whether `typed` comes from `meant` by exchanging two neighbouring digits, leaving one out or
/// doubling one.
fn mistyped(typed: i64, meant: i64) -> bool {
    let (typed, meant) = (typed.to_string().into_bytes(), meant.to_string().into_bytes());
    let exchanged = || {
        (1..typed.len()).any(|at| {
            let mut digits = typed.clone();
            digits.swap(at - 1, at);
            digits == meant
        })
    };
    let without = |digits: &[u8], at: usize| [&digits[..at], &digits[at + 1..]].concat();
    let left_out = || (0..meant.len()).any(|at| without(&meant, at) == typed);
    let doubled =
        || (1..typed.len()).any(|at| typed[at - 1] == typed[at] && without(&typed, at) == meant);
    typed != meant && (exchanged() || left_out() || doubled())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_told_from_other_numbers() {
        for (typed, meant) in [(21, 12), (1, 12), (2, 12), (112, 12), (122, 12), (305, 3005)] {
            assert!(mistyped(typed, meant), "{typed} for {meant}");
        }
        for (typed, meant) in [(12, 12), (19, 20), (1, 0), (31, 12), (132, 12), (7, 3)] {
            assert!(!mistyped(typed, meant), "{typed} for {meant}");
        }
    }

    /// a + b + c = total.
    fn row(values: [Option<i64>; 4]) -> Sheet {
        Sheet::new(values.to_vec(), vec![vec![(0, 1), (1, 1), (2, 1), (3, -1)]])
    }

    fn likeliest(sheet: &Sheet) -> Vec<Repair> {
        let super::super::Smallest::Repairs(repairs) = sheet.smallest(&[0]) else { panic!() };
        sheet.likeliest(repairs)
    }

    #[test]
    fn a_total_left_at_0_is_likelier_than_its_addends() {
        assert_eq!(likeliest(&row([Some(10), Some(1), Some(0), Some(0)])), [vec![(3, 11)]]);
        assert_eq!(likeliest(&row([Some(10), Some(1), Some(0), None])), [vec![(3, 11)]]);
    }

    #[test]
    fn a_single_blank_is_likelier_than_a_wrong_number() {
        assert_eq!(likeliest(&row([Some(10), None, Some(4), Some(17)])), [vec![(1, 3)]]);
    }

    #[test]
    fn exchanged_digits_are_likelier_than_another_number() {
        // 12 typed as 21; of the others, 3 for 12 and 4 for 13 are no slips.
        let found = likeliest(&row([Some(21), Some(13), Some(14), Some(39)]));
        assert_eq!(found, [vec![(0, 12)]]);
    }

    #[test]
    fn two_neighbours_with_each_others_number_weigh_less_than_two_wrong_numbers() {
        let sums = vec![vec![(0, 1), (1, 1), (2, 1), (3, -1)]];
        let sheet = Sheet::new(vec![Some(5), Some(9), Some(1), Some(15)], sums);
        assert_eq!(sheet.weight(&[(0, 9), (1, 5)]), weight::EXCHANGED);
        assert_eq!(sheet.weight(&[(0, 1), (2, 5)]), 2 * weight::OTHER);
        assert_eq!(sheet.weight(&[(0, 8), (3, 18)]), weight::OTHER + weight::FOLLOWS);
    }
}
