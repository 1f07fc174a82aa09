//! The title, which may be broken over lines, and the unit and year it names.

use super::super::report::Title;
use super::dates::squeeze;
use super::sections::passage;
use super::units::{unit_like, without_brackets};
use crate::document::{Anchor, Document};

/// Lines from the top among which a title is looked for.
const TOP: usize = 40;
/// Characters a title may have once joined.
const LONGEST: usize = 60;
/// Page properties that repeat the title.
const PROPERTIES: [&str; 3] = ["名称", "标题", "title"];

/// The title among the lines before `end`, with the blocks it takes up; else the page's own title.
pub(super) fn title(document: &Document, end: usize) -> (Option<Title>, Vec<usize>) {
    let lines: Vec<(usize, String)> = document.blocks[..end]
        .iter()
        .enumerate()
        .filter_map(|(at, block)| {
            let text = block.text().filter(|t| !t.is_blank())?;
            // A longer line is no part of a title; it keeps its place so that nothing joins over it.
            Some((at, if text.clean.len() <= 400 { squeeze(&text.clean) } else { String::new() }))
        })
        .take(TOP)
        .collect();
    for at in 0..lines.len() {
        if let Some(taken) = title_at(&lines, at) {
            return (Some(read(document, &lines[taken.clone()])), blocks(&lines[taken]));
        }
    }
    let named = PROPERTIES.iter().find_map(|name| {
        let (_, value) = document.properties.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let words = squeeze(value);
        let words = words.split(['-', '_', '|']).next().unwrap_or_default().to_string();
        is_title(&words).then(|| of(words, Anchor::Unknown, value.clone()))
    });
    (named, Vec::new())
}

fn title_at(lines: &[(usize, String)], at: usize) -> Option<std::ops::Range<usize>> {
    let own = |i: usize| lines.get(i).is_some_and(|(_, words)| is_title(words));
    if own(at) {
        let unit_above = at > 0 && split(&lines[at].1).0.is_none() && unit_like(&lines[at - 1].1);
        let year_below = lines.get(at + 1).is_some_and(|(_, l)| {
            l.chars().count() <= 10 && without_brackets(l).is_empty() && year_in(l).is_some()
        });
        return Some(at - usize::from(unit_above)..at + 1 + usize::from(year_below));
    }
    for end in at + 2..=(at + 3).min(lines.len()) {
        let last = &lines[end - 1].1;
        // A line that names unit or year is a title by itself, not the second half of one.
        let whole = own(end - 1) && split(last) != (None, None);
        if whole || lines[at..end].iter().any(|(_, l)| l.is_empty()) {
            return None;
        }
        let joined: String = lines[at..end].iter().map(|(_, l)| l.as_str()).collect();
        if own(end - 1) && !split(&joined).0.is_some_and(|unit| unit_like(&unit)) {
            continue;
        }
        if is_title(&joined) {
            return Some(at..end);
        }
    }
    None
}

fn blocks(lines: &[(usize, String)]) -> Vec<usize> {
    lines.iter().map(|(block, _)| *block).collect()
}

fn read(document: &Document, lines: &[(usize, String)]) -> Title {
    let words: String = lines.iter().map(|(_, l)| l.as_str()).collect();
    let passages: Vec<_> = lines
        .iter()
        .filter_map(|(block, _)| document.blocks[*block].text().map(|t| passage(t, *block)))
        .collect();
    let raw = passages.iter().map(|p| p.raw.as_str()).collect::<Vec<_>>().join("\n");
    let anchor = passages.into_iter().next().map(|p| p.anchor).unwrap_or_default();
    of(words, anchor, raw)
}

fn of(words: String, anchor: Anchor, raw: String) -> Title {
    let (unit, year) = split(&words);
    Title { text: full_width_brackets(&words), unit, year, anchor, raw }
}

/// Squeezing made the brackets ASCII; a title is shown as it is printed in Chinese.
fn full_width_brackets(words: &str) -> String {
    words.replace('(', "（").replace(')', "）")
}

/// True for words that end like the title of an annual report.
fn is_title(words: &str) -> bool {
    let bare = without_brackets(words);
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == '年');
    words.chars().count() <= LONGEST
        && bare.contains("信息公开")
        && (bare.ends_with("报告") || bare.ends_with("年报"))
        && !bare.contains(['。', '；', ';', ':', ',', '，', '、', '《', '!', '?'])
}

/// Unit and year named in a squeezed title.
fn split(words: &str) -> (Option<String>, Option<i32>) {
    let year = year_in(words);
    let before_year = year.and_then(|(start, ..)| unit(&words[..start]));
    let named = before_year.or_else(|| {
        // 2019年某市人民政府办公厅政府信息公开…, 某局政府信息公开…（2020年度）.
        let from = year.filter(|(start, ..)| *start == 0).map_or(0, |(_, end, _)| end);
        let rest = words[from..].trim_start_matches('度');
        let at = rest.find("政府信息公开").or_else(|| rest.find("信息公开"))?;
        let name = unit(&rest[..at])?;
        // 某市人民政府信息公开…: the 政府 belongs to the unit.
        Some(if name.ends_with("人民") { format!("{name}政府") } else { name })
    });
    (named, year.map(|(.., year)| year))
}

fn unit(words: &str) -> Option<String> {
    let bare = words.trim_start_matches("关于").trim_end_matches(['(', '（', '的']);
    (bare.chars().count() >= 2 && !bare.contains("信息公开")).then(|| bare.to_string())
}

/// Where a year stands, up to and with 年: start, end, year. Also in Chinese digits.
pub(super) fn year_in(words: &str) -> Option<(usize, usize, i32)> {
    words.match_indices('年').find_map(|(at, _)| {
        let head: Vec<(usize, char)> = words[..at].char_indices().rev().take(4).collect();
        let (start, _) = *head.last().filter(|_| head.len() == 4)?;
        let year: i32 = super::dates::arabic(&words[start..at]).parse().ok()?;
        (1990..=2100).contains(&year).then_some((start, at + '年'.len_utf8(), year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Text};

    fn of_lines(lines: &[&str]) -> Option<Title> {
        let blocks = lines
            .iter()
            .map(|l| Block::Paragraph(Text::plain(*l, Anchor::Unknown)))
            .collect::<Vec<_>>();
        title(&Document { blocks, ..Document::default() }, lines.len()).0
    }

    #[test]
    fn unit_and_year_are_read_from_every_form_met() {
        let cases: [(&[&str], Option<&str>, Option<i32>); 11] = [
            (&["白银市审计局2020年政府信息", "公开工作年度报告"], Some("白银市审计局"), Some(2020)),
            (
                &["聊城市审计局政府信息公开工作年度报告（2020年度）"],
                Some("聊城市审计局"),
                Some(2020),
            ),
            (&["湘潭县审计局2020年政府信息公开年度报告"], Some("湘潭县审计局"), Some(2020)),
            (&["兰州新区审计局2020年度政府信息公开工作报告"], Some("兰州新区审计局"), Some(2020)),
            (
                &["2019年上海市人民政府办公厅政府信息公开工作年度报告"],
                Some("上海市人民政府办公厅"),
                Some(2019),
            ),
            (&["安顺市审计局2024年度信息公开工作年度报告"], Some("安顺市审计局"), Some(2024)),
            (&["天津市审计局2020年度政府", "信息公开工作报告"], Some("天津市审计局"), Some(2020)),
            (&["附件", "淮安市人民政府信息公开工作年度报告"], Some("淮安市人民政府"), None),
            (
                &["首页", "白银市审计局", "2020年政府信息公开工作年度报告"],
                Some("白银市审计局"),
                Some(2020),
            ),
            (&["某局政府信息公开工作年度报告", "（二〇二〇年度）"], Some("某局"), Some(2020)),
            (&["2023年政府信息公开工作年度报告"], None, Some(2023)),
        ];
        for (lines, unit, year) in cases {
            let title = of_lines(lines).unwrap_or_else(|| panic!("{lines:?} is a title"));
            assert_eq!((title.unit.as_deref(), title.year), (unit, year), "{lines:?}");
        }
    }

    #[test]
    fn a_sentence_about_the_report_is_no_title() {
        for line in [
            "现公布区统计局2023年政府信息公开工作年度报告。",
            "根据要求，编制政府信息公开工作年度报告",
            "政府信息公开指南",
            "关于印发政府信息公开工作年度报告的通知",
        ] {
            assert_eq!(of_lines(&[line]), None, "{line}");
        }
    }
}
