//! DL-01: a department hands its report in and publishes it by 31 January.

use super::deadline::{Days, days, days_after, place, words};
use super::{Case, Checked};
use crate::model::{BodyKind, Calendar, Duty, Finding, Severity, Words};
use crate::rule;
use jiff::civil::Date;

rule! {
    code: "DL-01",
    name: ("部门逾期", "A department is late"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：县级以上人民政府部门应当在每年1月31日前提交上一年度政府信息公开工作年度报告并向社会公布",
        "Regulations on Open Government Information, art. 49: departments hand in and publish by 31 January",
    ),
    page: "dl_01_department_late.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let days = match days(case, |kind| kind == BodyKind::Department) {
        Ok(days) => days,
        Err(why) => return why,
    };
    let due = |duty| Calendar::legal(BodyKind::Department, duty, days.year);
    let late = |duty| {
        let (day, due) = (days.of(duty)?, due(duty)?);
        (day > due).then_some((day, due))
    };
    let findings = match (late(Duty::Publish), late(Duty::HandIn)) {
        (Some((day, due)), _) => vec![published_late(case, &days, day, due)],
        (None, Some((day, due))) => vec![received_late(case, &days, day, due)],
        (None, None) => Vec::new(),
    };
    Checked::done(findings)
}

fn published_late(case: &Case, days: &Days, day: Date, due: Date) -> Finding {
    let severity = if days.is_old(day) { Severity::Warning } else { RULE.severity };
    let (on, by) = (words(day), words(due));
    let after = days_after(day, due);
    let doubt = match days.is_old(day) {
        true => {
            ("；页面可能重新发布过，请核实首次公布的日期", "; the page may have been set up anew")
        }
        false => ("", ""),
    };
    RULE.finding(
        "publish",
        Words::new(
            format!("公开日期为{}，晚于{}，逾期 {after} 天{}", on.zh, by.zh, doubt.0),
            format!("published on {}, {after} days after {}{}", on.en, by.en, doubt.1),
        ),
        help(),
        place(case, Duty::Publish),
    )
    .severity(severity)
    .expected(due)
    .found(day)
}

fn received_late(case: &Case, days: &Days, day: Date, due: Date) -> Finding {
    let (on, by) = (words(day), words(due));
    let after = days_after(day, due);
    // A page collected later shows when it was published, not when it was handed in.
    let (severity, besides) = match days.published {
        Some(_) => (Severity::Info, ("；公开日期在时限之内", "; published in time")),
        None => (RULE.severity, ("", "")),
    };
    RULE.finding(
        "submit",
        Words::new(
            format!("首次收到本年度报告是{}，晚于{}，逾期 {after} 天{}", on.zh, by.zh, besides.0),
            format!("first handed in on {}, {after} days after {}{}", on.en, by.en, besides.1),
        ),
        help(),
        place(case, Duty::HandIn),
    )
    .severity(severity)
    .expected(due)
    .found(day)
}

fn help() -> Words {
    Words::new(
        "逾期不能靠修改报告消除：请尽快报送并公布，说明逾期原因；此前已通过其他渠道按时报送或公布的，请提供凭据，由主管部门核实。",
        "Lateness cannot be mended in the report: hand in and publish at once and explain; show proof where it was done in time by another way.",
    )
}
