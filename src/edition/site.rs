//! What a site adds to the national form, and the forms in force with it.
//!
//! Invariants: without additions the forms are the built-in ones, to the bit; a site's words never
//! take the place of others: a label that could mean two things is refused.

use super::extend;
use super::flaw::Flaw;
use super::lexicon::Lexicon;
use super::load;
use super::meanings;
use super::schema::{Edition, Editions};
use super::sound::Step;
use crate::model::{Words, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Edition files of its own that a site may have.
pub const MOST_FILES: usize = 8;
/// Bytes of one edition file; the built-in ones have 12 KiB.
pub const MOST_FILE_BYTES: usize = 128 << 10;
/// Labels, headings, rows and columns that a site may add, to all editions together.
pub const MOST_ADDITIONS: usize = 500;

/// What a site adds: whole editions, and labels, rows and columns to single ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteForm {
    /// Edition files, as TOML text.
    pub files: Vec<String>,
    /// Additions with the id of the edition they belong to, in the order written.
    pub additions: Vec<(String, Addition)>,
}

/// One thing that a site adds to an edition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Addition {
    /// Another official heading of a part, without its ordinal.
    Heading { part: u8, text: String },
    /// A line printed over a table, or at its top, that is neither heading nor row.
    Caption { table: u8, text: String },
    /// Another official wording of a label: of a row `t3.granted`, of a column `t3.col.T`, of a block
    /// `t2.block.1`, of a label over or beside them `t3.group.法人或其他组织`.
    Alias { of: String, text: String },
    /// A row that the national form does not have.
    Row(Line),
    /// A column that the national form does not have.
    Column(Line),
}

/// An added row or column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    pub table: u8,
    /// Its segment of the field names: `OTH` of `t2.OTH.made`.
    pub id: String,
    pub label: String,
    /// The row or column it stands behind, by id or label. It takes that one's groups, and a column
    /// that one's kind of number.
    pub after: String,
    /// A table without it is incomplete.
    pub required: bool,
    /// The total that it is counted in, by id: `t3.total`, `t3.col.T`; `None` = in no identity.
    pub sum: Option<String>,
}

/// The forms in force: the built-in editions, or those with what a site adds.
#[derive(Clone, Debug, Default)]
pub struct Forms(Option<Arc<(SiteForm, Editions)>>);

/// Why additions cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub at: Origin,
    /// The other place concerned, where there are two.
    pub other: Option<Origin>,
    pub what: Words,
    pub help: Words,
}

/// Where something a site adds is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Bytes of one of [`SiteForm::files`].
    File(usize, Range<usize>),
    /// One of [`SiteForm::additions`].
    Addition(usize),
}

impl Forms {
    /// The built-in editions with what a site adds to them, or everything that is wrong with that.
    pub fn of(site: SiteForm) -> Result<Forms, Vec<Refusal>> {
        if site == SiteForm::default() {
            return Ok(Forms::default());
        }
        let editions = build(&site)?;
        Ok(Forms(Some(Arc::new((site, editions)))))
    }

    /// What the site adds.
    pub fn site(&self) -> SiteForm {
        self.0.as_ref().map(|of| of.0.clone()).unwrap_or_default()
    }
}

impl Deref for Forms {
    type Target = Editions;

    fn deref(&self) -> &Editions {
        self.0.as_ref().map_or_else(|| Editions::embedded(), |of| &of.1)
    }
}

impl PartialEq for Forms {
    fn eq(&self, other: &Forms) -> bool {
        // The editions follow from it.
        self.0.as_ref().map(|of| &of.0) == other.0.as_ref().map(|of| &of.0)
    }
}

fn build(site: &SiteForm) -> Result<Editions, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut own: Vec<(usize, Edition)> = Vec::new();
    for (file, text) in site.files.iter().enumerate() {
        match load::read(text) {
            Ok(edition) => own.push((file, edition)),
            Err(flaws) => refusals.extend(flaws.into_iter().map(|flaw| flawed(file, flaw))),
        }
    }
    let unread = !refusals.is_empty();
    refusals.extend(among_own(site, &own));
    let (mut all, holes) = combined(site, &own);
    refusals.extend(holes);
    let mut known = Vec::new();
    for (at, (id, addition)) in site.additions.iter().enumerate() {
        match all.iter().position(|e| e.id == *id) {
            Some(edition) => known.push((at, edition, addition)),
            // Its file may be the one that could not be read.
            None if unread => {}
            None => refusals.push(no_edition(at, id, &all)),
        }
    }
    for (index, edition) in all.iter_mut().enumerate() {
        let added: Vec<(usize, &Addition)> =
            known.iter().filter(|(_, e, _)| *e == index).map(|&(at, _, a)| (at, a)).collect();
        refusals.extend(extend::extend(edition, &added));
        if !added.is_empty() {
            let mut written: Vec<String> = added.iter().map(|(_, a)| a.canonical()).collect();
            written.sort_unstable();
            edition.hash = rehashed(edition, &written.join("\n"));
        }
    }
    refusals.extend(meanings::of_files(site, &own, &all));
    refusals.extend(meanings::of_additions(&all, &known));
    match refusals.is_empty() {
        true => Ok(Editions { lexicon: Lexicon::of(&all), all }),
        false => Err(refusals),
    }
}

fn flawed(file: usize, Flaw { span, what, help }: Flaw) -> Refusal {
    Refusal { at: Origin::File(file, span), other: None, what, help }
}

fn no_edition(at: usize, id: &str, all: &[Edition]) -> Refusal {
    let ids: Vec<&str> = all.iter().map(|e| e.id.as_str()).collect();
    Refusal {
        at: Origin::Addition(at),
        other: None,
        what: Words::new(format!("没有版式 {id}"), format!("there is no edition {id}")),
        help: Words::new(
            format!("写成其中之一：{}", ids.join("、")),
            format!("write one of {}", ids.join(", ")),
        ),
    }
}

/// The place of a key of one of the files.
pub(super) fn place(site: &SiteForm, file: usize, path: &[Step]) -> Origin {
    Origin::File(file, load::place(&site.files[file], path))
}

/// Two files for one id or one year.
fn among_own(site: &SiteForm, own: &[(usize, Edition)]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (at, (file, edition)) in own.iter().enumerate() {
        for (before, other) in &own[..at] {
            let (key, zh, en) = if other.id == edition.id {
                ("id", "两个版式文件的 id 相同", "two edition files have one id")
            } else if edition.first_year <= other.last_year && other.first_year <= edition.last_year
            {
                ("first_year", "两个版式文件的年度重叠", "the years of two edition files overlap")
            } else {
                continue;
            };
            refusals.push(Refusal {
                at: place(site, *file, &[Step::Key(key)]),
                other: Some(place(site, *before, &[Step::Key(key)])),
                what: Words::new(zh, en),
                help: Words::new("改其中一个", "change one of them"),
            });
        }
    }
    refusals
}

/// The built-in editions and the site's, oldest first. The site's own wins for its years, and takes
/// the whole place of a built-in one with its id.
fn combined(site: &SiteForm, own: &[(usize, Edition)]) -> (Vec<Edition>, Vec<Refusal>) {
    let mut refusals = Vec::new();
    let mut all = Editions::embedded().all.clone();
    all.retain(|e| own.iter().all(|(_, o)| o.id != e.id));
    for (file, o) in own {
        all.retain(|e| e.first_year < o.first_year || e.last_year > o.last_year);
        for e in &mut all {
            if e.last_year < o.first_year || e.first_year > o.last_year {
                continue;
            }
            match (e.first_year < o.first_year, e.last_year > o.last_year) {
                (true, true) => refusals.push(inside(site, *file, e)),
                (true, false) => e.last_year = o.first_year - 1,
                (false, _) => e.first_year = o.last_year + 1,
            }
            e.hash = rehashed(e, &format!("{} {}", e.first_year, e.last_year));
        }
    }
    all.extend(own.iter().map(|(_, edition)| edition.clone()));
    all.sort_by_key(|e| e.first_year);
    (all, refusals)
}

fn inside(site: &SiteForm, file: usize, built_in: &Edition) -> Refusal {
    let id = &built_in.id;
    Refusal {
        at: place(site, file, &[Step::Key("last_year")]),
        other: None,
        what: Words::new(
            format!("年度落在内置版式 {id} 的中间，前后都还用 {id}"),
            format!("its years lie in the midst of those of the built-in edition {id}"),
        ),
        help: Words::new(
            format!(
                "去掉 last_year，或另写一个文件管其后的年度（可由内置的 {id} 复制，换一个 id）"
            ),
            format!(
                "leave out last_year, or add a file for the years after it (a copy of {id} under another id)"
            ),
        ),
    }
}

/// The hash of an edition that is not quite the one of its file.
fn rehashed(edition: &Edition, change: &str) -> String {
    hex(&Sha256::digest(format!("{}\n{change}", edition.hash).as_bytes())[..8])
}

impl Addition {
    /// The same text for the same addition, for ever: it goes into the edition's hash.
    fn canonical(&self) -> String {
        let line = |what: &str, l: &Line| {
            let Line { table, id, label, after, required, sum } = l;
            let sum = sum.as_deref().unwrap_or("-");
            format!("{what}\t{table}\t{id}\t{label}\t{after}\t{required}\t{sum}")
        };
        match self {
            Addition::Heading { part, text } => format!("heading\t{part}\t{text}"),
            Addition::Caption { table, text } => format!("caption\t{table}\t{text}"),
            Addition::Alias { of, text } => format!("alias\t{of}\t{text}"),
            Addition::Row(l) => line("row", l),
            Addition::Column(l) => line("column", l),
        }
    }

    /// The label or heading that it brings.
    pub fn text(&self) -> &str {
        match self {
            Addition::Heading { text, .. }
            | Addition::Caption { text, .. }
            | Addition::Alias { text, .. } => text,
            Addition::Row(line) | Addition::Column(line) => &line.label,
        }
    }
}
