//! ST-11: part one no longer than the site allows. Off unless configured.

use super::prose::{part_place, part_text};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-11",
    name: ("总体情况超长", "Part one too long"),
    severity: Info,
    basis: (
        "本地主管部门的篇幅要求（由本地配置给出）",
        "the local authority's limit, as set in the site's configuration",
    ),
    page: "st_11_part_one_length.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(limit) = case.settings.part_one_limit else {
        return Checked::not_applicable("本地没有规定篇幅", "the site sets no limit");
    };
    let Some(text) = part_text(case, 1) else {
        return Checked::not_assessable("没有读到第一部分", "part one was not read");
    };
    let length = text.chars().count();
    if length <= limit as usize {
        return Checked::pass();
    }
    let finding = RULE
        .finding(
            "1",
            Words::new(
                format!("第一部分共 {length} 字，超出本地要求的 {limit} 字"),
                format!("Part 1 has {length} characters; the site allows {limit}"),
            ),
            Words::new("请压缩篇幅，保留事实和数据。", "Shorten it, keeping facts and figures."),
            part_place(case, 1),
        )
        .expected(limit)
        .found(length);
    Checked::done(vec![finding])
}
