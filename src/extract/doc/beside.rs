//! What stands in stories of its own and is anchored in the main one: notes, text boxes, pictures.

use super::fib::{Fib, Part, Story};
use super::story::Reading;
use super::text::Text;
use crate::document::Block;
use crate::extract::bytes::{plc, u32_at};
use crate::extract::{ExtractError, paragraph};
use std::collections::BTreeMap;
use std::ops::Range;

/// Sizes of the data behind the positions of text boxes and of shapes.
const BOX: usize = 22;
const SHAPE: usize = 26;

/// Content by the character of the main story it is anchored at, each taken once.
#[derive(Debug, Default)]
pub(super) struct Beside {
    anchored: BTreeMap<u32, Vec<Block>>,
    /// Text boxes whose place is not known.
    astray: Vec<Block>,
    pictures: u32,
}

impl Beside {
    pub fn read(
        reading: &mut Reading<'_, '_>,
        fib: &Fib,
        table: &[u8],
    ) -> Result<Beside, ExtractError> {
        let mut beside = Beside::default();
        let kinds = [
            ("footnote", Story::Footnotes, Part::FootnoteReferences, Part::FootnoteTexts),
            ("endnote", Story::Endnotes, Part::EndnoteReferences, Part::EndnoteTexts),
        ];
        for (name, story, references, texts) in kinds {
            let references = plc(fib.part(table, references), 2).map(|(at, _, _)| at);
            let texts = plc(fib.part(table, texts), 0);
            for (number, (at, (from, to, _))) in references.zip(texts).enumerate() {
                let Some(range) = within(fib, story, from, to) else { continue };
                let blocks = reading.story(range, format!("{name}[{}]/", number + 1))?;
                beside.anchored.entry(at).or_default().extend(paragraph::as_notes(blocks));
            }
        }
        beside.boxes(reading, fib, table)?;
        Ok(beside)
    }

    /// Text boxes, each at the shape it belongs to.
    fn boxes(
        &mut self,
        reading: &mut Reading<'_, '_>,
        fib: &Fib,
        table: &[u8],
    ) -> Result<(), ExtractError> {
        let shapes: BTreeMap<u32, u32> = plc(fib.part(table, Part::Shapes), SHAPE)
            .filter_map(|(at, _, shape)| Some((u32_at(shape, 0)?, at)))
            .collect();
        let boxes = plc(fib.part(table, Part::TextBoxes), BOX);
        for (number, (from, to, data)) in boxes.enumerate() {
            let Some(range) = within(fib, Story::TextBoxes, from, to) else { continue };
            let blocks = reading.story(range, format!("txbx[{}]/", number + 1))?;
            match u32_at(data, 14).and_then(|shape| shapes.get(&shape)) {
                Some(at) => self.anchored.entry(*at).or_default().extend(blocks),
                None => self.astray.extend(blocks),
            }
        }
        Ok(())
    }

    /// What is anchored at a character.
    pub fn at(&mut self, position: u32) -> Vec<Block> {
        self.anchored.remove(&position).unwrap_or_default()
    }

    /// What has not been met in the main story.
    pub fn rest(&mut self) -> Vec<Block> {
        let met = std::mem::take(&mut self.anchored).into_values().flatten();
        met.chain(std::mem::take(&mut self.astray)).collect()
    }

    pub fn next_picture(&mut self) -> String {
        self.pictures += 1;
        format!("picture {}", self.pictures)
    }
}

/// Positions counted from the beginning of a story as positions of the whole text; `None` for a
/// stretch that is empty or not in the story.
fn within(fib: &Fib, story: Story, from: u32, to: u32) -> Option<Range<u32>> {
    let whole = fib.story(story);
    let range = whole.start.checked_add(from)?..whole.start.checked_add(to)?;
    (range.start < range.end && range.end <= whole.end).then_some(range)
}

/// True where a shape is anchored that is no text box: all a document of floating scans has.
pub(super) fn has_shapes(text: &Text<'_>, main: Range<u32>) -> bool {
    let end = (main.end as usize).min(text.units.len());
    text.units[main.start as usize..end].contains(&0x08)
}
