//! TB-10: no number is negative but the change of items in the 2019 form.

use super::{Case, Checked, cell, listing};
use crate::document::{Value, ValueKind};
use crate::model::Words;
use crate::rule;

rule! {
    code: "TB-10",
    name: ("负数", "Negative numbers"),
    severity: Error,
    basis: (
        "年度报告统一格式：除2019年格式的本年增/减外，各数不小于 0",
        "the form: nothing is below 0 but “本年增/减” of 2019",
    ),
    page: "tb_10_negative.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let negative = listing::cells(case, table, |name, f| {
            let below = match &f.reading.value {
                Value::Amount(amount) => amount.fen < 0,
                other => other.count().is_some_and(|n| n < 0),
            };
            below && cell::kind(case, name) != Some(ValueKind::Change)
        });
        if negative.is_empty() {
            return Vec::new();
        }
        let help = Words::new(
            "请核对数字；横线如果表示没有，请改填 0。",
            "Check the number; a dash that means none should be 0.",
        );
        let words = ("有 {n} 个负数", "has {n} negative numbers");
        vec![listing::finding(case, &RULE, table, &format!("t{table}"), &negative, words, help)]
    })
}
