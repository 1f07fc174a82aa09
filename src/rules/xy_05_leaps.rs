//! XY-05: numbers that leap from one year to the next are asked about.

use super::prose::{cue, sentences, squeeze};
use super::{Case, Checked, cell, earlier};
use crate::document::{Amount, Value};
use crate::model::{Finding, Place, Words};
use crate::rule;

rule! {
    code: "XY-05",
    name: ("与上年相比变化过大", "A leap against last year"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容不准确的年度报告；变化很大的数字请说明原因",
        "the national form on responsibility: reports must be accurate; great changes are explained",
    ),
    page: "xy_05_leaps.md",
    check: check,
}

/// Times as many, or as few, from which on a change is asked about.
const TIMES: i64 = 5;
/// Pieces (for fees 万元) below which no change is.
const LEAST: i64 = 10;

/// A number compared over the years, and the words by which the text speaks of it.
struct Quantity {
    name: (&'static str, &'static str),
    cue: &'static str,
    /// The cells that add up to it, on each form that has it.
    forms: &'static [&'static [&'static str]],
}

const QUANTITIES: [Quantity; 8] = [
    Quantity {
        name: ("本年新收申请", "new applications"), cue: "申请", forms: &[&["t3.new.T"]]
    },
    Quantity {
        name: ("行政许可处理决定", "licences"),
        cue: "许可",
        forms: &[&["t2.LIC"], &["t2.LIC.decisions"]],
    },
    Quantity {
        name: ("行政处罚处理决定", "penalties"),
        cue: "处罚",
        forms: &[&["t2.PEN"], &["t2.PEN.decisions"]],
    },
    Quantity {
        name: ("行政强制处理决定", "coercive measures"),
        cue: "强制",
        forms: &[&["t2.COE"], &["t2.COE.decisions"]],
    },
    Quantity {
        name: ("行政事业性收费（万元）", "fees (万元)"),
        cue: "收费",
        forms: &[&["t2.FEE"]],
    },
    Quantity { name: ("行政复议总计", "reviews"), cue: "复议", forms: &[&["t4.R5"]] },
    Quantity {
        name: ("行政诉讼总计", "suits"), cue: "诉讼", forms: &[&["t4.L5", "t4.P5"]]
    },
    Quantity {
        name: ("行政规范性文件现行有效", "normative documents in force"),
        cue: "规范性文件",
        forms: &[&["t2.NOR.valid"]],
    },
];

fn check(case: &Case) -> Checked {
    let prior = match earlier::with_cell(case, "t3.new.T") {
        Ok(prior) => prior,
        // A report without its table 3 still has the others.
        Err(Checked::NotAssessable(_)) if case.circumstances.last_year.is_some() => {
            match earlier::report(case) {
                Ok(prior) => prior,
                Err(why) => return why,
            }
        }
        Err(why) => return why,
    };
    let unsure = earlier::unsure(case, prior);
    let mut findings = Vec::new();
    let (mut assessed, mut total) = (0, 0);
    for quantity in &QUANTITIES {
        let now = quantity.on(|field| Some(&case.report.field(field)?.reading.value));
        let then = quantity.on(|field| prior.values.get(field));
        let (Some((fields, now)), Some((_, then))) = (now, then) else { continue };
        total += 1;
        let (Some(now), Some(then)) = (now, then) else { continue };
        assessed += 1;
        if leaps(now, then) && !explained(case, quantity) {
            let finding = finding(case, quantity, fields, [now, then], &unsure);
            findings.push(match cell::doubt(case, fields.iter().copied()) {
                Some(why) => finding.doubtful(why),
                None => finding,
            });
        }
    }
    let reason = || {
        Words::new(
            "两年的报告中有单元格缺失、空白或不是数字",
            "cells of one of the two reports are missing, blank or no numbers",
        )
    };
    match assessed {
        0 => Checked::NotAssessable(reason()),
        _ => Checked::Done { findings, assessed, total, reason: (assessed < total).then(reason) },
    }
}

/// A number in fen or pieces, with how many of them are one of what is counted.
#[derive(Clone, Copy)]
struct Size {
    number: i64,
    one: i64,
}

impl Quantity {
    /// Its cells where a report has them, and their sum; the inner `None` where one has no number.
    fn on<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v Value>,
    ) -> Option<(&'static [&'static str], Option<Size>)> {
        let form = *self.forms.iter().find(|form| form.iter().all(|f| value(f).is_some()))?;
        let sizes = form.iter().map(|field| match value(field)? {
            Value::Amount(amount) => Some(Size { number: amount.fen, one: Amount::FEN_PER_WAN }),
            other => other.count().map(|number| Size { number, one: 1 }),
        });
        let sum = sizes.reduce(|sum, size| {
            let (sum, size) = (sum?, size?);
            Some(Size { number: sum.number.saturating_add(size.number), one: size.one })
        });
        Some((form, sum.flatten()))
    }
}

fn leaps(now: Size, then: Size) -> bool {
    let (a, b) = (i128::from(now.number), i128::from(then.number));
    let times = i128::from(TIMES);
    now.one == then.one
        && (a - b).abs() >= i128::from(LEAST) * i128::from(now.one)
        && (a > b * times || a * times < b)
}

/// Words that look back and words that give a reason, in a sentence that speaks of the quantity: the
/// report has said already what is asked.
fn explained(case: &Case, quantity: &Quantity) -> bool {
    const BACK: [&str; 6] = ["上年", "上一年", "去年", "往年", "同比", "同期"];
    const WHY: [&str; 9] =
        ["由于", "原因", "因为", "主要是", "主要系", "系因", "得益于", "受", "归因"];
    let last = case.report.identity.year.map(|year| format!("{}年", year - 1));
    case.narrative().paragraphs.iter().any(|paragraph| {
        let text = squeeze(paragraph.line.clean());
        sentences(&text).into_iter().any(|sentence| {
            // 受理 gives no reason.
            let words = text[sentence].replace("受理", "");
            let back = cue(&words, &BACK).is_some()
                || last.as_deref().is_some_and(|year| words.contains(year));
            words.contains(quantity.cue) && back && cue(&words, &WHY).is_some()
        })
    })
}

fn finding(
    case: &Case,
    quantity: &Quantity,
    fields: &[&str],
    sizes: [Size; 2],
    unsure: &Option<Words>,
) -> Finding {
    let shown = |size: Size| match size.one {
        1 => size.number.to_string(),
        _ => Amount { fen: size.number }.to_string(),
    };
    let [now, then] = sizes.map(shown);
    let [a, b] = sizes.map(|size| size.number);
    let (zh, en) = match (a, b) {
        (_, 0) => (String::new(), String::new()),
        (0, _) => (String::new(), String::new()),
        _ if a > b => {
            let times = a as f64 / b as f64;
            (format!("，是上年的 {times:.1} 倍"), format!(", {times:.1} times last year's"))
        }
        _ => {
            let share = a as f64 * 100.0 / b as f64;
            (format!("，只有上年的 {share:.1}%"), format!(", {share:.1}% of last year's"))
        }
    };
    let mut places = fields.iter().map(|field| cell::place(case, field));
    let first: Place = places.next().unwrap_or_default();
    let message = Words::new(
        format!("{}：本年 {now}，上年 {then}{zh}，变化过大。", quantity.name.0),
        format!("{}: {now} this year, {then} last year{en}.", quantity.name.1),
    );
    RULE.finding(
        fields[0],
        earlier::hedged(message, unsure),
        Words::new(
            "请先核对有没有多录、漏录或换了计量单位、统计口径；属实的，请在总体情况中说明变化的原因。",
            "Check for numbers left out, typed twice or counted otherwise; where it is right give the reason in part one.",
        ),
        first,
    )
    .found(now)
    .also(places.collect::<Vec<_>>())
}
