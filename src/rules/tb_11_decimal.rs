//! TB-11: what is counted is counted in whole numbers.

use super::{Case, Checked, cell, listing};
use crate::document::{Value, ValueKind};
use crate::model::Words;
use crate::rule;

rule! {
    code: "TB-11",
    name: ("件数为小数", "Decimals in counts"),
    severity: Error,
    basis: (
        "年度报告统一格式：只有金额可以有小数",
        "the form: only amounts of money have decimals",
    ),
    page: "tb_11_decimal.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let decimal = listing::cells(case, table, |name, f| {
            let decimal = matches!(&f.reading.value, Value::NotANumber(text) if is_decimal(text));
            decimal && is_counted(case, name)
        });
        if decimal.is_empty() {
            return Vec::new();
        }
        let help = Words::new(
            "件数请填整数；如果误填了金额或比例，请对照列名改正。",
            "Counts are whole numbers; check whether an amount or a share was written here.",
        );
        let words = ("有 {n} 个件数为小数", "has {n} counts with decimals");
        vec![listing::finding(case, &RULE, table, &format!("t{table}"), &decimal, words, help)]
    })
}

/// True where the form counts pieces or items.
pub(super) fn is_counted(case: &Case, name: &str) -> bool {
    matches!(cell::kind(case, name), Some(ValueKind::Count | ValueKind::Change))
}

/// Digits, one point, digits.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let text = text.trim_start_matches(['-', '+']);
    text.split_once('.').is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
}
