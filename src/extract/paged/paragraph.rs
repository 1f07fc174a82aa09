//! Paragraphs out of lines.
//!
//! A line goes on with the paragraph when the line before was full and it is not itself indented or
//! set apart; what is joined wrongly loses a paragraph break, never a word.

use super::Area;
use super::line::{self, Line};

/// A paragraph being put together.
#[derive(Clone, Debug)]
pub(super) struct Paragraph {
    pub text: String,
    pub page: u32,
    pub area: Area,
    last: Line,
    /// Page of the last line.
    last_page: u32,
}

/// How the text of a document is set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    left: f32,
    right: f32,
    /// Type size of most lines.
    size: f32,
    /// Distance from line to line, top to top, within paragraphs.
    pitch: f32,
}

impl Layout {
    /// Margins that at least two lines keep to, the commonest type size and line distance.
    pub fn of<'l>(pages: impl Iterator<Item = &'l [Line]>) -> Layout {
        let (mut lefts, mut rights, mut sizes, mut pitches) = (vec![], vec![], vec![], vec![]);
        for lines in pages {
            lefts.extend(lines.iter().map(|l| l.area.left));
            rights.extend(lines.iter().map(|l| -l.area.right));
            sizes.extend(lines.iter().map(|l| l.size));
            let steps = lines.windows(2).map(|pair| pair[1].area.top - pair[0].area.top);
            pitches.extend(steps.filter(|step| *step > 0.0));
        }
        Layout {
            left: outermost(&mut lefts),
            right: -farthest(&mut rights),
            size: median(&mut sizes),
            pitch: median(&mut pitches),
        }
    }

    /// No room was left for another character, or for the word that follows.
    fn is_full(&self, line: &Line, next: &Line) -> bool {
        let room = self.right - line.area.right;
        let word = next.text.chars().take_while(|c| c.is_ascii_graphic()).count() as f32;
        room < 1.6 * line.size || room < (0.6 * word + 0.6) * next.size
    }

    /// Beginning with more than the margin's play to the right.
    fn is_indented(&self, line: &Line) -> bool {
        line.area.left > self.left + 0.9 * line.size
    }

    fn is_centred(&self, line: &Line) -> bool {
        let (x, _) = line.area.middle();
        (x - (self.left + self.right) / 2.0).abs() < 0.6 * line.size
    }

    /// Whether a line goes on with a paragraph.
    pub fn continues(&self, before: &Paragraph, page: u32, line: &Line) -> bool {
        let last = &before.last;
        if (line.size - last.size).abs() > 0.2 * last.size || !self.is_full(last, line) {
            return false;
        }
        // Where paragraphs are not indented, an item's number tells.
        if last.text.ends_with(['。', '；', '：', '！', ';']) && line::begins_anew(&line.text) {
            return false;
        }
        let step = line.area.top - last.area.top;
        if page == before.last_page && (step <= 0.0 || step > 1.5 * self.pitch.max(1.3 * line.size))
        {
            return false;
        }
        // A title too long for its line is centred once more, larger than the text.
        let title = line.size > 1.15 * self.size && self.is_centred(line) && self.is_centred(last);
        title || !self.is_indented(line)
    }
}

impl Paragraph {
    pub fn begin(page: u32, line: Line) -> Self {
        Paragraph { text: line.text.clone(), page, area: line.area, last: line, last_page: page }
    }

    pub fn add(&mut self, page: u32, line: Line) {
        line::append(&mut self.text, &line.text, true);
        if page == self.page {
            self.area = self.area.union(&line.area);
        }
        self.last = line;
        self.last_page = page;
    }
}

/// The least value, unless it stands alone against many that agree.
fn farthest(values: &mut [f32]) -> f32 {
    const MANY: usize = 4;
    let agreed = outermost(values);
    let many = values.iter().filter(|v| (**v - agreed).abs() < 3.0).count() >= MANY;
    if many { agreed } else { values.first().copied().unwrap_or_default() }
}

/// The least value that does not stand alone.
fn outermost(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    let pair = values.windows(2).find(|pair| pair[1] - pair[0] < 3.0);
    pair.map(|pair| pair[0]).or(values.first().copied()).unwrap_or_default()
}

fn median(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
