//! XY-08: the text is not that of another body's report on the same year.

use super::likeness::{LEAST, Likeness, Masked};
use super::prose::squeeze;
use super::{Case, Checked, Prior};
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "XY-08",
    name: ("与其他单位雷同", "The text is another body's too"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容雷同、敷衍塞责的年度报告",
        "the national form on responsibility: no report may repeat another or be perfunctory",
    ),
    page: "xy_08_shared_text.md",
    check: check,
}

/// Share in percent above which the text is asked about.
const MUCH: usize = 60;

fn check(case: &Case) -> Checked {
    let Some(alike) = &case.circumstances.alike else {
        return Checked::not_assessable(
            "没有其他单位的报告可供对照",
            "there are no other bodies' reports to compare with",
        );
    };
    let likenesses = alike.iter().map(|other| (other, Likeness::of(case, other, Masked::Places)));
    let over = likenesses.filter(|(_, l)| l.own() >= LEAST && l.is_over(MUCH));
    Checked::done(over.map(|(other, likeness)| finding(case, other, &likeness)).collect())
}

/// One finding for each other body: that two may write alike says nothing of a third.
fn finding(case: &Case, other: &Prior, likeness: &Likeness) -> Finding {
    let (place, parts, share) = (likeness.place(case), likeness.by_part(), likeness.percent());
    let (unit, quoted) = (&other.unit, &place.quote);
    let message = Words::new(
        format!(
            "除去单位和地名，文字有 {share}% 与{unit}同年度的报告相同（{}），相同最长的一段：“{quoted}”。",
            parts.zh
        ),
        format!(
            "Names apart, {share}% of the text is also in the report of “{unit}” on the same year ({}); the longest passage in common: “{quoted}”.",
            parts.en
        ),
    );
    RULE.finding(
        &format!("text/{}", squeeze(unit)),
        message,
        Words::new(
            "请核实是谁借用了谁的文字；借用的一方请按本单位的实际情况重写。如系上级统一提供的文字，请说明。",
            "Find out who took the text from whom; who did writes it anew from the facts. If the text was handed out from above, say so.",
        ),
        place,
    )
    .found(format!("{share}%"))
}
