//! The event loop over the text.

use super::lists::Lists;
use super::table::TableDraft;
use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::extract::budget::Budget;
use crate::extract::{ExtractError, Limits, notice, paragraph, xml};
use crate::model::Format;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// Spaces that one element may stand for.
const MOST_SPACES: usize = 1000;

/// Reads the whole part. Elements are matched by local name.
pub(super) fn read(
    text: &str,
    part: &str,
    lists: Lists,
    limits: &Limits,
) -> Result<Document, ExtractError> {
    let mut walk = Walk::new(part, lists, limits);
    let mut reader = xml::reader(text);
    let mut depth = 0usize;
    let broken = |at: u64| xml::broken(Format::Odt, part, at);
    loop {
        match reader.read_event().map_err(|_| broken(reader.error_position()))? {
            Event::Start(element) => {
                if walk.skips(&element) {
                    let skipped = reader.read_to_end(element.name());
                    skipped.map_err(|_| broken(reader.error_position()))?;
                    continue;
                }
                depth += 1;
                walk.budget.depth(depth)?;
                walk.start(&element)?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                walk.end(element.local_name().as_ref())?;
            }
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                // Left out, it could turn 1&x;2 into 12.
                let c = xml::resolve(&reference).ok_or_else(|| broken(reader.buffer_position()))?;
                walk.text(c.encode_utf8(&mut [0; 4]));
            }
            // The reader does not mind elements left open at the end; a cut-off part has them.
            Event::Eof if depth > 0 => return Err(broken(text.len() as u64)),
            Event::Eof => return walk.finish(),
            _ => {}
        }
    }
}

/// An open container.
enum Frame {
    /// The body, a note or a text box.
    Flow {
        blocks: Vec<Block>,
        path: String,
        paragraphs: u32,
        tables: u32,
    },
    Table(Box<TableDraft>),
}

#[derive(Default)]
struct Paragraph {
    text: String,
    path: String,
    /// 0 is the first level of headings.
    heading: Option<u8>,
    marker: Option<String>,
    anchored: Vec<Block>,
}

struct Walk<'a> {
    part: &'a str,
    limits: &'a Limits,
    budget: Budget<'a>,
    lists: Lists,
    /// Each with the number of paragraphs open around it.
    frames: Vec<(Frame, usize)>,
    paragraphs: Vec<Paragraph>,
    notices: Vec<Notice>,
    in_body: bool,
    /// The style being declared, and the styles of text that is struck out or hidden.
    declared: String,
    unshown: BTreeSet<String>,
    struck: u32,
    changes: u32,
    readings: u32,
    numbers: u32,
    numbered: Option<Anchor>,
    notes: u32,
    boxes: u32,
}

impl<'a> Walk<'a> {
    fn new(part: &'a str, lists: Lists, limits: &'a Limits) -> Self {
        Walk {
            part,
            limits,
            budget: Budget::new(Format::Odt, limits),
            lists,
            frames: vec![(flow(String::new()), 0)],
            paragraphs: Vec::new(),
            notices: Vec::new(),
            in_body: false,
            declared: String::new(),
            unshown: BTreeSet::new(),
            struck: 0,
            changes: 0,
            readings: 0,
            numbers: 0,
            numbered: None,
            notes: 0,
            boxes: 0,
        }
    }

    /// Elements left out with all they hold: deleted text, comments, readings over characters,
    /// descriptions of pictures, and what a table of contents is made from.
    fn skips(&mut self, element: &BytesStart<'_>) -> bool {
        match element.local_name().as_ref() {
            // What was deleted lies here, outside the text, with the note of what was put in.
            "deletion" | "insertion" | "format-change" => {
                self.changes += 1;
                true
            }
            "ruby-text" => {
                self.readings += 1;
                true
            }
            "object" | "object-ole" if self.in_body => {
                let name = xml::attribute(element, "href").unwrap_or_default();
                self.notices.push(notice(NoticeKind::EmbeddedObject, self.here(), &name));
                true
            }
            "span" if self.in_body => {
                let style = xml::attribute(element, "style-name").unwrap_or_default();
                let unshown = self.unshown.contains(&style);
                self.struck += u32::from(unshown);
                unshown
            }
            // A field of the same name is text.
            "title" | "desc" => !element.name().as_ref().starts_with("text:"),
            "annotation"
            | "note-citation"
            | "sequence-decls"
            | "forms"
            | "binary-data"
            | "enhanced-geometry"
            | "table-of-content-source"
            | "hidden-text" => true,
            _ => false,
        }
    }

    /// Styles, which stand before the body.
    fn declare(&mut self, name: &str, element: &BytesStart<'_>) {
        let value = |name| xml::attribute(element, name);
        match name {
            "style" => self.declared = value("name").unwrap_or_default(),
            "text-properties" => {
                let struck = value("text-line-through-style").is_some_and(|line| line != "none");
                if struck || value("display").as_deref() == Some("none") {
                    self.unshown.insert(self.declared.clone());
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), ExtractError> {
        let local = element.local_name();
        let name = local.as_ref();
        if !self.in_body {
            self.in_body = name == "body";
            self.declare(name, element);
            return Ok(());
        }
        match name {
            "p" | "h" => self.begin_paragraph(name, element),
            "list" => self.lists.begin(element),
            "list-item" => self.lists.item(element),
            "s" => {
                let count = xml::attribute(element, "c").and_then(|count| count.parse().ok());
                self.push(&" ".repeat(count.unwrap_or(1).min(MOST_SPACES)));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "table" => {
                let path = self.next_table();
                self.open(Frame::Table(Box::new(TableDraft::new(path))));
            }
            "table-row" => {
                if let Some((Frame::Table(table), _)) = self.frames.last_mut() {
                    table.begin_row(element);
                }
            }
            "table-cell" | "covered-table-cell" => {
                if let Some((Frame::Table(table), _)) = self.frames.last_mut() {
                    table.begin_cell(element, name != "table-cell");
                }
            }
            "note-body" => {
                self.notes += 1;
                self.open(flow(format!("note[{}]/", self.notes)));
            }
            name if is_box(name) => {
                self.boxes += 1;
                self.open(flow(format!("box[{}]/", self.boxes)));
            }
            "image" => {
                let name = xml::attribute(element, "href").unwrap_or_default();
                self.budget.block()?;
                let anchor = self.here();
                self.follow([Block::Picture { name, anchor }]);
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ExtractError> {
        if !self.in_body {
            return Ok(());
        }
        match name {
            "body" => self.in_body = false,
            "p" | "h" => self.end_paragraph()?,
            "list" => self.lists.end(),
            "table-cell" | "covered-table-cell" => {
                if let Some((Frame::Table(table), _)) = self.frames.last_mut() {
                    table.end_cell(self.part, self.limits, &mut self.budget)?;
                }
            }
            "table-row" => {
                if let Some((Frame::Table(table), _)) = self.frames.last_mut() {
                    table.end_row(self.limits, &mut self.budget)?;
                }
            }
            "table" => {
                if let Some((Frame::Table(table), _)) =
                    self.frames.pop_if(|frame| matches!(frame.0, Frame::Table(_)))
                {
                    self.budget.block()?;
                    let (table, stray) = table.finish(self.part, &mut self.budget)?;
                    self.follow(table.map(Block::Table).into_iter().chain(stray));
                }
            }
            name if name == "note-body" || is_box(name) => {
                if self.frames.len() > 1
                    && let Some((Frame::Flow { blocks, .. }, _)) =
                        self.frames.pop_if(|frame| matches!(frame.0, Frame::Flow { .. }))
                {
                    let note = name == "note-body";
                    self.follow(if note { paragraph::as_notes(blocks) } else { blocks });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn begin_paragraph(&mut self, name: &str, element: &BytesStart<'_>) {
        let level = || xml::attribute(element, "outline-level")?.parse::<u8>().ok();
        let heading = (name == "h").then(|| level().unwrap_or(1).clamp(1, 9) - 1);
        let unnumbered = xml::attribute(element, "is-list-header").as_deref() == Some("true");
        let marker = if unnumbered { None } else { self.lists.next(heading) };
        let path = match self.frames.last_mut() {
            Some((Frame::Flow { path, paragraphs, .. }, _)) => {
                *paragraphs += 1;
                format!("{path}p[{paragraphs}]")
            }
            Some((Frame::Table(table), _)) => table.cell_path(),
            None => String::new(),
        };
        self.paragraphs.push(Paragraph { path, heading, marker, ..Paragraph::default() });
    }

    fn end_paragraph(&mut self) -> Result<(), ExtractError> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        let Paragraph { text, path, heading, marker, anchored } = paragraph;
        let anchor = Anchor::Path { part: self.part.to_owned(), path };
        if marker.is_some() && !text.trim().is_empty() {
            self.numbers += 1;
            self.numbered.get_or_insert_with(|| anchor.clone());
        }
        let block = paragraph::block(text, marker, heading, anchor, &mut self.budget)?;
        self.follow(block.into_iter().chain(anchored));
        Ok(())
    }

    /// Text of the file: white space stands for one space, and for none at the beginning.
    fn text(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' => {
                    let before = paragraph.text.chars().next_back();
                    if before.is_some_and(|before| !matches!(before, ' ' | '\t' | '\n')) {
                        paragraph.text.push(' ');
                    }
                }
                c => paragraph.text.push(c),
            }
        }
    }

    /// Text as it is meant.
    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn next_table(&mut self) -> String {
        match self.frames.last_mut() {
            Some((Frame::Flow { path, tables, .. }, _)) => {
                *tables += 1;
                format!("{path}tbl[{tables}]")
            }
            Some((Frame::Table(table), _)) => table.inner_path(),
            None => String::new(),
        }
    }

    fn here(&self) -> Anchor {
        let path = self.paragraphs.last().map_or(String::new(), |p| p.path.clone());
        Anchor::Path { part: self.part.to_owned(), path }
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push((frame, self.paragraphs.len()));
    }

    /// Blocks behind the open paragraph of the innermost container, or right here between paragraphs.
    fn follow(&mut self, blocks: impl IntoIterator<Item = Block>) {
        let Some((frame, around)) = self.frames.last_mut() else { return };
        let inside = self.paragraphs.len() > *around;
        let mut paragraph = self.paragraphs.last_mut().filter(|_| inside);
        for block in blocks {
            match (&mut paragraph, &mut *frame) {
                (Some(paragraph), _) => paragraph.anchored.push(block),
                (None, Frame::Flow { blocks, .. }) => blocks.push(block),
                (None, Frame::Table(table)) => table.put(block),
            }
        }
    }

    fn finish(mut self) -> Result<Document, ExtractError> {
        let mut counted = |kind, count, anchor| {
            if count > 0 {
                self.notices.push(Notice { count, ..notice(kind, anchor, "") });
            }
        };
        counted(NoticeKind::TextStruck, self.struck, Anchor::Unknown);
        counted(NoticeKind::TrackedChanges, self.changes, Anchor::Unknown);
        counted(NoticeKind::PinyinRemoved, self.readings, Anchor::Unknown);
        counted(NoticeKind::Numbering, self.numbers, self.numbered.take().unwrap_or_default());
        let blocks = match self.frames.into_iter().next() {
            Some((Frame::Flow { blocks, .. }, _)) => blocks,
            _ => Vec::new(),
        };
        Ok(Document { blocks, notices: self.notices, properties: Vec::new() })
    }
}

fn flow(path: String) -> Frame {
    Frame::Flow { blocks: Vec::new(), path, paragraphs: 0, tables: 0 }
}

/// Shapes that may hold paragraphs.
fn is_box(name: &str) -> bool {
    matches!(
        name,
        "text-box" | "custom-shape" | "rect" | "ellipse" | "polygon" | "path" | "caption"
    )
}
