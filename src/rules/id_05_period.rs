//! ID-05: the statistics period is stated and is the whole year.

use super::prose::{nowhere, spot};
use super::{Case, Checked};
use crate::edition::Period;
use crate::model::{Finding, Severity, Words};
use jiff::civil::Date;

crate::rule! {
    code: "ID-05",
    name: ("统计期限缺失或错误", "Statistics period missing or wrong"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：提交并公布上一年度政府信息公开工作年度报告，数据应为该年度全年",
        "Regulations on Open Government Information, art. 49: the report is on the whole past year",
    ),
    page: "id_05_period.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let periods = &case.report.identity.periods;
    if periods.is_empty() {
        return Checked::done(vec![missing(case)]);
    }
    Checked::done(periods.iter().enumerate().filter_map(|(at, p)| fault(at, p)).collect())
}

fn missing(case: &Case) -> Finding {
    let year = case.report.identity.year.map_or("××××".to_string(), |y| y.to_string());
    RULE.finding(
        "missing",
        Words::new("没有写明数据的统计期限", "The statistics period is not stated"),
        Words::new(
            format!(
                "请在前言写明“本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止”。"
            ),
            "State in the preamble that the figures run from 1 January to 31 December of the year.",
        ),
        nowhere("统计期限"),
    )
    .severity(Severity::Warning)
}

fn fault(at: usize, period: &Period) -> Option<Finding> {
    let finding = |zh: String, en: String| {
        RULE.finding(
            &format!("period {at}"),
            Words::new(zh, en),
            Words::new(
                "请将统计期限改为报告年度的1月1日至12月31日，并核对数据口径。",
                "Correct it to 1 January to 31 December of the report year and check the figures.",
            ),
            spot("统计期限", Some(&period.passage)),
        )
    };
    let (Some(from), Some(to)) = (period.from, period.to) else {
        return Some(
            finding(
                "统计期限的日期写法有误，无法判读".into(),
                "A date of the statistics period cannot be read".into(),
            )
            .severity(Severity::Warning),
        );
    };
    if is_new_year(from) && is_years_end(to) && from.year() == to.year() {
        return None;
    }
    let found = format!("{}至{}", zh_date(from), zh_date(to));
    let finding = finding(
        format!("统计期限为{found}，不是一个完整年度"),
        format!("The statistics period, {from} to {to}, is not a whole year"),
    )
    .found(found);
    // A body set up during the year begins on its first day.
    let began_late = from.year() == to.year() && is_years_end(to);
    Some(if began_late { finding.severity(Severity::Warning) } else { finding })
}

fn is_new_year(date: Date) -> bool {
    (date.month(), date.day()) == (1, 1)
}

fn is_years_end(date: Date) -> bool {
    (date.month(), date.day()) == (12, 31)
}

fn zh_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
