//! A workbook as a document: which cells are paragraphs and which are tables.
//!
//! A row with a single cell is text unless it belongs to a table: within its lines, or merged over
//! exactly its width right above it. Rows of several cells are tables. Sentences and headings are
//! never taken into a table, however they are ruled.

use super::bands::{self, Band, Kind, Placed, Seen};
use super::grid::{self, anchor};
use super::{Book, Sheet};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind, Text, cell_name};
use crate::extract::budget::Budget;
use crate::extract::{ExtractError, notice};

/// A line from so many characters on may have been broken by hand and go on in the next row.
const BROKEN_FROM: usize = 25;

/// A text longer than this that ends like a sentence is one.
const SENTENCE: usize = 40;

/// Places named in one notice.
const NAMED: usize = 8;

/// Unruled rows before or behind a ruled table that may be lines of their own: the body that fills
/// it in, the unit, who checked it.
const LOOSE: usize = 3;

/// The document of a workbook: its sheets in their order.
pub(in crate::extract) fn document(mut book: Book<'_>) -> Result<Document, ExtractError> {
    let mut out = Splitter {
        blocks: Vec::new(),
        budget: Budget::new(book.format, book.limits),
        hidden: Named::default(),
        uncalculated: Named::default(),
    };
    for mut sheet in std::mem::take(&mut book.sheets) {
        let seen = bands::seen(&book, &mut sheet)?;
        if sheet.hidden {
            out.hidden_sheet(&sheet, &seen);
        } else {
            out.sheet(&sheet, &seen)?;
        }
    }
    let notices = [
        out.hidden.notice(NoticeKind::HiddenCells),
        out.uncalculated.notice(NoticeKind::FormulaWithoutResult),
    ];
    let notices = notices.into_iter().flatten().collect();
    Ok(Document { blocks: out.blocks, notices, properties: Vec::new() })
}

/// Places to be told in one notice.
#[derive(Default)]
struct Named {
    count: u32,
    names: Vec<String>,
    first: Option<Anchor>,
}

impl Named {
    fn add(&mut self, name: String, anchor: Anchor) {
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(name);
        }
        self.first.get_or_insert(anchor);
    }

    fn notice(self, kind: NoticeKind) -> Option<Notice> {
        let more = if self.count as usize > self.names.len() { " …" } else { "" };
        let quote = self.names.join("、") + more;
        self.first.map(|anchor| Notice { count: self.count, ..notice(kind, anchor, &quote) })
    }
}

struct Splitter<'a> {
    blocks: Vec<Block>,
    budget: Budget<'a>,
    hidden: Named,
    uncalculated: Named,
}

impl Splitter<'_> {
    /// A hidden sheet is no content. One that holds more than a list, as drop-down menus use them,
    /// may be what somebody looks for.
    fn hidden_sheet(&mut self, sheet: &Sheet, seen: &Seen) {
        let bands = bands::bands(&seen.cells);
        if bands.iter().filter(|band| band.kind == Kind::Cells && !band.blank).count() > 1 {
            self.hidden.add(sheet.name.clone(), anchor(sheet, (0, 0)));
        }
    }

    fn sheet(&mut self, sheet: &Sheet, seen: &Seen) -> Result<(), ExtractError> {
        for row in &seen.hidden_rows {
            let name = format!("{}!{}:{}", sheet.name, row + 1, row + 1);
            self.hidden.add(name, anchor(sheet, (*row, 0)));
        }
        for column in &seen.hidden_columns {
            let letters = cell_name(1, column + 1);
            let letters = letters.trim_end_matches('1');
            let name = format!("{}!{letters}:{letters}", sheet.name);
            self.hidden.add(name, anchor(sheet, (0, *column)));
        }
        for cell in seen.cells.iter().filter(|cell| cell.content.uncalculated) {
            let name = format!("{}!{}", sheet.name, cell_name(cell.at.0 + 1, cell.at.1 + 1));
            self.uncalculated.add(name, anchor(sheet, cell.at));
        }
        let bands = bands::bands(&seen.cells);
        self.sheet_heading(sheet, seen, &bands)?;
        for region in bands.chunk_by(|above, below| below.top == above.bottom + 1) {
            self.region(sheet, seen, region)?;
        }
        for (row, column, name) in &sheet.pictures {
            self.budget.block()?;
            let anchor = anchor(sheet, (*row, *column));
            self.blocks.push(Block::Picture { name: name.clone(), anchor });
        }
        Ok(())
    }

    /// The name of a sheet that is written like a heading is one, where no line of the sheet has the
    /// same ordinal. Labels within tables have ordinals of their own.
    fn sheet_heading(
        &mut self,
        sheet: &Sheet,
        seen: &Seen,
        bands: &[Band],
    ) -> Result<(), ExtractError> {
        let name = sheet.name.trim();
        let ordinal = name.split_inclusive(['、', '）', ')', '．', '.']).next().unwrap_or(name);
        let mut lines = bands.iter().filter(|band| band.kind == Kind::Line);
        let repeats = |band: &Band| {
            seen.cells[band.cells.start].content.text.trim_start().starts_with(ordinal)
        };
        if is_heading(name) && bands.iter().any(|band| !band.blank) && !lines.any(repeats) {
            self.budget.text(name)?;
            self.budget.block()?;
            let text = Text::plain(name, anchor(sheet, (0, 0)));
            self.blocks.push(Block::Heading { level: 1, text });
        }
        Ok(())
    }

    /// Bands with no blank row between them.
    fn region(&mut self, sheet: &Sheet, seen: &Seen, region: &[Band]) -> Result<(), ExtractError> {
        let grids = || region.iter().filter(|band| band.kind == Kind::Cells && !band.blank);
        let ruled = grids().any(|band| band.ruled);
        let filled = || {
            let cells = grids().flat_map(|band| &seen.cells[band.cells.clone()]);
            cells.filter(|cell| !cell.is_blank())
        };
        let width = (
            filled().map(|cell| cell.area.left).min().unwrap_or(0),
            filled().map(|cell| cell.area.right).max().unwrap_or(0),
        );
        let mut run: Vec<&Band> = Vec::new();
        let mut above: Option<&Placed> = None;
        for (at, band) in region.iter().enumerate() {
            let cell = &seen.cells[band.cells.start];
            let below = region.get(at + 1).is_some_and(|next| next.kind == Kind::Cells);
            let across = width.0 < width.1 && (cell.area.left, cell.area.right) == width;
            let inside = match band.kind {
                Kind::Cells => true,
                Kind::Line if reads_alone(&cell.content.text) => false,
                Kind::Line if ruled => cell.content.ruled,
                Kind::Line => across && below,
            };
            if inside {
                run.push(band);
                above = None;
                continue;
            }
            self.run(sheet, seen, &std::mem::take(&mut run))?;
            match above {
                Some(above) if goes_on(above, cell) => self.append(&cell.content.text)?,
                _ => self.lines(sheet, cell)?,
            }
            above = Some(cell);
        }
        self.run(sheet, seen, &run)
    }

    /// Bands of one table; unruled lines at either end of a ruled one are no part of it.
    fn run(&mut self, sheet: &Sheet, seen: &Seen, run: &[&Band]) -> Result<(), ExtractError> {
        let mut run = filled(run);
        let widest = run.iter().map(|band| band.cells.len()).max().unwrap_or(0);
        let ruled = run.iter().filter(|band| band.ruled && !band.blank).count() > 1;
        let loose = |band: &Band| ruled && !band.ruled && is_loose(seen, band, widest);
        for _ in 0..LOOSE {
            let Some((band, rest)) = run.split_first().filter(|(band, _)| loose(band)) else {
                break;
            };
            self.joined(sheet, seen, band)?;
            run = rest;
        }
        let mut behind = Vec::new();
        for _ in 0..LOOSE {
            let Some((band, rest)) = run.split_last().filter(|(band, _)| loose(band)) else {
                break;
            };
            behind.push(*band);
            run = rest;
        }
        let run = filled(run);
        let alone = matches!(run, [band] if !band.ruled && band.top == band.bottom);
        if alone || run.iter().all(|band| band.kind == Kind::Line) {
            run.iter().try_for_each(|band| self.joined(sheet, seen, band))?;
        } else {
            let cells = run.iter().flat_map(|band| &seen.cells[band.cells.clone()]);
            let cells: Vec<&Placed> = cells.collect();
            let table = grid::table(sheet, &cells, &seen.hollow, &mut self.budget)?;
            self.blocks.extend(table.map(Block::Table));
        }
        behind.iter().rev().try_for_each(|band| self.joined(sheet, seen, band))
    }

    /// A row of several texts that is no table, as one line.
    fn joined(&mut self, sheet: &Sheet, seen: &Seen, band: &Band) -> Result<(), ExtractError> {
        let cells = seen.cells[band.cells.clone()].iter().filter(|cell| !cell.is_blank());
        let cells: Vec<&Placed> = cells.collect();
        let [first, _, ..] = cells[..] else {
            return cells.iter().try_for_each(|cell| self.lines(sheet, cell));
        };
        let texts: Vec<&str> = cells.iter().map(|cell| cell.content.text.trim()).collect();
        self.paragraph(sheet, first.at, &texts.join("  "))
    }

    /// The lines of a cell, each a paragraph.
    fn lines(&mut self, sheet: &Sheet, cell: &Placed) -> Result<(), ExtractError> {
        let mut lines = cell.content.text.split('\n').filter(|line| !line.trim().is_empty());
        lines.try_for_each(|line| self.paragraph(sheet, cell.at, line))
    }

    fn paragraph(&mut self, sheet: &Sheet, at: (u32, u32), text: &str) -> Result<(), ExtractError> {
        self.budget.text(text)?;
        self.budget.block()?;
        self.blocks.push(Block::Paragraph(Text::plain(text, anchor(sheet, at))));
        Ok(())
    }

    /// Takes a line for the rest of the paragraph above it.
    fn append(&mut self, rest: &str) -> Result<(), ExtractError> {
        self.budget.text(rest)?;
        if let Some(Block::Paragraph(text)) = self.blocks.last_mut() {
            *text = Text::plain(format!("{}{rest}", text.raw), text.anchor.clone());
        }
        Ok(())
    }
}

/// The bands from the first with text to the last, and one more: rows without any text end many
/// tables, one of them may be a row that was not filled in.
fn filled<'b, 'a>(run: &'b [&'a Band]) -> &'b [&'a Band] {
    let Some(first) = run.iter().position(|band| !band.blank) else { return &[] };
    let last = run.iter().rposition(|band| !band.blank).unwrap_or(first);
    &run[first..run.len().min(last + 2)]
}

/// 一、 or （一）, as official texts number their parts.
fn is_heading(text: &str) -> bool {
    let text = text.trim_start();
    let bare = text.trim_start_matches(['（', '(']);
    let after = bare.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
    let close: &[char] = if bare.len() < text.len() { &['）', ')'] } else { &['、', '．', '.'] };
    after.len() < bare.len() && after.starts_with(close)
}

/// A heading or a sentence, which is no cell of a table.
fn reads_alone(text: &str) -> bool {
    let text = text.trim();
    is_heading(text)
        || (text.chars().count() > SENTENCE && text.ends_with(['。', '；', '：', '！', ';', ':']))
}

/// The line is broken off in the middle of a sentence, and the next one goes on with it.
fn goes_on(above: &Placed, below: &Placed) -> bool {
    let (text, next) = (&above.content.text, &below.content.text);
    let stops = ['，', '。', '；', '、'];
    (above.area.left, above.area.right) == (below.area.left, below.area.right)
        && text.chars().count() >= BROKEN_FROM
        && text.contains(stops)
        && !text.ends_with(['。', '！', '？', '；', '：', '…', '”', '）'])
        && !next.starts_with(char::is_whitespace)
        && !is_heading(next)
        && next.contains(stops)
}

/// Few words and no number in a row beside a table.
fn is_loose(seen: &Seen, band: &Band, widest: usize) -> bool {
    let number =
        |text: &str| text.trim().chars().all(|c| c.is_ascii_digit() || ",.-/%".contains(c));
    let cells = seen.cells[band.cells.clone()].iter().filter(|cell| !cell.is_blank());
    let texts: Vec<&str> = cells.map(|cell| cell.content.text.as_str()).collect();
    texts.len() * 2 <= widest && !texts.iter().any(|text| number(text))
}
