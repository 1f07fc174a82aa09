//! The six parts: first-level headings by their words, and what stands under each.

use super::super::labels::{label_key, narrow};
use super::super::lexicon::{Lexicon, Wording};
use super::super::report::{
    BoundTable, Heading, HeadingMatch, Part, Passage, Remark, RemarkKind, Report,
};
use crate::document::{Block, Document, Text};

/// Characters a heading may have; longer paragraphs are sentences.
const LONGEST: usize = 60;
/// Characters of a heading that belongs to no part.
const LONGEST_UNMAPPED: usize = 30;
const ORDINALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// A heading with the blocks it takes up and what follows it in the same paragraph.
struct Found {
    heading: Heading,
    /// Blocks taken, from `heading.passage.block`.
    blocks: usize,
    rest: Option<Passage>,
}

/// Fills `headings` and `parts`; `claimed` blocks (title, signature …) stay out of the parts.
/// Tables must be bound already.
pub(super) fn bind_sections(
    document: &Document,
    lexicon: &Lexicon,
    claimed: &[usize],
    report: &mut Report,
) {
    let mut at = 0;
    let mut current: Option<Current> = None;
    while at < document.blocks.len() {
        if let Some(found) = heading_at(document, lexicon, at) {
            at += found.blocks;
            current = open(report, found, current);
            continue;
        }
        if let Some(current) = &mut current {
            fill(document, at, claimed, report, current);
        }
        at += 1;
    }
    parts_by_table(report);
}

/// Index of the block with the first heading that means a part.
pub(super) fn first_heading(document: &Document, lexicon: &Lexicon) -> Option<usize> {
    (0..document.blocks.len())
        .find(|&at| heading_at(document, lexicon, at).is_some_and(|f| f.heading.part.is_some()))
}

/// Where paragraphs go.
struct Current {
    /// Index into `Report::parts`; `None` under an unmapped heading before any part.
    part: Option<usize>,
    /// Under an unmapped heading.
    extra: bool,
    /// A table of the form has been passed since the heading.
    after_table: bool,
}

fn open(report: &mut Report, found: Found, before: Option<Current>) -> Option<Current> {
    let index = report.headings.len();
    let number = found.heading.part;
    report.headings.push(found.heading);
    let current = match number {
        Some(number) => {
            report.parts.push(Part {
                number,
                heading: Some(index),
                passages: Vec::new(),
                extra: Vec::new(),
                pictures: Vec::new(),
                after_table: Vec::new(),
            });
            Current { part: Some(report.parts.len() - 1), extra: false, after_table: false }
        }
        None => Current { part: before.and_then(|b| b.part), extra: true, after_table: false },
    };
    if let (Some(rest), Some(part)) = (found.rest, current.part) {
        let part = &mut report.parts[part];
        if current.extra { part.extra.push(rest) } else { part.passages.push(rest) }
    }
    Some(current)
}

fn fill(
    document: &Document,
    at: usize,
    claimed: &[usize],
    report: &mut Report,
    current: &mut Current,
) {
    let Some(index) = current.part else { return };
    let part = &mut report.parts[index];
    match &document.blocks[at] {
        Block::Picture { .. } => part.pictures.push(at),
        Block::Table(_) => {
            // The blocks of a table are in ascending order.
            let bound = |t: &BoundTable| t.blocks.binary_search(&at).is_ok();
            current.after_table |= report.tables.iter().any(bound);
        }
        block => {
            let Some(text) = block.text() else { return };
            if text.raw.contains("[image:") {
                part.pictures.push(at);
            }
            if text.is_blank() || claimed.contains(&at) {
                return;
            }
            let passage = passage(text, at);
            if current.extra {
                part.extra.push(passage);
                return;
            }
            if current.after_table {
                part.after_table.push(passage.clone());
            }
            part.passages.push(passage);
        }
    }
}

/// A part whose heading is lost is known by its table (PX-07).
fn parts_by_table(report: &mut Report) {
    for table in 0..report.tables.len() {
        let (number, block) = {
            let table = &report.tables[table];
            (table.number, table.blocks.first().copied().unwrap_or_default())
        };
        if report.part(number).is_some() {
            continue;
        }
        let anchor = report.tables[table].anchor.clone();
        let starts =
            |part: &Part| part.heading.map_or(0, |heading| report.headings[heading].passage.block);
        let at = report.parts.iter().position(|p| starts(p) > block).unwrap_or(report.parts.len());
        report.parts.insert(
            at,
            Part {
                number,
                heading: None,
                passages: Vec::new(),
                extra: Vec::new(),
                pictures: Vec::new(),
                after_table: Vec::new(),
            },
        );
        report.remarks.push(Remark {
            kind: RemarkKind::PartByContent,
            table: Some(number),
            part: Some(number),
            anchor,
            quote: String::new(),
        });
    }
}

/// The words of a block with its automatic number, if it is short enough for a heading.
fn line(document: &Document, at: usize) -> Option<(String, &Text)> {
    let block = document.blocks.get(at)?;
    let text = block.text()?;
    if text.clean.len() > LONGEST * 8 {
        return None;
    }
    let marker = match block {
        Block::ListItem { marker: Some(marker), .. } => marker.as_str(),
        _ => "",
    };
    let words = text.clean.trim().trim_start_matches(['#', '*']).trim();
    (!words.is_empty()).then(|| (format!("{marker}{words}"), text))
}

/// How a line begins.
#[derive(Clone, Copy, PartialEq)]
enum Ordinal {
    /// 一、
    Chinese(u8),
    /// 、主动公开…: the ordinal is lost, its comma is left.
    Lost,
    /// 1. or 1、: a heading only with the form's own words.
    Arabic(u8),
    None,
}

fn split_ordinal(line: &str) -> (Ordinal, &str) {
    let mark = |c: char| "、.．,，:：。 \u{3000}\t".contains(c);
    let plain = line.trim_start();
    if let Some(rest) = plain.strip_prefix(['、', '，', ',']) {
        return (Ordinal::Lost, rest.trim_start());
    }
    for (index, ordinal) in ORDINALS.iter().enumerate() {
        let Some(rest) = plain.strip_prefix(ordinal) else { continue };
        let tight = rest.trim_start();
        if rest.starts_with(mark) || tight.starts_with(mark) {
            return (Ordinal::Chinese(index as u8 + 1), tight.trim_start_matches(mark));
        }
        return (Ordinal::None, plain);
    }
    let digit = plain.chars().next().map(narrow).and_then(|c| c.to_digit(10));
    let rest = &plain[plain.chars().next().map_or(0, char::len_utf8)..];
    match digit {
        Some(digit @ 1..=9) if rest.starts_with(mark) => {
            (Ordinal::Arabic(digit as u8), rest.trim_start_matches(mark))
        }
        _ => (Ordinal::None, plain),
    }
}

fn heading_at(document: &Document, lexicon: &Lexicon, at: usize) -> Option<Found> {
    let (line_text, text) = line(document, at)?;
    let (ordinal, rest) = split_ordinal(&line_text);
    let number = match ordinal {
        Ordinal::Chinese(n) | Ordinal::Arabic(n) => Some(n),
        Ordinal::Lost | Ordinal::None => None,
    };
    // 表三's own row labels begin like headings, and so may a line over a table.
    if number.is_some() && lexicon.is_table_label(&label_key(&line_text))
        || lexicon.is_caption(&line_text)
        || lexicon.is_caption(rest)
    {
        return None;
    }
    let meaning = recognise(document, lexicon, at, ordinal, rest)?;
    let mut place = passage(text, at);
    if let Some((more, text)) = (meaning.blocks > 1).then(|| line(document, at + 1)).flatten() {
        place.text.push_str(&more);
        place.raw.push_str(&text.raw);
    }
    let heading = Heading {
        ordinal: number,
        text: meaning.words.split_whitespace().collect(),
        part: meaning.part.map(|(n, _)| n),
        matched: match meaning.part {
            Some((_, Wording::Own)) => HeadingMatch::Canonical,
            Some((_, Wording::Other)) => HeadingMatch::Variant,
            None => HeadingMatch::Unmapped,
        },
        passage: place,
    };
    let rest = meaning.tail.map(|tail| Passage { text: tail, ..passage(text, at) });
    Some(Found { heading, blocks: meaning.blocks, rest })
}

/// What a line means as a heading.
struct Meaning {
    part: Option<(u8, Wording)>,
    words: String,
    blocks: usize,
    tail: Option<String>,
}

impl Meaning {
    fn of(part: Option<(u8, Wording)>, words: &str) -> Option<Meaning> {
        Some(Meaning { part, words: words.to_string(), blocks: 1, tail: None })
    }
}

fn recognise(
    document: &Document,
    lexicon: &Lexicon,
    at: usize,
    ordinal: Ordinal,
    rest: &str,
) -> Option<Meaning> {
    let key = label_key(rest);
    let exact = lexicon.headings.get(&key).copied();
    let own = exact.is_some_and(|(_, wording)| wording == Wording::Own);
    if own {
        return Meaning::of(exact, rest);
    }
    if !matches!(ordinal, Ordinal::Chinese(_) | Ordinal::Lost) {
        // Without the form's ordinal only words that can hardly be anything else.
        let marked = matches!(document.blocks[at], Block::Heading { .. });
        let sure = ordinal == Ordinal::None && marked && key.chars().count() >= 8;
        return exact.filter(|_| sure).and_then(|found| Meaning::of(Some(found), rest));
    }
    // Spread over two paragraphs: 五、存在的主要问题及 + 整改措施.
    if let Some((more, _)) = line(document, at + 1)
        && more.chars().count() <= LONGEST_UNMAPPED
        && split_ordinal(&more).0 == Ordinal::None
        && let Some(&found) = lexicon.headings.get(&label_key(&format!("{rest}{more}")))
    {
        let words = format!("{rest}{more}");
        return Some(Meaning { part: Some(found), words, blocks: 2, tail: None });
    }
    if exact.is_some() {
        return Meaning::of(exact, rest);
    }
    if let Some((found, words, tail)) = run_in(lexicon, rest) {
        let tail = (!tail.is_empty()).then(|| tail.to_string());
        return Some(Meaning { part: Some(found), words: words.to_string(), blocks: 1, tail });
    }
    if let Some(found) = lexicon.heading(&key) {
        return Meaning::of(Some(found), rest);
    }
    let sentence =
        rest.contains(['。', '；', '！', '？', '…', ';']) || rest.ends_with(['，', ',', '：', ':']);
    let heading_like = !sentence && (2..=LONGEST_UNMAPPED).contains(&rest.chars().count());
    let first_level = matches!(ordinal, Ordinal::Chinese(_));
    if first_level && heading_like { Meaning::of(None, rest) } else { None }
}

/// A heading with text behind it in the same paragraph: 六、其他需要报告的事项：无.
fn run_in<'t>(lexicon: &Lexicon, line: &'t str) -> Option<((u8, Wording), &'t str, &'t str)> {
    let mut best = None;
    for (at, c) in line.char_indices().take(LONGEST) {
        if !(c.is_whitespace() || "。：:，,；;".contains(c)) {
            continue;
        }
        if let Some(&found) = lexicon.headings.get(&label_key(&line[..at])) {
            let tail = line[at..]
                .trim_start_matches(|c: char| c.is_whitespace() || "。：:，,；;".contains(c));
            best = Some((found, &line[..at], tail));
        }
    }
    best
}

/// A text block as a passage.
pub(super) fn passage(text: &Text, block: usize) -> Passage {
    Passage {
        text: text.clean.trim().to_string(),
        raw: text.raw.clone(),
        anchor: text.anchor.clone(),
        block,
    }
}
