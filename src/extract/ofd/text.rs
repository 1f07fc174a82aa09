//! Where the characters of a text object stand (GB/T 33190, 11.3 and 11.4).
//!
//! Every character has its place by the deltas before it; its width is not in the file. It is taken
//! from the delta behind it, or by its kind: half the type size for Latin, the whole for Chinese.

use super::matrix::Matrix;
use crate::extract::paged::{Area, Course};
use unicode_width::UnicodeWidthChar;

/// The part of the type size that stands above the base line.
const ASCENT: f64 = 0.88;

/// Stands in for a character that has no code, only a glyph.
const PLACEHOLDER: char = '\u{A4}';

/// What a text object says of all its characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// From the object to the page.
    pub matrix: Matrix,
    /// Type size.
    pub size: f64,
    /// Width of the characters against what they are by nature.
    pub stretch: f64,
    /// Where the line runs and how the characters stand, degrees to the right.
    pub line: f64,
    pub characters: f64,
}

/// A run of characters.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub dx: Deltas,
    pub dy: Deltas,
    pub text: String,
}

/// Which glyphs show some of the characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Index of the first character, over all runs of the object.
    pub position: usize,
    pub characters: usize,
    pub glyphs: usize,
}

/// Distances from one glyph to the next, in runs of equal ones: `2.1 g 3 4.2` is 2.1 4.2 4.2 4.2.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Deltas(Vec<(u32, f64)>);

impl Deltas {
    pub fn read(text: &str) -> Self {
        let mut runs = Vec::new();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let run = if word.eq_ignore_ascii_case("g") {
                let count = words.next().and_then(|n| n.parse().ok());
                count.zip(words.next().and_then(|v| v.parse().ok()))
            } else {
                word.parse().ok().map(|delta| (1, delta))
            };
            match run {
                Some((count, delta)) if f64::is_finite(delta) => runs.push((count, delta)),
                _ => break,
            }
        }
        runs.retain(|(count, _)| *count > 0);
        Deltas(runs)
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|(count, _)| u64::from(*count)).sum()
    }

    /// One after the other; the last one again and again where they are too few.
    fn steps(&self) -> impl FnMut(usize) -> f64 + '_ {
        let (mut at, mut used) = (0, 0);
        move |steps| {
            let mut sum = 0.0;
            for _ in 0..steps {
                let Some(&(count, delta)) = self.0.get(at) else { break };
                sum += delta;
                used += 1;
                if used >= count && at + 1 < self.0.len() {
                    (at, used) = (at + 1, 0);
                }
            }
            sum
        }
    }
}

/// A character on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub c: char,
    pub area: Area,
    pub course: Course,
}

/// Sets the characters of an object one after the other.
pub(super) fn set(
    setting: &Setting,
    runs: &[Run],
    mut mappings: Vec<Mapping>,
    mut put: impl FnMut(Placed),
) {
    mappings.sort_by_key(|m| m.position);
    let turned = Matrix::turned(setting.characters);
    let (right, down) = turned.then(&setting.matrix).direction(1.0, 0.0);
    let course = Course::of((-down).atan2(right).to_degrees());
    let mut place = |c: char, x: f64, y: f64, left: f64, width: f64| {
        let glyph = turned.then(&Matrix::shift(x, y)).then(&setting.matrix);
        let (top, bottom) = (-ASCENT * setting.size, (1.0 - ASCENT) * setting.size);
        put(Placed { c, area: glyph.area(left, top, left + width, bottom), course });
    };
    let (mut first_x, mut first_y) = (0.0, 0.0);
    let mut index = 0;
    let mut mapped = mappings.into_iter().peekable();
    for run in runs {
        first_x = run.x.unwrap_or(first_x);
        first_y = run.y.unwrap_or(first_y);
        let (mut x, mut y) = (first_x, first_y);
        let (mut dx, mut dy) = (run.dx.steps(), run.dy.steps());
        let text = characters(&run.text);
        let given = run.dx.count().max(run.dy.count());
        let units: usize = text.iter().map(|c| c.len_utf16()).sum();
        // Some writers count a character beyond the basic plane as two.
        let by_unit = units > text.len() && given + 1 >= units as u64;
        let mut rest = text.as_slice();
        while let Some(&c) = rest.first() {
            while mapped.next_if(|m| m.position + m.characters <= index).is_some() {}
            let mapping = mapped.peek().filter(|m| m.position <= index);
            let whole = mapping.filter(|m| m.position == index && m.characters != m.glyphs);
            let (taken, steps) = match whole {
                Some(m) => (m.characters.min(rest.len()), m.glyphs),
                None if by_unit => (1, c.len_utf16()),
                None => (1, 1),
            };
            let (group, after) = rest.split_at(taken);
            let own: f64 = group.iter().map(|c| setting.width(*c)).sum();
            let last = after.is_empty();
            let (ahead, below) = match given {
                0 => setting.natural_step(own),
                _ => (dx(steps), dy(steps)),
            };
            let width = match (last, below == 0.0) {
                (false, true) => setting.fitted(own, ahead, group),
                _ => own,
            };
            for (nth, c) in group.iter().enumerate() {
                let share = width / taken as f64;
                let c = told(*c, mapping.is_some());
                place(c, x, y, share * nth as f64, share);
            }
            (x, y) = (x + ahead, y + below);
            index += taken;
            rest = after;
        }
    }
}

impl Setting {
    /// How wide a character is by its kind.
    fn width(&self, c: char) -> f64 {
        let columns = if c.is_ascii() { 1 } else { c.width_cjk().unwrap_or(1) };
        0.5 * columns as f64 * self.size * self.stretch
    }

    /// The way to the next character where no deltas are given.
    fn natural_step(&self, width: f64) -> (f64, f64) {
        match self.line.rem_euclid(360.0) as u32 {
            90 => (0.0, self.size),
            180 => (-width, 0.0),
            270 => (0.0, -self.size),
            _ => (width, 0.0),
        }
    }

    /// The width that fits the distance to the next character: letters and digits of one run reach
    /// up to each other, nothing reaches over the next.
    fn fitted(&self, own: f64, ahead: f64, group: &[char]) -> f64 {
        let latin = group.iter().all(|c| c.is_ascii());
        let blank = group.iter().all(|c| c.is_whitespace());
        let near = ahead <= 1.2 * self.size * self.stretch.max(1.0);
        match ahead {
            ahead if ahead < 0.3 * own => own,
            ahead if ahead < own || blank || (latin && near) => ahead,
            _ => own,
        }
    }
}

/// The characters of a run: line breaks belong to the markup, with the blanks that indent it; `\` and
/// four hexadecimal digits stand for a character that XML does not allow.
fn characters(text: &str) -> Vec<char> {
    let text = if text.starts_with(['\n', '\r']) { text.trim_start() } else { text };
    let text = match text.rfind(['\n', '\r']) {
        Some(at) if text[at..].trim().is_empty() => text[..at].trim_end(),
        _ => text,
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let code = (c == '\\').then(|| rest.as_str().get(..4)).flatten();
        let escaped = code
            .filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        match escaped {
            Some(escaped) => {
                out.push(escaped);
                rest = rest.as_str()[4..].chars();
            }
            None if matches!(c, '\n' | '\r') => {}
            None => out.push(c),
        }
    }
    out
}

/// The character, where the file tells it: behind a glyph a placeholder or a code of nobody's says
/// nothing.
fn told(c: char, mapped: bool) -> char {
    let nobodys = c == PLACEHOLDER || matches!(c, '\u{E000}'..='\u{F8FF}');
    let control = c.is_control() && c != '\t';
    if control || (mapped && nobodys) { char::REPLACEMENT_CHARACTER } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::paged::Turn;

    const SETTING: Setting =
        Setting { matrix: Matrix::UNIT, size: 4.0, stretch: 1.0, line: 0.0, characters: 0.0 };

    fn placed(setting: &Setting, run: Run, mappings: Vec<Mapping>) -> Vec<Placed> {
        let mut out = Vec::new();
        set(setting, &[run], mappings, |placed| out.push(placed));
        out
    }

    fn run(text: &str, dx: &str) -> Run {
        let (x, y) = (Some(10.0), Some(20.0));
        Run { x, y, dx: Deltas::read(dx), dy: Deltas::default(), text: text.into() }
    }

    /// Left edges in millimetres.
    fn lefts(placed: &[Placed]) -> Vec<f32> {
        placed.iter().map(|p| (p.area.left * 254.0 / 72.0).round() / 10.0).collect()
    }

    #[test]
    fn deltas_come_one_by_one_in_runs_and_the_last_one_goes_on() {
        assert_eq!(lefts(&placed(&SETTING, run("一二三", "4 5"), vec![])), [10.0, 14.0, 19.0]);
        let found = placed(&SETTING, run("一二三四", "g 2 4 3"), vec![]);
        assert_eq!(lefts(&found), [10.0, 14.0, 18.0, 21.0]);
        assert_eq!(lefts(&placed(&SETTING, run("一二三", "4"), vec![])), [10.0, 14.0, 18.0]);
        let huge = placed(&SETTING, run("一二三", "g 4000000000 4"), vec![]);
        assert_eq!(lefts(&huge), [10.0, 14.0, 18.0]);
    }

    #[test]
    fn without_deltas_characters_stand_side_by_side() {
        assert_eq!(lefts(&placed(&SETTING, run("一12", ""), vec![])), [10.0, 14.0, 16.0]);
        let down = Setting { line: 90.0, ..SETTING };
        let found = placed(&down, run("办理", ""), vec![]);
        assert_eq!(lefts(&found), [10.0, 10.0]);
        assert!(found[1].area.top > found[0].area.bottom - 1.0);
    }

    #[test]
    fn a_character_of_two_units_takes_one_delta_or_two_as_they_are_given() {
        let by_character = placed(&SETTING, run("𠮷一", "4"), vec![]);
        assert_eq!(lefts(&by_character), [10.0, 14.0]);
        let by_unit = placed(&SETTING, run("𠮷一二", "4 0 4"), vec![]);
        assert_eq!(lefts(&by_unit), [10.0, 14.0, 18.0]);
    }

    #[test]
    fn a_glyph_of_two_characters_takes_one_delta() {
        let ligature = Mapping { position: 0, characters: 2, glyphs: 1 };
        let found = placed(&SETTING, run("fi一", "4"), vec![ligature]);
        assert_eq!(lefts(&found), [10.0, 12.0, 14.0]);
        let parts = Mapping { position: 0, characters: 1, glyphs: 2 };
        let found = placed(&SETTING, run("一二三", "1 3 4"), vec![parts]);
        assert_eq!(lefts(&found), [10.0, 14.0, 18.0]);
    }

    #[test]
    fn what_stands_for_a_glyph_only_is_no_character() {
        let text = |mappings| -> String {
            placed(&SETTING, run("¤1", "4"), mappings).iter().map(|p| p.c).collect()
        };
        assert_eq!(text(vec![Mapping { position: 0, characters: 1, glyphs: 1 }]), "\u{FFFD}1");
        assert_eq!(text(vec![]), "¤1");
    }

    #[test]
    fn markup_and_escapes_are_no_text() {
        assert_eq!(characters("\n\t 总\n  计\n ").iter().collect::<String>(), "总  计");
        assert_eq!(characters(r"a\0020b\4E00\zz").iter().collect::<String>(), r"a b一\zz");
        assert_eq!(characters(r"\D842").iter().collect::<String>(), r"\D842");
    }

    #[test]
    fn turned_characters_say_so() {
        let course = |matrix: &str, characters| {
            let setting = Setting { matrix: Matrix::read(matrix), characters, ..SETTING };
            placed(&setting, run("一", ""), vec![])[0].course
        };
        assert_eq!(course("1 0 0 1 0 0", 0.0), Course::Along(Turn::Upright));
        assert_eq!(course("0 1 -1 0 0 0", 0.0), Course::Along(Turn::Right));
        assert_eq!(course("0 -1 1 0 0 0", 0.0), Course::Along(Turn::Left));
        assert_eq!(course("-1 0 0 -1 0 0", 0.0), Course::Over);
        assert_eq!(course(".7 .7 -.7 .7 0 0", 0.0), Course::Aslant);
        assert_eq!(course("1 0 0 1 0 0", 90.0), Course::Along(Turn::Right));
    }
}
