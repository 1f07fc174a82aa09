//! The formats of cells, as far as reading them needs: the format code and whether there are lines.

use crate::extract::sheet::{Style, built_in};
use crate::extract::xml;
use std::collections::BTreeMap;

/// Styles of cells by their number.
pub(super) fn read(text: &str) -> Vec<Style> {
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    let mut borders: Vec<[bool; 2]> = Vec::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    xml::each_start(text, |name, element| {
        let value = |key| xml::attribute(element, key).unwrap_or_default();
        match name {
            "numFmt" => drop(codes.insert(value("numFmtId"), value("formatCode"))),
            "border" => borders.push([false; 2]),
            "left" | "right" | "start" | "end" | "top" | "bottom" => {
                let across = matches!(name, "top" | "bottom");
                let drawn = !matches!(value("style").as_str(), "" | "none");
                if let Some(border) = borders.last_mut() {
                    border[usize::from(across)] |= drawn;
                }
            }
            "cellXfs" => in_cells = true,
            "cellStyleXfs" | "cellStyles" | "dxfs" => in_cells = false,
            "xf" if in_cells => {
                let id = value("numFmtId");
                let code = match codes.get(&id) {
                    Some(code) => code.clone(),
                    None => built_in(id.parse().unwrap_or(0)).to_owned(),
                };
                let border = value("borderId").parse().ok().and_then(|at: usize| borders.get(at));
                styles.push(Style { code, ruled: border == Some(&[true, true]) });
            }
            _ => {}
        }
    });
    styles
}
