//! The catalogue and the form, outwards only.

use crate::edition::{Block, Edition, Equation, Table};
use crate::proto::v1;
use crate::rules::Rule;

/// A rule without its page.
pub(in crate::grpc) fn rule(from: &Rule) -> v1::Rule {
    v1::Rule {
        code: from.code.into(),
        name: Some((&from.name_words()).into()),
        severity: v1::Severity::from(from.severity).into(),
        basis: Some((&from.basis_words()).into()),
    }
}

/// An edition in short.
pub(in crate::grpc) fn edition_summary(from: &Edition) -> v1::EditionSummary {
    v1::EditionSummary {
        id: from.id.clone(),
        name: from.name.clone(),
        basis: from.basis.clone(),
        first_year: from.first_year,
        last_year: (from.last_year != i32::MAX).then_some(from.last_year),
        hash: from.hash.clone(),
    }
}

/// An edition with its parts, tables and identities.
pub(in crate::grpc) fn edition(from: &Edition) -> v1::GetEditionResponse {
    let sections = from.sections.iter();
    v1::GetEditionResponse {
        edition: Some(edition_summary(from)),
        sections: sections
            .map(|s| v1::Section { number: s.number.into(), heading: s.heading.clone() })
            .collect(),
        tables: from.tables.iter().map(table).collect(),
        identities: from.equations.iter().map(identity).collect(),
    }
}

fn table(from: &Table) -> v1::Table {
    v1::Table { number: from.number.into(), blocks: from.blocks.iter().map(block).collect() }
}

fn block(from: &Block) -> v1::Block {
    let column = |c: &crate::edition::Column| v1::Column {
        id: c.id.clone(),
        label: c.label.clone(),
        group: c.group.clone(),
    };
    let row = |r: &crate::edition::Row| v1::Row {
        id: r.id.clone(),
        label: r.label.clone(),
        groups: r.groups.clone(),
    };
    v1::Block {
        label: from.label.clone(),
        columns: from.columns.iter().map(column).collect(),
        rows: from.rows.iter().map(row).collect(),
    }
}

fn identity(from: &Equation) -> v1::Identity {
    let fields = |terms: &[crate::edition::Term]| terms.iter().map(|t| t.field.clone()).collect();
    v1::Identity { rule: from.rule.clone(), left: fields(&from.left), right: fields(&from.right) }
}
