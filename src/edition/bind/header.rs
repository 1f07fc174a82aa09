//! The header of a table, put together from one or more rows, as an ordered list of columns.
//!
//! Merged cells appear once in some layouts and as empty continuations in others, so only the words
//! and their order count: a label stands under the group that can still hold it. Where the grid has
//! true spans, the group above it decides.

use super::super::lexicon::{ColumnRef, Lexicon, Wording, group};
use super::super::schema::{Added, Column, Editions};
use crate::document::Cell;

/// Rows a header may have; the tallest printed one has three.
const MOST_ROWS: usize = 12;

/// One column of a header as found.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'d> {
    /// What the label may mean; empty for a label no edition knows.
    pub refs: Vec<ColumnRef>,
    pub cell: &'d Cell,
    header_row: usize,
}

/// A label over columns of the next header row.
#[derive(Clone, Debug)]
struct Over<'d> {
    /// Canonical group, `None` for a spanning word (申请人情况, 行政诉讼).
    group: Option<String>,
    cell: &'d Cell,
    children: Vec<Item<'d>>,
}

#[derive(Clone, Debug)]
enum Item<'d> {
    Leaf(Leaf<'d>),
    Over(Over<'d>),
}

/// A header under construction or finished.
#[derive(Clone, Debug, Default)]
pub(super) struct Header<'d> {
    items: Vec<Item<'d>>,
    rows: usize,
    /// A data row has followed: another header row starts a new header.
    pub closed: bool,
    /// Labels of one group came on different rows (PX-02).
    pub split: bool,
    /// Repeated labels (表四) could not be told apart.
    pub ambiguous: bool,
    /// More header rows than any form has: nothing is placed under it.
    overfull: bool,
}

/// What one cell of a header row says.
pub(super) enum Token {
    Column(Vec<ColumnRef>),
    Group(String),
    Word,
    Note,
    Unknown,
}

/// Reads a cell as a word of a header.
pub(super) fn token(lexicon: &Lexicon, key: &str) -> Token {
    if lexicon.notes.iter().any(|(_, start)| key.starts_with(start.as_str())) {
        return Token::Note;
    }
    if lexicon.columns.contains_key(key) {
        return Token::Column(lexicon.columns[key].clone());
    }
    if lexicon.header_words.contains_key(key) {
        return Token::Word;
    }
    if let Some(found) = group(&lexicon.column_groups, key) {
        return Token::Group(found.canonical);
    }
    match lexicon.column(key) {
        refs if refs.is_empty() => Token::Unknown,
        refs => Token::Column(refs),
    }
}

impl<'d> Header<'d> {
    /// Adds the non-empty cells of one header row.
    pub fn add(&mut self, editions: &Editions, row: Vec<(&'d Cell, Token)>) {
        let number = self.rows;
        self.rows += 1;
        if number >= MOST_ROWS {
            self.overfull = true;
            return;
        }
        // 信息内容 stands beside its columns and spans nothing; 申请人情况 stands above them.
        let spans = !row.iter().any(|(_, token)| matches!(token, Token::Column(_)));
        for (cell, token) in row {
            let item = match token {
                Token::Note => continue,
                Token::Word if !spans => continue,
                Token::Word => Item::Over(Over { group: None, cell, children: Vec::new() }),
                Token::Group(name) => {
                    Item::Over(Over { group: Some(name), cell, children: Vec::new() })
                }
                Token::Column(refs) => Item::Leaf(Leaf { refs, cell, header_row: number }),
                Token::Unknown => Item::Leaf(Leaf { refs: Vec::new(), cell, header_row: number }),
            };
            let left_over =
                if number == 0 { Some(item) } else { place(editions, &mut self.items, item) };
            self.items.extend(left_over);
        }
    }

    /// The columns from left to right. A group without columns under it counts as one unknown column.
    pub fn finish(&mut self, editions: &Editions) -> Vec<Leaf<'d>> {
        let mut leaves = Vec::new();
        let mut complete = true;
        self.split = flatten(editions, &self.items, &mut leaves, &mut complete) || self.split;
        let spanned = leaves.iter().any(|l| l.cell.column_span > 1 || l.cell.row_span > 1);
        let repeated = leaves.iter().enumerate().any(|(i, a)| {
            leaves[..i].iter().any(|b| {
                a.refs
                    .first()
                    .zip(b.refs.first())
                    .is_some_and(|(a, b)| a.table == 4 && b.table == 4)
                    && a.cell.text.clean == b.cell.text.clean
            })
        });
        // Labels of one row that came apart over the groups no longer stand in the row's order.
        let row = |l: &Leaf| (l.header_row, l.cell.row);
        let apart = leaves.iter().enumerate().any(|(i, a)| {
            leaves[..i].iter().any(|b| row(a) == row(b) && a.cell.column < b.cell.column)
        });
        self.ambiguous = self.overfull || apart || repeated && !complete && !spanned;
        leaves
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Puts an item under the first innermost group that can hold it; hands it back when none can.
fn place<'d>(editions: &Editions, items: &mut [Item<'d>], item: Item<'d>) -> Option<Item<'d>> {
    let mut rest = item;
    for over in items.iter_mut().filter_map(|i| match i {
        Item::Over(over) => Some(over),
        Item::Leaf(_) => None,
    }) {
        let nested = over.children.iter().any(|c| matches!(c, Item::Over(_)));
        if nested {
            rest = place(editions, &mut over.children, rest)?;
        } else if let Some(narrowed) = accepts(editions, over, &rest) {
            over.children.push(narrowed);
            return None;
        }
    }
    Some(rest)
}

/// The item as it stands under `over`, or `None` when it cannot stand there.
fn accepts<'d>(editions: &Editions, over: &Over<'d>, item: &Item<'d>) -> Option<Item<'d>> {
    let (Item::Leaf(Leaf { cell, .. }) | Item::Over(Over { cell, .. })) = item;
    if over.cell.column_span > 1 {
        let end = over.cell.column.saturating_add(over.cell.column_span);
        if !(over.cell.column..end).contains(&cell.column) {
            return None;
        }
    }
    let Some(group) = &over.group else { return Some(item.clone()) };
    let Item::Leaf(leaf) = item else { return None };
    if leaf.refs.is_empty() {
        return Some(item.clone());
    }
    let refs: Vec<ColumnRef> =
        leaf.refs.iter().copied().filter(|r| column(editions, r).group == *group).collect();
    let taken = over.children.iter().any(|child| match child {
        Item::Leaf(other) => other.refs.iter().any(|r| refs.iter().any(|o| same(r, o))),
        Item::Over(_) => false,
    });
    (!refs.is_empty() && !taken).then(|| Item::Leaf(Leaf { refs, ..leaf.clone() }))
}

fn same(a: &ColumnRef, b: &ColumnRef) -> bool {
    (a.edition, a.table, a.block, a.column) == (b.edition, b.table, b.block, b.column)
}

/// The column a reference speaks of.
pub(super) fn column<'e>(editions: &'e Editions, at: &ColumnRef) -> &'e Column {
    let table = &editions.all[at.edition].tables[usize::from(at.table) - 2];
    &table.blocks[at.block].columns[at.column]
}

/// Collects the leaves; true when the labels of one group came on different rows.
fn flatten<'d>(
    editions: &Editions,
    items: &[Item<'d>],
    leaves: &mut Vec<Leaf<'d>>,
    complete: &mut bool,
) -> bool {
    let mut split = false;
    for item in items {
        match item {
            Item::Leaf(leaf) => leaves.push(leaf.clone()),
            Item::Over(over) if over.children.is_empty() && over.group.is_none() => {}
            Item::Over(over) if over.children.is_empty() => {
                *complete = false;
                leaves.push(Leaf { refs: Vec::new(), cell: over.cell, header_row: 0 });
            }
            Item::Over(over) => {
                split |= flatten(editions, &over.children, leaves, complete);
                if over.group.is_some() {
                    let rows: Vec<usize> = over.children.iter().filter_map(row_of).collect();
                    split |= rows.iter().min() != rows.iter().max();
                    *complete &= over.children.len() >= group_size(editions, over);
                }
            }
        }
    }
    split
}

fn row_of(item: &Item) -> Option<usize> {
    match item {
        Item::Leaf(leaf) => Some(leaf.header_row),
        Item::Over(_) => None,
    }
}

/// Columns that have to stand under a group.
fn group_size(editions: &Editions, over: &Over) -> usize {
    let Some(Item::Leaf(Leaf { refs, .. })) = over.children.first() else { return 0 };
    let Some(at) = refs.first() else { return 0 };
    let table = &editions.all[at.edition].tables[usize::from(at.table) - 2];
    let wanted = over.group.as_deref().unwrap_or_default();
    let due = |c: &&Column| c.group == wanted && c.added != Some(Added::Optional);
    table.blocks[at.block].columns.iter().filter(due).count()
}

impl Leaf<'_> {
    /// The leaf as a column of one block of an edition.
    pub fn within(&self, edition: usize, table: u8, block: usize) -> Option<ColumnRef> {
        let fits = |r: &&ColumnRef| (r.edition, r.table, r.block) == (edition, table, block);
        self.refs.iter().filter(fits).min_by_key(|r| r.wording != Wording::Own).copied()
    }
}
