//! Reads edition files and proves each of them consistent before anybody relies on it.

use super::lexicon::Lexicon;
use super::schema::{Edition, Editions, Equation, Section, Table, Term};
use crate::model::hex;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// An edition file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// Not TOML, or not of the schema; the text names line and key.
    #[error("edition file is malformed: {0}")]
    Malformed(String),
    /// Well-formed but contradicting itself.
    #[error("edition {id}: {what}")]
    Inconsistent { id: String, what: String },
}

static EMBEDDED: LazyLock<Editions> = LazyLock::new(|| {
    Editions::parse(&[
        include_str!("../../config/editions/2019.toml"),
        include_str!("../../config/editions/2021.toml"),
    ])
    .expect("the edition files of the program are checked by its tests")
});

impl Editions {
    /// The editions compiled into the program (`config/editions/*.toml`), checked.
    pub fn embedded() -> &'static Editions {
        &EMBEDDED
    }

    /// Reads and checks edition files, oldest first.
    pub fn parse(files: &[&str]) -> Result<Editions, EditionError> {
        let all = files.iter().map(|text| read(text)).collect::<Result<Vec<_>, _>>()?;
        for pair in all.windows(2) {
            if pair[1].first_year <= pair[0].last_year {
                return Err(wrong(&pair[1].id, "its years overlap those of the edition before"));
            }
        }
        let lexicon = Lexicon::of(&all);
        Ok(Editions { all, lexicon })
    }
}

/// The file as written. Tables are kept as they stand, identities are patterns over rows or columns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    name: String,
    basis: String,
    first_year: i32,
    /// Left out by the newest edition.
    #[serde(default = "no_end")]
    last_year: i32,
    sections: Vec<Section>,
    tables: Vec<Table>,
    identities: Vec<Pattern>,
}

/// An identity, or one for every row or column of 表三.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    rule: String,
    each: Option<Each>,
    left: Vec<String>,
    right: Vec<String>,
    pivot: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Each {
    Row,
    Column,
}

fn no_end() -> i32 {
    i32::MAX
}

fn wrong(id: &str, what: impl Into<String>) -> EditionError {
    EditionError::Inconsistent { id: id.to_string(), what: what.into() }
}

fn read(text: &str) -> Result<Edition, EditionError> {
    let file: File = toml::from_str(text).map_err(|e| EditionError::Malformed(e.to_string()))?;
    let hash = Sha256::digest(text.as_bytes());
    let edition = Edition {
        equations: equations(&file.identities, &file.tables),
        id: file.id,
        name: file.name,
        basis: file.basis,
        first_year: file.first_year,
        last_year: file.last_year,
        sections: file.sections,
        tables: file.tables,
        hash: hex(&hash[..8]),
    };
    check(&edition)?;
    Ok(edition)
}

fn equations(patterns: &[Pattern], tables: &[Table]) -> Vec<Equation> {
    let block = tables.iter().find(|t| t.number == 3).and_then(|t| t.blocks.first());
    let rows: Vec<&str> = block.iter().flat_map(|b| &b.rows).map(|r| r.id.as_str()).collect();
    let columns: Vec<&str> = block.iter().flat_map(|b| &b.columns).map(|c| c.id.as_str()).collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let (hole, ids): (&str, &[&str]) = match pattern.each {
            Some(Each::Row) => ("{row}", &rows),
            Some(Each::Column) => ("{column}", &columns),
            None => ("", &[""]),
        };
        for id in ids {
            let fill =
                |name: &String| if hole.is_empty() { name.clone() } else { name.replace(hole, id) };
            let terms = |names: &[String]| -> Vec<Term> {
                names.iter().map(|name| Term { field: fill(name) }).collect()
            };
            out.push(Equation {
                rule: pattern.rule.clone(),
                left: terms(&pattern.left),
                right: terms(&pattern.right),
                pivot: fill(&pattern.pivot),
            });
        }
    }
    out
}

/// What must hold of every edition: six parts, tables 2 to 4, every label and field once, every
/// identity over fields that exist.
fn check(edition: &Edition) -> Result<(), EditionError> {
    let fail = |what: String| Err(wrong(&edition.id, what));
    if edition.sections.iter().map(|s| s.number).ne(1..=6) {
        return fail("the parts are not 1 to 6 in order".into());
    }
    let mut headings = BTreeSet::new();
    for section in &edition.sections {
        for heading in std::iter::once(&section.heading).chain(&section.variants) {
            if !headings.insert(super::label_key(heading)) {
                return fail(format!("heading {heading} stands twice"));
            }
        }
    }
    if edition.tables.iter().map(|t| t.number).ne(2..=4) {
        return fail("the tables are not 2 to 4 in order".into());
    }
    let mut fields = BTreeSet::new();
    for table in &edition.tables {
        check_labels(edition, table)?;
        for (name, ..) in table.fields() {
            if !fields.insert(name.clone()) {
                return fail(format!("field {name} stands twice"));
            }
        }
    }
    for equation in &edition.equations {
        let terms = equation.left.iter().chain(&equation.right).map(|t| &t.field);
        for field in terms.chain(std::iter::once(&equation.pivot)) {
            if !fields.contains(field) {
                return fail(format!("{} speaks of {field}, which is no field", equation.rule));
            }
        }
    }
    Ok(())
}

/// Row labels are unique within a table, column labels within their block and group.
fn check_labels(edition: &Edition, table: &Table) -> Result<(), EditionError> {
    let mut rows = BTreeSet::new();
    for block in &table.blocks {
        let mut columns = BTreeSet::new();
        for row in &block.rows {
            for label in std::iter::once(&row.label).chain(row.variants.iter().map(|v| &v.label)) {
                if !rows.insert(super::label_key(label)) {
                    return Err(wrong(&edition.id, format!("row label {label} stands twice")));
                }
            }
        }
        for column in &block.columns {
            let labels = column.variants.iter().map(|v| &v.label);
            for label in std::iter::once(&column.label).chain(labels) {
                if !columns.insert((super::label_key(&column.group), super::label_key(label))) {
                    return Err(wrong(&edition.id, format!("column label {label} stands twice")));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(edition: &Edition, rule: &str) -> usize {
        edition.equations.iter().filter(|e| e.rule == rule).count()
    }

    #[test]
    fn the_2019_form_has_40_identities_and_the_2021_form_42() {
        let editions = Editions::embedded();
        let [old, new] = ["2019", "2021"].map(|id| editions.get(id).expect("embedded"));
        assert_eq!(["AR-01", "AR-02", "AR-03", "AR-04"].map(|r| count(old, r)), [7, 7, 23, 3]);
        assert_eq!(["AR-01", "AR-02", "AR-03", "AR-04"].map(|r| count(new, r)), [7, 7, 25, 3]);
        assert_eq!((old.equations.len(), new.equations.len()), (40, 42));
    }

    #[test]
    fn the_forms_have_the_cells_that_are_printed() {
        let cells = |id: &str| -> Vec<usize> {
            let edition = Editions::embedded().get(id).expect("embedded");
            edition.tables.iter().map(|t| t.fields().count()).collect()
        };
        assert_eq!(cells("2019"), [22, 23 * 7, 15]);
        assert_eq!(cells("2021"), [10, 25 * 7, 15]);
    }

    #[test]
    fn the_year_names_the_edition() {
        let id = |year| Editions::embedded().for_year(year).map(|e| e.id.as_str());
        assert_eq!(
            [2018, 2019, 2020, 2021, 2099].map(id),
            [None, Some("2019"), Some("2019"), Some("2021"), Some("2021")]
        );
    }

    #[test]
    fn an_identity_over_a_field_that_does_not_exist_is_refused() {
        let text = include_str!("../../config/editions/2021.toml").replace("t4.L5", "t4.L6");
        let error = Editions::parse(&[&text]).expect_err("t4.L6 is no field");
        assert!(error.to_string().contains("t4.L6"), "{error}");
    }

    #[test]
    fn a_label_that_stands_twice_and_a_misspelt_key_are_refused() {
        let file = include_str!("../../config/editions/2019.toml");
        let twice = file.replace("3.要求提供公开出版物", "2.重复申请");
        assert!(Editions::parse(&[&twice]).is_err());
        let misspelt = file.replacen("first_year", "frist_year", 1);
        assert!(matches!(Editions::parse(&[&misspelt]), Err(EditionError::Malformed(_))));
        assert!(Editions::parse(&[file, file]).is_err(), "years overlap");
    }
}
