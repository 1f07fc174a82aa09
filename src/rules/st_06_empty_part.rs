//! ST-06: parts one, five and six say something.

use super::prose::{framed_text, ordinal, part_five_text, part_place, part_text, sections};
use super::px_04_picture_text::pictured;
use super::{Case, Checked};
use crate::model::{Finding, Words};

crate::rule! {
    code: "ST-06",
    name: ("文字部分为空", "A part of text is empty"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式（明确责任）：不得发布内容不准确不全面、敷衍塞责的年度报告",
        "the national form on responsibility: reports must not be incomplete or perfunctory",
    ),
    page: "st_06_empty_part.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let texts = [1, 5, 6].map(|number| {
        // Words that are a picture are the business of PX-04.
        if pictured(case, number) {
            return (number, None);
        }
        let text = if number == 5 { part_five_text(case) } else { part_text(case, number) };
        (number, text)
    });
    let assessed = texts.iter().filter(|(_, text)| text.is_some()).count() as u32;
    let empty = texts.iter().filter(|(n, text)| text.as_ref().is_some_and(|t| is_empty(*n, t)));
    Checked::Done {
        findings: empty.map(|&(number, _)| finding(case, number)).collect(),
        assessed,
        total: 3,
        reason: (assessed < 3).then(|| {
            Words::new(
                "有的部分没有找到（见 ST-01）或只有图片（见 PX-04）",
                "some part was not found (see ST-01) or is a picture (see PX-04)",
            )
        }),
    }
}

/// Nothing but punctuation; in parts one and five 无 says nothing either.
fn is_empty(number: u8, text: &str) -> bool {
    let words: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    words.is_empty() || number != 6 && ["无", "暂无", "没有"].contains(&words.as_str())
}

fn finding(case: &Case, number: u8) -> Finding {
    let finding = RULE.finding(
        &number.to_string(),
        Words::new(
            format!("第{}部分标题下没有内容", ordinal(number)),
            format!("Part {number} has no text under its heading"),
        ),
        match number {
            6 => Words::new(
                "请写明需要报告的其他事项（包括收取信息处理费情况）；确无其他事项的，写“无”。",
                "Report what else is due, processing fees included; where there is nothing, write 无.",
            ),
            5 => Words::new(
                "请写明存在的主要问题和改进情况。",
                "State the main problems and what is done about them.",
            ),
            _ => Words::new(
                "请概述主动公开、依申请公开、政府信息管理、平台建设、监督保障的情况。",
                "Describe disclosure, requests, information management, platforms and supervision.",
            ),
        },
        part_place(case, number),
    );
    if framed_text(case, number) {
        finding.doubtful(Words::new(
            "标题下有文本框表格，文字可能在其中，请看原文",
            "framed text stands under the heading and may hold the words",
        ))
    } else {
        finding
    }
}
