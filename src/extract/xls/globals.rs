//! The first part of the stream: sheets, shared texts, formats.

use super::records::{Records, id};
use super::strings::{Pieces, lines};
use super::{Shared, damaged};
use crate::extract::bytes::{u8_at, u16_at, u32_at};
use crate::extract::refusal::{self, Limit};
use crate::extract::sheet::{Epoch, Style, built_in};
use crate::extract::{ExtractError, Limits, encoding};
use crate::model::Format;
use encoding_rs::{GB18030, WINDOWS_1252};
use std::collections::BTreeMap;

/// What a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Grid,
    /// A chart, a macro sheet, a module.
    Other,
}

/// A sheet as the workbook declares it.
pub(super) struct Declared {
    pub name: String,
    pub hidden: bool,
    pub kind: Kind,
    /// Where it begins in the stream.
    pub at: usize,
}

/// What the first part says.
pub(super) struct Globals {
    pub shared: Shared,
    pub sheets: Vec<Declared>,
    /// There are pictures or drawings somewhere.
    pub pictured: bool,
}

/// The format and borders of a cell before the codes of formats are known.
struct Xf {
    format: u16,
    ruled: bool,
}

pub(super) fn read(stream: &[u8], limits: &Limits) -> Result<Globals, ExtractError> {
    let mut records = Records::from(stream, 0);
    let first = records.next().filter(|record| record.id == id::BOF);
    let version = first.and_then(|record| u16_at(record.data, 0));
    let unicode = match version {
        Some(0x0600) => true,
        Some(0x0500) => false,
        Some(_) => return Err(refusal::old_workbook()),
        None => return Err(damaged("没有工作簿数据", "there is no workbook in it")),
    };
    let mut globals = Globals {
        shared: Shared {
            unicode,
            code_page: GB18030,
            strings: Vec::new(),
            styles: Vec::new(),
            epoch: Epoch::Since1900,
        },
        sheets: Vec::new(),
        pictured: false,
    };
    let mut formats: BTreeMap<u16, String> = BTreeMap::new();
    let mut xfs = Vec::new();
    let mut ended = false;
    while let Some(record) = records.next() {
        let data = record.data;
        match record.id {
            id::EOF => {
                ended = true;
                break;
            }
            id::FILE_PASS => return Err(refusal::encrypted(Format::Xls)),
            id::CODE_PAGE => {
                let page = u16_at(data, 0).unwrap_or(1252);
                let page = encoding::of_code_page(page.into());
                globals.shared.code_page = page.unwrap_or(WINDOWS_1252);
            }
            id::DATE_MODE if u16_at(data, 0) == Some(1) => {
                globals.shared.epoch = Epoch::Since1904;
            }
            id::FORMAT | id::FORMAT_BEFORE_97 => {
                let code = data.get(2..).and_then(|rest| globals.shared.text(rest, unicode));
                if let (Some(number), Some(code)) = (u16_at(data, 0), code) {
                    formats.insert(number, code);
                }
            }
            id::XF => xfs.extend(xf(data, unicode)),
            id::BOUND_SHEET => globals.sheets.extend(declared(&globals.shared, data)),
            id::DRAWING_GROUP => globals.pictured = true,
            id::SHARED_STRINGS => {
                let pieces = Pieces::new(data, records.continued());
                globals.shared.strings = shared_strings(pieces, limits)?;
            }
            _ => {}
        }
    }
    if !ended || globals.sheets.is_empty() {
        return Err(damaged("工作簿数据不完整", "the workbook is cut off"));
    }
    globals.shared.styles = xfs.into_iter().map(|xf| style(xf, &formats)).collect();
    Ok(globals)
}

fn style(xf: Xf, formats: &BTreeMap<u16, String>) -> Style {
    let code = formats.get(&xf.format).cloned();
    // What a file says of the numbers that are the program's own is in the language of its maker.
    let code = match xf.format {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => built_in(xf.format.into()).to_owned(),
        number => code.unwrap_or_else(|| built_in(number.into()).to_owned()),
    };
    Style { code, ruled: xf.ruled }
}

/// [MS-XLS] 2.4.353 and 2.5.20; before Excel 97 the borders stand elsewhere.
fn xf(data: &[u8], unicode: bool) -> Option<Xf> {
    let format = u16_at(data, 2)?;
    let ruled = if unicode {
        let lines = u16_at(data, 10)?;
        (lines & 0x00FF != 0) && (lines & 0xFF00 != 0)
    } else {
        let (bottom, others) = (u32_at(data, 8)? >> 22 & 0b111, u16_at(data, 12)?);
        let top = others & 0b111;
        (others >> 3 & 0b111_111 != 0) && (bottom != 0 || top != 0)
    };
    Some(Xf { format, ruled })
}

/// [MS-XLS] 2.4.28
fn declared(shared: &Shared, data: &[u8]) -> Option<Declared> {
    let kind = match u8_at(data, 5)? {
        0 => Kind::Grid,
        _ => Kind::Other,
    };
    Some(Declared {
        at: u32_at(data, 0)? as usize,
        hidden: u8_at(data, 4)? & 0b11 != 0,
        kind,
        name: shared.text(data.get(6..)?, false)?,
    })
}

fn shared_strings(mut pieces: Pieces<'_>, limits: &Limits) -> Result<Vec<String>, ExtractError> {
    let broken = || damaged("共用文字表不完整", "the table of shared texts is cut off or broken");
    let count = pieces.count().ok_or_else(broken)?;
    if count > limits.cells {
        return Err(refusal::over(Format::Xls, Limit::Cells, limits.cells.into()));
    }
    let mut strings = Vec::new();
    let mut characters = 0u64;
    for _ in 0..count {
        let text = lines(pieces.text().ok_or_else(broken)?);
        characters += text.chars().count() as u64;
        if characters > limits.characters.into() {
            return Err(refusal::over(Format::Xls, Limit::Characters, limits.characters.into()));
        }
        strings.push(text);
    }
    Ok(strings)
}
