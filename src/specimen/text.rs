//! A specimen as plain text and as Markdown.

use super::Specimen;
use super::form::Form;
use super::grid::{Merge, lay_out};

/// The layout office converters write: each cell on its own line behind a tab, a cell's own line
/// breaks below it without one, an empty line after each row, one more after the table.
pub(super) fn plain(specimen: &Specimen) -> String {
    let mut out = String::new();
    lines(specimen, &mut out, &mut |form, out| {
        for row in &lay_out(form).rows {
            for cell in row {
                out.push('\t');
                out.push_str(&cell.text);
                out.push('\n');
            }
            out.push('\n');
        }
        out.push('\n');
    });
    out
}

/// Pipe tables; `|` and line breaks inside a cell are escaped.
pub(super) fn markdown(specimen: &Specimen) -> String {
    let mut out = String::new();
    let mut table = |form: &Form, out: &mut String| {
        let grid = lay_out(form);
        for (at, row) in grid.rows.iter().enumerate() {
            for cell in row {
                let text = cell.text.replace('|', "\\|").replace('\n', "<br>");
                out.push_str("| ");
                out.push_str(if cell.merge == Merge::Continue { "" } else { &text });
                out.push(' ');
            }
            out.push_str("|\n");
            if at == 0 {
                // A Markdown table exists only when its first row has all the columns.
                let blank = "|  ".repeat(grid.columns.saturating_sub(row.len()));
                out.insert_str(out.len() - 2, &blank);
                out.push_str(&"| --- ".repeat(grid.columns));
                out.push_str("|\n");
            }
        }
        out.push('\n');
    };
    let mut body = specimen.clone();
    if !body.title.is_empty() {
        body.title.insert_str(0, "# ");
    }
    for part in body.parts.iter_mut().filter(|p| !p.heading.is_empty()) {
        part.heading.insert_str(0, "## ");
    }
    lines(&body, &mut out, &mut table);
    out
}

/// Everything in reading order, paragraphs a line each with an empty line around headings and tables.
fn lines(specimen: &Specimen, out: &mut String, table: &mut dyn FnMut(&Form, &mut String)) {
    let paragraph = |text: &str, out: &mut String| {
        if !text.is_empty() {
            out.push_str(text);
            out.push_str("\n\n");
        }
    };
    paragraph(&specimen.title, out);
    specimen.preamble.iter().for_each(|p| paragraph(p, out));
    for part in &specimen.parts {
        paragraph(&part.heading, out);
        part.paragraphs.iter().for_each(|p| paragraph(p, out));
        if let Some(form) = &part.table {
            table(form, out);
        }
        part.after.iter().for_each(|p| paragraph(p, out));
    }
    paragraph(&specimen.signature, out);
    paragraph(&specimen.date, out);
}
