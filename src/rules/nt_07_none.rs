//! NT-07: what the text says did not happen is 0 in the tables.

use super::cell;
use super::narrative::{Kind, Scope, evaluate, place_of};
use super::told::{no_number, nothing_said};
use super::{Case, Checked};
use crate::model::{Severity, Words};

crate::rule! {
    code: "NT-07",
    name: ("文字称没有而表格有数", "The text says none, the table has some"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_07_none.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let (mut assessed, mut total) = (0, 0);
    let about = [Kind::Request, Kind::Review, Kind::Suit];
    for (paragraph, denial) in narrative.denials().filter(|(_, d)| about.contains(&d.what)) {
        total += 1;
        let (fields, zh, en): (&[&str], _, _) = match denial.what {
            Kind::Request => (&["t3.new.T"], "申请", "applications"),
            Kind::Review => (&["t4.R5"], "行政复议", "reviews"),
            _ => (&["t4.L5", "t4.P5"], "行政诉讼", "suits"),
        };
        let Some(value) = evaluate(case, fields) else { continue };
        assessed += 1;
        if value == 0 {
            continue;
        }
        let table =
            if denial.what == Kind::Request { "表三本年新收" } else { "表四总计" };
        // 表四 may hold cases of the year before, and a department may speak of its whole county.
        let sure = denial.what == Kind::Request && denial.scope != Scope::All;
        let finding = RULE
            .finding(
                zh,
                Words::new(
                    format!("文字称没有{zh}，{table}为 {value}"),
                    format!("the text says there were no {en}; the table has {value}"),
                ),
                Words::new(
                    "请核对文字与表格，改正有误的一处；表格所列为上年结转案件的，请在文字中写明。",
                    "Correct text or table; say so where the cases are of the year before.",
                ),
                place_of(paragraph, denial.range.clone()),
            )
            .severity(if sure { Severity::Error } else { Severity::Warning })
            .expected(0)
            .found(value)
            .also(fields.iter().map(|f| cell::place(case, f)).collect::<Vec<_>>());
        findings.push(match cell::doubt(case, fields.iter().copied()) {
            Some(why) => finding.doubtful(why),
            None => finding,
        });
    }
    if total == 0 {
        return nothing_said();
    }
    if assessed == 0 {
        return Checked::NotAssessable(no_number());
    }
    Checked::Done { findings, assessed, total, reason: (assessed < total).then(no_number) }
}
