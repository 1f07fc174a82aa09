//! ST-01: all six parts of the form are there.

use super::prose::{full_heading, nowhere, ordinal, sections};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-01",
    name: ("六个部分缺项", "A part is missing"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第五十条：年度报告应当包括五项内容，并使用统一格式；格式要求内容“不能遗漏”",
        "Regulations on Open Government Information, art. 50: five contents in the national form, none left out",
    ),
    page: "st_01_six_parts.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(sections) = sections(case) else { return super::prose::old_form() };
    if case.report.not_a_report {
        return Checked::not_assessable(
            "正文不像年度报告",
            "the text does not look like an annual report",
        );
    }
    let unheaded = case.report.headings.iter().all(|h| h.part.is_none());
    let missing = sections.iter().filter(|s| case.report.part(s.number).is_none());
    let findings = missing.map(|section| {
        let heading = full_heading(section);
        let number = ordinal(section.number);
        let finding = RULE
            .finding(
                &section.number.to_string(),
                Words::new(
                    format!("缺少第{number}部分“{heading}”"),
                    format!("Part {} “{heading}” is missing", section.number),
                ),
                Words::new(
                    format!("请补上一级标题“{heading}”及其内容；没有发生的事项也要保留本部分并如实填“0”或“无”。"),
                    format!("Add the heading “{heading}” with its content; where nothing happened, keep the part and enter 0 or “无”."),
                ),
                nowhere(&format!("第{number}部分")),
            )
            .expected(&heading);
        if unheaded {
            finding.doubtful(Words::new(
                "全文没有识别到任何一级标题，可能是转换时丢失，请看原文",
                "no first-level heading was recognised at all; they may have been lost in conversion",
            ))
        } else {
            finding
        }
    });
    Checked::done(findings.collect())
}
