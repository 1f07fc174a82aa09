//! XY-02: documents in force are last year's with those made, without those repealed (2021 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell, earlier, identity};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "XY-02",
    name: ("现行有效件数与上年不衔接", "Documents in force do not follow from last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号 表二：本年制发、本年废止、现行有效件数，应准确统计",
        "2021 form, table 2: made, repealed and in force, to be counted exactly",
    ),
    page: "xy_02_documents_in_force.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.NOR.valid") {
        return why;
    }
    let prior = match earlier::with_cell(case, "t2.NOR.valid") {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    let unsure = earlier::unsure(case, prior);
    let mut tally = Tally::default();
    for kind in ["REG", "NOR"] {
        let [made, repealed, valid] =
            ["made", "repealed", "valid"].map(|c| format!("t2.{kind}.{c}"));
        let fields = [made.as_str(), repealed.as_str(), valid.as_str()];
        let numbers = tally.across(case, prior, (fields, [valid.as_str()]));
        let Some(([made_n, repealed_n, valid_n], [before])) = numbers else { continue };
        let due = before.saturating_add(made_n).saturating_sub(repealed_n);
        if valid_n == due {
            continue;
        }
        let place = cell::place(case, &valid);
        let gap = identity::difference(valid_n, due);
        let message = Words::new(
            format!(
                "{}：填报 {valid_n}，按上年有效 {before} 加本年制发 {made_n} 减本年废止 {repealed_n} 应为 {due}，{}。",
                place.in_words(Lang::Zh),
                gap.zh
            ),
            format!(
                "{}: {valid_n} in force; {before} of last year with {made_n} made and {repealed_n} repealed make {due}, {}.",
                place.in_words(Lang::En),
                gap.en
            ),
        );
        let help = Words::new(
            "请会同司法行政主管部门核对三个数和上年的现行有效件数；因自然失效、清理或口径变化造成的，请在报送时说明。",
            "Check the three numbers and last year's; say so where documents lapsed or are counted otherwise.",
        );
        let finding = RULE
            .finding(&valid, earlier::hedged(message, &unsure), help, place)
            .expected(due)
            .found(valid_n)
            .also([cell::place(case, &made), cell::place(case, &repealed)]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
