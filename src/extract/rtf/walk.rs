//! The walk over the groups: which of them are text, and what their control words do.

use super::flow::{Flow, Kind, Properties};
use super::fonts::Fonts;
use super::lex::{Token, Tokens};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind};
use crate::extract::budget::Budget;
use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits, notice, paragraph, symbol};
use crate::model::Format;
use std::collections::BTreeMap;

/// Where what is read goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Text,
    Nowhere,
    Fonts,
    Styles,
    Marker,
}

/// What a group inherits and may change until its end.
#[derive(Clone, Copy, Debug)]
struct State {
    target: Target,
    font: i32,
    deleted: bool,
    /// Struck out or hidden.
    unshown: bool,
    /// Characters behind each `\u` that older readers show instead.
    fallback: i32,
    /// Begins a flow of its own.
    flow: bool,
    /// Describes the rows of an inner table.
    inner: bool,
}

/// Groups that are known though marked as ignorable, because text is in them.
const KEPT: [&str; 5] = ["shppict", "shpinst", "nesttableprops", "ud", "do"];

/// Groups that hold no text of the document.
const SKIPPED: [&str; 42] = [
    "aftncn",
    "aftnsep",
    "aftnsepc",
    "annotation",
    "atnauthor",
    "atnid",
    "author",
    "bkmkend",
    "bkmkstart",
    "buptim",
    "colortbl",
    "comment",
    "creatim",
    "datafield",
    "filetbl",
    "fldinst",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "formfield",
    "ftncn",
    "ftnsep",
    "ftnsepc",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "info",
    "listoverridetable",
    "listtable",
    "nonesttables",
    "nonshppict",
    "objdata",
    "pn",
    "revtbl",
    "rxe",
    "shprslt",
    "sp",
    "tc",
    "upr",
    "xe",
];

pub(super) struct Walk<'a> {
    budget: Budget<'a>,
    limits: &'a Limits,
    state: State,
    outer: Vec<State>,
    flows: Vec<Flow>,
    fonts: Fonts,
    default_font: i32,
    /// Outline levels of styles, and the style being declared.
    styles: BTreeMap<i32, u8>,
    style: i32,
    /// Bytes not decoded yet, all in one font.
    bytes: Vec<u8>,
    /// Characters still to be passed over behind a `\u`.
    passing: i32,
    /// The group has begun with `\*`.
    ignorable: bool,
    notices: Vec<Notice>,
    notes: u32,
    boxes: u32,
    pictures: u32,
    changes: u32,
    struck: u32,
    numbered: u32,
    repaired: bool,
}

impl<'a> Walk<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        let state = State {
            target: Target::Text,
            font: -1,
            deleted: false,
            unshown: false,
            fallback: 1,
            flow: false,
            inner: false,
        };
        Walk {
            budget: Budget::new(Format::Rtf, limits),
            limits,
            state,
            outer: Vec::new(),
            flows: vec![Flow::new(Kind::Body, String::new())],
            fonts: Fonts::default(),
            default_font: -1,
            styles: BTreeMap::new(),
            style: 0,
            bytes: Vec::new(),
            passing: 0,
            ignorable: false,
            notices: Vec::new(),
            notes: 0,
            boxes: 0,
            pictures: 0,
            changes: 0,
            struck: 0,
            numbered: 0,
            repaired: false,
        }
    }

    pub fn read(mut self, bytes: &[u8]) -> Result<Document, ExtractError> {
        let mut tokens = Tokens::new(bytes);
        for token in tokens.by_ref() {
            match token {
                Token::Open => {
                    self.flush()?;
                    self.passing = 0;
                    self.outer.push(self.state);
                    self.state.flow = false;
                    self.budget.depth(self.outer.len())?;
                }
                Token::Close => {
                    self.close()?;
                    if self.outer.is_empty() {
                        break;
                    }
                }
                Token::Word(word, number) => self.word(word, number)?,
                Token::Symbol(b'*') => self.ignorable = true,
                Token::Symbol(symbol) => self.symbol(symbol)?,
                Token::Byte(byte) => self.byte(byte)?,
            }
        }
        let rest = tokens.rest();
        let text_behind = rest.windows(4).any(|w| matches!(w, b"\\par" | b"\\cel" | b"\\row"));
        if !self.outer.is_empty() || text_behind {
            return Err(refusal::damaged(
                Format::Rtf,
                "括号不配对（可能没有传完）",
                "its groups are not balanced; it may be cut off",
            ));
        }
        self.finish()
    }

    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::new(Kind::Body, String::new()));
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    fn close(&mut self) -> Result<(), ExtractError> {
        self.flush()?;
        self.passing = 0;
        self.ignorable = false;
        if self.state.flow
            && self.flows.len() > 1
            && let Some(flow) = self.flows.pop()
        {
            let kind = flow.kind;
            self.numbered += flow.numbered;
            let blocks = flow.finish(&mut self.budget)?;
            let blocks = if kind == Kind::Note { paragraph::as_notes(blocks) } else { blocks };
            self.flow().anchored.extend(blocks);
        }
        if let Some(outer) = self.outer.pop() {
            self.state = outer;
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> Result<(), ExtractError> {
        self.ignorable = false;
        if self.passing > 0 {
            self.passing -= 1;
            return Ok(());
        }
        match self.state.target {
            Target::Text | Target::Marker => {
                self.bytes.push(byte);
                if self.bytes.len() > self.limits.characters as usize {
                    self.flush()?;
                }
            }
            Target::Fonts if byte != b';' => self.fonts.name(self.state.font, byte),
            _ => {}
        }
        Ok(())
    }

    /// Decodes what has gathered and puts it where it belongs.
    fn flush(&mut self) -> Result<(), ExtractError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        let (text, repaired) = match self.fonts.symbols(self.state.font) {
            Some(font) => {
                let symbols = bytes.iter().filter_map(|byte| symbol::of(font, (*byte).into()));
                (symbols.collect(), false)
            }
            None => self.fonts.decode(self.state.font, &bytes),
        };
        self.repaired |= repaired;
        text.encode_utf16().try_for_each(|unit| self.unit(unit))
    }

    fn unit(&mut self, unit: u16) -> Result<(), ExtractError> {
        if self.state.deleted || self.state.unshown {
            return Ok(());
        }
        let most = self.limits.characters;
        let target = self.state.target;
        let flow = self.flow();
        match target {
            Target::Text => flow.units.push(unit),
            Target::Marker => flow.marker.extend(char::from_u32(unit.into())),
            _ => {}
        }
        if flow.units.len() > most as usize || flow.marker.len() > 1024 {
            return Err(refusal::over(Format::Rtf, Limit::Characters, most.into()));
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), ExtractError> {
        self.flush()?;
        if self.passing > 0 {
            self.passing -= 1;
            return Ok(());
        }
        text.encode_utf16().try_for_each(|unit| self.unit(unit))
    }

    fn symbol(&mut self, symbol: u8) -> Result<(), ExtractError> {
        match symbol {
            b'~' => self.text("\u{A0}"),
            b'_' => self.text("-"),
            _ => Ok(()),
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), ExtractError> {
        let ignorable = std::mem::take(&mut self.ignorable);
        if self.state.target == Target::Nowhere && word != "ud" {
            return Ok(());
        }
        self.flush()?;
        if ignorable && !KEPT.contains(&word) || SKIPPED.contains(&word) {
            self.state.target = Target::Nowhere;
            return Ok(());
        }
        if self.state.target == Target::Text {
            let inner = usize::from(self.state.inner);
            if self.flow().rows[inner].describe(word, number) {
                return Ok(());
            }
            if self.ends(word)? {
                return Ok(());
            }
        }
        if !self.group(word) && !self.character(word, number)? {
            self.paragraph(word, number);
        }
        Ok(())
    }

    /// Words that end a paragraph, a cell or a row; false for any other.
    fn ends(&mut self, word: &str) -> Result<bool, ExtractError> {
        let deleted = self.state.deleted;
        let Some(last) = self.flows.len().checked_sub(1) else { return Ok(false) };
        let (flow, budget) = (&mut self.flows[last], &mut self.budget);
        let inner = flow.properties.depth.max(2);
        match word {
            "par" | "sect" => flow.end_paragraph(deleted, budget)?,
            "cell" => flow.end_cell(1, budget)?,
            "nestcell" => flow.end_cell(inner, budget)?,
            "row" => flow.end_row(1, budget)?,
            "nestrow" => flow.end_row(inner, budget)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Words that say what a group is; false for any other.
    fn group(&mut self, word: &str) -> bool {
        match word {
            "fonttbl" => self.state.target = Target::Fonts,
            "stylesheet" => self.state.target = Target::Styles,
            "listtext" | "pntext" => {
                self.state.target = Target::Marker;
                self.flow().marker.clear();
            }
            "nesttableprops" => self.state.inner = true,
            "footnote" => {
                self.notes += 1;
                self.begin(Kind::Note, format!("footnote[{}]/", self.notes));
            }
            "shptxt" | "dptxbxtext" => {
                self.boxes += 1;
                self.begin(Kind::Box, format!("txbx[{}]/", self.boxes));
            }
            // The text in Unicode, for readers that know of it.
            "ud" => {
                let around = self.outer.len().checked_sub(2).map(|at| self.outer[at].target);
                self.state.target = around.unwrap_or(Target::Nowhere);
            }
            "pict" => {
                self.state.target = Target::Nowhere;
                self.pictures += 1;
                let name = format!("picture {}", self.pictures);
                if self.budget.block().is_ok() {
                    self.flow().anchored.push(Block::Picture { name, anchor: Anchor::Unknown });
                }
            }
            "object" => {
                let found = notice(NoticeKind::EmbeddedObject, Anchor::Unknown, "object");
                if self.notices.len() < 16 {
                    self.notices.push(found);
                }
            }
            _ => return false,
        }
        true
    }

    /// Begins a flow that ends with the group.
    fn begin(&mut self, kind: Kind, lead: String) {
        self.state = State { flow: true, target: Target::Text, inner: false, ..self.state };
        self.flows.push(Flow::new(kind, lead));
    }

    /// Characters and their properties; false for any other word.
    fn character(&mut self, word: &str, number: Option<i32>) -> Result<bool, ExtractError> {
        let on = number != Some(0);
        match word {
            "u" => {
                let unit = (number.unwrap_or(0) & 0xFFFF) as u16;
                let private = (0xF000..=0xF0FF).contains(&unit);
                let font = self.fonts.symbols(self.state.font).filter(|_| private);
                let symbol = font.and_then(|font| symbol::of(font, unit.into()));
                let symbol = symbol.and_then(|c| u16::try_from(u32::from(c)).ok());
                self.unit(symbol.unwrap_or(unit))?;
                self.passing = self.state.fallback;
            }
            "uc" => self.state.fallback = number.unwrap_or(1).clamp(0, 16),
            "f" => self.state.font = number.unwrap_or(0),
            "fcharset" => self.fonts.declare(self.state.font, number.unwrap_or(0)),
            "ansicpg" => self.fonts.set_code_page(number.unwrap_or(0)),
            "deff" => {
                self.default_font = number.unwrap_or(0);
                self.state.font = self.default_font;
            }
            "plain" => {
                (self.state.deleted, self.state.unshown) = (false, false);
                self.state.font = self.default_font;
            }
            "deleted" => {
                self.changes += u32::from(on && !self.state.deleted);
                self.state.deleted = on;
            }
            "v" | "strike" | "striked" => {
                self.struck += u32::from(on && !self.state.unshown);
                self.state.unshown = on;
            }
            "revised" => self.changes += u32::from(on),
            "tab" => self.text("\t")?,
            "line" | "page" | "column" => self.text("\n")?,
            "emdash" => self.text("—")?,
            "endash" => self.text("–")?,
            "lquote" => self.text("‘")?,
            "rquote" => self.text("’")?,
            "ldblquote" => self.text("“")?,
            "rdblquote" => self.text("”")?,
            "bullet" => self.text("•")?,
            "emspace" | "enspace" | "qmspace" => self.text(" ")?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Properties of a paragraph, or of a style that is being declared.
    fn paragraph(&mut self, word: &str, number: Option<i32>) {
        let level = || u8::try_from(number.unwrap_or(0)).ok();
        if self.state.target == Target::Styles {
            match word {
                "s" => self.style = number.unwrap_or(0),
                "outlinelevel" => {
                    level().map(|level| self.styles.insert(self.style, level));
                }
                _ => {}
            }
            return;
        }
        if self.state.target != Target::Text {
            return;
        }
        let styled = self.styles.get(&number.unwrap_or(0)).copied();
        let properties = &mut self.flow().properties;
        match word {
            "pard" => *properties = Properties::default(),
            "intbl" => properties.in_table = true,
            "itap" => properties.depth = usize::try_from(number.unwrap_or(1)).unwrap_or(0),
            "outlinelevel" => properties.outline = level(),
            "s" => properties.outline = properties.outline.or(styled),
            "ls" => properties.listed = number != Some(0),
            _ => {}
        }
    }

    fn finish(mut self) -> Result<Document, ExtractError> {
        let body = self.flows.remove(0);
        self.numbered += body.numbered;
        let blocks = body.finish(&mut self.budget)?;
        let mut notices = self.notices;
        for (kind, count) in [
            (NoticeKind::TrackedChanges, self.changes),
            (NoticeKind::Numbering, self.numbered),
            (NoticeKind::TextStruck, self.struck),
        ] {
            if count > 0 {
                notices.push(Notice { count, ..notice(kind, Anchor::Unknown, "") });
            }
        }
        if self.repaired {
            notices.push(notice(NoticeKind::EncodingRepaired, Anchor::Unknown, "fcharset"));
        }
        Ok(Document { blocks, notices, properties: Vec::new() })
    }
}
