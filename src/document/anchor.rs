//! Where in the file something stands, as honestly as the format can say it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in the source file. Each format fills only the kind it really has: a text file has lines,
/// a paged file has pages, a container has parts, a workbook has sheets. A page number is never invented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// No place is known.
    #[default]
    Unknown,
    /// 1-based line and column (in characters) of a text file.
    Line { line: u32, column: u32 },
    /// 1-based page and the box on it, in points from the upper left corner: x, y, width, height.
    Page { page: u32, bbox: [i32; 4] },
    /// A part of a container and the path of the element in it, e.g. `word/document.xml`, `tbl[2]/tr[5]/tc[3]`,
    /// or for HTML an empty part and `table[2]/tr[5]/td[3]`.
    Path { part: String, path: String },
    /// A cell of a sheet of a workbook, by the sheet's name and the 1-based row and column.
    Sheet { sheet: String, row: u32, column: u32 },
}

impl fmt::Display for Anchor {
    /// Language-neutral short form for logs and programs: `12:3`, `p4`, `word/document.xml#tbl[2]`,
    /// `表三!C12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Anchor::Unknown => Ok(()),
            Anchor::Line { line, column } => write!(f, "{line}:{column}"),
            Anchor::Page { page, .. } => write!(f, "p{page}"),
            Anchor::Path { part, path } if part.is_empty() => f.write_str(path),
            Anchor::Path { part, path } => write!(f, "{part}#{path}"),
            Anchor::Sheet { sheet, row, column } => {
                write!(f, "{sheet}!{}", cell_name(*row, *column))
            }
        }
    }
}

/// The name spreadsheets show for a cell, from its 1-based row and column: `C12`, `AA1`.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.into_iter().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_on_with_two_letters_behind_z() {
        let names = [(1, "A1"), (26, "Z1"), (27, "AA1"), (52, "AZ1"), (702, "ZZ1"), (703, "AAA1")];
        for (column, name) in names {
            assert_eq!(cell_name(1, column), name);
        }
    }
}
