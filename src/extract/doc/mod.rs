//! Word documents of before 2007 (.doc) and those of Kingsoft's writer (.wps), which are the same
//! ([MS-DOC]): paragraphs and tables in reading order, out of a compound file.
//!
//! Tracked changes are read as accepted, fields give their result, merged cells are resolved, notes
//! and text boxes read where they are anchored, automatic numbers computed. Running heads, comments
//! and macros are not body text.

mod beside;
mod fib;
mod fonts;
mod lists;
mod paragraph;
mod runs;
mod sprm;
mod story;
mod styles;
#[cfg(test)]
mod tests;
mod text;

use super::budget::Budget;
use super::compound::Container;
use super::{ExtractError, Extractor, Limits, notice, refusal};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::model::Format;
use beside::Beside;
use fib::{Fib, Part, Story};
use runs::Runs;
use story::Reading;
use styles::Styles;
use text::Text;

/// Most notices about embedded objects.
const MOST_OBJECTS: usize = 16;

/// The reader of old Word documents.
pub(super) struct Doc;

/// The streams of a file and their parts that every story needs.
struct Streams<'a> {
    main: &'a [u8],
    data: &'a [u8],
    pieces: &'a [u8],
    fonts: &'a [u8],
    characters: Runs,
    paragraphs: Runs,
    styles: Styles,
}

impl Extractor for Doc {
    fn format(&self) -> Format {
        Format::Doc
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let mut container = Container::open(Format::Doc, bytes)?;
        let main = container.stream("WordDocument")?.unwrap_or_default();
        let fib = Fib::read(&main)?;
        let table = container.stream(fib.table)?;
        let table = table.ok_or_else(|| damaged("缺少表流", "there is no table stream"))?;
        let data = container.stream("Data")?.unwrap_or_default();
        let streams = Streams {
            main: &main,
            data: &data,
            pieces: fib.must(&table, Part::Pieces)?,
            fonts: fib.part(&table, Part::Fonts),
            characters: Runs::of_characters(&main, fib.must(&table, Part::CharacterRuns)?)?,
            paragraphs: Runs::of_paragraphs(&main, fib.must(&table, Part::ParagraphRuns)?)?,
            styles: Styles::read(fib.part(&table, Part::Styles)),
        };
        let text = Text::read(&fib, &streams, limits)?;
        let numbering =
            lists::read(fib.to_end(&table, Part::Lists), fib.to_end(&table, Part::ListOverrides));
        let budget = Budget::new(Format::Doc, limits);
        let mut reading = Reading::new(&streams, &text, budget, numbering);
        reading.beside = Beside::read(&mut reading, &fib, &table)?;
        let mut blocks = reading.story(fib.story(Story::Main), String::new())?;
        blocks.extend(reading.beside.rest());
        if blocks.is_empty() && beside::has_shapes(&text, fib.story(Story::Main)) {
            let name = reading.beside.next_picture();
            blocks.push(Block::Picture { name, anchor: Anchor::Unknown });
        }
        let mut notices = reading.notices();
        notices.extend(unopened(&container));
        Ok(Document { blocks, notices, properties: Vec::new() })
    }
}

/// Objects and macros, neither of which is opened.
fn unopened(container: &Container<'_>) -> Vec<Notice> {
    let objects = container.storages_in("ObjectPool", MOST_OBJECTS).into_iter();
    let objects = objects.map(|name| {
        notice(NoticeKind::EmbeddedObject, Anchor::Unknown, &format!("ObjectPool/{name}"))
    });
    objects.chain(container.macros()).collect()
}

fn damaged(zh: &str, en: &str) -> ExtractError {
    refusal::damaged(Format::Doc, zh, en)
}
