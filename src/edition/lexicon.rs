//! Every word of every edition, ready to be looked up while binding.

use super::labels::label_key;
use super::schema::{Edition, Group, Variant};
use rustc_hash::{FxHashMap, FxHashSet};

/// How a word that was found relates to the edition's own wording. Ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wording {
    /// The edition's own, or a silent variant.
    Own,
    /// Another wording: a listed variant, or near enough to be meant.
    Other,
}

/// A row of an edition, by index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RowRef {
    pub edition: usize,
    pub table: u8,
    pub block: usize,
    pub row: usize,
    pub wording: Wording,
}

/// A column of an edition, by index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ColumnRef {
    pub edition: usize,
    pub table: u8,
    pub block: usize,
    pub column: usize,
    pub wording: Wording,
}

/// A label over rows or columns, or another word of a header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupRef {
    pub table: u8,
    pub canonical: String,
    pub wording: Wording,
}

/// Words by their key (see [`label_key`]). Only the forms' own words are keys, so that the hash needs
/// no defence against chosen ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lexicon {
    pub rows: FxHashMap<String, Vec<RowRef>>,
    pub columns: FxHashMap<String, Vec<ColumnRef>>,
    /// 法人或其他组织, 行政复议, 未经复议直接起诉.
    pub column_groups: FxHashMap<String, GroupRef>,
    /// 信息内容, 申请人情况, 行政诉讼.
    pub header_words: FxHashMap<String, GroupRef>,
    /// 三、本年度办理结果, （三）不予公开.
    pub row_groups: FxHashMap<String, GroupRef>,
    /// 第二十条第（一）项.
    pub block_labels: FxHashMap<String, GroupRef>,
    /// Table and the words its check note begins with.
    pub notes: Vec<(u8, String)>,
    /// Part number and wording by heading.
    pub headings: FxHashMap<String, (u8, Wording)>,
    /// Lines over a table or at its top that are neither heading nor row.
    pub captions: FxHashSet<String>,
}

impl Lexicon {
    pub fn of(editions: &[Edition]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (index, edition) in editions.iter().enumerate() {
            lexicon.add_headings(edition);
            lexicon.add_tables(index, edition);
        }
        lexicon
    }

    fn add_headings(&mut self, edition: &Edition) {
        for section in &edition.sections {
            self.headings.insert(label_key(&section.heading), (section.number, Wording::Own));
            for variant in &section.variants {
                self.headings.entry(label_key(variant)).or_insert((section.number, Wording::Other));
            }
            for alias in &section.aliases {
                self.headings.insert(label_key(alias), (section.number, Wording::Own));
            }
        }
    }

    fn add_tables(&mut self, index: usize, edition: &Edition) {
        for table in &edition.tables {
            let number = table.number;
            if let Some(note) = &table.note {
                let start = note.split(['：', ':']).next().unwrap_or(note);
                let entry = (number, label_key(start));
                if !self.notes.contains(&entry) {
                    self.notes.push(entry);
                }
            }
            for (at, block) in table.blocks.iter().enumerate() {
                put(&mut self.block_labels, number, &block.label);
                for word in &block.header {
                    put(&mut self.header_words, number, word);
                }
                for (column_at, column) in block.columns.iter().enumerate() {
                    put(&mut self.column_groups, number, &column.group);
                    for (key, wording) in wordings(&column.label, &column.variants) {
                        self.columns.entry(key).or_default().push(ColumnRef {
                            edition: index,
                            table: number,
                            block: at,
                            column: column_at,
                            wording,
                        });
                    }
                }
                for (row_at, row) in block.rows.iter().enumerate() {
                    for group in &row.groups {
                        put(&mut self.row_groups, number, group);
                    }
                    for (key, wording) in wordings(&row.label, &row.variants) {
                        self.rows.entry(key).or_default().push(RowRef {
                            edition: index,
                            table: number,
                            block: at,
                            row: row_at,
                            wording,
                        });
                    }
                }
            }
            self.captions.extend(table.captions.iter().map(|caption| label_key(caption)));
            for group in &table.groups {
                self.add_group(number, group);
            }
        }
    }

    /// Other wordings of a label, wherever it stands over or beside rows and columns.
    fn add_group(&mut self, table: u8, group: &Group) {
        let key = label_key(&group.label);
        let places = [
            &mut self.row_groups,
            &mut self.column_groups,
            &mut self.header_words,
            &mut self.block_labels,
        ];
        for map in places {
            if map.get(&key).is_none_or(|found| found.table != table) {
                continue;
            }
            for variant in &group.variants {
                let wording = if variant.silent { Wording::Own } else { Wording::Other };
                let canonical = group.label.clone();
                let found = GroupRef { table, canonical, wording };
                map.entry(label_key(&variant.label)).or_insert(found);
            }
        }
    }

    /// The rows a label means in one of the tables: by its own words, without a filling note in
    /// brackets, without its ordinal, or by one or two characters' difference where just one row is
    /// that near.
    pub fn row(&self, label: &str, key: &str, allowed: impl Fn(u8) -> bool) -> Vec<RowRef> {
        let allowed_in = |refs: &Vec<RowRef>| -> Vec<RowRef> {
            refs.iter().copied().filter(|r| allowed(r.table)).collect()
        };
        if let Some(refs) = self.rows.get(key) {
            return allowed_in(refs);
        }
        let near = self.near_row(label, key, |known| {
            self.rows.get(known).is_some_and(|refs| refs.iter().any(|r| allowed(r.table)))
        });
        let mut refs = near.map(|known| allowed_in(&self.rows[known])).unwrap_or_default();
        refs.iter_mut().for_each(|r| r.wording = Wording::Other);
        refs
    }

    fn near_row<'s>(
        &'s self,
        label: &str,
        key: &str,
        known: impl Fn(&str) -> bool,
    ) -> Option<&'s str> {
        let without_note = label.find(['（', '(']).filter(|at| *at > 0).map(|at| &label[..at]);
        if let Some((known_key, _)) = without_note
            .and_then(|bare| self.rows.get_key_value(&label_key(bare)))
            .filter(|(k, _)| known(k))
        {
            return Some(known_key);
        }
        let bare = without_ordinal(key);
        if bare.chars().count() >= 4 {
            let keys = self.rows.keys().map(String::as_str);
            let same: Vec<&str> = keys.filter(|k| known(k) && without_ordinal(k) == bare).collect();
            if let Some(&one) = same.iter().min()
                && same.iter().all(|other| self.one_row(one, other))
            {
                return Some(one);
            }
        }
        let keys = self.rows.keys().map(String::as_str).filter(|k| known(k));
        nearest_of(keys, key, |a, b| self.one_row(a, b))
    }

    /// True for two wordings of the same row: they are no two things that a label lies between.
    fn one_row(&self, a: &str, b: &str) -> bool {
        let place = |r: &RowRef| (r.edition, r.table, r.block, r.row);
        let (a, b) = (&self.rows[a], &self.rows[b]);
        a.iter().any(|one| b.iter().any(|other| place(one) == place(other)))
    }

    /// The columns a label means, exactly or by a difference too small to mean another.
    pub fn column(&self, key: &str) -> Vec<ColumnRef> {
        if let Some(refs) = self.columns.get(key) {
            return refs.clone();
        }
        let Some(known) = nearest(self.columns.keys().map(String::as_str), key) else {
            return Vec::new();
        };
        self.columns[known].iter().map(|r| ColumnRef { wording: Wording::Other, ..*r }).collect()
    }

    /// The part a heading means, by the forms' own words, a listed variant, or a small difference.
    pub fn heading(&self, key: &str) -> Option<(u8, Wording)> {
        if let Some(&found) = self.headings.get(key) {
            return Some(found);
        }
        let known = nearest(self.headings.keys().map(String::as_str), key)?;
        Some((self.headings[known].0, Wording::Other))
    }

    /// True for a line that a site prints over a table.
    pub fn is_caption(&self, text: &str) -> bool {
        !self.captions.is_empty() && self.captions.contains(&label_key(text))
    }

    /// True for a row of a table that looks like a heading: 一、本年新收…, 三、本年度办理结果.
    pub fn is_table_label(&self, key: &str) -> bool {
        self.rows.contains_key(key) || self.row_groups.contains_key(key)
    }
}

/// A group label, exactly or nearly.
pub(super) fn group(map: &FxHashMap<String, GroupRef>, key: &str) -> Option<GroupRef> {
    if let Some(found) = map.get(key) {
        return Some(found.clone());
    }
    let known = nearest(map.keys().map(String::as_str), key)?;
    Some(GroupRef { wording: Wording::Other, ..map[known].clone() })
}

fn put(map: &mut FxHashMap<String, GroupRef>, table: u8, label: &str) {
    if !label.is_empty() {
        let own = GroupRef { table, canonical: label.to_string(), wording: Wording::Own };
        map.insert(label_key(label), own);
    }
}

fn wordings<'s>(
    label: &'s str,
    variants: &'s [Variant],
) -> impl Iterator<Item = (String, Wording)> + 's {
    let own = (!label.is_empty()).then(|| (label_key(label), Wording::Own));
    own.into_iter().chain(variants.iter().map(|v| {
        let wording = if v.silent { Wording::Own } else { Wording::Other };
        (label_key(&v.label), wording)
    }))
}

/// Whether a label that is not a row's could be taken for the row, by the ways that [`Lexicon::row`]
/// knows.
pub(super) fn could_mean_row(label: &str, row: &str) -> bool {
    let (key, wanted) = (label_key(label), label_key(row));
    let before_note =
        label.find(['（', '(']).filter(|at| *at > 0).map(|at| label_key(&label[..at]));
    let bare = without_ordinal(&key);
    key == wanted
        || before_note.is_some_and(|bare| bare == wanted)
        || bare.chars().count() >= 4 && without_ordinal(&wanted) == bare
        || nearest(std::iter::once(wanted.as_str()), &key).is_some()
}

/// A key without the ordinal it begins with: 一, （三）, 12.
pub(super) fn without_ordinal(key: &str) -> &str {
    key.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}

/// The one known key that differs from `key` by little: one character from 4 on, two from 10 on.
/// `None` where none or several are equally near.
fn nearest<'k>(known: impl Iterator<Item = &'k str>, key: &str) -> Option<&'k str> {
    nearest_of(known, key, |_, _| false)
}

/// The same where some keys are the same thing in other words: `alike` are no tie.
fn nearest_of<'k>(
    known: impl Iterator<Item = &'k str>,
    key: &str,
    alike: impl Fn(&str, &str) -> bool,
) -> Option<&'k str> {
    let wanted: Vec<char> = key.chars().collect();
    let allowed = match wanted.len() {
        0..=3 => return None,
        4..=9 => 1,
        10..=60 => 2,
        _ => return None,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for candidate in known {
        // A character is at most four bytes: lengths too far apart need no closer look.
        if candidate.len().abs_diff(key.len()) > allowed * 4 {
            continue;
        }
        let Some(distance) = distance(&wanted, candidate, allowed) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, other)) if distance == least => {
                tied |= !alike(other, candidate);
                best = Some((least, other.min(candidate)));
            }
            _ => (best, tied) = (Some((distance, candidate)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, key)| key)
}

/// Edits (insert, remove, change one character) between two labels, if not more than `allowed`.
/// A short label must keep its length's sense: fewer than 4 characters never match by nearness.
fn distance(wanted: &[char], candidate: &str, allowed: usize) -> Option<usize> {
    let other: Vec<char> = candidate.chars().collect();
    if other.len() < 4 || other.len().abs_diff(wanted.len()) > allowed {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
        if row.iter().min().is_some_and(|least| *least > allowed) {
            return None;
        }
    }
    row.last().copied().filter(|d| *d <= allowed)
}

#[cfg(test)]
mod tests {
    use super::super::Editions;
    use super::*;

    fn row_ids(label: &str) -> Vec<String> {
        let editions = Editions::embedded();
        let refs = editions.lexicon.row(label, &label_key(label), |t| t == 3);
        let mut ids: Vec<String> = refs
            .iter()
            .map(|r| editions.all[r.edition].tables[1].blocks[0].rows[r.row].id.clone())
            .collect();
        ids.dedup();
        ids
    }

    #[test]
    fn a_label_that_differs_a_little_still_means_its_row() {
        assert_eq!(row_ids("4.无正当理由大量反复 申请"), ["n4"]);
        assert_eq!(row_ids("2.其他法律行政法规禁止公"), ["d2"]);
        assert_eq!(row_ids("属于国家秘密"), ["d1"]);
        assert_eq!(row_ids("7.属于国家秘密"), ["d1"], "the words count, not the ordinal");
        assert_eq!(row_ids("一、本年新收政府信息公开申请数量（件）"), ["new"]);
    }

    #[test]
    fn a_label_between_two_rows_means_neither() {
        assert!(row_ids("属于").is_empty());
        assert!(row_ids("5.属于四类内部性信息").is_empty());
        assert!(row_ids("").is_empty());
    }

    #[test]
    fn headings_one_character_off_are_recognised() {
        let lexicon = &Editions::embedded().lexicon;
        let heading = |text: &str| lexicon.heading(&label_key(text));
        assert_eq!(heading("总体情况"), Some((1, Wording::Own)));
        assert_eq!(heading("总休情况"), Some((1, Wording::Other)));
        assert_eq!(heading("存在的主要问题及改进情形"), Some((5, Wording::Other)));
        assert_eq!(heading("下一步工作打算"), None);
    }
}
