//! The tokens of RTF: groups, control words, characters.

/// Longest name of a control word; the specification has 32.
const LONGEST: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word with its parameter.
    Word(&'a str, Option<i32>),
    /// A control symbol other than an escaped character: `\*`, `\~`.
    Symbol(u8),
    /// A character, plain, escaped or by its code.
    Byte(u8),
}

/// Walks over a file.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Tokens { bytes, at: 0 }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        let first = *self.bytes.get(start)?;
        self.at += 1;
        if !first.is_ascii_alphabetic() {
            return Some(match first {
                b'\'' => {
                    let code = self.bytes.get(self.at..self.at + 2).and_then(|hex| {
                        u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
                    });
                    self.at += if code.is_some() { 2 } else { 0 };
                    code.map_or(Token::Symbol(b'\''), Token::Byte)
                }
                b'\\' | b'{' | b'}' => Token::Byte(first),
                b'\r' | b'\n' => Token::Word("par", None),
                b'\t' => Token::Word("tab", None),
                _ => Token::Symbol(first),
            });
        }
        let run = |from: usize, fits: fn(&u8) -> bool| {
            let rest = &self.bytes[from..];
            from + rest.iter().take(LONGEST).take_while(|byte| fits(byte)).count()
        };
        let end = run(start, u8::is_ascii_alphabetic);
        let sign = usize::from(self.bytes.get(end) == Some(&b'-'));
        let stop = run(end + sign, u8::is_ascii_digit);
        let number = if stop > end + sign { &self.bytes[end..stop] } else { &[] };
        self.at = if number.is_empty() { end } else { stop };
        // One space behind a control word belongs to it.
        self.at += usize::from(self.bytes.get(self.at) == Some(&b' '));
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let name = text(&self.bytes[start..end]);
        let number = (!number.is_empty()).then(|| {
            let most = if sign == 1 { i32::MIN } else { i32::MAX };
            text(number).parse().unwrap_or(most)
        });
        if name == "bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
        }
        Some(Token::Word(name, number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => continue,
                byte => Some(Token::Byte(byte)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_their_parameter_does() {
        let tokens: Vec<Token> =
            Tokens::new(b"{\\rtf1\\u-123 a\\'b0\\~\\\\\\bin3 {{{\\cell}\\").collect();
        let expected = [
            Token::Open,
            Token::Word("rtf", Some(1)),
            Token::Word("u", Some(-123)),
            Token::Byte(b'a'),
            Token::Byte(0xB0),
            Token::Symbol(b'~'),
            Token::Byte(b'\\'),
            Token::Word("bin", Some(3)),
            Token::Word("cell", None),
            Token::Close,
        ];
        assert_eq!(tokens, expected);
    }
}
