//! ST-02: the parts stand in the order of the form.

use super::prose::{heading_place, headings, ordinal, sections};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-02",
    name: ("部分顺序错误", "Parts out of order"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式：六个部分依次排列",
        "the national form: six parts in fixed order",
    ),
    page: "st_02_part_order.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let found: Vec<_> = headings(case).into_iter().filter(|h| h.part.is_some()).collect();
    if found.len() < 2 {
        return Checked::not_assessable(
            "识别到的部分标题不足两个",
            "fewer than two part headings were recognised",
        );
    }
    // Only the first step back is told: what follows it is a consequence.
    let back = found.windows(2).find(|pair| pair[1].part <= pair[0].part);
    let findings = back.map(|pair| {
        let [before, after] = [pair[0].part, pair[1].part].map(Option::unwrap_or_default);
        let (message, help) = if before == after {
            (
                Words::new(
                    format!("第{}部分的标题出现了两次", ordinal(after)),
                    format!("The heading of part {after} appears twice"),
                ),
                Words::new(
                    "请合并或删去重复的部分，六个部分各出现一次。",
                    "Merge or delete the repeated part; each of the six appears once.",
                ),
            )
        } else {
            (
                Words::new(
                    format!("第{}部分排在了第{}部分之后", ordinal(after), ordinal(before)),
                    format!("Part {after} stands after part {before}"),
                ),
                Words::new(
                    "请按格式规定的次序（一至六）重新排列各部分。",
                    "Put the parts in the order of the form, one to six.",
                ),
            )
        };
        RULE.finding(&after.to_string(), message, help, heading_place(pair[1]))
            .also([heading_place(pair[0])])
    });
    Checked::done(findings.into_iter().collect())
}
