//! OpenDocument sheets (.ods, and .fods in one file): cells as the file itself says they are shown.

use super::archive::Archive;
use super::sheet::{Area, Book, Content, document};
use super::{ExtractError, Extractor, Limits, encoding, notice, refusal, xml};
use crate::document::{Anchor, Document, NoticeKind};
use crate::model::Format;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// The part that holds the cells.
const CONTENT: &str = "content.xml";

/// How often a blank cell or row is repeated at most: what is beyond says nothing.
const BLANKS: u32 = 64;

/// The reader of OpenDocument sheets.
pub(super) struct Ods;

impl Extractor for Ods {
    fn format(&self) -> Format {
        Format::Ods
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        if !bytes.starts_with(b"PK") {
            return document(read(&encoding::decode(bytes).text, "", limits)?);
        }
        let mut archive = Archive::open(Format::Ods, bytes, limits)?;
        if archive.text_or_nothing("META-INF/manifest.xml")?.contains("encryption-data") {
            return Err(refusal::encrypted(Format::Ods));
        }
        if !archive.holds(CONTENT) {
            return Err(refusal::damaged(
                Format::Ods,
                "找不到正文（content.xml）",
                "there is no main part (content.xml)",
            ));
        }
        let mut document = document(read(&archive.text(CONTENT)?, CONTENT, limits)?)?;
        let mut names = archive.names();
        if let Some(name) = names.find(|name| name.starts_with("Basic/") && name.ends_with(".xml"))
        {
            let anchor = Anchor::Path { part: name.clone().into_owned(), path: String::new() };
            document.notices.push(notice(NoticeKind::Macro, anchor, &name));
        }
        Ok(document)
    }
}

/// What styles say that matters here, by their names.
#[derive(Default)]
struct Styles {
    name: String,
    /// Sheets that are not shown.
    hidden: BTreeMap<String, bool>,
    /// Sides of cells with lines: across, down.
    lines: BTreeMap<String, [bool; 2]>,
}

impl Styles {
    fn take_in(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "style" => self.name = xml::attribute(element, "name").unwrap_or_default(),
            "table-properties" => {
                let shown = xml::attribute(element, "display");
                self.hidden.insert(self.name.clone(), shown.as_deref() == Some("false"));
            }
            "table-cell-properties" => {
                let drawn = |side: &str| {
                    xml::attribute(element, side).is_some_and(|line| !line.starts_with("none"))
                };
                let across = drawn("border-top") || drawn("border-bottom");
                let down = drawn("border-left") || drawn("border-right");
                let all = drawn("border");
                self.lines.insert(self.name.clone(), [all || across, all || down]);
            }
            _ => {}
        }
    }
}

/// A cell that is open or waits for the end of its row.
#[derive(Default)]
struct Cell {
    column: u32,
    repeats: u32,
    /// Rows and columns spanned.
    spans: (u32, u32),
    lines: Vec<String>,
    content: Content,
    /// A formula that says nothing of its result.
    open_formula: bool,
}

/// Where the reader stands.
#[derive(Default)]
struct Walk {
    styles: Styles,
    row: u32,
    rows: u32,
    column: u32,
    columns_met: u32,
    cells: Vec<Cell>,
    open: Option<Cell>,
    /// Depth of elements whose text is no cell's: comments, drawings.
    aside: u32,
    in_paragraph: bool,
}

fn read<'l>(text: &str, part: &str, limits: &'l Limits) -> Result<Book<'l>, ExtractError> {
    let mut reader = xml::reader(text);
    let mut book = Book::new(Format::Ods, limits);
    let mut walk = Walk::default();
    loop {
        let event = reader.read_event();
        let event = event.map_err(|_| xml::broken(Format::Ods, part, reader.error_position()))?;
        match event {
            Event::Start(element) => walk.start(&element, &mut book)?,
            Event::End(element) => walk.end(element.local_name().as_ref(), &mut book)?,
            Event::Text(text) => walk.text(&text),
            Event::CData(text) => walk.text(&text),
            Event::GeneralRef(reference) => {
                walk.text(&xml::resolve(&reference).map(String::from).unwrap_or_default());
            }
            Event::Eof => return Ok(book),
            _ => {}
        }
    }
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>, book: &mut Book<'_>) -> Result<(), ExtractError> {
        self.styles.take_in(element);
        let value = |key| xml::attribute(element, key);
        let name = element.local_name();
        match name.as_ref() {
            "annotation" | "shapes" | "frame" | "custom-shape" | "forms" => self.aside += 1,
            _ if self.aside > 0 => {
                if let ("image", Some(sheet)) = (name.as_ref(), book.sheet()) {
                    let picture = value("href").unwrap_or_default();
                    sheet.pictures.push((self.row, self.column, picture));
                }
            }
            "table" => {
                let style = value("style-name").unwrap_or_default();
                let hidden = self.styles.hidden.get(&style).copied().unwrap_or(false);
                book.begin(&value("name").unwrap_or_default(), hidden)?;
                (self.row, self.columns_met) = (0, 0);
            }
            "table-column" => {
                let repeats = number(element, "number-columns-repeated");
                if is_hidden(element) {
                    let last = self.columns_met.saturating_add(repeats - 1);
                    book.hide_columns(self.columns_met, last)?;
                }
                self.columns_met = self.columns_met.saturating_add(repeats);
            }
            "table-row" => {
                self.rows = number(element, "number-rows-repeated");
                self.column = 0;
                if is_hidden(element) {
                    book.hide_rows(self.row, self.row.saturating_add(self.rows - 1))?;
                }
            }
            "table-cell" => self.open = Some(self.cell(element)),
            "covered-table-cell" => {
                let repeats = number(element, "number-columns-repeated");
                self.column = self.column.saturating_add(repeats);
            }
            "p" => {
                self.in_paragraph = true;
                if let Some(cell) = &mut self.open {
                    cell.lines.push(String::new());
                }
            }
            "s" => self.text(&" ".repeat(number(element, "c").min(BLANKS) as usize)),
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            _ => {}
        }
        Ok(())
    }

    fn cell(&self, element: &BytesStart<'_>) -> Cell {
        let style = xml::attribute(element, "style-name").unwrap_or_default();
        let ruled = self.styles.lines.get(&style) == Some(&[true, true]);
        let without_value = xml::attribute(element, "value-type").is_none();
        Cell {
            column: self.column,
            repeats: number(element, "number-columns-repeated"),
            spans: (
                number(element, "number-rows-spanned"),
                number(element, "number-columns-spanned"),
            ),
            content: Content { ruled, ..Content::default() },
            open_formula: without_value && xml::attribute(element, "formula").is_some(),
            ..Cell::default()
        }
    }

    fn end(&mut self, name: &str, book: &mut Book<'_>) -> Result<(), ExtractError> {
        match name {
            "annotation" | "shapes" | "frame" | "custom-shape" | "forms" => {
                self.aside = self.aside.saturating_sub(1);
            }
            _ if self.aside > 0 => {}
            "p" => self.in_paragraph = false,
            "table-cell" => {
                let Some(mut cell) = self.open.take() else { return Ok(()) };
                self.column = self.column.saturating_add(cell.repeats);
                cell.content.text = cell.lines.join("\n");
                if cell.open_formula && cell.content.text.is_empty() {
                    (cell.content.doubtful, cell.content.uncalculated) = (true, true);
                    cell.content.text = "=?".into();
                }
                if cell.content.text.trim().is_empty() {
                    cell.repeats = cell.repeats.min(BLANKS);
                }
                self.cells.push(cell);
            }
            "table-row" => self.end_row(book)?,
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self, book: &mut Book<'_>) -> Result<(), ExtractError> {
        let cells = std::mem::take(&mut self.cells);
        let filled = cells.iter().any(|cell| !cell.content.text.trim().is_empty());
        let rows = if filled { self.rows } else { self.rows.min(BLANKS) };
        for row in self.row..self.row.saturating_add(rows) {
            for cell in &cells {
                for column in cell.column..cell.column.saturating_add(cell.repeats) {
                    book.put(row, column, cell.content.clone())?;
                    let (down, across) = cell.spans;
                    let bottom = row.saturating_add(down - 1);
                    let right = column.saturating_add(across - 1);
                    book.merge(Area { top: row, left: column, bottom, right })?;
                }
            }
        }
        self.row = self.row.saturating_add(self.rows);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.aside > 0 || !self.in_paragraph {
            return;
        }
        if let Some(line) = self.open.as_mut().and_then(|cell| cell.lines.last_mut()) {
            line.push_str(text);
        }
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    matches!(xml::attribute(element, "visibility").as_deref(), Some("collapse" | "filter"))
}

/// A count given by an attribute, 1 where there is none.
fn number(element: &BytesStart<'_>, name: &str) -> u32 {
    let value = xml::attribute(element, name);
    value.map_or(1, |value| value.trim().parse().unwrap_or(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::extract::extract;
    use crate::model::UnreadableReason;

    const HEAD: &str = r#"<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>
        <style:style style:name="off"><style:table-properties table:display="false"/></style:style>
        <style:style style:name="box"><style:table-cell-properties fo:border="0.06pt solid"/></style:style></office:automatic-styles><office:spreadsheet>"#;

    fn try_read(tables: &str) -> Result<Document, ExtractError> {
        let flat = format!("{HEAD}{tables}</office:spreadsheet></office:document>");
        extract("a.fods", flat.as_bytes(), &Limits::default()).map(|read| {
            assert_eq!(read.format, Format::Ods);
            read.document
        })
    }

    fn cell(text: &str) -> String {
        format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>")
    }

    #[test]
    fn cells_repeat_span_and_hide_as_they_say() {
        let document = try_read(&format!(
            r#"<table:table table:name="底稿" table:style-name="off"><table:table-row>{}</table:table-row></table:table>
            <table:table table:name="表"><table:table-column/><table:table-column table:visibility="collapse"/>
            <table:table-row><table:table-cell table:number-columns-spanned="4"><office:annotation><text:p>批注</text:p></office:annotation><text:p>题<text:s text:c="2"/>目</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="3"/><table:table-cell table:number-columns-repeated="16380"/></table:table-row>
            <table:table-row table:number-rows-repeated="2">{}{}<table:table-cell table:number-columns-repeated="2"><text:p>3</text:p></table:table-cell></table:table-row>
            <table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>
            <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:style-name="box" table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
            cell("藏"),
            cell("甲&amp;"),
            cell("乙"),
        ))
        .expect("readable");
        let Block::Table(table) = &document.blocks[0] else { panic!("{:?}", document.blocks) };
        let slot =
            |row, column| table.at(row, column).map_or("∅", |cell| cell.text.clean.as_str());
        let grid: Vec<[&str; 3]> =
            (0..table.rows).map(|row| [0, 1, 2].map(|column| slot(row, column))).collect();
        assert_eq!(grid, [["题  目"; 3], ["甲&", "3", "3"], ["甲&", "3", "3"]]);
        assert_eq!(document.blocks[1].text().map(|text| text.clean.as_str()), Some("=?"));
        let told: Vec<&str> = document.notices.iter().map(|n| n.quote.as_str()).collect();
        assert_eq!(told, ["表!B:B", "表!A4"]);
    }

    #[test]
    fn repetitions_of_text_count_before_they_are_made() {
        let row = r#"<table:table-row table:number-rows-repeated="1000000">"#;
        let error = try_read(&format!(
            r#"<table:table table:name="表">{row}{}</table:table-row></table:table>"#,
            cell("甲")
        ));
        assert_eq!(error.expect_err("refused").reason, UnreadableReason::OverLimit);
    }
}
