//! Comma-separated values (RFC 4180) as spreadsheets write them, every field with its place. Tabs and
//! semicolons separate as well: whichever the line of headers holds most.

use super::super::raw::{At, Problems};
use super::draft::{COLUMNS, Column, Drafts, Written};
use crate::model::Words;
use std::collections::HashMap;
use std::ops::Range;

struct Record {
    span: Range<usize>,
    fields: Vec<At<String>>,
}

/// The units of a table with a line of headers.
pub(super) fn drafts(text: &str, problems: &mut Problems) -> Option<Drafts> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: &char| first.matches(*separator).count();
    let separator = [',', '\t', ';', '，'].into_iter().rev().max_by_key(count).unwrap_or(',');
    let mut records = records(text, separator, problems)?.into_iter();
    let Some(headers) = records.next() else { return Some(Drafts::default()) };
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
                    Words::new(
                        "值中有逗号的，给整个值加英文双引号",
                        "put a value that holds a comma in double quotes",
                    ),
                ),
            }
        }
        drafts.add(Written { span: record.span, values }, problems);
    }
    Some(drafts)
}

/// What each column holds; `None` for one without a header.
fn columns(headers: &Record, problems: &mut Problems) -> Vec<Option<Column>> {
    let mut found: Vec<Option<Column>> = Vec::new();
    for header in &headers.fields {
        let word = crate::model::plain_name(&header.value).to_lowercase();
        let known = COLUMNS.iter().find(|(_, words)| words.contains(&word.as_str()));
        let column = known.map(|(column, _)| *column);
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

/// Every record that is not empty; `None` where a quote is never closed, and nothing after it can be told.
fn records(text: &str, separator: char, problems: &mut Problems) -> Option<Vec<Record>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let mut fields = Vec::new();
        loop {
            let Some((field, end)) = field(text, at, separator) else {
                problems.add(
                    at..at + 1,
                    Words::new("双引号没有结束", "a quote is never closed"),
                    Words::new(
                        "补上另一个英文双引号；值中的双引号写两个",
                        "add the other quote; write a quote within a value twice",
                    ),
                );
                return None;
            };
            fields.push(field);
            at = end;
            match text[at..].chars().next() {
                Some(c) if c == separator => at += c.len_utf8(),
                _ => break,
            }
        }
        let end = at;
        let rest = &text[at..];
        at += if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        if fields.iter().any(|field| !field.value.trim().is_empty()) {
            found.push(Record { span: start..end, fields });
        }
    }
    Some(found)
}

/// The field that begins at a place, and where it ends: before a separator, an end of line or the end
/// of the text. `None` where its quote is not closed.
fn field(text: &str, start: usize, separator: char) -> Option<(At<String>, usize)> {
    let rest = &text[start..];
    if !rest.starts_with('"') {
        let end = rest.find([separator, '\n', '\r']).unwrap_or(rest.len());
        return Some((
            At { value: rest[..end].to_string(), span: start..start + end },
            start + end,
        ));
    }
    let mut value = String::new();
    let mut at = 1;
    loop {
        let quote = at + rest[at..].find('"')?;
        value.push_str(&rest[at..quote]);
        at = quote + 1;
        if !rest[at..].starts_with('"') {
            break;
        }
        value.push('"');
        at += 1;
    }
    // Words behind the closing quote belong to the field, as spreadsheets read it.
    let end = at + rest[at..].find([separator, '\n', '\r']).unwrap_or(rest.len() - at);
    value.push_str(&rest[at..end]);
    Some((At { value, span: start..start + end }, start + end))
}
