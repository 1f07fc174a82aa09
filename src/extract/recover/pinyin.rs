//! Readings in brackets behind characters: `務(wù)`, and `和(he)(he)` where the tones were lost.

use super::trace::Trace;

/// How sure one may be that a toneless syllable in brackets is an annotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// The document annotates: three readings at least that are certain or look alike.
    annotated: bool,
}

/// Readings from which on a document counts as annotated.
const ANNOTATED: usize = 3;

impl Style {
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut seen = 0;
        for text in texts {
            if !text.contains(['(', '（']) {
                continue;
            }
            let chars: Vec<(char, u32)> = text.chars().map(|c| (c, 0)).collect();
            let mut at = 0;
            while let Some(found) = annotation_from(&chars, at) {
                seen += 1;
                at = found.end;
            }
            if seen >= ANNOTATED {
                return Style { annotated: true };
            }
        }
        Style::default()
    }
}

/// Removes the annotations and says how many brackets went. A toneless syllable goes when it is
/// doubled or the document is annotated throughout; every other bracket stays.
pub(super) fn take_out(trace: &mut Trace, style: Style) -> u32 {
    let chars = trace.chars();
    let mut keep = vec![true; chars.len()];
    let mut removed = 0;
    let mut at = 0;
    while let Some(found) = annotation_from(chars, at) {
        if found.toned || found.brackets > 1 || style.annotated {
            keep[found.start..found.end].fill(false);
            removed += found.brackets;
        }
        at = found.end;
    }
    if removed > 0 {
        trace.retain(&keep);
    }
    removed
}

/// One or more equal brackets with a syllable, directly behind a Chinese character.
struct Annotation {
    start: usize,
    end: usize,
    brackets: u32,
    toned: bool,
}

fn annotation_from(chars: &[(char, u32)], from: usize) -> Option<Annotation> {
    let mut at = from.max(1);
    while at < chars.len() {
        if is_han(chars[at - 1].0)
            && let Some((mut end, syllable)) = bracket_at(chars, at)
        {
            let toned = syllable.iter().any(|&(c, _)| untoned(c) != c);
            let mut brackets = 1;
            while let Some((next, again)) = bracket_at(chars, end) {
                if !again.iter().map(|(c, _)| c).eq(syllable.iter().map(|(c, _)| c)) {
                    break;
                }
                end = next;
                brackets += 1;
            }
            return Some(Annotation { start: at, end, brackets, toned });
        }
        at += 1;
    }
    None
}

/// A bracket holding exactly one syllable of pinyin, at `at`: its end and the syllable.
fn bracket_at(chars: &[(char, u32)], at: usize) -> Option<(usize, &[(char, u32)])> {
    let (open, _) = *chars.get(at)?;
    let close = match open {
        '(' => ')',
        '（' => '）',
        _ => return None,
    };
    let ahead = &chars[at + 1..chars.len().min(at + 9)];
    let length = ahead.iter().position(|(c, _)| *c == close)?;
    let syllable = &ahead[..length];
    is_syllable(syllable).then_some((at + length + 2, syllable))
}

fn is_syllable(chars: &[(char, u32)]) -> bool {
    let letters: String = chars.iter().map(|&(c, _)| untoned(c)).collect();
    if letters.is_empty() || !letters.chars().all(|c| c.is_ascii_lowercase()) {
        return false;
    }
    let initial = INITIALS.iter().find(|i| letters.starts_with(**i)).map_or(0, |i| i.len());
    FINALS.contains(&&letters[initial..])
}

/// Longest first where one begins another.
const INITIALS: &[&str] = &[
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r",
    "z", "c", "s", "y", "w",
];

/// With `v` for ü.
const FINALS: &[&str] = &[
    "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "i", "ia", "ian", "iang", "iao",
    "ie", "in", "ing", "iong", "iu", "o", "ong", "ou", "u", "ua", "uai", "uan", "uang", "ue", "ui",
    "un", "uo", "v", "ve",
];

/// The letter without its tone; `v` for ü. Letters that carry none come back as they are.
fn untoned(c: char) -> char {
    match c {
        'ā' | 'á' | 'ǎ' | 'à' | 'ă' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ĕ' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' | 'ĭ' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' | 'ŏ' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' | 'ŭ' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ü' => 'v',
        'ń' | 'ň' | 'ǹ' => 'n',
        other => other,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}
