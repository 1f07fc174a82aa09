//! One sheet: its cells, merges, and what of it is hidden.

use super::records::{Record, Records, id};
use super::strings::{characters, lines};
use super::{Shared, damaged};
use crate::extract::ExtractError;
use crate::extract::bytes::{u8_at, u16_at, u32_at};
use crate::extract::sheet::{Area, Book, Content, number};

/// The kinds of a drawn object that hold text of the sheet: a text box, a shape.
const BOXES: [u16; 2] = [0x06, 0x1E];

/// Reads the sheet that begins at `at` into the book.
pub(super) fn read(
    stream: &[u8],
    at: usize,
    shared: &Shared,
    book: &mut Book<'_>,
) -> Result<(), ExtractError> {
    let cut = || damaged("工作表数据不完整", "a sheet is cut off or broken");
    let mut records = Records::from(stream, at);
    records.next().filter(|record| record.id == id::BOF).ok_or_else(cut)?;
    // Charts over a sheet are sheets within it.
    let mut inner = 0u32;
    let mut object = 0;
    // The cell of a formula whose text follows.
    let mut waiting: Option<(u32, u32, Content)> = None;
    let mut boxes: Vec<String> = Vec::new();
    while let Some(record) = records.next() {
        match record.id {
            id::BOF => inner += 1,
            id::EOF if inner == 0 => {
                for text in boxes {
                    book.overlay(0, 0, text.trim())?;
                }
                return Ok(());
            }
            id::EOF => inner -= 1,
            _ if inner > 0 => {}
            id::OBJECT => object = u16_at(record.data, 4).unwrap_or(0),
            id::TEXT_OBJECT => {
                let length = u16_at(record.data, 10).unwrap_or(0);
                let text = records.continued().first().and_then(|data| {
                    characters(data.get(1..)?, length.into(), u8_at(data, 0)? & 1 != 0)
                });
                if BOXES.contains(&object) {
                    boxes.extend(text.map(lines));
                }
            }
            id::STRING => {
                let text = shared.text(record.data, true);
                if let Some((row, column, content)) = waiting.take() {
                    let text = lines(text.unwrap_or_default());
                    book.put(row, column, Content { text, ..content })?;
                }
            }
            id::FORMULA => {
                if let Some((row, column, content)) = waiting.take() {
                    book.put(row, column, content)?;
                }
                waiting = formula(record, shared, book)?;
            }
            _ => cell(record, shared, book)?.ok_or_else(cut)?,
        }
    }
    Err(cut())
}

/// A cell, or a fact about rows and columns; `None` where the record is too short.
fn cell(
    record: Record<'_>,
    shared: &Shared,
    book: &mut Book<'_>,
) -> Result<Option<()>, ExtractError> {
    let data = record.data;
    let Some((row, column)) = place(data) else { return Ok(Some(())) };
    let style = u16_at(data, 4);
    let text = |text: Option<String>| {
        text.map(|text| Content { text: lines(text), ..blank(style, shared) })
    };
    let content = match record.id {
        id::LABEL_SHARED => {
            let number = u32_at(data, 6);
            text(number.and_then(|at| shared.strings.get(at as usize)).cloned())
        }
        id::LABEL | id::RICH_STRING => text(data.get(6..).and_then(|d| shared.text(d, true))),
        id::NUMBER => f64_at(data, 6).map(|value| numeric(value, style, shared)),
        id::RK => u32_at(data, 6).map(|rk| numeric(of_rk(rk), style, shared)),
        id::BLANK => Some(blank(style, shared)),
        id::BOOL_OR_ERROR => bool_or_error(u8_at(data, 6), u8_at(data, 7) == Some(1))
            .map(|text| Content { text, ..blank(style, shared) }),
        id::MUL_RK | id::MUL_BLANK => return several(record, shared, book),
        id::MERGED_CELLS => return merges(data, book),
        id::ROW => {
            // fDyZero, or a height of 0.
            let hidden = u32_at(data, 12).is_some_and(|options| options & 0x20 != 0);
            if hidden || u16_at(data, 6) == Some(0) {
                book.hide_rows(row, row)?;
            }
            return Ok(Some(()));
        }
        id::COLUMN_INFO => {
            let hidden = u16_at(data, 8).is_some_and(|options| options & 1 != 0);
            if hidden || style == Some(0) {
                book.hide_columns(row, column.max(row))?;
            }
            return Ok(Some(()));
        }
        _ => return Ok(Some(())),
    };
    let Some(content) = content else { return Ok(None) };
    book.put(row, column, content)?;
    Ok(Some(()))
}

/// The first two words of most records.
fn place(data: &[u8]) -> Option<(u32, u32)> {
    Some((u16_at(data, 0)?.into(), u16_at(data, 2)?.into()))
}

fn blank(style: Option<u16>, shared: &Shared) -> Content {
    let style = style.and_then(|style| shared.styles.get(usize::from(style)));
    Content { ruled: style.is_some_and(|style| style.ruled), ..Content::default() }
}

fn numeric(value: f64, style: Option<u16>, shared: &Shared) -> Content {
    let code = style.and_then(|style| shared.styles.get(usize::from(style)));
    let shown = number(value, code.map_or("", |style| style.code.as_str()), shared.epoch);
    Content { text: shown.text, doubtful: shown.doubtful, ..blank(style, shared) }
}

/// MulRk and MulBlank: cells of one row side by side.
fn several(
    record: Record<'_>,
    shared: &Shared,
    book: &mut Book<'_>,
) -> Result<Option<()>, ExtractError> {
    let Some((row, first)) = place(record.data) else { return Ok(None) };
    let numbers = record.id == id::MUL_RK;
    let size = if numbers { 6 } else { 2 };
    let cells = record.data.get(4..record.data.len().saturating_sub(2)).unwrap_or_default();
    for (column, data) in (first..).zip(cells.chunks_exact(size)) {
        let style = u16_at(data, 0);
        let content = match u32_at(data, 2).filter(|_| numbers) {
            Some(rk) => numeric(of_rk(rk), style, shared),
            None => blank(style, shared),
        };
        book.put(row, column, content)?;
    }
    Ok(Some(()))
}

fn merges(data: &[u8], book: &mut Book<'_>) -> Result<Option<()>, ExtractError> {
    for area in data.get(2..).unwrap_or_default().chunks_exact(8) {
        let at = |place| u32::from(u16_at(area, place).unwrap_or(0));
        book.merge(Area { top: at(0), bottom: at(2), left: at(4), right: at(6) })?;
    }
    Ok(Some(()))
}

/// A formula with its result ([MS-XLS] 2.5.133); a text follows in a record of its own.
fn formula(
    record: Record<'_>,
    shared: &Shared,
    book: &mut Book<'_>,
) -> Result<Option<(u32, u32, Content)>, ExtractError> {
    let data = record.data;
    let (Some((row, column)), Some(result)) = (place(data), data.get(6..14)) else {
        return Err(damaged("公式不完整", "a formula is cut off"));
    };
    let style = u16_at(data, 4);
    if result[6..] != [0xFF, 0xFF] {
        let value = f64_at(result, 0).unwrap_or(0.0);
        // To be calculated by the program that opens the file: its 0 may be the writer's ignorance.
        let unknown = value == 0.0 && u16_at(data, 14).is_some_and(|options| options & 0b10 != 0);
        let content = match unknown {
            false => numeric(value, style, shared),
            true => Content {
                text: "=?".into(),
                doubtful: true,
                uncalculated: true,
                ..blank(style, shared)
            },
        };
        book.put(row, column, content)?;
        return Ok(None);
    }
    let content = match result[0] {
        0 => return Ok(Some((row, column, blank(style, shared)))),
        kind @ (1 | 2) => {
            let text = bool_or_error(Some(result[2]), kind == 2).unwrap_or_default();
            Content { text, ..blank(style, shared) }
        }
        _ => blank(style, shared),
    };
    book.put(row, column, content)?;
    Ok(None)
}

/// TRUE, FALSE, or an error as it is shown ([MS-XLS] 2.5.10).
fn bool_or_error(value: Option<u8>, error: bool) -> Option<String> {
    let text = match (value?, error) {
        (0, false) => "FALSE",
        (_, false) => "TRUE",
        (0x00, true) => "#NULL!",
        (0x07, true) => "#DIV/0!",
        (0x0F, true) => "#VALUE!",
        (0x17, true) => "#REF!",
        (0x1D, true) => "#NAME?",
        (0x24, true) => "#NUM!",
        (_, true) => "#N/A",
    };
    Some(text.to_owned())
}

/// A number in four bytes ([MS-XLS] 2.5.217): an integer or the upper half of a float, in hundredths
/// or not.
fn of_rk(rk: u32) -> f64 {
    let value = match rk & 0b10 {
        0 => f64::from_bits(u64::from(rk & !0b11) << 32),
        _ => f64::from(rk.cast_signed() >> 2),
    };
    if rk & 1 == 0 { value } else { value / 100.0 }
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    let eight = data.get(at..at + 8)?;
    Some(f64::from_le_bytes(eight.try_into().ok()?))
}
