//! TB-15: an amount of fees that looks like 元 in a field of 万元.

use super::{Case, Checked, cell};
use crate::document::{Amount, Value};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "TB-15",
    name: ("金额量级可疑", "Amount of doubtful size"),
    severity: Warning,
    basis: (
        "2021年格式表头：本年收费金额（单位：万元），应准确核算",
        "the 2021 form: fees in units of 10 000 yuan, to be computed exactly",
    ),
    page: "tb_15_fee_size.md",
    check: check,
}

const FEE: &str = "t2.FEE";

/// In 万元: more than any county's department can take in.
const MOST_OF_A_COUNTY: i64 = 1_000_000;

fn check(case: &Case) -> Checked {
    let Some(field) = case.report.field(FEE) else {
        return match super::tally::with_columns_of(case, FEE) {
            Err(why) => why,
            Ok(()) => Checked::not_assessable("没有读到收费金额", "the amount was not found"),
        };
    };
    let Value::Amount(amount) = field.reading.value else {
        return Checked::not_assessable("收费金额不是数字", "the amount is no number");
    };
    let Some(true) = case.report.identity.unit.as_ref().map(|(unit, _)| of_a_county(unit)) else {
        return Checked::not_assessable(
            "只对县级部门和乡镇核对量级，其他单位需与上年比较",
            "only departments of counties are checked by size; others need last year's report",
        );
    };
    let mut findings = Vec::new();
    if amount.fen > MOST_OF_A_COUNTY * Amount::FEN_PER_WAN {
        let place = cell::place(case, FEE);
        let message = Words::new(
            format!(
                "{}：{amount} 万元，超出县级部门可能收取的数额，疑以元为单位填写。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {amount} × 10 000 yuan is more than a county's department can take in; it may be plain yuan.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "请核对单位，按万元折算后填写。",
            "Check the unit and write the amount in units of 10 000 yuan.",
        );
        findings.push(RULE.finding(FEE, message, help, place).found(amount));
    }
    Checked::done(findings)
}

/// A department of a county or district, or a township.
fn of_a_county(unit: &str) -> bool {
    let county = ["县", "区", "旗"].iter().any(|word| unit.contains(word));
    let town = ["镇人民政府", "乡人民政府", "街道办事处"].iter().any(|word| unit.ends_with(word));
    town || (county && !unit.ends_with("人民政府") && !unit.contains("自治区"))
}
