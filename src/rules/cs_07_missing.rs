//! CS-07: which of the bodies that a government's report takes in have not reported.

use super::consolidated::{self, named};
use super::prose::nowhere;
use super::{Case, Checked};
use crate::model::Words;
use crate::rule;

rule! {
    code: "CS-07",
    name: ("应汇总单位未报齐", "Reports to be taken in are missing"),
    severity: Info,
    basis: (
        "本地的单位名册；国办公开办函〔2021〕30号：年度报告内容不能遗漏",
        "the site's roster; 国办公开办函〔2021〕30号: nothing may be left out",
    ),
    page: "cs_07_missing.md",
    check: check,
}

/// Units that the finding names: as many as a person reads.
const NAMED: usize = 30;

fn check(case: &Case) -> Checked {
    let all = match consolidated::of(case) {
        Ok(all) => all,
        Err(why) => return why,
    };
    let missing = all.missing();
    if missing.is_empty() {
        return Checked::pass();
    }
    let (count, left) = (all.units.len(), missing.len());
    let names = named(&missing, NAMED);
    let finding = RULE.finding(
        "roster",
        Words::new(
            format!(
                "名册中归“{}”汇总的单位 {count} 个，{left} 个没有收到可以判读的报告：{}",
                all.body.name, names.zh
            ),
            format!(
                "{left} of {count} bodies have not handed in a report that can be read: {}",
                names.en
            ),
        ),
        Words::new(
            "请催报；单位撤并或不须单独报告的，由主管部门改正名册。",
            "Remind them; where a body no longer reports the roster is to be mended.",
        ),
        nowhere("单位名册"),
    );
    Checked::done(vec![finding.expected(count).found(count - left)])
}
