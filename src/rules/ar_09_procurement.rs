//! AR-09: procurement has both a number of items and an amount, or neither (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell};
use crate::document::Value;
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "AR-09",
    name: ("采购项目与金额不一致", "Procurement items against amount"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号 表二：采购项目数量、采购总金额",
        "2019 form, table 2: items and total of procurement",
    ),
    page: "ar_09_procurement.md",
    check: check,
}

const ITEMS: &str = "t2.PUR.items";
const TOTAL: &str = "t2.PUR.amount";

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, ITEMS) {
        return why;
    }
    let mut tally = Tally::default();
    let Some(Value::Amount(amount)) = case.report.field(TOTAL).map(|f| f.reading.value.clone())
    else {
        tally.missed(TOTAL);
        return tally.finish(case);
    };
    let Some([items]) = tally.counts(case, [ITEMS]) else { return tally.finish(case) };
    if (items == 0) != (amount.fen == 0) {
        let (missing, other) = if items == 0 { (ITEMS, TOTAL) } else { (TOTAL, ITEMS) };
        let place = cell::place(case, missing);
        let message = Words::new(
            format!(
                "{}：采购项目 {items} 个，采购总金额 {amount} 万元，一个为零而另一个不为零。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {items} items for {amount} × 10 000 yuan; one is zero and the other is not.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "请补填采购项目数量或采购总金额；确有不付款的采购请说明。",
            "Fill in the number of items or the amount; say so if something was procured without payment.",
        );
        let finding =
            RULE.finding(missing, message, help, place).found(0).also([cell::place(case, other)]);
        tally.found(case, &[ITEMS, TOTAL], finding);
    }
    tally.finish(case)
}
