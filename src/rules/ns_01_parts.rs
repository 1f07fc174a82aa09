//! NS-01: parts listed behind a total make it up.

use super::listed;
use super::{Case, Checked};

crate::rule! {
    code: "NS-01",
    name: ("总数与分项之和不符", "Parts do not make up their total"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_01_parts.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    listed::check(&RULE, narrative, |breakdown, text, tokens| {
        let of_others =
            listed::of_fees(breakdown, tokens) || listed::of_areas(breakdown, text, tokens);
        !breakdown.nested && !of_others
    })
}
