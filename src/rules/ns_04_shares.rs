//! NS-04: the shares of all parts make up a whole.

use super::narrative::{Figure, place_of, share};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "NS-04",
    name: ("百分比合计不为100%", "Shares do not make up 100 %"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_04_shares.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    for paragraph in &narrative.paragraphs {
        for breakdown in &paragraph.breakdowns {
            let tokens = &paragraph.tokens;
            let Some(parts) = breakdown.adds_up(tokens) else { continue };
            let shares: Option<Vec<&Figure>> =
                parts.iter().map(|&at| tokens[share(tokens, at)?].figure()).collect();
            let Some(shares) = shares.filter(|s| s.iter().all(|f| !f.vague)) else { continue };
            assessed += 1;
            let sum: i64 = shares.iter().map(|f| f.milli).sum();
            // One tenth for each share; a whole percent where shares are printed without places.
            let slack: i64 = shares.iter().map(|f| if f.places == 0 { 500 } else { 100 }).sum();
            if sum.abs_diff(100_000) <= slack.unsigned_abs() {
                continue;
            }
            let shown = format!("{:.2}%", sum as f64 / 1000.0);
            findings.push(
                RULE.finding(
                    &format!("{:?}", paragraph.line.part),
                    Words::new(
                        format!("各分项已列全，百分比合计为 {shown}，不是 100%"),
                        format!("all parts are listed and their shares make up {shown}"),
                    ),
                    Words::new("请重新计算各项百分比。", "Compute the shares anew."),
                    place_of(paragraph, breakdown.range.clone()),
                )
                .expected("100%")
                .found(shown),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}
