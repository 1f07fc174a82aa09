//! XY-07: the numbers are not last year's over again.

use super::{Case, Checked, earlier};
use crate::document::Value;
use crate::model::{Place, Words};
use crate::rule;
use std::collections::BTreeMap;

rule! {
    code: "XY-07",
    name: ("三张表与上年完全相同", "All numbers are last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容雷同的年度报告",
        "the national form on responsibility: no report may repeat another",
    ),
    page: "xy_07_copied_tables.md",
    check: check,
}

/// Cells that are not 0 it takes before equal numbers say anything.
const LEAST: usize = 5;

fn check(case: &Case) -> Checked {
    let prior = match earlier::report(case) {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    if case.report.tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let fields = case.report.fields.iter().map(|(name, f)| (name.as_str(), &f.reading.value));
    let now: BTreeMap<&str, &Value> = fields.filter(|(_, value)| value.is_nonzero()).collect();
    if now.len() < LEAST {
        return Checked::not_applicable(
            "不为 0 的数字太少，相同不说明问题",
            "too few numbers are not 0 for equal ones to say anything",
        );
    }
    let then = prior.values.iter().map(|(name, value)| (name.as_str(), value));
    let then: BTreeMap<&str, &Value> = then.filter(|(_, value)| value.is_nonzero()).collect();
    if now != then {
        return Checked::pass();
    }
    let message = Words::new(
        format!("三张表中不为 0 的 {} 个数字与上年报告完全相同", now.len()),
        format!("All {} numbers that are not 0 are those of last year's report", now.len()),
    );
    let help = Words::new(
        "请确认没有误用上年的表格；确实相同的，请在报送时说明。",
        "Make sure that last year's tables were not used again; say so where the numbers really are the same.",
    );
    let place = Place { spot: Some("三张表".into()), ..Place::default() };
    let finding = RULE.finding("numbers", message, help, place);
    let fields: Vec<&str> = now.keys().copied().collect();
    Checked::done(vec![match super::cell::doubt(case, fields) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }])
}
