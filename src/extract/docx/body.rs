//! The event loop over the main part.

use super::beside::Beside;
use super::flow::{Frame, Paragraph};
use super::styles::Styles;
use crate::document::{Anchor, Block, Notice, NoticeKind};
use crate::extract::budget::Budget;
use crate::extract::grid::{CellDraft, Merge, RowDraft, TableDraft};
use crate::extract::numbering::Numbering;
use crate::extract::package::Relations;
use crate::extract::paragraph::as_notes;
use crate::extract::unshown::is_note_mark;
use crate::extract::{ExtractError, Limits, notice, xml};
use crate::model::Format;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Word's own bound on columns.
const MOST_COLUMNS: u32 = 63;

/// What the main part is read against.
pub(super) struct Context<'a> {
    pub part: &'a str,
    pub relations: &'a Relations,
    pub styles: &'a Styles,
    pub limits: &'a Limits,
}

/// What came of it.
pub(super) struct Body {
    pub blocks: Vec<Block>,
    /// What the part itself holds as notes, where it is a part of notes.
    pub notes: BTreeMap<String, Vec<Block>>,
    pub notices: Vec<Notice>,
}

/// Reads the whole part. Elements are matched by local name, because strict and transitional
/// documents differ in their namespaces only.
pub(super) fn read(
    text: &str,
    context: &Context<'_>,
    numbering: Numbering,
    beside: Beside,
) -> Result<Body, ExtractError> {
    let mut walk = Walk::new(context, numbering, beside);
    let mut reader = xml::reader(text);
    let mut depth = 0usize;
    loop {
        let broken = |reader: &quick_xml::Reader<&[u8]>| {
            xml::broken(Format::Docx, context.part, reader.error_position())
        };
        match reader.read_event().map_err(|_| broken(&reader))? {
            Event::Start(element) => {
                if walk.skips(&element) {
                    reader.read_to_end(element.name()).map_err(|_| broken(&reader))?;
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
            Event::Text(text) if walk.in_text => walk.push(&text.xml10_content()),
            Event::CData(text) if walk.in_text => walk.push(&text.xml10_content()),
            Event::GeneralRef(reference) if walk.in_text => {
                // Left out, it could turn 1&x;2 into 12. No word processor writes such a reference.
                let unknown = || xml::broken(Format::Docx, context.part, reader.buffer_position());
                let c = xml::resolve(&reference).ok_or_else(unknown)?;
                walk.push(c.encode_utf8(&mut [0; 4]));
            }
            // quick-xml does not mind elements left open at the end; a cut-off part has them.
            Event::Eof if depth > 0 => {
                return Err(xml::broken(Format::Docx, context.part, text.len() as u64));
            }
            Event::Eof => return walk.finish(),
            _ => {}
        }
    }
}

pub(super) struct Walk<'a> {
    pub context: &'a Context<'a>,
    pub budget: Budget<'a>,
    frames: Vec<Frame>,
    pub paragraphs: Vec<Paragraph>,
    numbering: Numbering,
    pub beside: Beside,
    notes: BTreeMap<String, Vec<Block>>,
    pub notices: Vec<Notice>,
    /// Inside `w:t`.
    in_text: bool,
    /// The open run is struck out or hidden; it is raised.
    unshown: bool,
    raised: bool,
    struck: u32,
    /// Open `w:pPr`, where `w:tab` is a tab stop and `w:ins`/`w:del` concern the paragraph mark.
    in_properties: u32,
    in_row_properties: bool,
    /// Text of paragraphs whose end mark was deleted.
    carried: String,
    changes: u32,
    readings: u32,
    numbered: Option<Anchor>,
    numbers: u32,
}

impl<'a> Walk<'a> {
    fn new(context: &'a Context<'a>, numbering: Numbering, mut beside: Beside) -> Self {
        let notices = std::mem::take(&mut beside.notices);
        Walk {
            context,
            budget: Budget::new(Format::Docx, context.limits),
            frames: vec![Frame::flow(String::new())],
            paragraphs: Vec::new(),
            numbering,
            beside,
            notes: BTreeMap::new(),
            notices,
            in_text: false,
            unshown: false,
            raised: false,
            struck: 0,
            in_properties: 0,
            in_row_properties: false,
            carried: String::new(),
            changes: 0,
            readings: 0,
            numbered: None,
            numbers: 0,
        }
    }

    /// Elements left out with all they hold: deleted and moved-away text, the older twin of a
    /// drawing, field codes, former properties, and readings over characters.
    fn skips(&mut self, element: &BytesStart<'_>) -> bool {
        match element.local_name().as_ref() {
            "annotation" => match xml::attribute(element, "type").as_deref() {
                Some("Word.Deletion") if self.in_properties == 0 => {
                    self.changes += 1;
                    true
                }
                kind => matches!(kind, Some("Word.Comment" | "Word.Formatting")),
            },
            "del" | "moveFrom" if self.in_properties == 0 => {
                self.changes += 1;
                true
            }
            "rt" => {
                self.readings += 1;
                true
            }
            "hdr" | "ftr" | "Fallback" | "instrText" | "delText" | "delInstrText" | "pPrChange"
            | "rPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange" | "sectPrChange"
            | "tblGridChange" | "numberingChange" | "tblPrExChange" => true,
            _ => false,
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), ExtractError> {
        let local = element.local_name();
        let value = || xml::attribute(element, "val");
        match local.as_ref() {
            "p" => {
                let path = self.frame().next_paragraph();
                self.paragraphs.push(Paragraph { path, ..Paragraph::default() });
            }
            // The number of a paragraph as printed, in the XML of 2003.
            "t" if self.in_properties > 0 => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.printed = value();
                }
            }
            "t" => self.in_text = true,
            "r" => (self.unshown, self.raised) = (false, false),
            "vanish" | "strike" | "dstrike" if self.in_properties == 0 => {
                self.unshown |= !matches!(value().as_deref(), Some("0" | "false" | "off"));
            }
            "vertAlign" if self.in_properties == 0 => {
                self.raised = value().as_deref() == Some("superscript");
            }
            name @ ("pPr" | "tblPr" | "trPr" | "tcPr" | "sectPr") => {
                self.in_properties += 1;
                self.in_row_properties = name == "trPr";
            }
            "tab" | "ptab" if self.in_properties == 0 => self.push("\t"),
            "br" | "cr" if self.in_properties == 0 => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                if let Some(symbol) = xml::symbol(element) {
                    self.push(symbol.encode_utf8(&mut [0; 4]));
                }
            }
            "ins" | "moveTo" => self.changes += 1,
            "tbl" | "tr" | "tc" => self.start_table(local.as_ref()),
            "gridSpan" | "vMerge" | "hMerge" | "gridBefore" | "gridAfter" => {
                self.table_property(local.as_ref(), value());
            }
            "vmerge" => self.table_property("vMerge", value()),
            "hmerge" => self.table_property("hMerge", value()),
            "annotation" => match xml::attribute(element, "type").as_deref() {
                Some("Word.Insertion") => self.changes += 1,
                Some("Word.Deletion") => self.mark_deleted(),
                _ => {}
            },
            "txbxContent" => {
                let path = self.paragraphs.last().map_or(String::new(), |p| p.path.clone());
                self.frames.push(Frame::flow(format!("{path}/txbxContent/")));
            }
            name @ ("footnote" | "endnote") => {
                let id = xml::attribute(element, "id").unwrap_or_default();
                self.frames.push(Frame::flow(format!("{name}[{id}]/")));
            }
            name @ ("footnoteReference" | "endnoteReference") => {
                let id = xml::attribute(element, "id").unwrap_or_default();
                let name = name.trim_end_matches("Reference");
                self.refer(&format!("{name}[{id}]/"))?;
            }
            "altChunk" => self.chunk(element)?,
            "OLEObject" => self.embedded(element),
            "blip" | "imagedata" => self.picture(element),
            "del" => self.mark_deleted(),
            "pStyle" | "outlineLvl" | "numId" | "ilvl" if self.in_properties > 0 => {
                let Some(paragraph) = self.paragraphs.last_mut() else { return Ok(()) };
                match local.as_ref() {
                    "pStyle" => paragraph.style = value(),
                    "outlineLvl" => paragraph.outline = value().and_then(|v| v.parse().ok()),
                    "numId" => paragraph.number = value(),
                    _ => paragraph.level = value().and_then(|v| v.parse().ok()),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ExtractError> {
        match name {
            "t" => self.in_text = false,
            "r" => (self.unshown, self.raised) = (false, false),
            "pPr" | "tblPr" | "trPr" | "tcPr" | "sectPr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
                self.in_row_properties = false;
            }
            "p" => self.end_paragraph()?,
            "tc" | "tr" => {
                if let Some(Frame::Table(table)) = self.frames.last_mut() {
                    if name == "tc" { table.end_cell() } else { table.end_row() }
                }
            }
            "tbl" => self.end_table()?,
            "txbxContent" if self.frames.len() > 1 => {
                if let Some(Frame::Flow { blocks, .. }) =
                    self.frames.pop_if(|f| matches!(f, Frame::Flow { .. }))
                {
                    self.follow(blocks);
                }
            }
            "footnote" | "endnote" if self.frames.len() > 1 => {
                if let Some(Frame::Flow { blocks, path, .. }) =
                    self.frames.pop_if(|f| matches!(f, Frame::Flow { .. }))
                {
                    // A note inside a paragraph stands where it is referred to.
                    match self.paragraphs.last_mut() {
                        Some(paragraph) => paragraph.anchored.extend(as_notes(blocks)),
                        None => drop(self.notes.insert(path, as_notes(blocks))),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The innermost open container; the body is never closed.
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::flow(String::new()));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn push(&mut self, text: &str) {
        let in_cell = matches!(self.frames.last(), Some(Frame::Table(t)) if t.cell.is_some());
        if self.unshown || self.raised && in_cell && is_note_mark(text) {
            self.struck += 1;
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self) -> Result<(), ExtractError> {
        let Some(mut paragraph) = self.paragraphs.pop() else { return Ok(()) };
        if !self.carried.is_empty() {
            paragraph.text.insert_str(0, &std::mem::take(&mut self.carried));
        }
        if paragraph.joins_next {
            self.carried = std::mem::take(&mut paragraph.text);
        }
        let marker = self.marker(&paragraph);
        let style = paragraph.style.as_deref();
        let outline = paragraph.outline.or(self.context.styles.outline(style)).filter(|l| *l < 9);
        let block = paragraph.block(marker, outline, self.context.part, &mut self.budget)?;
        for block in block.into_iter().chain(paragraph.anchored) {
            self.frame().put(block);
        }
        Ok(())
    }

    /// The automatic number of a paragraph. Empty paragraphs of a list are counted as Word counts them.
    fn marker(&mut self, paragraph: &Paragraph) -> Option<String> {
        // A bullet is no number.
        let number = |printed: &&String| printed.chars().any(char::is_alphanumeric);
        let marker = match paragraph.printed.as_ref().filter(number) {
            Some(printed) => printed.clone(),
            None => self.counted(paragraph)?,
        };
        if !paragraph.text.trim().is_empty() {
            self.numbers += 1;
            self.numbered.get_or_insert_with(|| Anchor::Path {
                part: self.context.part.to_owned(),
                path: paragraph.path.clone(),
            });
        }
        Some(marker)
    }

    fn counted(&mut self, paragraph: &Paragraph) -> Option<String> {
        let styled = self.context.styles.numbering(paragraph.style.as_deref());
        let (number, level) = match (&paragraph.number, styled) {
            (Some(own), styled) => {
                let level = paragraph.level.or(styled.map(|(_, level)| level)).unwrap_or(0);
                (own.clone(), level)
            }
            (None, Some((number, level))) => (number, paragraph.level.unwrap_or(level)),
            (None, None) => return None,
        };
        self.numbering.next(&number, level)
    }

    fn start_table(&mut self, name: &str) {
        if name == "tbl" {
            let path = self.frame().next_table();
            self.frames.push(Frame::Table(Box::new(TableDraft { path, ..TableDraft::default() })));
            return;
        }
        let Some(Frame::Table(table)) = self.frames.last_mut() else { return };
        if name == "tr" {
            table.end_row();
            table.rows_met += 1;
            table.cells_met = 0;
            table.row = Some(RowDraft::default());
        } else {
            table.end_cell();
            table.cells_met += 1;
            let path = format!("{}/tr[{}]/tc[{}]", table.path, table.rows_met, table.cells_met);
            table.cell = Some(CellDraft { span: 1, path, ..CellDraft::default() });
        }
    }

    fn table_property(&mut self, name: &str, value: Option<String>) {
        let Some(Frame::Table(table)) = self.frames.last_mut() else { return };
        let number = || {
            let number = value.as_deref().and_then(|v| v.parse::<u32>().ok());
            number.unwrap_or(MOST_COLUMNS).min(MOST_COLUMNS)
        };
        match (name, &mut table.cell, &mut table.row) {
            ("gridSpan", Some(cell), _) => cell.span = number(),
            ("vMerge", Some(cell), _) => cell.vertical = Merge::from_value(value.as_deref()),
            ("hMerge", Some(cell), _) => cell.horizontal = Merge::from_value(value.as_deref()),
            ("gridBefore", None, Some(row)) => row.before = number(),
            ("gridAfter", None, Some(row)) => row.after = number(),
            _ => {}
        }
    }

    fn end_table(&mut self) -> Result<(), ExtractError> {
        let Some(Frame::Table(mut table)) = self.frames.pop_if(|f| matches!(f, Frame::Table(_)))
        else {
            return Ok(());
        };
        table.end_row();
        let stray = std::mem::take(&mut table.stray);
        if !table.rows.is_empty() {
            self.budget.block()?;
            let table = table.finish(self.context.part, &mut self.budget)?;
            self.frame().put(Block::Table(table));
        }
        stray.into_iter().for_each(|block| self.frame().put(block));
        Ok(())
    }

    /// `w:del` among properties: the row is deleted, or the end mark of the paragraph.
    fn mark_deleted(&mut self) {
        self.changes += 1;
        if self.in_row_properties {
            if let Some(Frame::Table(table)) = self.frames.last_mut()
                && let Some(row) = &mut table.row
            {
                row.deleted = true;
            }
        } else if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.joins_next = true;
        }
    }

    /// Blocks behind the open paragraph, or right here between paragraphs.
    pub fn follow(&mut self, blocks: impl IntoIterator<Item = Block>) {
        match self.paragraphs.last_mut() {
            Some(paragraph) => paragraph.anchored.extend(blocks),
            None => blocks.into_iter().for_each(|block| self.frame().put(block)),
        }
    }

    fn finish(mut self) -> Result<Body, ExtractError> {
        let mut last =
            Paragraph { text: std::mem::take(&mut self.carried), ..Paragraph::default() };
        let block = last.block(None, None, self.context.part, &mut self.budget)?;
        block.into_iter().for_each(|block| self.frame().put(block));
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
            Some(Frame::Flow { blocks, .. }) => blocks,
            _ => Vec::new(),
        };
        Ok(Body { blocks, notes: self.notes, notices: self.notices })
    }
}
