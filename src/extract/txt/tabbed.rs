//! Tables written one cell per line.
//!
//! A line led by TAB begins a cell, lines without TAB continue it, an empty line ends the row, two
//! empty lines end the table.

use super::line::Line;
use super::{RawCell, Region};
use crate::document::{Anchor, NoticeKind};
use crate::extract::notice;

/// Reads the table that begins at line `at`, which begins a cell.
pub(super) fn read(lines: &[Line<'_>], mut at: usize) -> Region {
    let mut region = Region::default();
    let mut row: Vec<RawCell> = Vec::new();
    while let Some(line) = lines.get(at) {
        if let Some((text, column)) = line.cell() {
            row.push(RawCell { text: text.to_owned(), line: line.number, column });
        } else if line.is_empty() {
            match after_empty(lines, at, &row) {
                After::Row => region.rows.extend(take(&mut row)),
                After::SameRow(next) => {
                    let anchor = Anchor::Line { line: line.number, column: 1 };
                    let quote = row.last().map_or("", |cell| cell.text.as_str());
                    region.notices.push(notice(NoticeKind::RowRejoined, anchor, quote));
                    continue_cell(&mut row, &lines[at..next]);
                    at = next;
                    continue;
                }
                After::Nothing => break,
            }
        } else if is_glued(line, &row) {
            let anchor = Anchor::Line { line: line.number, column: 1 };
            region.notices.push(notice(NoticeKind::HeadingGlued, anchor, line.text.trim()));
            break;
        } else {
            continue_cell(&mut row, &lines[at..=at]);
        }
        at += 1;
    }
    region.rows.extend(take(&mut row));
    region.next = at;
    region
}

fn take(row: &mut Vec<RawCell>) -> Option<Vec<RawCell>> {
    (!row.is_empty()).then(|| std::mem::take(row))
}

fn continue_cell(row: &mut [RawCell], lines: &[Line<'_>]) {
    if let Some(cell) = row.last_mut() {
        for line in lines {
            cell.text.push('\n');
            cell.text.push_str(line.text);
        }
    }
}

/// What an empty line inside a table ends.
enum After {
    Row,
    /// Nothing: the row goes on at this line.
    SameRow(usize),
    /// The table.
    Nothing,
}

/// Tells by the lines behind an empty line what it ends.
///
/// The row goes on where blank paragraphs that are not empty (NBSP) lead straight to the next cell:
/// between rows and between tables a converter writes empty lines only, so these blanks are a cell's
/// own, a header cell broken by its typist. It goes on, too, where one short line without a number
/// or a full stop leads straight to the next cell.
fn after_empty(lines: &[Line<'_>], at: usize, row: &[RawCell]) -> After {
    let Some(next) = lines.get(at + 1) else { return After::Nothing };
    if next.cell().is_some() {
        return After::Row;
    }
    if next.is_empty() {
        return After::Nothing;
    }
    let label_open = row.len() > 1 && row.last().is_some_and(|cell| !is_value(&cell.text));
    if next.is_blank() {
        let ahead = &lines[at + 1..];
        let blanks =
            ahead.iter().take_while(|line| line.is_blank() && line.cell().is_none()).count();
        let straight = ahead.get(blanks).is_some_and(|line| line.cell().is_some())
            && !ahead[blanks - 1].is_empty();
        return if straight && label_open {
            After::SameRow(at + 1 + blanks)
        } else {
            After::Nothing
        };
    }
    let short = next.text.trim().chars().count() <= 12
        && !next.is_numbered_heading()
        && !next.text.contains(['。', '：', ':', '，', '|', '\t', '（', '#']);
    let leads_on = lines.get(at + 2).is_some_and(|line| line.cell().is_some());
    if short && leads_on && label_open { After::SameRow(at + 1) } else { After::Nothing }
}

/// True for a numbered heading that follows a number with no empty line between: it is the next
/// part's heading, not the second line of the cell.
fn is_glued(line: &Line<'_>, row: &[RawCell]) -> bool {
    line.is_numbered_heading() && row.last().is_some_and(|cell| is_value(&cell.text))
}

/// A number, a stroke or nothing: what stands in the last cell of a data row.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    match text.chars().next() {
        None => true,
        Some(first) => {
            text.chars().count() <= 16
                && (first.is_ascii_digit()
                    || ('０'..='９').contains(&first)
                    || "-－—+＋/／".contains(first))
        }
    }
}
