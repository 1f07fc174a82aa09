//! The content of a page: layers of text, paths, pictures and drawings (GB/T 33190, 7.7 and 8).

use super::matrix::{Frame, Matrix, numbers};
use super::path;
use super::resources::{Resources, Style};
use super::tally::Tally;
use super::text::{self, Deltas, Mapping, Run, Setting};
use crate::extract::paged::{Course, Ink, Pen};
use crate::extract::{ExtractError, xml};
use quick_xml::events::{BytesStart, Event};

/// Drawings within drawings.
const MOST_LEVELS: usize = 8;

/// Characters one glyph stands for, or glyphs one character has.
const MOST_MAPPED: usize = 64;

/// Points of one path.
const MOST_POINTS: usize = 20_000;

/// Where content lies and what is in force there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub matrix: Matrix,
    pub style: Style,
    /// Drawings around it.
    pub level: usize,
}

impl Scope {
    pub const PAGE: Scope =
        Scope { matrix: Matrix::UNIT, style: Style { fill: None, stroke: None }, level: 0 };
}

/// What an object is until its end has been read.
#[derive(Debug)]
struct Draft {
    /// From the object to the page.
    matrix: Matrix,
    style: Style,
    filled: bool,
    stroked: bool,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Text {
        size: f64,
        stretch: f64,
        line: f64,
        characters: f64,
        runs: Vec<Run>,
        mappings: Vec<Mapping>,
    },
    Path(String),
}

/// An element that is open.
#[derive(Debug)]
enum Open {
    /// A page, a layer, a block: holds objects.
    Group(Style),
    Object(Box<Draft>),
    /// The text in it belongs to the object around it.
    Text,
}

/// Draws content on pages.
pub(super) struct Painter<'d, 'l> {
    pub resources: &'d Resources,
    pub tally: &'d mut Tally<'l>,
}

impl Painter<'_, '_> {
    /// Draws what `text` holds. `Ok(false)` where it is not well-formed, or a page's is empty: what
    /// stood before is drawn.
    pub fn paint(&mut self, pen: &mut Pen, text: &str, scope: Scope) -> Result<bool, ExtractError> {
        self.tally.bytes(text.len())?;
        let mut reader = xml::reader(text);
        let mut open: Vec<Open> = Vec::new();
        let mut begun = scope.level > 0;
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    begun = true;
                    self.tally.one()?;
                    self.tally.depth(open.len() + 1)?;
                    match self.start(pen, &element, &mut open, scope)? {
                        Some(opened) => open.push(opened),
                        None if reader.read_to_end(element.name()).is_err() => return Ok(false),
                        None => {}
                    }
                }
                Ok(Event::End(_)) => {
                    if let Some(Open::Object(draft)) = open.pop() {
                        self.draw(pen, *draft)?;
                    }
                }
                Ok(Event::Text(text)) => take(&mut open, &text.xml10_content()),
                Ok(Event::CData(text)) => take(&mut open, &text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => {
                    let c = xml::resolve(&reference).unwrap_or(char::REPLACEMENT_CHARACTER);
                    take(&mut open, c.encode_utf8(&mut [0; 4]));
                }
                Ok(Event::Eof) => return Ok(begun && open.is_empty()),
                Ok(_) => {}
                Err(_) => return Ok(false),
            }
        }
    }

    /// What an opening tag opens; `None` for what is left out or drawn at once.
    fn start(
        &mut self,
        pen: &mut Pen,
        element: &BytesStart<'_>,
        open: &mut [Open],
        scope: Scope,
    ) -> Result<Option<Open>, ExtractError> {
        let name = element.local_name();
        let style = match open.last_mut() {
            None => scope.style,
            Some(Open::Group(style)) => *style,
            Some(Open::Object(draft)) => return Ok(draft.child(element)),
            Some(Open::Text) => return Ok(None),
        };
        if xml::attribute(element, "Visible").is_some_and(|v| v.trim() == "false") {
            return Ok(None);
        }
        let style = match xml::attribute(element, "DrawParam") {
            Some(id) => self.resources.style(&id).or(style),
            None => style,
        };
        Ok(match name.as_ref() {
            "Page" | "Content" | "Layer" | "PageBlock" => Some(Open::Group(style)),
            "TextObject" => Some(Open::Object(Box::new(Draft::text(element, style, &scope)))),
            "PathObject" => Some(Open::Object(Box::new(Draft::path(element, style, &scope)))),
            "ImageObject" => {
                picture(pen, element, &scope);
                None
            }
            "CompositeObject" => {
                self.drawing(pen, element, Scope { style, ..scope })?;
                None
            }
            _ => None,
        })
    }

    fn drawing(
        &mut self,
        pen: &mut Pen,
        element: &BytesStart<'_>,
        scope: Scope,
    ) -> Result<(), ExtractError> {
        let id = xml::attribute(element, "ResourceID").unwrap_or_default();
        let content = self.resources.drawing(id.trim());
        let Some((part, range)) = content.filter(|_| scope.level < MOST_LEVELS) else {
            pen.page.broken = true;
            return Ok(());
        };
        let matrix = placed(element, &scope);
        let within = Scope { matrix, level: scope.level + 1, ..scope };
        pen.page.broken |= !self.paint(pen, &part[range], within)?;
        Ok(())
    }

    /// Draws an object whose end has come.
    fn draw(&mut self, pen: &mut Pen, draft: Draft) -> Result<(), ExtractError> {
        let Draft { matrix, style, filled, stroked, body } = draft;
        match body {
            Body::Text { size, stretch, line, characters, runs, mappings } => {
                let ink = match (filled, stroked) {
                    (true, _) if style.fill != Some(Ink::None) => style.fill.unwrap_or(Ink::Dark),
                    (_, true) => style.stroke.unwrap_or(Ink::Dark),
                    _ => Ink::None,
                };
                self.tally.many(runs.iter().map(|run| run.text.len() as u64).sum())?;
                let setting = Setting { matrix, size, stretch, line, characters };
                text::set(&setting, &runs, mappings, |placed| match placed.course {
                    Course::Along(turn) => pen.put(placed.c, placed.area, turn, ink),
                    Course::Over => {
                        let seen = ink != Ink::None && !placed.c.is_whitespace();
                        pen.page.overturned += u32::from(seen);
                    }
                    Course::Aslant => {}
                });
            }
            Body::Path(data) => {
                let found = path::read(&data, &matrix, MOST_POINTS);
                self.tally.many(found.pieces.iter().map(|piece| piece.len() as u64).sum())?;
                for piece in &found.pieces {
                    if filled {
                        // Without a colour the inside stays clear.
                        pen.fill(piece, style.fill.unwrap_or(Ink::None));
                    }
                    if stroked {
                        pen.draw(piece, style.stroke.unwrap_or(Ink::Dark));
                    }
                }
                pen.page.shapes = pen.page.shapes.saturating_add(u32::from(found.curves > 0));
            }
        }
        Ok(())
    }
}

impl Draft {
    fn new(element: &BytesStart<'_>, style: Style, scope: &Scope, fill: bool, body: Body) -> Self {
        let says = |name, default| match xml::attribute(element, name) {
            Some(value) => value.trim() == "true",
            None => default,
        };
        let clear = xml::attribute(element, "Alpha").is_some_and(|alpha| alpha.trim() == "0");
        Draft {
            matrix: placed(element, scope),
            style,
            filled: says("Fill", fill) && !clear,
            stroked: says("Stroke", !fill) && !clear,
            body,
        }
    }

    /// Text is filled unless it says otherwise.
    fn text(element: &BytesStart<'_>, style: Style, scope: &Scope) -> Self {
        let number = |name, default| {
            let value = xml::attribute(element, name);
            value.and_then(|value| numbers(&value).next()).unwrap_or(default)
        };
        let body = Body::Text {
            size: number("Size", 0.0),
            stretch: number("HScale", 1.0),
            line: number("ReadDirection", 0.0),
            characters: number("CharDirection", 0.0),
            runs: Vec::new(),
            mappings: Vec::new(),
        };
        Draft::new(element, style, scope, true, body)
    }

    /// A path is stroked unless it says otherwise.
    fn path(element: &BytesStart<'_>, style: Style, scope: &Scope) -> Self {
        Draft::new(element, style, scope, false, Body::Path(String::new()))
    }

    /// Takes note of an element inside the object. What clips it and what patterns its colour holds
    /// objects of its own, which are none of the page.
    fn child(&mut self, element: &BytesStart<'_>) -> Option<Open> {
        let name = element.local_name();
        let value = |name| xml::attribute(element, name);
        let number = |name| value(name).and_then(|value| numbers(&value).next());
        let deltas = |name| value(name).map(|value| Deltas::read(&value)).unwrap_or_default();
        match (name.as_ref(), &mut self.body) {
            ("FillColor" | "StrokeColor", _) => self.style.take(element),
            ("AbbreviatedData", Body::Path(_)) => return Some(Open::Text),
            ("TextCode", Body::Text { runs, .. }) => {
                let (dx, dy) = (deltas("DeltaX"), deltas("DeltaY"));
                runs.push(Run { x: number("X"), y: number("Y"), dx, dy, text: String::new() });
                return Some(Open::Text);
            }
            ("CGTransform", Body::Text { mappings, .. }) => {
                let count = |name| {
                    value(name)
                        .and_then(|n| n.trim().parse().ok())
                        .unwrap_or(1)
                        .clamp(1, MOST_MAPPED)
                };
                let position = value("CodePosition").and_then(|n| n.trim().parse().ok());
                mappings.push(Mapping {
                    position: position.unwrap_or(0),
                    characters: count("CodeCount"),
                    glyphs: count("GlyphCount"),
                });
            }
            _ => {}
        }
        None
    }
}

/// Takes text for the object around it.
fn take(open: &mut [Open], text: &str) {
    if let [.., Open::Object(draft), Open::Text] = open {
        match &mut draft.body {
            Body::Path(data) => data.push_str(text),
            Body::Text { runs, .. } => {
                if let Some(run) = runs.last_mut() {
                    run.text.push_str(text);
                }
            }
        }
    }
}

/// From an object's own coordinates to the page: its matrix, then the place of its boundary, then what
/// lies around it (8.5).
fn placed(element: &BytesStart<'_>, scope: &Scope) -> Matrix {
    let own = xml::attribute(element, "CTM").map_or(Matrix::UNIT, |ctm| Matrix::read(&ctm));
    let frame = xml::attribute(element, "Boundary").and_then(|b| Frame::read(&b));
    let frame = frame.unwrap_or_default();
    own.then(&Matrix::shift(frame.left, frame.top)).then(&scope.matrix)
}

/// A picture fills the unit square of its own coordinates, and is cut off at its boundary.
fn picture(pen: &mut Pen, element: &BytesStart<'_>, scope: &Scope) {
    let frame = xml::attribute(element, "Boundary").and_then(|b| Frame::read(&b));
    let area = match frame.filter(|frame| frame.width > 0.0 && frame.height > 0.0) {
        Some(f) => scope.matrix.area(f.left, f.top, f.left + f.width, f.top + f.height),
        None => placed(element, scope).area(0.0, 0.0, 1.0, 1.0),
    };
    pen.picture(area);
}
