//! AR-04: the outcomes of 行政复议 and of both kinds of 行政诉讼 add up in 表四.

use super::identity;
use super::ledger::Weighed;
use super::{Case, Checked};
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "AR-04",
    name: ("表四案件合计", "Table 4 cases add up"),
    severity: Error,
    basis: (
        "表四表头：总计为结果维持、结果纠正、其他结果、尚未审结之和",
        "the heads of table 4: “总计” is the sum of the four outcomes",
    ),
    page: "ar_04_case_sum.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    identity::check(case, &RULE, 4, say)
}

fn say(case: &Case, weighed: &Weighed) -> Finding {
    let help = Words::new(
        "请核对四种结果的件数，并补填或改正“总计”。",
        "Check the four outcomes and fill in or mend the total.",
    );
    identity::sum_finding(case, &RULE, weighed, help)
}
