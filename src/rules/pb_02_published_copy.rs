//! PB-02: what is published is what was handed in.

use super::cell;
use super::prose::{ordinal, part_lines, part_place, squeeze};
use super::{Case, Checked, Prior};
use crate::document::Value;
use crate::model::{Finding, Lang, Severity, Words};
use similar::{Algorithm, DiffOp, capture_diff_slices};

crate::rule! {
    code: "PB-02",
    name: ("报送稿与公布稿不一致", "The published copy is not what was handed in"),
    severity: Error,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容不准确的年度报告；公布的应是报送审核的同一份报告",
        "the national form on responsibility: reports must be accurate; what is published is what was reviewed",
    ),
    page: "pb_02_published_copy.md",
    check: check,
}

/// Parts whose text is compared; the others hold the tables.
const PARTS: [u8; 3] = [1, 5, 6];
/// Characters in a thousand that must be the same.
const ALIKE: usize = 990;
/// Cells named in a message.
const NAMED: usize = 5;
/// Characters between what both copies begin and end with that are compared one by one; a longer
/// stretch is taken for wholly new, which bounds the time.
const CLOSELY: usize = 4_000;

fn check(case: &Case) -> Checked {
    if !case.circumstances.published {
        return Checked::not_applicable(
            "不是公布稿（投递文件夹未设为公布稿）",
            "this is no published copy (its folder does not hold such)",
        );
    }
    let Some(before) = &case.circumstances.preceding else {
        return Checked::not_assessable(
            "没有本单位同一年度的报送稿可供对照",
            "there is no copy handed in before to compare with",
        );
    };
    let mut findings: Vec<Finding> = numbers(case, before).into_iter().collect();
    findings.extend(PARTS.iter().filter_map(|&part| text(case, before, part)));
    Checked::done(findings)
}

/// Cells whose value differs. One that only one of the copies has is no other number: its table may
/// not have been read.
fn numbers(case: &Case, before: &Prior) -> Option<Finding> {
    let value = |value: &Value| match value {
        Value::Annotated { value, .. } => Value::Count(*value),
        other => other.clone(),
    };
    let number = |value: &Value| matches!(value, Value::Count(_) | Value::Amount(_));
    let differ: Vec<(&str, &Value, &Value)> = case
        .report
        .fields
        .iter()
        .filter_map(|(name, field)| {
            let (now, then) = (&field.reading.value, before.values.get(name)?);
            let (a, b) = (value(now), value(then));
            let told = number(&a) || number(&b);
            (told && a != b).then_some((name.as_str(), now, then))
        })
        .collect();
    let (first, now, then) = *differ.first()?;
    let shown = |lang: Lang| {
        let each = differ.iter().take(NAMED).map(|(name, now, then)| {
            let place = cell::place(case, name).in_words(lang);
            let [now, then] = [now, then].map(|value| written(value, lang));
            match lang {
                Lang::Zh => format!("{place}报送稿为 {then}，公布稿为 {now}"),
                Lang::En => format!("{place}: {then} handed in, {now} published"),
            }
        });
        each.collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
    };
    let n = differ.len();
    let finding = RULE
        .finding(
            "numbers",
            Words::new(
                format!(
                    "公布稿与报送稿有 {n} 个数不同：{}{}",
                    shown(Lang::Zh),
                    if n > NAMED { "等" } else { "" }
                ),
                format!(
                    "{n} numbers of the published copy are not those handed in: {}",
                    shown(Lang::En)
                ),
            ),
            Words::new(
                "请核对哪一份是对的：公布有误的，更正公布稿；报送有误的，重新报送。",
                "Find out which copy is right; correct what is published, or hand it in again.",
            ),
            cell::place(case, first),
        )
        .expected(written(then, Lang::Zh))
        .found(written(now, Lang::Zh))
        .also(differ.iter().skip(1).map(|(name, ..)| cell::place(case, name)).collect::<Vec<_>>());
    let doubt = cell::doubt(case, differ.iter().map(|(name, ..)| *name));
    let unsure = (!before.sound).then(|| {
        Words::new(
            "报送稿本身有误或有未能确定识读之处",
            "the copy handed in has errors or was not read for certain",
        )
    });
    Some(match doubt.or(unsure) {
        Some(why) => finding.doubtful(why),
        None => finding,
    })
}

fn written(value: &Value, lang: Lang) -> String {
    match value {
        Value::Count(n) | Value::Annotated { value: n, .. } => n.to_string(),
        Value::Amount(amount) => amount.to_string(),
        Value::Blank if lang == Lang::Zh => "空白".into(),
        Value::Blank => "blank".into(),
        Value::Mark(text) | Value::NotANumber(text) => format!("“{}”", cell::quote(text)),
    }
}

/// A part whose wording is less than 99 % the same. White space says nothing.
fn text(case: &Case, before: &Prior, part: u8) -> Option<Finding> {
    let now: Vec<char> = squeeze(&part_lines(case, part)?).chars().collect();
    let then: Vec<char> = squeeze(before.texts.get(&part)?).chars().collect();
    let permille = likeness(&then, &now);
    if permille >= ALIKE {
        return None;
    }
    let percent = format!("{}.{}%", permille / 10, permille % 10);
    Some(
        RULE.finding(
            &format!("text {part}"),
            Words::new(
                format!("公布稿第{}部分的文字与报送稿只有 {percent} 相同", ordinal(part)),
                format!("the text of part {part} is only {percent} that of the copy handed in"),
            ),
            Words::new(
                "请核对改动之处，确认公布的是报送审核的文本。",
                "Check what was changed, and make sure that the reviewed text is published.",
            ),
            part_place(case, part),
        )
        .severity(Severity::Warning)
        .expected("99%")
        .found(percent),
    )
}

/// Characters in a thousand that both have in common and in order.
fn likeness(then: &[char], now: &[char]) -> usize {
    let longer = then.len().max(now.len());
    if longer == 0 {
        return 1000;
    }
    let head = then.iter().zip(now).take_while(|(a, b)| a == b).count();
    let (then, now) = (&then[head..], &now[head..]);
    let tail = then.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
    let (then, now) = (&then[..then.len() - tail], &now[..now.len() - tail]);
    let mut same = head + tail;
    if then.len().max(now.len()) <= CLOSELY {
        for op in capture_diff_slices(Algorithm::Myers, then, now) {
            if let DiffOp::Equal { len, .. } = op {
                same += len;
            }
        }
    }
    same * 1000 / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_of_the_longer_text() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let alike = |a: &str, b: &str| likeness(&chars(a), &chars(b));
        assert_eq!((alike("", ""), alike("甲乙", "甲乙"), alike("甲", "")), (1000, 1000, 0));
        assert_eq!(alike("甲乙丙丁戊己庚辛壬癸", "甲乙丙丁子己庚辛壬癸"), 900);
        assert_eq!(alike("甲乙丙丁戊", "甲丙戊"), 600);
    }
}
