//! Text as written and text as read, with the way back from the second to the first.

use super::Anchor;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A run of text with its place. `raw` is what the file holds and what findings quote; `clean` is
/// what binding and rules read. They differ where a reader repaired something (see `NoticeKind`):
/// NBSP and ideographic spaces become spaces, zero-width characters, conversion marks and pinyin go,
/// Traditional characters become Simplified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub raw: String,
    pub clean: String,
    /// Ascending (clean byte, raw byte) pairs; between two pairs both advance alike. Empty when
    /// `raw == clean`.
    map: Vec<(u32, u32)>,
    pub anchor: Anchor,
}

impl Text {
    /// Text that needed no cleaning.
    pub fn plain(raw: impl Into<String>, anchor: Anchor) -> Self {
        let raw = raw.into();
        Text { clean: raw.clone(), raw, map: Vec::new(), anchor }
    }

    /// Text whose clean form differs. `map` holds (clean byte, raw byte) wherever the two stop
    /// advancing alike, in ascending order; pass an empty one when nothing changed.
    pub fn cleaned(raw: String, clean: String, map: Vec<(u32, u32)>, anchor: Anchor) -> Self {
        debug_assert!(map.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 <= w[1].1));
        Text { raw, clean, map, anchor }
    }

    /// The stretch of `raw` that a byte range of `clean` came from, widened to character borders.
    pub fn raw_range(&self, clean: Range<usize>) -> Range<usize> {
        let mut start = self.raw_offset(clean.start).min(self.raw.len());
        let mut end = self.raw_offset(clean.end).min(self.raw.len()).max(start);
        while !self.raw.is_char_boundary(start) {
            start -= 1;
        }
        while !self.raw.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    fn raw_offset(&self, clean: usize) -> usize {
        let at = self.map.partition_point(|&(c, _)| c as usize <= clean);
        match at.checked_sub(1).map(|i| self.map[i]) {
            Some((c, r)) => r as usize + (clean - c as usize),
            None => clean,
        }
    }

    /// True when the clean text has nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.clean.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_range_leads_back_to_the_raw_bytes() {
        // "務(wù)公開" read as "务公开": the annotation went, two characters changed.
        let raw = "務(wù)公開".to_string();
        let text = Text::cleaned(raw, "务公开".into(), vec![(0, 0), (3, 8)], Anchor::Unknown);
        assert_eq!(&text.raw[text.raw_range(3..9)], "公開");
        // What was taken out belongs to the character before it, so that a quote shows it.
        assert_eq!(&text.raw[text.raw_range(0..3)], "務(wù)");
    }

    #[test]
    fn plain_text_maps_to_itself() {
        let text = Text::plain("年报", Anchor::Unknown);
        assert_eq!(text.raw_range(3..6), 3..6);
    }
}
