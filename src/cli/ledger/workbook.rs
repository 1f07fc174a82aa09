//! The ledger as a workbook: 台账 and 考核依据, and what belongs to no body where there is any.

use super::Ledger;
use super::sheet::{self, Sheet, Value};
use crate::model::Lang;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

pub(super) fn bytes(ledger: &Ledger, lang: Lang) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let looks = Looks::new();
    let mut sheets = vec![sheet::lines(ledger, lang), sheet::evidence(ledger, lang)];
    sheets.extend(Some(sheet::unplaced(ledger, lang)).filter(|sheet| !sheet.rows.is_empty()));
    for sheet in &sheets {
        fill(book.add_worksheet(), sheet, &looks)?;
    }
    Ok(book.save_to_buffer()?)
}

/// How cells look.
struct Looks {
    head: Format,
    text: Format,
    day: Format,
    time: Format,
}

impl Looks {
    fn new() -> Looks {
        let cell = Format::new().set_border(FormatBorder::Thin);
        Looks {
            head: cell.clone().set_bold().set_align(FormatAlign::Center),
            day: cell.clone().set_num_format("yyyy-mm-dd"),
            time: cell.clone().set_num_format("yyyy-mm-dd hh:mm"),
            text: cell,
        }
    }
}

fn fill(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> anyhow::Result<()> {
    to.set_name(sheet.name)?;
    for (column, (head, width)) in (0..).zip(&sheet.head) {
        to.write_string_with_format(0, column, *head, &looks.head)?;
        to.set_column_width(column, *width)?;
    }
    to.set_freeze_panes(1, 2)?;
    for (at, row) in (1..).zip(&sheet.rows) {
        for (column, value) in (0..).zip(row) {
            match value {
                Value::Empty => to.write_blank(at, column, &looks.text)?,
                // A string cell is never calculated, whatever it begins with.
                Value::Text(text) => to.write_string_with_format(at, column, text, &looks.text)?,
                Value::Number(n) => {
                    to.write_number_with_format(at, column, *n as f64, &looks.text)?
                }
                Value::Day(day) => {
                    let day = ExcelDateTime::parse_from_str(day)?;
                    to.write_datetime_with_format(at, column, &day, &looks.day)?
                }
                Value::Time(time) => {
                    let time = ExcelDateTime::parse_from_str(&format!("{time}:00"))?;
                    to.write_datetime_with_format(at, column, &time, &looks.time)?
                }
            };
        }
    }
    if let (Ok(last), Ok(columns)) =
        (u32::try_from(sheet.rows.len()), u16::try_from(sheet.head.len()))
    {
        to.autofilter(0, 0, last, columns.saturating_sub(1))?;
    }
    Ok(())
}
