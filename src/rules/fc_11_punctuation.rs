//! FC-11: full-width punctuation throughout.

use super::prose::{Line, is_han, lines};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "FC-11",
    name: ("半角标点混用", "Half-width punctuation"),
    severity: Info,
    basis: (
        "GB/T 15834《标点符号用法》：中文使用全角标点",
        "GB/T 15834: Chinese text uses full-width marks",
    ),
    page: "fc_11_punctuation.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let full: usize = all.iter().map(|l| l.clean().matches(['，', '；', '：']).count()).sum();
    let half: Vec<(&Line, usize)> =
        all.iter().flat_map(|l| half_width(l.clean()).into_iter().map(move |at| (l, at))).collect();
    // A text all in half-width marks was converted so; single ones were typed.
    let Some(&(line, at)) = half.first().filter(|_| full > half.len()) else {
        return Checked::pass();
    };
    let place = line.place(at..at + 1);
    Checked::done(vec![RULE.finding(
        "marks",
        Words::new(
            format!("中文之间有半角标点 {} 处，如“{}”", half.len(), place.quote),
            format!("{} half-width marks between Chinese, e.g. “{}”", half.len(), place.quote),
        ),
        Words::new("请改为全角标点。", "Use full-width marks."),
        place,
    )])
}

/// Byte offsets of half-width marks between two Chinese characters.
fn half_width(text: &str) -> Vec<usize> {
    text.match_indices([',', ';', ':'])
        .filter(|(at, mark)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + mark.len()..].chars().next();
            before.is_some_and(is_han) && after.is_some_and(is_han)
        })
        .map(|(at, _)| at)
        .collect()
}
