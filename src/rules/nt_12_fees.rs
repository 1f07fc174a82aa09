//! NT-12: fees are told as the tables have them.

use super::cell;
use super::narrative::{evaluate, place_of};
use super::prose::{cue, part_place, part_text};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "NT-12",
    name: ("收费说明与表格不符", "Fees: text against tables"),
    severity: Warning,
    basis: ("2021年格式第六部分：“收取信息处理费情况在此处报告”；国办函〔2020〕109号", "the form of 2021, part six: processing fees are reported here; 国办函〔2020〕109号"),
    page: "nt_12_fees.md",
    check: check,
}

const FEES: [&str; 4] = ["信息处理费", "处理费", "收费", "缴费"];
const NO_NEW: [&str; 4] = [
    "无新增行政事业性收费",
    "没有新增行政事业性收费",
    "未新增行政事业性收费",
    "行政事业性收费项目无新增",
];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    let unpaid =
        ["t3.o2.T", "t3.o2.NP"].into_iter().filter_map(|f| Some((f, evaluate(case, &[f])?)));
    let unpaid = unpaid.max_by_key(|(_, n)| *n);
    if let (Some((field, unpaid)), Some(text)) = (unpaid, part_text(case, 6)) {
        assessed += 1;
        if unpaid > 0 && cue(&text, &FEES).is_none() {
            findings.push(
                RULE.finding(
                    "6",
                    Words::new(
                        format!("表三“逾期未按收费通知要求缴纳费用”为 {unpaid}，第六部分没有写到收取信息处理费情况"),
                        format!("table 3 has {unpaid} applications dropped for unpaid fees; part 6 tells nothing of fees"),
                    ),
                    Words::new(
                        "请在第六部分写明发出收费通知的件数、总金额和实际收取的金额。",
                        "Tell in part 6 how many fee notices were sent, and the sums asked and taken.",
                    ),
                    part_place(case, 6),
                )
                .also([cell::place(case, field)]),
            );
        }
    }
    if let Some(delta) = evaluate(case, &["t2.FEE.delta"]) {
        for paragraph in &narrative.paragraphs {
            let text = paragraph.line.clean();
            let Some((at, word)) = NO_NEW.iter().find_map(|w| Some((text.find(w)?, w))) else {
                continue;
            };
            assessed += 1;
            if delta <= 0 {
                continue;
            }
            findings.push(
                RULE.finding(
                    "FEE",
                    Words::new(
                        format!("文字称没有新增行政事业性收费，表二本年增/减为 {delta}"),
                        format!("the text says that no fee was added; table 2 has {delta}"),
                    ),
                    Words::new(
                        "请核对文字与表格，改正有误的一处。",
                        "Compare text and table and correct the wrong one.",
                    ),
                    place_of(paragraph, at..at + word.len()),
                )
                .expected(0)
                .found(delta)
                .also([cell::place(case, "t2.FEE.delta")]),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}
