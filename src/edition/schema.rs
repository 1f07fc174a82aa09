//! An edition of the national form, as its TOML file states it.

use super::labels::label_key;
use super::lexicon::Lexicon;
use crate::document::ValueKind;
use serde::Deserialize;

/// All editions known, oldest first; no two of them apply to one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Editions {
    pub all: Vec<Edition>,
    /// Index over the words of `all`.
    pub(super) lexicon: Lexicon,
}

impl Editions {
    /// By id: "2019", "2021".
    pub fn get(&self, id: &str) -> Option<&Edition> {
        self.all.iter().find(|e| e.id == id)
    }

    /// The edition a report on `year` has to use; `None` for years before the oldest.
    pub fn for_year(&self, year: i32) -> Option<&Edition> {
        self.all.iter().rev().find(|e| (e.first_year..=e.last_year).contains(&year))
    }
}

/// One edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// "2019", "2021".
    pub id: String,
    /// 《…》 as a person names it.
    pub name: String,
    /// The instrument that prescribes it: 国办公开办函〔2021〕30号.
    pub basis: String,
    /// Report years it applies to, inclusive; the newest has `i32::MAX`.
    pub first_year: i32,
    pub last_year: i32,
    /// The six parts in order.
    pub sections: Vec<Section>,
    /// 表二, 表三, 表四.
    pub tables: Vec<Table>,
    /// Every exact identity (AR-01…AR-04), one per instance: 40 in 2019, 42 in 2021. A row or column
    /// that a site has added takes part only where the site says so.
    pub equations: Vec<Equation>,
    /// Hash over the TOML text and what the site adds to it, 16 hex digits.
    pub hash: String,
}

impl Edition {
    /// The table 2, 3 or 4.
    pub fn table(&self, number: u8) -> Option<&Table> {
        self.tables.iter().find(|t| t.number == number)
    }
}

/// One of the six parts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// 1..=6.
    pub number: u8,
    /// Heading without its ordinal: 总体情况.
    pub heading: String,
    /// Headings met in real reports that mean this part; they fire ST-03.
    pub variants: Vec<String>,
    /// Headings that a site has registered as its own official ones; they fire nothing.
    #[serde(skip)]
    pub aliases: Vec<String>,
    /// Words by which the part is known where its heading is lost: one of each list stands in it.
    /// Empty for the parts that are known by their tables.
    #[serde(default)]
    pub signs: Vec<Vec<String>>,
}

/// One of the three tables.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// 2, 3 or 4; also the part it stands in.
    pub number: u8,
    /// The printed check note, 表三 only.
    pub note: Option<String>,
    /// Group labels that have other wordings; the rest of the groups have none.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Lines that a site prints over or at the top of the table; they are neither heading nor row.
    #[serde(skip)]
    pub captions: Vec<String>,
    pub blocks: Vec<Block>,
}

/// A label that is neither a row's nor a column's (over rows, over columns, over a block, in the
/// corner of a header) and that real reports word differently.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub label: String,
    pub variants: Vec<Variant>,
}

/// Rows that share columns. 表二 has one block per 条例 item, 表三 and 表四 one block each.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// 第二十条第（一）项; empty for 表三 and 表四.
    #[serde(default)]
    pub label: String,
    /// Words of the header that are neither a column nor a column's group: 信息内容, 申请人情况.
    pub header: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column of numbers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Last segment of the field name: `made`, `NP`, `R1`; empty where the row alone names the field (`t2.LIC`, `t2.FEE`).
    pub id: String,
    pub label: String,
    /// Header above it: 法人或其他组织, 行政复议, 未经复议直接起诉; empty at top level.
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub variants: Vec<Variant>,
    pub kind: ValueKind,
    /// Added by the site, and not by the national form.
    #[serde(skip)]
    pub added: Option<Added>,
}

/// A row of numbers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Middle segment of the field name: `new`, `d7`, `REG`; empty for the one row of 表四.
    pub id: String,
    pub label: String,
    /// Label cell(s) to its left, outermost first: 三、本年度办理结果, （三）不予公开.
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Added by the site, and not by the national form.
    #[serde(skip)]
    pub added: Option<Added>,
}

/// Whether a row or column that a site has added has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It may be left out.
    Optional,
    /// A table without it is incomplete (TB-03, TB-04).
    Required,
}

/// Another wording of a label. A silent one is a mere way of printing; the others fire TB-06.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub label: String,
    #[serde(default)]
    pub silent: bool,
}

/// An exact identity: Σ left = Σ right, over field names.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// The rule it belongs to: AR-01 … AR-04.
    pub rule: String,
    pub left: Vec<Term>,
    pub right: Vec<Term>,
    /// Field that a person would look at first: the total for sums, `t3.total.<col>` for balances.
    pub pivot: String,
}

/// One term of an identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub field: String,
}

impl Section {
    /// True for the heading that the edition prints, or one that the site has registered for it.
    pub fn owns(&self, heading: &str) -> bool {
        let key = label_key(heading);
        std::iter::once(&self.heading).chain(&self.aliases).any(|own| label_key(own) == key)
    }
}

impl Table {
    /// True where the two are printed alike, whatever other wordings of their labels are accepted.
    pub fn prints_like(&self, other: &Table) -> bool {
        let alike = |a: &Block, b: &Block| {
            let columns = |of: &Block| -> Vec<(String, String, String)> {
                let national = of.columns.iter().filter(|c| c.added.is_none());
                national.map(|c| (c.id.clone(), c.label.clone(), c.group.clone())).collect()
            };
            let rows = |of: &Block| -> Vec<(String, String, Vec<String>)> {
                let national = of.rows.iter().filter(|r| r.added.is_none());
                national.map(|r| (r.id.clone(), r.label.clone(), r.groups.clone())).collect()
            };
            a.label == b.label && columns(a) == columns(b) && rows(a) == rows(b)
        };
        self.number == other.number
            && self.blocks.len() == other.blocks.len()
            && self.blocks.iter().zip(&other.blocks).all(|(a, b)| alike(a, b))
    }

    /// Every field of the table with its block, row and column, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (String, &Block, &Row, &Column)> {
        self.blocks.iter().flat_map(move |block| {
            block.rows.iter().flat_map(move |row| {
                block
                    .columns
                    .iter()
                    .map(move |column| (field_name(self.number, row, column), block, row, column))
            })
        })
    }
}

/// Name of a field: `t3.new.NP`, `t4.R1`, `t2.LIC`. An empty segment is left out.
pub fn field_name(table: u8, row: &Row, column: &Column) -> String {
    let mut name = format!("t{table}");
    for segment in [&row.id, &column.id] {
        if !segment.is_empty() {
            name.push('.');
            name.push_str(segment);
        }
    }
    name
}
