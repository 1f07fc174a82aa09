//! Columns from the edges of cells, for formats whose tables are rows of cells without a grid.
//!
//! Word processors write the same ruled line a twip or two apart in different rows, and rows drawn by
//! hand a little more. Edges that close together are one line; two edges of one row never are.
//!
//! Invariant: a row whose edges do not fit its cells is set to the right of every column, where its
//! cells are under no head, so that nothing can take their place for known.

use super::grid::{CellDraft, RowDraft};

/// Edges at most this far from the next are one line, in twips (1/20 pt).
const TOLERANCE: i32 = 20;

/// A row as it stands in the file.
#[derive(Debug, Default)]
pub(super) struct EdgedRow {
    pub cells: Vec<CellDraft>,
    /// The left edge of every cell and the right one of the last, in twips.
    pub edges: Vec<i32>,
    pub deleted: bool,
}

impl EdgedRow {
    /// One more edge than cells, each right of the one before it.
    fn is_ruled(&self) -> bool {
        self.edges.len() == self.cells.len() + 1 && self.edges.is_sorted_by(|a, b| a < b)
    }
}

/// The rows with their cells in columns.
pub(super) fn align(rows: Vec<EdgedRow>) -> Vec<RowDraft> {
    let lines = lines(&rows);
    let columns = lines.len().saturating_sub(1) as u32;
    let line = |edge: i32| lines.partition_point(|&from| from <= edge).saturating_sub(1) as u32;
    let place = |row: EdgedRow| {
        let ruled = row.is_ruled();
        let before = if ruled { line(row.edges[0]) } else { columns };
        let span =
            |at: usize| if ruled { line(row.edges[at + 1]) - line(row.edges[at]) } else { 1 };
        let cells = row.cells.into_iter().enumerate();
        let cells = cells.map(|(at, cell)| CellDraft { span: span(at), ..cell }).collect();
        RowDraft { cells, before, after: 0, deleted: row.deleted }
    };
    rows.into_iter().filter(|row| !row.deleted).map(place).collect()
}

/// Where each ruled line begins: the lowest of the edges that make it, in ascending order.
fn lines(rows: &[EdgedRow]) -> Vec<i32> {
    let ruled = || rows.iter().filter(|row| row.is_ruled() && !row.deleted);
    let mut edges: Vec<i32> = ruled().flat_map(|row| row.edges.iter().copied()).collect();
    edges.sort_unstable();
    edges.dedup();
    // Between neighbouring edges of one row there is a line, however near they are: it is drawn in
    // the widest gap between them.
    let mut apart: Vec<bool> = edges.windows(2).map(|two| two[1] - two[0] > TOLERANCE).collect();
    for pair in ruled().flat_map(|row| row.edges.windows(2)) {
        let from = edges.partition_point(|edge| *edge < pair[0]);
        let to = edges.partition_point(|edge| *edge < pair[1]);
        if !apart[from..to].contains(&true) {
            let widest = (from..to).max_by_key(|&at| (edges[at + 1] - edges[at], at));
            widest.into_iter().for_each(|at| apart[at] = true);
        }
    }
    let begins = |at: &usize| *at == 0 || apart[at - 1];
    (0..edges.len()).filter(begins).map(|at| edges[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(edges: &[i32]) -> EdgedRow {
        let cells = (1..edges.len()).map(|_| CellDraft::default()).collect();
        EdgedRow { cells, edges: edges.to_vec(), deleted: false }
    }

    fn placed(rows: Vec<EdgedRow>) -> Vec<(u32, Vec<u32>)> {
        let spans = |row: RowDraft| (row.before, row.cells.iter().map(|cell| cell.span).collect());
        align(rows).into_iter().map(spans).collect()
    }

    #[test]
    fn edges_a_little_apart_are_one_line() {
        let rows = vec![row(&[0, 500, 1000]), row(&[15, 485, 1015]), row(&[-3, 1003])];
        assert_eq!(placed(rows), [(0, vec![1, 1]), (0, vec![1, 1]), (0, vec![2])]);
    }

    #[test]
    fn a_narrow_column_of_one_row_stays_a_column() {
        let rows = vec![row(&[0, 500, 512, 1000]), row(&[0, 498, 1000])];
        assert_eq!(placed(rows), [(0, vec![1, 1, 1]), (0, vec![1, 2])]);
    }

    #[test]
    fn a_row_that_begins_further_right_leaves_what_is_before_it_open() {
        assert_eq!(
            placed(vec![row(&[0, 500, 1000]), row(&[500, 1000])]),
            [(0, vec![1, 1]), (1, vec![1])]
        );
    }

    #[test]
    fn a_row_whose_edges_do_not_fit_its_cells_stands_under_no_head() {
        let mut short = row(&[0, 500, 1000]);
        short.edges.pop();
        let rows = vec![row(&[0, 500, 1000]), short, row(&[0, 500, 500, 1000])];
        let placed = placed(rows);
        assert_eq!(placed[1], (2, vec![1, 1]));
        assert_eq!(placed[2], (2, vec![1, 1, 1]));
    }
}
