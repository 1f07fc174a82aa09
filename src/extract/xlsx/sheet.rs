//! One sheet: its cells, merges, and what of it is hidden; the pictures and text boxes over it.

use super::Shared;
use super::strings::Run;
use crate::extract::package::Package;
use crate::extract::sheet::{Area, Book, Content, Shown, address, number};
use crate::extract::{ExtractError, refusal, xml};
use crate::model::Format;
use quick_xml::events::{BytesStart, Event};

/// A cell that is open.
#[derive(Default)]
struct Cell {
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    /// The stored value; `None` where there is none.
    value: Option<String>,
    formula: Option<String>,
    inline: Run,
}

/// Which text is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Value,
    Formula,
}

/// Reads a sheet into the book.
pub(super) fn read(
    text: &str,
    part: &str,
    shared: &Shared,
    book: &mut Book<'_>,
) -> Result<(), ExtractError> {
    let mut reader = xml::reader(text);
    let mut open: Option<Cell> = None;
    let mut inside = Inside::Nothing;
    // The next row and column, for cells that do not say where they are.
    let (mut row, mut column) = (0u32, 0u32);
    loop {
        let event = reader.read_event();
        let event = event.map_err(|_| xml::broken(Format::Xlsx, part, reader.error_position()))?;
        match &event {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => {
                    let own = xml::attribute(start, "r").and_then(|r| r.parse::<u32>().ok());
                    row = own.map_or(row, |own| own.saturating_sub(1));
                    column = 0;
                    if is_on(start, "hidden") || is_nothing(start, "ht") {
                        book.hide_rows(row, row)?;
                    }
                }
                "c" => {
                    let own = xml::attribute(start, "r").and_then(|name| address(&name));
                    (row, column) = own.unwrap_or((row, column));
                    let value = |key| xml::attribute(start, key).unwrap_or_default();
                    let style = value("s").parse().unwrap_or(0);
                    open = Some(Cell { row, column, kind: value("t"), style, ..Cell::default() });
                }
                "v" => inside = Inside::Value,
                "f" => {
                    inside = Inside::Formula;
                    if let Some(cell) = &mut open {
                        cell.formula = Some(String::new());
                    }
                }
                "col" => hide_columns(start, book)?,
                "mergeCell" => {
                    let area = xml::attribute(start, "ref").and_then(|name| Area::parse(&name));
                    area.map_or(Ok(()), |area| book.merge(area))?;
                }
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "c" => {
                    if let Some(cell) = open.take() {
                        column = cell.column + 1;
                        let (row, column) = (cell.row, cell.column);
                        book.put(row, column, cell.content(part, shared)?)?;
                    }
                }
                "row" => row += 1,
                "v" | "f" => inside = Inside::Nothing,
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
        let Some(cell) = &mut open else { continue };
        cell.inline.take_in(&event);
        let piece = match (&event, inside) {
            (_, Inside::Nothing) => continue,
            (Event::Text(text), _) => text.to_string(),
            (Event::CData(text), _) => text.to_string(),
            (Event::GeneralRef(reference), _) => xml::resolve(reference).into_iter().collect(),
            _ => continue,
        };
        match inside {
            Inside::Value => cell.value.get_or_insert_default().push_str(&piece),
            _ => cell.formula.get_or_insert_default().push_str(&piece),
        }
    }
}

impl Cell {
    /// What the cell shows.
    fn content(mut self, part: &str, shared: &Shared) -> Result<Content, ExtractError> {
        let style = shared.styles.get(self.style);
        let ruled = style.is_some_and(|style| style.ruled);
        let inline = self.inline.take();
        let stored = self.value.as_deref().map(str::trim).unwrap_or_default();
        if let Some(formula) = &self.formula {
            // A text may be empty; a number that nobody calculated is none, and 0 may be one.
            let zero = shared.uncalculated && stored.parse() == Ok(0.0);
            if (stored.is_empty() && self.kind != "str" && self.kind != "inlineStr") || zero {
                let text = format!("={formula}");
                return Ok(Content { text, doubtful: true, uncalculated: true, ruled });
            }
        }
        let mut doubtful = false;
        let text = match self.kind.as_str() {
            "s" if stored.is_empty() => String::new(),
            "s" => {
                let string = stored.parse().ok().and_then(|at: usize| shared.strings.get(at));
                let missing = || {
                    refusal::damaged(
                        Format::Xlsx,
                        &format!("{part} 引用的文字不存在"),
                        &format!("{part} refers to a text that is not there"),
                    )
                };
                string.ok_or_else(missing)?.clone()
            }
            "inlineStr" => inline,
            "str" => {
                let mut run = Run::default();
                run.set(self.value.unwrap_or_default());
                run.take()
            }
            "b" => if stored == "0" { "FALSE" } else { "TRUE" }.to_owned(),
            // Errors as they are shown; a date in ISO 8601.
            "e" | "d" => stored.to_owned(),
            _ => match stored.parse() {
                Ok(value) => {
                    let code = style.map_or("", |style| style.code.as_str());
                    let shown: Shown = number(value, code, shared.epoch);
                    doubtful = shown.doubtful;
                    shown.text
                }
                Err(_) => stored.to_owned(),
            },
        };
        Ok(Content { text, doubtful, uncalculated: false, ruled })
    }
}

fn hide_columns(start: &BytesStart<'_>, book: &mut Book<'_>) -> Result<(), ExtractError> {
    if !is_on(start, "hidden") && !is_nothing(start, "width") {
        return Ok(());
    }
    let bound = |key| xml::attribute(start, key).and_then(|n| n.parse::<u32>().ok());
    match (bound("min"), bound("max")) {
        (Some(min @ 1..), Some(max)) => book.hide_columns(min - 1, max.max(min) - 1),
        _ => Ok(()),
    }
}

fn is_on(start: &BytesStart<'_>, key: &str) -> bool {
    matches!(xml::attribute(start, key).as_deref(), Some("1" | "true" | "on"))
}

/// A size of 0 hides as well.
fn is_nothing(start: &BytesStart<'_>, key: &str) -> bool {
    xml::attribute(start, key).and_then(|size| size.parse::<f64>().ok()) == Some(0.0)
}

/// Pictures over a sheet, and the texts of boxes where the cells under their corners are free.
pub(super) fn drawings(
    package: &mut Package<'_>,
    part: &str,
    book: &mut Book<'_>,
) -> Result<(), ExtractError> {
    let relations = package.relations_of(part)?;
    for drawing in relations.all_of_kind("/drawing") {
        let targets = package.relations_of(drawing)?;
        let text = package.text_or_nothing(drawing)?;
        let mut reader = xml::reader(&text);
        let mut corner = Corner::default();
        let mut lines: Vec<String> = Vec::new();
        let mut run = Run::default();
        while let Ok(event) = reader.read_event() {
            match &event {
                Event::Start(start) => match start.local_name().as_ref() {
                    "from" => corner = Corner { inside: true, ..Corner::default() },
                    "row" | "col" if corner.inside => {
                        corner.row_next = start.local_name().as_ref() == "row";
                        corner.reading = true;
                    }
                    "blip" => {
                        let id = xml::attribute(start, "embed").unwrap_or_default();
                        if let (Some(name), Some(sheet)) = (targets.target(&id), book.sheet()) {
                            sheet.pictures.push((corner.row, corner.column, name.to_owned()));
                        }
                    }
                    _ => {}
                },
                Event::End(end) => match end.local_name().as_ref() {
                    "from" => corner.inside = false,
                    "row" | "col" => corner.reading = false,
                    "p" => lines.push(run.take()),
                    "sp" => {
                        let text = std::mem::take(&mut lines).join("\n");
                        book.overlay(corner.row, corner.column, text.trim())?;
                    }
                    _ => {}
                },
                Event::Text(text) if corner.reading => corner.read(text),
                Event::Eof => break,
                _ => {}
            }
            run.take_in(&event);
        }
    }
    Ok(())
}

/// The cell under the upper left corner of what is drawn.
#[derive(Default)]
struct Corner {
    row: u32,
    column: u32,
    inside: bool,
    reading: bool,
    row_next: bool,
}

impl Corner {
    fn read(&mut self, text: &str) {
        let number = text.trim().parse::<u32>().unwrap_or(0).min(1 << 20);
        if self.row_next {
            self.row = number;
        } else {
            self.column = number;
        }
    }
}
