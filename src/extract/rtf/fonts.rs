//! The fonts a file declares: the encoding of the bytes set in each.

use crate::extract::encoding;
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254,
};
use std::collections::BTreeMap;

/// Fonts by number.
#[derive(Debug)]
pub(super) struct Fonts {
    fonts: BTreeMap<i32, Font>,
    /// Encoding of fonts that say nothing, by `\ansicpg`.
    default: &'static Encoding,
}

#[derive(Debug, Default)]
struct Font {
    charset: Option<i32>,
    name: Vec<u8>,
}

impl Default for Fonts {
    fn default() -> Self {
        Fonts { fonts: BTreeMap::new(), default: WINDOWS_1252 }
    }
}

impl Fonts {
    pub fn set_code_page(&mut self, page: i32) {
        self.default = encoding::of_code_page(page).unwrap_or(WINDOWS_1252);
    }

    pub fn declare(&mut self, font: i32, charset: i32) {
        self.fonts.entry(font).or_default().charset = Some(charset);
    }

    /// A byte of a font's name; names of fonts of symbols are ASCII.
    pub fn name(&mut self, font: i32, byte: u8) {
        let name = &mut self.fonts.entry(font).or_default().name;
        if name.len() < 64 {
            name.push(byte);
        }
    }

    /// The name of a font of symbols.
    pub fn symbols(&self, font: i32) -> Option<&str> {
        let name = std::str::from_utf8(&self.fonts.get(&font)?.name).ok()?;
        name.starts_with("Wingdings").then_some(name)
    }

    /// Decodes bytes set in a font; true where the font's charset did not fit them and that of the
    /// whole file was used.
    pub fn decode(&self, font: i32, bytes: &[u8]) -> (String, bool) {
        let own = self.fonts.get(&font).and_then(|font| of_charset(font.charset?));
        let encoding = own.unwrap_or(self.default);
        let repaired = encoding == WINDOWS_1252 && self.default != encoding && is_double(bytes);
        let encoding = if repaired { self.default } else { encoding };
        (encoding.decode_without_bom_handling(bytes).0.into_owned(), repaired)
    }
}

/// True for bytes that are pairs of the area of Chinese characters, two at least and not all alike:
/// no Western word looks so.
fn is_double(bytes: &[u8]) -> bool {
    let high = |byte: &u8| *byte >= 0x80;
    let mut runs = bytes.chunk_by(|a, b| high(a) == high(b)).filter(|run| high(&run[0]));
    let double = |run: &[u8]| run.len().is_multiple_of(2) && run.iter().all(|byte| *byte >= 0xA1);
    let long = bytes.iter().filter(|byte| high(byte)).count() >= 4;
    long && runs.all(double) && bytes.windows(2).any(|two| two[0] != two[1])
}

/// `\fcharset`; `None` for those that leave it to the file.
fn of_charset(charset: i32) -> Option<&'static Encoding> {
    match charset {
        0 => Some(WINDOWS_1252),
        128 => Some(SHIFT_JIS),
        129 => Some(EUC_KR),
        134 => Some(GB18030),
        136 => Some(BIG5),
        161 => Some(WINDOWS_1253),
        162 => Some(WINDOWS_1254),
        204 => Some(WINDOWS_1251),
        238 => Some(WINDOWS_1250),
        _ => None,
    }
}
