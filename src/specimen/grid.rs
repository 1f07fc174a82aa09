//! A form's table as rows of merged cells, the one shape all writers share.

use super::form::{Column, Form, FormBlock};

/// How a cell goes on downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// One row high.
    None,
    /// Begins here and covers so many rows.
    Start(usize),
    /// Covered by a cell above.
    Continue,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct GridCell {
    pub(super) text: String,
    /// Grid columns covered.
    pub(super) span: usize,
    pub(super) merge: Merge,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: Vec<Vec<GridCell>>,
}

fn cell(text: &str, span: usize) -> GridCell {
    GridCell { text: text.to_string(), span, merge: Merge::None }
}

fn tall(text: &str, span: usize, rows: usize) -> GridCell {
    GridCell { text: text.to_string(), span, merge: Merge::Start(rows) }
}

fn below(span: usize) -> GridCell {
    GridCell { text: String::new(), span, merge: Merge::Continue }
}

/// Lays a table out as the printed form does.
pub(super) fn lay_out(form: &Form) -> Grid {
    match form.number {
        2 => facts(form),
        3 => requests(form),
        _ => disputes(form),
    }
}

/// 表二: per block a title row over all columns, a row of heads, the rows; a block with fewer columns
/// than the widest stretches its last one.
fn facts(form: &Form) -> Grid {
    let widest = form.blocks.iter().map(|b| b.columns.len()).max().unwrap_or(0);
    let mut rows = Vec::new();
    for block in &form.blocks {
        rows.push(vec![cell(&block.label, widest + 1)]);
        let heads = block.columns.iter().map(|c| c.label.as_str());
        rows.push(stretched(&block.header, heads, block.columns.len(), widest));
        for row in &block.rows {
            let values = row.values.iter().map(|v| v.text.as_str());
            rows.push(stretched(&row.label, values, block.columns.len(), widest));
        }
    }
    Grid { columns: widest + 1, rows }
}

fn stretched<'a>(
    label: &str,
    cells: impl Iterator<Item = &'a str>,
    columns: usize,
    widest: usize,
) -> Vec<GridCell> {
    let mut row = vec![cell(label, 1)];
    row.extend(cells.map(|text| cell(text, 1)));
    if let Some(last) = row.last_mut()
        && columns < widest
    {
        last.span = widest - columns + 1;
    }
    row
}

/// 表三: the check note over three label columns and three head rows, the applicants' columns, and
/// row labels whose groups run down over their rows.
fn requests(form: &Form) -> Grid {
    let Some(block) = form.blocks.first() else { return Grid { columns: 0, rows: Vec::new() } };
    let labels = block.rows.iter().map(|r| r.groups.len() + 1).max().unwrap_or(1);
    let mut rows = vec![
        vec![tall(&form.note, labels, 3), cell(&block.header, block.columns.len())],
        vec![below(labels)],
        vec![below(labels)],
    ];
    heads(block, &mut rows, 1);
    for (at, row) in block.rows.iter().enumerate() {
        let mut line: Vec<GridCell> =
            (0..row.groups.len()).map(|depth| group(block, at, depth)).collect();
        line.push(cell(&row.label, labels - row.groups.len()));
        line.extend(row.values.iter().map(|v| cell(&v.text, 1)));
        rows.push(line);
    }
    Grid { columns: labels + block.columns.len(), rows }
}

/// The label cell of a group at one depth: begun in the first of the rows that share it.
fn group(block: &FormBlock, at: usize, depth: usize) -> GridCell {
    let same = |other: usize| {
        let groups = &block.rows[other].groups;
        groups.len() > depth && groups[..=depth] == block.rows[at].groups[..=depth]
    };
    if at > 0 && same(at - 1) {
        return below(1);
    }
    let height = (at..block.rows.len()).take_while(|&other| same(other)).count();
    match height {
        1 => cell(&block.rows[at].groups[depth], 1),
        _ => tall(&block.rows[at].groups[depth], 1, height),
    }
}

/// Two head rows from `first` on: a column without a group is two rows high, the others stand under
/// their group.
fn heads(block: &FormBlock, rows: &mut [Vec<GridCell>], first: usize) {
    let mut at = 0;
    while at < block.columns.len() {
        let column = &block.columns[at];
        let width = group_width(&block.columns[at..]);
        if column.group.is_empty() {
            rows[first].push(tall(&column.label, 1, 2));
            rows[first + 1].push(below(1));
        } else {
            rows[first].push(cell(&column.group, width));
            let under = &block.columns[at..at + width];
            rows[first + 1].extend(under.iter().map(|c| cell(&c.label, 1)));
        }
        at += width;
    }
}

fn group_width(columns: &[Column]) -> usize {
    let first = &columns[0].group;
    if first.is_empty() {
        return 1;
    }
    columns.iter().take_while(|c| &c.group == first).count()
}

/// 表四: 行政复议 over its five heads (two rows high), 行政诉讼 over two groups of five; no label column.
fn disputes(form: &Form) -> Grid {
    let Some(block) = form.blocks.first() else { return Grid { columns: 0, rows: Vec::new() } };
    let mut rows = vec![Vec::new(), Vec::new(), Vec::new()];
    let reviews = if block.columns.is_empty() { 0 } else { group_width(&block.columns) };
    let (review, suit) = block.columns.split_at(reviews);
    if let Some(first) = review.first() {
        rows[0].push(cell(&first.group, review.len()));
    }
    rows[0].push(cell(&block.header, suit.len()));
    for column in review {
        rows[1].push(tall(&column.label, 1, 2));
        rows[2].push(below(1));
    }
    let suits = FormBlock { columns: suit.to_vec(), ..FormBlock::default() };
    heads(&suits, &mut rows, 1);
    for row in &block.rows {
        rows.push(row.values.iter().map(|v| cell(&v.text, 1)).collect());
    }
    Grid { columns: block.columns.len(), rows }
}
