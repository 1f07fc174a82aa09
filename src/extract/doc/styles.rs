//! The style sheet ([MS-DOC] 2.9.271): which styles are headings, and which carry automatic numbers.

use super::paragraph::Properties;
use crate::extract::bytes::{part, u16_at};

/// How long a chain of styles is followed; a loop ends there.
const CHAIN: usize = 16;

/// Marks the end of such a chain.
const NO_BASE: u16 = 0xFFF;

/// Paragraph styles by number.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<Option<Style>>);

#[derive(Debug)]
struct Style {
    base: u16,
    /// Outline level of the built-in style it is, 0 for the first heading.
    heading: Option<u8>,
    own: Properties,
}

impl Styles {
    /// Reads the sheet as far as it goes.
    pub fn read(sheet: &[u8]) -> Self {
        let mut styles = Vec::new();
        let header = usize::from(u16_at(sheet, 0).unwrap_or(0));
        let base_size = usize::from(u16_at(sheet, 4).unwrap_or(0));
        let mut at = 2 + header;
        while let Some(length) = u16_at(sheet, at).map(usize::from) {
            let Some(style) = part(sheet, at + 2, length) else { break };
            styles.push(Style::read(style, base_size));
            // Every style begins at an even byte.
            at += 2 + length + length % 2;
        }
        Styles(styles)
    }

    /// What holds for a paragraph of this style that says nothing of its own.
    pub fn properties(&self, number: u16) -> Properties {
        let mut found = Properties::default();
        let mut next = number;
        for _ in 0..CHAIN {
            let Some(Some(style)) = self.0.get(usize::from(next)) else { break };
            found.outline = found.outline.or(style.own.outline).or(style.heading);
            found.list = found.list.or(style.own.list);
            found.level = found.level.or(style.own.level);
            next = style.base;
        }
        found
    }
}

impl Style {
    /// `None` for a style of characters, tables or lists.
    fn read(style: &[u8], base_size: usize) -> Option<Self> {
        let identifier = u16_at(style, 0)? & 0xFFF;
        let kind_and_base = u16_at(style, 2)?;
        if kind_and_base & 0xF != 1 {
            return None;
        }
        let base = (kind_and_base >> 4) & NO_BASE;
        let heading = (1..=9).contains(&identifier).then(|| identifier as u8 - 1);
        let name = usize::from(u16_at(style, base_size)?);
        // The name with its length and its end, then the properties with theirs, then their style.
        let at = base_size + 2 + name * 2 + 2;
        let length = usize::from(u16_at(style, at).unwrap_or(0));
        let grpprl = part(style, at + 2, length).and_then(|own| own.get(2..)).unwrap_or_default();
        Some(Style { base, heading, own: Properties::default().with(grpprl) })
    }
}
