//! From text as written to text as read: blanks, conversion marks, pinyin, Traditional characters.
//!
//! Invariant: `raw` is never touched; whatever `clean` lost or gained beyond white space has a notice.

mod marks;
mod pinyin;
#[cfg(test)]
mod tests;
mod trace;
mod traditional;

use super::notice;
use crate::document::{Anchor, Block, Document, Notice, NoticeKind, Table, Text};
use trace::Trace;

/// Fills `clean` of every text in the document and adds the notices.
pub(super) fn recover(document: &mut Document) {
    let mut counted = Counted::default();
    let style = pinyin::Style::of(texts(document));
    let traditional = traditional::is_traditional(texts(document));
    let mut notices = Vec::new();
    let mut work = |text: &mut Text, in_cell: bool| {
        if needs_nothing(text) {
            return;
        }
        let mut trace = Trace::new(number(text), &text.raw);
        marks::take_out(&mut trace, &text.anchor, &mut notices);
        if in_cell && marks::join_vertical(&mut trace) {
            notices.push(notice(NoticeKind::VerticalLabel, text.anchor.clone(), &text.raw));
        }
        counted.pinyin.add(pinyin::take_out(&mut trace, style), text);
        counted.traditional.add(traditional::simplify(&mut trace, traditional), text);
        counted.mojibake.add(marks::mojibake(&text.raw), text);
        trace.trim();
        let (clean, map) = trace.finish();
        let (raw, anchor) = (std::mem::take(&mut text.raw), std::mem::take(&mut text.anchor));
        *text = Text::cleaned(raw, clean, map, anchor);
    };
    for block in &mut document.blocks {
        match block {
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::ListItem { text, .. }
            | Block::Note(text) => work(text, false),
            Block::Table(table) => each_cell(table, &mut work),
            Block::Picture { .. } => {}
        }
    }
    document.notices.append(&mut notices);
    counted.report(&mut document.notices);
}

/// Calls `work` for the text of every cell, nested tables included. Nesting is bounded by the
/// reader's depth limit, which also bounds the recursion here.
fn each_cell(table: &mut Table, work: &mut impl FnMut(&mut Text, bool)) {
    for cell in &mut table.cells {
        work(&mut cell.text, true);
        for inner in &mut cell.tables {
            each_cell(inner, work);
        }
    }
}

/// The raw text of every block and of the cells of every outer table.
fn texts(document: &Document) -> impl Iterator<Item = &str> + Clone {
    document.blocks.iter().flat_map(|block| {
        let cells: &[_] = if let Block::Table(table) = block { &table.cells } else { &[] };
        let own = block.text().or(block.note()).map(|text| text.raw.as_str());
        own.into_iter().chain(cells.iter().map(|cell| cell.text.raw.as_str()))
    })
}

/// The automatic number a reader has put before the text it handed in.
fn number(text: &Text) -> &str {
    text.clean.strip_suffix(text.raw.as_str()).unwrap_or_default()
}

/// Most texts are plain Simplified Chinese without anything to repair.
fn needs_nothing(text: &Text) -> bool {
    let raw = text.raw.as_str();
    raw == raw.trim()
        && !raw.chars().any(|c| {
            trace::is_odd(c)
                || matches!(c, '\n' | '[' | '(' | '（' | '*')
                || traditional::is_convertible(c)
                || ('\u{80}'..='\u{FF}').contains(&c)
                || matches!(c, '锟' | char::REPLACEMENT_CHARACTER)
        })
        && marks::shown_as_gbk(raw) == 0
}

/// Repairs that are counted over the whole document.
#[derive(Default)]
struct Counted {
    pinyin: Count,
    traditional: Count,
    mojibake: Count,
}

#[derive(Default)]
struct Count {
    count: u32,
    first: Option<(Anchor, String)>,
}

impl Count {
    fn add(&mut self, count: u32, text: &Text) {
        if count > 0 && self.first.is_none() {
            self.first = Some((text.anchor.clone(), text.raw.clone()));
        }
        self.count = self.count.saturating_add(count);
    }

    fn notice(self, kind: NoticeKind) -> Option<Notice> {
        let (anchor, quote) = self.first?;
        Some(Notice { count: self.count, ..notice(kind, anchor, &quote) })
    }
}

impl Counted {
    fn report(self, notices: &mut Vec<Notice>) {
        notices.extend(self.traditional.notice(NoticeKind::TraditionalConverted));
        notices.extend(self.pinyin.notice(NoticeKind::PinyinRemoved));
        notices.extend(self.mojibake.notice(NoticeKind::Mojibake));
    }
}
