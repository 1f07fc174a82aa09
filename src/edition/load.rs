//! Reads edition files and proves each of them consistent before anybody relies on it.

use super::flaw::{EditionError, Flaw};
use super::lexicon::Lexicon;
use super::schema::{Block, Column, Edition, Editions, Equation, Group, Row, Section, Table, Term};
use super::sound::{self, Fault};
use crate::model::{Words, hex};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The edition files of the program, oldest first.
const FILES: [&str; 2] = [
    include_str!("../../config/editions/2019.toml"),
    include_str!("../../config/editions/2021.toml"),
];

static EMBEDDED: LazyLock<Editions> = LazyLock::new(|| {
    Editions::parse(&FILES).expect("the edition files of the program are checked by its tests")
});

impl Editions {
    /// The editions compiled into the program (`config/editions/*.toml`), checked.
    pub fn embedded() -> &'static Editions {
        &EMBEDDED
    }

    /// The file of a built-in edition, which is the model for one of a site's own.
    pub fn source(id: &str) -> Option<&'static str> {
        let at = Editions::embedded().all.iter().position(|e| e.id == id)?;
        FILES.get(at).copied()
    }

    /// Reads and checks edition files, oldest first.
    pub fn parse(files: &[&str]) -> Result<Editions, EditionError> {
        let mut all: Vec<Edition> = Vec::new();
        for (file, text) in files.iter().enumerate() {
            let edition = read(text).map_err(|flaws| EditionError { file, flaws })?;
            if all.last().is_some_and(|before| edition.first_year <= before.last_year) {
                let what = Words::new(
                    "年度与前一个版式重叠",
                    "its years overlap those of the edition before",
                );
                let help = Words::new("改正 first_year", "mend first_year");
                return Err(EditionError { file, flaws: vec![Flaw { span: 0..0, what, help }] });
            }
            all.push(edition);
        }
        let lexicon = Lexicon::of(&all);
        Ok(Editions { all, lexicon })
    }
}

/// What an edition file says of itself. Tables are kept as they stand, identities are patterns over
/// rows or columns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    name: String,
    basis: String,
    first_year: i32,
    /// Left out by the newest edition.
    #[serde(default = "no_end")]
    last_year: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableHead {
    number: u8,
    note: Option<String>,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockHead {
    #[serde(default)]
    label: String,
    header: Vec<String>,
}

/// An identity, or one for every row or column of 表三.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    pub rule: String,
    each: Option<Each>,
    pub left: Vec<String>,
    pub right: Vec<String>,
    pub pivot: String,
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

/// One edition, or everything that is wrong with its file: first what cannot be read at all, and where
/// everything could be read, what contradicts itself.
pub(super) fn read(text: &str) -> Result<Edition, Vec<Flaw>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { flaws: Vec::new() };
    for error in errors {
        reader.flaw(
            error.span().unwrap_or(0..0),
            Words::new("不是合法的 TOML", format!("not valid TOML: {}", error.message())),
            Words::new(
                "写成 名称 = 值；文字加英文半角双引号，表名写成 [[名称]]",
                "write name = value; put text in straight double quotes; write tables as [[name]]",
            ),
        );
    }
    let read = reader.file(root.clone(), text);
    let Some((edition, patterns)) = read.filter(|_| reader.flaws.is_empty()) else {
        reader.flaws.sort_by_key(|flaw| flaw.span.start);
        return Err(reader.flaws);
    };
    let faults = sound::faults(&edition, &patterns);
    if faults.is_empty() {
        return Ok(Edition { equations: equations(&patterns, &edition.tables), ..edition });
    }
    let placed = |fault: Fault| Flaw {
        span: sound::span(root.get_ref(), &fault.path),
        what: fault.what,
        help: fault.help,
    };
    let mut flaws: Vec<Flaw> = faults.into_iter().map(placed).collect();
    flaws.sort_by_key(|flaw| flaw.span.start);
    Err(flaws)
}

/// The bytes of a value of a file that is TOML.
pub(super) fn place(text: &str, path: &[sound::Step]) -> std::ops::Range<usize> {
    DeTable::parse(text).map_or(0..0, |root| sound::span(root.get_ref(), path))
}

/// Reads a file piece by piece, so that a fault in one row does not hide those in the others.
struct Reader {
    flaws: Vec<Flaw>,
}

impl Reader {
    fn flaw(&mut self, span: std::ops::Range<usize>, what: Words, help: Words) {
        self.flaws.push(Flaw { span, what, help });
    }

    fn file(&mut self, root: Spanned<DeTable>, text: &str) -> Option<(Edition, Vec<Pattern>)> {
        let whole = root.span();
        let mut root = root.into_inner();
        let mut list = |key| self.list(&mut root, key, whole.clone());
        let (sections, tables) = (list("sections"), list("tables"));
        let identities = list("identities");
        let sections = self.pieces::<Section>(sections);
        let tables = tables.into_iter().map(|table| self.table(table)).collect::<Vec<_>>();
        let patterns = self.pieces::<Pattern>(identities);
        let head: Head = self.piece(Spanned::new(whole, DeValue::Table(root)))?;
        let edition = Edition {
            id: head.id,
            name: head.name,
            basis: head.basis,
            first_year: head.first_year,
            last_year: head.last_year,
            sections,
            tables: tables.into_iter().collect::<Option<_>>()?,
            equations: Vec::new(),
            hash: hex(&Sha256::digest(text.as_bytes())[..8]),
        };
        Some((edition, patterns))
    }

    fn table(&mut self, value: Spanned<DeValue>) -> Option<Table> {
        let span = value.span();
        let DeValue::Table(mut table) = value.into_inner() else { return self.no_table(span) };
        let blocks = self.list(&mut table, "blocks", span.clone());
        let blocks = blocks.into_iter().map(|b| self.block(b)).collect::<Vec<_>>();
        let head: TableHead = self.piece(Spanned::new(span, DeValue::Table(table)))?;
        Some(Table {
            number: head.number,
            note: head.note,
            groups: head.groups,
            captions: Vec::new(),
            blocks: blocks.into_iter().collect::<Option<_>>()?,
        })
    }

    fn block(&mut self, value: Spanned<DeValue>) -> Option<Block> {
        let span = value.span();
        let DeValue::Table(mut block) = value.into_inner() else { return self.no_table(span) };
        let columns = self.list(&mut block, "columns", span.clone());
        let columns = self.pieces::<Column>(columns);
        let rows = self.list(&mut block, "rows", span.clone());
        let rows = self.pieces::<Row>(rows);
        let head: BlockHead = self.piece(Spanned::new(span, DeValue::Table(block)))?;
        Some(Block { label: head.label, header: head.header, columns, rows })
    }

    fn no_table<T>(&mut self, span: std::ops::Range<usize>) -> Option<T> {
        let what = Words::new("应为表", "has to be a table");
        let help = Words::new("写成 [[名称]] 或 { … }", "write [[name]] or { … }");
        self.flaw(span, what, help);
        None
    }

    /// Takes the list of a key out of a table.
    fn list<'i>(
        &mut self,
        table: &mut DeTable<'i>,
        key: &str,
        whole: std::ops::Range<usize>,
    ) -> Vec<Spanned<DeValue<'i>>> {
        let value = table.remove(key);
        let span = value.as_ref().map_or(whole, Spanned::span);
        match value.map(Spanned::into_inner) {
            Some(DeValue::Array(list)) => list.into_iter().collect(),
            found => {
                let what = match found {
                    Some(_) => Words::new(
                        format!("{key} 应为若干个表"),
                        format!("{key} has to be a list of tables"),
                    ),
                    None => Words::new(format!("缺少 {key}"), format!("{key} is missing")),
                };
                let help = Words::new(
                    format!("写成 [[{key}]] 或 {key} = [ … ]"),
                    format!("write [[{key}]] or {key} = [ … ]"),
                );
                self.flaw(span, what, help);
                Vec::new()
            }
        }
    }

    fn pieces<T: DeserializeOwned>(&mut self, values: Vec<Spanned<DeValue>>) -> Vec<T> {
        values.into_iter().filter_map(|value| self.piece(value)).collect()
    }

    fn piece<T: DeserializeOwned>(&mut self, value: Spanned<DeValue>) -> Option<T> {
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(piece) => Some(piece),
            Err(error) => {
                self.flaw(
                    error.span().unwrap_or(span),
                    Words::new(
                        format!("不合版式文件的写法（{}）", error.message()),
                        format!("not as an edition file is written: {}", error.message()),
                    ),
                    Words::new(
                        "对照内置的版式文件改正：nianbao rules form 2021",
                        "compare with the built-in file: nianbao rules form 2021",
                    ),
                );
                None
            }
        }
    }
}

impl Pattern {
    /// The ids it stands for, with the hole they fill; one empty pair for a plain identity.
    pub fn instances(&self, tables: &[Table]) -> (&'static str, Vec<String>) {
        let block = tables.iter().find(|t| t.number == 3).and_then(|t| t.blocks.first());
        match self.each {
            Some(Each::Row) => {
                ("{row}", block.iter().flat_map(|b| &b.rows).map(|r| r.id.clone()).collect())
            }
            Some(Each::Column) => {
                ("{column}", block.iter().flat_map(|b| &b.columns).map(|c| c.id.clone()).collect())
            }
            None => ("", vec![String::new()]),
        }
    }
}

fn equations(patterns: &[Pattern], tables: &[Table]) -> Vec<Equation> {
    let mut out = Vec::new();
    for pattern in patterns {
        let (hole, ids) = pattern.instances(tables);
        for id in &ids {
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
    fn an_identity_over_a_field_that_does_not_exist_is_refused_where_it_stands() {
        let text =
            include_str!("../../config/editions/2021.toml").replace("\"t4.L1\"", "\"t4.L6\"");
        let error = Editions::parse(&[&text]).expect_err("t4.L6 is no field");
        assert!(error.to_string().contains("t4.L6"), "{error}");
        let [flaw] = &error.flaws[..] else { panic!("one fault, got {:?}", error.flaws) };
        assert_eq!(&text[flaw.span.clone()], "\"t4.L6\"");
    }

    #[test]
    fn a_label_that_stands_twice_and_a_misspelt_key_are_refused() {
        let file = include_str!("../../config/editions/2019.toml");
        let twice = file.replace("3.要求提供公开出版物", "2.重复申请");
        let flaws = read(&twice).expect_err("a row label twice");
        assert_eq!(&twice[flaws[0].span.clone()], "\"2.重复申请\"");
        let misspelt = file.replacen("first_year", "frist_year", 1);
        let flaws = read(&misspelt).expect_err("no such key");
        assert!(flaws.iter().any(|f| f.what.en.contains("frist_year")), "{flaws:?}");
        assert!(Editions::parse(&[file, file]).is_err(), "years overlap");
    }

    #[test]
    fn faults_in_several_rows_are_all_told() {
        let text = include_str!("../../config/editions/2021.toml")
            .replace("{ id = \"d1\", label", "{ id = \"d1\", lable")
            .replace("{ id = \"PEN\", label = \"行政处罚\" }", "{ id = 7, label = \"行政处罚\" }");
        let flaws = read(&text).expect_err("two rows are wrong");
        let places: Vec<&str> = flaws.iter().map(|f| &text[f.span.clone()]).collect();
        assert_eq!(places, ["7", "lable"], "{flaws:?}");
    }
}
