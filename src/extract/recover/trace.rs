//! Text under repair: every character keeps the place in the raw text it came from.

/// Characters with the raw byte offset each stands for.
pub(super) struct Trace {
    chars: Vec<(char, u32)>,
    raw_len: u32,
}

/// True for characters that never reach the clean text as they are: blanks other than space, and
/// characters without width.
pub(super) fn is_odd(c: char) -> bool {
    blank(c) || invisible(c)
}

/// NBSP, ideographic space and the rest of the wide and narrow spaces.
fn blank(c: char) -> bool {
    matches!(
        c,
        '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Zero-width characters, direction marks, soft hyphens, control characters.
fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{FE00}'..='\u{FE0F}')
        || (c.is_control() && c != '\n' && c != '\t')
}

impl Trace {
    /// Takes the raw text in: odd blanks become spaces, invisible characters go. `number` stands
    /// before it in the clean text and has no place of its own.
    pub fn new(number: &str, raw: &str) -> Self {
        let read = raw.char_indices().filter(|&(_, c)| !invisible(c));
        let read = read.map(|(at, c)| (if blank(c) { ' ' } else { c }, at as u32));
        let chars = number.chars().map(|c| (c, 0)).chain(read).collect();
        Trace { chars, raw_len: raw.len() as u32 }
    }

    pub fn chars(&self) -> &[(char, u32)] {
        &self.chars
    }

    pub fn chars_mut(&mut self) -> impl Iterator<Item = &mut char> {
        self.chars.iter_mut().map(|(c, _)| c)
    }

    /// Keeps the characters for which `keep` (same length) is true.
    pub fn retain(&mut self, keep: &[bool]) {
        debug_assert_eq!(keep.len(), self.chars.len());
        let mut keep = keep.iter();
        self.chars.retain(|_| keep.next().copied().unwrap_or(true));
    }

    /// Removes white space at both ends and around line ends.
    pub fn trim(&mut self) {
        let length = self.chars.len();
        let mut keep = vec![true; length];
        let mut line_start = 0;
        for at in 0..=length {
            if at == length || self.chars[at].0 == '\n' {
                let line = &self.chars[line_start..at];
                let lead = line.iter().take_while(|(c, _)| c.is_whitespace()).count();
                let trail =
                    line[lead..].iter().rev().take_while(|(c, _)| c.is_whitespace()).count();
                keep[line_start..line_start + lead].fill(false);
                keep[at - trail..at].fill(false);
                line_start = at + 1;
            }
        }
        self.retain(&keep);
        // Lines without text at both ends and doubled line ends go as well.
        let mut keep = vec![true; self.chars.len()];
        let mut after_break = true;
        for (at, (c, _)) in self.chars.iter().enumerate() {
            keep[at] = !(after_break && *c == '\n');
            after_break = *c == '\n';
        }
        if let Some(last) = self.chars.iter().rposition(|(c, _)| *c != '\n') {
            keep[last + 1..].fill(false);
        }
        self.retain(&keep);
    }

    /// The clean text and the pairs (clean byte, raw byte) at which the two stop advancing alike.
    pub fn finish(self) -> (String, Vec<(u32, u32)>) {
        let mut clean = String::with_capacity(self.raw_len as usize);
        let mut map = Vec::new();
        let mut expected = 0u32;
        for (c, raw) in self.chars {
            if raw != expected {
                map.push((clean.len() as u32, raw));
            }
            clean.push(c);
            expected = raw + c.len_utf8() as u32;
        }
        if expected != self.raw_len {
            map.push((clean.len() as u32, self.raw_len));
        }
        (clean, map)
    }
}
