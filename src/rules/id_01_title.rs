//! ID-01: there is a title.

use super::prose::nowhere;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ID-01",
    name: ("缺标题", "No title"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：报告的是本行政机关上一年度的工作，标题应写明单位和年度",
        "Regulations on Open Government Information, art. 49: a body reports on its past year; the title names both",
    ),
    page: "id_01_title.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.identity.title.is_some() {
        return Checked::pass();
    }
    let finding = RULE.finding(
        "title",
        Words::new(
            "正文之前没有“××年政府信息公开工作年度报告”的标题",
            "No title “… 政府信息公开工作年度报告” stands before part one",
        ),
        Words::new(
            "请在首行补上标题：单位全称＋年份＋“年政府信息公开工作年度报告”。",
            "Add a title: full name of the body, year, “年政府信息公开工作年度报告”.",
        ),
        nowhere("标题"),
    );
    let page = case
        .document
        .properties
        .iter()
        .find(|(_, value)| value.contains("政府信息公开") && value.contains("报告"));
    Checked::done(vec![match page {
        Some((_, title)) => finding.found(title).doubtful(Words::new(
            "页面信息里有标题，正文里没有读到",
            "the page's own data hold a title, the body does not",
        )),
        None => finding,
    }])
}
