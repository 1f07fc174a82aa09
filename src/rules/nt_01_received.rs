//! NT-01: the number of applications received is that of the table.

use super::narrative::{Kind, sums};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-01",
    name: ("收到申请数与表三不符", "Applications received: text against table"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_01_received.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let received = |kind: Kind| match kind {
        Kind::New => sums(&[Kind::New]),
        _ => sums(&[Kind::New, Kind::Receive]),
    };
    let kinds = [Kind::Receive, Kind::New];
    told::check(case, &RULE, of(narrative, &kinds, |s| received(s.what), |_| Severity::Error))
}
