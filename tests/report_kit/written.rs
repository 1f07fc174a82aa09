//! A report as it stands written, cell by cell, and the ways of writing it down.

use super::word;
use nianbao::edition::Edition;
use nianbao::specimen::Specimen;
use std::collections::BTreeMap;

/// The ways of writing: one cell a line, one row a line, Markdown, bars over the whole grid, a page, Word.
pub const FORMATS: [&str; 6] = ["txt", "tabs", "md", "bars", "html", "docx"];

/// How a cell goes on downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    No,
    Start,
    Continue,
}

/// One cell as written.
#[derive(Clone, Debug)]
pub struct Slot {
    pub text: String,
    /// What a person reads there, where that is not `text` itself.
    pub says: Option<String>,
    /// The field whose place in the table this is.
    pub field: Option<String>,
    pub span: usize,
    pub down: Down,
    /// A table inside the cell.
    pub inner: Option<Grid>,
    /// Each character in a run (docx) or a style (html) of its own.
    pub runs: bool,
}

impl Slot {
    pub fn new(text: &str) -> Slot {
        Slot {
            text: text.to_string(),
            says: None,
            field: None,
            span: 1,
            down: Down::No,
            inner: None,
            runs: false,
        }
    }
}

pub type Row = Vec<Slot>;

#[derive(Clone, Debug, Default)]
pub struct Grid {
    pub rows: Vec<Row>,
}

impl Grid {
    pub fn columns(&self) -> usize {
        self.rows.iter().map(|r| r.iter().map(|s| s.span).sum()).max().unwrap_or(0)
    }

    /// Rows that a cell which begins at a row and column covers.
    pub fn height(&self, row: usize, column: usize) -> usize {
        let goes_on = |r: &&Row| {
            let mut at = 0;
            r.iter().any(|s| {
                at += s.span;
                at - s.span == column && s.down == Down::Continue
            })
        };
        1 + self.rows[row + 1..].iter().take_while(goes_on).count()
    }
}

#[derive(Clone, Debug)]
pub enum Item {
    Title(String),
    Heading(String),
    Text(String),
    /// Signature and date.
    Right(String),
    Table(Grid),
}

impl Item {
    pub fn grid(&self) -> Option<&Grid> {
        if let Item::Table(grid) = self { Some(grid) } else { None }
    }
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Written {
    pub items: Vec<Item>,
    /// The file the parts of a Word file around its text come from.
    pub frame: Vec<u8>,
}

impl Written {
    /// What a specimen writes, taken from its page; every value cell knows its field by its number,
    /// since no two are alike.
    pub fn of(specimen: &Specimen, edition: &Edition) -> Written {
        let names = edition.tables.iter().flat_map(|t| t.fields()).map(|(name, ..)| name);
        let fields: BTreeMap<String, String> =
            names.map(|n| (specimen.cell(&n).expect("a field").to_string(), n)).collect();
        let page = specimen.to_html();
        let body = page.split_once("<body>\n").expect("a body").1;
        let mut items = Vec::new();
        let mut grid: Option<Grid> = None;
        for line in body.lines() {
            let inside = |open: &str, close: &str| {
                line.strip_prefix(open).and_then(|l| l.strip_suffix(close)).map(plain)
            };
            if line.starts_with("<table") {
                grid = Some(Grid::default());
            } else if line == "</table>" {
                items.push(Item::Table(grid.take().expect("an open table")));
            } else if let Some(grid) = &mut grid {
                row(grid, line, &fields);
            } else if let Some(text) = inside("<h1>", "</h1>") {
                items.push(Item::Title(text));
            } else if let Some(text) = inside("<h2>", "</h2>") {
                items.push(Item::Heading(text));
            } else if let Some(text) = inside("<p>", "</p>") {
                items.push(Item::Text(text));
            } else if let Some(text) = inside("<p style=\"text-align:right\">", "</p>") {
                items.push(Item::Right(text));
            }
        }
        Written { items, frame: specimen.to_docx() }
    }

    pub fn grids(&self) -> Vec<usize> {
        let table = |i: &usize| matches!(self.items[*i], Item::Table(_));
        (0..self.items.len()).filter(table).collect()
    }

    pub fn grid(&mut self, item: usize) -> &mut Grid {
        match &mut self.items[item] {
            Item::Table(grid) => grid,
            _ => panic!("item {item} is no table"),
        }
    }

    /// The bytes of a file.
    pub fn to_bytes(&self, format: &str) -> Vec<u8> {
        match format {
            "docx" => self.docx(),
            "html" => self.html().into_bytes(),
            _ => self.lines(format).into_bytes(),
        }
    }

    fn lines(&self, format: &str) -> String {
        let mark = |mark: &'static str| if format == "md" || format == "bars" { mark } else { "" };
        let mut out = String::new();
        for item in &self.items {
            match item {
                Item::Table(grid) => match format {
                    "txt" => cell_a_line(grid, &mut out),
                    "tabs" => row_a_line(grid, &mut out),
                    "md" => markdown(grid, &mut out),
                    _ => bars(grid, &mut out),
                },
                Item::Title(text) => out += &format!("{}{text}\n\n", mark("# ")),
                Item::Heading(text) if text.is_empty() => {}
                Item::Heading(text) => out += &format!("{}{text}\n\n", mark("## ")),
                Item::Text(text) | Item::Right(text) => out += &format!("{text}\n\n"),
            }
        }
        out
    }

    fn html(&self) -> String {
        let title = self.items.iter().find_map(|i| match i {
            Item::Title(text) => Some(text.as_str()),
            _ => None,
        });
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n<body>\n",
            escaped(title.unwrap_or_default())
        );
        for item in &self.items {
            match item {
                Item::Title(text) => out += &format!("<h1>{}</h1>\n", escaped(text)),
                Item::Heading(text) if text.is_empty() => {}
                Item::Heading(text) => out += &format!("<h2>{}</h2>\n", escaped(text)),
                Item::Text(text) => out += &format!("<p>{}</p>\n", escaped(text)),
                Item::Right(text) => {
                    out += &format!("<p style=\"text-align:right\">{}</p>\n", escaped(text));
                }
                Item::Table(grid) => html_table(grid, &mut out),
            }
        }
        out + "</body>\n</html>\n"
    }

    fn docx(&self) -> Vec<u8> {
        word::with_main_part(&self.frame, |own| self.main_part(own))
    }

    /// `word/document.xml` with the head and foot of the specimen's own.
    pub fn main_part(&self, own: &str) -> String {
        let (head, rest) = own.split_once("<w:body>").expect("a body");
        let foot = &rest[rest.find("<w:sectPr").expect("a section")..];
        let mut out = format!("{head}<w:body>");
        for item in &self.items {
            match item {
                Item::Title(text) => word_paragraph(&mut out, text, "center"),
                Item::Heading(text) | Item::Text(text) => word_paragraph(&mut out, text, "both"),
                Item::Right(text) => word_paragraph(&mut out, text, "right"),
                Item::Table(grid) => {
                    word_table(&mut out, grid);
                    out += "<w:p/>";
                }
            }
        }
        out + foot
    }
}

fn plain(text: &str) -> String {
    text.replace("<br>", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\n', "<br>")
}

/// Adds a row of a page's table, with a continuing cell where one from above reaches down.
fn row(grid: &mut Grid, line: &str, fields: &BTreeMap<String, String>) {
    let mut row: Row = Vec::new();
    let number = grid.rows.len();
    let covered = |column: usize| {
        grid.rows.iter().enumerate().find_map(|(above, r)| {
            let mut at = 0;
            let slot = r.iter().find(|s| {
                at += s.span;
                at - s.span == column && s.down == Down::Start
            })?;
            let height: usize = slot.says.as_deref()?.parse().ok()?;
            (above + height > number).then(|| Slot {
                span: slot.span,
                down: Down::Continue,
                ..Slot::new("")
            })
        })
    };
    let mut column = 0;
    let mut push = |slot: Slot, row: &mut Row| {
        column += slot.span;
        row.push(slot);
        while let Some(below) = covered(column) {
            column += below.span;
            row.push(below);
        }
    };
    if let Some(below) = covered(0) {
        push(below, &mut row);
    }
    for cell in line.trim_start_matches("<tr>").trim_end_matches("</tr>").split_inclusive("</td>") {
        let Some((open, text)) = cell.strip_suffix("</td>").and_then(|c| c.split_once('>')) else {
            continue;
        };
        let number = |name: &str| -> Option<usize> {
            open.split_once(&format!("{name}=\""))?.1.split('"').next()?.parse().ok()
        };
        let text = plain(text);
        let mut slot = Slot::new(&text);
        slot.field = fields.get(&text).cloned();
        slot.span = number("colspan").unwrap_or(1);
        if let Some(rows) = number("rowspan") {
            // Kept only while the table is read.
            (slot.down, slot.says) = (Down::Start, Some(rows.to_string()));
        }
        push(slot, &mut row);
    }
    grid.rows.push(row);
}

impl Written {
    /// Forgets the heights that reading the page needed.
    pub fn settled(mut self) -> Written {
        for item in self.grids() {
            self.grid(item).rows.iter_mut().flatten().for_each(|s| s.says = None);
        }
        self
    }
}

fn cell_a_line(grid: &Grid, out: &mut String) {
    for row in &grid.rows {
        row.iter().for_each(|slot| *out += &format!("\t{}\n", slot.text));
        out.push('\n');
    }
    out.push('\n');
}

fn row_a_line(grid: &Grid, out: &mut String) {
    for row in &grid.rows {
        let cells: Vec<String> = row.iter().map(|s| s.text.replace('\n', " ")).collect();
        *out += &format!("{}\n", cells.join("\t"));
    }
    out.push('\n');
}

fn markdown(grid: &Grid, out: &mut String) {
    let columns = grid.columns();
    for (at, row) in grid.rows.iter().enumerate() {
        for slot in row {
            *out += &format!("| {} ", slot.text.replace('|', "\\|").replace('\n', "<br>"));
        }
        if at == 0 {
            *out += &"|  ".repeat(columns.saturating_sub(row.len()));
        }
        *out += "|\n";
        if at == 0 {
            *out += &format!("{}|\n", "| --- ".repeat(columns));
        }
    }
    out.push('\n');
}

/// Every slot of the grid between bars: a merged cell stands in its first slot, the others are empty.
fn bars(grid: &Grid, out: &mut String) {
    for row in &grid.rows {
        for slot in row {
            *out += &format!("|{}", slot.text.replace('\n', "<br>"));
            *out += &"|".repeat(slot.span - 1);
        }
        *out += "|\n";
    }
    out.push('\n');
}

fn html_table(grid: &Grid, out: &mut String) {
    *out += "<table border=\"1\">\n";
    for (at, row) in grid.rows.iter().enumerate() {
        *out += "<tr>";
        let mut column = 0;
        for slot in row {
            let begins = column;
            column += slot.span;
            let covered = slot.down == Down::Continue && begun_above(grid, at, begins);
            if covered {
                continue;
            }
            *out += "<td";
            if slot.span > 1 {
                *out += &format!(" colspan=\"{}\"", slot.span);
            }
            if slot.down == Down::Start {
                *out += &format!(" rowspan=\"{}\"", grid.height(at, begins));
            }
            let styled = |c: char| format!("<span style=\"font-size:1em\"><b>{c}</b></span>");
            let text = match slot.runs {
                true => slot.text.chars().map(styled).collect(),
                false => escaped(&slot.text),
            };
            *out += &format!(">{text}");
            if let Some(inner) = &slot.inner {
                html_table(inner, out);
            }
            *out += "</td>";
        }
        *out += "</tr>\n";
    }
    *out += "</table>\n";
}

/// True where a continuing cell has a cell above it that begins.
fn begun_above(grid: &Grid, row: usize, column: usize) -> bool {
    let down = |row: &Row| {
        let mut at = 0;
        let here = row.iter().find(|s| {
            at += s.span;
            at - s.span == column
        });
        here.map(|s| s.down)
    };
    let mut above = grid.rows[..row].iter().rev().map(down);
    above.find(|d| *d != Some(Down::Continue)) == Some(Some(Down::Start))
}

fn word_paragraph(out: &mut String, text: &str, justified: &str) {
    if !text.is_empty() {
        *out += &format!(r#"<w:p><w:pPr><w:jc w:val="{justified}"/></w:pPr>"#);
        word_run(out, text);
        *out += "</w:p>";
    }
}

fn word_run(out: &mut String, text: &str) {
    let lines = text.split('\n').map(|line| {
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!(r#"<w:t xml:space="preserve">{line}</w:t>"#)
    });
    *out += &format!("<w:r>{}</w:r>", lines.collect::<Vec<_>>().join("<w:br/>"));
}

fn word_table(out: &mut String, grid: &Grid) {
    let columns = grid.columns();
    let width = 8844 / columns.max(1);
    *out += r#"<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders></w:tblPr><w:tblGrid>"#;
    *out += &format!(r#"<w:gridCol w:w="{width}"/>"#).repeat(columns);
    *out += "</w:tblGrid>";
    for row in &grid.rows {
        *out += "<w:tr>";
        for slot in row {
            *out += &format!(r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/>"#, width * slot.span);
            if slot.span > 1 {
                *out += &format!(r#"<w:gridSpan w:val="{}"/>"#, slot.span);
            }
            *out += match slot.down {
                Down::No => "",
                Down::Start => r#"<w:vMerge w:val="restart"/>"#,
                Down::Continue => "<w:vMerge/>",
            };
            *out += "</w:tcPr><w:p>";
            if slot.down != Down::Continue && !slot.text.is_empty() {
                match slot.runs {
                    true => slot.text.chars().for_each(|c| word_run(out, &c.to_string())),
                    false => word_run(out, &slot.text),
                }
            }
            *out += "</w:p>";
            if let Some(inner) = &slot.inner {
                word_table(out, inner);
                *out += "<w:p/>";
            }
            *out += "</w:tc>";
        }
        *out += "</w:tr>";
    }
    *out += "</w:tbl>";
}
