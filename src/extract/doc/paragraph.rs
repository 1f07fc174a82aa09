//! What the properties of a paragraph say: its place in tables, its level, its list, and of the mark
//! behind a row the shape of the row.

use super::sprm;
use crate::extract::bytes::{i16_at, part, u8_at, u16_at, u32_at};
use crate::extract::grid::Merge;
use crate::extract::nest::RowShape;

/// Cells of one row; Word has 63.
const MOST_CELLS: usize = 255;

/// Properties of a paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub style: Option<u16>,
    in_table: bool,
    depth: i32,
    row_end: bool,
    pub inner_cell: bool,
    inner_row: bool,
    /// 0 is the first level; 9 and above is running text.
    pub outline: Option<u8>,
    /// Number of the list; 0 takes the paragraph out of its style's list.
    pub list: Option<u16>,
    pub level: Option<u8>,
    row: Row,
}

impl Properties {
    /// A paragraph of a style that says nothing of its own.
    pub fn of_style(style: u16) -> Self {
        Properties { style: Some(style), ..Properties::default() }
    }

    /// These properties modified.
    pub fn with(mut self, grpprl: &[u8]) -> Self {
        for (opcode, operand) in sprm::each(grpprl) {
            self.modify(opcode, operand);
        }
        self
    }

    /// As [`Properties::with`], for lists too long for their place, which lie in the data stream.
    pub fn with_huge(mut self, grpprl: &[u8], data: &[u8]) -> Self {
        for (opcode, operand) in sprm::each(grpprl) {
            if sprm::P_HUGE.contains(&opcode) {
                let at = u32_at(operand, 0).unwrap_or(u32::MAX) as usize;
                let length = u16_at(data, at).map_or(0, usize::from);
                let huge = at.checked_add(2).and_then(|at| part(data, at, length));
                // Whatever stands behind it does not count.
                return self.with(huge.unwrap_or_default());
            }
            self.modify(opcode, operand);
        }
        self
    }

    fn modify(&mut self, opcode: u16, operand: &[u8]) {
        let byte = u8_at(operand, 0).unwrap_or(0);
        let number = || u32_at(operand, 0).unwrap_or(0).cast_signed();
        match opcode {
            sprm::P_STYLE => self.style = u16_at(operand, 0),
            sprm::P_IN_TABLE => self.in_table = byte != 0,
            sprm::P_ROW_END => self.row_end = byte != 0,
            sprm::P_DEPTH => self.depth = number(),
            sprm::P_DEPTH_STEP => self.depth = self.depth.saturating_add(number()),
            sprm::P_INNER_CELL => self.inner_cell = byte != 0,
            sprm::P_INNER_ROW => self.inner_row = byte != 0,
            sprm::P_OUTLINE => self.outline = Some(byte),
            sprm::P_LIST => self.list = u16_at(operand, 0),
            sprm::P_LEVEL => self.level = Some(byte),
            _ => self.row.modify(opcode, operand),
        }
    }

    /// How many tables the paragraph is in.
    pub fn depth(&self) -> usize {
        let least = usize::from(self.in_table || self.row_end);
        usize::try_from(self.depth).unwrap_or(0).max(least)
    }

    /// True for the mark behind a row, of whatever depth.
    pub fn ends_row(&self) -> bool {
        self.row_end || self.inner_row
    }

    /// The shape of the row that ends here.
    pub fn shape(self) -> RowShape {
        self.row.shape()
    }
}

/// A row's cells as modifiers make them.
#[derive(Clone, Debug, Default)]
struct Row {
    left: i32,
    gap: i32,
    cells: Vec<RowCell>,
}

#[derive(Clone, Copy, Debug, Default)]
struct RowCell {
    width: i32,
    /// 0 alone, else 1 or 2 for the first of several and the other for those that follow it.
    horizontal: u8,
    /// 0 alone, 1 continues the cell above, 3 begins.
    vertical: u8,
}

impl Row {
    fn modify(&mut self, opcode: u16, operand: &[u8]) {
        let byte = |at| u8_at(operand, at).map_or(0, usize::from);
        let (first, end) = (byte(0).min(self.cells.len()), byte(1).min(self.cells.len()));
        let cells = first..end.max(first);
        match opcode {
            sprm::T_DEFINE => *self = Row::defined(operand, self.gap).unwrap_or_default(),
            sprm::T_GAP => self.gap = i16_at(operand, 0).unwrap_or(0).into(),
            sprm::T_LEFT => self.left = i32::from(i16_at(operand, 0).unwrap_or(0)) - self.gap,
            sprm::T_DELETE => drop(self.cells.drain(cells)),
            sprm::T_INSERT => {
                let width = u16_at(operand, 2).unwrap_or(0).into();
                let cell = RowCell { width, ..RowCell::default() };
                let count = byte(1).min(MOST_CELLS.saturating_sub(self.cells.len()));
                let rest = self.cells.split_off(first);
                self.cells.extend(std::iter::repeat_n(cell, count));
                self.cells.extend(rest);
            }
            sprm::T_WIDTH => {
                let width = i16_at(operand, 2).unwrap_or(0).into();
                self.cells[cells].iter_mut().for_each(|cell| cell.width = width);
            }
            sprm::T_MERGE => {
                let merged = self.cells[cells].iter_mut().enumerate();
                merged.for_each(|(at, cell)| cell.horizontal = if at == 0 { 1 } else { 2 });
            }
            sprm::T_SPLIT => self.cells[cells].iter_mut().for_each(|cell| cell.horizontal = 0),
            sprm::T_VERTICAL => {
                if let Some(cell) = self.cells.get_mut(byte(0)) {
                    cell.vertical = byte(1) as u8 & 3;
                }
            }
            _ => {}
        }
    }

    /// TDefTable ([MS-DOC] 2.9.329): the count of cells, their edges, and for each up to 20 bytes of
    /// which the first two tell the merges.
    fn defined(operand: &[u8], gap: i32) -> Option<Self> {
        let count = usize::from(u8_at(operand, 0)?);
        let edge = |at: usize| i16_at(operand, 1 + at * 2).map(i32::from);
        let left = edge(0)?;
        let cell = |at: usize| {
            let merges = u16_at(operand, 1 + (count + 1) * 2 + at * 20).unwrap_or(0);
            Some(RowCell {
                width: edge(at + 1)? - edge(at)?,
                horizontal: (merges & 3) as u8,
                vertical: (merges >> 5 & 3) as u8,
            })
        };
        Some(Row { left, gap, cells: (0..count).map(cell).collect::<Option<_>>()? })
    }

    fn shape(self) -> RowShape {
        let mut edges = vec![self.left];
        let mut merges = Vec::new();
        // Word's first description and its later specification give 1 and 2 the opposite meaning; in
        // either the value of the first cell of a run begins, and the other continues.
        let mut leading = 0;
        for cell in &self.cells {
            edges.push(edges[edges.len() - 1].saturating_add(cell.width));
            let horizontal = match cell.horizontal {
                0 => Merge::None,
                value if leading == 0 || value == leading || value == 3 => Merge::Restart,
                _ => Merge::Continue,
            };
            leading = match horizontal {
                Merge::None => 0,
                Merge::Restart => cell.horizontal,
                Merge::Continue => leading,
            };
            let vertical = match cell.vertical {
                1 => Merge::Continue,
                3 => Merge::Restart,
                _ => Merge::None,
            };
            merges.push((vertical, horizontal));
        }
        RowShape { edges, merges, deleted: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(modifiers: &[(u16, &[u8])]) -> RowShape {
        let mut properties = Properties::default();
        for (opcode, operand) in modifiers {
            properties.modify(*opcode, operand);
        }
        properties.shape()
    }

    /// Three cells from −108 on, 1000 wide each, with these merge bits.
    fn three(merges: [u16; 3]) -> Vec<u8> {
        let mut operand = vec![3];
        [-108i16, 892, 1892, 2892].iter().for_each(|edge| operand.extend(edge.to_le_bytes()));
        for merge in merges {
            operand.extend(merge.to_le_bytes());
            operand.extend([0; 18]);
        }
        operand
    }

    #[test]
    fn a_defined_row_has_its_edges_and_merges() {
        let shape = row(&[(sprm::T_DEFINE, &three([0x60, 0x20, 0]))]);
        assert_eq!(shape.edges, [-108, 892, 1892, 2892]);
        let vertical: Vec<Merge> = shape.merges.iter().map(|merge| merge.0).collect();
        assert_eq!(vertical, [Merge::Restart, Merge::Continue, Merge::None]);
    }

    #[test]
    fn horizontal_merges_are_understood_in_either_of_their_readings() {
        for (begins, continues) in [(1, 2), (2, 1)] {
            let shape = row(&[(sprm::T_DEFINE, &three([begins, continues, begins]))]);
            let horizontal: Vec<Merge> = shape.merges.iter().map(|merge| merge.1).collect();
            assert_eq!(horizontal, [Merge::Restart, Merge::Continue, Merge::Restart]);
        }
    }

    #[test]
    fn later_modifiers_change_the_row() {
        let shape = row(&[
            (sprm::T_DEFINE, &three([0; 3])),
            (sprm::T_INSERT, &[1, 1, 0xF4, 0x01]),
            (sprm::T_DELETE, &[3, 4]),
            (sprm::T_WIDTH, &[0, 1, 0x64, 0x00]),
            (sprm::T_VERTICAL, &[0, 3]),
        ]);
        assert_eq!(shape.edges, [-108, -8, 492, 1492]);
        assert_eq!(shape.merges[0].0, Merge::Restart);
    }
}
