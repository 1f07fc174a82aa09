//! Lines of text out of placed characters, and how wrapped lines go together again.

use super::{Area, Glyph, Turn};

/// One line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// As written, blanks at both ends left out.
    pub text: String,
    /// Around its visible characters.
    pub area: Area,
    /// Height of its characters.
    pub size: f32,
    /// Pieces set widely apart, and how many of them are numbers.
    pub pieces: u32,
    pub numbers: u32,
    /// What it says is not certain: characters lost, set over each other, or digits apart.
    pub doubtful: bool,
}

/// A gap between two words of Latin letters or digits, in parts of the type size.
const WORD_GAP: f32 = 0.3;

/// A gap between any two characters that is no justification of a line any more.
const WIDE_GAP: f32 = 1.5;

/// Puts characters into lines, top to bottom. Turned characters are read along their own lines.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut out = Vec::new();
    for turn in [Turn::Upright, Turn::Left, Turn::Right] {
        let turned: Vec<Glyph> = glyphs.iter().filter(|g| g.turn == turn).map(upright).collect();
        if turned.is_empty() {
            continue;
        }
        let mut found = rows(turned);
        for line in &mut found {
            line.area = back(&line.area, turn);
        }
        out.append(&mut found);
    }
    out
}

/// The character as it would stand if its line were horizontal.
fn upright(glyph: &Glyph) -> Glyph {
    let Area { left, top, right, bottom } = glyph.area;
    let area = match glyph.turn {
        Turn::Upright => glyph.area,
        Turn::Left => Area::new(-bottom, left, -top, right),
        Turn::Right => Area::new(top, -right, bottom, -left),
    };
    Glyph { area, ..*glyph }
}

fn back(area: &Area, turn: Turn) -> Area {
    let Area { left, top, right, bottom } = *area;
    match turn {
        Turn::Upright => *area,
        Turn::Left => Area::new(top, -right, bottom, -left),
        Turn::Right => Area::new(-bottom, left, -top, right),
    }
}

fn rows(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|a, b| a.area.middle().1.total_cmp(&b.area.middle().1));
    let mut rows: Vec<(Area, Vec<Glyph>)> = Vec::new();
    for glyph in glyphs {
        let fits = |row: &Area| {
            let shared = row.bottom.min(glyph.area.bottom) - row.top.max(glyph.area.top);
            shared > 0.5 * row.height().min(glyph.area.height())
        };
        match rows.last_mut().filter(|(row, _)| fits(row)) {
            Some((row, of)) => {
                // A line grows only by what is about as high as it, or a tall bracket joins lines.
                if glyph.area.height() <= 1.3 * row.height() {
                    *row = row.union(&glyph.area);
                }
                of.push(glyph);
            }
            None => rows.push((glyph.area, vec![glyph])),
        }
    }
    rows.into_iter().filter_map(|(_, glyphs)| line(glyphs)).collect()
}

/// One line; `None` where nothing is visible.
fn line(mut glyphs: Vec<Glyph>) -> Option<Line> {
    glyphs.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    let mut sizes: Vec<f32> = glyphs.iter().map(|g| g.area.height()).collect();
    sizes.sort_by(f32::total_cmp);
    let size = sizes[sizes.len() / 2].max(1.0);
    let mut line = Line { size, ..Line::default() };
    let mut last: Option<Glyph> = None;
    let mut piece = String::new();
    for glyph in glyphs {
        if glyph.c.is_whitespace() {
            if last.is_some() {
                line.text.push(glyph.c);
            }
            continue;
        }
        if let Some(before) = &last {
            let gap = glyph.area.left - before.area.right;
            let shift = glyph.area.left - before.area.left;
            let width = glyph.area.width().min(before.area.width());
            if glyph.c == before.c && shift < 0.25 * width {
                continue; // struck twice to look bold
            }
            line.doubtful |= shift < 0.25 * width;
            line.add_gap(gap, before.c, glyph.c);
            if gap > WIDE_GAP * size {
                line.end_piece(&mut piece);
            }
        }
        line.area = if last.is_some() { line.area.union(&glyph.area) } else { glyph.area };
        line.doubtful |= glyph.c == char::REPLACEMENT_CHARACTER;
        line.text.push(glyph.c);
        piece.push(glyph.c);
        last = Some(glyph);
    }
    line.end_piece(&mut piece);
    line.text.truncate(line.text.trim_end().len());
    last.is_some().then_some(line)
}

impl Line {
    /// A blank where the gap between two characters is one and none was written.
    fn add_gap(&mut self, gap: f32, before: char, after: char) {
        let latin = |c: char| c.is_ascii_alphanumeric();
        let words = latin(before) && latin(after) && gap > WORD_GAP * self.size;
        let written = self.text.ends_with(char::is_whitespace);
        if !written && (words || gap > WIDE_GAP * self.size) {
            self.text.push(' ');
        }
        // Two numbers in one place, or one set apart: nobody can tell from here.
        let digits = before.is_ascii_digit() && after.is_ascii_digit();
        self.doubtful |= digits && gap > WIDE_GAP * self.size;
    }

    fn end_piece(&mut self, piece: &mut String) {
        self.pieces += 1;
        self.numbers += u32::from(is_number(piece));
        piece.clear();
    }
}

/// Digits with what may stand among them.
pub(super) fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | ' '))
}

/// Numbered like an item of its own: "（四）…", "4.…", "四、…".
pub(super) fn begins_anew(text: &str) -> bool {
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let text = text.trim_start();
    let bracket = text.starts_with(['（', '(']);
    let text = text.trim_start_matches(['（', '(']);
    let rest = text.trim_start_matches(number);
    rest.len() < text.len()
        && rest.starts_with(if bracket { ['）', ')', ' '] } else { ['、', '.', '．'] })
}

/// Joins wrapped lines. Chinese goes on without a blank, Latin words are set apart. `full` tells
/// whether the line before had no room for what follows; two numbers are one only then.
pub(super) fn append(text: &mut String, next: &str, full: bool) {
    let before = text.chars().next_back();
    let after = next.chars().next();
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match (word(before), word(after)) {
        (true, true) if !full => text.push('\n'),
        (true, true) if !(digit(before) && digit(after)) => text.push(' '),
        _ => {}
    }
    text.push_str(next);
}
