//! Plain text: paragraphs, Markdown headings, and tables in the three layouts converters write.
//!
//! One cell per line led by TAB (`tabbed`), one row per line with TABs between the cells, and rows
//! or cells marked with `|` (`ruled`). A cell merged over columns appears once in all of them, so
//! rows have as many cells as were written and the slots behind them stay uncovered.

mod line;
mod ruled;
mod tabbed;
#[cfg(test)]
mod tests;

use super::budget::Budget;
use super::{ExtractError, Extractor, Limits, encoding, notice};
use crate::document::{Anchor, Block, Cell, Document, Notice, NoticeKind, Table, Text};
use crate::model::Format;
use line::Line;

/// The reader of plain text.
pub(super) struct Txt;

impl Extractor for Txt {
    fn format(&self) -> Format {
        Format::Text
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let decoded = encoding::decode(bytes);
        let mut page = Page::new(Budget::new(Format::Text, limits));
        if decoded.repaired {
            let quote = decoded.encoding;
            page.notices.push(notice(NoticeKind::EncodingRepaired, Anchor::Unknown, quote));
        }
        read(&line::split(&decoded.text), &mut page)?;
        Ok(Document { blocks: page.blocks, notices: page.notices, properties: Vec::new() })
    }
}

/// A cell as met in the lines: its text and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RawCell {
    text: String,
    line: u32,
    column: u32,
}

/// A run of lines that looked like a table.
#[derive(Debug, Default)]
struct Region {
    rows: Vec<Vec<RawCell>>,
    notices: Vec<Notice>,
    /// Index of the first line behind it.
    next: usize,
}

/// Collects what the lines hold.
struct Page<'a> {
    blocks: Vec<Block>,
    notices: Vec<Notice>,
    budget: Budget<'a>,
}

fn read(lines: &[Line<'_>], page: &mut Page<'_>) -> Result<(), ExtractError> {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let mut region = None;
        if line.is_row() || ruled::begins_rows(lines, at) {
            region = ruled::read(lines, at);
        }
        if region.is_none() && line.cell().is_some() {
            region = Some(tabbed::read(lines, at));
        }
        match region {
            Some(region) => {
                at = region.next;
                page.table(region)?;
            }
            None => {
                page.line(line)?;
                at += 1;
            }
        }
    }
    Ok(())
}

impl<'a> Page<'a> {
    fn new(budget: Budget<'a>) -> Self {
        Page { blocks: Vec::new(), notices: Vec::new(), budget }
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), ExtractError> {
        if line.is_blank() {
            return Ok(());
        }
        let (level, text) = line.heading_mark();
        let column = (line.text.chars().count() - text.chars().count()) as u32 + 1;
        let text = self.text(text, line.number, column)?;
        self.budget.block()?;
        self.blocks.push(match level {
            0 => Block::Paragraph(text),
            level => Block::Heading { level, text },
        });
        Ok(())
    }

    fn text(&mut self, raw: &str, line: u32, column: u32) -> Result<Text, ExtractError> {
        self.budget.text(raw)?;
        Ok(Text::plain(raw, Anchor::Line { line, column }))
    }

    fn table(&mut self, region: Region) -> Result<(), ExtractError> {
        if is_prose(&region.rows) {
            for cell in region.rows.iter().flatten() {
                self.paragraphs(cell)?;
            }
            return Ok(());
        }
        let rows = region.rows.len();
        let columns = region.rows.iter().map(Vec::len).max().unwrap_or(0);
        let Some(first) = region.rows.first().and_then(|row| row.first()) else { return Ok(()) };
        let anchor = Anchor::Line { line: first.line, column: first.column };
        self.budget.block()?;
        self.budget.grid(rows, columns)?;
        let mut cells = Vec::new();
        for (row, raw) in region.rows.iter().enumerate() {
            for (column, cell) in raw.iter().enumerate() {
                let text = self.text(&cell.text, cell.line, cell.column)?;
                let (row, column) = (row as u32, column as u32);
                cells.push(Cell {
                    row,
                    column,
                    row_span: 1,
                    column_span: 1,
                    text,
                    ..Cell::default()
                });
            }
        }
        self.notices.extend(region.notices);
        self.blocks.push(Block::Table(Table::from_cells(
            rows as u32,
            columns as u32,
            cells,
            anchor,
        )));
        Ok(())
    }

    fn paragraphs(&mut self, cell: &RawCell) -> Result<(), ExtractError> {
        for (offset, part) in cell.text.split('\n').enumerate() {
            let column = if offset == 0 { cell.column } else { 1 };
            if !part.trim().is_empty() {
                let text = self.text(part, cell.line + offset as u32, column)?;
                self.budget.block()?;
                self.blocks.push(Block::Paragraph(text));
            }
        }
        Ok(())
    }
}

/// True for lines that only look like a table: prose indented with TABs. A table has a row of more
/// than one cell, and its cells are labels and numbers, not sentences.
fn is_prose(rows: &[Vec<RawCell>]) -> bool {
    let sentence = |text: &str| {
        let text = text.trim_end();
        text.chars().count() > 40 && text.ends_with(['。', '；', '：', '！', ';', ':'])
    };
    let filled: Vec<&RawCell> =
        rows.iter().flatten().filter(|c| !c.text.trim().is_empty()).collect();
    let sentences = filled.iter().filter(|c| sentence(&c.text)).count();
    rows.iter().all(|row| row.len() < 2) || sentences * 2 >= filled.len().max(1)
}
