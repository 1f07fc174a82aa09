//! XY-06: the text is not last year's over again.

use super::likeness::{LEAST, Likeness, Masked, PARTS};
use super::{Case, Checked, earlier};
use crate::model::{Finding, Severity, Words};
use crate::rule;

rule! {
    code: "XY-06",
    name: ("文字与上年雷同", "The text repeats last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容雷同、敷衍塞责的年度报告",
        "the national form on responsibility: no report may repeat another or be perfunctory",
    ),
    page: "xy_06_copied_text.md",
    check: check,
}

/// Own characters below which no share makes an error.
const LEAST_FOR_ERROR: usize = 500;
/// Shares in percent above which the text is asked about, and above which it must be written anew.
const MUCH: usize = 50;
const ALL: usize = 90;

fn check(case: &Case) -> Checked {
    let prior = match earlier::report(case) {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    if PARTS.iter().all(|&part| prior.text(part).trim().is_empty()) {
        return Checked::not_assessable(
            "上年报告没有读到第一、五、六部分的文字",
            "the text of parts 1, 5 and 6 was not read in last year's report",
        );
    }
    let likeness = Likeness::of(case, prior, Masked::Bodies);
    if likeness.own() < LEAST {
        return Checked::not_applicable(
            "可比较的文字太少，相同不说明问题",
            "too little text of its own for equal words to say anything",
        );
    }
    if !likeness.is_over(MUCH) {
        return Checked::pass();
    }
    let unsure = earlier::unsure(case, prior);
    let grave = likeness.is_over(ALL) && likeness.own() >= LEAST_FOR_ERROR && unsure.is_none();
    let severity = if grave { Severity::Error } else { Severity::Warning };
    Checked::done(vec![finding(case, &likeness, &unsure).severity(severity)])
}

fn finding(case: &Case, likeness: &Likeness, unsure: &Option<Words>) -> Finding {
    let (place, parts, share) = (likeness.place(case), likeness.by_part(), likeness.percent());
    let quoted = &place.quote;
    let message = Words::new(
        format!("文字有 {share}% 与上年报告相同（{}），相同最长的一段：“{quoted}”。", parts.zh),
        format!(
            "{share}% of the text is last year's ({}); the longest passage in common: “{quoted}”.",
            parts.en
        ),
    );
    RULE.finding(
        "text",
        earlier::hedged(message, unsure),
        Words::new(
            "请按本年的实际情况重写相同的段落，写清本年做了什么、数字怎样、上年的问题改了没有。",
            "Write the repeated passages anew: what was done this year, and what became of last year's problems.",
        ),
        place,
    )
    .found(format!("{share}%"))
}
