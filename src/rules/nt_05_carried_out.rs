//! NT-05: the number carried out is that of the table.

use super::narrative::{Kind, sums};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-05",
    name: ("结转下年数与表三不符", "Carried out: text against table"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_05_carried_out.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let kinds = [Kind::CarriedOut];
    told::check(case, &RULE, of(narrative, &kinds, |s| sums(&[s.what]), |_| Severity::Error))
}
