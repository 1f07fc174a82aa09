//! ST-13: a people's government reports assessment, public appraisal and accountability.

use super::prose::{part_place, part_text};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-13",
    name: ("政府报告缺考核评议追责", "A government's report lacks assessment results"),
    severity: Warning,
    basis: (
        "《政府信息公开条例》第五十条第四项：各级人民政府的年度报告还应当包括工作考核、社会评议和责任追究结果情况",
        "Regulations on Open Government Information, art. 50(4): governments also report assessment, public appraisal and accountability",
    ),
    page: "st_13_government_duties.md",
    check: check,
}

/// The three results art. 50(4) asks governments for.
const DUTIES: [(&str, &str); 3] =
    [("考核", "assessment"), ("评议", "public appraisal"), ("责任追究", "accountability")];

fn check(case: &Case) -> Checked {
    let unit = case.report.identity.unit.as_ref();
    let Some((unit, _)) = unit else {
        return Checked::not_assessable("报告单位不明", "the reporting body is not known");
    };
    if !unit.trim().ends_with("人民政府") {
        return Checked::not_applicable(
            "报告单位不是人民政府",
            "the body is no people's government",
        );
    }
    let Some(text) = part_text(case, 1).filter(|t| !t.is_empty()) else {
        return Checked::not_assessable("没有读到第一部分", "part one was not read");
    };
    // Some say 追责, 问责 or 追究责任 for 责任追究.
    let said = |duty: &str| {
        text.contains(duty)
            || duty == "责任追究" && ["追责", "问责", "追究"].iter().any(|cue| text.contains(cue))
    };
    let missing: Vec<_> = DUTIES.iter().filter(|(zh, _)| !said(zh)).collect();
    if missing.is_empty() {
        return Checked::pass();
    }
    let zh: Vec<_> = missing.iter().map(|(zh, _)| *zh).collect();
    let en: Vec<_> = missing.iter().map(|(_, en)| *en).collect();
    Checked::done(vec![RULE.finding(
        "1",
        Words::new(
            format!("第一部分没有写到：{}结果", zh.join("、")),
            format!("Part 1 does not report: {}", en.join(", ")),
        ),
        Words::new(
            "请在“监督保障”中写明本年度工作考核、社会评议和责任追究的结果；没有发生的，写明“无”。",
            "State the results of assessment, public appraisal and accountability, or that there were none.",
        ),
        part_place(case, 1),
    )])
}
