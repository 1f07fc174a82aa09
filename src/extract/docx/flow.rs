//! Where read content goes: body, text boxes and cells, each inside the other to any depth.

use crate::document::{Anchor, Block};
use crate::extract::{ExtractError, budget::Budget, grid::TableDraft, paragraph};

/// An open container.
#[derive(Debug)]
pub(super) enum Frame {
    /// The body or a text box: its blocks, its path, paragraphs and tables met.
    Flow {
        blocks: Vec<Block>,
        path: String,
        paragraphs: u32,
        tables: u32,
    },
    Table(Box<TableDraft>),
}

impl Frame {
    pub fn flow(path: String) -> Self {
        Frame::Flow { blocks: Vec::new(), path, paragraphs: 0, tables: 0 }
    }

    /// The path of the next paragraph in this container.
    pub fn next_paragraph(&mut self) -> String {
        match self {
            Frame::Flow { path, paragraphs, .. } => {
                *paragraphs += 1;
                format!("{path}p[{paragraphs}]")
            }
            Frame::Table(table) => {
                table.cell.as_ref().map_or(String::new(), |cell| cell.path.clone())
            }
        }
    }

    /// The path of the next table in this container.
    pub fn next_table(&mut self) -> String {
        match self {
            Frame::Flow { path, tables, .. } => {
                *tables += 1;
                format!("{path}tbl[{tables}]")
            }
            Frame::Table(table) => match &mut table.cell {
                Some(cell) => {
                    cell.inner_tables += 1;
                    format!("{}/tbl[{}]", cell.path, cell.inner_tables)
                }
                None => String::new(),
            },
        }
    }

    /// Puts a block where it belongs: into the flow, into the open cell, or behind the table.
    pub fn put(&mut self, block: Block) {
        match self {
            Frame::Flow { blocks, .. } => blocks.push(block),
            Frame::Table(table) => match (&mut table.cell, block) {
                (Some(cell), Block::Table(inner)) => cell.tables.push(inner),
                (Some(cell), block) if block.text().is_some() => {
                    cell.paragraphs.extend(block.text().map(|text| text.clean.clone()));
                }
                (_, block) => table.stray.push(block),
            },
        }
    }
}

/// A paragraph while it is being read.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub text: String,
    pub path: String,
    pub style: Option<String>,
    pub outline: Option<u8>,
    /// List and level of its own; `Some(("0", _))` takes it out of its style's list.
    pub number: Option<String>,
    pub level: Option<u8>,
    /// Its automatic number where the file gives it as printed.
    pub printed: Option<String>,
    /// Its end mark was deleted: the next paragraph continues it.
    pub joins_next: bool,
    /// What is anchored in it and follows it: text boxes, pictures.
    pub anchored: Vec<Block>,
}

impl Paragraph {
    /// The block for it; `None` where nothing is visible.
    pub fn block(
        &mut self,
        marker: Option<String>,
        outline: Option<u8>,
        part: &str,
        budget: &mut Budget<'_>,
    ) -> Result<Option<Block>, ExtractError> {
        let raw = std::mem::take(&mut self.text);
        let path = std::mem::take(&mut self.path);
        let anchor = Anchor::Path { part: part.to_owned(), path };
        paragraph::block(raw, marker, outline, anchor, budget)
    }
}
