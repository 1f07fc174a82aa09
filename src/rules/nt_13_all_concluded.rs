//! NT-13: where all applications are said to be concluded none is carried out.

use super::cell;
use super::narrative::{Scope, evaluate, place_of};
use super::told::{no_number, nothing_said};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "NT-13",
    name: ("文字称全部办结而有结转", "All concluded, and some carried out"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_13_all_concluded.md",
    check: check,
}

/// 办结率 with one of these before it is of what was due.
const ON_TIME: [&str; 5] = ["按时", "按期", "及时", "限时", "到期"];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    const FIELD: &str = "t3.carried_out.T";
    let told = narrative.paragraphs.iter().flat_map(|paragraph| {
        let all = paragraph.all_done.iter().map(|(scope, range)| (*scope, range.clone()));
        let rate = rate(paragraph.line.clean()).map(|range| (Scope::Unsaid, range));
        all.chain(rate).map(move |(scope, range)| (paragraph, scope, range))
    });
    let told: Vec<_> = told.filter(|(p, ..)| matches!(p.line.part, Some(1 | 3))).collect();
    if told.is_empty() {
        return nothing_said();
    }
    let Some(left) = evaluate(case, &[FIELD]) else {
        return Checked::NotAssessable(no_number());
    };
    let wrong = told.into_iter().filter(|_| left != 0);
    // Said twice it is one fault.
    let findings = wrong.take(1).map(|(paragraph, _, range)| {
        let finding = RULE
            .finding(
                "all",
                Words::new(
                    format!("文字称申请已全部办结，表三结转下年度继续办理为 {left}"),
                    format!(
                        "all applications are said to be concluded; table 3 carries {left} out"
                    ),
                ),
                Words::new(
                    "请核对：有结转的，写明结转件数，不写全部办结。",
                    "Check; where some are carried out say how many.",
                ),
                place_of(paragraph, range),
            )
            .expected(0)
            .found(left)
            .also([cell::place(case, FIELD)]);
        match cell::doubt(case, [FIELD]) {
            Some(why) => finding.doubtful(why),
            None => finding,
        }
    });
    Checked::done(findings.collect())
}

/// 办结率100%, of applications.
fn rate(text: &str) -> Option<std::ops::Range<usize>> {
    let about = text.contains("依申请公开") || text.contains("信息公开申请");
    let at = text.find("办结率").filter(|_| about)?;
    let behind = &text[at + "办结率".len()..];
    let number = behind.trim_start_matches(['为', '达', '到', '均', '：', ' ']);
    let whole = ["100%", "100％", "百分之百"].iter().find(|w| number.starts_with(**w))?;
    let end = text.len() - number.len() + whole.len();
    let other = ["建议", "提案", "热线", "工单", "信访"].iter().any(|w| text.contains(w));
    (!other && !ON_TIME.iter().any(|w| text[..at].ends_with(w))).then_some(at..end)
}
