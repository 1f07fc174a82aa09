//! NS-03: applications that came in are those concluded and carried out.

use super::narrative::{Kind, Statement, place_of};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::Words;
use std::collections::BTreeSet;

crate::rule! {
    code: "NS-03",
    name: ("收结转数不平衡", "What came in and went out does not balance"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_03_flow.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    for paragraph in &narrative.paragraphs {
        let sentences: BTreeSet<usize> = paragraph.statements.iter().map(|s| s.sentence).collect();
        for sentence in sentences {
            let own: Vec<&Statement> =
                paragraph.statements.iter().filter(|s| s.sentence == sentence).collect();
            let one = |kind: Kind| -> Result<Option<i64>, ()> {
                let mut of = own.iter().filter(|s| s.what == kind);
                match (of.next(), of.next()) {
                    (None, _) => Ok(None),
                    (Some(only), None) => only.figure.count().map(Some).ok_or(()),
                    _ => Err(()),
                }
            };
            // A subject named twice may be of two bodies.
            let (Ok(received), Ok(new), Ok(Some(before)), Ok(Some(done)), Ok(Some(left))) = (
                one(Kind::Receive),
                one(Kind::New),
                one(Kind::CarriedIn),
                one(Kind::Done),
                one(Kind::CarriedOut),
            ) else {
                continue;
            };
            let Some(came) = new.or(received) else { continue };
            assessed += 1;
            let out = done.saturating_add(left);
            if came.saturating_add(before) == out || received == Some(out) {
                continue;
            }
            let first = own[0].range.start;
            let last = own[own.len() - 1].range.end;
            findings.push(
                RULE.finding(
                    &format!("{:?}", paragraph.line.part),
                    Words::new(
                        format!("收到 {came} 加上年结转 {before} 为 {}，办结 {done} 加结转下年度 {left} 为 {out}，不相等", came.saturating_add(before)),
                        format!("received {came} and carried in {before} make {}; concluded {done} and carried out {left} make {out}", came.saturating_add(before)),
                    ),
                    Words::new("请核对四个数，改正有误的一个。", "Check the four numbers and correct the wrong one."),
                    place_of(paragraph, first..last),
                )
                .expected(came.saturating_add(before))
                .found(out),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}
