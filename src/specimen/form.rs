//! The three tables of a specimen, with its own labels and cell texts, so that a patch may change them.

use super::numbers::Numbers;
use crate::edition::{self, Edition, field_name};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Form {
    pub(super) number: u8,
    /// The printed check note; empty where the form has none.
    pub(super) note: String,
    pub(super) blocks: Vec<FormBlock>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FormBlock {
    pub(super) label: String,
    /// The head that is neither a column nor a column's group: 信息内容, 申请人情况, 行政诉讼.
    pub(super) header: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<FormRow>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) group: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FormRow {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) groups: Vec<String>,
    pub(super) values: Vec<Entry>,
}

/// One value cell; `field` is empty in a row that a patch added.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) field: String,
    pub(super) text: String,
}

impl Form {
    pub(super) fn filled(table: &edition::Table, numbers: &Numbers) -> Self {
        let entry = |row: &edition::Row, column: &edition::Column| {
            let field = field_name(table.number, row, column);
            let text = numbers.get(&field).copied().unwrap_or(0).to_string();
            Entry { field, text }
        };
        let block = |b: &edition::Block| FormBlock {
            label: b.label.clone(),
            header: b.header.first().cloned().unwrap_or_default(),
            columns: b
                .columns
                .iter()
                .map(|c| Column {
                    id: c.id.clone(),
                    label: c.label.clone(),
                    group: c.group.clone(),
                })
                .collect(),
            rows: b
                .rows
                .iter()
                .map(|r| FormRow {
                    id: r.id.clone(),
                    label: r.label.clone(),
                    groups: r.groups.clone(),
                    values: b.columns.iter().map(|c| entry(r, c)).collect(),
                })
                .collect(),
        };
        Form {
            number: table.number,
            note: table.note.clone().unwrap_or_default(),
            blocks: table.blocks.iter().map(block).collect(),
        }
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut FormRow> {
        self.blocks.iter_mut().flat_map(|b| &mut b.rows)
    }

    pub(super) fn entry_mut(&mut self, field: &str) -> Option<&mut Entry> {
        self.rows_mut().flat_map(|r| &mut r.values).find(|e| e.field == field)
    }

    /// Every text of the table, labels included.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.note];
        for block in &mut self.blocks {
            texts.extend([&mut block.label, &mut block.header]);
            for column in &mut block.columns {
                texts.extend([&mut column.label, &mut column.group]);
            }
            for row in &mut block.rows {
                texts.push(&mut row.label);
                texts.extend(&mut row.groups);
                texts.extend(row.values.iter_mut().map(|e| &mut e.text));
            }
        }
        texts
    }
}

/// The tables of an edition, filled.
pub(super) fn forms(edition: &Edition, numbers: &Numbers) -> Vec<Form> {
    edition.tables.iter().map(|table| Form::filled(table, numbers)).collect()
}
