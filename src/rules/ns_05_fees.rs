//! NS-05: fees listed make up the total, in money and in cases.

use super::listed;
use super::{Case, Checked};

crate::rule! {
    code: "NS-05",
    name: ("收费清单与总数不符", "A list of fees does not make up its total"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_05_fees.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    listed::check(&RULE, narrative, |breakdown, _, tokens| listed::of_fees(breakdown, tokens))
}
