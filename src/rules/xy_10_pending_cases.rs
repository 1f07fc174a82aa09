//! XY-10: cases that last year left pending are among this year's.

use super::tally::Tally;
use super::{Case, Checked, cell, earlier};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "XY-10",
    name: ("上年未审结案件去向不明", "Cases left pending last year"),
    severity: Info,
    basis: (
        "表四通行的统计口径（提示性，非强制）：本年案件包括上年结转的未审结案件",
        "usual way to count in table 4 (advice, not binding): cases pending from last year are this year's too",
    ),
    page: "xy_10_pending_cases.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let prior = match earlier::with_cell(case, "t4.R4") {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    if case.report.table(4).is_none() {
        return Checked::not_assessable("没有找到表四", "table 4 was not found");
    }
    let unsure = earlier::unsure(case, prior);
    let mut tally = Tally::default();
    for kind in ["R", "L", "P"] {
        let (total, pending) = (format!("t4.{kind}5"), format!("t4.{kind}4"));
        let fields = [total.as_str()];
        let numbers = tally.across(case, prior, (fields, [pending.as_str()]));
        let Some(([now], [left])) = numbers else { continue };
        if left <= now {
            continue;
        }
        let place = cell::place(case, &total);
        let message = Words::new(
            format!(
                "{}：本年共 {now} 件，少于上年报告中尚未审结的 {left} 件。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {now} in all, fewer than the {left} that last year's report left pending.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "上年未审结的案件本年审结或仍未审结的，一般都计入本年；口径不含上年结转的，建议在文字中写明。",
            "Cases pending from last year are usually counted again; say so where they are not.",
        );
        let finding =
            RULE.finding(&total, earlier::hedged(message, &unsure), help, place).found(now);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
