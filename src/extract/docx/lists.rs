//! The lists that `numbering.xml` declares.

use crate::extract::numbering::Numbering;
use crate::extract::xml;

/// Reads the part as far as it goes.
pub(super) fn read(text: &str) -> Numbering {
    let mut numbering = Numbering::default();
    let (mut list, mut concrete, mut level) = (String::new(), String::new(), 0u8);
    xml::each_start(text, |name, element| {
        let value = || xml::attribute(element, "val").unwrap_or_default();
        let number = |key| xml::attribute(element, key)?.parse::<u8>().ok();
        match name {
            "abstractNum" => {
                list = xml::attribute(element, "abstractNumId").unwrap_or_default();
                numbering.list(&list);
            }
            "num" => {
                list.clear();
                concrete = xml::attribute(element, "numId").unwrap_or_default();
            }
            "abstractNumId" => numbering.concrete(&concrete, &value()),
            "lvl" | "lvlOverride" => level = number("ilvl").unwrap_or(0),
            "startOverride" => numbering.restart(&concrete, level, value().parse().unwrap_or(1)),
            "start" | "numFmt" | "lvlText" => {
                let Some(level) = numbering.level(&list, level) else { return };
                match name {
                    "start" => level.start = value().parse().unwrap_or(1),
                    "numFmt" => level.format = value(),
                    _ => level.text = value(),
                }
            }
            _ => {}
        }
    });
    numbering
}
