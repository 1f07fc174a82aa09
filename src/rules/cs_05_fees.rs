//! CS-05: what a government's report says of a body's fees is what that body says.

use super::body::Subordinate;
use super::consolidated::{self, Consolidation};
use super::narrative::{Token, Unit, words_of};
use super::prose::squeeze;
use super::{Case, Checked};
use crate::model::{Finding, Severity, Words, places};
use crate::rule;
use std::ops::Range;

rule! {
    code: "CS-05",
    name: ("上下级收费情况不一致", "Fees told otherwise by the body itself"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式：第六部分报告收取信息处理费情况，汇总与单位自报应当一致",
        "the national form: part six reports fees, the whole as each body itself",
    ),
    page: "cs_05_fees.md",
    check: check,
}

/// What a text says of fees; in thousandths of a yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fees {
    cases: Option<i64>,
    yuan: Option<i64>,
}

fn check(case: &Case) -> Checked {
    let all = match consolidated::of(case) {
        Ok(all) => all,
        Err(why) => return why,
    };
    let mut findings = Vec::new();
    let (mut assessed, mut total) = (0, 0);
    for paragraph in &case.narrative().paragraphs {
        if paragraph.line.part != Some(6) {
            continue;
        }
        let text = paragraph.line.clean();
        for (unit, range) in named(text, &all) {
            let said = fees(&text[range.clone()]);
            if said == Fees::default() {
                continue;
            }
            total += 1;
            let Some((report, own)) = unit.report.as_ref().map(|r| (r, of_report(r.text(6))))
            else {
                continue;
            };
            let differs =
                |a: Option<i64>, b: Option<i64>| matches!((a, b), (Some(a), Some(b)) if a != b);
            let (money, cases) = (differs(said.yuan, own.yuan), differs(said.cases, own.cases));
            let told = |a: Option<i64>, b: Option<i64>| a.is_some() && b.is_some();
            if !told(said.yuan, own.yuan) && !told(said.cases, own.cases) {
                continue;
            }
            assessed += 1;
            if money || cases {
                let severity = if report.sound { RULE.severity } else { Severity::Warning };
                findings.push(finding(unit, (&said, &own), severity, paragraph.line.place(range)));
            }
        }
    }
    let reason = (assessed < total).then(|| {
        Words::new(
            "文字提到的下级单位还没有报告，或其报告没有写明收费数额",
            "a body named has no report yet, or its report states no sum",
        )
    });
    match total {
        0 => Checked::not_applicable(
            "第六部分没有分单位写明收费情况",
            "part six tells of no body's fees",
        ),
        _ if assessed == 0 => Checked::NotAssessable(reason.unwrap_or_default()),
        _ => Checked::Done { findings, assessed, total, reason },
    }
}

fn finding(
    unit: &Subordinate,
    (said, own): (&Fees, &Fees),
    severity: Severity,
    place: crate::model::Place,
) -> Finding {
    let (said, own) = (said.written(), own.written());
    RULE.finding(
        &unit.name,
        Words::new(
            format!("写“{}”收取信息处理费{}，该单位自己的报告为{}", unit.name, said.zh, own.zh),
            format!(
                "fees of “{}” are given as {}; its own report has {}",
                unit.name, said.en, own.en
            ),
        ),
        Words::new(
            "请与该单位核对收费的件数和金额，改正有误的一处。",
            "Compare cases and money with that body and correct the wrong one.",
        ),
        place,
    )
    .severity(severity)
    .expected(own.zh)
    .found(said.zh)
}

impl Fees {
    fn written(&self) -> Words {
        let cases = self.cases.map(|n| n / 1000);
        let yuan = self.yuan.map(|n| n as f64 / 1000.0);
        let zh = [cases.map(|n| format!("{n}件")), yuan.map(|n| format!("{n}元"))];
        let en = [cases.map(|n| format!("{n} cases")), yuan.map(|n| format!("{n} yuan"))];
        let one = |parts: [Option<String>; 2], between: &str| {
            parts.into_iter().flatten().collect::<Vec<_>>().join(between)
        };
        Words::new(one(zh, ""), one(en, ", "))
    }
}

/// The bodies that a text names, each with the text up to the next body or the end of the sentence.
fn named<'a>(text: &str, all: &Consolidation<'a>) -> Vec<(&'a Subordinate, Range<usize>)> {
    let mut found: Vec<(usize, usize, &Subordinate)> = Vec::new();
    for unit in all.units {
        let names = [&unit.name].into_iter().chain(&unit.names);
        let mut forms: Vec<&str> = names.map(String::as_str).collect();
        // 沭阳县民政局 may stand as 民政局 where no other body ends so.
        let body = &unit.name[places(&unit.name).concat().len()..];
        let alone = all.units.iter().filter(|other| other.name.ends_with(body)).count() == 1;
        if alone && body.chars().count() >= 3 {
            forms.push(body);
        }
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let at = forms.iter().find_map(|form| Some((text.find(form)?, form.len())));
        found.extend(at.map(|(at, len)| (at, at + len, unit)));
    }
    found.sort_by_key(|(at, end, _)| (*at, std::cmp::Reverse(*end)));
    let mut named: Vec<(&Subordinate, Range<usize>)> = Vec::new();
    for (n, (at, end, unit)) in found.iter().enumerate() {
        let next = found.get(n + 1).map_or(text.len(), |(next, ..)| *next);
        if next < *end || named.last().is_some_and(|(_, range)| range.end > *at) {
            continue;
        }
        let stop = text[*end..next].find(['。', '；', ';', '\n']).map_or(next, |stop| end + stop);
        named.push((unit, *at..stop));
    }
    named
}

/// The one number of cases and the one sum that a stretch of text states.
fn fees(text: &str) -> Fees {
    let tokens = words_of(text);
    let figures = |unit: Unit| {
        let exact =
            |token: &Token| token.figure().filter(|f| f.unit == unit && !f.vague).map(|f| f.milli);
        tokens.iter().filter_map(exact).collect::<Vec<_>>()
    };
    let one = |all: Vec<i64>| if let [only] = all[..] { Some(only) } else { None };
    Fees { cases: one(figures(Unit::Of("件"))), yuan: one(figures(Unit::Yuan)) }
}

const NONE: [&str; 7] = ["未收取", "没有收取", "未向", "无收取", "未发生", "未产生", "没有发生"];

/// What a body's own part six says.
fn of_report(text: &str) -> Fees {
    let text = squeeze(text);
    let about = |sentence: &&str| {
        ["信息处理费", "收费", "处理费"].iter().any(|word| sentence.contains(word))
    };
    let sentences: Vec<&str> = text.split(['。', '；', ';']).filter(about).collect();
    let whole = sentences.join("。");
    let said = fees(&whole);
    match said.yuan {
        None if NONE.iter().any(|word| whole.contains(word)) && said == Fees::default() => {
            Fees { cases: Some(0), yuan: Some(0) }
        }
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fees_of_a_report_are_read_where_it_states_one_sum() {
        let both =
            |cases: i64, yuan: i64| Fees { cases: Some(cases * 1000), yuan: Some(yuan * 1000) };
        assert_eq!(of_report("本年度收取信息处理费1件，金额380元。"), both(1, 380));
        assert_eq!(of_report("2024年未收取信息处理费。"), both(0, 0));
        assert_eq!(of_report("没有需要报告的其他事项。"), Fees::default());
        let two = "发出收费通知2件，收取信息处理费500元，退还120元。";
        assert_eq!(of_report(two).yuan, None);
    }
}
