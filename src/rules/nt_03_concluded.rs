//! NT-03: the number concluded is that of the table.

use super::narrative::{Kind, sums};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-03",
    name: ("办结数与表三不符", "Applications concluded: text against table"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_03_concluded.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let kinds = [Kind::Done];
    told::check(case, &RULE, of(narrative, &kinds, |s| sums(&[s.what]), |_| Severity::Error))
}
