//! NT-15: what the tables have is spoken of.

use super::narrative::evaluate;
use super::prose::{cue, part_place, part_text};
use super::told::no_number;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "NT-15",
    name: ("表格有数而文字未提", "In the table and not in the text"),
    severity: Info,
    basis: ("统一格式的通行写法（提示性，非强制）：总体情况概述依申请公开和复议诉讼情况", "usual wording of the form (advice, not binding): part one sums up applications and disputes"),
    page: "nt_15_silent.md",
    check: check,
}

const SUBJECTS: [(&str, &str, &[&str], &[&str]); 2] = [
    ("政府信息公开申请", "applications", &["申请"], &["t3.new.T"]),
    (
        "行政复议、行政诉讼",
        "reviews and suits",
        &["复议", "诉讼", "应诉"],
        &["t4.R5", "t4.L5", "t4.P5"],
    ),
];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    if part_text(case, 1).is_none_or(|text| text.is_empty()) {
        return Checked::not_assessable("没有读到第一部分", "part one was not read");
    }
    for (zh, en, cues, fields) in SUBJECTS {
        let Some(count) = evaluate(case, fields) else { continue };
        assessed += 1;
        let spoken = narrative.paragraphs.iter().any(|p| cue(p.line.clean(), cues).is_some());
        if count > 0 && !spoken {
            findings.push(
                RULE.finding(
                    en,
                    Words::new(
                        format!("表格中{zh}有 {count} 件，文字没有提到"),
                        format!("the tables have {count} {en}; the text does not speak of them"),
                    ),
                    Words::new("建议在总体情况中写明。", "Speak of them in part one."),
                    part_place(case, 1),
                )
                .found(count),
            );
        }
    }
    match assessed {
        0 => Checked::NotAssessable(no_number()),
        n => Checked::Done { findings, assessed: n, total: 2, reason: (n < 2).then(no_number) },
    }
}
