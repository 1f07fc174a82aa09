//! A specimen as a web page.

use super::Specimen;
use super::form::Form;
use super::grid::{GridCell, Merge, lay_out};
use std::fmt::Write;

pub(super) fn page(specimen: &Specimen) -> String {
    let mut out =
        String::from("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    element(&mut out, "title", "", &specimen.title);
    out.push_str("</head>\n<body>\n");
    element(&mut out, "h1", "", &specimen.title);
    specimen.preamble.iter().for_each(|p| element(&mut out, "p", "", p));
    for part in &specimen.parts {
        element(&mut out, "h2", "", &part.heading);
        part.paragraphs.iter().for_each(|p| element(&mut out, "p", "", p));
        if let Some(form) = &part.table {
            table(&mut out, form);
        }
        part.after.iter().for_each(|p| element(&mut out, "p", "", p));
    }
    element(&mut out, "p", " style=\"text-align:right\"", &specimen.signature);
    element(&mut out, "p", " style=\"text-align:right\"", &specimen.date);
    out.push_str("</body>\n</html>\n");
    out
}

/// One element on a line; nothing for an empty text.
fn element(out: &mut String, name: &str, attributes: &str, text: &str) {
    if !text.is_empty() {
        writeln!(out, "<{name}{attributes}>{}</{name}>", escaped(text))
            .expect("writing to a String cannot fail");
    }
}

fn table(out: &mut String, form: &Form) {
    out.push_str("<table border=\"1\">\n");
    for row in &lay_out(form).rows {
        out.push_str("<tr>");
        row.iter().for_each(|cell| table_cell(out, cell));
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn table_cell(out: &mut String, cell: &GridCell) {
    if cell.merge == Merge::Continue {
        return;
    }
    out.push_str("<td");
    if cell.span > 1 {
        write!(out, " colspan=\"{}\"", cell.span).expect("writing to a String cannot fail");
    }
    if let Merge::Start(rows) = cell.merge {
        write!(out, " rowspan=\"{rows}\"").expect("writing to a String cannot fail");
    }
    write!(out, ">{}</td>", escaped(&cell.text)).expect("writing to a String cannot fail");
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\n', "<br>")
}
