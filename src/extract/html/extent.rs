//! How much text every element holds, counted once, so that no question about it walks the tree again.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{Html, Node};
use std::collections::HashMap;

/// What is under one element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    /// Visible characters.
    pub text: usize,
    /// Of them inside links.
    pub linked: usize,
    /// Full stops: menus have none.
    pub sentences: usize,
    pub tables: usize,
    /// Paragraphs, headings and line breaks.
    pub breaks: usize,
}

/// The extents of all elements of a page.
pub(super) struct Extents(HashMap<NodeId, Extent>);

impl Extents {
    pub fn of(page: &Html) -> Self {
        let mut all = HashMap::new();
        let mut open = vec![Extent::default()];
        let (mut links, mut unseen) = (0usize, 0usize);
        for edge in page.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        links += usize::from(element.name() == "a");
                        unseen += usize::from(is_unseen(element.name()));
                        open.push(Extent::default());
                    }
                    Node::Text(text) if unseen == 0 => {
                        let length = text.chars().filter(|c| !c.is_whitespace()).count();
                        if let Some(top) = open.last_mut() {
                            top.text += length;
                            top.linked += if links > 0 { length } else { 0 };
                            top.sentences += text.matches('。').count();
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    links -= usize::from(element.name() == "a");
                    unseen -= usize::from(is_unseen(element.name()));
                    let own = open.pop().unwrap_or_default();
                    all.insert(node.id(), own);
                    if let Some(top) = open.last_mut() {
                        top.text += own.text;
                        top.linked += own.linked;
                        top.sentences += own.sentences;
                        top.tables += own.tables + usize::from(element.name() == "table");
                        let breaks =
                            matches!(element.name(), "p" | "br" | "h1" | "h2" | "h3" | "h4" | "li");
                        top.breaks += own.breaks + usize::from(breaks);
                    }
                }
            }
        }
        Extents(all)
    }

    pub fn get(&self, id: NodeId) -> Extent {
        self.0.get(&id).copied().unwrap_or_default()
    }
}

/// Elements whose text is never part of the page a person reads.
pub(super) fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "iframe"
            | "svg"
            | "head"
            | "select"
            | "textarea"
            | "button"
            | "object"
            | "audio"
            | "video"
            | "canvas"
            | "rp"
            | "math"
    )
}
