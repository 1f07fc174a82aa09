//! ST-09: part five states problems and what is done about them.

use super::prose::{cue, part_five_text, part_place, sections};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-09",
    name: ("第五部分未同时写问题和改进", "Part five lacks problems or improvements"),
    severity: Warning,
    basis: (
        "《政府信息公开条例》第五十条第四项：主要问题及改进情况",
        "Regulations on Open Government Information, art. 50(4): main problems and improvements",
    ),
    page: "st_09_problems_and_improvements.md",
    check: check,
}

const PROBLEM: [&str; 11] =
    ["不足", "问题", "短板", "差距", "不够", "有待", "薄弱", "仍需", "不强", "困难", "欠缺"];
const IMPROVEMENT: [&str; 11] =
    ["改进", "下一步", "措施", "整改", "针对", "今后", "将", "进一步", "继续", "加强", "改善"];

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let Some(text) = part_five_text(case).filter(|t| !t.is_empty()) else {
        return Checked::not_assessable("没有读到第五部分", "part five was not read");
    };
    let (zh, en) = match (cue(&text, &PROBLEM), cue(&text, &IMPROVEMENT)) {
        (Some(_), Some(_)) => return Checked::pass(),
        (None, Some(_)) => ("没有写存在的主要问题", "states no problem"),
        (Some(_), None) => ("没有写改进情况", "states no improvement"),
        (None, None) => {
            ("既没有写问题，也没有写改进情况", "states neither problems nor improvements")
        }
    };
    Checked::done(vec![RULE.finding(
        "5",
        Words::new(format!("第五部分{zh}"), format!("Part 5 {en}")),
        Words::new(
            "请分别写明本年度存在的主要问题，以及已经采取和下一步的改进措施。",
            "State the year's main problems, and what was and will be done about them.",
        ),
        part_place(case, 5),
    )])
}
