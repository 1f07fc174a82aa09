//! DL-02: a government's report is published by 31 March.

use super::deadline::{days, days_after, place, words};
use super::{Case, Checked};
use crate::model::{BodyKind, Calendar, Duty, Severity, Words};
use crate::rule;

rule! {
    code: "DL-02",
    name: ("政府年报逾期", "A government's report is late"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：政府信息公开工作主管部门应当在每年3月31日前向社会公布本级政府上一年度政府信息公开工作年度报告",
        "Regulations on Open Government Information, art. 49: a government's report is published by 31 March",
    ),
    page: "dl_02_government_late.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let days = match days(case, |kind| kind == BodyKind::Government) {
        Ok(days) => days,
        Err(why) => return why,
    };
    let Some(due) = Calendar::legal(BodyKind::Government, Duty::Publish, days.year) else {
        return Checked::not_assessable("报告年度不明", "the year is not known");
    };
    let Some(day) = days.published else {
        return match days.received.is_some_and(|day| day <= due) {
            true => Checked::not_applicable(
                "收到时还没有到公布时限",
                "it was handed in before it had to be published",
            ),
            false => Checked::not_assessable(
                "取不到公开日期，不据此判断是否逾期",
                "no date of publication can be had; nothing is said of being late",
            ),
        };
    };
    if day <= due {
        return Checked::pass();
    }
    let (on, by, after) = (words(day), words(due), days_after(day, due));
    let (severity, doubt) = match days.is_old(day) {
        true => (
            Severity::Warning,
            ("；页面可能重新发布过，请核实首次公布的日期", "; the page may have been set up anew"),
        ),
        false => (RULE.severity, ("", "")),
    };
    let finding = RULE.finding(
        "publish",
        Words::new(
            format!("公开日期为{}，晚于{}，逾期 {after} 天{}", on.zh, by.zh, doubt.0),
            format!("published on {}, {after} days after {}{}", on.en, by.en, doubt.1),
        ),
        Words::new(
            "逾期不能靠修改报告消除：请说明原因；首次公布更早的，请更正页面的公开日期或提供凭据。",
            "Lateness cannot be mended in the report: explain it; where it was published earlier mend the page's date or show proof.",
        ),
        place(case, Duty::Publish),
    );
    Checked::done(vec![finding.severity(severity).expected(due).found(day)])
}
