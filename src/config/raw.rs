//! The file as written: a walk over its tables that keeps every value's place and collects every
//! problem instead of stopping at the first.

use super::problem::{ConfigError, Problem, Spot};
use crate::model::Words;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The problems met so far, in a file's text.
pub(super) struct Problems<'a> {
    source: &'a str,
    list: Vec<(usize, Problem)>,
    /// Where the cells of a sheet begin, and what they are called.
    cells: Vec<(usize, String)>,
    /// Those of other files that the configuration names.
    elsewhere: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub fn new(source: &'a str) -> Self {
        Problems { source, list: Vec::new(), cells: Vec::new(), elsewhere: Vec::new() }
    }

    /// Problems of a sheet written out as text, whose cells begin at these places, in order.
    pub fn of_sheet(source: &'a str, cells: Vec<(usize, String)>) -> Self {
        Problems { cells, ..Problems::new(source) }
    }

    pub fn add(&mut self, span: Range<usize>, what: Words, help: Words) {
        let behind = self.cells.partition_point(|(start, _)| *start <= span.start);
        let cell = behind.checked_sub(1).map(|at| self.cells[at].1.clone());
        let at = Some(Spot { cell, ..Spot::new(self.source, span.clone()) });
        self.list.push((span.start, Problem { file: None, at, what, help }));
    }

    /// Adds what is wrong with a file that the configuration names.
    pub fn add_all(&mut self, of_another_file: Vec<Problem>) {
        self.elsewhere.extend(of_another_file);
    }

    /// Leaves out what is wrong with other files.
    pub fn forget_other_files(&mut self) {
        self.elsewhere.clear();
    }

    /// Everything that was wrong, in order of place; other files last.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|(start, _)| *start);
        self.list.into_iter().map(|(_, problem)| problem).chain(self.elsewhere).collect()
    }

    /// The line of a place, from 1, for a problem at another place.
    pub fn line(&self, span: &Range<usize>) -> usize {
        Spot::new(self.source, span.clone()).line
    }

    /// `value` when nothing was wrong, else everything that was.
    pub fn settle<T>(self, file: &str, value: T) -> Result<T, ConfigError> {
        let problems = self.into_list();
        if problems.is_empty() {
            return Ok(value);
        }
        Err(ConfigError { file: file.to_string(), problems })
    }
}

/// A value with its place in the file.
pub(super) struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// What a parser expected instead, in words; becomes a problem at the value's place.
pub(super) type Parsed<T> = Result<T, Words>;

/// One table of the file. Entries are taken by key; what is left over at the end is unknown.
pub(super) struct Section<'i> {
    /// `folder`, `grpc`; empty for the file itself.
    name: &'static str,
    pub span: Range<usize>,
    entries: BTreeMap<String, (Range<usize>, Spanned<DeValue<'i>>)>,
    known: Vec<&'static str>,
}

impl<'i> Section<'i> {
    /// The file as one table; syntax errors become problems, what could be read is kept.
    pub fn file(source: &'i str, problems: &mut Problems) -> Self {
        let (table, errors) = DeTable::parse_recoverable(source);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.add(
                span,
                Words::new("不是合法的 TOML", format!("not valid TOML: {}", error.message())),
                Words::new(
                    "写成 名称 = 值；文字加英文半角双引号（\" 而不是 “ ”），表名写成 [名称] 或 [[名称]]",
                    "write name = value; put text in straight double quotes; write tables as [name] or [[name]]",
                ),
            );
        }
        let span = table.span();
        Section::new("", span, table.into_inner())
    }

    /// A table that was taken as a value.
    pub fn new(name: &'static str, span: Range<usize>, table: DeTable<'i>) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| {
                let place = key.span();
                (key.into_inner().into_owned(), (place, value))
            })
            .collect();
        Section { name, span, entries, known: Vec::new() }
    }

    /// A table nobody wrote: every entry has its default.
    pub fn empty(name: &'static str) -> Self {
        Section::new(name, 0..0, DeTable::new())
    }

    /// Whether the entry was written and not taken yet.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Takes an entry without looking at its type.
    pub fn take(&mut self, key: &'static str) -> Option<At<DeValue<'i>>> {
        self.known.push(key);
        let (_, value) = self.entries.remove(key)?;
        let span = value.span();
        Some(At { value: value.into_inner(), span })
    }

    /// Takes and parses an entry. `None` when it is absent, or wrong and noted.
    pub fn get<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&DeValue) -> Parsed<T>,
        problems: &mut Problems,
    ) -> Option<At<T>> {
        let At { value, span } = self.take(key)?;
        match parse(&value) {
            Ok(value) => Some(At { value, span }),
            Err(expected) => {
                let what = Words::new(
                    format!("{key} 的值不对"),
                    format!("the value of {key} is not usable"),
                );
                problems.add(span, what, expected);
                None
            }
        }
    }

    /// Like [`get`](Self::get), with the default for an absent or wrong entry.
    pub fn or<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&DeValue) -> Parsed<T>,
        default: T,
        problems: &mut Problems,
    ) -> T {
        self.get(key, parse, problems).map_or(default, |at| at.value)
    }

    /// Like [`get`](Self::get), but absence is a problem.
    pub fn need<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&DeValue) -> Parsed<T>,
        problems: &mut Problems,
    ) -> Option<At<T>> {
        if !self.entries.contains_key(key) {
            problems.add(
                self.span.clone(),
                Words::new(
                    format!("[[{}]] 缺少 {key}", self.name),
                    format!("[[{}]] lacks {key}", self.name),
                ),
                Words::new(format!("补上一行 {key} = …"), format!("add a line {key} = …")),
            );
        }
        self.get(key, parse, problems)
    }

    /// Takes a table `[key]`; an absent one is empty.
    pub fn section(&mut self, key: &'static str, problems: &mut Problems) -> Section<'i> {
        match self.take(key) {
            None => Section::new(key, self.span.clone(), DeTable::new()),
            Some(At { value: DeValue::Table(table), span }) => Section::new(key, span, table),
            Some(At { span, .. }) => {
                problems.add(
                    span.clone(),
                    Words::new(format!("{key} 应为表"), format!("{key} has to be a table")),
                    Words::new(format!("写成 [{key}]"), format!("write [{key}]")),
                );
                Section::new(key, span, DeTable::new())
            }
        }
    }

    /// Takes the tables `[[key]]`, in the order of the file.
    pub fn sections(&mut self, key: &'static str, problems: &mut Problems) -> Vec<Section<'i>> {
        let Some(At { value, span }) = self.take(key) else { return Vec::new() };
        let items: Vec<_> = match value {
            DeValue::Array(array) => array.into_iter().collect(),
            _ => Vec::new(),
        };
        if items.is_empty() || items.iter().any(|item| !item.get_ref().is_table()) {
            problems.add(
                span,
                Words::new(
                    format!("{key} 应为若干个表"),
                    format!("{key} has to be a list of tables"),
                ),
                Words::new(format!("每一个写成 [[{key}]]"), format!("write each as [[{key}]]")),
            );
        }
        items
            .into_iter()
            .filter_map(|item| {
                let span = item.span();
                match item.into_inner() {
                    DeValue::Table(table) => Some(Section::new(key, span, table)),
                    _ => None,
                }
            })
            .collect()
    }

    /// Takes all that is left, for a table whose keys are the user's own.
    pub fn rest(&mut self) -> Vec<(At<String>, At<DeValue<'i>>)> {
        std::mem::take(&mut self.entries)
            .into_iter()
            .map(|(key, (place, value))| {
                let span = value.span();
                (At { value: key, span: place }, At { value: value.into_inner(), span })
            })
            .collect()
    }

    /// Ends the reading: keys that nothing asked for are problems.
    pub fn close(self, problems: &mut Problems) {
        for (key, (place, _)) in self.entries {
            let known = self.known.join("、");
            let nearest = self.known.iter().find(|known| near(known, &key));
            let (zh, en) = match nearest {
                Some(meant) => (format!("是不是 {meant}？"), format!("did you mean {meant}?")),
                None => (
                    format!("删去这一行；这里可以写：{known}"),
                    format!("delete the line; known here: {}", self.known.join(", ")),
                ),
            };
            problems.add(
                place,
                Words::new(format!("不认识的配置项 {key}"), format!("unknown key {key}")),
                Words::new(zh, en),
            );
        }
    }
}

/// Whether a typed key is a known one with a slip: another letter, one more, one fewer, two swapped,
/// or only the beginning or plural of it.
fn near(known: &str, typed: &str) -> bool {
    let (a, b) = (known.as_bytes(), typed.as_bytes());
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let longest = a.len().max(b.len());
    let swapped = a.len() == b.len() && prefix + suffix + 2 == longest;
    longest > 2 && (prefix + suffix + 1 >= longest || swapped)
}
