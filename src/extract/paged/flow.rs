//! The pages in reading order: paragraphs, tables and pictures, put together over page breaks.

use super::furniture::{self, Leaf};
use super::line::{self, Line};
use super::paragraph::{Layout, Paragraph};
use super::sheet::{self, Sheet};
use super::unread::{self, ORNAMENT};
use super::{Area, Page, seam};
use crate::document::{Block, Cell, Document, Notice, NoticeKind, Table, Text};
use crate::extract::budget::Budget;
use crate::extract::{ExtractError, notice};

/// Rows of numbers without lines around them that make a table nobody ruled.
const UNRULED_ROWS: usize = 3;

/// Reads the pages of a document.
pub(in crate::extract) fn read(
    pages: &[Page],
    mut budget: Budget<'_>,
) -> Result<Document, ExtractError> {
    let mut notices = unread::notices(pages);
    let splits: Vec<_> = pages.iter().map(sheet::split).collect();
    let mut leaves: Vec<Leaf> = Vec::new();
    for (page, split) in pages.iter().zip(&splits) {
        let tables = split.sheets.iter().map(|s| (s.area.top, s.area.bottom)).collect();
        let mut lines = line::lines(&split.outside);
        lines.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
        leaves.push(Leaf { height: page.height, lines, tables });
        if split.overruled {
            notices.push(notice(NoticeKind::TableUnruled, page.whole().anchor(page.number), ""));
        }
    }
    furniture::take_out(&mut leaves);
    notices.extend(unruled(pages, &leaves));
    let layout = Layout::of(leaves.iter().map(|leaf| leaf.lines.as_slice()));
    let mut flow = Flow { layout, parts: Vec::new(), notices };
    for ((page, split), leaf) in pages.iter().zip(splits).zip(leaves) {
        flow.page(page, leaf.lines, split.sheets);
    }
    let mut blocks = Vec::new();
    for part in flow.parts {
        budget.block()?;
        blocks.push(part.block(&mut budget)?);
    }
    Ok(Document { blocks, notices: flow.notices, properties: Vec::new() })
}

/// Rows of numbers outside of every ruled table.
fn unruled(pages: &[Page], leaves: &[Leaf]) -> Option<Notice> {
    let row = |line: &&Line| line.pieces >= 3 && line.numbers >= 2;
    for (page, leaf) in pages.iter().zip(leaves) {
        let mut rows = leaf.lines.iter().filter(row);
        if let Some(first) = rows.next()
            && rows.count() + 1 >= UNRULED_ROWS
        {
            let anchor = first.area.anchor(page.number);
            return Some(notice(NoticeKind::TableUnruled, anchor, &first.text));
        }
    }
    None
}

/// What has been put together so far.
struct Flow {
    layout: Layout,
    parts: Vec<Part>,
    notices: Vec<Notice>,
}

/// A block in the making.
enum Part {
    Paragraph(Paragraph),
    Table { first: u32, area: Area, sheet: Box<Sheet> },
    Picture { page: u32, area: Area },
}

impl Flow {
    fn page(&mut self, page: &Page, lines: Vec<Line>, sheets: Vec<Sheet>) {
        enum Found {
            Line(Line),
            Sheet(Sheet),
            Picture(Area),
        }
        let size = |p: &&Area| p.width() * p.height() > ORNAMENT * page.width * page.height;
        let pictures =
            page.pictures.iter().filter(size).filter(|_| !page.is_scan() || !page.has_text());
        let mut found: Vec<(f32, Found)> = Vec::new();
        found.extend(pictures.map(|p| (p.top, Found::Picture(*p))));
        found.extend(sheets.into_iter().map(|s| (s.area.top, Found::Sheet(s))));
        found.extend(lines.into_iter().map(|l| (l.area.top, Found::Line(l))));
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, found) in found {
            match found {
                Found::Line(line) => self.line(page.number, line),
                Found::Sheet(sheet) => self.sheet(sheet),
                Found::Picture(area) => self.parts.push(Part::Picture { page: page.number, area }),
            }
        }
    }

    fn line(&mut self, page: u32, line: Line) {
        if let Some(Part::Paragraph(paragraph)) = self.parts.last_mut()
            && self.layout.continues(paragraph, page, &line)
        {
            paragraph.add(page, line);
        } else {
            self.parts.push(Part::Paragraph(Paragraph::begin(page, line)));
        }
    }

    fn sheet(&mut self, sheet: Sheet) {
        if let Some(Part::Table { sheet: last, .. }) = self.parts.last_mut()
            && last.page + 1 == sheet.page
            && seam::continues(last, &sheet)
        {
            let quote = sheet.cells.first().map_or("", |cell| cell.text.as_str());
            self.notices.push(notice(
                NoticeKind::TableJoined,
                sheet.area.anchor(sheet.page),
                quote,
            ));
            seam::join(last, sheet);
        } else {
            let (first, area) = (sheet.page, sheet.area);
            self.parts.push(Part::Table { first, area, sheet: Box::new(sheet) });
        }
    }
}

impl Part {
    fn block(self, budget: &mut Budget<'_>) -> Result<Block, ExtractError> {
        Ok(match self {
            Part::Paragraph(paragraph) => {
                budget.text(&paragraph.text)?;
                let anchor = paragraph.area.anchor(paragraph.page);
                Block::Paragraph(Text::plain(paragraph.text, anchor))
            }
            Part::Picture { page, area } => {
                Block::Picture { name: String::new(), anchor: area.anchor(page) }
            }
            Part::Table { first, area, sheet } => {
                let columns = sheet.xs.len() - 1;
                budget.grid(sheet.rows as usize, columns)?;
                let mut cells = Vec::with_capacity(sheet.cells.len());
                for cell in sheet.cells {
                    budget.text(&cell.text)?;
                    cells.push(Cell {
                        row: cell.row,
                        column: cell.column,
                        row_span: cell.row_span,
                        column_span: cell.column_span,
                        text: Text::plain(cell.text, cell.area.anchor(cell.page)),
                        tables: Vec::new(),
                        doubtful: cell.doubtful,
                    });
                }
                let anchor = area.anchor(first);
                Block::Table(Table::from_cells(sheet.rows, columns as u32, cells, anchor))
            }
        })
    }
}
