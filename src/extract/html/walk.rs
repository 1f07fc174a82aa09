//! From the tree to blocks: text gathered until a block begins or ends, tables as grids.

use super::extent::{Extents, is_unseen};
use super::{page, table};
use crate::document::{Anchor, Block, Document, Notice, NoticeKind, Text};
use crate::extract::budget::Budget;
use crate::extract::unshown::is_note_mark;
use crate::extract::{ExtractError, Limits, notice};
use crate::model::Format;
use ego_tree::NodeRef;
use scraper::{Html, Node};
use std::collections::BTreeMap;

/// A sentence of this many characters is where the report has begun; lists after it are its own.
const RUNNING_TEXT: usize = 40;

/// Width or height in pixels below which an image is an icon.
const ICON: u32 = 40;

/// Reads the whole page.
pub(super) fn read(page: &Html, limits: &Limits) -> Result<Document, ExtractError> {
    let mut walk = Walk {
        extents: Extents::of(page),
        budget: Budget::new(Format::Html, limits),
        blocks: Vec::new(),
        notices: Vec::new(),
        line: Line::default(),
        met: BTreeMap::new(),
        begun: false,
        in_cell: false,
        readings: 0,
        numbers: 0,
        struck: 0,
    };
    walk.children(page.tree.root(), 0)?;
    walk.end_line()?;
    let mut properties = Vec::new();
    if let Some(title) = title(page) {
        properties.push(("title".to_owned(), title));
    }
    let counts = [
        (NoticeKind::PinyinRemoved, walk.readings),
        (NoticeKind::Numbering, walk.numbers),
        (NoticeKind::TextStruck, walk.struck),
    ];
    for (kind, count) in counts.into_iter().filter(|&(_, count)| count > 0) {
        walk.notices.push(Notice { count, ..notice(kind, Anchor::Unknown, "") });
    }
    Ok(Document { blocks: walk.blocks, notices: walk.notices, properties })
}

fn title(page: &Html) -> Option<String> {
    let is_title =
        |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|e| e.name() == "title");
    let title = page.tree.root().descendants().find(is_title)?;
    let text: String =
        title.descendants().filter_map(|n| n.value().as_text().map(|t| t.to_string())).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The state of the walk.
pub(super) struct Walk<'a> {
    pub extents: Extents,
    pub budget: Budget<'a>,
    pub blocks: Vec<Block>,
    notices: Vec<Notice>,
    line: Line,
    /// Elements met so far by name: `p[3]` is the third paragraph of the page.
    met: BTreeMap<String, u32>,
    begun: bool,
    pub in_cell: bool,
    readings: u32,
    numbers: u32,
    struck: u32,
}

/// The text gathered since the last block border, and what block it is to become.
#[derive(Default)]
struct Line {
    text: String,
    /// White space stands between the text and what comes next; true with a line break in it.
    gap: Option<bool>,
    path: String,
    heading: Option<u8>,
    marker: Option<String>,
    item: bool,
}

type Element<'a> = NodeRef<'a, Node>;

impl Walk<'_> {
    pub fn children(&mut self, node: Element<'_>, depth: usize) -> Result<(), ExtractError> {
        // The guard bounds what a page opens; the parser may add an element or two to each.
        self.budget.depth(depth / 4)?;
        for child in node.children() {
            match child.value() {
                Node::Text(text) => self.text(text),
                Node::Element(_) => self.element(child, depth + 1)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn element(&mut self, node: Element<'_>, depth: usize) -> Result<(), ExtractError> {
        let Node::Element(element) = node.value() else { return Ok(()) };
        let name = element.name();
        if name == "rt" {
            self.readings += 1;
            return Ok(());
        }
        if page::is_struck(element, self.in_cell)
            || name == "sup" && self.in_cell && is_note_mark(&all_text(node))
        {
            self.struck += u32::from(!all_text(node).trim().is_empty());
            return Ok(());
        }
        if is_unseen(name) {
            self.unseen(node);
            return Ok(());
        }
        if !self.in_cell && self.is_furniture(node) {
            self.end_line()?;
            self.furniture(node);
            return Ok(());
        }
        match name {
            "br" if self.in_cell => self.line.break_line(),
            "br" => self.end_paragraph_at_break()?,
            "img" => self.picture(element),
            "table" => {
                self.end_line()?;
                let path = self.path(name);
                table::read(self, node, path, depth)?;
            }
            "ol" | "ul" => {
                self.end_line()?;
                self.list(node, depth)?;
            }
            "pre" => self.preformatted(node, depth)?,
            name if is_block(name) => self.block(node, name, None, depth)?,
            _ => self.children(node, depth)?,
        }
        Ok(())
    }

    fn block(
        &mut self,
        node: Element<'_>,
        name: &str,
        marker: Option<String>,
        depth: usize,
    ) -> Result<(), ExtractError> {
        self.end_line()?;
        let path = self.path(name);
        let level = name.strip_prefix('h').and_then(|n| n.parse::<u8>().ok());
        let heading = level.filter(|level| (1..=6).contains(level));
        self.line =
            Line { path: path.clone(), heading, marker, item: name == "li", ..Line::default() };
        self.children(node, depth)?;
        self.end_line()?;
        self.line.path = path;
        Ok(())
    }

    fn list(&mut self, node: Element<'_>, depth: usize) -> Result<(), ExtractError> {
        let ordered = node.value().as_element().filter(|e| e.name() == "ol");
        let start = ordered.and_then(|e| e.attr("start")).and_then(|s| s.parse::<u32>().ok());
        let mut number = start.unwrap_or(1);
        for child in node.children() {
            let is_item = child.value().as_element().is_some_and(|e| e.name() == "li");
            if !is_item {
                match child.value() {
                    Node::Element(_) => self.element(child, depth + 1)?,
                    Node::Text(text) => self.text(text),
                    _ => {}
                }
                continue;
            }
            let marker = ordered.map(|_| format!("{number}."));
            number = number.saturating_add(1);
            if marker.is_some() && self.extents.get(child.id()).text > 0 {
                self.numbers += 1;
            }
            self.block(child, "li", marker, depth + 1)?;
        }
        Ok(())
    }

    /// Every line of preformatted text is a paragraph.
    fn preformatted(&mut self, node: Element<'_>, depth: usize) -> Result<(), ExtractError> {
        self.end_line()?;
        self.line.path = self.path("pre");
        for child in node.descendants() {
            if let Node::Text(text) = child.value() {
                for (index, part) in text.split('\n').enumerate() {
                    if index > 0 {
                        if self.in_cell {
                            self.line.break_line()
                        } else {
                            self.end_paragraph_at_break()?
                        }
                    }
                    self.text(part);
                }
            }
        }
        self.budget.depth(depth / 4)?;
        self.end_line()
    }

    fn is_furniture(&self, node: Element<'_>) -> bool {
        let Node::Element(element) = node.value() else { return false };
        let extent = self.extents.get(node.id());
        if page::is_furniture(element, extent) {
            return true;
        }
        if self.begun || !matches!(element.name(), "ul" | "ol") || extent.text > 200 {
            return false;
        }
        let items: Vec<String> =
            node.children().filter(|n| n.value().is_element()).map(all_text).collect();
        page::is_menu(items.iter().map(String::as_str))
    }

    fn furniture(&mut self, node: Element<'_>) {
        let extent = self.extents.get(node.id());
        if extent.text > 0 {
            let name = node.value().as_element().map_or("", |e| e.name());
            let path = self.path(name);
            let quote = all_text(node);
            let anchor = Anchor::Path { part: String::new(), path };
            self.notices.push(notice(NoticeKind::Furniture, anchor, quote.trim()));
        }
    }

    /// What a page holds and this reader does not: a form's text, a page or a file within the page.
    fn unseen(&mut self, node: Element<'_>) {
        let Node::Element(element) = node.value() else { return };
        let (kind, quote) = match element.name() {
            "textarea" => (NoticeKind::Furniture, all_text(node)),
            "iframe" => (NoticeKind::EmbeddedObject, element.attr("src").unwrap_or("").to_owned()),
            "object" => (NoticeKind::EmbeddedObject, element.attr("data").unwrap_or("").to_owned()),
            _ => return,
        };
        if !quote.trim().is_empty() {
            let path = self.path(element.name());
            self.notices.push(notice(kind, Anchor::Path { part: String::new(), path }, &quote));
        }
    }

    /// The path of the next element of this name.
    pub fn path(&mut self, name: &str) -> String {
        let met = self.met.entry(name.to_owned()).or_default();
        *met += 1;
        format!("{name}[{met}]")
    }

    fn text(&mut self, text: &str) {
        self.line.push(text);
    }

    fn picture(&mut self, element: &scraper::node::Element) {
        let small = |key| {
            let size = element.attr(key).and_then(|v| v.trim_end_matches("px").parse::<u32>().ok());
            size.is_some_and(|size| size < ICON)
        };
        let source = element.attr("src").or(element.attr("alt")).unwrap_or_default();
        if source.is_empty() || small("width") || small("height") {
            return;
        }
        let name: String = source.chars().take(120).collect();
        let path = self.path("img");
        self.blocks
            .push(Block::Picture { name, anchor: Anchor::Path { part: String::new(), path } });
    }

    fn end_paragraph_at_break(&mut self) -> Result<(), ExtractError> {
        let (path, heading) = (self.line.path.clone(), self.line.heading);
        self.end_line()?;
        self.line = Line { path, heading, ..Line::default() };
        Ok(())
    }

    /// Makes a block of the text gathered.
    pub fn end_line(&mut self) -> Result<(), ExtractError> {
        let line = std::mem::take(&mut self.line);
        self.line.path = line.path.clone();
        if line.text.trim().is_empty() {
            return Ok(());
        }
        self.budget.text(&line.text)?;
        if !self.in_cell {
            self.budget.block()?;
            self.begun |= line.text.contains('。') && line.text.chars().count() >= RUNNING_TEXT;
        }
        let anchor = Anchor::Path { part: String::new(), path: line.path };
        let text = match &line.marker {
            None => Text::plain(line.text, anchor),
            Some(marker) => {
                let clean = format!("{marker}{}", line.text);
                Text::cleaned(line.text, clean, vec![(0, 0), (marker.len() as u32, 0)], anchor)
            }
        };
        self.blocks.push(match line.heading {
            Some(level) => Block::Heading { level, text },
            None if line.item => Block::ListItem { marker: line.marker, text },
            None => Block::Paragraph(text),
        });
        Ok(())
    }
}

impl Line {
    /// Adds text, white space collapsed. A line break of the source between two Chinese characters
    /// is no space: that is how editors wrap.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c') {
                self.gap = Some(self.gap.unwrap_or(false) || c == '\n');
                continue;
            }
            if let Some(wrapped) = self.gap.take()
                && let Some(last) = self.text.chars().next_back()
                && last != '\n'
                && !(wrapped && is_wide(last) && is_wide(c))
            {
                self.text.push(' ');
            }
            self.text.push(c);
        }
    }

    fn break_line(&mut self) {
        self.gap = None;
        self.text.push('\n');
    }
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”'
        | '\u{20000}'..='\u{323AF}')
}

fn all_text(node: Element<'_>) -> String {
    let mut out = String::new();
    for text in node.descendants().filter_map(|n| n.value().as_text()) {
        if !out.is_empty() && !text.trim().is_empty() {
            out.push(' ');
        }
        out.push_str(text.trim());
    }
    out
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "section"
            | "article"
            | "dl"
            | "dt"
            | "dd"
            | "center"
            | "blockquote"
            | "form"
            | "fieldset"
            | "address"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "hr"
            | "figure"
            | "figcaption"
            | "body"
            | "html"
            | "details"
            | "summary"
            | "caption"
            | "legend"
            | "tr"
            | "td"
            | "th"
    )
}
