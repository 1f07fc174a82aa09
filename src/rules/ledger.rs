//! Every exact identity of the form weighed on a report, once per case: which hold, which do not,
//! which could not be tried.

use super::Case;
use super::cell::{self, Number};
use super::repair::Terms;
use crate::edition::{Edition, Equation, Term};
use rustc_hash::{FxHashMap, FxHashSet};

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
}

impl<'a> Ledger<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let numbers: FxHashMap<&str, Number> = case
            .report
            .fields
            .iter()
            .map(|(name, field)| (name.as_str(), cell::read(&field.reading.value)))
            .collect();
        let mut ledger = Ledger { tried: Vec::new(), untried: Vec::new() };
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

    /// Which of the tried identities this is.
    pub(super) fn position(&self, weighed: &Weighed) -> Option<usize> {
        self.tried.iter().position(|w| std::ptr::eq(w.equation, weighed.equation))
    }

    /// The cells that the tried identities speak of, and of each identity its cells with the side
    /// they stand on (+1 left, −1 right), the right side last.
    pub(super) fn sums(&self) -> (Vec<&'a str>, Vec<Terms>) {
        let mut fields: Vec<&str> = Vec::new();
        let mut at: FxHashMap<&str, usize> = FxHashMap::default();
        let mut sums = Vec::new();
        for weighed in &self.tried {
            let sides = [(&weighed.equation.left, 1), (&weighed.equation.right, -1)];
            let terms =
                sides.into_iter().flat_map(|(terms, sign)| terms.iter().map(move |t| (t, sign)));
            let mut cell = |field: &'a str| {
                *at.entry(field).or_insert_with(|| {
                    fields.push(field);
                    fields.len() - 1
                })
            };
            sums.push(terms.map(|(term, sign)| (cell(&term.field), sign)).collect());
        }
        (fields, sums)
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
    // One that the own form could have and has not says nothing about it.
    let weighed: FxHashSet<&str> =
        equations(own).flat_map(terms).map(|t| t.field.as_str()).collect();
    let owned = |t: &Term| weighed.contains(t.field.as_str()) || own.spot(&t.field).is_some();
    let beyond = |e: &Equation| !terms(e).all(owned);
    let others = case.editions.all.iter().filter(|e| e.id != own.id).flat_map(equations);
    let foreign: Vec<&Equation> = others.filter(|e| whole(e) && beyond(e)).collect();
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
