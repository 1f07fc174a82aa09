//! Traditional → Simplified, where the text is Traditional and not merely has such a character.

use super::trace::Trace;
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The range in which every character is asked once whether it has a Simplified form.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

/// The converter and the characters it changes on their own.
struct Converter {
    opencc: OpenCC,
    changed: Vec<u64>,
}

/// `None` only if the dictionary compiled into the converter could not be read; then nothing is
/// converted and nothing is lost.
fn converter() -> Option<&'static Converter> {
    static CONVERTER: OnceLock<Option<Converter>> = OnceLock::new();
    CONVERTER
        .get_or_init(|| {
            let opencc = OpenCC::from_config(BuiltinConfig::T2s).ok()?;
            let mut changed = vec![0u64; (LAST - FIRST) as usize / 64 + 1];
            // One per line, so that no two of them are looked up as a word.
            let all: String =
                (FIRST..=LAST).filter_map(char::from_u32).flat_map(|c| [c, '\n']).collect();
            for (before, after) in all.lines().zip(opencc.convert(&all).lines()) {
                if before != after
                    && let Some(c) = before.chars().next()
                {
                    let index = (c as u32 - FIRST) as usize;
                    changed[index / 64] |= 1 << (index % 64);
                }
            }
            Some(Converter { opencc, changed })
        })
        .as_ref()
}

/// True for a character with another Simplified form.
pub(super) fn is_convertible(c: char) -> bool {
    let code = c as u32;
    if !(FIRST..=LAST).contains(&code) {
        return false;
    }
    let index = (code - FIRST) as usize;
    converter().is_some_and(|converter| converter.changed[index / 64] & (1 << (index % 64)) != 0)
}

fn is_han(c: char) -> bool {
    (FIRST..=LAST).contains(&(c as u32))
}

/// A document is Traditional when one character in twenty, and ten at least, would change. A place
/// or person written with such a character in Simplified text (乾县) stays what it is.
pub(super) fn is_traditional<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let (mut han, mut changed) = (0usize, 0usize);
    for c in texts.flat_map(str::chars).filter(|&c| is_han(c)) {
        han += 1;
        changed += usize::from(is_convertible(c));
    }
    changed >= 10 && changed * 20 >= han
}

/// Converts in a Traditional document, or a single text that is Traditional itself: three different
/// characters would change, and one in eight. Returns how many changed.
pub(super) fn simplify(trace: &mut Trace, document_is: bool) -> u32 {
    let chars = trace.chars();
    let distinct: BTreeSet<char> =
        chars.iter().map(|&(c, _)| c).filter(|&c| is_convertible(c)).collect();
    if distinct.is_empty() {
        return 0;
    }
    if !document_is {
        let han = chars.iter().filter(|&&(c, _)| is_han(c)).count();
        let changed = chars.iter().filter(|&&(c, _)| is_convertible(c)).count();
        if distinct.len() < 3 || changed * 8 < han {
            return 0;
        }
    }
    let Some(converter) = converter() else { return 0 };
    let before: String = chars.iter().map(|(c, _)| c).collect();
    let after = converter.opencc.convert(&before);
    // Words that change their length cannot be led back to their place: then character by character.
    let aligned = after.chars().count() == chars.len();
    let after: Vec<char> = if aligned {
        after.chars().collect()
    } else {
        let single = |c: char| converter.opencc.convert(c.encode_utf8(&mut [0; 4])).chars().next();
        before.chars().map(|c| single(c).unwrap_or(c)).collect()
    };
    let mut count = 0;
    for (c, new) in trace.chars_mut().zip(after) {
        count += u32::from(*c != new);
        *c = new;
    }
    count
}
