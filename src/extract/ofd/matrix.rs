//! Coordinates of OFD: millimetres, the origin at the upper left, y downwards (GB/T 33190, 8.1).

use crate::extract::paged::Area;

/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// Numbers apart by blanks or commas; the list ends at the first that is none.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = f64> + '_ {
    let parts = text.split([' ', ',', '\t', '\r', '\n']).filter(|part| !part.is_empty());
    parts.map_while(|part| part.parse().ok().filter(|n: &f64| n.is_finite()))
}

/// A box as the attribute gives it: left, top, width, height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Frame {
    pub fn read(text: &str) -> Option<Frame> {
        let mut all = numbers(text);
        let (left, top) = (all.next()?, all.next()?);
        Some(Frame { left, top, width: all.next()?, height: all.next()? })
    }
}

/// A transformation (x, y) → (ax + cy + e, bx + dy + f).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix([f64; 6]);

impl Matrix {
    pub const UNIT: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn shift(x: f64, y: f64) -> Self {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Turns by quarters to the right; any other angle is none.
    pub fn turned(degrees: f64) -> Self {
        match degrees.rem_euclid(360.0) as u32 {
            90 => Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]),
            180 => Matrix([-1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
            270 => Matrix([0.0, -1.0, 1.0, 0.0, 0.0, 0.0]),
            _ => Matrix::UNIT,
        }
    }

    /// Six numbers; anything else changes nothing.
    pub fn read(text: &str) -> Self {
        let mut m = [0.0; 6];
        let mut all = numbers(text);
        for slot in &mut m {
            let Some(number) = all.next() else { return Matrix::UNIT };
            *slot = number;
        }
        Matrix(m)
    }

    /// First this, then `next`.
    pub fn then(&self, next: &Matrix) -> Matrix {
        let [a, b, c, d, e, f] = self.0;
        let (x, y) = next.apply(e, f);
        let ((ax, ay), (cx, cy)) = (next.direction(a, b), next.direction(c, d));
        Matrix([ax, ay, cx, cy, x, y])
    }

    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = self.direction(x, y);
        (dx + self.0[4], dy + self.0[5])
    }

    /// A direction, without the shift.
    pub fn direction(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, ..] = self.0;
        (a * x + c * y, b * x + d * y)
    }

    /// A place on the page, in points.
    pub fn point(&self, x: f64, y: f64) -> (f32, f32) {
        let (x, y) = self.apply(x, y);
        ((x * POINTS) as f32, (y * POINTS) as f32)
    }

    /// The area on the page around a box, in points.
    pub fn area(&self, left: f64, top: f64, right: f64, bottom: f64) -> Area {
        let corner = |x, y| {
            let (x, y) = self.point(x, y);
            Area { left: x, top: y, right: x, bottom: y }
        };
        let one = corner(left, top).union(&corner(right, bottom));
        one.union(&corner(right, top)).union(&corner(left, bottom))
    }
}

/// The size of a page in points.
pub(super) fn page_size(frame: &Frame) -> (f32, f32) {
    ((frame.width * POINTS) as f32, (frame.height * POINTS) as f32)
}
