//! FC-03: no garbled text and nothing left by a conversion.

use super::prose::{Line, clip, is_han, lines, nowhere};
use super::{Case, Checked};
use crate::document::{Notice, NoticeKind};
use crate::model::{Finding, Place, Severity, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-03",
    name: ("乱码和转换残留", "Garbled text and conversion residue"),
    severity: Warning,
    basis: (
        "政府信息公开工作年度报告格式（明确责任）：发布内容应准确、全面",
        "the national form on responsibility: what is published must be accurate and complete",
    ),
    page: "fc_03_residue.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let mut findings: Vec<Finding> = case.document.notices.iter().filter_map(residue).collect();
    for line in lines(case) {
        if let Some(range) = debris(line.clean()) {
            let place = line.place(range.clone());
            let zh = format!("中文之间有成串无意义的字母“{}”", line.clean()[range].trim());
            findings.push(finding("letters", zh, "Meaningless letters between Chinese", place));
        }
        if let Some(at) = line.clean().find('\u{fffd}') {
            findings.push(lost(&line, at));
        }
    }
    Checked::done(findings)
}

fn residue(notice: &Notice) -> Option<Finding> {
    let place =
        Place { anchor: notice.anchor.clone(), quote: clip(&notice.quote), ..nowhere("正文") };
    let quote = clip(&notice.quote);
    match notice.kind {
        NoticeKind::ImageResidue => {
            let zh = format!("有图片转换残留“{quote}”，此处内容可能缺失");
            Some(finding("image", zh, "A picture's conversion mark was left in", place))
        }
        NoticeKind::Mojibake => {
            let zh = format!("有乱码“{quote}”");
            Some(finding("mojibake", zh, "Garbled text", place))
        }
        NoticeKind::BookmarkResidue => {
            let zh = format!("有书签转换残留“{quote}”");
            let found = finding("bookmark", zh, "A bookmark's conversion mark was left in", place);
            Some(found.severity(Severity::Info))
        }
        _ => None,
    }
}

fn lost(line: &Line, at: usize) -> Finding {
    let zh = "有无法显示的字符".to_string();
    finding("lost", zh, "Characters were lost", line.place(at..at + '\u{fffd}'.len_utf8()))
}

fn finding(key: &str, zh: String, en: &str, place: Place) -> Finding {
    RULE.finding(
        key,
        Words::new(zh, format!("{en}: “{}”", place.quote)),
        Words::new(
            "请对照原稿删去残留、补上缺失的文字或图片后重新提交。",
            "Compare with the original, remove the residue and put back what is missing.",
        ),
        place,
    )
}

/// A run of Latin scraps as text recognition leaves them: four or more pieces of which two or more
/// are single letters, e.g. `& B R ATIRIE A`. Names and addresses have no lone letters in a row.
fn debris(text: &str) -> Option<Range<usize>> {
    let foreign = |c: char| !is_han(c) && (c.is_ascii_alphabetic() || c == '&' || c == ' ');
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '。')]) {
        match (foreign(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let pieces: Vec<&str> = text[from..at].split_whitespace().collect();
                let lone = pieces.iter().filter(|p| p.len() == 1).count();
                if pieces.len() >= 4 && lone >= 2 {
                    return Some(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scraps_are_told_from_words() {
        assert!(debris("管理，& B R ATIRIE A").is_some());
        assert!(debris("通过 App 和 Wi Fi 公开").is_none());
        assert!(debris("见 A B 两表").is_none());
    }
}
