//! PX-06: the numbers are those of the report handed in before.

use super::{Case, Checked};
use crate::document::Value;
use crate::model::{Place, Words};
use std::collections::BTreeMap;

crate::rule! {
    code: "PX-06",
    name: ("与前次报送数字相同", "Same numbers as handed in before"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_06_same_numbers.md",
    check: check,
}

/// Cells that are not 0 it takes before equal numbers say anything.
const LEAST: usize = 5;

fn check(case: &Case) -> Checked {
    let Some(before) = &case.circumstances.preceding else {
        return Checked::not_applicable(
            "没有前次报送可供对照",
            "there is no earlier submission to compare with",
        );
    };
    let fields = case.report.fields.iter().map(|(name, f)| (name.as_str(), &f.reading.value));
    let now: BTreeMap<&str, &Value> = fields.filter(|(_, value)| value.is_nonzero()).collect();
    let then = before.values.iter().map(|(name, value)| (name.as_str(), value));
    let then: BTreeMap<&str, &Value> = then.filter(|(_, value)| value.is_nonzero()).collect();
    if now.len() < LEAST || now != then {
        return Checked::pass();
    }
    Checked::done(vec![RULE.finding(
        "numbers",
        Words::new(
            "三张表的数字与前次报送的完全相同",
            "All numbers of the three tables are those handed in before",
        ),
        Words::new(
            "只改文字的无须处理；前次因数字被退回的，请确认报送的是改后的文件。",
            "Nothing to mend where only text changed; else make sure that the right file was sent.",
        ),
        Place { spot: Some("三张表".into()), ..Place::default() },
    )])
}
