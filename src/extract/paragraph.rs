//! A word processor's paragraphs as blocks, and those of its notes.

use super::{ExtractError, budget::Budget};
use crate::document::{Anchor, Block, Table, Text};

/// The block for a paragraph with its automatic number and its outline level, 0 for the first;
/// `None` where nothing is visible.
pub(super) fn block(
    raw: String,
    marker: Option<String>,
    outline: Option<u8>,
    anchor: Anchor,
    budget: &mut Budget<'_>,
) -> Result<Option<Block>, ExtractError> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    budget.text(&raw)?;
    budget.block()?;
    let text = match &marker {
        None => Text::plain(raw, anchor),
        Some(marker) => {
            let clean = format!("{marker}{raw}");
            Text::cleaned(raw, clean, vec![(0, 0), (marker.len() as u32, 0)], anchor)
        }
    };
    Ok(Some(match (outline, marker) {
        (Some(level), _) => Block::Heading { level: level.saturating_add(1), text },
        (None, Some(marker)) => Block::ListItem { marker: Some(marker), text },
        (None, None) => Block::Paragraph(text),
    }))
}

/// The blocks of a note as notes: nothing in them is to be taken for body, not even a table.
pub(super) fn as_notes(blocks: Vec<Block>) -> Vec<Block> {
    fn cells(table: Table, out: &mut Vec<Block>) {
        for cell in table.cells {
            if !cell.text.is_blank() {
                out.push(Block::Note(cell.text));
            }
            cell.tables.into_iter().for_each(|inner| cells(inner, out));
        }
    }
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::ListItem { text, .. }
            | Block::Note(text) => out.push(Block::Note(text)),
            Block::Table(table) => cells(table, &mut out),
            picture @ Block::Picture { .. } => out.push(picture),
        }
    }
    out
}
