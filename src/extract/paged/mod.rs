//! Pages of placed characters and ruled lines → a document: what PDF and OFD have in common.
//!
//! Invariants: a table is what lines rule off, never what merely looks aligned; a cell the lines or
//! the characters leave open is marked doubtful; page numbers and running heads are no body text.

mod character;
mod flow;
mod furniture;
mod grid;
mod line;
mod paragraph;
mod pen;
mod seam;
mod sheet;
#[cfg(test)]
mod tests;
mod unread;

pub(super) use flow::read;
pub(super) use pen::{Ink, Pen};
pub(super) use unread::refuse_unread;

use crate::document::Anchor;

/// A rectangle in points from the upper left corner of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

/// How a character is turned against the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    Upright,
    /// A quarter to the left: the line runs upwards.
    Left,
    /// A quarter to the right: the line runs downwards.
    Right,
}

/// How a line of text may run over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Along(Turn),
    /// On its head: from right to left, upside down.
    Over,
    /// Neither along nor across the page, as watermarks run.
    Aslant,
}

impl Course {
    /// The course of a line that runs at so many degrees to the left of level.
    pub fn of(degrees: f64) -> Course {
        const PLAY: f64 = 3.0;
        let near = |to: f64| {
            let apart = (degrees - to).rem_euclid(360.0);
            apart.min(360.0 - apart) < PLAY
        };
        match () {
            () if near(0.0) => Course::Along(Turn::Upright),
            () if near(90.0) => Course::Along(Turn::Left),
            () if near(270.0) => Course::Along(Turn::Right),
            () if near(180.0) => Course::Over,
            () => Course::Aslant,
        }
    }
}

/// One character where it was set. Characters set aslant (watermarks) are not handed in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// U+FFFD where the file does not tell which character it is.
    pub c: char,
    pub area: Area,
    pub turn: Turn,
}

/// A straight line, horizontal or vertical, its thickness left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub area: Area,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// 1-based.
    pub number: u32,
    pub width: f32,
    pub height: f32,
    pub glyphs: Vec<Glyph>,
    pub strokes: Vec<Stroke>,
    pub pictures: Vec<Area>,
    /// Part of its content could not be read.
    pub broken: bool,
    /// Visible characters that stand on their heads: a line of them would be read backwards.
    pub overturned: u32,
    /// Drawn shapes that are no straight lines: letters turned into outlines are such.
    pub shapes: u32,
}

impl Area {
    pub fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        Area { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) }
    }

    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub fn middle(&self) -> (f32, f32) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    pub fn is_finite(&self) -> bool {
        [self.left, self.top, self.right, self.bottom].iter().all(|v| v.is_finite())
    }

    pub fn union(&self, other: &Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The place on a page, rounded to whole points.
    pub fn anchor(&self, page: u32) -> Anchor {
        let whole = |v: f32| v.round() as i32;
        let bbox = [whole(self.left), whole(self.top), whole(self.width()), whole(self.height())];
        Anchor::Page { page, bbox }
    }
}

impl Stroke {
    /// A line, if the rectangle is thin enough to be one and long enough to rule anything.
    pub fn of(area: Area) -> Option<Stroke> {
        const THICKEST: f32 = 3.0;
        const SHORTEST: f32 = 1.0;
        if !area.is_finite() {
            return None;
        }
        let (x, y) = area.middle();
        let (width, height) = (area.width(), area.height());
        if height <= THICKEST && width > height.max(SHORTEST) {
            Some(Stroke { area: Area { top: y, bottom: y, ..area } })
        } else if width <= THICKEST && height > width.max(SHORTEST) {
            Some(Stroke { area: Area { left: x, right: x, ..area } })
        } else {
            None
        }
    }

    pub fn is_horizontal(&self) -> bool {
        self.area.top == self.area.bottom
    }
}
