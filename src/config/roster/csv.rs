//! Comma-separated values (RFC 4180) as spreadsheets write them, every field with its place. Tabs and
//! semicolons separate as well: whichever the line of headers holds most.

use super::super::raw::{At, Problems};
use super::draft::Drafts;
use super::records::{self, Record};
use crate::model::Words;

/// The units of a table with a line of headers.
pub(super) fn drafts(text: &str, problems: &mut Problems) -> Option<Drafts> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: &char| first.matches(*separator).count();
    let separator = [',', '\t', ';', '，'].into_iter().rev().max_by_key(count).unwrap_or(',');
    let surplus = Words::new(
        "值中有逗号的，给整个值加英文双引号",
        "put a value that holds a comma in double quotes",
    );
    Some(records::drafts(records(text, separator, problems)?, &surplus, problems))
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
