//! Styles: which of them are headings, and which carry automatic numbers.

use crate::extract::xml;
use std::collections::BTreeMap;

/// How long a chain of `basedOn` is followed; a loop ends there.
const CHAIN: usize = 16;

/// Paragraph styles by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: BTreeMap<String, Style>,
    /// Style of paragraphs that name none.
    default: Option<String>,
}

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    /// 0 is the first level, as Word counts.
    outline: Option<u8>,
    number: Option<String>,
    level: Option<u8>,
}

impl Styles {
    pub fn read(text: &str) -> Self {
        let mut styles = Styles::default();
        let mut id = String::new();
        xml::each_start(text, |name, element| {
            let value = || xml::attribute(element, "val").unwrap_or_default();
            if name == "style" {
                id = xml::attribute(element, "styleId").unwrap_or_default();
                let paragraph = xml::attribute(element, "type").as_deref() == Some("paragraph");
                let default = xml::attribute(element, "default");
                if paragraph && matches!(default.as_deref(), Some("1" | "true" | "on")) {
                    styles.default = Some(id.clone());
                }
                styles.by_id.insert(id.clone(), Style::default());
                return;
            }
            let Some(style) = styles.by_id.get_mut(&id) else { return };
            match name {
                "name" => style.outline = style.outline.or(named_heading(&value())),
                "basedOn" => style.based_on = Some(value()),
                "outlineLvl" => style.outline = value().parse().ok(),
                "numId" => style.number = Some(value()),
                "ilvl" => style.level = value().parse().ok(),
                _ => {}
            }
        });
        styles
    }

    /// Outline level of a paragraph of this style, 0 for the first; 9 and above is running text.
    pub fn outline(&self, id: Option<&str>) -> Option<u8> {
        self.chain(id).find_map(|style| style.outline).filter(|level| *level < 9)
    }

    /// The list and level the style puts its paragraphs in.
    pub fn numbering(&self, id: Option<&str>) -> Option<(String, u8)> {
        let number = self.chain(id).find_map(|style| style.number.clone())?;
        let level = self.chain(id).find_map(|style| style.level);
        Some((number, level.or(self.outline(id)).unwrap_or(0)))
    }

    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = &'s Style> {
        let first = id.or(self.default.as_deref()).and_then(|id| self.by_id.get(id));
        let parent = |style: &&'s Style| self.by_id.get(style.based_on.as_deref()?);
        std::iter::successors(first, parent).take(CHAIN)
    }
}

/// "heading 2", "标题 2": level 1 counted from 0.
fn named_heading(name: &str) -> Option<u8> {
    let lower = name.to_ascii_lowercase();
    let rest = lower.strip_prefix("heading").or_else(|| lower.strip_prefix("标题"))?;
    rest.trim().parse::<u8>().ok()?.checked_sub(1)
}
