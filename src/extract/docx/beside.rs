//! Parts beside the main one whose content stands in it: notes, and documents embedded whole.

use super::body::{self, Context, Walk};
use super::styles::Styles;
use crate::document::{Anchor, Block, Document, Notice, NoticeKind, Table, Text};
use crate::extract::html::Html;
use crate::extract::numbering::Numbering;
use crate::extract::package::{Package, Relations};
use crate::extract::{ExtractError, Extractor, Limits, notice, sniff, xml};
use crate::model::Format;
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;

/// Embedded documents that are opened; each may be as large as the limits allow.
const MOST_CHUNKS: usize = 8;

/// What the main part refers to by id. Each is taken out where it is first referred to: a thousand
/// references to one note cannot multiply it.
#[derive(Default)]
pub(super) struct Beside {
    /// Footnotes and endnotes by the path they have in their part: `footnote[2]/`.
    pub notes: BTreeMap<String, Vec<Block>>,
    /// Web pages embedded by `w:altChunk`, by part.
    pub chunks: BTreeMap<String, Document>,
    pub notices: Vec<Notice>,
}

impl Beside {
    pub fn read(
        package: &mut Package<'_>,
        relations: &Relations,
        styles: &Styles,
        limits: &Limits,
    ) -> Result<Self, ExtractError> {
        let mut beside = Beside::default();
        for kind in ["/footnotes", "/endnotes"] {
            let Some(part) = relations.of_kind(kind) else { continue };
            let text = package.text_or_nothing(part)?;
            let context = Context { part, relations, styles, limits };
            let read = body::read(&text, &context, Numbering::default(), Beside::default())?;
            beside.notes.extend(read.notes);
            beside.notices.extend(read.notices);
        }
        for part in relations.all_of_kind("/aFChunk").take(MOST_CHUNKS) {
            let Some(bytes) = package.bytes_or_nothing(part)? else { continue };
            // Of the formats that may stand here only a web page is read in place; the others stay
            // unopened, and the reader of the main part says so.
            if sniff::sniff(&bytes) == Ok(Format::Html)
                && let Ok(mut document) = Html.extract(&bytes, limits)
            {
                document.blocks.iter_mut().for_each(|block| locate(block, part));
                beside.chunks.insert(part.to_owned(), document);
            }
        }
        Ok(beside)
    }
}

impl Walk<'_> {
    fn here(&self) -> Anchor {
        let path = self.paragraphs.last().map_or(String::new(), |p| p.path.clone());
        Anchor::Path { part: self.context.part.to_owned(), path }
    }

    /// Puts a note behind the paragraph that refers to it first.
    pub fn refer(&mut self, path: &str) -> Result<(), ExtractError> {
        let blocks = self.beside.notes.remove(path).unwrap_or_default();
        for text in blocks.iter().filter_map(Block::note) {
            self.budget.text(&text.raw)?;
            self.budget.block()?;
        }
        self.follow(blocks);
        Ok(())
    }

    /// A document embedded whole: its content where it was read, else word that it was not.
    pub fn chunk(&mut self, element: &BytesStart<'_>) -> Result<(), ExtractError> {
        let id = xml::attribute(element, "id").unwrap_or_default();
        let part = self.context.relations.target(&id).unwrap_or_default();
        match self.beside.chunks.remove(part) {
            Some(document) => {
                for block in &document.blocks {
                    self.budget.block()?;
                    if let Block::Table(table) = block {
                        self.budget.grid(table.rows as usize, table.columns as usize)?;
                    }
                }
                self.notices.extend(document.notices);
                self.follow(document.blocks);
            }
            None => self.embedded(element),
        }
        Ok(())
    }

    pub fn embedded(&mut self, element: &BytesStart<'_>) {
        let id = xml::attribute(element, "id").unwrap_or_default();
        let name = self.context.relations.target(&id).unwrap_or(&id).to_owned();
        self.notices.push(notice(NoticeKind::EmbeddedObject, self.here(), &name));
    }

    pub fn picture(&mut self, element: &BytesStart<'_>) {
        let id = xml::attribute(element, "embed").or_else(|| xml::attribute(element, "id"));
        let Some(name) = id.and_then(|id| self.context.relations.target(&id).map(str::to_owned))
        else {
            return;
        };
        let block = Block::Picture { name, anchor: self.here() };
        self.follow([block]);
    }
}

/// Names the part in the places of an embedded page, which knows of none.
fn locate(block: &mut Block, part: &str) {
    match block {
        Block::Heading { text: Text { anchor, .. }, .. }
        | Block::Paragraph(Text { anchor, .. })
        | Block::ListItem { text: Text { anchor, .. }, .. }
        | Block::Note(Text { anchor, .. })
        | Block::Picture { anchor, .. } => within(anchor, part),
        Block::Table(table) => locate_table(table, part),
    }
}

fn locate_table(table: &mut Table, part: &str) {
    within(&mut table.anchor, part);
    for cell in &mut table.cells {
        within(&mut cell.text.anchor, part);
        cell.tables.iter_mut().for_each(|inner| locate_table(inner, part));
    }
}

fn within(anchor: &mut Anchor, name: &str) {
    if let Anchor::Path { part, .. } = anchor {
        name.clone_into(part);
    }
}
