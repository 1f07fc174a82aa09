//! Sample reports of our own making: a clean report of either edition with any number, label or
//! passage changed, written as text, Markdown, HTML or DOCX. Used by `nianbao demo`, by the examples
//! on the rule pages, by tests and benches.
//!
//! Invariant: everything written here is made from the edition's data and this room's own sentences.
//!
//! # The patch language
//!
//! One patch a line, in the order given; `⏎` stands for a line break (in a passage: a new paragraph).
//! An empty right side means "nothing there". A patch that finds nothing to change is an error.
//!
//! | line | what it does |
//! |---|---|
//! | `t3.total.NP = 20` | the text of a cell, by field name; empty = a blank cell |
//! | `全部单元格 = 0` | every cell of the three tables |
//! | `标题 = …` · `落款 = …` · `日期 = …` | the title, the signature, the date below it |
//! | `行文 = 2` | the sentences of parts one and five in other words; there are four besides the plain ones |
//! | `前言 = …` | the paragraphs before part one |
//! | `第五部分标题 = …` | the whole heading line of a part, ordinal included; empty removes the line |
//! | `第一部分 = …` | the text of a part |
//! | `插在第一部分 = …` | one more paragraph at the end of a part's text |
//! | `删去第四部分` | the part with heading, text and table |
//! | `交换部分 2 3` | the places of two parts |
//! | `删去表三` · `表三 = …` | the table; or a paragraph in its place (`[image: 1.png]`) |
//! | `表三之后 = …` | a paragraph after the table |
//! | `注 = …` | the check note of 表三 |
//! | `标签 t3.n1 = …` · `标签 t3.col.T = …` · `标签 t2.block.1 = …` | the label of a row, a column (the one row of 表四 has only columns), a block |
//! | `删行 t3.d7` · `删列 t3.PUB` · `删格 t3.d7.PUB` | a row, a column, one cell (those after it move left) |
//! | `加行 t3 after t3.d7 : 标签 = 1 2 3` | a row with its value cells |
//! | `并行 t3.o1 t3.o2 t3.o3 = t3.o （六）其他处理` | several rows as one, their numbers added |
//! | `替换 "甲" => "乙"` | every occurrence in texts, labels and cells |
//!
//! The first line of an example may be `版式 = 2019` or `版式 = 2021`; it chooses the form and is read
//! by [`Specimen::patched`].

mod chance;
mod compose;
mod docx;
mod form;
mod grid;
mod html;
mod numbers;
mod patch;
mod text;
mod wording;

use crate::edition::{Edition, Editions};
use chance::Chance;
use compose::Facts;
use form::Form;
use numbers::Numbers;

/// A report to be written. Starts clean ([`Specimen::clean`]): judged as it is, it has no finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Specimen {
    unit: String,
    year: i32,
    title: String,
    preamble: Vec<String>,
    parts: Vec<Part>,
    signature: String,
    date: String,
}

/// One of the six parts.
#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    number: u8,
    /// The whole heading line; empty = none.
    heading: String,
    paragraphs: Vec<String>,
    table: Option<Form>,
    /// Paragraphs behind the table, or in its place.
    after: Vec<String>,
}

const ORDINALS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];

/// The last year the samples of the newest edition report on.
const NEWEST_YEAR: i32 = 2024;

/// The year that the clean report of an edition is on.
fn newest_year(edition: &Edition) -> i32 {
    edition.last_year.min(NEWEST_YEAR).max(edition.first_year)
}

impl Specimen {
    /// A complete, consistent report of the edition's newest closed year (2019 form: 2020, 2021 form: 2024).
    pub fn clean(edition: &Edition) -> Self {
        let numbers = numbers::clean(edition);
        let facts = Facts::clean(newest_year(edition), &edition.basis, &numbers);
        Self::written(edition, &facts)
    }

    /// Like [`Specimen::clean`] with other numbers, unit and year drawn from `seed`; consistent.
    pub fn random(edition: &Edition, seed: u64) -> Self {
        Self::drawn(edition, seed, numbers::random)
    }

    /// Like [`Specimen::random`] with another number in every cell and none of them 0: a cell that
    /// is read as another one shows.
    pub fn distinct(edition: &Edition, seed: u64) -> Self {
        Self::drawn(edition, seed, numbers::distinct)
    }

    /// Two reports of one body, on the year before `year` and on `year`, drawn from `seed`: each
    /// consistent, and the later one following from the earlier. `None` where a year has no form.
    pub fn years(editions: &Editions, year: i32, seed: u64) -> Option<[Self; 2]> {
        let (then, now) = (editions.for_year(year - 1)?, editions.for_year(year)?);
        let mut chance = Chance::new(seed);
        let numbers = numbers::random(now, &mut chance);
        let before = numbers::before(then, &numbers, &mut chance);
        let this = Facts::drawn(year, &now.basis, &numbers, &mut chance);
        let last = Facts {
            unit: this.unit.clone(),
            place: this.place.clone(),
            ..Facts::drawn(year - 1, &then.basis, &before, &mut chance)
        };
        Some([Self::written(then, &last), Self::written(now, &this)])
    }

    fn drawn(edition: &Edition, seed: u64, draw: fn(&Edition, &mut Chance) -> Numbers) -> Self {
        let mut chance = Chance::new(seed);
        let numbers = draw(edition, &mut chance);
        let last = newest_year(edition);
        let year = chance.between(i64::from(edition.first_year), i64::from(last)) as i32;
        let facts = Facts::drawn(year, &edition.basis, &numbers, &mut chance);
        Self::written(edition, &facts)
    }

    /// A clean report changed by the lines of an example; blank lines are passed over, the first
    /// other line may choose the edition (`版式 = 2019`; 2021 otherwise). The error names the line.
    pub fn patched(editions: &Editions, lines: &str) -> Result<Self, String> {
        let mut lines = lines.lines().map(str::trim).filter(|l| !l.is_empty()).peekable();
        let id = match lines.peek().and_then(|l| patch::edition(l)) {
            Some(id) => {
                lines.next();
                id
            }
            None => "2021",
        };
        let edition = editions.get(id).ok_or_else(|| format!("没有版式 {id}"))?;
        let mut specimen = Self::clean(edition);
        for line in lines {
            specimen.patch(line).map_err(|why| format!("{line}: {why}"))?;
        }
        Ok(specimen)
    }

    /// Applies one line of the patch language; the error says what is wrong with it.
    pub fn patch(&mut self, line: &str) -> Result<(), String> {
        patch::apply(self, line)
    }

    /// The unit that the clean report names.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The year reported on.
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The text of a cell by field name.
    pub fn cell(&self, field: &str) -> Option<&str> {
        let forms = self.parts.iter().filter_map(|p| p.table.as_ref());
        let mut entries = forms.flat_map(|f| &f.blocks).flat_map(|b| &b.rows);
        entries.find_map(|r| r.values.iter().find(|e| e.field == field)).map(|e| e.text.as_str())
    }

    /// The converter-like text layout of the field: one cell a line, each begun with a tab, an empty line ends the row.
    pub fn to_text(&self) -> String {
        text::plain(self)
    }

    /// Text with Markdown tables; a merged cell stands once and is empty where it goes on downwards.
    pub fn to_markdown(&self) -> String {
        text::markdown(self)
    }

    /// A web page with real row and column spans.
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// A Word file with real gridSpan and vMerge. Deterministic bytes.
    pub fn to_docx(&self) -> Vec<u8> {
        docx::file(self)
    }

    fn written(edition: &Edition, facts: &Facts) -> Self {
        let mut forms = form::forms(edition, facts.numbers);
        let parts = edition
            .sections
            .iter()
            .map(|section| Part {
                number: section.number,
                heading: format!(
                    "{}、{}",
                    ORDINALS[usize::from(section.number) - 1],
                    section.heading
                ),
                paragraphs: match section.number {
                    1 => facts.part_one(),
                    5 => facts.part_five(),
                    6 => facts.part_six(),
                    _ => Vec::new(),
                },
                table: forms
                    .iter()
                    .position(|f| f.number == section.number)
                    .map(|at| forms.remove(at)),
                after: Vec::new(),
            })
            .collect();
        Specimen {
            unit: facts.unit.clone(),
            year: facts.year,
            title: facts.title(),
            preamble: facts.preamble(),
            parts,
            signature: facts.unit.clone(),
            date: facts.date(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_reports_satisfy_every_identity_of_their_edition() {
        for edition in &Editions::embedded().all {
            for seed in 0..40 {
                let draw = if seed < 30 { Specimen::random } else { Specimen::distinct };
                let specimen = draw(edition, seed);
                let value = |field: &str| -> i64 {
                    specimen.cell(field).expect("a field of the edition").parse().expect("a number")
                };
                for equation in &edition.equations {
                    let left: i64 = equation.left.iter().map(|t| value(&t.field)).sum();
                    let right: i64 = equation.right.iter().map(|t| value(&t.field)).sum();
                    assert_eq!(left, right, "{} seed {seed} {}", edition.id, equation.pivot);
                }
                for field in numbers::fields(edition).iter().filter(|f| !f.ends_with(".delta")) {
                    assert!(value(field) >= 0, "{} seed {seed}: {field} is negative", edition.id);
                }
            }
        }
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        let edition = &Editions::embedded().all[0];
        let (one, two) = (Specimen::random(edition, 3), Specimen::random(edition, 3));
        assert_eq!(one.to_docx(), two.to_docx());
        assert_ne!(one.to_text(), Specimen::random(edition, 4).to_text());
    }
}
