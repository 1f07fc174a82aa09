//! What the rules on wording share: the lines of a report with their part, the text of a part, and
//! places that quote what the file holds.

use super::{Case, Checked};
use crate::document::{Block, Text};
use crate::edition::{Heading, Passage, Section};
use crate::model::Place;
use std::ops::Range;

/// Characters a place may quote.
const QUOTE: usize = 120;

/// A paragraph, heading or list item of the body, or a note to it. `part` is that of the last part heading at or
/// before it.
pub(super) struct Line<'a> {
    pub part: Option<u8>,
    pub text: &'a Text,
}

impl Line<'_> {
    /// The clean text.
    pub fn clean(&self) -> &str {
        &self.text.clean
    }

    /// The place of a byte range of the clean text, quoting it with a little of its surroundings.
    pub fn place(&self, range: Range<usize>) -> Place {
        let around = widen(&self.text.clean, range, 12);
        let raw = &self.text.raw[self.text.raw_range(around)];
        Place {
            part: self.part,
            spot: self.part.is_none().then(|| "第一部分之前".to_string()),
            anchor: self.text.anchor.clone(),
            quote: clip(raw),
            ..Place::default()
        }
    }

    /// As [`Line::place`], quoting the whole line where it is short enough.
    pub fn place_in_full(&self, range: Range<usize>) -> Place {
        let whole = self.text.raw.trim();
        let mut place = self.place(range);
        if whole.chars().count() <= QUOTE {
            place.quote = whole.to_string();
        }
        place
    }
}

/// Every line of the body in reading order; the words in tables are not among them.
pub(super) fn lines<'a>(case: &Case<'a>) -> Vec<Line<'a>> {
    let headings: Vec<(usize, u8)> =
        case.report.headings.iter().filter_map(|h| Some((h.passage.block, h.part?))).collect();
    let texts = case.document.blocks.iter().enumerate();
    texts
        .filter_map(|(block, b)| {
            // Headings are in reading order; a file may have very many.
            let before = headings.partition_point(|(at, _)| *at <= block);
            let part = before.checked_sub(1).map(|last| headings[last].1);
            Some(Line { part, text: b.text().or(b.note())? })
        })
        .collect()
}

/// The lines before part one.
pub(super) fn opening<'a>(case: &Case<'a>) -> Vec<Line<'a>> {
    lines(case).into_iter().take_while(|line| line.part.is_none()).collect()
}

/// First-level headings without those of a table of contents, i.e. headings followed at once by
/// another heading whose part has a heading once more further down.
pub(super) fn headings<'a>(case: &Case<'a>) -> Vec<&'a Heading> {
    let all = &case.report.headings;
    let listed = |(index, heading): (usize, &Heading)| {
        let next = all.get(index + 1);
        next.is_some_and(|n| n.passage.block <= heading.passage.block + 1)
            && heading.part.is_some()
            && all[index + 1..].iter().any(|h| h.part == heading.part)
    };
    all.iter().enumerate().filter(|&(i, h)| !listed((i, h))).map(|(_, h)| h).collect()
}

/// The passages of a part, signature and date left out; `None` when the part was not found.
pub(super) fn part_passages<'a>(case: &Case<'a>, number: u8) -> Option<Vec<&'a Passage>> {
    let identity = &case.report.identity;
    let signed = [
        identity.signature.as_ref().map(|p| p.block),
        identity.signed.as_ref().map(|d| d.passage.block),
    ];
    let mut parts = case.report.parts.iter().filter(|p| p.number == number).peekable();
    parts.peek()?;
    let own = parts.flat_map(|p| p.passages.iter());
    // A signature is recognised at the very end only, which is never in a part before the last.
    Some(own.filter(|p| number < 6 || !signed.contains(&Some(p.block))).collect())
}

/// The text of a part without white space; `None` when the part was not found.
pub(super) fn part_text(case: &Case, number: u8) -> Option<String> {
    Some(part_passages(case, number)?.iter().map(|p| squeeze(&p.text)).collect())
}

/// The text of a part, a passage a line; `None` when the part was not found.
pub(super) fn part_lines(case: &Case, number: u8) -> Option<String> {
    let lines: Vec<&str> = part_passages(case, number)?.iter().map(|p| p.text.trim()).collect();
    Some(lines.join("\n"))
}

/// Part five with what stands under unknown headings right after it.
pub(super) fn part_five_text(case: &Case) -> Option<String> {
    let mut text = part_text(case, 5)?;
    let parts = case.report.parts.iter().filter(|p| p.number == 5);
    text.extend(parts.flat_map(|p| &p.extra).map(|p| squeeze(&p.text)));
    Some(text)
}

/// Without white space.
pub(super) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The first of `cues` found in `text`.
pub(super) fn cue<'c>(text: &str, cues: &[&'c str]) -> Option<&'c str> {
    cues.iter().copied().find(|cue| text.contains(cue))
}

/// The place of a part's heading, or of the part where it is known by its content only.
pub(super) fn part_place(case: &Case, number: u8) -> Place {
    let heading = headings(case).into_iter().find(|h| h.part == Some(number));
    match heading {
        Some(heading) => heading_place(heading),
        None => Place { part: Some(number), ..Place::default() },
    }
}

/// The place of a heading; one that belongs to no part is named as such.
pub(super) fn heading_place(heading: &Heading) -> Place {
    Place {
        part: heading.part,
        spot: heading.part.is_none().then(|| "一级标题".to_string()),
        anchor: heading.passage.anchor.clone(),
        quote: clip(&heading.passage.raw),
        ..Place::default()
    }
}

/// The place of a passage under a name of its own (标题, 前言, 落款 …).
pub(super) fn spot(name: &str, passage: Option<&Passage>) -> Place {
    Place {
        spot: Some(name.to_string()),
        anchor: passage.map(|p| p.anchor.clone()).unwrap_or_default(),
        quote: passage.map(|p| clip(&p.raw)).unwrap_or_default(),
        ..Place::default()
    }
}

/// The place of something that is not there.
pub(super) fn nowhere(name: &str) -> Place {
    spot(name, None)
}

/// The six parts of the form the report has to follow; `None` for years before the national form.
/// Both editions print the same headings, so that the newest stands in where the year is unknown.
pub(super) fn sections<'a>(case: &Case<'a>) -> Option<&'a [Section]> {
    let edition = match (case.expected_edition(), case.report.identity.year) {
        (Some(edition), _) => edition,
        (None, Some(_)) => return None,
        (None, None) => case.editions.all.last()?,
    };
    Some(&edition.sections)
}

/// What a rule on the six parts says of a year before the national form.
pub(super) fn old_form() -> Checked {
    Checked::not_applicable(
        "报告年度早于全国统一格式（2019年度起）",
        "the year is before the national form, which began with 2019",
    )
}

/// `一、总体情况` of a section.
pub(super) fn full_heading(section: &Section) -> String {
    format!("{}、{}", ordinal(section.number), section.heading)
}

/// 1 = 一 … 10 = 十.
pub(super) fn ordinal(number: u8) -> &'static str {
    const ORDINALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    ORDINALS.get(usize::from(number).wrapping_sub(1)).copied().unwrap_or("？")
}

/// Years written as four digits before 年, with the byte offset of their first digit.
pub(super) fn years(text: &str) -> Vec<(usize, i32)> {
    let ends = text.match_indices('年').map(|(at, _)| at);
    ends.filter_map(|end| {
        let digits = text[..end].trim_end();
        let start = digits.len().checked_sub(4)?;
        let year = digits.get(start..)?;
        let whole = !digits.get(..start)?.ends_with(|c: char| c.is_ascii_digit());
        let plausible = year.starts_with("19") || year.starts_with("20");
        (whole && plausible).then(|| year.parse().ok().map(|y| (start, y)))?
    })
    .collect()
}

/// Byte ranges of the sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, stop) in text.match_indices(['。', '；', '！', '？', ';', '\n']) {
        found.push(start..at + stop.len());
        start = at + stop.len();
    }
    found.push(start..text.len());
    found.retain(|range| !text[range.clone()].trim().is_empty());
    found
}

/// True for a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')
}

/// At most as much of a text as a place may quote.
pub(super) fn clip(text: &str) -> String {
    text.trim().chars().take(QUOTE).collect()
}

/// Tables that are none of the form's three, between the heading of a part and the next heading:
/// some offices put their text into a frame.
pub(super) fn framed_text(case: &Case, number: u8) -> bool {
    let found = headings(case);
    let Some(at) = found.iter().position(|h| h.part == Some(number)) else { return false };
    let from = found[at].passage.block;
    let to = found.get(at + 1).map_or(case.document.blocks.len(), |h| h.passage.block);
    let bound: Vec<usize> = case.report.tables.iter().flat_map(|t| t.blocks.clone()).collect();
    (from..to.max(from)).any(|block| {
        matches!(case.document.blocks.get(block), Some(Block::Table(_))) && !bound.contains(&block)
    })
}

/// A byte range widened by some characters on either side.
fn widen(text: &str, range: Range<usize>, by: usize) -> Range<usize> {
    let start = text[..range.start].char_indices().rev().nth(by - 1).map_or(0, |(at, _)| at);
    let rest =
        text[range.end..].char_indices().nth(by).map_or(text.len(), |(at, _)| range.end + at);
    start..rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_four_digits_before_its_word() {
        assert_eq!(years("2021年和 2020 年，12019年，50年"), [(0, 2021), (11, 2020)]);
    }

    #[test]
    fn sentences_cover_the_text() {
        let text = "一句。二句；三句";
        let found: Vec<&str> = sentences(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(found, ["一句。", "二句；", "三句"]);
    }

    #[test]
    fn a_range_is_widened_by_whole_characters() {
        let text = "甲乙丙丁戊";
        assert_eq!(&text[widen(text, 6..9, 1)], "乙丙丁");
        assert_eq!(&text[widen(text, 6..9, 9)], text);
    }
}
