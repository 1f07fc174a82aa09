//! Word documents of before 2007 (.doc) and those of Kingsoft's writer (.wps), which are the same
//! ([MS-DOC]): paragraphs and tables in reading order, out of a compound file.
//!
//! Tracked changes are read as accepted, fields give their result, merged cells are resolved, notes
//! and text boxes read where they are anchored, automatic numbers computed. Running heads, comments
//! and macros are not body text.

mod beside;
mod bytes;
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
use super::{ExtractError, Extractor, Limits, notice, refusal};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::model::Format;
use beside::Beside;
use bytes::u32_at;
use cfb::CompoundFile;
use fib::{Fib, Part, Story};
use runs::Runs;
use std::io::{Cursor, Read};
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
        let mut container = Container::open(bytes)?;
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
        notices.extend(container.notices());
        Ok(Document { blocks, notices, properties: Vec::new() })
    }
}

/// The compound file around the streams.
struct Container<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
    /// Bytes of the whole; no stream can be longer.
    size: u64,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let broken =
            || damaged("文件结构不完整（可能没有传完）", "the compound file is cut off or broken");
        check_allocation(bytes).ok_or_else(broken)?;
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| broken())?;
        Ok(Container { file, size: bytes.len() as u64 })
    }

    /// A stream of the root; `None` where there is none.
    fn stream(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        if !self.file.is_stream(name) {
            return Ok(None);
        }
        let broken = || damaged("数据流不完整", "a stream is cut off or broken");
        let stream = self.file.open_stream(name).map_err(|_| broken())?;
        let mut bytes = Vec::new();
        stream.take(self.size + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        if bytes.len() as u64 > self.size { Err(broken()) } else { Ok(Some(bytes)) }
    }

    /// Macros and objects, neither of which is opened.
    fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        if let Ok(objects) = self.file.read_storage("ObjectPool") {
            notices.extend(objects.take(MOST_OBJECTS).map(|object| {
                let name = format!("ObjectPool/{}", object.name());
                notice(NoticeKind::EmbeddedObject, Anchor::Unknown, &name)
            }));
        }
        let macros = ["Macros", "_VBA_PROJECT_CUR"];
        if let Some(name) = macros.iter().find(|name| self.file.is_storage(name)) {
            notices.push(notice(NoticeKind::Macro, Anchor::Unknown, name));
        }
        notices
    }
}

/// Looks at the sectors that list the sectors of the allocation table before they are read: a file
/// has no more of them than it takes to count its own sectors.
fn check_allocation(bytes: &[u8]) -> Option<()> {
    let shift = bytes.get(30).copied().filter(|shift| matches!(shift, 9 | 12))?;
    let sector = 1usize << shift;
    let per_sector = sector / 4;
    let most = bytes.len() / sector / per_sector / (per_sector - 1) + 1;
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..=most {
        let at = (next as usize).checked_add(1)?.checked_mul(sector)?;
        let Some(link) = u32_at(bytes, at + sector - 4) else { return Some(()) };
        next = link;
    }
    // Still no end: more sectors than there can be.
    None
}

fn damaged(zh: &str, en: &str) -> ExtractError {
    refusal::damaged(Format::Doc, zh, en)
}
