//! AR-08: where there were decisions there are items (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "AR-08",
    name: ("有决定而无项目", "Decisions without items"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号 表二：项目数量与处理决定数量",
        "2019 form, table 2: items and decisions",
    ),
    page: "ar_08_decisions_without_items.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.LIC.decisions") {
        return why;
    }
    let mut tally = Tally::default();
    for kind in ["LIC", "OSV", "PEN", "COE"] {
        let [before, change, decided] =
            ["prev", "delta", "decisions"].map(|c| format!("t2.{kind}.{c}"));
        let fields = [before.as_str(), change.as_str(), decided.as_str()];
        let Some([had, delta, decisions]) = tally.counts(case, fields) else { continue };
        if decisions <= 0 || had.saturating_add(delta) > 0 {
            continue;
        }
        let place = cell::place(case, &decided);
        let message = Words::new(
            format!(
                "{}：填报处理决定 {decisions}，但上一年项目 {had}、本年增减 {delta}，没有可据以作出决定的项目。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {decisions} decisions, but {had} items last year and a change of {delta} leave none.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "请补填上一年项目数量，或核对处理决定数量；项目年内全部取消的请说明。",
            "Fill in the items, or check the decisions; say so if all items ended during the year.",
        );
        let finding = RULE
            .finding(&decided, message, help, place)
            .found(decisions)
            .also([cell::place(case, &before), cell::place(case, &change)]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
