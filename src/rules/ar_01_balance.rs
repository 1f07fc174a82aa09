//! AR-01: new and carried in = answered and carried out, in every column of 表三.

use super::identity::{self, difference};
use super::ledger::Weighed;
use super::{Case, Checked, cell};
use crate::model::{Finding, Lang, Words};
use crate::rule;

rule! {
    code: "AR-01",
    name: ("表三收办平衡", "Table 3 balance"),
    severity: Error,
    basis: (
        "表三勾稽注文：第一项加第二项之和，等于第三项加第四项之和",
        "the note printed on table 3: items one and two equal items three and four",
    ),
    page: "ar_01_balance.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    identity::check(case, &RULE, 3, say)
}

fn say(case: &Case, weighed: &Weighed) -> Finding {
    let Weighed { equation, left, right, .. } = weighed;
    let pivot = cell::place(case, &equation.pivot);
    let column = pivot.column.clone().unwrap_or_default();
    let gap = difference(*right, *left);
    let message = Words::new(
        format!(
            "{}：第一项加第二项为 {left}，第三项加第四项为 {right}，后者{}。",
            pivot.in_words(Lang::Zh),
            gap.zh
        ),
        format!(
            "{}: items one and two make {left}, items three and four {right}, {}.",
            pivot.in_words(Lang::En),
            gap.en
        ),
    );
    let help = Words::new(
        format!(
            "请核对“{column}”列的本年新收、上年结转、（七）总计和结转下年度四个数，使收办两端相等。"
        ),
        format!(
            "Check the four numbers of column “{column}”: new, carried in, total, carried out."
        ),
    );
    let carried_out: i64 = right - found(case, &equation.pivot);
    RULE.finding(&equation.pivot, message, help, pivot)
        .expected(left - carried_out)
        .found(found(case, &equation.pivot))
}

fn found(case: &Case, field: &str) -> i64 {
    match cell::number(case, field) {
        cell::Number::Is(n) => n,
        _ => 0,
    }
}
