//! A roster as a sheet of a workbook: its rows as text, so that a problem shows the row and names the cell.

use super::super::raw::{At, Problems};
use super::draft::{Column, Drafts};
use super::records::{self, Record, column};
use crate::extract::{Worksheet, WorksheetCell};
use crate::model::Words;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

/// Most columns that stand under headers of their own; a roster has a dozen.
const WIDEST: u32 = 64;

/// What stands between two cells of a row as shown.
const BETWEEN: &str = " | ";

/// The one sheet that holds a roster, written out; `Err` where none does, or several.
pub(super) struct Written {
    pub text: String,
    /// Where each cell begins in `text`, by the name that spreadsheets show.
    pub cells: Vec<(usize, String)>,
    records: Vec<Record>,
    /// Cells whose formula has no result, or whose number cannot be told as shown.
    uncertain: Vec<Range<usize>>,
}

/// The sheet with a row of headers, and that row. A title may stand above it.
pub(super) fn find(sheets: &[Worksheet]) -> Result<Written, Words> {
    let mut found = sheets.iter().filter_map(|sheet| Some((sheet, headers(sheet)?)));
    match (found.next(), found.next()) {
        (Some((sheet, row)), None) => Ok(write(sheet, row)),
        (Some((one, _)), Some((other, _))) => Err(Words::new(
            format!("工作表“{}”和“{}”都像是名册", one.name, other.name),
            format!("the sheets “{}” and “{}” both look like a roster", one.name, other.name),
        )),
        (None, _) => Err(Words::new(
            "没有一张工作表有“编码”“名称”两列",
            "no sheet has the columns 编码 and 名称",
        )),
    }
}

/// The first row that names code and name.
fn headers(sheet: &Worksheet) -> Option<u32> {
    let mut named: BTreeMap<u32, [bool; 2]> = BTreeMap::new();
    for ((row, _), cell) in &sheet.cells {
        let Some(at) = column(&cell.text) else { continue };
        let row = named.entry(*row).or_default();
        row[0] |= at == Column::Code;
        row[1] |= at == Column::Name;
    }
    named.into_iter().find(|(_, both)| *both == [true; 2]).map(|(row, _)| row)
}

/// The rows from the headers on, each cell under its header, those without one behind. Line n of the text
/// is row n.
fn write(sheet: &Worksheet, from: u32) -> Written {
    let mut out = Written {
        text: String::new(),
        cells: Vec::new(),
        records: Vec::new(),
        uncertain: Vec::new(),
    };
    let mut rows: BTreeMap<u32, Vec<(u32, &WorksheetCell)>> = BTreeMap::new();
    for ((row, column), cell) in sheet.cells.range((from, 0)..) {
        rows.entry(*row).or_default().push((*column, cell));
    }
    let first = sheet.cells.range((from, 0)..).map(|((_, column), _)| *column).min().unwrap_or(1);
    let headers =
        rows.get(&from).and_then(|cells| cells.last()).map_or(first, |(column, _)| *column);
    let columns = first..=headers.min(first.saturating_add(WIDEST));
    let mut line = 1;
    for (row, cells) in rows {
        out.text.extend(std::iter::repeat_n('\n', (row - line) as usize));
        line = row;
        out.row(sheet, row, columns.clone(), &cells);
    }
    out
}

impl Written {
    fn row(
        &mut self,
        sheet: &Worksheet,
        row: u32,
        columns: RangeInclusive<u32>,
        cells: &[(u32, &WorksheetCell)],
    ) {
        let start = self.text.len();
        let mut rest = cells.iter().peekable();
        let mut fields = Vec::new();
        let mut put = |column: u32, cell: Option<&WorksheetCell>| {
            if !fields.is_empty() {
                self.text.push_str(BETWEEN);
            }
            let begin = self.text.len();
            let value = cell.map(|cell| cell.text.clone()).unwrap_or_default();
            // A line of the text is a row of the sheet.
            self.text.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
            self.cells.push((begin, sheet.place(row, column)));
            let span = begin..self.text.len();
            if cell.is_some_and(|cell| !cell.certain) {
                self.uncertain.push(span.clone());
            }
            fields.push(At { value, span });
        };
        for column in columns {
            let cell = rest.next_if(|(at, _)| *at == column);
            put(column, cell.map(|(_, cell)| *cell));
        }
        rest.for_each(|(column, cell)| put(*column, Some(cell)));
        self.records.push(Record { span: start..self.text.len(), fields });
    }

    /// The units of the sheet.
    pub fn drafts(self, problems: &mut Problems) -> Drafts {
        for span in self.uncertain {
            problems.add(
                span,
                Words::new(
                    "单元格的值不确定（公式没有结果）",
                    "what stands in the cell is not certain: a formula without its result",
                ),
                Words::new("粘贴为数值后保存", "paste it as a value and save"),
            );
        }
        let surplus =
            Words::new("给这一列写上表头，或删去", "give the column a header, or delete it");
        records::drafts(self.records, &surplus, problems)
    }
}
