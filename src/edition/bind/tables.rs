//! Second pass over the tables: settles the edition of every row and names every cell.

use super::super::labels::label_key;
use super::super::lexicon::{RowRef, Wording};
use super::super::report::{
    BoundRow, BoundTable, Deviation, DeviationKind, Field, Passage, Remark, RemarkKind, Report,
};
use super::super::schema::{Added, Block, Column, Editions, Row, Table, field_name};
use super::header::column;
use super::lines::{Sheet, sheets};
use super::rows::{Columns, RawRow, Scan, printed, scan};
use crate::document::{Anchor, Cell, Document, Reading};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Headers of one table that are reported on; 表二 has five.
const MOST_HEADERS: usize = 64;

/// Finds the three tables and fills `tables`, `fields`, `edition` and their remarks.
/// `year` decides between editions where the tables themselves do not.
pub(super) fn bind_tables(
    document: &Document,
    editions: &Editions,
    year: Option<i32>,
    report: &mut Report,
) {
    let sheets = sheets(document, &editions.lexicon);
    let scan = scan(editions, &sheets);
    let Some(settled) = settle(editions, &scan, year) else { return };
    for number in 2..=4 {
        let rows: Vec<usize> =
            (0..scan.rows.len()).filter(|&i| scan.rows[i].table == number).collect();
        if rows.iter().any(|&i| !scan.rows[i].refs.is_empty()) {
            Binder { editions, sheets: &sheets, scan: &scan, number, report }.bind(&rows, &settled);
        }
    }
    let mut votes = BTreeMap::new();
    for row in report.tables.iter().flat_map(|t| &t.rows).filter(|r| r.id.is_some()) {
        *votes.entry(row.edition.clone()).or_insert(0_usize) += 1;
    }
    report.edition = votes.into_iter().max_by_key(|(_, n)| *n).map(|(id, _)| id);
}

/// The reading of each row: which of its possible rows it is. Rows that all editions share belong to
/// the edition that the telling rows of the document belong to.
fn settle(editions: &Editions, scan: &Scan, year: Option<i32>) -> Option<Vec<Option<RowRef>>> {
    let candidates: Vec<Vec<RowRef>> =
        scan.rows.iter().map(|row| best_candidates(editions, row)).collect();
    let mut votes = vec![0_usize; editions.all.len()];
    for (row, refs) in scan.rows.iter().zip(&candidates) {
        let mut of: Vec<usize> = refs.iter().map(|r| r.edition).collect();
        of.dedup();
        // A row that another edition only words differently tells nothing.
        if let [one] = of[..]
            && (0..votes.len())
                .all(|other| other == one || renamed(editions, row, &refs[0], other).is_none())
        {
            votes[one] += 1;
        }
    }
    let most = *votes.iter().max()?;
    let tied = |at: &usize| votes[*at] == most;
    let by_year = year
        .and_then(|y| editions.all.iter().position(|e| (e.first_year..=e.last_year).contains(&y)))
        .filter(tied);
    let prevailing = by_year.or_else(|| (0..votes.len()).rev().find(tied))?;
    let pick = |(row, refs): (&RawRow, &Vec<RowRef>)| {
        let own = refs.iter().find(|r| r.edition == prevailing).copied();
        own.or_else(|| refs.first().map(|r| renamed(editions, row, r, prevailing).unwrap_or(*r)))
    };
    Some(scan.rows.iter().zip(&candidates).map(pick).collect())
}

/// The row of the prevailing edition that another edition's label means: the same row, which the two
/// word differently, under columns that are the prevailing edition's too.
fn renamed(editions: &Editions, found: &RawRow, at: &RowRef, prevailing: usize) -> Option<RowRef> {
    let id = row(editions, at).id.as_str();
    let form = editions.all[prevailing].table(at.table).filter(|_| !id.is_empty())?;
    let mut blocks = form.blocks.iter().enumerate();
    let (block, row) =
        blocks.find_map(|(b, block)| Some((b, block.rows.iter().position(|r| r.id == id)?)))?;
    let same = RowRef { edition: prevailing, table: at.table, block, row, wording: Wording::Other };
    (fit(editions, found, &same) >= fit(editions, found, at)).then_some(same)
}

/// The readings of a row that fit its header best: most columns known, own wording before others.
fn best_candidates(editions: &Editions, row: &RawRow) -> Vec<RowRef> {
    let Some(best) = row.refs.iter().map(|r| fit(editions, row, r)).max() else {
        return Vec::new();
    };
    row.refs.iter().filter(|r| fit(editions, row, r) == best).copied().collect()
}

/// How well a reading fits the header, in thousandths of the wider of header and form. What a site has
/// added tells nothing about the national edition.
fn fit(editions: &Editions, row: &RawRow, r: &RowRef) -> usize {
    let leaves = &row.columns.leaves;
    let known = leaves.iter().filter(|l| l.within(r.edition, r.table, r.block).is_some()).count();
    let columns = block(editions, r).columns.iter().filter(|c| c.added.is_none()).count();
    known * 1000 / leaves.len().max(columns).max(1)
}

fn table<'e>(editions: &'e Editions, at: &RowRef) -> &'e Table {
    &editions.all[at.edition].tables[usize::from(at.table) - 2]
}

fn block<'e>(editions: &'e Editions, at: &RowRef) -> &'e Block {
    &table(editions, at).blocks[at.block]
}

fn row<'e>(editions: &'e Editions, at: &RowRef) -> &'e Row {
    &block(editions, at).rows[at.row]
}

struct Binder<'a, 'd> {
    editions: &'a Editions,
    sheets: &'a [Sheet<'d>],
    scan: &'a Scan<'d>,
    number: u8,
    report: &'a mut Report,
}

impl<'d> Binder<'_, 'd> {
    fn bind(mut self, rows: &[usize], settled: &[Option<RowRef>]) {
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for at in rows.iter().filter_map(|&i| settled[i]) {
            *votes.entry(at.edition).or_default() += 1;
        }
        let Some(edition) = votes.iter().max_by_key(|(_, n)| **n).map(|(e, _)| *e) else { return };
        let first = &self.scan.rows[rows[0]];
        let mut bound = BoundTable {
            number: self.number,
            edition: self.editions.all[edition].id.clone(),
            blocks: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
            missing_rows: Vec::new(),
            missing_columns: Vec::new(),
            note: self.note(),
            deviations: Vec::new(),
            certain: true,
            anchor: self.sheets[first.sheet].table.anchor.clone(),
        };
        let mut headers: Vec<(Rc<Columns<'d>>, Option<RowRef>)> = Vec::new();
        let (mut pieces, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for (ordinal, &i) in rows.iter().enumerate() {
            let raw = &self.scan.rows[i];
            pieces.insert(raw.sheet);
            let ordinal = u16::try_from(ordinal + 1).unwrap_or(u16::MAX);
            let repeated = settled[i].is_some_and(|at| !seen.insert((at.block, at.row)));
            self.bind_row(raw, settled[i], edition, ordinal, repeated, &mut bound);
            let known = |(c, at): &(Rc<Columns>, Option<RowRef>)| {
                Rc::ptr_eq(c, &raw.columns)
                    && at.map(|a| (a.edition, a.block)) == settled[i].map(|a| (a.edition, a.block))
            };
            if settled[i].is_some() && headers.len() < MOST_HEADERS && !headers.iter().any(known) {
                headers.push((Rc::clone(&raw.columns), settled[i]));
            }
        }
        bound.blocks = pieces.iter().map(|&s| self.sheets[s].block).collect();
        bound.blocks.dedup();
        if pieces.len() > 1 {
            self.remark(RemarkKind::FragmentsJoined, bound.anchor.clone(), String::new());
        }
        self.bind_headers(&headers, edition, &mut bound);
        self.group_deviations(&mut bound);
        bound.missing_rows = self.missing_rows(edition, rows, settled);
        self.report.tables.push(bound);
    }

    fn note(&self) -> Option<Passage> {
        let (_, block, cell) = self.scan.notes.iter().find(|(table, ..)| *table == self.number)?;
        Some(passage(cell, *block))
    }

    fn remark(&mut self, kind: RemarkKind, anchor: Anchor, quote: String) {
        let table = Some(self.number);
        if !self.report.remarks.iter().any(|r| r.kind == kind && r.table == table) {
            self.report.remarks.push(Remark { kind, table, part: None, anchor, quote });
        }
    }

    fn bind_row(
        &mut self,
        raw: &RawRow<'d>,
        at: Option<RowRef>,
        edition: usize,
        ordinal: u16,
        repeated: bool,
        bound: &mut BoundTable,
    ) {
        let own = at.map_or(edition, |a| a.edition);
        let id = at.map(|a| row(self.editions, &a).id.clone());
        let columns = raw.columns.leaves.len();
        bound.rows.push(BoundRow {
            id,
            edition: self.editions.all[own].id.clone(),
            ordinal,
            label: raw.label.clone(),
            values: if raw.aligned.is_some() { columns } else { raw.values.len() },
            columns,
            anchor: raw.at.text.anchor.clone(),
            raw: raw.values.iter().take(64).map(|c| clip(&c.text.raw)).collect(),
        });
        let Some(at) = at else { return };
        if at.wording == Wording::Other {
            let canonical = row(self.editions, &at).label.clone();
            deviate(bound, DeviationKind::Row, &raw.label, canonical, &raw.at.text.anchor);
        }
        if repeated {
            bound.certain = false;
            self.remark(RemarkKind::RowRepeated, raw.at.text.anchor.clone(), raw.label.clone());
        }
        let Some(cells) = &raw.aligned else {
            bound.certain = false;
            self.remark(
                RemarkKind::ColumnsAmbiguous,
                raw.at.text.anchor.clone(),
                raw.label.clone(),
            );
            return;
        };
        if raw.doubtful {
            bound.certain = false;
            self.remark(
                RemarkKind::ColumnsAmbiguous,
                raw.at.text.anchor.clone(),
                raw.label.clone(),
            );
        }
        for (leaf, cell) in raw.columns.leaves.iter().zip(cells) {
            if let Some(found) = leaf.within(at.edition, at.table, at.block) {
                let to = column(self.editions, &found);
                self.put(cell, &at, to, ordinal, raw.doubtful || repeated);
            }
        }
    }

    /// Names one cell. A field that stands twice keeps its first value and becomes doubtful.
    fn put(&mut self, cell: &Cell, at: &RowRef, to: &Column, ordinal: u16, doubtful: bool) {
        let named = row(self.editions, at);
        let name = field_name(self.number, named, to);
        if let Some(before) = self.report.fields.get_mut(&name) {
            before.doubtful = true;
            return;
        }
        let same = |c: &&Column| c.label == to.label;
        let repeated = block(self.editions, at).columns.iter().filter(same).count() > 1;
        let column_label =
            if repeated { format!("{}·{}", to.group, to.label) } else { to.label.clone() };
        let field = Field {
            reading: Reading::of(&cell.text, to.kind),
            raw: cell.text.raw.clone(),
            table: self.number,
            row: ordinal,
            row_label: named.label.clone(),
            column_label,
            anchor: cell.text.anchor.clone(),
            doubtful,
        };
        self.report.fields.insert(name, field);
    }

    fn bind_headers(
        &mut self,
        headers: &[(Rc<Columns<'d>>, Option<RowRef>)],
        edition: usize,
        bound: &mut BoundTable,
    ) {
        let form = &self.editions.all[edition].tables[usize::from(self.number) - 2];
        bound.columns = vec![Vec::new(); form.blocks.len()];
        let mut known: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); form.blocks.len()];
        let mut reported: Vec<*const Columns> = Vec::new();
        for (columns, at) in headers {
            let Some(at) = at else { continue };
            let found: Vec<_> =
                columns.leaves.iter().map(|l| l.within(at.edition, at.table, at.block)).collect();
            // A header that covers several blocks of the form is reported on once.
            if !reported.contains(&Rc::as_ptr(columns)) {
                reported.push(Rc::as_ptr(columns));
                self.report_header(columns, &found, bound);
            }
            if at.edition == edition {
                let id = |r: &super::super::lexicon::ColumnRef| column(self.editions, r).id.clone();
                bound.columns[at.block] =
                    found.iter().map(|f| f.as_ref().map_or_else(|| "?".to_string(), id)).collect();
                known[at.block].extend(found.iter().flatten().map(|f| f.column));
            }
        }
        for (index, block) in form.blocks.iter().enumerate() {
            let bound_here = headers
                .iter()
                .any(|(_, at)| at.is_some_and(|a| (a.edition, a.block) == (edition, index)));
            let due = block.columns.iter().enumerate();
            let due = due.filter(|(_, column)| column.added != Some(Added::Optional));
            let missing = due.filter(|(c, _)| !known[index].contains(c));
            if bound_here {
                bound.missing_columns.extend(missing.map(|(_, c)| format!("{index}.{}", c.id)));
            }
        }
    }

    fn report_header(
        &mut self,
        columns: &Columns<'d>,
        found: &[Option<super::super::lexicon::ColumnRef>],
        bound: &mut BoundTable,
    ) {
        let Some(first) = columns.leaves.first() else {
            bound.certain = false;
            self.remark(RemarkKind::HeaderMismatch, bound.anchor.clone(), String::new());
            return;
        };
        let anchor = first.cell.text.anchor.clone();
        for (leaf, at) in columns.leaves.iter().zip(found) {
            let label = printed(leaf.cell);
            match at {
                Some(at) if at.wording == Wording::Other => {
                    let canonical = column(self.editions, at).label.clone();
                    let place = &leaf.cell.text.anchor;
                    deviate(bound, DeviationKind::Column, &label, canonical, place);
                }
                Some(_) => {}
                None => {
                    bound.certain = false;
                    let anchor = leaf.cell.text.anchor.clone();
                    self.remark(RemarkKind::HeaderMismatch, anchor, label);
                }
            }
            let lines: Vec<&str> = leaf.cell.text.clean.trim().lines().map(str::trim).collect();
            if lines.len() >= 3 && lines.iter().all(|l| l.chars().count() <= 1) {
                let anchor = leaf.cell.text.anchor.clone();
                self.remark(RemarkKind::VerticalLabel, anchor, printed(leaf.cell));
            }
        }
        let order: Vec<usize> = found.iter().flatten().map(|f| f.column).collect();
        if !order.is_sorted() {
            let quote =
                columns.leaves.iter().map(|l| printed(l.cell)).collect::<Vec<_>>().join(" ");
            self.remark(RemarkKind::ColumnsReordered, anchor.clone(), clip(&quote));
        }
        if columns.ambiguous {
            bound.certain = false;
            self.remark(RemarkKind::ColumnsAmbiguous, anchor.clone(), String::new());
        }
        if columns.split {
            self.remark(RemarkKind::HeaderSplit, anchor, String::new());
        }
    }

    fn group_deviations(&mut self, bound: &mut BoundTable) {
        for (group, cell) in self.scan.groups.iter().filter(|(g, _)| g.table == self.number) {
            let (found, canonical) = (printed(cell), group.canonical.clone());
            deviate(bound, DeviationKind::Group, &found, canonical, &cell.text.anchor);
        }
    }

    fn missing_rows(
        &self,
        edition: usize,
        rows: &[usize],
        settled: &[Option<RowRef>],
    ) -> Vec<String> {
        let form = &self.editions.all[edition].tables[usize::from(self.number) - 2];
        let mut found: Vec<RowRef> = rows.iter().filter_map(|&i| settled[i]).collect();
        found.sort_unstable_by_key(|r| (r.edition, r.block, r.row));
        found.dedup_by_key(|r| (r.edition, r.block, r.row));
        let stood_in = |wanted: &Row| {
            found.iter().filter(|f| f.edition != edition).any(|f| {
                let other = row(self.editions, f);
                let same = |a: &str, b: &str| label_key(a) == label_key(b);
                wanted.groups.iter().any(|g| same(g, &other.label))
                    || other.groups.iter().any(|g| same(g, &wanted.label))
                    || other.id == wanted.id
            })
        };
        let mut missing = Vec::new();
        for (index, block) in form.blocks.iter().enumerate() {
            for (at, wanted) in block.rows.iter().enumerate() {
                let here = |f: &RowRef| (f.edition, f.block, f.row) == (edition, index, at);
                if wanted.added != Some(Added::Optional)
                    && !found.iter().any(here)
                    && !stood_in(wanted)
                {
                    missing.push(wanted.id.clone());
                }
            }
        }
        missing
    }
}

fn deviate(
    bound: &mut BoundTable,
    kind: DeviationKind,
    found: &str,
    canonical: String,
    anchor: &Anchor,
) {
    let same = |d: &&mut Deviation| d.kind == kind && d.canonical == canonical && d.found == found;
    match bound.deviations.iter_mut().find(same) {
        Some(before) => before.count += 1,
        None => bound.deviations.push(Deviation {
            kind,
            found: found.to_string(),
            canonical,
            count: 1,
            anchor: anchor.clone(),
        }),
    }
}

fn passage(cell: &Cell, block: usize) -> Passage {
    Passage {
        text: cell.text.clean.trim().to_string(),
        raw: cell.text.raw.clone(),
        anchor: cell.text.anchor.clone(),
        block,
    }
}

fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}
