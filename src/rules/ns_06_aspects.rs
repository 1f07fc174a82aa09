//! NS-06: as many aspects are listed as were announced.

use super::narrative::{Paragraph, place_of};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::Words;
use std::ops::Range;

crate::rule! {
    code: "NS-06",
    name: ("“几方面”与列举数不符", "So many aspects said, others listed"),
    severity: Info,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分项与总数应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and parts make up their total"),
    page: "ns_06_aspects.md",
    check: check,
}

const DIGITS: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
/// What is counted: 三方面, 三个方面, 三项工作.
const COUNTED: [&str; 7] = ["个方面", "方面", "项工作", "项措施", "条措施", "点不足", "个问题"];
/// How a list begins.
const FIRST: &str = "一是";
/// Words that announce a list.
const LEADS: [&str; 6] = ["以下", "下列", "如下", "从", "做好", "存在"];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    for (at, paragraph) in narrative.paragraphs.iter().enumerate() {
        let text = paragraph.line.clean();
        let Some((range, said)) = announced(text) else { continue };
        let rest = &text[range.end..];
        let listed = match rest.trim_end().ends_with(['：', ':']) && !rest.contains(FIRST) {
            true => listed_below(&narrative.paragraphs[at..]),
            false => listed(rest),
        };
        if listed < 2 {
            continue;
        }
        assessed += 1;
        if listed != said {
            findings.push(
                RULE.finding(
                    &format!("{:?}", paragraph.line.part),
                    Words::new(
                        format!("写“{}”，列举了 {listed} 项", &text[range.clone()]),
                        format!("{said} aspects are announced and {listed} listed"),
                    ),
                    Words::new(
                        "请核对所写的个数与列举是否一致。",
                        "Check the number and the list.",
                    ),
                    place_of(paragraph, range),
                )
                .expected(said)
                .found(listed),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}

/// The one place where a list is announced with its number; none where there are several.
fn announced(text: &str) -> Option<(Range<usize>, usize)> {
    let mut found = COUNTED.iter().flat_map(|word| {
        text.match_indices(word).filter_map(move |(at, word)| {
            let digit = text[..at].chars().next_back()?;
            let number = match digit {
                '两' => 2,
                _ => DIGITS.iter().position(|&d| d == digit)? + 1,
            };
            let start = at - digit.len_utf8();
            let before: String = text[..start].chars().rev().take(6).collect();
            let before: String = before.chars().rev().collect();
            // 十三项 and 第三方面 are other things.
            let whole = !before.ends_with(|c: char| DIGITS.contains(&c) || "第百千".contains(c));
            let led = LEADS.iter().any(|lead| before.contains(lead));
            (whole && led && number >= 2).then(|| (start..at + word.len(), number))
        })
    });
    let first = found.next()?;
    found.all(|(range, _)| range.start == first.0.start).then_some(first)
}

/// How many items 一是, 二是 … follow in order; none where the list begins anew.
fn listed(text: &str) -> usize {
    let marks = |digit: char| text.matches(&format!("{digit}是")).count();
    if marks(DIGITS[0]) != 1 {
        return 0;
    }
    DIGITS.iter().take_while(|&&digit| marks(digit) == 1).count()
}

/// How many paragraphs of the same part after the first begin with 一是, 二是 … in order, before one that
/// does not.
fn listed_below(paragraphs: &[Paragraph]) -> usize {
    let Some((lead, below)) = paragraphs.split_first() else { return 0 };
    let next = below.iter().filter(|p| !p.line.clean().trim().is_empty());
    let begins = |(digit, p): &(&char, &Paragraph)| {
        let text = p.line.clean().trim_start();
        p.line.part == lead.line.part && text.starts_with(&format!("{digit}是"))
    };
    DIGITS.iter().zip(next).take_while(begins).count()
}
