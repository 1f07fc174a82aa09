//! Parts of text whose heading is lost, known by what they speak of and where they stand (PX-07).

use super::super::report::{Part, Passage, Remark, RemarkKind, Report};
use super::super::schema::{Editions, Section};
use super::sections::passage;
use crate::document::Document;
use std::ops::Range;

/// Adds parts one, five and six where their heading was not read but their text is there: part one
/// between title and the next part, part five behind 表四, part six at the end of part five.
pub(super) fn parts_by_content(
    document: &Document,
    editions: &Editions,
    claimed: &[usize],
    report: &mut Report,
) {
    let edition = report.edition.as_deref().and_then(|id| editions.get(id));
    let Some(edition) = edition.or(editions.all.last()) else { return };
    for section in edition.sections.iter().filter(|s| !s.signs.is_empty()) {
        if report.part(section.number).is_some() {
            continue;
        }
        let Some(range) = room(document, report, section.number) else { continue };
        let mut passages = texts(document, range, claimed, report);
        match section.number {
            // The preamble names the parts; it is not one of them.
            1 => passages.retain(|p| !p.text.contains("本报告")),
            6 => {
                let first = passages.iter().position(|p| speaks_of(section, &[p])).unwrap_or(0);
                passages.drain(..first);
            }
            _ => {}
        }
        if speaks_of(section, &passages.iter().collect::<Vec<_>>()) {
            add(report, section.number, passages);
        }
    }
}

/// Where a part without its heading can only stand: from the end of what goes before to the next heading.
fn room(document: &Document, report: &Report, number: u8) -> Option<Range<usize>> {
    let next_heading = |from: usize| {
        let starts = report.headings.iter().map(|h| h.passage.block).filter(|at| *at >= from);
        starts.min().unwrap_or(document.blocks.len())
    };
    match number {
        1 => {
            let first_table = report.table(2)?.blocks.first().copied()?;
            Some(0..next_heading(0).min(first_table))
        }
        5 => {
            let behind = report.table(4)?.blocks.last().copied()? + 1;
            Some(behind..next_heading(behind))
        }
        _ => {
            let five = report.part(5)?;
            let first = five.passages.first()?.block;
            Some(first + 1..next_heading(first + 1))
        }
    }
}

fn texts(
    document: &Document,
    range: Range<usize>,
    claimed: &[usize],
    report: &Report,
) -> Vec<Passage> {
    let notes: Vec<usize> =
        report.tables.iter().filter_map(|t| t.note.as_ref()).map(|note| note.block).collect();
    let texts = range.filter(|at| !claimed.contains(at) && !notes.contains(at)).filter_map(|at| {
        let text = document.blocks.get(at)?.text()?;
        (!text.is_blank()).then(|| passage(text, at))
    });
    texts.collect()
}

/// Each of the signs is met by one of its words.
fn speaks_of(section: &Section, passages: &[&Passage]) -> bool {
    let met = |words: &Vec<String>| {
        words.iter().any(|word| passages.iter().any(|p| p.text.contains(word.as_str())))
    };
    section.signs.iter().all(met)
}

fn add(report: &mut Report, number: u8, passages: Vec<Passage>) {
    let Some(first) = passages.first().cloned() else { return };
    let taken = |p: &Passage| passages.iter().any(|mine| mine.block == p.block);
    for part in &mut report.parts {
        part.passages.retain(|p| !taken(p));
        part.after_table.retain(|p| !taken(p));
    }
    let before = report.parts.iter().filter(|p| p.number < number).count();
    let part = Part {
        number,
        heading: None,
        passages,
        extra: Vec::new(),
        pictures: Vec::new(),
        after_table: Vec::new(),
    };
    report.parts.insert(before, part);
    report.remarks.push(Remark {
        kind: RemarkKind::PartByContent,
        table: None,
        part: Some(number),
        anchor: first.anchor,
        quote: first.raw.chars().take(60).collect(),
    });
}
