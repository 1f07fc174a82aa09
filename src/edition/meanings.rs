//! One label, one meaning: what a site adds is refused where it could be read as something else.

use super::extend::overs;
use super::labels::label_key;
use super::lexicon::{could_mean_row, without_ordinal};
use super::schema::{Edition, Table};
use super::site::{Addition, Origin, Refusal, SiteForm, place};
use super::sound::Step::{At, Key};
use crate::model::Words;

/// What a label says.
#[derive(Clone, Debug, PartialEq)]
enum Sense {
    Heading(u8),
    Caption(u8),
    /// Table and id.
    Row(u8, String),
    /// Table, block, group and id.
    Column(u8, usize, String, String),
    /// A label over or beside rows and columns: table and its own words.
    Over(u8, String),
}

/// A label with its sense in one edition.
struct Said {
    edition: usize,
    sense: Sense,
    text: String,
    key: String,
}

/// The labels of a site's own files that mean something else in another edition or, as a row, could be
/// read where a column stands.
pub(super) fn of_files(site: &SiteForm, own: &[(usize, Edition)], all: &[Edition]) -> Vec<Refusal> {
    let said: Vec<Said> = all.iter().enumerate().flat_map(|(at, e)| senses(at, e)).collect();
    let mut refusals = Vec::new();
    for (file, edition) in own {
        let Some(index) = all.iter().position(|e| e.id == edition.id) else { continue };
        let mut told: Vec<&str> = Vec::new();
        for new in said.iter().filter(|s| s.edition == index) {
            let clash = said.iter().find(|old| {
                let elsewhere = old.edition != index;
                elsewhere && collide_across(new, old) || !elsewhere && confused(new, old)
            });
            if let Some(old) = clash.filter(|_| !told.contains(&new.text.as_str())) {
                told.push(&new.text);
                let at = written_at(site, *file, edition, &new.text);
                refusals.push(refusal(at, None, new, old, all));
            }
        }
    }
    refusals
}

/// The labels that additions bring and that could be read as something else.
pub(super) fn of_additions(
    all: &[Edition],
    additions: &[(usize, usize, &Addition)],
) -> Vec<Refusal> {
    let said: Vec<Said> = all.iter().enumerate().flat_map(|(at, e)| senses(at, e)).collect();
    let mut refusals = Vec::new();
    for (nth, (at, edition, addition)) in additions.iter().enumerate() {
        let key = label_key(addition.text());
        let own: Vec<&Said> = said
            .iter()
            .filter(|s| s.edition == *edition && s.key == key && brings(addition, &s.sense))
            .collect();
        let clash = own.iter().find_map(|new| {
            let here = |old: &&Said| old.edition == *edition;
            let own = || said.iter().filter(here);
            let others = || said.iter().filter(|old| !here(old));
            let old = own().find(|old| collide(new, old) || confused(new, old));
            let old = old
                .or_else(|| others().find(|old| collide_across(new, old) || confused(new, old)))?;
            Some((*new, old))
        });
        let Some((new, old)) = clash else { continue };
        // Of two additions at odds the later one is told, with the place of the earlier.
        let also = additions.iter().enumerate().find(|(n, (_, e, other))| {
            *n != nth
                && *e == old.edition
                && label_key(other.text()) == old.key
                && brings(other, &old.sense)
        });
        if also.is_some_and(|(n, _)| n > nth) {
            continue;
        }
        let other = also.map(|(_, (at, ..))| Origin::Addition(*at));
        refusals.push(refusal(Origin::Addition(*at), other, new, old, all));
    }
    refusals
}

/// Whether an addition is one that gives a label this sense.
fn brings(addition: &Addition, sense: &Sense) -> bool {
    match (addition, sense) {
        (Addition::Heading { part, .. }, Sense::Heading(number)) => part == number,
        (Addition::Caption { table, .. }, Sense::Caption(number)) => table == number,
        (Addition::Row(line), Sense::Row(table, id)) => line.table == *table && line.id == *id,
        (Addition::Column(line), Sense::Column(table, _, _, id)) => {
            line.table == *table && line.id == *id
        }
        (Addition::Alias { of, .. }, Sense::Row(table, _)) => {
            of.starts_with(&format!("t{table}."))
                && !["col.", "group.", "block."].iter().any(|k| of[3..].starts_with(k))
        }
        (Addition::Alias { of, .. }, Sense::Column(table, ..)) => {
            of.starts_with(&format!("t{table}.col."))
        }
        (Addition::Alias { of, .. }, Sense::Over(table, _)) => {
            ["group", "block"].iter().any(|kind| of.starts_with(&format!("t{table}.{kind}.")))
        }
        _ => false,
    }
}

/// Two senses of one edition for one label. Columns may share theirs with those of another group,
/// block or table, where the header tells them apart.
fn collide(new: &Said, old: &Said) -> bool {
    new.key == old.key
        && new.sense != old.sense
        && match (&new.sense, &old.sense) {
            (Sense::Column(t, b, g, _), Sense::Column(u, c, h, _)) => (t, b, g) == (u, c, h),
            (Sense::Heading(_), Sense::Column(..)) | (Sense::Column(..), Sense::Heading(_)) => {
                false
            }
            _ => true,
        }
}

/// The same for labels of two editions: a row keeps its id, a part its number, a group its table.
fn collide_across(new: &Said, old: &Said) -> bool {
    new.key == old.key
        && match (&new.sense, &old.sense) {
            (Sense::Column(..), Sense::Column(..)) => false,
            (Sense::Over(t, _), Sense::Over(u, _)) => t != u,
            (Sense::Row(t, _), Sense::Over(u, _)) | (Sense::Over(t, _), Sense::Row(u, _)) => t != u,
            (Sense::Heading(_), Sense::Column(..)) | (Sense::Column(..), Sense::Heading(_)) => {
                false
            }
            (new, old) => new != old,
        }
}

/// A row that would be seen where a column's label stands, or a heading in a row of a table.
fn confused(new: &Said, old: &Said) -> bool {
    let row_for = |head: &Said, row: &Said| {
        matches!(row.sense, Sense::Row(..))
            && match &head.sense {
                Sense::Column(..) => true,
                // A group of rows stands beside them and is looked up as one first.
                Sense::Over(table, _) => row.sense.table() != Some(*table),
                _ => false,
            }
            && could_mean_row(&head.text, &row.text)
    };
    let heading_for = |heading: &Said, label: &Said| {
        matches!(heading.sense, Sense::Heading(_))
            && matches!(label.sense, Sense::Row(..) | Sense::Over(..))
            && without_ordinal(&label.key) == heading.key
    };
    row_for(new, old) || row_for(old, new) || heading_for(new, old) || heading_for(old, new)
}

impl Sense {
    fn table(&self) -> Option<u8> {
        match self {
            Sense::Heading(_) => None,
            Sense::Caption(t) | Sense::Row(t, _) | Sense::Column(t, ..) | Sense::Over(t, _) => {
                Some(*t)
            }
        }
    }

    /// As a person would name it, Chinese and English.
    fn named(&self) -> (String, String) {
        match self {
            Sense::Heading(part) => {
                (format!("第{part}部分的标题"), format!("the heading of part {part}"))
            }
            Sense::Caption(t) => (format!("表{t}的表名"), format!("the caption of table {t}")),
            Sense::Row(t, id) => (format!("表{t}的行 {id}"), format!("row {id} of table {t}")),
            Sense::Column(t, _, group, id) => {
                (format!("表{t}的列 {group}{id}"), format!("column {group}{id} of table {t}"))
            }
            Sense::Over(t, label) => {
                (format!("表{t}的“{label}”"), format!("“{label}” of table {t}"))
            }
        }
    }
}

fn refusal(at: Origin, other: Option<Origin>, new: &Said, old: &Said, all: &[Edition]) -> Refusal {
    let ((new_zh, new_en), (old_zh, old_en)) = (new.sense.named(), old.sense.named());
    let (id, text) = (&all[old.edition].id, &old.text);
    Refusal {
        at,
        other,
        what: Words::new(
            format!("“{}”作为{new_zh}，会与{id}版{old_zh}“{text}”混淆", new.text),
            format!("“{}” as {new_en} could be taken for {old_en} of {id}, “{text}”", new.text),
        ),
        help: Words::new(
            "换一个不会混淆的写法；一个标签只能有一个意思",
            "use words that cannot be mistaken; a label has one meaning",
        ),
    }
}

/// Every label of an edition with its sense.
fn senses(at: usize, edition: &Edition) -> Vec<Said> {
    let mut out = Vec::new();
    let mut say = |sense: Sense, text: &str| {
        let key = label_key(text);
        if !key.is_empty() {
            out.push(Said { edition: at, sense, text: text.to_string(), key });
        }
    };
    for section in &edition.sections {
        let others = section.variants.iter().chain(&section.aliases);
        for heading in std::iter::once(&section.heading).chain(others) {
            say(Sense::Heading(section.number), heading);
        }
    }
    for table in &edition.tables {
        of_table(table, &mut say);
    }
    out
}

fn of_table(table: &Table, say: &mut impl FnMut(Sense, &str)) {
    let number = table.number;
    for caption in &table.captions {
        say(Sense::Caption(number), caption);
    }
    let blocks = table.blocks.iter().map(|b| b.label.as_str());
    let mut over: Vec<&str> = overs(table).chain(blocks).collect();
    over.sort_unstable();
    over.dedup();
    for label in over {
        say(Sense::Over(number, label.to_string()), label);
        for group in table.groups.iter().filter(|g| g.label == label) {
            for variant in &group.variants {
                say(Sense::Over(number, label.to_string()), &variant.label);
            }
        }
    }
    for (at, block) in table.blocks.iter().enumerate() {
        for row in &block.rows {
            let variants = row.variants.iter().map(|v| &v.label);
            for label in std::iter::once(&row.label).chain(variants) {
                say(Sense::Row(number, row.id.clone()), label);
            }
        }
        for column in &block.columns {
            let variants = column.variants.iter().map(|v| &v.label);
            for label in std::iter::once(&column.label).chain(variants) {
                let (group, id) = (column.group.clone(), column.id.clone());
                say(Sense::Column(number, at, group, id), label);
            }
        }
    }
}

/// Where a file writes a label.
fn written_at(site: &SiteForm, file: usize, edition: &Edition, text: &str) -> Origin {
    for (at, section) in edition.sections.iter().enumerate() {
        let section_at = [Key("sections"), At(at)];
        if section.heading == text {
            return place(site, file, &[section_at[0], section_at[1], Key("heading")]);
        }
        if let Some(index) = section.variants.iter().position(|v| v == text) {
            let path = [section_at[0], section_at[1], Key("variants"), At(index)];
            return place(site, file, &path);
        }
    }
    for (at, table) in edition.tables.iter().enumerate() {
        for (block_at, block) in table.blocks.iter().enumerate() {
            let of = |list, index| {
                [Key("tables"), At(at), Key("blocks"), At(block_at), Key(list), At(index)]
            };
            let row = block
                .rows
                .iter()
                .position(|r| r.label == text || r.variants.iter().any(|v| v.label == text));
            let column = block
                .columns
                .iter()
                .position(|c| c.label == text || c.variants.iter().any(|v| v.label == text));
            let found = row.map(|r| of("rows", r)).or(column.map(|c| of("columns", c)));
            if let Some(path) = found {
                return place(site, file, &path);
            }
        }
    }
    place(site, file, &[Key("tables")])
}
