//! Workbooks of Excel since 2007 (.xlsx, .xlsm; ECMA-376 part 1, 18): their sheets in order.
//!
//! Read here rather than by a crate: what a number looks like, which rows are hidden and whether a
//! formula has a result decide what a cell says, and every cell is counted before it is kept.

mod sheet;
mod strings;
mod styles;
#[cfg(test)]
mod tests;

use super::package::Package;
use super::sheet::{Book, Epoch, document};
use super::{ExtractError, Extractor, Limits, notice, refusal, xml};
use crate::document::{Anchor, Document, Notice, NoticeKind};
use crate::model::Format;

/// The reader of workbooks.
pub(super) struct Xlsx;

/// What the main part says of a sheet.
struct Declared {
    name: String,
    hidden: bool,
    part: String,
}

/// What the whole workbook has in common.
#[derive(Default)]
struct Shared {
    strings: Vec<String>,
    styles: Vec<super::sheet::Style>,
    epoch: Epoch,
    /// The program that wrote it left the formulas to be calculated by the one that opens it.
    uncalculated: bool,
}

impl Extractor for Xlsx {
    fn format(&self) -> Format {
        Format::Xlsx
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let (book, notices) = book(bytes, limits)?;
        let mut document = document(book)?;
        document.notices.extend(notices);
        Ok(document)
    }
}

/// The sheets of a workbook, and what is to be noted of it as a whole.
pub(super) fn book<'l>(
    bytes: &[u8],
    limits: &'l Limits,
) -> Result<(Book<'l>, Vec<Notice>), ExtractError> {
    let mut package = Package::open(Format::Xlsx, bytes, limits)?;
    let main = package.main_part("xl/workbook.xml")?;
    if main.ends_with(".bin") {
        return Err(refusal::binary_workbook());
    }
    let relations = package.relations_of(&main)?;
    let text = package.text(&main)?;
    let mut shared = Shared::default();
    if let Some(part) = relations.of_kind("/styles") {
        shared.styles = styles::read(&package.text_or_nothing(part)?);
    }
    if let Some(part) = relations.of_kind("/sharedStrings") {
        shared.strings = strings::read(&package.text(part)?, part, limits)?;
    }
    let mut declared = Vec::new();
    let mut notices = Vec::new();
    xml::each_start(&text, |name, element| {
        let value = |key| xml::attribute(element, key).unwrap_or_default();
        let on = |key| matches!(value(key).as_str(), "1" | "true");
        match name {
            "workbookPr" if on("date1904") => shared.epoch = Epoch::Since1904,
            "calcPr" => shared.uncalculated = on("fullCalcOnLoad"),
            "sheet" => {
                // By local name: the id of the relation, not that of the sheet.
                let (id, name) = (value("id"), value("name"));
                let hidden = matches!(value("state").as_str(), "hidden" | "veryHidden");
                match relations.target(&id) {
                    Some(part) if relations.is_of_kind(&id, "/worksheet") => {
                        declared.push(Declared { name, hidden, part: part.to_owned() });
                    }
                    _ => notices.push(not_a_grid(&name)),
                }
            }
            _ => {}
        }
    });
    let mut book = Book::new(Format::Xlsx, limits);
    for one in declared {
        book.begin(&one.name, one.hidden)?;
        sheet::read(&package.text(&one.part)?, &one.part, &shared, &mut book)?;
        sheet::drawings(&mut package, &one.part, &mut book)?;
    }
    let macros = package.macros().map(|part| {
        let anchor = Anchor::Path { part: part.clone(), path: String::new() };
        notice(NoticeKind::Macro, anchor, &part)
    });
    notices.extend(macros);
    Ok((book, notices))
}

/// A sheet that is a chart, a dialog or a macro.
fn not_a_grid(name: &str) -> Notice {
    let anchor = Anchor::Sheet { sheet: name.to_owned(), row: 1, column: 1 };
    notice(NoticeKind::EmbeddedObject, anchor, name)
}
