//! One page: what the library reports of its content, as characters, lines and pictures.

use super::fields::{self, Field};
use super::fonts::Fonts;
use crate::extract::paged::{Area, Course, Ink, Page, Pen, Turn};
use pdfplumber_parse::pdfplumber_core::{
    BBox, Color, Ctm, ExtractOptions, ExtractWarning, ExtractWarningCode, PathSegment,
};
use pdfplumber_parse::{
    CharEvent, ContentHandler, ImageEvent, LopdfBackend, LopdfDocument, PageGeometry, PaintOp,
    PathEvent, PdfBackend, char_from_event,
};

/// Bytes of one page's content.
const MOST_CONTENT: usize = 64 << 20;

/// A4, where a page does not say how large it is.
const A4: (f64, f64) = (595.0, 842.0);

/// Reads the page at a 0-based index. At most `most` characters are kept, and one more to show that
/// there are more. What cannot be read leaves a page that says so.
pub(super) fn read(file: &LopdfDocument, index: usize, fonts: &Fonts, most: usize) -> Page {
    let number = index as u32 + 1;
    let Ok(source) = LopdfBackend::get_page(file, index) else {
        return Page { number, broken: true, ..Page::default() };
    };
    let rotation = LopdfBackend::page_rotate(file, &source).unwrap_or(0);
    let media = LopdfBackend::page_media_box(file, &source);
    let media = media.unwrap_or(BBox::new(0.0, 0.0, A4.0, A4.1));
    let geometry = PageGeometry::new(media, None, rotation);
    let page = Page {
        number,
        width: geometry.width() as f32,
        height: geometry.height() as f32,
        ..Page::default()
    };
    let mut handler = Handler { geometry, fonts, most, high: None, pen: Pen::new(page) };
    let options = ExtractOptions { max_stream_bytes: MOST_CONTENT, ..ExtractOptions::default() };
    let read = LopdfBackend::interpret_page(file, &source, &mut handler, &options);
    handler.pen.page.broken |= read.is_err();
    if let Ok(dictionary) = file.inner().get_dictionary(source.object_id) {
        let (fields, unread) = fields::of(file.inner(), dictionary);
        handler.pen.page.broken |= unread;
        fields.iter().for_each(|field| handler.field(field));
    }
    handler.pen.finish()
}

struct Handler<'a> {
    geometry: PageGeometry,
    fonts: &'a Fonts,
    most: usize,
    /// First half of a character beyond the basic plane, whose halves come as two.
    high: Option<(u16, Area)>,
    pen: Pen,
}

impl Handler<'_> {
    fn area(&self, x0: f64, y0: f64, x1: f64, y1: f64) -> Area {
        let BBox { x0, top, x1, bottom, .. } =
            self.geometry.normalize_bbox(x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1));
        Area::new(x0 as f32, top as f32, x1 as f32, bottom as f32)
    }

    fn point(&self, x: f64, y: f64) -> (f32, f32) {
        let at = self.area(x, y, x, y);
        (at.left, at.top)
    }

    fn put(&mut self, c: char, area: Area, turn: Turn) {
        if self.pen.count() <= self.most {
            self.pen.put(c, area, turn, Ink::Dark);
        }
    }

    fn field(&mut self, field: &Field) {
        let [x0, y0, x1, y1] = field.corners;
        for (c, area) in field.lay(&self.area(x0, y0, x1, y1)) {
            self.put(c, area, Turn::Upright);
        }
    }

    /// How a character's line runs on the page as shown.
    fn course(&self, event: &CharEvent) -> Course {
        let matrix = |m: &[f64; 6]| Ctm::new(m[0], m[1], m[2], m[3], m[4], m[5]);
        let m = matrix(&event.text_matrix).concat(&matrix(&event.ctm));
        Course::of(m.b.atan2(m.a).to_degrees() - f64::from(self.geometry.rotation()))
    }

    /// One connected piece of a path.
    fn piece(&mut self, points: &[(f64, f64)], event: &PathEvent) {
        let points: Vec<_> = points.iter().map(|&(x, y)| self.point(x, y)).collect();
        let ink_of = |color: &Option<Color>| color.as_ref().map_or(Ink::Dark, ink);
        match event.paint_op {
            PaintOp::Stroke => self.pen.draw(&points, ink_of(&event.stroking_color)),
            PaintOp::Fill => self.pen.fill(&points, ink_of(&event.non_stroking_color)),
            PaintOp::FillAndStroke => {
                self.pen.fill(&points, ink_of(&event.non_stroking_color));
                self.pen.draw(&points, ink_of(&event.stroking_color));
            }
        }
    }
}

/// The ink of a colour. A single component outside the device's own spaces may be light or pigment:
/// it counts as seen.
fn ink(color: &Color) -> Ink {
    match color {
        Color::Gray(light) => Ink::of_light(&[*light]),
        Color::Rgb(r, g, b) => Ink::of_light(&[*r, *g, *b]),
        Color::Cmyk(c, m, y, k) => Ink::of_pigment(&[*c, *m, *y, *k]),
        Color::Other(parts) if parts.len() == 3 => Ink::of_light(parts),
        Color::Other(parts) if parts.len() == 4 => Ink::of_pigment(parts),
        _ => Ink::Dark,
    }
}

impl ContentHandler for Handler<'_> {
    fn on_char(&mut self, event: CharEvent) {
        if self.pen.count() > self.most {
            return;
        }
        let turn = match self.course(&event) {
            Course::Along(turn) => turn,
            Course::Over => {
                let blank = |text: &str| text.trim().is_empty();
                let seen = !event.unicode.as_deref().is_some_and(blank);
                self.pen.page.overturned += u32::from(seen);
                return;
            }
            Course::Aslant => return,
        };
        // With a page height of 0 the box comes in the file's own coordinates, upside down.
        let bbox = char_from_event(&event, 0.0, None, None).bbox;
        let area = self.area(bbox.x0, -bbox.bottom, bbox.x1, -bbox.top);
        let half = event.unicode.as_deref().and_then(|t| t.strip_prefix("(cid:"));
        let half = half.and_then(|t| t.strip_suffix(')')?.parse::<u16>().ok());
        match (self.high.take(), half) {
            (_, Some(high @ 0xD800..=0xDBFF)) => return self.high = Some((high, area)),
            (Some((high, first)), Some(low @ 0xDC00..=0xDFFF)) => {
                let c = char::decode_utf16([high, low]).next().and_then(Result::ok);
                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                return self.put(c, first.union(&area), turn);
            }
            _ => {}
        }
        match self.fonts.text(&event) {
            None => self.put(char::REPLACEMENT_CHARACTER, area, turn),
            Some(text) => {
                let count = text.chars().count().max(1) as f32;
                for (i, c) in text.chars().enumerate() {
                    let share = area.width() / count;
                    let left = area.left + share * i as f32;
                    self.put(c, Area { left, right: left + share, ..area }, turn);
                }
            }
        }
    }

    fn on_path_painted(&mut self, event: PathEvent) {
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut curved = false;
        for segment in &event.segments {
            match segment {
                PathSegment::MoveTo(to) => {
                    self.piece(&points, &event);
                    points = vec![(to.x, to.y)];
                }
                PathSegment::LineTo(to) => points.push((to.x, to.y)),
                PathSegment::CurveTo { end, .. } => {
                    curved = true;
                    // Nothing straight leads over a curve.
                    self.piece(&points, &event);
                    points = vec![(end.x, end.y)];
                }
                PathSegment::ClosePath => points.extend(points.first().copied()),
            }
        }
        self.piece(&points, &event);
        self.pen.page.shapes += u32::from(curved);
    }

    fn on_image(&mut self, event: ImageEvent) {
        let [a, b, c, d, e, f] = event.ctm;
        let xs = [e, e + a, e + c, e + a + c];
        let ys = [f, f + b, f + d, f + b + d];
        let ends = |v: [f64; 4]| {
            (v.into_iter().fold(f64::MAX, f64::min), v.into_iter().fold(f64::MIN, f64::max))
        };
        let ((x0, x1), (y0, y1)) = (ends(xs), ends(ys));
        let area = self.area(x0, y0, x1, y1);
        self.pen.picture(area);
    }

    fn on_warning(&mut self, warning: ExtractWarning) {
        // Content that could not be taken apart may have held words.
        self.pen.page.broken |= warning.code == ExtractWarningCode::MalformedObject;
    }
}
