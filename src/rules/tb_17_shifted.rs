//! TB-17: a row of 表三 that does not add up but would, were its numbers read one column over or two
//! of them joined.

use super::cell::{self, Number};
use super::{Case, Checked};
use crate::edition::Equation;
use crate::model::{Finding, Lang, Words};
use crate::rule;

rule! {
    code: "TB-17",
    name: ("疑似错列", "Numbers in the wrong column"),
    severity: Info,
    basis: ("表三表头：总计为各类申请人之和", "the heads of table 3"),
    page: "tb_17_shifted.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.table(3).is_none() {
        return Checked::not_assessable("没有找到表三", "table 3 was not found");
    }
    let broken = case.ledger().tried("AR-03").filter(|w| !w.holds());
    let findings = broken.filter_map(|w| report(case, w.equation)).collect();
    Checked::done(findings)
}

fn report(case: &Case, equation: &Equation) -> Option<Finding> {
    let row: Vec<i64> = equation
        .left
        .iter()
        .chain(&equation.right)
        .map(|term| match cell::number(case, &term.field) {
            Number::Is(n) => n,
            Number::Blank | Number::Unusable | Number::Absent => 0,
        })
        .collect();
    let (zh, en) = cause(&row)?;
    let place = cell::place(case, &equation.pivot);
    let message = Words::new(
        format!("{}：该行不等，{zh}。", place.in_words(Lang::Zh)),
        format!("{}: the row does not add up, but {en}.", place.in_words(Lang::En)),
    );
    let help = Words::new(
        "请对照原表检查该行各数是否填错了列、是否把一个数拆在两格。",
        "Check whether numbers stand in the wrong column or one number was split over two cells.",
    );
    Some(RULE.finding(&equation.pivot, message, help, place))
}

/// What would make the last number the sum of those before it.
fn cause(row: &[i64]) -> Option<(&'static str, &'static str)> {
    let sums = |row: &[i64]| match row.split_last() {
        Some((total, parts)) => *total != 0 && parts.iter().sum::<i64>() == *total,
        None => false,
    };
    // A cell too many on the right or on the left: the total stands one column before or behind.
    let left = row.split_last().is_some_and(|(last, rest)| *last == 0 && sums(rest));
    let mut turned = row.to_vec();
    turned.rotate_left(1);
    if left || sums(&turned) {
        return Some((
            "各数整体移动一列后相等，疑似错列",
            "would if its numbers were moved by one column",
        ));
    }
    let joined = (0..row.len().saturating_sub(1)).any(|at| {
        let digits = |n: i64| (0..10).contains(&n);
        let mut row = row.to_vec();
        if row[at] == 0 || !digits(row[at]) || !digits(row[at + 1]) {
            return false;
        }
        row[at] = row[at] * 10 + row[at + 1];
        row.remove(at + 1);
        sums(&row)
    });
    joined.then_some((
        "把相邻两格的数合为一个后相等，疑似一个数拆成两格",
        "would if two neighbouring digits were one number",
    ))
}
