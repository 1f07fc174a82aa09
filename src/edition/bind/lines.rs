//! The rows of all tables of a document, in one stream, with what each cell may be.

use super::super::labels::label_key;
use super::super::lexicon::Lexicon;
use crate::document::{Block, Cell, Document, Reading, Table, ValueKind};

/// Cells longer than this many bytes are no labels; their key is left empty.
const LONGEST_LABEL: usize = 400;

/// What a cell looks like before its row and column are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Blank,
    /// A number or a mark.
    Value,
    Words,
}

/// A cell with its key.
pub(super) struct Seen<'d> {
    pub cell: &'d Cell,
    pub key: String,
    pub look: Look,
}

/// One table of the document, nested ones included.
pub(super) struct Sheet<'d> {
    /// Index into `Document::blocks`.
    pub block: usize,
    pub table: &'d Table,
    /// Rows as the cells that start in them.
    pub rows: Vec<Vec<Seen<'d>>>,
    /// Tables of the form of which it holds labels: `[表二, 表三, 表四]`.
    pub evidence: [bool; 3],
    /// Columns of the grid mean something: there are spans, or the rows are ruled through.
    pub true_grid: bool,
    /// Cells of a row that is ruled through, where the grid has no spans: a row with another number
    /// of cells is not in the grid.
    pub width: Option<usize>,
}

/// Every table in reading order.
pub(super) fn sheets<'d>(document: &'d Document, lexicon: &Lexicon) -> Vec<Sheet<'d>> {
    let mut out = Vec::new();
    for (block, content) in document.blocks.iter().enumerate() {
        let Block::Table(table) = content else { continue };
        let mut waiting = vec![table];
        while let Some(table) = waiting.pop() {
            waiting.extend(table.cells.iter().rev().flat_map(|c| c.tables.iter().rev()));
            out.push(sheet(block, table, lexicon));
        }
    }
    out
}

fn sheet<'d>(block: usize, table: &'d Table, lexicon: &Lexicon) -> Sheet<'d> {
    let rows: Vec<Vec<Seen>> = table
        .cells
        .chunk_by(|a, b| a.row == b.row)
        .map(|row| row.iter().map(seen).collect())
        .collect();
    let spans = table.cells.iter().any(|c| c.column_span > 1 || c.row_span > 1);
    let width = if spans { None } else { ruled_width(&rows) };
    let evidence = evidence(&rows, lexicon);
    Sheet { block, table, rows, evidence, true_grid: spans || width.is_some(), width }
}

/// The cells of a row where all rows but a damaged one or two have as many.
fn ruled_width(rows: &[Vec<Seen>]) -> Option<usize> {
    let mut lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let most = lengths.chunk_by(|a, b| a == b).max_by_key(|same| same.len())?;
    let odd = lengths.len() - most.len();
    (odd * 10 <= lengths.len() || odd == 1 && lengths.len() >= 4).then_some(most[0])
}

fn seen(cell: &Cell) -> Seen<'_> {
    let text = cell.text.clean.as_str();
    if text.len() > LONGEST_LABEL {
        return Seen { cell, key: String::new(), look: Look::Words };
    }
    let look = if text.trim().is_empty() {
        Look::Blank
    } else {
        let reading = Reading::read(text, ValueKind::Change);
        let marked = matches!(reading.value, crate::document::Value::Mark(_));
        if reading.is_number() || marked { Look::Value } else { Look::Words }
    };
    let key = if look == Look::Words { label_key(text) } else { String::new() };
    Seen { cell, key, look }
}

/// Which tables of the form a sheet shows, by labels that stand nowhere else. 行政许可 or 总计 alone
/// prove nothing: other statistics use them too.
fn evidence(rows: &[Vec<Seen>], lexicon: &Lexicon) -> [bool; 3] {
    let (mut points, mut proof) = ([0_usize; 3], [false; 3]);
    for key in rows.iter().flatten().map(|s| s.key.as_str()).filter(|k| !k.is_empty()) {
        let mut add = |table: u8, point: usize, proves: bool| {
            let at = usize::from(table) - 2;
            points[at] += point;
            proof[at] |= proves;
        };
        if let Some(group) = lexicon.block_labels.get(key) {
            add(group.table, 3, true);
        }
        if let Some(group) = lexicon.column_groups.get(key) {
            add(group.table, 1, true);
        }
        if let Some(refs) = lexicon.rows.get(key) {
            let long = key.chars().count() >= 6 && refs[0].table == 3;
            add(refs[0].table, if long { 2 } else { 1 }, long);
        }
        if let Some(refs) = lexicon.columns.get(key) {
            add(refs[0].table, 1, key.chars().count() >= 4 || refs[0].table == 4);
        }
        if let Some((table, _)) = lexicon.notes.iter().find(|(_, start)| key.starts_with(start)) {
            add(*table, 2, true);
        }
    }
    std::array::from_fn(|at| proof[at] && points[at] >= 2)
}
