//! What a page's content draws, taken as characters, ruling lines and grounds.
//!
//! Ink that nobody sees rules nothing and says nothing: white on white, or no ink at all. Only on a
//! page that is a picture is unseen text kept: there a program has laid it over the scan it read.

use super::character::plain;
use super::{Area, Glyph, Page, Stroke, Turn};

/// Lines of one page that are kept.
const MOST_STROKES: usize = 50_000;

/// Painted grounds of one page that are remembered.
const MOST_GROUNDS: usize = 2_000;

/// The colour something is drawn in, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) enum Ink {
    /// Any colour that shows on paper; also what cannot be told.
    #[default]
    Dark,
    /// The colour of paper.
    White,
    /// Not drawn, or fully transparent.
    None,
}

impl Ink {
    /// The ink of an additive colour, its components between 0 and 1.
    pub fn of_light(components: &[f32]) -> Ink {
        if components.iter().all(|c| *c > WHITE) { Ink::White } else { Ink::Dark }
    }

    /// The ink of a subtractive colour, its components between 0 and 1.
    pub fn of_pigment(components: &[f32]) -> Ink {
        if components.iter().all(|c| *c < 1.0 - WHITE) { Ink::White } else { Ink::Dark }
    }
}

/// From this on a component of a colour is as light as paper.
const WHITE: f32 = 0.98;

/// A page being drawn.
#[derive(Debug, Default)]
pub(in crate::extract) struct Pen {
    pub page: Page,
    /// Filled areas in the order of painting, and whether white is seen on them.
    grounds: Vec<(Area, bool)>,
    unseen: Vec<Glyph>,
}

impl Pen {
    pub fn new(page: Page) -> Self {
        Pen { page, ..Pen::default() }
    }

    /// Sets a character.
    pub fn put(&mut self, c: char, area: Area, turn: Turn, ink: Ink) {
        if !area.is_finite() {
            return;
        }
        let glyph = Glyph { c: plain(c), area, turn };
        if self.shows(ink, area.middle()) {
            self.page.glyphs.push(glyph);
        } else {
            self.unseen.push(glyph);
        }
    }

    /// Characters kept so far, seen or not.
    pub fn count(&self) -> usize {
        self.page.glyphs.len() + self.unseen.len()
    }

    /// Draws along connected points.
    pub fn draw(&mut self, points: &[(f32, f32)], ink: Ink) {
        for pair in points.windows(2) {
            let area = Area::new(pair[0].0, pair[0].1, pair[1].0, pair[1].1);
            // A diagonal is no ruling, however short.
            if area.width().min(area.height()) <= 1.0 {
                self.stroke(area, ink);
            }
        }
    }

    /// Fills the shape between connected points: a line if it is thin, else the ground of something.
    pub fn fill(&mut self, points: &[(f32, f32)], ink: Ink) {
        let Some(&(x, y)) = points.first() else { return };
        let corner = Area { left: x, top: y, right: x, bottom: y };
        let area = points[1..].iter().fold(corner, |area, &(x, y)| {
            area.union(&Area { left: x, top: y, right: x, bottom: y })
        });
        match Stroke::of(area) {
            Some(_) => self.stroke(area, ink),
            None if ink != Ink::None => self.ground(area, ink == Ink::Dark),
            None => {}
        }
    }

    pub fn picture(&mut self, area: Area) {
        if area.is_finite() && self.page.pictures.len() < MOST_STROKES {
            self.page.pictures.push(area);
            self.ground(area, true);
        }
    }

    fn ground(&mut self, area: Area, dark: bool) {
        if self.grounds.len() < MOST_GROUNDS {
            self.grounds.push((area, dark));
        }
    }

    fn stroke(&mut self, area: Area, ink: Ink) {
        if !self.shows(ink, area.middle()) {
            return;
        }
        if self.page.strokes.len() >= MOST_STROKES {
            self.page.broken = true;
        } else if let Some(stroke) = Stroke::of(area) {
            self.page.strokes.push(stroke);
        }
    }

    /// Whether ink is seen at a point; a page begins white.
    fn shows(&self, ink: Ink, (x, y): (f32, f32)) -> bool {
        let holds = |a: &Area| a.left <= x && x <= a.right && a.top <= y && y <= a.bottom;
        match ink {
            Ink::Dark => true,
            Ink::White => {
                self.grounds.iter().rfind(|(area, _)| holds(area)).is_some_and(|(_, dark)| *dark)
            }
            Ink::None => false,
        }
    }

    /// The finished page.
    pub fn finish(mut self) -> Page {
        if self.page.is_scan() {
            self.page.glyphs.append(&mut self.unseen);
        }
        self.page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: [(f32, f32); 2] = [(10.0, 50.0), (90.0, 50.0)];
    const GROUND: [(f32, f32); 4] = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)];

    fn page() -> Pen {
        Pen::new(Page { number: 1, width: 200.0, height: 200.0, ..Page::default() })
    }

    #[test]
    fn white_rules_only_on_a_darker_ground() {
        let mut pen = page();
        pen.draw(&LINE, Ink::White);
        pen.fill(&[(10.0, 50.0), (90.0, 51.0)], Ink::White);
        pen.draw(&LINE, Ink::None);
        assert!(pen.page.strokes.is_empty());
        pen.fill(&GROUND, Ink::Dark);
        pen.draw(&LINE, Ink::White);
        pen.fill(&[(10.0, 60.0), (90.0, 61.0)], Ink::White);
        assert_eq!(pen.page.strokes.len(), 2);
        pen.fill(&GROUND, Ink::White);
        pen.draw(&LINE, Ink::White);
        assert_eq!(pen.page.strokes.len(), 2, "painted over with white again");
        pen.draw(&LINE, Ink::Dark);
        assert_eq!(pen.page.strokes.len(), 3);
    }

    #[test]
    fn unseen_text_is_kept_over_a_scan_only() {
        let area = Area::new(10.0, 10.0, 20.0, 20.0);
        let mut pen = page();
        pen.put('密', area, Turn::Upright, Ink::None);
        pen.put('白', area, Turn::Upright, Ink::White);
        pen.put('黑', area, Turn::Upright, Ink::Dark);
        assert_eq!(pen.finish().glyphs.iter().map(|g| g.c).collect::<String>(), "黑");
        let mut pen = page();
        pen.picture(Area::new(0.0, 0.0, 200.0, 200.0));
        pen.put('认', area, Turn::Upright, Ink::None);
        assert_eq!(pen.finish().glyphs.len(), 1);
    }

    #[test]
    fn light_and_pigment_are_white_each_in_its_own_way() {
        assert_eq!(Ink::of_light(&[1.0, 1.0, 1.0]), Ink::White);
        assert_eq!(Ink::of_light(&[0.9, 0.9, 0.9]), Ink::Dark);
        assert_eq!(Ink::of_pigment(&[0.0, 0.0, 0.0, 0.0]), Ink::White);
        assert_eq!(Ink::of_pigment(&[0.0, 0.0, 0.0, 1.0]), Ink::Dark);
    }
}
