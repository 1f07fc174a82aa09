//! One line of a text file and what its own characters say about it.

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// 1-based.
    pub number: u32,
    pub text: &'a str,
}

/// Splits at LF, CR LF, lone CR and form feed. The number counts what an editor counts, so a form
/// feed does not begin a new one.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut number = 1;
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r', '\x0c']) {
        lines.push(Line { number, text: &rest[..end] });
        let mark = &rest[end..];
        number += u32::from(!mark.starts_with('\x0c'));
        rest = mark.strip_prefix("\r\n").unwrap_or(&mark[1..]);
    }
    if !rest.is_empty() {
        lines.push(Line { number, text: rest });
    }
    lines
}

impl<'a> Line<'a> {
    /// No character at all, or spaces an editor left: what ends a row.
    pub fn is_empty(&self) -> bool {
        self.text.bytes().all(|b| b == b' ')
    }

    /// Nothing visible; may hold NBSP or spaces, which is a blank paragraph of the source document.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}')
    }

    /// The content of a line that begins a cell, and its column: led by TAB, or by or ended with the
    /// only `|` of the line.
    pub fn cell(&self) -> Option<(&'a str, u32)> {
        if let Some(text) = self.text.strip_prefix('\t') {
            return Some((text, 2));
        }
        let trimmed = self.text.trim();
        if trimmed.chars().filter(|&c| is_bar(c)).count() != 1 || trimmed.chars().count() > 60 {
            return None;
        }
        match (trimmed.strip_prefix(is_bar), trimmed.strip_suffix(is_bar)) {
            (Some(text), _) => Some((text.trim_start(), self.column_of(text.trim_start()))),
            (None, Some(text)) => Some((text.trim_end(), self.column_of(text))),
            (None, None) => None,
        }
    }

    /// A whole row on one line: TABs between its cells, or two bars or one with text on both sides.
    pub fn is_row(&self) -> bool {
        self.has_inner_tab() || self.has_bars()
    }

    /// TAB between two visible pieces.
    pub fn has_inner_tab(&self) -> bool {
        self.text.split('\t').filter(|piece| !piece.trim().is_empty()).count() >= 2
    }

    /// Cells separated by `|`.
    pub fn has_bars(&self) -> bool {
        let trimmed = self.text.trim();
        let bars = trimmed.chars().filter(|&c| is_bar(c)).count();
        bars >= 2 || (bars == 1 && !trimmed.starts_with(is_bar) && !trimmed.ends_with(is_bar))
    }

    /// Column (1-based, in characters) at which `part`, a piece of this line, begins.
    pub fn column_of(&self, part: &str) -> u32 {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.text.get(..offset).map_or(1, |before| before.chars().count() as u32 + 1)
    }

    /// Level of a Markdown heading (0 for none) and the text without the mark.
    pub fn heading_mark(&self) -> (u8, &'a str) {
        let hashes = self.text.bytes().take_while(|&b| b == b'#').count();
        match self.text[hashes..].strip_prefix(' ') {
            Some(rest) if (1..=6).contains(&hashes) => (hashes as u8, rest.trim_start()),
            _ => (0, self.text),
        }
    }

    /// Numbered as a first-level heading is, "四、…", with words behind the number. Converters put
    /// spaces, `#` or a bookmark before it.
    pub fn is_numbered_heading(&self) -> bool {
        let mut text = self.heading_mark().1.trim_start();
        while let Some(rest) = text.strip_prefix("[bookmark:") {
            text = rest.split_once(']').map_or("", |(_, after)| after).trim_start();
        }
        let words = text.trim_start_matches(|c| "一二三四五六七八九十".contains(c));
        let Some(words) = words.strip_prefix('、').filter(|_| words.len() < text.len()) else {
            return false;
        };
        (4..=40).contains(&words.trim().chars().count()) && !words.contains(['\t', '|', '。'])
    }
}

/// The bars tables are drawn with.
pub(super) fn is_bar(c: char) -> bool {
    matches!(c, '|' | '｜' | '│')
}
