//! Lists: the styles that say how they count, and how far each has come in the text.

use crate::extract::numbering::Numbering;
use crate::extract::xml;
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;

/// The list that headings count along.
const OUTLINE: &str = "outline";

/// Levels of a list.
const LEVELS: u8 = 9;

#[derive(Debug, Default)]
pub(super) struct Lists {
    numbering: Numbering,
    /// Concrete lists met so far, and the last of each style and of each identifier.
    met: u32,
    last: BTreeMap<String, String>,
    /// Open lists, outermost first: their concrete list.
    open: Vec<String>,
    /// True from the beginning of an item to its first paragraph.
    fresh: bool,
}

impl Lists {
    /// Reads the list styles of these parts.
    pub fn read(parts: &[&str]) -> Self {
        let mut lists = Lists::default();
        lists.numbering.list(OUTLINE);
        lists.numbering.concrete(OUTLINE, OUTLINE);
        for part in parts {
            let mut style = String::new();
            xml::each_start(part, |name, element| match name {
                "list-style" => {
                    style = xml::attribute(element, "name").unwrap_or_default();
                    lists.numbering.list(&style);
                }
                "outline-style" => style = OUTLINE.into(),
                "list-level-style-number" | "outline-level-style" => lists.level(&style, element),
                "list-level-style-bullet" | "list-level-style-image" => {
                    if let Some(level) = lists.numbering.level(&style, level_of(element)) {
                        level.format = "bullet".into();
                    }
                }
                _ => {}
            });
        }
        lists
    }

    fn level(&mut self, style: &str, element: &BytesStart<'_>) {
        let value = |name| xml::attribute(element, name);
        let at = level_of(element);
        let Some(level) = self.numbering.level(style, at) else { return };
        level.start = value("start-value").and_then(|start| start.parse().ok()).unwrap_or(1);
        level.format = format(&value("num-format").unwrap_or_default()).into();
        let shown: u8 = value("display-levels").and_then(|n| n.parse().ok()).unwrap_or(1);
        level.text = match value("num-list-format") {
            // "%1%、"
            Some(text) => {
                (1..=9).fold(text, |text, n| text.replace(&format!("%{n}%"), &format!("%{n}")))
            }
            None => {
                let first = (at + 2).saturating_sub(shown.max(1)).max(1);
                let numbers: Vec<String> = (first..=at + 1).map(|n| format!("%{n}")).collect();
                let around = |name| value(name).unwrap_or_default();
                format!("{}{}{}", around("num-prefix"), numbers.join("."), around("num-suffix"))
            }
        };
    }

    /// `text:list`: a list inside another counts along it unless it has a style of its own.
    pub fn begin(&mut self, element: &BytesStart<'_>) {
        let value = |name| xml::attribute(element, name);
        let style = value("style-name");
        let continued = value("continue-list").and_then(|id| self.last.get(&id).cloned());
        let continues = value("continue-numbering").as_deref() == Some("true");
        let same = style.as_ref().filter(|_| continues).and_then(|style| self.last.get(style));
        let list = match (continued.or(same.cloned()), self.open.last(), &style) {
            (Some(list), _, _) => list,
            (None, Some(outer), None) => outer.clone(),
            (None, Some(outer), Some(style)) if self.last.get(style) == Some(outer) => {
                outer.clone()
            }
            (None, _, _) => {
                self.met += 1;
                let list = format!("list {}", self.met);
                let style = style.clone().unwrap_or_default();
                self.numbering.concrete(&list, &style);
                (0..LEVELS).for_each(|level| self.numbering.restart_level(&list, &style, level));
                list
            }
        };
        for name in [style, value("id")].into_iter().flatten() {
            self.last.insert(name, list.clone());
        }
        self.open.push(list);
    }

    pub fn end(&mut self) {
        self.open.pop();
        self.fresh = false;
    }

    /// `text:list-item`, whose first paragraph has a number.
    pub fn item(&mut self, element: &BytesStart<'_>) {
        self.fresh = true;
        let start = xml::attribute(element, "start-value").and_then(|start| start.parse().ok());
        if let (Some(start), Some(list)) = (start, self.open.last()) {
            let level = (self.open.len() - 1).min(usize::from(LEVELS) - 1) as u8;
            self.numbering.begin_at(list, level, start);
        }
    }

    /// The number of a paragraph, of a heading with its level, counted where it stands.
    pub fn next(&mut self, heading: Option<u8>) -> Option<String> {
        let fresh = std::mem::take(&mut self.fresh);
        match (self.open.last(), heading) {
            (Some(list), _) if fresh => {
                let level = (self.open.len() - 1).min(usize::from(LEVELS) - 1) as u8;
                self.numbering.next(list, level)
            }
            (None, Some(level)) => self.numbering.next(OUTLINE, level),
            _ => None,
        }
    }
}

/// The level a style is for, 0 for the first.
fn level_of(element: &BytesStart<'_>) -> u8 {
    let level = xml::attribute(element, "level").and_then(|level| level.parse::<u8>().ok());
    level.unwrap_or(1).clamp(1, LEVELS) - 1
}

/// The name of a number format, given by the first numbers of it.
fn format(format: &str) -> &'static str {
    match format.chars().next() {
        None => "none",
        Some('一') => "chineseCounting",
        Some('壹') => "chineseLegalSimplified",
        Some('①') => "decimalEnclosedCircle",
        Some('１') => "decimalFullWidth",
        Some('I') => "upperRoman",
        Some('i') => "lowerRoman",
        Some('A') => "upperLetter",
        Some('a') => "lowerLetter",
        Some(_) => "decimal",
    }
}
