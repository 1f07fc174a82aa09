//! The description of a row: `\trowd` with the right edge and the merges of every cell.

use crate::extract::grid::Merge;
use crate::extract::nest::RowShape;

/// Cells of one row; Word has 63.
const MOST_CELLS: usize = 255;

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    left: i32,
    cells: Vec<(i32, Merge, Merge)>,
    /// Of the cell whose edge comes next.
    vertical: Merge,
    horizontal: Merge,
}

impl Row {
    /// Takes a control word that describes a row; false for any other.
    pub fn describe(&mut self, word: &str, number: Option<i32>) -> bool {
        match word {
            "trowd" => *self = Row::default(),
            "trleft" => self.left = number.unwrap_or(0),
            "clvmgf" => self.vertical = Merge::Restart,
            "clvmrg" => self.vertical = Merge::Continue,
            "clmgf" => self.horizontal = Merge::Restart,
            "clmrg" => self.horizontal = Merge::Continue,
            "cellx" => {
                let merges =
                    (std::mem::take(&mut self.vertical), std::mem::take(&mut self.horizontal));
                if self.cells.len() < MOST_CELLS {
                    self.cells.push((number.unwrap_or(0), merges.0, merges.1));
                }
            }
            _ => return false,
        }
        true
    }

    pub fn shape(&self) -> RowShape {
        let rights = self.cells.iter().map(|cell| cell.0);
        RowShape {
            edges: std::iter::once(self.left).chain(rights).collect(),
            merges: self.cells.iter().map(|cell| (cell.1, cell.2)).collect(),
            deleted: false,
        }
    }
}
