//! Marks converters leave behind, labels written one character per line, text in a wrong encoding.

use super::super::notice;
use super::trace::Trace;
use crate::document::{Anchor, Notice, NoticeKind};
use encoding_rs::GB18030;

/// Longest mark taken for one, in characters; a bracket that never closes is no mark.
const LONGEST: usize = 300;

/// The marks by their beginnings; each ends at its closing bracket.
const MARKS: &[(&str, char, NoticeKind)] = &[
    ("[image:", ']', NoticeKind::ImageResidue),
    ("[bookmark:", ']', NoticeKind::BookmarkResidue),
    ("![](", ')', NoticeKind::ImageResidue),
    ("![image](", ')', NoticeKind::ImageResidue),
];

/// Removes `[image: …]`, `[bookmark: …]` and Markdown pictures, one notice each, and the stars of a
/// line that Markdown set in bold as a whole.
pub(super) fn take_out(trace: &mut Trace, anchor: &Anchor, notices: &mut Vec<Notice>) {
    let chars = trace.chars();
    if !chars.iter().any(|(c, _)| matches!(c, '[' | '*')) {
        return;
    }
    let mut keep = vec![true; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        let Some((end, kind)) = mark_at(chars, at) else {
            at += 1;
            continue;
        };
        let quote: String = chars[at..end].iter().map(|(c, _)| c).collect();
        notices.push(notice(kind, anchor.clone(), &quote));
        keep[at..end].fill(false);
        at = end;
    }
    unbold(chars, &mut keep);
    trace.retain(&keep);
}

fn mark_at(chars: &[(char, u32)], at: usize) -> Option<(usize, NoticeKind)> {
    if !matches!(chars[at].0, '[' | '!') {
        return None;
    }
    let ahead = &chars[at..chars.len().min(at + LONGEST)];
    let begins = |mark: &str| {
        let same = |(m, (c, _)): (char, &(char, u32))| c.eq_ignore_ascii_case(&m);
        ahead.len() >= mark.len() && mark.chars().zip(ahead).all(same)
    };
    let (_, close, kind) = MARKS.iter().find(|(mark, ..)| begins(mark))?;
    let end = ahead.iter().position(|(c, _)| c == close)?;
    Some((at + end + 1, *kind))
}

/// `**一、总体情况**`: two stars at either end and none between.
fn unbold(chars: &[(char, u32)], keep: &mut [bool]) {
    let star = |at: usize| chars.get(at).is_some_and(|(c, _)| *c == '*');
    let n = chars.len();
    let stars = chars.iter().filter(|(c, _)| *c == '*').count();
    if n > 4 && stars == 4 && star(0) && star(1) && star(n - 1) && star(n - 2) {
        keep[..2].fill(false);
        keep[n - 2..].fill(false);
    }
}

/// Joins a label written one character per line. Three lines at least, or two could be two words;
/// numbers under each other are not a label.
pub(super) fn join_vertical(trace: &mut Trace) -> bool {
    let chars = trace.chars();
    let mut lines = 0;
    let mut length = 0;
    for (c, _) in chars {
        match c {
            '\n' => length = 0,
            c if c.is_whitespace() => {}
            c if c.is_ascii_digit() => return false,
            _ => {
                length += 1;
                lines += 1;
                if length > 1 {
                    return false;
                }
            }
        }
    }
    if lines < 3 {
        return false;
    }
    let keep: Vec<bool> = chars.iter().map(|(c, _)| !c.is_whitespace()).collect();
    trace.retain(&keep);
    true
}

/// Stretches of text that is plainly in a wrong encoding: replacement characters, what they become
/// when saved once more (锟斤拷), UTF-8 shown as Latin-1 and UTF-8 shown as GBK.
pub(super) fn mojibake(raw: &str) -> u32 {
    let lost = raw.matches(char::REPLACEMENT_CHARACTER).count() + raw.matches("锟斤拷").count();
    let (mut runs, mut length) = (0, 0);
    for c in raw.chars() {
        // The lead bytes of Chinese in UTF-8 are E4–E9, its trail bytes 80–BF.
        let latin = matches!(c, '\u{80}'..='\u{9F}' | '\u{A1}'..='\u{BF}' | 'ä'..='é');
        length = if latin { length + 1 } else { 0 };
        runs += usize::from(length == 6);
    }
    (lost + runs + shown_as_gbk(raw)) as u32
}

/// Runs of Chinese that are UTF-8 shown as GBK (鐢宠 for 申请). Written back to bytes they are sound
/// UTF-8 but for a torn end, which true Chinese of three characters and more hardly ever is.
pub(super) fn shown_as_gbk(raw: &str) -> usize {
    raw.split(|c: char| c.is_ascii()).filter(|run| garbled(run)).count()
}

fn garbled(run: &str) -> bool {
    let Some((third, c)) = run.char_indices().nth(2) else { return false };
    // Finding the bytes of a character is slow. Where all but a torn end is UTF-8, one of its
    // characters lies within the first six bytes; in true Chinese hardly ever.
    let first = &run[..third + c.len_utf8()];
    sound(&GB18030.encode(first).0) > 0 && {
        let bytes = GB18030.encode(run).0;
        sound(&bytes) * 3 + 3 > bytes.len()
    }
}

/// Chinese characters and their marks in bytes taken for UTF-8.
fn sound(bytes: &[u8]) -> usize {
    let wide = |c: &char| matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars().filter(wide)).count()
}
