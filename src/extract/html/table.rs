//! Tables: grids of spanned cells, or mere layout that is read as running text.

use super::extent::Extent;
use super::walk::Walk;
use crate::document::{Anchor, Block, Cell, Table, Text};
use crate::extract::ExtractError;
use ego_tree::NodeRef;
use scraper::Node;

/// What the standard allows is 1000 and 65534; no form needs a tenth of it.
const MOST_COLUMN_SPAN: u32 = 64;
const MOST_ROW_SPAN: u32 = 512;

type Element<'a> = NodeRef<'a, Node>;

/// Reads one table into the walk's blocks.
pub(super) fn read(
    walk: &mut Walk<'_>,
    node: Element<'_>,
    path: String,
    depth: usize,
) -> Result<(), ExtractError> {
    let rows = rows(node);
    if is_layout(walk, node, &rows) {
        for cell in rows.iter().flatten() {
            walk.children(*cell, depth + 3)?;
            walk.end_line()?;
        }
        return Ok(());
    }
    let in_flow = !std::mem::replace(&mut walk.in_cell, true);
    let mut cells: Vec<Cell> = Vec::new();
    let mut pictures = Vec::new();
    // By column: the first row that no cell from above covers any more.
    let mut free_from: Vec<u32> = Vec::new();
    for (row, elements) in rows.iter().enumerate() {
        let (row, mut column) = (row as u32, 0usize);
        for (index, element) in elements.iter().enumerate() {
            while free_from.get(column).is_some_and(|&from| from > row) {
                column += 1;
            }
            let column_span = span(*element, "colspan", MOST_COLUMN_SPAN);
            let row_span = span(*element, "rowspan", MOST_ROW_SPAN);
            let end = column + column_span as usize;
            walk.budget.columns(end)?;
            if free_from.len() < end {
                free_from.resize(end, 0);
            }
            for from in &mut free_from[column..end] {
                *from = (*from).max(row + row_span);
            }
            let path = format!("{path}/tr[{}]/td[{}]", row + 1, index + 1);
            let (text, tables) = content(walk, *element, path, depth + 3, &mut pictures)?;
            cells.push(Cell {
                row,
                column: column as u32,
                row_span,
                column_span,
                text,
                tables,
                doubtful: false,
            });
            column = end;
        }
    }
    if in_flow {
        walk.in_cell = false;
    }
    if cells.iter().all(|cell| cell.text.raw.trim().is_empty() && cell.tables.is_empty()) {
        walk.blocks.append(&mut pictures);
        return Ok(());
    }
    walk.budget.block()?;
    walk.budget.grid(rows.len(), free_from.len())?;
    let anchor = Anchor::Path { part: String::new(), path };
    let table = Table::from_cells(rows.len() as u32, free_from.len() as u32, cells, anchor);
    walk.blocks.push(Block::Table(table));
    walk.blocks.append(&mut pictures);
    Ok(())
}

/// The cells of every row, without those of inner tables.
fn rows(table: Element<'_>) -> Vec<Vec<Element<'_>>> {
    let mut rows = Vec::new();
    for child in table.children() {
        if is_named(child, &["tbody", "thead", "tfoot"]) {
            rows.extend(child.children().filter(|node| is_named(*node, &["tr"])));
        } else if is_named(child, &["tr"]) {
            rows.push(child);
        }
    }
    let cells = rows.into_iter().map(|row| row.children().filter(|n| is_named(*n, &["td", "th"])));
    cells.map(Iterator::collect).collect()
}

fn is_named(node: Element<'_>, names: &[&str]) -> bool {
    node.value().as_element().is_some_and(|element| names.contains(&element.name()))
}

/// Layout is a table around text: one cell, or most of its text in cells that hold a table or a run
/// of paragraphs of their own.
fn is_layout(walk: &Walk<'_>, node: Element<'_>, rows: &[Vec<Element<'_>>]) -> bool {
    if rows.iter().map(Vec::len).sum::<usize>() <= 1 {
        return true;
    }
    let whole = walk.extents.get(node.id());
    let wraps = |extent: &Extent| {
        extent.text > 0 && (extent.tables > 0 || (extent.breaks >= 5 && extent.text > 400))
    };
    let cells = rows.iter().flatten().map(|cell| walk.extents.get(cell.id()));
    let wrapped: usize = cells.filter(wraps).map(|extent| extent.text).sum();
    wrapped * 10 >= whole.text.max(1) * 6
}

/// The span an attribute gives, within its bounds. A row span of 0 means "to the end".
fn span(cell: Element<'_>, name: &str, most: u32) -> u32 {
    let value = cell.value().as_element().and_then(|e| e.attr(name)).map(str::trim);
    let digits = value.map(|v| v.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    match digits {
        Some("0") if name == "rowspan" => most,
        Some(digits) if !digits.is_empty() => digits.parse().unwrap_or(most).clamp(1, most),
        _ => 1,
    }
}

/// The text of a cell, its paragraphs on lines of their own, and the tables in it; its pictures follow
/// the table.
fn content(
    walk: &mut Walk<'_>,
    cell: Element<'_>,
    path: String,
    depth: usize,
    pictures: &mut Vec<Block>,
) -> Result<(Text, Vec<Table>), ExtractError> {
    let outer = std::mem::take(&mut walk.blocks);
    walk.children(cell, depth)?;
    walk.end_line()?;
    let inner = std::mem::replace(&mut walk.blocks, outer);
    let mut lines = Vec::new();
    let mut tables = Vec::new();
    for block in inner {
        match block {
            Block::Table(table) => tables.push(table),
            picture @ Block::Picture { .. } => pictures.push(picture),
            other => lines.extend(other.text().map(|text| text.clean.clone())),
        }
    }
    let anchor = Anchor::Path { part: String::new(), path };
    Ok((Text::plain(lines.join("\n"), anchor), tables))
}
