//! What stands on the pages besides the text: page numbers and running heads.

use super::line::Line;
use std::collections::BTreeMap;

/// A page's lines outside of tables, and its height.
pub(super) struct Leaf {
    pub height: f32,
    pub lines: Vec<Line>,
    /// Where the tables of the page lie, top and bottom.
    pub tables: Vec<(f32, f32)>,
}

/// Lines of a page's upper or lower end that may be furniture.
const ENDS: usize = 3;

/// The share of the page's height that is margin above and below.
const MARGIN: f32 = 0.12;

/// Takes page numbers, and lines that stand in the margin of several pages, out of the pages.
pub(super) fn take_out(leaves: &mut [Leaf]) {
    let repeated = repeated(leaves);
    for leaf in leaves {
        let ends = ends(leaf);
        let mut keep = vec![true; leaf.lines.len()];
        for at in ends {
            let line = &leaf.lines[at];
            let number = is_page_number(&line.text) && stands_apart(leaf, at);
            keep[at] = !(number || repeated.contains_key(&key(line)));
        }
        let mut keep = keep.into_iter();
        leaf.lines.retain(|_| keep.next().unwrap_or(true));
    }
}

/// Indices of the lines in the margins of a page, at most so many from either end.
fn ends(leaf: &Leaf) -> Vec<usize> {
    let count = leaf.lines.len();
    let top = leaf.tables.iter().map(|t| t.0).fold(f32::MAX, f32::min);
    let bottom = leaf.tables.iter().map(|t| t.1).fold(f32::MIN, f32::max);
    let margin = |at: &usize| {
        let (_, y) = leaf.lines[*at].area.middle();
        let head = *at < ENDS && y < leaf.height * MARGIN && y < top;
        let foot = *at + ENDS >= count && y > leaf.height * (1.0 - MARGIN) && y > bottom;
        head || foot
    };
    (0..count).filter(margin).collect()
}

/// Lines, without their digits, that stand at the same height of more than one page: of half the pages
/// at least, so that a short report's first and last words stay.
fn repeated(leaves: &[Leaf]) -> BTreeMap<(String, i32), usize> {
    let mut met: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for leaf in leaves {
        for at in ends(leaf) {
            *met.entry(key(&leaf.lines[at])).or_default() += 1;
        }
    }
    met.retain(|_, pages| *pages >= 2 && *pages * 2 >= leaves.len());
    met
}

fn key(line: &Line) -> (String, i32) {
    let words = line.text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace());
    (words.collect(), (line.area.middle().1 / 4.0).round() as i32)
}

/// Not the last words of a paragraph: those follow their line closely and begin where it does.
fn stands_apart(leaf: &Leaf, at: usize) -> bool {
    let line = &leaf.lines[at];
    let Some(before) = at.checked_sub(1).map(|at| &leaf.lines[at]) else { return true };
    let close = line.area.top - before.area.bottom < 1.2 * line.size;
    !close || line.area.left > before.area.left + 2.0 * line.size
}

/// "3", "- 3 -", "— 3 —", "第3页", "第 3 页 共 8 页", "3/8".
fn is_page_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.trim_matches(['-', '—', '–', '－', '―', '─', '·', '~', '～', '•']);
    let digits = |text: &str| {
        (1..=4).contains(&text.chars().count())
            && text.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
    };
    if digits(bare) {
        return true;
    }
    let page = |text: &str| {
        text.strip_prefix(['第', '共'])
            .and_then(|t| t.strip_suffix('页'))
            .is_some_and(|n| digits(n) || n.chars().all(|c| "一二三四五六七八九十百".contains(c)))
    };
    let pair = bare
        .split_once(['/', '／'])
        .is_some_and(|(a, b)| (digits(a) && digits(b)) || (page(a) && page(b)));
    let both = bare.find('页').is_some_and(|at| {
        let (first, second) = bare.split_at(at + '页'.len_utf8());
        let second = second.trim_start_matches(['，', ',', '、']);
        page(first) && (second.is_empty() || page(second))
    });
    pair || both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_told_from_text() {
        for text in
            ["3", "- 3 -", "— 12 —", "－3－", "第3页", "第 3 页 共 8 页", "3/8", "第一页", "·2·"]
        {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["2024年", "12345", "第3章", "一、", "3.5", "", "—", "0517-87222589", "共3项"]
        {
            assert!(!is_page_number(text), "{text}");
        }
    }
}
