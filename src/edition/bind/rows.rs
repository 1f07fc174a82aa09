//! First pass over the tables: which row means which row of a form, under which header.

use super::super::lexicon::{GroupRef, Lexicon, RowRef, Wording, group};
use super::super::schema::Editions;
use super::header::{Header, Leaf, Token, token};
use super::lines::{Look, Seen, Sheet};
use crate::document::Cell;
use std::rc::Rc;

/// Look-ups by nearness that one document may cost; beyond them only exact words are known, so that
/// a huge table of other things is passed over quickly.
const NEARNESS_BUDGET: usize = 2_000;

/// Cells a header row may have; the widest printed one has 15 columns.
const WIDEST_HEADER: usize = 48;

/// A finished header, shared by the rows under it.
pub(super) struct Columns<'d> {
    pub leaves: Vec<Leaf<'d>>,
    pub ambiguous: bool,
    pub split: bool,
    sheet: usize,
    /// Columns of the grid it stands in, where that is a true one.
    grid: Option<u32>,
}

/// A data row before its edition is settled.
pub(super) struct RawRow<'d> {
    pub table: u8,
    /// What its label may mean; empty for a row no edition knows.
    pub refs: Vec<RowRef>,
    /// As printed, white space removed.
    pub label: String,
    pub columns: Rc<Columns<'d>>,
    /// Cells behind the label.
    pub values: Vec<&'d Cell>,
    /// One cell per column where the row could be aligned with its header.
    pub aligned: Option<Vec<&'d Cell>>,
    /// Aligned by order only, against the grid, or of cells that are doubtful themselves.
    pub doubtful: bool,
    pub sheet: usize,
    /// The label cell, or the first value.
    pub at: &'d Cell,
}

/// What the first pass finds.
#[derive(Default)]
pub(super) struct Scan<'d> {
    pub rows: Vec<RawRow<'d>>,
    pub notes: Vec<(u8, usize, &'d Cell)>,
    /// Group labels worded differently.
    pub groups: Vec<(GroupRef, &'d Cell)>,
}

struct Scanner<'d, 'e> {
    editions: &'e Editions,
    budget: usize,
    out: Scan<'d>,
    table: Option<u8>,
    header: Header<'d>,
    header_sheet: usize,
    header_grid: Option<u32>,
    columns: Option<Rc<Columns<'d>>>,
    /// Index into `out.rows` of the number row of 表四.
    numbers: Option<usize>,
}

/// Reads all rows of all sheets that show a table of the form.
pub(super) fn scan<'d>(editions: &Editions, sheets: &[Sheet<'d>]) -> Scan<'d> {
    let mut scanner = Scanner {
        editions,
        budget: NEARNESS_BUDGET,
        out: Scan::default(),
        table: None,
        header: Header::default(),
        header_sheet: 0,
        header_grid: None,
        columns: None,
        numbers: None,
    };
    for (index, sheet) in sheets.iter().enumerate() {
        let continued = scanner.continues(sheets, index);
        if sheet.evidence.contains(&true) || continued {
            if !continued {
                scanner.forget();
            }
            for row in &sheet.rows {
                scanner.row(sheet, index, row);
            }
        } else {
            scanner.forget();
        }
    }
    scanner.out
}

impl<'d> Scanner<'d, '_> {
    fn lexicon(&self) -> &Lexicon {
        &self.editions.lexicon
    }

    fn forget(&mut self) {
        self.table = None;
        self.header = Header::default();
        self.columns = None;
    }

    /// A sheet that directly follows a table of the form and shows no other one continues it.
    fn continues(&self, sheets: &[Sheet<'d>], index: usize) -> bool {
        let (Some(table), Some(before)) = (self.table, index.checked_sub(1)) else { return false };
        let mut evidence = sheets[index].evidence;
        evidence[usize::from(table) - 2] = false;
        sheets[index].block <= sheets[before].block + 3
            && !evidence.contains(&true)
            && !self.begins_another(&sheets[index])
    }

    /// A sheet that begins with a head of which no word is the form's is a table of other things.
    fn begins_another(&self, sheet: &Sheet<'d>) -> bool {
        let first = sheet.rows.iter().find(|row| row.iter().any(|s| s.look != Look::Blank));
        let Some(first) = first.filter(|row| row.iter().all(|s| s.look != Look::Value)) else {
            return false;
        };
        let words = || first.iter().filter(|s| s.look == Look::Words).take(WIDEST_HEADER);
        let known = |s: &Seen| {
            self.lexicon().is_table_label(&s.key)
                || !matches!(token(self.lexicon(), &s.key), Token::Unknown)
        };
        words().count() >= 2 && !words().any(known)
    }

    fn row(&mut self, sheet: &Sheet<'d>, index: usize, row: &[Seen<'d>]) {
        if row.iter().all(|s| s.look == Look::Blank) && self.table != Some(4) {
            return;
        }
        if self.caption(row) || self.block_label(row) {
            return;
        }
        if let Some((at, refs)) = self.row_label(sheet, row) {
            self.data(sheet, index, row, Some(at), refs);
        } else if self.rejoins(row) || self.header_row(sheet, index, row) {
            // taken
        } else if self.table == Some(4) && !self.header.is_empty() && row.len() >= 2 {
            self.number_row(sheet, index, row);
        } else {
            self.unknown_row(sheet, index, row);
        }
    }

    /// A line over the table that a site prints as its first row.
    fn caption(&self, row: &[Seen<'d>]) -> bool {
        row.iter().all(|s| s.look != Look::Value)
            && row.iter().any(|s| self.lexicon().captions.contains(&s.key))
    }

    /// 第二十条第（一）项 over a block of 表二.
    fn block_label(&mut self, row: &[Seen<'d>]) -> bool {
        let words = || row.iter().filter(|s| s.look == Look::Words);
        let found = words().find_map(|s| {
            let near = s.key.chars().count() >= 6 && s.key.chars().count() <= 20;
            let known = if near && words().count() == 1 {
                group(&self.lexicon().block_labels, &s.key)
            } else {
                self.lexicon().block_labels.get(&s.key).cloned()
            };
            known.map(|k| (k, s.cell))
        });
        let Some((label, cell)) = found else { return false };
        self.forget();
        self.table = Some(label.table);
        if label.wording == Wording::Other {
            self.out.groups.push((label, cell));
        }
        true
    }

    /// The rightmost of the leading cells that names a row.
    fn row_label(&mut self, sheet: &Sheet, row: &[Seen<'d>]) -> Option<(usize, Vec<RowRef>)> {
        let table = self.table;
        let mut found: Option<(usize, Vec<RowRef>)> = None;
        for (at, seen) in row.iter().enumerate() {
            match seen.look {
                Look::Blank if found.is_some() => break,
                Look::Blank => continue,
                Look::Value => break,
                Look::Words => {}
            }
            let shown = |t: u8| sheet.evidence[usize::from(t) - 2] || table == Some(t);
            let exact = self.lexicon().rows.contains_key(&seen.key);
            let group_label = self.lexicon().row_groups.contains_key(&seen.key);
            let may_be_near = !group_label && self.budget > 0;
            let refs = if exact || may_be_near {
                self.budget -= usize::from(!exact);
                self.lexicon().row(&seen.cell.text.clean, &seen.key, shown)
            } else {
                Vec::new()
            };
            if !refs.is_empty() {
                found = Some((at, refs));
            } else if found.is_some() {
                break;
            }
        }
        found
    }

    fn header_row(&mut self, sheet: &Sheet<'d>, index: usize, row: &[Seen<'d>]) -> bool {
        let filled = || row.iter().filter(|s| s.look != Look::Blank);
        let count = filled().count();
        if count == 0
            || count > WIDEST_HEADER
            || filled().any(|s| s.look == Look::Value)
            || self.budget == 0
        {
            return false;
        }
        let tokens: Vec<(&'d Cell, Token)> = filled()
            .map(|s| {
                let token = token(self.lexicon(), &s.key);
                (s.cell, token)
            })
            .collect();
        let unknown = tokens.iter().filter(|(_, t)| matches!(t, Token::Unknown)).count();
        self.budget = self.budget.saturating_sub(unknown);
        let Some(table) = self.table_of(sheet, &tokens, row) else { return false };
        if unknown * 2 > tokens.len() {
            return false;
        }
        if let Some((cell, _)) = tokens.iter().find(|(_, t)| matches!(t, Token::Note)) {
            self.out.notes.push((table, sheet.block, *cell));
        }
        if self.header.closed || self.table != Some(table) {
            self.header = Header::default();
        }
        self.table = Some(table);
        self.header_sheet = index;
        self.header_grid = sheet.true_grid.then_some(sheet.table.columns);
        self.columns = None;
        self.header.add(self.editions, tokens);
        true
    }

    /// The table whose header words a row holds, among those its sheet shows.
    fn table_of(
        &self,
        sheet: &Sheet,
        tokens: &[(&'d Cell, Token)],
        row: &[Seen<'d>],
    ) -> Option<u8> {
        let mut points = [0_usize; 3];
        for ((_, token), seen) in tokens.iter().zip(row.iter().filter(|s| s.look != Look::Blank)) {
            let of = |map: &rustc_hash::FxHashMap<String, GroupRef>| {
                group(map, &seen.key).map(|g| g.table)
            };
            let mut tables: Vec<u8> = match token {
                Token::Column(refs) => refs.iter().map(|r| r.table).collect(),
                Token::Group(_) => of(&self.lexicon().column_groups).into_iter().collect(),
                Token::Word => of(&self.lexicon().header_words).into_iter().collect(),
                Token::Note => self.lexicon().notes.iter().map(|(table, _)| *table).collect(),
                Token::Unknown => Vec::new(),
            };
            tables.dedup();
            for table in tables {
                points[usize::from(table) - 2] += 1;
            }
        }
        let shown = |t: &u8| sheet.evidence[usize::from(*t) - 2] || self.table == Some(*t);
        (2..=4).filter(shown).filter(|t| points[usize::from(*t) - 2] > 0).max_by_key(|t| {
            (points[usize::from(*t) - 2], self.table == Some(*t) && !self.header.closed)
        })
    }

    fn columns(&mut self) -> Rc<Columns<'d>> {
        self.header.closed = true;
        if let Some(columns) = &self.columns {
            return Rc::clone(columns);
        }
        let leaves = self.header.finish(self.editions);
        let (ambiguous, split) = (self.header.ambiguous, self.header.split);
        let (sheet, grid) = (self.header_sheet, self.header_grid);
        let columns = Rc::new(Columns { leaves, ambiguous, split, sheet, grid });
        self.columns = Some(Rc::clone(&columns));
        columns
    }

    fn data(
        &mut self,
        sheet: &Sheet<'d>,
        index: usize,
        row: &[Seen<'d>],
        label_at: Option<usize>,
        refs: Vec<RowRef>,
    ) {
        let table = refs.first().map(|r| r.table).or(self.table).unwrap_or(3);
        if self.table != Some(table) {
            // Rows of another table than the header above them: its header is missing.
            self.forget();
            self.table = Some(table);
        }
        let columns = self.columns();
        for seen in row.iter().take(label_at.unwrap_or(0)) {
            if seen.look == Look::Words
                && let Some(found) = group(&self.lexicon().row_groups, &seen.key)
                && found.wording == Wording::Other
            {
                self.out.groups.push((found, seen.cell));
            }
        }
        let values: Vec<&'d Cell> =
            row.iter().skip(label_at.map_or(0, |at| at + 1)).map(|s| s.cell).collect();
        let (aligned, mut doubtful) = align(sheet, index, &columns, row.len(), &values);
        // What stands in a table of its own inside a cell is not read into the cell.
        doubtful |= values.iter().any(|cell| !cell.tables.is_empty());
        let label = label_at.map(|at| printed(row[at].cell)).unwrap_or_default();
        let at = row[label_at.unwrap_or(0)].cell;
        let doubtful = doubtful || at.doubtful || values.iter().any(|cell| cell.doubtful);
        let sheet = index;
        self.out.rows.push(RawRow {
            table,
            refs,
            label,
            columns,
            values,
            aligned,
            doubtful,
            sheet,
            at,
        });
    }

    /// The one row of 表四, which has no label of its own.
    fn number_row(&mut self, sheet: &Sheet<'d>, index: usize, row: &[Seen<'d>]) {
        let refs: Vec<RowRef> = (0..self.editions.all.len())
            .map(|edition| RowRef { edition, table: 4, block: 0, row: 0, wording: Wording::Own })
            .collect();
        let labelled = row.len() == self.columns().leaves.len() + 1 && row[0].look == Look::Words;
        self.data(sheet, index, row, labelled.then_some(0), refs);
        let before = self.numbers;
        self.numbers = Some(before.unwrap_or(self.out.rows.len() - 1));
        if let Some(before) = before {
            // A blank row in front of the numbers is not the number row, nor is one behind them.
            let blank = |r: &RawRow| r.values.iter().all(|c| c.text.is_blank());
            if blank(&self.out.rows[before]) {
                self.out.rows.swap_remove(before);
            } else if self.out.rows.last().is_some_and(blank) {
                self.out.rows.pop();
            } else if let Some(last) = self.out.rows.last_mut() {
                last.refs.clear();
                // Two rows of numbers: which of them counts is not for the reader to say.
                self.out.rows[before].doubtful |= row.iter().any(|s| s.look == Look::Value);
            }
        }
    }

    fn unknown_row(&mut self, sheet: &Sheet<'d>, index: usize, row: &[Seen<'d>]) {
        let end = row.iter().position(|s| s.look == Look::Value).unwrap_or(row.len());
        let Some(label_at) = row[..end].iter().rposition(|s| s.look == Look::Words) else {
            // Numbers without a label may be what a page break tore off the row above.
            if let Some(last) = self.out.rows.last_mut().filter(|_| end < row.len())
                && Some(last.table) == self.table
            {
                last.doubtful = true;
            }
            return;
        };
        let holds_tables = row.iter().any(|s| !s.cell.tables.is_empty());
        if self.table.is_none() || label_at + 1 >= row.len() || holds_tables {
            return;
        }
        self.data(sheet, index, row, Some(label_at), Vec::new());
    }

    /// A label broken over two rows: the row before it and this one name a row together, and only one
    /// of them has values. The second half may be a head's word by itself (（七） and 总计).
    fn rejoins(&mut self, row: &[Seen<'d>]) -> bool {
        let end = row.iter().position(|s| s.look == Look::Value).unwrap_or(row.len());
        let words = row[..end].iter().rposition(|s| s.look == Look::Words);
        let Some(label_at) = words.filter(|at| at + 1 < row.len()) else { return false };
        let values: Vec<&'d Cell> = row[label_at + 1..].iter().map(|s| s.cell).collect();
        let blank = |cells: &[&Cell]| cells.iter().all(|c| c.text.is_blank());
        let Some(last) = self.out.rows.last_mut() else { return false };
        if !blank(&values) && !blank(&last.values) || last.table != self.table.unwrap_or(0) {
            return false;
        }
        let joined = format!("{}{}", last.label, printed(row[label_at].cell));
        let Some(refs) = self.editions.lexicon.rows.get(&super::super::labels::label_key(&joined))
        else {
            return false;
        };
        last.refs = refs.clone();
        last.label = joined;
        if blank(&last.values) && !blank(&values) {
            last.aligned = (values.len() == last.columns.leaves.len()).then(|| values.clone());
            last.doubtful = values.iter().any(|cell| cell.doubtful);
            last.values = values;
        }
        true
    }
}

/// A label as printed, without white space.
pub(super) fn printed(cell: &Cell) -> String {
    cell.text.clean.split_whitespace().collect()
}

/// One value cell per column: by the grid where it is a true one, else by order where the counts
/// agree. By order against a true grid is doubtful.
fn align<'d>(
    sheet: &Sheet<'d>,
    index: usize,
    columns: &Columns<'d>,
    cells: usize,
    values: &[&'d Cell],
) -> (Option<Vec<&'d Cell>>, bool) {
    if columns.leaves.is_empty() || columns.ambiguous || sheet.width.is_some_and(|w| w != cells) {
        return (None, false);
    }
    let by_grid = sheet.true_grid && columns.sheet == index;
    // The next page of a table has the grid of the first.
    let continued = sheet.true_grid && columns.grid == Some(sheet.table.columns);
    if (by_grid || continued)
        && let Some(cells) = align_by_grid(columns, values)
    {
        return (Some(cells), false);
    }
    let same_count = values.len() == columns.leaves.len();
    // Where a head means nothing, its place in the order is a guess.
    let unknown = columns.leaves.iter().any(|leaf| leaf.refs.is_empty());
    (same_count.then(|| values.to_vec()), by_grid || unknown)
}

fn align_by_grid<'d>(columns: &Columns<'d>, values: &[&'d Cell]) -> Option<Vec<&'d Cell>> {
    let range = |c: &Cell| c.column..c.column.saturating_add(c.column_span.max(1));
    let overlap =
        |a: &Cell, b: &Cell| range(a).start < range(b).end && range(b).start < range(a).end;
    let mut cells: Vec<&'d Cell> = Vec::with_capacity(columns.leaves.len());
    for leaf in &columns.leaves {
        let mut under = values.iter().copied().filter(|v| overlap(v, leaf.cell));
        let first = under.next()?;
        let mut chosen = first;
        for other in under.filter(|c| !c.text.is_blank()) {
            if !chosen.text.is_blank() {
                return None;
            }
            chosen = other;
        }
        if cells.iter().any(|taken| std::ptr::eq(*taken, chosen)) {
            return None;
        }
        cells.push(chosen);
    }
    let stray = |v: &&&Cell| !v.text.is_blank() && !cells.iter().any(|c| std::ptr::eq(*c, **v));
    values.iter().find(stray).is_none().then_some(cells)
}
