//! NS-02: parts within brackets or within a list make up theirs.

use super::listed;
use super::{Case, Checked};

crate::rule! {
    code: "NS-02",
    name: ("嵌套的分项之和不符", "Parts of a part do not make it up"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_02_nested.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    listed::check(&RULE, narrative, |breakdown, text, tokens| {
        let of_others =
            listed::of_fees(breakdown, tokens) || listed::of_areas(breakdown, text, tokens);
        breakdown.nested && !of_others
    })
}
