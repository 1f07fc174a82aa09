//! Every exact identity of the form weighed on a report, once per case: which hold, which do not,
//! which could not be tried, and which ones a cell enters.

use super::Case;
use super::cell::{self, Number};
use crate::edition::{Edition, Equation, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// One identity with the sums of its two sides, a blank taken for 0.
pub(super) struct Weighed<'a> {
    pub(super) equation: &'a Equation,
    pub(super) left: i64,
    pub(super) right: i64,
    /// Some of its cells are blank.
    pub(super) blank: bool,
}

impl<'a> Weighed<'a> {
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        terms(self.equation).map(|t| t.field.as_str())
    }

    pub(super) fn holds(&self) -> bool {
        self.left == self.right
    }
}

/// The identities that fit a report, weighed.
pub(crate) struct Ledger<'a> {
    tried: Vec<Weighed<'a>>,
    /// Those with a cell that is no number or is not there, with the first such cell.
    untried: Vec<(&'a Equation, &'a str)>,
    /// By field: the tried identities it enters, and on which side (+1 left, −1 right). Only asked
    /// for when something does not hold.
    entered: OnceCell<FxHashMap<&'a str, Vec<(usize, i64)>>>,
}

impl<'a> Ledger<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let numbers: FxHashMap<&str, Number> = case
            .report
            .fields
            .iter()
            .map(|(name, field)| (name.as_str(), cell::read(&field.reading.value)))
            .collect();
        let (tried, untried) = (Vec::new(), Vec::new());
        let mut ledger = Ledger { tried, untried, entered: OnceCell::new() };
        for equation in fitting(case, &numbers) {
            ledger.weigh(equation, &numbers);
        }
        ledger
    }

    /// An identity all of whose cells are blank says nothing and is untried.
    fn weigh(&mut self, equation: &'a Equation, numbers: &FxHashMap<&str, Number>) {
        let mut sums = [0_i64; 2];
        let (mut blanks, mut cells) = (0, 0);
        for (side, terms) in [&equation.left, &equation.right].into_iter().enumerate() {
            for term in terms {
                cells += 1;
                match numbers.get(term.field.as_str()) {
                    Some(Number::Is(n)) => sums[side] = sums[side].saturating_add(*n),
                    Some(Number::Blank) => blanks += 1,
                    Some(Number::Unusable | Number::Absent) | None => {
                        self.untried.push((equation, &term.field));
                        return;
                    }
                }
            }
        }
        if blanks == cells {
            self.untried.push((equation, &equation.pivot));
            return;
        }
        let [left, right] = sums;
        self.tried.push(Weighed { equation, left, right, blank: blanks > 0 });
    }

    /// The identities of a rule that were tried.
    pub(super) fn tried(&self, rule: &str) -> impl Iterator<Item = &Weighed<'a>> {
        self.tried.iter().filter(move |w| w.equation.rule == rule)
    }

    /// The identities of a rule that were not, each with the cell that stood in the way.
    pub(super) fn untried(&self, rule: &str) -> impl Iterator<Item = &'a str> {
        self.untried.iter().filter(move |(e, _)| e.rule == rule).map(|(_, field)| *field)
    }

    /// Identities that do not hold.
    pub(super) fn broken(&self) -> impl Iterator<Item = &Weighed<'a>> {
        self.tried.iter().filter(|w| !w.holds())
    }

    fn entrances(&self) -> FxHashMap<&'a str, Vec<(usize, i64)>> {
        let mut entered: FxHashMap<&str, Vec<(usize, i64)>> = FxHashMap::default();
        for (at, weighed) in self.tried.iter().enumerate() {
            for (terms, sign) in [(&weighed.equation.left, 1), (&weighed.equation.right, -1)] {
                for term in terms {
                    entered.entry(&term.field).or_default().push((at, sign));
                }
            }
        }
        entered
    }

    /// The tried identities a cell enters, with the side it stands on.
    pub(super) fn entered_by(&self, field: &str) -> impl Iterator<Item = (&Weighed<'a>, i64)> {
        let entered = self.entered.get_or_init(|| self.entrances());
        let places = entered.get(field).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&(at, sign)| (&self.tried[at], sign))
    }
}

fn terms(equation: &Equation) -> impl Iterator<Item = &Term> {
    equation.left.iter().chain(&equation.right)
}

/// The identities that fit the report: its edition's own, and where a row of another edition stands
/// in the place of its rows (（六）其他处理 as one row), that edition's instead.
fn fitting<'a>(case: &Case<'a>, numbers: &FxHashMap<&str, Number>) -> Vec<&'a Equation> {
    let Some(own) = case.edition() else { return Vec::new() };
    let there = |t: &Term| numbers.contains_key(t.field.as_str());
    let whole = |e: &Equation| terms(e).all(there);
    let others = case.editions.all.iter().filter(|e| e.id != own.id);
    let foreign: Vec<&Equation> = others.flat_map(equations).filter(|e| whole(e)).collect();
    let own_keys: FxHashSet<_> = equations(own).map(key).collect();
    let mut by_key = FxHashMap::default();
    for equation in &foreign {
        by_key.entry(key(equation)).or_insert(*equation);
    }
    // A rule with rows that the own form does not have: its own rows may be missing altogether.
    let added = || foreign.iter().copied().filter(|e| !own_keys.contains(&key(e)));
    let mixed: FxHashSet<&str> = added().map(|e| e.rule.as_str()).collect();
    let fitted = equations(own)
        .map(|e| if whole(e) { e } else { by_key.get(&key(e)).copied().unwrap_or(e) })
        .filter(|e| !mixed.contains(e.rule.as_str()) || terms(e).any(there));
    fitted.chain(added()).collect()
}

fn equations(edition: &Edition) -> impl Iterator<Item = &Equation> {
    edition.equations.iter()
}

/// What an identity is about, the same in every edition.
fn key(equation: &Equation) -> (&str, &str) {
    (&equation.rule, &equation.pivot)
}
