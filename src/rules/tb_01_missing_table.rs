//! TB-01: each of the three tables is there.

use super::cell::{quote, table_name, table_place};
use super::{Case, Checked, px_11_unread};
use crate::document::Block;
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "TB-01",
    name: ("缺表", "Missing table"),
    severity: Error,
    basis: (
        "全国政府信息公开工作主管部门公布的年度报告格式：第二、三、四部分为表格",
        "the national form: parts two, three and four are tables",
    ),
    page: "tb_01_missing_table.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.identity.year.is_some_and(|year| case.editions.for_year(year).is_none()) {
        return Checked::not_applicable(
            "该年度不使用有这三张表的格式",
            "the form of that year has no such tables",
        );
    }
    let missing: Vec<u8> = (2..=4).filter(|&n| case.report.table(n).is_none()).collect();
    // What was not seen is not missing.
    let unread = case.document.notices.iter().find(|n| px_11_unread::is_unread(n.kind));
    if let Some(unread) = unread.filter(|_| !missing.is_empty()) {
        let (assessed, reason) = (3 - missing.len() as u32, Some(px_11_unread::what(unread)));
        return Checked::Done { findings: Vec::new(), assessed, total: 3, reason };
    }
    let findings = missing.into_iter().map(|number| report(case, number)).collect();
    Checked::Done { findings, assessed: 3, total: 3, reason: None }
}

fn report(case: &Case, number: u8) -> Finding {
    let name = table_name(number);
    let mut place = table_place(case, number);
    let key = format!("t{number}");
    if let Some((what, raw)) = picture(case, number) {
        place.quote = quote(&raw);
        place.anchor = case.document.blocks[what].anchor().clone();
        return RULE.finding(
            &key,
            Words::new(
                format!("{name}以图片插入，没有可读的表格。"),
                format!("Table {number} is a picture, no table that can be read."),
            ),
            Words::new(
                format!("请用文字表格重新填写{name}，不要粘贴截图。"),
                format!("Fill in table {number} as a table of text, not as a picture."),
            ),
            place,
        );
    }
    if let Some(part) = case.report.part(number) {
        let heading = part.heading.and_then(|at| case.report.headings.get(at));
        if let Some(heading) = heading {
            place.anchor = heading.passage.anchor.clone();
            place.quote = quote(&heading.passage.raw);
        }
    }
    RULE.finding(
        &key,
        Words::new(format!("没有找到{name}。"), format!("Table {number} was not found.")),
        Words::new(
            format!("请按统一格式补齐{name}；没有发生的事项填 0，不要删表。"),
            format!("Add table {number} as the form has it; fill in 0 where nothing happened."),
        ),
        place,
    )
}

/// The first picture in a table's part, as block and raw text.
fn picture(case: &Case, number: u8) -> Option<(usize, String)> {
    let at = *case.report.part(number)?.pictures.first()?;
    let raw = match case.document.blocks.get(at)? {
        Block::Picture { name, .. } => name.clone(),
        other => other.text().map(|t| t.raw.clone()).unwrap_or_default(),
    };
    Some((at, raw))
}
