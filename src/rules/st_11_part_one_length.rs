//! ST-11: no part longer than the site allows. Off unless configured.

use super::prose::{ordinal, part_place, part_text};
use super::{Case, Checked};
use crate::model::{Finding, Words};

crate::rule! {
    code: "ST-11",
    name: ("篇幅超长", "Part too long"),
    severity: Info,
    basis: (
        "本地主管部门的篇幅要求（由本地配置给出）",
        "the local authority's limit, as set in the site's configuration",
    ),
    page: "st_11_part_one_length.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let limits = &case.settings.part_limits;
    if limits.is_empty() {
        return Checked::not_applicable("本地没有规定篇幅", "the site sets no limit");
    }
    let mut findings = Vec::new();
    let mut unread = Vec::new();
    for (&part, &limit) in limits {
        match part_text(case, part).map(|text| text.chars().count()) {
            Some(length) if length > limit as usize => {
                findings.push(too_long(case, part, length, limit));
            }
            Some(_) => {}
            None => unread.push(part),
        }
    }
    let total = limits.len() as u32;
    let assessed = total - unread.len() as u32;
    let reason = unread.first().map(|&part| {
        let name = ordinal(part);
        Words::new(format!("没有读到第{name}部分"), format!("part {part} was not read"))
    });
    match reason {
        Some(reason) if assessed == 0 => Checked::NotAssessable(reason),
        reason => Checked::Done { findings, assessed, total, reason },
    }
}

fn too_long(case: &Case, part: u8, length: usize, limit: u32) -> Finding {
    let name = ordinal(part);
    RULE.finding(
        &part.to_string(),
        Words::new(
            format!("第{name}部分共 {length} 字，超出本地要求的 {limit} 字"),
            format!("Part {part} has {length} characters; the site allows {limit}"),
        ),
        Words::new("请压缩篇幅，保留事实和数据。", "Shorten it, keeping facts and figures."),
        part_place(case, part),
    )
    .expected(limit)
    .found(length)
}
