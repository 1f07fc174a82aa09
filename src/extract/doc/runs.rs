//! Formatted disk pages ([MS-DOC] 2.9.33, 2.9.174): which properties hold for which bytes of text.

use super::damaged;
use crate::extract::ExtractError;
use crate::extract::bytes::{part, plc, u8_at, u32_at};
use std::collections::BTreeSet;
use std::ops::Range;

/// Bytes of a page.
const PAGE: usize = 512;

/// Text from one byte of the main stream to another, and where its properties lie.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub from: u32,
    pub to: u32,
    pub properties: Range<usize>,
}

/// Runs in the order of the bytes they are for.
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<Run>);

impl Runs {
    /// Properties of characters.
    pub fn of_characters(main: &[u8], pages: &[u8]) -> Result<Self, ExtractError> {
        read(main, pages, 1, |page, offset| {
            let length = usize::from(u8_at(page, offset)?);
            Some(offset + 1..offset + 1 + length)
        })
    }

    /// Properties of paragraphs, led by the number of their style.
    pub fn of_paragraphs(main: &[u8], pages: &[u8]) -> Result<Self, ExtractError> {
        read(main, pages, 13, |page, offset| {
            let words = usize::from(u8_at(page, offset)?);
            Some(match words {
                0 => offset + 2..offset + 2 + usize::from(u8_at(page, offset + 1)?) * 2,
                _ => offset + 1..offset + words * 2,
            })
        })
    }

    /// The run that holds a byte.
    pub fn at(&self, byte: u32) -> Option<&Run> {
        let after = self.0.partition_point(|run| run.from <= byte);
        self.0[..after].last().filter(|run| byte < run.to)
    }

    /// The runs that share bytes with a stretch.
    pub fn within(&self, bytes: Range<u32>) -> impl Iterator<Item = &Run> {
        let first = self.0.partition_point(|run| run.from <= bytes.start).saturating_sub(1);
        let runs = self.0[first..].iter();
        runs.take_while(move |run| run.from < bytes.end).filter(move |run| run.to > bytes.start)
    }
}

/// Reads every page once, however often it is named; `place` gives where in its page the properties
/// at an offset lie.
fn read(
    main: &[u8],
    pages: &[u8],
    entry: usize,
    place: fn(&[u8], usize) -> Option<Range<usize>>,
) -> Result<Runs, ExtractError> {
    let broken = || damaged("格式页不完整", "a page of formatting is cut off or broken");
    let mut seen = BTreeSet::new();
    let mut runs = Vec::new();
    for (_, _, number) in plc(pages, 4) {
        // The number of a page has 22 bits.
        let number = (u32_at(number, 0).unwrap_or(0) & 0x3F_FFFF) as usize;
        if !seen.insert(number) {
            continue;
        }
        let begin = number * PAGE;
        let page = part(main, begin, PAGE).ok_or_else(broken)?;
        let count = usize::from(page[PAGE - 1]);
        let entries = part(page, (count + 1) * 4, count * entry).ok_or_else(broken)?;
        for at in 0..count {
            let edge = |at: usize| u32_at(page, at * 4).ok_or_else(broken);
            let offset = usize::from(entries[at * entry]) * 2;
            let properties = match offset {
                0 => 0..0,
                _ => place(page, offset).filter(|p| p.end <= PAGE).ok_or_else(broken)?,
            };
            let properties = begin + properties.start..begin + properties.end;
            runs.push(Run { from: edge(at)?, to: edge(at + 1)?, properties });
        }
    }
    runs.sort_by_key(|run| run.from);
    // No byte belongs to two runs; of broken pages the first keeps it.
    let mut end = 0;
    runs.retain_mut(|run| {
        run.from = run.from.max(end);
        end = end.max(run.to);
        run.from < run.to
    });
    Ok(Runs(runs))
}
