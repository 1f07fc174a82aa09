//! AR-03: the applicants of a row of 表三 add up to its 总计.

use super::identity;
use super::ledger::Weighed;
use super::{Case, Checked};
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "AR-03",
    name: ("表三申请人合计", "Table 3 applicants add up"),
    severity: Error,
    basis: (
        "表三表头：总计为自然人与各类法人或其他组织之和",
        "the heads of table 3: “总计” covers natural persons and organisations",
    ),
    page: "ar_03_row_sum.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    identity::check(case, &RULE, 3, say)
}

fn say(case: &Case, weighed: &Weighed) -> Finding {
    let help = Words::new(
        "请核对该行各类申请人的数和“总计”，改正填错的一处。",
        "Check the applicants of this row and its total; mend the one that is wrong.",
    );
    identity::sum_finding(case, &RULE, weighed, help)
}
