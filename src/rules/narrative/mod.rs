//! The sentences of a report, read once and shared by the rules on them (families NT and NS): figures
//! with their units, what each is of, whose it is, and totals with their parts.
//!
//! Invariant: what could not be read for sure is not there. No rule reads a sentence by itself.

mod breakdown;
mod clause;
mod compare;
mod growth;
mod lexer;
mod quantity;

pub(super) use breakdown::{Breakdown, share};
pub(super) use clause::{Denial, Scope, Statement};
pub(super) use compare::{Against, Sum, compare, evaluate, place_of, scope, sums, total};
pub(super) use growth::{Claim, Growth};
pub(super) use lexer::{Kind, Token};
pub(super) use quantity::{Figure, Unit};

use super::Case;
use super::prose::{Line, lines};
use clause::Topic;

/// A paragraph of running text, as read.
pub(super) struct Paragraph<'a> {
    pub line: Line<'a>,
    pub tokens: Vec<Token>,
    pub statements: Vec<Statement>,
    pub denials: Vec<Denial>,
    /// Clauses that say that all applications were concluded.
    pub all_done: Vec<(Scope, std::ops::Range<usize>)>,
    pub breakdowns: Vec<Breakdown>,
    /// Comparisons with last year.
    pub growths: Vec<Growth>,
}

/// The running text of parts one, three, four, five and six.
pub(super) struct Narrative<'a> {
    pub paragraphs: Vec<Paragraph<'a>>,
}

/// A quantity as the rules read it in running text: 3646件, 约5500条, 42.86%.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Thousandths; money in thousandths of a yuan.
    pub milli: i64,
    /// 余, 约, rounded to 万 …
    pub vague: bool,
    /// A share, no count.
    pub percent: bool,
    /// As it stands in the text, without what comes before the digits.
    pub written: String,
}

/// Every quantity of a text, in order. A number that counts nothing (第711号, 2020年1月) is none.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let tokens = lexer::tokens(text, &[]);
    let figures = tokens.iter().filter_map(|token| Some((token.figure()?, token)));
    let read = figures.map(|(figure, token)| Quantity {
        milli: figure.milli,
        vague: figure.vague,
        percent: figure.unit == Unit::Percent,
        written: text[token.range.clone()].to_string(),
    });
    read.collect()
}

/// Longest paragraph that is read: a report's whole part one in a single paragraph is shorter.
const LONGEST: usize = 40_000;

impl<'a> Narrative<'a> {
    pub fn of(case: &Case<'a>) -> Narrative<'a> {
        let own = own_names(case);
        let mut topic = Topic::Unknown;
        let headings: Vec<usize> = case.report.headings.iter().map(|h| h.passage.block).collect();
        let mut paragraphs = Vec::new();
        for (line, block) in lines(case).into_iter().zip(text_blocks(case)) {
            let read = line.part.is_some() && line.clean().len() <= LONGEST;
            if !read || headings.contains(&block) {
                topic = Topic::Unknown;
                continue;
            }
            let tokens = lexer::tokens(line.clean(), &own);
            let year = case.report.identity.year;
            let said = clause::read(line.clean(), &tokens, year, &mut topic);
            let breakdowns = breakdown::breakdowns(line.clean(), &tokens);
            let clause::Said { statements, denials, all_done } = said;
            let growths = growth::growths(line.clean(), &tokens, &statements, year);
            paragraphs.push(Paragraph {
                line,
                tokens,
                statements,
                denials,
                all_done,
                breakdowns,
                growths,
            });
        }
        Narrative { paragraphs }
    }

    /// Statements with their paragraphs, of the parts that report figures.
    pub fn statements(&self) -> impl Iterator<Item = (&Paragraph<'a>, &Statement)> {
        let told = self.paragraphs.iter().filter(|p| matches!(p.line.part, Some(1 | 3 | 4 | 6)));
        told.flat_map(|p| p.statements.iter().filter(|s| !s.figure.vague).map(move |s| (p, s)))
    }

    pub fn denials(&self) -> impl Iterator<Item = (&Paragraph<'a>, &Denial)> {
        let told = self.paragraphs.iter().filter(|p| matches!(p.line.part, Some(1 | 3 | 4 | 6)));
        told.flat_map(|p| p.denials.iter().map(move |d| (p, d)))
    }

    pub fn growths(&self) -> impl Iterator<Item = (&Paragraph<'a>, &Growth)> {
        let told = self.paragraphs.iter().filter(|p| matches!(p.line.part, Some(1 | 3 | 4 | 6)));
        told.flat_map(|p| p.growths.iter().map(move |g| (p, g)))
    }

    /// Statements of one subject.
    pub fn of_kind(&self, kinds: &[Kind]) -> Vec<(&Paragraph<'a>, &Statement)> {
        self.statements().filter(|(_, s)| kinds.contains(&s.what)).collect()
    }
}

/// The tokens of a text that is none of this report's.
pub(super) fn words_of(text: &str) -> Vec<Token> {
    lexer::tokens(&text[..text.floor_char_boundary(LONGEST)], &[])
}

/// Indexes of the blocks that [`lines`] gives, in the same order.
fn text_blocks(case: &Case) -> Vec<usize> {
    let blocks = case.document.blocks.iter().enumerate();
    blocks.filter(|(_, b)| b.text().or(b.note()).is_some()).map(|(at, _)| at).collect()
}

/// Names that mean this body, and its place, whose figures are those of all bodies there.
fn own_names(case: &Case) -> Vec<(String, Kind)> {
    let identity = &case.report.identity;
    let mut names: Vec<(String, Kind)> = Vec::new();
    let unit = identity.unit.iter().map(|(unit, _)| unit.as_str());
    for name in unit.chain(identity.names.iter().map(|n| n.unit.as_str())) {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        let end = name.find(['县', '市', '区', '旗', '州', '省']).filter(|at| *at >= 3);
        if let Some(end) = end {
            let place = &name[..name.ceil_char_boundary(end + 1)];
            names.push((place.to_string(), Kind::ScopeAll));
        }
        let own = if name.ends_with("人民政府") { Kind::ScopeAll } else { Kind::ScopeOwn };
        names.push((name, own));
    }
    names.retain(|(name, _)| name.chars().count() >= 3);
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}
