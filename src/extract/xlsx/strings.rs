//! The table of texts that cells share, and the escapes in them.

use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits, xml};
use crate::model::Format;
use quick_xml::events::Event;

/// Texts by their number.
pub(super) fn read(text: &str, part: &str, limits: &Limits) -> Result<Vec<String>, ExtractError> {
    let mut reader = xml::reader(text);
    let mut strings: Vec<String> = Vec::new();
    let mut open = Run::default();
    let mut characters = 0u64;
    loop {
        let event = reader.read_event();
        let event = event.map_err(|_| xml::broken(Format::Xlsx, part, reader.error_position()))?;
        match &event {
            Event::End(end) if end.local_name().as_ref() == "si" => {
                let string = open.take();
                characters += string.chars().count() as u64;
                if characters > limits.characters.into() {
                    let most = limits.characters.into();
                    return Err(refusal::over(Format::Xlsx, Limit::Characters, most));
                }
                if strings.len() as u64 >= limits.cells.into() {
                    let most = limits.cells.into();
                    return Err(refusal::over(Format::Xlsx, Limit::Cells, most));
                }
                strings.push(string);
            }
            Event::Eof => return Ok(strings),
            _ => open.take_in(&event),
        }
    }
}

/// A text in runs, without the readings set above it.
#[derive(Default)]
pub(super) struct Run {
    text: String,
    inside: bool,
    /// Depth of elements that hold readings.
    above: u32,
}

impl Run {
    pub fn take_in(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "rPh" => self.above += 1,
                "t" => self.inside = self.above == 0,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "rPh" => self.above = self.above.saturating_sub(1),
                "t" => self.inside = false,
                _ => {}
            },
            Event::Text(text) if self.inside => self.text.push_str(text),
            Event::CData(text) if self.inside => self.text.push_str(text),
            Event::GeneralRef(reference) if self.inside => {
                self.text.extend(xml::resolve(reference));
            }
            _ => {}
        }
    }

    /// A text that is known whole.
    pub fn set(&mut self, text: String) {
        self.text = text;
    }

    /// The text, its escapes resolved and its lines ended by `\n` alone.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        unescaped(&text).replace("\r\n", "\n").replace('\r', "\n")
    }
}

/// `_x000D_` stands for the character of that code (ECMA-376 part 1, 22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest[at + 6..].starts_with('_'));
        match code.and_then(|code| u16::from_str_radix(code, 16).ok()) {
            Some(unit) => {
                units.extend(rest[..at].encode_utf16());
                units.push(unit);
                rest = &rest[at + 7..];
            }
            None => {
                units.extend(rest[..at + 2].encode_utf16());
                rest = &rest[at + 2..];
            }
        }
    }
    if units.is_empty() {
        return rest.to_owned();
    }
    out.push_str(&String::from_utf16_lossy(&units));
    out.push_str(rest);
    out
}
