//! The small parts of a package, read element by element: what a document is made of.

use crate::extract::xml;
use quick_xml::events::{BytesStart, Event};

/// Characters of an element's text that are kept: a path, a box, a title.
const MOST_TEXT: usize = 1_000;

/// Calls `visit` at the end of every element with its tag and the text directly before its end, until
/// the end or the first error. Gives `true` where the part is sound.
pub(super) fn each(text: &str, mut visit: impl FnMut(&BytesStart<'_>, &str)) -> bool {
    let mut reader = xml::reader(text);
    let mut open: Vec<BytesStart<'_>> = Vec::new();
    let mut kept = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                kept.clear();
                if open.len() >= MOST_OPEN {
                    return false;
                }
                open.push(element);
            }
            Ok(Event::End(_)) => {
                if let Some(element) = open.pop() {
                    visit(&element, kept.trim());
                }
                kept.clear();
            }
            Ok(Event::Text(text)) => keep(&mut kept, &text.xml10_content()),
            Ok(Event::CData(text)) => keep(&mut kept, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => kept.extend(xml::resolve(&reference)),
            Ok(Event::Eof) => return open.is_empty(),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// Elements open within each other in such a part. The standard has fewer than ten.
const MOST_OPEN: usize = 64;

fn keep(kept: &mut String, text: &str) {
    if kept.len() < MOST_TEXT {
        kept.push_str(text);
    }
}
