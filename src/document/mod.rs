//! What was read, whatever the format: blocks in one reading order, tables as a grid of spanned
//! cells, text raw and clean, values of cells, and the place of each of them.
//!
//! Invariant: nothing in this room knows what a report should contain, or where the bytes came from.

mod anchor;
mod numeral;
mod reading;
mod table;
mod text;
mod value;

pub use anchor::{Anchor, cell_name};
pub use numeral::read as read_numeral;
pub use table::{Cell, Table};
pub use text::Text;
pub use value::{Amount, Reading, Repair, Value, ValueKind};

use serde::{Deserialize, Serialize};

/// One document as its reader understood it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Body content in reading order. Running heads, menus and page numbers are not in it.
    pub blocks: Vec<Block>,
    /// What happened while reading, each with its place. Never empty of something that was changed.
    pub notices: Vec<Notice>,
    /// What the file says of itself outside its body, e.g. a portal page's `发布机构` and `公开日期`
    /// rows or an HTML `<title>` (as `title`), as (name, value). Names are brought to one form:
    /// `发布机构`, `公开日期`, `时间`, `标题`, `索引号` …; what a metadata table says comes before what
    /// lines above the text say.
    pub properties: Vec<(String, String)>,
}

/// A piece of the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A paragraph the file itself marks as a heading; `level` starts at 1. Whether a paragraph is a
    /// heading of the national form is decided later, by its words, never by this mark alone.
    Heading { level: u8, text: Text },
    /// A paragraph of running text.
    Paragraph(Text),
    /// An item of a list; `marker` is the automatic number where the format keeps it apart ("一、").
    /// It stands at the beginning of `text.clean`, too, and never in `text.raw`.
    ListItem { marker: Option<String>, text: Text },
    /// A table, nested tables inside its cells.
    Table(Table),
    /// A picture in the place of text; `name` as the file calls it.
    Picture { name: String, anchor: Anchor },
    /// A footnote or endnote, behind the block (or the table) that refers to it. It is no part of the
    /// body: [`Block::text`] passes it over, [`Block::note`] gives it.
    Note(Text),
}

impl Block {
    /// The text of a heading, paragraph or list item.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Block::Heading { text, .. } | Block::Paragraph(text) | Block::ListItem { text, .. } => {
                Some(text)
            }
            Block::Table(_) | Block::Picture { .. } | Block::Note(_) => None,
        }
    }

    /// The text of a footnote or endnote.
    pub fn note(&self) -> Option<&Text> {
        if let Block::Note(text) = self { Some(text) } else { None }
    }

    /// Where the block begins.
    pub fn anchor(&self) -> &Anchor {
        match self {
            Block::Table(table) => &table.anchor,
            Block::Picture { anchor, .. } => anchor,
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::ListItem { text, .. }
            | Block::Note(text) => &text.anchor,
        }
    }
}

/// Something the reader did or met that a person may want to know. Notices are facts about the
/// reading; rules of family PX and FC turn them into findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    pub anchor: Anchor,
    /// The text concerned, raw, at most 200 characters.
    pub quote: String,
    /// How many times, for kinds that are counted over the whole document (pinyin, NBSP); else 1.
    pub count: u32,
}

/// The kinds of [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NoticeKind {
    /// The bytes were not valid in the declared encoding and another was used, or characters were lost.
    EncodingRepaired,
    /// Traditional characters were turned into Simplified ones; `count` = characters changed.
    TraditionalConverted,
    /// Pinyin annotations `字(zì)` or `和(he)(he)` were taken out; `count` = annotations.
    PinyinRemoved,
    /// A converter's mark for a picture, `[image: …]`.
    ImageResidue,
    /// A converter's mark for a bookmark, `[bookmark: …]`.
    BookmarkResidue,
    /// U+FFFD or a run that is plainly text in a wrong encoding.
    Mojibake,
    /// A heading stood in the last cell of a table and was taken out of it (PX-01).
    HeadingGlued,
    /// A table row was broken over two and joined again (PX-02).
    RowRejoined,
    /// A label written one character per line (PX-08).
    VerticalLabel,
    /// Lines of the page around the report, taken out of the body: menus, 来源, 字号, 浏览次数.
    Furniture,
    /// The content is of another format than the file name says.
    WrongExtension,
    /// The document has tracked changes; they were read as accepted. `count` = changes.
    TrackedChanges,
    /// The document holds a macro, which was not run.
    Macro,
    /// The document holds an embedded object, which was not opened.
    EmbeddedObject,
    /// Automatic numbering was not part of the text and was computed or left out.
    Numbering,
    /// A table was continued over a page break and joined.
    TableJoined,
    /// Pages that are pictures, or whose content is broken: nothing of them is in the document.
    /// `count` = pages, the quote names them.
    PagesUnread,
    /// Pages whose text lies over a picture of the page, as programs that recognise scans leave it.
    /// `count` = pages, the quote names them.
    TextRecognised,
    /// Rows of numbers without lines around them: no table could be made of them.
    TableUnruled,
    /// Rows, columns or whole sheets of a workbook that hold something and are hidden: nothing of
    /// them is in the document. `count` = rows, columns and sheets, the quote names them.
    HiddenCells,
    /// Formulas of a workbook that were saved without their results: what stands in their cells is
    /// not known. `count` = cells, the quote names the first of them.
    FormulaWithoutResult,
    /// Pages with text that stands on its head, which was not read. `count` = pages, the quote names
    /// them.
    TextTurned,
    /// Text that is struck out or hidden, or marks a note beside a number, which is not in the document.
    /// `count` = places.
    TextStruck,
    /// The file holds further documents besides the one that was read. `count` = such documents, the
    /// quote names them.
    DocumentsUnread,
}
