//! What sentences say of the year before: 同比增长1.05%, 比上年增加12件, 是上年的2倍.
//!
//! Invariant: as with statements, a comparison is only made where every word between its subject and
//! its figure is known, and only with last year; 环比, 近五年 and 百分点 are no such comparison.

use super::clause::{self, Scope, Statement};
use super::lexer::{Kind, Sort, Token};
use super::quantity::{Figure, Unit};
use std::ops::Range;

/// A comparison with last year, tied to its subject.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Growth {
    pub what: Kind,
    /// What was done to a document, as in a [`Statement`].
    pub of: Option<Kind>,
    /// This year's figure where the sentence gives it.
    pub said: Option<i64>,
    pub scope: Scope,
    pub claim: Claim,
    /// Bytes from the comparing word up to and with the figure.
    pub range: Range<usize>,
}

/// What is claimed. Numbers are as [`Figure::milli`], signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Claim {
    /// Grown by so many thousandths of a percent, printed with so many places.
    Percent { milli: i64, places: u32 },
    /// So many more.
    More(i64),
    /// So many thousandths of last year's.
    Times { milli: i64, places: u32 },
}

const UP: [&str; 4] = ["增长", "上升", "增加", "提高"];
const DOWN: [&str; 4] = ["下降", "减少", "回落", "降低"];
/// Words that name last year where they stand alone.
const LAST_YEAR: [&str; 4] = ["去年", "上年", "上年度", "同期"];
/// Words that change nothing where the number of something is compared.
const NUMBER: [&str; 8] = ["数", "数量", "件数", "件", "案件", "的", "共", "决定"];
/// Strange words that stand beside the name of last year.
const BESIDE: [&str; 5] = ["比", "较", "相比", "比较", "相较"];

/// The comparisons of a paragraph, given its statements.
pub(super) fn growths(
    text: &str,
    tokens: &[Token],
    statements: &[Statement],
    year: Option<i32>,
) -> Vec<Growth> {
    let mut found = Vec::new();
    // The figure a clause without a subject goes on from, with its subject.
    let mut chain: Option<(usize, Growth)> = None;
    for at in 0..tokens.len() {
        let Some(figure) = tokens[at].figure() else { continue };
        let start = (0..at).rev().find(|&i| ends_clause(&tokens[i])).map_or(0, |i| i + 1);
        let words = Words { text, tokens, year };
        let Some(lead) = words.split(start..at) else { continue };
        let before = start.checked_sub(2);
        let goes_on = |end: usize| before == Some(end) && lead.subject.is_empty();
        let chained = chain.take().filter(|(end, _)| goes_on(*end)).map(|(_, growth)| growth);
        let compared = lead.compared || chained.is_some();
        let Some(claim) = words.claim(figure, at, &lead).filter(|_| compared) else { continue };
        let own = statements.iter().find(|s| goes_on(s.token));
        let subject = match (chained, own) {
            (Some(growth), _) => Some((growth.what, growth.of, growth.said, growth.scope)),
            (None, Some(s)) => Some((s.what, s.of, s.figure.count(), s.scope)),
            (None, None) => words.subject(lead.subject.clone()),
        };
        let Some((what, of, said, scope)) = subject else { continue };
        let from = tokens[lead.subject.end.min(at)].range.start;
        let range = from..words.end(at);
        let growth = Growth { what, of, said, scope, claim, range };
        chain = Some((at, growth.clone()));
        found.push(growth);
    }
    found
}

fn ends_clause(token: &Token) -> bool {
    token.is_mark(&['，', '；', '：', '(', ')', '。'])
}

/// The words before a figure: what it is of, and how it compares.
struct Lead {
    subject: Range<usize>,
    /// Last year is named.
    compared: bool,
    /// Up, down, or the figure stands for a multiple.
    up: Option<bool>,
}

struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
    year: Option<i32>,
}

impl Words<'_> {
    fn of(&self, token: &Token) -> &str {
        &self.text[token.range.clone()]
    }

    /// Names last year, or stands beside its name.
    fn compares(&self, token: &Token) -> bool {
        match token.sort {
            Sort::Word(Kind::Change) => {
                let word = self.of(token);
                word != "环比" && !UP.contains(&word) && !DOWN.contains(&word)
            }
            Sort::Word(Kind::OtherTime) => LAST_YEAR.contains(&self.of(token)),
            Sort::Year(year) => self.year.is_some_and(|own| own - 1 == year),
            _ => false,
        }
    }

    /// Takes the words before a figure apart; `None` where one of them is strange.
    fn split(&self, clause: Range<usize>) -> Option<Lead> {
        let tokens = &self.tokens[clause.clone()];
        let beside = |t: &Token| t.sort == Sort::Unknown && BESIDE.contains(&self.of(t));
        let directed = |t: &Token| {
            let word = self.of(t);
            t.is(Kind::Change) && (UP.contains(&word) || DOWN.contains(&word))
        };
        let first = tokens.iter().position(|t| self.compares(t) || beside(t) || directed(t));
        let cut = clause.start + first?;
        // 与, 为, 是 before the comparison belong to it.
        let little = |t: &Token| matches!(self.of(t), "与" | "为" | "是" | "同");
        let cut = match cut.checked_sub(1).filter(|&i| i >= clause.start) {
            Some(i) if little(&self.tokens[i]) => i,
            _ => cut,
        };
        let comparison = &self.tokens[cut..clause.end];
        let known = comparison
            .iter()
            .all(|t| t.is(Kind::Plain) || self.compares(t) || beside(t) || directed(t));
        let mut ways = comparison.iter().filter(|t| directed(t));
        let up = ways.next().map(|t| UP.contains(&self.of(t)));
        let lead = Lead {
            subject: clause.start..cut,
            compared: comparison.iter().any(|t| self.compares(t)),
            up,
        };
        (known && ways.next().is_none()).then_some(lead)
    }

    fn claim(&self, figure: &Figure, at: usize, lead: &Lead) -> Option<Claim> {
        if figure.vague || figure.places > 3 {
            return None;
        }
        let sign = |n: i64| if lead.up == Some(false) { -n } else { n };
        match figure.unit {
            Unit::Percent if self.of(&self.tokens[at]).ends_with(['%', '％']) => {
                lead.up?;
                Some(Claim::Percent { milli: sign(figure.milli), places: figure.places })
            }
            Unit::Of(_) => {
                lead.up?;
                figure.count().map(|n| Claim::More(sign(n)))
            }
            Unit::Bare if self.times(at) && lead.up != Some(false) => {
                // 增长1倍 is twice as many.
                let whole = if lead.up.is_some() { 1000 } else { 0 };
                Some(Claim::Times { milli: figure.milli + whole, places: figure.places })
            }
            _ => None,
        }
    }

    /// 倍 follows, and nothing that makes it vague.
    fn times(&self, at: usize) -> bool {
        let next = self.tokens.get(at + 1).filter(|t| t.sort == Sort::Unknown);
        next.is_some_and(|t| {
            let word = self.of(t);
            word.starts_with('倍')
                && !["倍多", "倍余", "倍以上"].iter().any(|w| word.starts_with(w))
        })
    }

    fn end(&self, at: usize) -> usize {
        let end = self.tokens[at].range.end;
        if self.text[end..].starts_with('倍') { end + '倍'.len_utf8() } else { end }
    }

    /// The subject named in the clause itself: every word known, and nothing before it in its
    /// sentence that would make it a part of something.
    fn subject(&self, clause: Range<usize>) -> Option<(Kind, Option<Kind>, Option<i64>, Scope)> {
        const PARTS: [Kind; 5] =
            [Kind::Intro, Kind::Partition, Kind::Contain, Kind::OtherTopic, Kind::Every];
        let start = (0..clause.start).rev().find(|&i| self.tokens[i].is_mark(&['。']));
        let sentence = &self.tokens[start.map_or(0, |i| i + 1)..clause.end];
        let part = |t: &Token| t.kind().is_some_and(|k| PARTS.contains(&k));
        let other_year = |t: &Token| {
            matches!(t.sort, Sort::Year(y) if self.year.is_some_and(|own| own != y))
                || t.is(Kind::OtherTime)
        };
        if sentence.iter().any(|t| part(t) || other_year(t)) {
            return None;
        }
        let tokens = &self.tokens[clause];
        let known = |t: &Token| match t.sort {
            // 行政许可办理时限 is a time, not a number of licences.
            Sort::Word(Kind::Plain) => NUMBER.contains(&self.of(t)),
            Sort::Word(kind) => !clause::QUALIFIERS.contains(&kind) && kind != Kind::Negation,
            Sort::Year(_) => true,
            _ => false,
        };
        if tokens.is_empty() || !tokens.iter().all(known) {
            return None;
        }
        let requests = tokens.iter().any(|t| t.is(Kind::Request));
        let (what, of) = match clause::subject(tokens) {
            Some(subject) => subject,
            None if requests && !clause::names_subject(tokens) => (Kind::Receive, None),
            None => return None,
        };
        let decided =
            clause::DECISIONS.contains(&what) && tokens.iter().any(|t| self.of(t) == "决定");
        let of = of.or(decided.then_some(Kind::Act));
        if clause::OF_REQUESTS.contains(&what) && !requests {
            return None;
        }
        let first = sentence.first()?.range.start;
        let said = &self.text[first..tokens.last()?.range.end];
        let disclosure = said.contains("信息公开") || said.contains("依申请");
        if clause::COURTS.contains(&what) && !disclosure {
            return None;
        }
        let scope = sentence.iter().rev().find_map(|t| match t.sort {
            Sort::Word(Kind::ScopeAll) => Some(Scope::All),
            Sort::Word(Kind::ScopeOwn) => Some(Scope::Own),
            _ => None,
        });
        Some((what, of, None, scope.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::narrative::clause::Topic;
    use crate::rules::narrative::lexer::tokens;

    fn read(text: &str) -> Vec<(Kind, Option<i64>, Claim)> {
        let tokens = tokens(text, &[]);
        let said = clause::read(text, &tokens, Some(2024), &mut Topic::default());
        let all = growths(text, &tokens, &said.statements, Some(2024));
        all.into_iter().map(|g| (g.what, g.said, g.claim)).collect()
    }

    #[test]
    fn comparisons_are_tied_to_the_figure_before_them() {
        let percent = |milli, places| Claim::Percent { milli, places };
        assert_eq!(
            read("全市全年共收办政府信息公开申请案件3646件，同比增长1.05%，其中，予以公开1431件。"),
            [(Kind::Receive, Some(3646), percent(1050, 2))]
        );
        assert_eq!(
            read("新收政府信息公开申请25件，比上年减少5件，下降16.7%。"),
            [(Kind::New, Some(25), Claim::More(-5)), (Kind::New, Some(25), percent(-16_700, 1))]
        );
        assert_eq!(
            read("收到政府信息公开申请24件，是上年的2倍。"),
            [(Kind::Receive, Some(24), Claim::Times { milli: 2000, places: 0 })]
        );
        assert_eq!(
            read("收到政府信息公开申请24件，与2023年相比增长1.5倍。"),
            [(Kind::Receive, Some(24), Claim::Times { milli: 2500, places: 1 })]
        );
    }

    #[test]
    fn comparisons_are_tied_to_the_subject_in_their_clause() {
        let percent = |milli, places| Claim::Percent { milli, places };
        assert_eq!(
            read("新收政府信息公开申请较上年增长12%。"),
            [(Kind::New, None, percent(12_000, 0))]
        );
        assert_eq!(
            read("政府信息公开申请数量较去年回落3.5%。"),
            [(Kind::Receive, None, percent(-3500, 1))]
        );
        assert_eq!(
            read("行政处罚决定数量比上年减少20件。"),
            [(Kind::Penalty, None, Claim::More(-20))]
        );
    }

    #[test]
    fn what_is_not_of_a_field_or_of_last_year_is_let_be() {
        for text in [
            "发布信息196条，是2019年发布数量的2倍多，通过门户网站发布信息698条。",
            "网站访问量同比增长12%。",
            "通过网络收到政府信息公开申请12件，同比增长20%。",
            "收到政府信息公开申请12件，环比增长20%。",
            "收到政府信息公开申请12件，增长20%。",
            "收到政府信息公开申请12件，同比增长约20%。",
            "收到政府信息公开申请12件，办结率较上年提高2个百分点。",
            "收到政府信息公开申请12件，咨询量同比增长20%。",
            "收到政府信息公开申请12件，较2019年增长20%。",
            "收到政府信息公开申请12件，其中网络申请同比增长20%。",
            "申请人满意度同比上升2.1%，行政许可办理时限同比压缩30%。",
            "收到政府信息公开申请由上年10件增加到12件。",
            "行政许可办理时限较上年减少30%。",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
