//! ST-14: part five says what became of last year's problems.

use super::prose::{cue, part_five_text, part_place, squeeze};
use super::{Case, Checked, earlier};
use crate::model::Words;

crate::rule! {
    code: "ST-14",
    name: ("第五部分未回应上年问题", "Part five silent on last year's problems"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：存在的主要问题及改进情况写明上年问题的改进",
        "usual wording of the form (advice, not binding): part five says how last year's problems were mended",
    ),
    page: "st_14_last_years_problems.md",
    check: check,
}

/// Words that show last year's report named problems.
const PROBLEMS: [&str; 6] = ["不足", "问题", "短板", "差距", "薄弱", "有待"];
/// Words that look back to it, besides the year itself.
const BACK: [&str; 8] =
    ["上年", "上一年", "去年", "往年", "以往", "此前", "前期存在", "整改落实情况"];

fn check(case: &Case) -> Checked {
    let before = match earlier::report(case) {
        Ok(before) => before,
        Err(why) => return why,
    };
    if cue(&squeeze(before.text(5)), &PROBLEMS).is_none() {
        return Checked::not_applicable(
            "上一年度报告第五部分没有写到问题",
            "last year's part five named no problem",
        );
    }
    let Some(text) = part_five_text(case).filter(|text| !text.is_empty()) else {
        return Checked::not_assessable("没有读到第五部分", "part five was not read");
    };
    let named = |year: i32| text.contains(&format!("{}年", year - 1));
    if cue(&text, &BACK).is_some() || case.report.identity.year.is_some_and(named) {
        return Checked::pass();
    }
    Checked::done(vec![RULE.finding(
        "5",
        Words::new(
            "第五部分没有写到上年度报告所列问题的改进情况",
            "Part 5 does not say how the problems named last year were mended",
        ),
        Words::new(
            "建议写明上年度报告中所列问题在本年度改进得怎样。",
            "Say what became of the problems that last year's report named.",
        ),
        part_place(case, 5),
    )])
}
