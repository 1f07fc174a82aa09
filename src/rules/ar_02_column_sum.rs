//! AR-02: the results of a column of 表三 add up to its （七）总计.

use super::identity;
use super::ledger::Weighed;
use super::{Case, Checked};
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "AR-02",
    name: ("表三办理结果合计", "Table 3 results add up"),
    severity: Error,
    basis: (
        "表三表内勾稽：（七）总计等于（一）至（六）各项办理结果之和",
        "arithmetic of table 3: row “（七）总计” is the sum of the results “（一）” to “（六）”",
    ),
    page: "ar_02_column_sum.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    identity::check(case, &RULE, 3, say)
}

fn say(case: &Case, weighed: &Weighed) -> Finding {
    let help = Words::new(
        "请逐项核对该列（一）至（六）的办理结果和“（七）总计”，改正填错的一处。",
        "Check the results of this column and its total; mend the one that is wrong.",
    );
    identity::sum_finding(case, &RULE, weighed, help)
}
