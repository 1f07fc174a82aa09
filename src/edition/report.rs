//! A report as bound: named fields, parts, identification, each with its place.

use crate::document::{Anchor, Reading};
use crate::model::UnitKnown;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A document understood as an annual report. Everything may be absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub identity: Identity,
    /// Every first-level heading in order of appearance, mapped to a part or not.
    pub headings: Vec<Heading>,
    /// The parts found, in order of appearance; a part found twice stands twice.
    pub parts: Vec<Part>,
    /// The tables found, at most one each of 2, 3, 4.
    pub tables: Vec<BoundTable>,
    /// Every placed cell by field name (`t3.new.NP`, `t4.R1`, `t2.REG.made`, `t2.LIC`).
    pub fields: BTreeMap<String, Field>,
    /// What is doubtful about the reading or was repaired while binding; family PX turns these into findings.
    pub remarks: Vec<Remark>,
    /// Id of the edition most bound rows belong to; by year when there is no table.
    pub edition: Option<String>,
    /// True when there is next to nothing of an annual report in the document.
    pub not_a_report: bool,
}

impl Report {
    pub fn part(&self, number: u8) -> Option<&Part> {
        self.parts.iter().find(|p| p.number == number)
    }

    pub fn table(&self, number: u8) -> Option<&BoundTable> {
        self.tables.iter().find(|t| t.number == number)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }
}

/// Who, which year, by when, under what title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    pub title: Option<Title>,
    /// Unit as best known and how; from title, signature, preamble, page data or inferred.
    pub unit: Option<(String, UnitKnown)>,
    /// Year reported on as best known: title, else 统计期限, else preamble.
    pub year: Option<i32>,
    /// Every naming of the unit: title, preamble, signature, page data.
    pub names: Vec<Named>,
    /// Sentences stating the statistics period.
    pub periods: Vec<Period>,
    /// Signature unit at the end.
    pub signature: Option<Passage>,
    /// Date under the signature.
    pub signed: Option<Dated>,
    /// 公开日期 of the page's metadata, or the page's 时间.
    pub published: Option<Dated>,
    /// Paragraphs between title and part one.
    pub preamble: Vec<Passage>,
    /// 条例, notices and their numbers that the report cites.
    pub citations: Vec<Citation>,
    /// 地址, 邮编, 电话, 邮箱 found anywhere, as (kind, text).
    pub contacts: Vec<(String, Passage)>,
    /// Line addressed to a superior, ending in a colon.
    pub addressee: Option<Passage>,
}

/// The title line(s), joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Title {
    /// Joined, white space removed: 白银市审计局2020年政府信息公开工作年度报告.
    pub text: String,
    /// Unit named in it.
    pub unit: Option<String>,
    /// Year named in it.
    pub year: Option<i32>,
    pub anchor: Anchor,
    pub raw: String,
}

/// The unit as some place names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// 标题, 前言, 落款, 页面发布机构.
    pub spot: String,
    pub unit: String,
    pub anchor: Anchor,
}

/// A stated statistics period.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// `None` where the date is damaged or not a date.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub passage: Passage,
}

/// A date with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub date: Option<Date>,
    pub passage: Passage,
}

/// A regulation or notice cited.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// `条例`, `60号`, `30号`, `年度报告通知` (named without number), `年度报告格式`.
    pub what: String,
    pub passage: Passage,
}

/// Words with their place. `text` is clean, `raw` what the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    pub text: String,
    pub raw: String,
    pub anchor: Anchor,
    /// Index into `Document::blocks`.
    pub block: usize,
}

/// A first-level heading (一、…).
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 一 = 1; `None` where the ordinal is lost.
    pub ordinal: Option<u8>,
    /// Without ordinal and spaces.
    pub text: String,
    pub part: Option<u8>,
    pub matched: HeadingMatch,
    pub passage: Passage,
}

/// How a heading was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingMatch {
    /// The edition's own words.
    Canonical,
    /// A known variant, or near enough to be meant.
    Variant,
    /// An ordinal of the first level over words that belong to no part.
    Unmapped,
}

/// One part's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// 1..=6.
    pub number: u8,
    /// Index into `Report::headings`; `None` for a part known by its content only (PX-07).
    pub heading: Option<usize>,
    /// Paragraphs under the heading, tables and headings not included. An unmapped heading right
    /// after a part belongs, with its text, to `extra`.
    pub passages: Vec<Passage>,
    /// Passages under unmapped headings that follow this part.
    pub extra: Vec<Passage>,
    /// Indexes into `Document::blocks` of pictures and `[image: …]` marks in this part.
    pub pictures: Vec<usize>,
    /// Paragraphs between the part's table and the next heading (TB-19); they are in `passages` too.
    pub after_table: Vec<Passage>,
}

/// One of the three tables as found.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundTable {
    /// 2, 3 or 4.
    pub number: u8,
    /// Edition most of its rows belong to.
    pub edition: String,
    /// Indexes into `Document::blocks` of its fragments.
    pub blocks: Vec<usize>,
    /// Rows in order of appearance, known and unknown.
    pub rows: Vec<BoundRow>,
    /// Ids of the header columns in the order found, per block of the edition (表三: one entry); `?`
    /// for a column the edition does not know. Empty for a block without a bound row.
    pub columns: Vec<Vec<String>>,
    /// Rows of the table's edition not found, by id. A row that another edition splits or joins and
    /// that stands in that edition's way (`o` for `o1 o2 o3`) is not missing.
    pub missing_rows: Vec<String>,
    /// Columns of the table's edition not found, as `row-block index.column id`.
    pub missing_columns: Vec<String>,
    /// The check note as printed, 表三.
    pub note: Option<Passage>,
    /// Labels that differ from the edition's.
    pub deviations: Vec<Deviation>,
    /// False when columns or rows could not be aligned with certainty (PX-03, PX-09).
    pub certain: bool,
    pub anchor: Anchor,
}

/// One data row.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundRow {
    /// Row id of the edition; `None` for a row the edition does not know.
    pub id: Option<String>,
    /// Edition the id belongs to, where the two differ (`o` against `o1 o2 o3`).
    pub edition: String,
    /// 1-based among the number rows found.
    pub ordinal: u16,
    /// The row's own label as printed.
    pub label: String,
    /// Value cells in the row and columns in the header above it; unequal ones are not placed (TB-05).
    pub values: usize,
    pub columns: usize,
    pub anchor: Anchor,
    /// The value cells as written.
    pub raw: Vec<String>,
}

/// A label that is not the edition's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    pub kind: DeviationKind,
    pub found: String,
    pub canonical: String,
    pub count: u32,
    pub anchor: Anchor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviationKind {
    Row,
    Column,
    /// 第二十条第（一）项 and the group labels.
    Group,
}

/// One placed cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub reading: Reading,
    /// The cell's text as written.
    pub raw: String,
    pub table: u8,
    /// 1-based ordinal among the table's number rows as found.
    pub row: u16,
    /// Labels of the edition.
    pub row_label: String,
    pub column_label: String,
    pub anchor: Anchor,
    /// True when the placing leans on a doubtful reading.
    pub doubtful: bool,
}

/// Something about the reading itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    pub kind: RemarkKind,
    /// Table or part concerned.
    pub table: Option<u8>,
    pub part: Option<u8>,
    pub anchor: Anchor,
    pub quote: String,
}

/// Kinds of [`Remark`], by the code of the rule that reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// PX-01
    HeadingGlued,
    /// PX-02, TB-18
    HeaderSplit,
    /// PX-03
    ColumnsAmbiguous,
    /// PX-07
    PartByContent,
    /// PX-08
    VerticalLabel,
    /// PX-09
    HeaderMismatch,
    /// PX-10
    SplitNumber,
    /// A table was given in fragments and put together.
    FragmentsJoined,
    /// Columns stand in another order than the form's; values were read under their own header.
    ColumnsReordered,
    /// A row of the form stands more than once; the first was read.
    RowRepeated,
}
