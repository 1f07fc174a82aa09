//! AR-07: last year's items and the change leave no less than nothing (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "AR-07",
    name: ("项目数量为负", "Fewer items than none"),
    severity: Error,
    basis: (
        "国办公开办函〔2019〕60号 表二：上一年项目数量、本年增/减",
        "2019 form, table 2: last year's items and this year's change",
    ),
    page: "ar_07_negative_items.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.LIC.delta") {
        return why;
    }
    let mut tally = Tally::default();
    for kind in ["LIC", "OSV", "PEN", "COE", "FEE"] {
        let (before, change) = (format!("t2.{kind}.prev"), format!("t2.{kind}.delta"));
        let fields = [before.as_str(), change.as_str()];
        let Some([had, delta]) = tally.counts(case, fields) else { continue };
        let left = had.saturating_add(delta);
        if left >= 0 {
            continue;
        }
        let place = cell::place(case, &change);
        let message = Words::new(
            format!(
                "{}：上一年项目 {had}，本年增减 {delta}，现有项目为 {left}，不能为负。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {had} items last year and a change of {delta} leave {left}.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "减少的项目不会多于上一年的项目，请核对两个数，并确认减少用负值填写、增加用正值填写。",
            "No more items can go than there were; check both numbers and the sign.",
        );
        let finding = RULE
            .finding(&change, message, help, place)
            .found(delta)
            .also([cell::place(case, &before)]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
