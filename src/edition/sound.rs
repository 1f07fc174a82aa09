//! What must hold of every edition file, and where in its text it does not.

use super::labels::label_key;
use super::load::Pattern;
use super::schema::{Edition, Table};
use crate::model::Words;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The rules that weigh exact identities; an identity under another code would never be looked at.
pub const IDENTITY_RULES: [&str; 4] = ["AR-01", "AR-02", "AR-03", "AR-04"];

/// Rows of a table, columns of a block, and cells named in all identities together; the printed forms
/// have 25, 15 and some 600.
const MOST_ROWS: usize = 200;
const MOST_COLUMNS: usize = 40;
const MOST_TERMS: usize = 50_000;
/// Characters a label or heading may have: longer cells and lines are not compared with the form.
pub(super) const LONGEST_LABEL: usize = 120;
pub(super) const LONGEST_HEADING: usize = 50;

/// One step to a value of a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Key(&'static str),
    At(usize),
}
use Step::{At, Key};

/// Something wrong at a place of the file.
pub(super) struct Fault {
    pub path: Vec<Step>,
    pub what: Words,
    pub help: Words,
}

/// The bytes of the value at a path, as far as it leads.
pub(super) fn span(root: &DeTable, path: &[Step]) -> Range<usize> {
    let (mut value, mut span): (Option<&DeValue>, _) = (None, 0..0);
    for step in path {
        let next = match (step, value) {
            (Key(key), None) => root.get(*key),
            (Key(key), Some(DeValue::Table(table))) => table.get(*key),
            (At(index), Some(DeValue::Array(list))) => list.get(*index),
            _ => None,
        };
        let Some(next) = next else { break };
        (value, span) = (Some(next.get_ref()), next.span());
    }
    span
}

/// Everything that contradicts itself: six parts, tables 2 to 4, every label and field once, every
/// identity over fields that exist and under a rule that weighs it.
pub(super) fn faults(edition: &Edition, patterns: &[Pattern]) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    faults.head(edition);
    faults.sections(edition);
    let before = faults.0.len();
    faults.tables(edition);
    if faults.0.len() == before {
        faults.identities(edition, patterns);
    }
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, path: &[Step], what: (String, String), help: (&str, &str)) {
        let (what, help) = (Words::new(what.0, what.1), Words::new(help.0, help.1));
        self.0.push(Fault { path: path.to_vec(), what, help });
    }

    fn head(&mut self, edition: &Edition) {
        let id = &edition.id;
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if id.is_empty() || id.chars().count() > 16 || !id.chars().all(fits) {
            self.add(
                &[Key("id")],
                ("版式的代号不能用".into(), "the id is not usable".into()),
                (
                    "用字母、数字、汉字、- 和 _，至多 16 个字，如 \"2027\"",
                    "use letters, digits, - and _, at most 16, as in \"2027\"",
                ),
            );
        }
        for (key, text) in [("name", &edition.name), ("basis", &edition.basis)] {
            if text.trim().is_empty() || text.chars().count() > LONGEST_LABEL {
                self.add(
                    &[Key(key)],
                    (format!("{key} 为空或过长"), format!("{key} is empty or too long")),
                    ("写 1 到 120 个字", "write 1 to 120 characters"),
                );
            }
        }
        if edition.first_year < 2000 || edition.first_year > edition.last_year {
            self.add(
                &[Key("first_year")],
                ("适用年度不对".into(), "the years are not usable".into()),
                ("first_year 不早于 2000、不晚于 last_year；一直适用的不写 last_year", "first_year is from 2000 on and not after last_year; leave last_year out where there is no end"),
            );
        }
    }

    fn sections(&mut self, edition: &Edition) {
        if edition.sections.iter().map(|s| s.number).ne(1..=6) {
            self.add(
                &[Key("sections")],
                (
                    "各部分不是依次为第一到第六部分".into(),
                    "the parts are not 1 to 6 in order".into(),
                ),
                (
                    "写六段 [[sections]]，number 依次为 1 到 6",
                    "write six [[sections]] numbered 1 to 6",
                ),
            );
        }
        let mut met = BTreeSet::new();
        for (at, section) in edition.sections.iter().enumerate() {
            let own = [Key("sections"), At(at), Key("heading")];
            self.heading(&mut met, &own, &section.heading);
            for (index, variant) in section.variants.iter().enumerate() {
                let path = [Key("sections"), At(at), Key("variants"), At(index)];
                self.heading(&mut met, &path, variant);
            }
        }
    }

    fn heading(&mut self, met: &mut BTreeSet<String>, path: &[Step], heading: &str) {
        let key = label_key(heading);
        if key.is_empty() || heading.chars().count() > LONGEST_HEADING {
            self.empty(path, "标题", "heading");
        } else if !met.insert(key) {
            self.twice(path, "标题", "heading", heading);
        }
    }

    fn tables(&mut self, edition: &Edition) {
        if edition.tables.iter().map(|t| t.number).ne(2..=4) {
            self.add(
                &[Key("tables")],
                (
                    "表格不是依次为表二、表三、表四".into(),
                    "the tables are not 2 to 4 in order".into(),
                ),
                (
                    "写三段 [[tables]]，number 依次为 2、3、4",
                    "write three [[tables]] numbered 2 to 4",
                ),
            );
        }
        let mut fields = BTreeSet::new();
        for (at, table) in edition.tables.iter().enumerate() {
            self.shape(at, table);
            self.labels(at, table);
            for (name, ..) in table.fields() {
                if !fields.insert(name.clone()) {
                    self.add(
                        &[Key("tables"), At(at)],
                        (format!("单元格名 {name} 出现两次"), format!("field {name} stands twice")),
                        ("行、列的 id 各用一次", "use each id of a row or column once"),
                    );
                }
            }
        }
    }

    /// Readers and rules rely on it: blocks have rows and columns, 表三 is one block, 表四 one row
    /// without a label.
    fn shape(&mut self, at: usize, table: &Table) {
        let path = [Key("tables"), At(at)];
        let rows = || table.blocks.iter().flat_map(|b| &b.rows);
        let wide = table.blocks.iter().any(|b| b.columns.len() > MOST_COLUMNS);
        if table.blocks.iter().any(|b| b.rows.is_empty() || b.columns.is_empty())
            || table.blocks.is_empty()
        {
            self.add(
                &path,
                ("表中有没有行或没有列的块".into(), "a block has no rows or no columns".into()),
                (
                    "每个 [[tables.blocks]] 至少一行一列",
                    "each [[tables.blocks]] has at least one row and column",
                ),
            );
        }
        if rows().count() > MOST_ROWS || wide {
            self.add(
                &path,
                ("行或列太多".into(), "too many rows or columns".into()),
                (
                    "一张表至多 200 行，一块至多 40 列",
                    "at most 200 rows a table and 40 columns a block",
                ),
            );
        }
        let nameless = || rows().filter(|r| r.label.is_empty() || r.id.is_empty()).count();
        let fits = match table.number {
            4 => table.blocks.len() == 1 && rows().count() == 1 && nameless() == 1,
            3 => table.blocks.len() == 1 && nameless() == 0,
            _ => nameless() == 0,
        };
        if !fits {
            self.add(
                &path,
                ("表的结构不对".into(), "the table is not built like one of the form".into()),
                ("表二各行有 id 和 label；表三只有一块；表四只有一块、一行，行的 id 和 label 为空", "rows of table 2 have id and label; table 3 is one block; table 4 is one block of one row without id and label"),
            );
        }
    }

    /// Row labels are unique within a table, column labels within their block and group, ids within
    /// their table or block.
    fn labels(&mut self, at: usize, table: &Table) {
        let (mut rows, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for (block_at, block) in table.blocks.iter().enumerate() {
            let path = |list, index, key| {
                [Key("tables"), At(at), Key("blocks"), At(block_at), Key(list), At(index), Key(key)]
            };
            for (index, row) in block.rows.iter().enumerate() {
                if !ids.insert(&row.id) || !plain(&row.id) {
                    self.id(&path("rows", index, "id"), &row.id);
                }
                let labels = row.variants.iter().map(|v| &v.label);
                let own = (table.number != 4).then_some(&row.label);
                for label in own.into_iter().chain(labels) {
                    let key = label_key(label);
                    if key.is_empty() || label.chars().count() > LONGEST_LABEL {
                        self.empty(&path("rows", index, "label"), "行标签", "row label");
                    } else if !rows.insert(key) {
                        self.twice(&path("rows", index, "label"), "行标签", "row label", label);
                    }
                }
            }
            let (mut columns, mut ids) = (BTreeSet::new(), BTreeSet::new());
            for (index, column) in block.columns.iter().enumerate() {
                if !ids.insert(&column.id) || !plain(&column.id) {
                    self.id(&path("columns", index, "id"), &column.id);
                }
                let labels = column.variants.iter().map(|v| &v.label);
                for label in std::iter::once(&column.label).chain(labels) {
                    let (group, key) = (label_key(&column.group), label_key(label));
                    let place = path("columns", index, "label");
                    if key.is_empty() || label.chars().count() > LONGEST_LABEL {
                        self.empty(&place, "列标签", "column label");
                    } else if !columns.insert((group, key)) {
                        self.twice(&place, "列标签", "column label", label);
                    }
                }
            }
        }
    }

    fn id(&mut self, path: &[Step], id: &str) {
        self.add(
            path,
            (
                format!("id “{id}”重复或写法不对"),
                format!("id “{id}” stands twice or is not usable"),
            ),
            ("用字母、数字和 _，各用一次", "use letters, digits and _, each id once"),
        );
    }

    fn empty(&mut self, path: &[Step], zh: &str, en: &str) {
        self.add(
            path,
            (format!("{zh}没有文字或过长"), format!("the {en} has no words or is too long")),
            (
                "标签写 1 到 120 个字，标题写 1 到 50 个字",
                "a label has 1 to 120 characters, a heading 1 to 50",
            ),
        );
    }

    fn twice(&mut self, path: &[Step], zh: &str, en: &str, label: &str) {
        self.add(
            path,
            (format!("{zh}“{label}”出现两次"), format!("{en} “{label}” stands twice")),
            (
                "各行各列的文字不能相同（空格、标点不计）",
                "no two may read alike, spaces and punctuation apart",
            ),
        );
    }

    fn identities(&mut self, edition: &Edition, patterns: &[Pattern]) {
        let fields: BTreeSet<String> =
            edition.tables.iter().flat_map(Table::fields).map(|(name, ..)| name).collect();
        let mut terms = 0;
        for (at, pattern) in patterns.iter().enumerate() {
            let here = |key| [Key("identities"), At(at), Key(key)];
            if !IDENTITY_RULES.contains(&pattern.rule.as_str()) {
                self.add(
                    &here("rule"),
                    (
                        format!("没有核对勾稽关系的规则 {}", pattern.rule),
                        format!("{} is no rule on identities", pattern.rule),
                    ),
                    ("写 AR-01、AR-02、AR-03 或 AR-04", "write AR-01, AR-02, AR-03 or AR-04"),
                );
            } else {
                self.identity_kind(at, pattern);
            }
            let (hole, ids) = pattern.instances(&edition.tables);
            terms += ids.len() * (pattern.left.len() + pattern.right.len());
            if pattern.left.is_empty() || pattern.right.is_empty() {
                self.add(
                    &here("left"),
                    ("勾稽关系有一边是空的".into(), "one side of the identity is empty".into()),
                    (
                        "left 和 right 各写至少一个单元格",
                        "name at least one cell in left and in right",
                    ),
                );
            }
            let sides = [("left", &pattern.left), ("right", &pattern.right)];
            for (side, names) in sides {
                for (index, name) in names.iter().enumerate() {
                    let path = [Key("identities"), At(at), Key(side), At(index)];
                    self.field(&path, name, hole, &ids, &fields);
                }
            }
            self.field(&here("pivot"), &pattern.pivot, hole, &ids, &fields);
            if !pattern.left.iter().chain(&pattern.right).any(|name| *name == pattern.pivot) {
                self.add(
                    &here("pivot"),
                    (
                        format!("{} 不在这个勾稽关系中", pattern.pivot),
                        format!("{} is no cell of the identity", pattern.pivot),
                    ),
                    (
                        "pivot 写 left 或 right 中的一个，通常是合计",
                        "pivot is one of left or right, commonly the total",
                    ),
                );
            }
        }
        if terms > MOST_TERMS {
            self.add(
                &[Key("identities")],
                ("勾稽关系太多".into(), "too many identities".into()),
                ("删去重复的", "remove those that stand twice"),
            );
        }
    }

    /// The rules speak of one table each, and all but the balance of one total on the right.
    fn identity_kind(&mut self, at: usize, pattern: &Pattern) {
        let here = |key| [Key("identities"), At(at), Key(key)];
        let table = if pattern.rule == "AR-04" { "t4." } else { "t3." };
        let mut terms = pattern.left.iter().chain(&pattern.right);
        if terms.any(|name| !name.starts_with(table)) {
            self.add(
                &here("rule"),
                (
                    format!("{} 只核对表{}", pattern.rule, &table[1..2]),
                    format!("{} weighs table {} only", pattern.rule, &table[1..2]),
                ),
                (
                    "表三写 AR-01、AR-02、AR-03，表四写 AR-04",
                    "write AR-01, AR-02 or AR-03 for table 3, AR-04 for table 4",
                ),
            );
        }
        if pattern.rule != "AR-01" && pattern.right[..] != [pattern.pivot.clone()] {
            self.add(
                &here("right"),
                ("右边应当只有合计一项".into(), "the right side has to be the total alone".into()),
                (
                    "right 只写一个单元格，pivot 与它相同",
                    "name one cell in right, and the same in pivot",
                ),
            );
        }
    }

    /// One fault for a name that misses the form, however many rows or columns it stands for.
    fn field(
        &mut self,
        path: &[Step],
        name: &str,
        hole: &str,
        ids: &[String],
        fields: &BTreeSet<String>,
    ) {
        let filled =
            |id: &String| if hole.is_empty() { name.to_string() } else { name.replace(hole, id) };
        if let Some(unknown) = ids.iter().map(filled).find(|field| !fields.contains(field)) {
            self.add(
                path,
                (format!("没有单元格 {unknown}"), format!("there is no field {unknown}")),
                (
                    "写成 t表号.行id.列id，如 t3.total.T",
                    "write t, the table, row id and column id, as in t3.total.T",
                ),
            );
        }
    }
}

/// An id that may be a segment of a field's name; empty where the other segment names the field.
pub(super) fn plain(id: &str) -> bool {
    id.chars().count() <= 24 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
