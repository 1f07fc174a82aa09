//! A linear look at the tags before the tree is built: building it takes time by the square of the
//! depth, and formatting elements left open are built again in every paragraph.

use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits};
use crate::model::Format;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::{Cell, RefCell};

/// Elements that formatting left open may be built again, all together.
const REBUILT: usize = 1_000_000;

/// Refuses a page nested deeper than `limits.depth`, or with more tags than its limits can ever
/// turn into content.
pub(super) fn check(text: &str, limits: &Limits) -> Result<(), ExtractError> {
    let guard = Guard {
        open: RefCell::new(Vec::new()),
        deepest: limits.depth as usize,
        most_tags: limits.blocks as usize * 4 + limits.cells as usize,
        ..Guard::default()
    };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();
    // In pieces, so that a hopeless page is given up early.
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(64 * 1024);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        input.push_back(StrTendril::from_slice(&rest[..end]));
        rest = &rest[end..];
        while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&input) {}
        if let Some(limit) = tokenizer.sink.exceeded.get() {
            let most = if limit == Limit::Depth { limits.depth } else { limits.blocks };
            return Err(refusal::over(Format::Html, limit, most.into()));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Guard {
    /// Names of the open elements that count, outermost first.
    open: RefCell<Vec<String>>,
    deepest: usize,
    most_tags: usize,
    tags: Cell<usize>,
    formatting: Cell<usize>,
    rebuilt: Cell<usize>,
    exceeded: Cell<Option<Limit>>,
}

impl TokenSink for Guard {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token
            && self.exceeded.get().is_none()
        {
            self.tags.set(self.tags.get() + 1);
            if self.tags.get() > self.most_tags {
                self.exceeded.set(Some(Limit::Blocks));
            }
            return match tag.kind {
                TagKind::StartTag => self.start(&tag),
                TagKind::EndTag => {
                    self.end_tag(&tag.name);
                    TokenSinkResult::Continue
                }
            };
        }
        TokenSinkResult::Continue
    }
}

impl Guard {
    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let mut open = self.open.borrow_mut();
        match name {
            "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            // These close themselves when the next of them begins; what is in them counts.
            "p" | "li" | "dt" | "dd" | "option" | "optgroup" | "rt" | "rp" | "rb" | "html"
            | "head" | "body" => self.rebuild(),
            "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta"
            | "param" | "source" | "track" | "wbr" => {}
            // A new cell or row leaves the one before it, closed or not.
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => {
                let Some(table) = open.iter().rposition(|n| n == "table") else {
                    return TokenSinkResult::Continue;
                };
                self.leave(&mut open, table + 1);
                open.push(name.to_owned());
            }
            _ => {
                let svg = tag.self_closing && open.iter().any(|n| n == "svg" || n == "math");
                if !svg {
                    self.formatting.set(self.formatting.get() + usize::from(is_formatting(name)));
                    open.push(name.to_owned());
                }
                self.rebuild();
            }
        }
        if open.len() > self.deepest {
            self.exceeded.set(Some(Limit::Depth));
        }
        TokenSinkResult::Continue
    }

    fn rebuild(&self) {
        self.rebuilt.set(self.rebuilt.get() + self.formatting.get());
        if self.rebuilt.get() > REBUILT {
            self.exceeded.set(Some(Limit::Depth));
        }
    }

    /// An end tag closes the nearest element of its name, but reaches neither out of a table cell
    /// nor, for an inline element, out of a block.
    fn end_tag(&self, name: &str) {
        let mut open = self.open.borrow_mut();
        let structure = matches!(name, "table" | "tr" | "td" | "th" | "tbody" | "thead" | "tfoot");
        for at in (0..open.len()).rev() {
            if open[at] == name {
                if is_formatting(name) {
                    open.remove(at);
                    self.formatting.set(self.formatting.get().saturating_sub(1));
                } else {
                    self.leave(&mut open, at);
                }
                return;
            }
            let cell = matches!(open[at].as_str(), "table" | "td" | "th" | "caption");
            let block = !is_formatting(name) && name == "span" && is_block(&open[at]);
            if (cell && !structure) || block || (open[at] == "table" && name != "table") {
                return;
            }
        }
    }

    fn leave(&self, open: &mut Vec<String>, to: usize) {
        let formatting = open[to..].iter().filter(|name| is_formatting(name)).count();
        self.formatting.set(self.formatting.get().saturating_sub(formatting));
        open.truncate(to);
    }
}

fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "article"
            | "ul"
            | "ol"
            | "dl"
            | "table"
            | "td"
            | "th"
            | "center"
            | "blockquote"
            | "form"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "nav"
    )
}
