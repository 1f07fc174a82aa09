//! Rows of fields under a row of headers, wherever they came from.

use super::super::raw::{At, Problems};
use super::draft::{COLUMNS, Column, Drafts, Written};
use crate::model::Words;
use std::collections::HashMap;
use std::ops::Range;

/// A row that is not empty.
pub(super) struct Record {
    pub span: Range<usize>,
    pub fields: Vec<At<String>>,
}

/// The units of rows, the first of which has the headers. `surplus` says what to do about a field behind
/// the last header.
pub(super) fn drafts(records: Vec<Record>, surplus: &Words, problems: &mut Problems) -> Drafts {
    let mut records = records.into_iter();
    let Some(headers) = records.next() else { return Drafts::default() };
    let columns = columns(&headers, problems);
    let mut drafts = Drafts::default();
    for record in records {
        if !drafts.has_room(record.span.clone(), problems) {
            break;
        }
        let mut values = HashMap::new();
        for (at, field) in record.fields.into_iter().enumerate() {
            match columns.get(at) {
                Some(Some(column)) => drop(values.insert(*column, field)),
                Some(None) => {}
                None if field.value.trim().is_empty() => {}
                None => problems.add(
                    field.span,
                    Words::new("这一行的列比表头多", "more columns than headers"),
                    surplus.clone(),
                ),
            }
        }
        drafts.add(Written { span: record.span, values }, problems);
    }
    drafts
}

/// What a header names.
pub(super) fn column(header: &str) -> Option<Column> {
    let word = crate::model::plain_name(header).to_lowercase();
    let known = COLUMNS.iter().find(|(_, words)| words.contains(&word.as_str()));
    known.map(|(column, _)| *column)
}

/// What each column holds; `None` for one without a header.
fn columns(headers: &Record, problems: &mut Problems) -> Vec<Option<Column>> {
    let mut found: Vec<Option<Column>> = Vec::new();
    for header in &headers.fields {
        let word = crate::model::plain_name(&header.value).to_lowercase();
        let column = column(&header.value);
        let names: Vec<&str> = COLUMNS.iter().map(|(_, words)| words[0]).collect();
        if column.is_some_and(|column| found.contains(&Some(column))) {
            problems.add(
                header.span.clone(),
                Words::new(format!("两列都是“{word}”"), format!("two columns of “{word}”")),
                Words::new("只留一列", "keep one of them"),
            );
        } else if column.is_none() && !word.is_empty() {
            problems.add(
                header.span.clone(),
                Words::new(format!("不认识的列“{word}”"), format!("unknown column “{word}”")),
                Words::new(
                    format!("删去，或改为其中之一：{}", names.join("、")),
                    format!("delete it, or name it one of: {}", names.join(", ")),
                ),
            );
        }
        found.push(column);
    }
    for needed in [Column::Code, Column::Name] {
        if !found.contains(&Some(needed)) {
            let word = needed.word();
            problems.add(
                headers.span.clone(),
                Words::new(format!("表头没有“{word}”列"), format!("there is no column “{word}”")),
                Words::new(
                    format!("第一行写表头，如：编码,名称,类别,上级；补上“{word}”"),
                    "begin with a line of headers: 编码,名称,类别,上级",
                ),
            );
        }
    }
    found
}
