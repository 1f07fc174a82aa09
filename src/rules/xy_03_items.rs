//! XY-03: the items of the year before are those of last year's report with its change (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell, earlier, identity};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "XY-03",
    name: ("项目数量与上年不衔接", "Items do not follow from last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号 表二：上一年项目数量、本年增/减",
        "2019 form, table 2: items of the year before and this year's change",
    ),
    page: "xy_03_items.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.LIC.prev") {
        return why;
    }
    let prior = match earlier::with_cell(case, "t2.LIC.prev") {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    let unsure = earlier::unsure(case, prior);
    let mut tally = Tally::default();
    for kind in ["LIC", "OSV", "PEN", "COE", "FEE"] {
        let [prev, delta] = ["prev", "delta"].map(|c| format!("t2.{kind}.{c}"));
        let fields = [prev.as_str()];
        let numbers = tally.across(case, prior, (fields, [prev.as_str(), delta.as_str()]));
        let Some(([now], [before, change])) = numbers else { continue };
        let due = before.saturating_add(change);
        if now == due {
            continue;
        }
        let place = cell::place(case, &prev);
        let gap = identity::difference(now, due);
        let message = Words::new(
            format!(
                "{}：填报 {now}，上年报告的上一年项目数量 {before} 加增减 {change} 为 {due}，{}。",
                place.in_words(Lang::Zh),
                gap.zh
            ),
            format!(
                "{}: {now}; last year's report has {before} with a change of {change}, which make {due}, {}.",
                place.in_words(Lang::En),
                gap.en
            ),
        );
        let help = Words::new(
            "请核对权责清单上的项目数和上年报告的两个数；因清单调整、口径变化造成的，请在报送时说明。",
            "Check the list of items and last year's two numbers; say so where the list or the way of counting changed.",
        );
        let finding = RULE
            .finding(&prev, earlier::hedged(message, &unsure), help, place)
            .expected(due)
            .found(now);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
