//! A roster in TOML: `[[unit]]` tables with the keys that the columns of a CSV file have.

use super::super::raw::{At, Problems, Section};
use super::draft::{COLUMNS, Drafts, Written};
use crate::model::Words;
use std::collections::HashMap;
use toml::de::DeValue;

pub(super) fn drafts(text: &str, problems: &mut Problems) -> Option<Drafts> {
    let mut file = Section::file(text, problems);
    let mut drafts = Drafts::default();
    for mut section in file.sections("unit", problems) {
        let span = section.span.clone();
        if !drafts.has_room(span.clone(), problems) {
            break;
        }
        let mut values = HashMap::new();
        for (column, words) in COLUMNS {
            let key = words[words.len() - 1];
            let Some(At { value, span }) = section.take(key) else { continue };
            match written(&value) {
                Some(value) => drop(values.insert(column, At { value, span })),
                None => problems.add(
                    span,
                    Words::new(
                        format!("{key} 的值不对"),
                        format!("the value of {key} is not usable"),
                    ),
                    Words::new(
                        "写成加双引号的文字，几个时写成 [\"甲\", \"乙\"]",
                        "write a text in double quotes, or a list of them",
                    ),
                ),
            }
        }
        section.close(problems);
        drafts.add(Written { span, values }, problems);
    }
    file.close(problems);
    Some(drafts)
}

/// The value as a field of a table has it: a list with marks between.
fn written(value: &DeValue) -> Option<String> {
    if let Some(yes) = value.as_bool() {
        return Some(if yes { "是" } else { "否" }.to_string());
    }
    match value.as_array() {
        Some(list) => {
            let texts: Option<Vec<&str>> =
                list.iter().map(|item| item.get_ref().as_str()).collect();
            Some(texts?.join("、"))
        }
        None => value.as_str().map(str::to_string),
    }
}
