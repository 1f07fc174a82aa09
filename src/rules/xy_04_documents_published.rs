//! XY-04: documents published in all are last year's with those published this year (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell, earlier, identity};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "XY-04",
    name: ("公开总数与上年不衔接", "Documents published do not follow from last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号 表二：本年新公开数量、对外公开总数量",
        "2019 form, table 2: published this year and published in all",
    ),
    page: "xy_04_documents_published.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.NOR.all") {
        return why;
    }
    let prior = match earlier::with_cell(case, "t2.NOR.all") {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    let unsure = earlier::unsure(case, prior);
    let mut tally = Tally::default();
    for kind in ["REG", "NOR"] {
        let [opened, all] = ["opened", "all"].map(|c| format!("t2.{kind}.{c}"));
        let fields = [opened.as_str(), all.as_str()];
        let numbers = tally.across(case, prior, (fields, [all.as_str()]));
        let Some(([opened_n, all_n], [before])) = numbers else { continue };
        let due = before.saturating_add(opened_n);
        if all_n == due {
            continue;
        }
        let place = cell::place(case, &all);
        let gap = identity::difference(all_n, due);
        let message = Words::new(
            format!(
                "{}：填报 {all_n}，按上年总数 {before} 加本年新公开 {opened_n} 应为 {due}，{}。",
                place.in_words(Lang::Zh),
                gap.zh
            ),
            format!(
                "{}: {all_n} in all; {before} of last year with {opened_n} published make {due}, {}.",
                place.in_words(Lang::En),
                gap.en
            ),
        );
        let help = Words::new(
            "请核对两个数和上年报告的对外公开总数量；已废止的文件撤下不计、口径变化等造成的，请在报送时说明。",
            "Check both numbers and last year's total; say so where repealed documents were taken off.",
        );
        let finding = RULE
            .finding(&all, earlier::hedged(message, &unsure), help, place)
            .expected(due)
            .found(all_n)
            .also([cell::place(case, &opened)]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
