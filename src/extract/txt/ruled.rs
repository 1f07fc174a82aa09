//! Tables written one row per line: TABs between the cells, or bars, Markdown included.

use super::line::{Line, is_bar};
use super::{RawCell, Region};

/// True when line `at` is a short first row of one merged cell: it stands between a numbered heading
/// (or the beginning) and a row.
pub(super) fn begins_rows(lines: &[Line<'_>], at: usize) -> bool {
    let headed =
        lines[..at].iter().rev().find(|l| !l.is_blank()).is_some_and(Line::is_numbered_heading);
    headed && is_merged_row(lines, at)
}

/// Reads the table that begins at line `at`. A single line with a TAB or a bar is no table.
pub(super) fn read(lines: &[Line<'_>], at: usize) -> Option<Region> {
    let mut region = Region { next: at, ..Region::default() };
    let mut rows_seen = 0;
    while let Some(line) = lines.get(region.next) {
        if is_rule(line) {
            region.next += 1;
        } else if line.is_row() || (rows_seen > 0 && has_blank_cells(lines, region.next)) {
            rows_seen += 1;
            region.rows.push(cells(line));
            region.next += 1;
        } else if is_merged_row(lines, region.next) {
            region.rows.push(vec![RawCell {
                text: line.text.trim().to_owned(),
                line: line.number,
                column: line.column_of(line.text.trim_start()),
            }]);
            region.next += 1;
        } else if line.is_blank()
            && rows_seen > 0
            && (line.text.contains('\t') || continues(lines, region.next))
        {
            // TABs alone are a row of empty cells.
            region.next += 1;
        } else {
            break;
        }
    }
    // Where every row ends with the separator it ends the row and begins no cell.
    let mut wide: Vec<_> = region.rows.iter_mut().filter(|row| row.len() > 1).collect();
    if wide.iter().all(|row| row.last().is_some_and(|cell| cell.text.trim().is_empty())) {
        wide.iter_mut().for_each(|row| drop(row.pop()));
    }
    (rows_seen >= 2).then_some(region)
}

/// One visible piece among TABs: a label whose values are all blank, or, directly below a row, a
/// number whose label is.
fn has_blank_cells(lines: &[Line<'_>], at: usize) -> bool {
    let line = &lines[at];
    !line.is_blank()
        && line.text.contains('\t')
        && (!line.text.starts_with('\t') || lines[at - 1].is_row())
}

/// A short line without cells directly before a row and not a heading: a cell merged over the row.
fn is_merged_row(lines: &[Line<'_>], at: usize) -> bool {
    let line = &lines[at];
    !line.is_blank()
        && line.cell().is_none()
        && !line.is_row()
        && !line.text.contains('\t')
        && !line.is_numbered_heading()
        && line.heading_mark().0 == 0
        && line.text.trim().chars().count() <= 20
        && !line.text.contains(['。', '；', '：', ':'])
        && lines.get(at + 1).is_some_and(|next| next.is_row() && !is_rule(next))
}

/// One blank line does not end a table whose next line is a row, unless that row is the head of a
/// Markdown table of its own.
fn continues(lines: &[Line<'_>], at: usize) -> bool {
    lines.get(at + 1).is_some_and(|next| next.is_row() && !is_rule(next))
        && !lines.get(at + 2).is_some_and(is_rule)
}

/// The line between head and body of a Markdown table: `|---|:-:|`.
fn is_rule(line: &Line<'_>) -> bool {
    line.text.contains("--")
        && line.text.chars().all(|c| is_bar(c) || matches!(c, '-' | ':' | '+' | ' ' | '\t'))
}

fn cells(line: &Line<'_>) -> Vec<RawCell> {
    let pieces: Vec<&str> = if line.has_bars() {
        let text = line.text.trim();
        let text = text.strip_prefix(is_bar).unwrap_or(text);
        let text = text.strip_suffix(is_bar).unwrap_or(text);
        text.split(is_bar).collect()
    } else {
        line.text.split('\t').collect()
    };
    let cell = |piece: &&str| {
        let text = piece.trim_matches(' ');
        let text_read = text.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n");
        RawCell { text: text_read, line: line.number, column: line.column_of(text) }
    };
    pieces.iter().map(cell).collect()
}
