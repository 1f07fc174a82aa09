//! What pages refer to by number: drawing parameters and drawings used as one object
//! (GB/T 33190, 7.9, 8.2 and 13).

use super::package::Part;
use crate::extract::paged::Ink;
use crate::extract::xml;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// Drawing parameters that refer to each other in a row.
const MOST_RELATIVES: usize = 16;

/// The colours in force, where something is said of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub fill: Option<Ink>,
    pub stroke: Option<Ink>,
}

impl Style {
    /// What is said here, else what was said around it.
    pub fn or(self, outer: Style) -> Style {
        Style { fill: self.fill.or(outer.fill), stroke: self.stroke.or(outer.stroke) }
    }

    /// Takes note of a `FillColor` or `StrokeColor`.
    pub fn take(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "FillColor" => self.fill = Some(ink(element)),
            "StrokeColor" => self.stroke = Some(ink(element)),
            _ => {}
        }
    }
}

#[derive(Debug, Default)]
struct DrawParam {
    style: Style,
    relative: Option<String>,
}

/// The resources of a document, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Resources {
    params: BTreeMap<String, DrawParam>,
    /// The part each drawing stands in, and where.
    drawings: BTreeMap<String, (Rc<str>, Range<usize>)>,
}

impl Resources {
    /// Adds what a resource part holds, as far as it can be read.
    pub fn add(&mut self, part: Part) {
        let text: Rc<str> = part.text.into();
        let mut reader = xml::reader(&text);
        let mut param: Option<(String, DrawParam)> = None;
        loop {
            let event = reader.read_event();
            match event {
                Ok(Event::Start(element)) => match element.local_name().as_ref() {
                    "DrawParam" => {
                        let relative = xml::attribute(&element, "Relative");
                        let id = xml::attribute(&element, "ID").unwrap_or_default();
                        param = Some((id, DrawParam { relative, style: Style::default() }));
                    }
                    "CompositeGraphicUnit" => {
                        let id = xml::attribute(&element, "ID").unwrap_or_default();
                        let Ok(span) = reader.read_to_end(element.name()) else { return };
                        let range = span.start as usize..span.end as usize;
                        self.drawings.insert(id, (text.clone(), range));
                    }
                    _ => {
                        if let Some((_, param)) = &mut param {
                            param.style.take(&element);
                        }
                    }
                },
                Ok(Event::End(element)) if element.local_name().as_ref() == "DrawParam" => {
                    self.params.extend(param.take());
                }
                Ok(Event::Eof) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// The colours a drawing parameter sets, with those it refers to.
    pub fn style(&self, id: &str) -> Style {
        let mut style = Style::default();
        let mut next = Some(id);
        for _ in 0..MOST_RELATIVES {
            let Some(param) = next.and_then(|id| self.params.get(id)) else { break };
            style = style.or(param.style);
            next = param.relative.as_deref();
        }
        style
    }

    /// The content of a drawing.
    pub fn drawing(&self, id: &str) -> Option<(Rc<str>, Range<usize>)> {
        self.drawings.get(id).cloned()
    }
}

/// The ink of a colour element. A colour by palette, pattern or shading counts as seen.
fn ink(element: &BytesStart<'_>) -> Ink {
    if xml::attribute(element, "Alpha").is_some_and(|alpha| alpha.trim() == "0") {
        return Ink::None;
    }
    let value = xml::attribute(element, "Value").unwrap_or_default();
    let component = |text: &str| match text.strip_prefix('#') {
        Some(hex) => u32::from_str_radix(hex, 16).ok().map(|n| n as f32),
        None => text.parse().ok(),
    };
    let parts: Option<Vec<f32>> =
        value.split_whitespace().take(5).map(|c| Some(component(c)? / 255.0)).collect();
    match parts {
        Some(parts) if parts.len() == 4 => Ink::of_pigment(&parts),
        Some(parts) if parts.len() == 1 || parts.len() == 3 => Ink::of_light(&parts),
        _ => Ink::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(text: &str) -> Resources {
        let mut resources = Resources::default();
        resources.add(Part { name: String::new(), text: text.into() });
        resources
    }

    #[test]
    fn parameters_inherit_and_a_circle_of_them_ends() {
        let found = resources(
            r##"<Res><DrawParams>
            <DrawParam ID="1" Relative="2"><FillColor Value="255 255 255"/></DrawParam>
            <DrawParam ID="2" Relative="1"><FillColor Value="0 0 0"/>
            <StrokeColor Value="#0 #0 #0" Alpha="0"/></DrawParam></DrawParams></Res>"##,
        );
        let style = found.style("1");
        assert_eq!((style.fill, style.stroke), (Some(Ink::White), Some(Ink::None)));
        assert_eq!(found.style("9"), Style::default());
    }

    #[test]
    fn a_drawing_is_found_by_its_number() {
        let text = r#"<Res><CompositeGraphicUnit ID="5"><Content>x</Content></CompositeGraphicUnit></Res>"#;
        let found = resources(text);
        let (part, range) = found.drawing("5").expect("it is there");
        assert_eq!(&part[range], "<Content>x</Content>");
        assert!(found.drawing("6").is_none());
    }

    #[test]
    fn colours_are_seen_unless_they_are_white_or_clear() {
        let ink = |attributes: &str| {
            let mut style = Style::default();
            xml::each_start(&format!("<FillColor {attributes}/>"), |_, e| style.take(e));
            style.fill
        };
        assert_eq!(ink(r#"Value="255 255 255""#), Some(Ink::White));
        assert_eq!(ink(r##"Value="#ff #FF #ff""##), Some(Ink::White));
        assert_eq!(ink(r#"Value="255""#), Some(Ink::White));
        assert_eq!(ink(r#"Value="0 0 0 0""#), Some(Ink::White));
        assert_eq!(ink(r#"Value="156 82 35""#), Some(Ink::Dark));
        assert_eq!(ink(r#"Index="3""#), Some(Ink::Dark));
        assert_eq!(ink(r#"Value="0 0 0" Alpha="0""#), Some(Ink::None));
    }
}
