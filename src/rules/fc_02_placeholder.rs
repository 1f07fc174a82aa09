//! FC-02: nothing left of a template.

use super::prose::{Line, is_han, lines, squeeze};
use super::{Case, Checked};
use crate::model::{Finding, Severity, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-02",
    name: ("遗留占位", "Template text left in"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式：“（文字描述）”等为填写提示，应替换为实际内容",
        "the national form: “（文字描述）” and the like are prompts to be replaced",
    ),
    page: "fc_02_placeholder.md",
    check: check,
}

/// Words that only a template holds.
const PROMPTS: [&str; 13] = [
    "（文字描述",
    "(文字描述",
    "（单位名称）",
    "(单位名称)",
    "（单位全称）",
    "(单位全称)",
    "待补充",
    "待填写",
    "请填写",
    "此处填写",
    "填写单位名称",
    "【】",
    "［］",
];
/// What a number is missing before: a quantity or a date is never left open on purpose.
const QUANTITIES: [&str; 14] =
    ["年", "月", "日", "条", "件", "次", "万元", "元", "项", "篇", "份", "期", "人次", "个百分点"];
/// What a name is missing before.
const BODIES: [&str; 13] =
    ["局", "委", "厅", "市", "县", "区", "镇", "乡", "街道", "单位", "部门", "办公室", "人民政府"];

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let (title, rest): (Vec<&Line>, Vec<&Line>) = all.iter().partition(|line| in_title(case, line));
    // A title is mended as a whole, however many gaps it has and wherever it is repeated.
    let graver = |a: Finding, b: Finding| if b.severity > a.severity { b } else { a };
    let mut found: Vec<Finding> =
        title.into_iter().flat_map(in_line).reduce(graver).into_iter().collect();
    found.extend(rest.into_iter().flat_map(in_line));
    Checked::done(found)
}

/// A line before part one that is the title or a piece of it.
fn in_title(case: &Case, line: &Line) -> bool {
    let text = squeeze(line.clean());
    let own = case.report.identity.title.as_ref().is_some_and(|t| t.text.contains(&text));
    let like = text.ends_with("年度报告") && !text.contains(['，', '。']);
    line.part.is_none() && !text.is_empty() && (own || like)
}

fn in_line(line: &Line) -> Vec<Finding> {
    let text = line.clean();
    let mut found: Vec<Finding> = Vec::new();
    for prompt in PROMPTS {
        if let Some(at) = text.find(prompt) {
            found.push(finding(line, at..at + prompt.len(), Severity::Error));
        }
    }
    for range in runs(text) {
        if let Some(severity) = weigh(line, range.clone()) {
            found.push(finding(line, range, severity));
        }
    }
    found
}

/// Runs of two or more of the same X, ×, ＊ or of three or more underscores.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<(Range<usize>, char, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let kind = match c {
            'X' | 'x' | 'Ｘ' | 'ｘ' => 'X',
            '×' | '✕' => '×',
            '＊' => '*',
            '_' | '＿' => '_',
            _ => continue,
        };
        match found.last_mut() {
            Some((range, last, length)) if range.end == at && *last == kind => {
                range.end += c.len_utf8();
                *length += 1;
            }
            _ => found.push((at..at + c.len_utf8(), kind, 1)),
        }
    }
    let long = |kind: char, length: usize| length >= if kind == '_' { 3 } else { 2 };
    found.into_iter().filter(|(_, kind, length)| long(*kind, *length)).map(|(r, ..)| r).collect()
}

/// How surely a run is a placeholder; `None` for one inside a word or an address, and for names
/// blotted out on purpose.
fn weigh(line: &Line, range: Range<usize>) -> Option<Severity> {
    let text = line.clean();
    let before = text[..range.start].chars().next_back();
    let after = &text[range.end..];
    let next = after.chars().next();
    if text[range.clone()].starts_with(['_', '＿']) {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        return (!latin(before) && !latin(next)).then_some(Severity::Error);
    }
    let twenty = text[..range.start].ends_with("20");
    if twenty && after.starts_with('年') {
        return Some(Severity::Error);
    }
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii() && !c.is_ascii_whitespace());
    if joins(before) || joins(next) || !next.is_some_and(is_han) {
        return None;
    }
    if QUANTITIES.iter().any(|unit| after.starts_with(unit)) {
        return Some(Severity::Error);
    }
    // Before part one stands the body's own name; further down a name may be blotted out on purpose.
    let body = BODIES.iter().any(|body| after.starts_with(body));
    body.then_some(if line.part.is_none() { Severity::Error } else { Severity::Warning })
}

fn finding(line: &Line, range: Range<usize>, severity: Severity) -> Finding {
    let place = line.place_in_full(range.clone());
    let quote = place.quote.clone();
    RULE.finding(
        &format!("{:?} {}", line.part, &line.clean()[range]),
        Words::new(
            format!("遗留模板占位文字“{quote}”"),
            format!("Text of a template was left in: “{quote}”"),
        ),
        Words::new(
            "请替换为实际内容，或删去提示文字。",
            "Replace it with what is meant, or delete the prompt.",
        ),
        place,
    )
    .severity(severity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Anchor, Text};

    fn found(text: &str) -> Vec<Severity> {
        let text = Text::plain(text, Anchor::Unknown);
        let line = Line { part: Some(1), text: &text };
        in_line(&line).into_iter().map(|f| f.severity).collect()
    }

    #[test]
    fn what_a_template_leaves_is_found() {
        assert_eq!(found("20XX年，我局公开信息XX条"), [Severity::Error, Severity::Error]);
        assert_eq!(found("（文字描述）"), [Severity::Error]);
        assert_eq!(found("收费____元"), [Severity::Error]);
        assert_eq!(found("XX局认真落实"), [Severity::Warning]);
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for text in [
            "网址www.example.gov.cn/xxgk/2024/xx条",
            "公开xxgk栏目",
            "申请人李××不服",
            "二○二○年",
            "规格为3×4",
            "（详见附件）",
            "文件名zfxxgk_nb_2024",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
