//! What a sentence says of a figure: of what it is, whose, and whether that was read for sure.
//!
//! Invariant: a statement is made only where every word between the figure and the mark before it is
//! on the list of words. A stranger among them may be a qualifier (由自然资源局, 通过信函), and the
//! figure a part of what it seems to be.

use super::lexer::{Kind, Sort, Token};
use super::quantity::{Figure, Unit};
use std::ops::Range;

/// Whose figure it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) enum Scope {
    /// The sentence does not say.
    #[default]
    Unsaid,
    /// 本机关, 我局, 市政府办公室.
    Own,
    /// 全市, 全县, 各级.
    All,
}

/// A figure with its subject.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Statement {
    /// The subject, or an outcome (维持) of `court`.
    pub what: Kind,
    /// Review or suit an outcome belongs to; what was done to a document (制定, 废止).
    pub of: Option<Kind>,
    pub figure: Figure,
    pub scope: Scope,
    /// 备案, 新增, 被申请: cases that came in during the year.
    pub filed: bool,
    /// Bytes of the clause, up to and with the figure.
    pub range: Range<usize>,
    /// Index of the figure among the paragraph's tokens, and of its sentence in the paragraph.
    pub token: usize,
    pub sentence: usize,
}

/// A sentence that says there was nothing: 未收到…申请, 没有…行政复议.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Denial {
    pub what: Kind,
    pub scope: Scope,
    pub range: Range<usize>,
}

/// What the sentences of a paragraph say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::rules) struct Said {
    pub statements: Vec<Statement>,
    pub denials: Vec<Denial>,
    /// Clauses that say all applications were concluded.
    pub all_done: Vec<(Scope, Range<usize>)>,
}

/// What the figures of a stretch of text are about, until another subject is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Topic {
    #[default]
    Unknown,
    Requests,
    Disputes,
    Other,
}

use Kind::*;

const OUTCOMES: [Kind; 4] = [Upheld, Corrected, OtherResult, Pending];
/// Subjects that only mean something where applications are spoken of.
pub(super) const OF_REQUESTS: [Kind; 14] = [
    Receive,
    New,
    CarriedIn,
    CarriedOut,
    Done,
    Granted,
    Partial,
    GrantedPartial,
    Denied,
    Unable,
    Unprocessed,
    OtherHandling,
    Person,
    Organisation,
];
pub(super) const COURTS: [Kind; 5] = [Review, Suit, Disputes, SuitDirect, SuitAfter];
const DOCUMENTS: [Kind; 2] = [Regulation, Normative];
pub(super) const DECISIONS: [Kind; 4] = [License, Penalty, Coercion, Decision];
/// Kinds that make a clause say something else than it seems to.
pub(super) const QUALIFIERS: [Kind; 8] =
    [OtherTime, Partition, Main, Etc, Change, OtherTopic, Share, Every];
/// Words right behind a figure that make it a part of what was named.
const PARTLY: [&str; 8] = ["由", "被", "经", "通过", "系", "属于", "涉及", "因"];
/// Longest paragraph whose topic holds for the next one: a heading.
const HEADING: usize = 30;
/// What ends a clause, and what ends a sentence.
const CLAUSE: [char; 7] = ['，', '；', '、', '：', '(', ')', '。'];

/// Reads a paragraph. `topic` is that of the heading before it and becomes its own where it is one.
pub(super) fn read(text: &str, tokens: &[Token], year: Option<i32>, topic: &mut Topic) -> Said {
    let mut reader = Reader {
        text,
        tokens,
        year,
        topic: *topic,
        scope: Scope::Unsaid,
        disclosure: false,
        sentence: 0,
        said: Said::default(),
    };
    let mut start = 0;
    let ends = (0..tokens.len()).filter(|&i| tokens[i].is_mark(&['。']));
    for (number, end) in ends.chain([tokens.len()]).enumerate() {
        reader.sentence(start..end, number);
        start = (end + 1).min(tokens.len());
    }
    *topic = match text.chars().count() <= HEADING {
        true if reader.topic == Topic::Unknown && about_applications(tokens) => Topic::Requests,
        true => reader.topic,
        false => Topic::Unknown,
    };
    reader.said
}

/// 申请处理情况：, where nothing says that it is about others than those for information.
fn about_applications(tokens: &[Token]) -> bool {
    let plain = |t: &Token| matches!(t.sort, Sort::Word(Apply | Plain) | Sort::Mark('：'));
    tokens.first().is_some_and(|t| t.is(Apply)) && tokens.iter().all(plain)
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    year: Option<i32>,
    topic: Topic,
    scope: Scope,
    /// Reviews and suits spoken of are about disclosure: a judicial office has others, too.
    disclosure: bool,
    /// Bytes at which the sentence begins.
    sentence: usize,
    said: Said,
}

/// What stands before a clause in its sentence.
#[derive(Clone, Copy, Default)]
struct Before {
    /// 其中: what follows are parts.
    part: bool,
    /// 通过网络, 上半年 …: what follows is qualified.
    qualified: bool,
    /// 截至年底: what follows is a stock, not what a year brought.
    stock: bool,
    /// A subject without a figure, joined by 、: 不予公开、无法提供3件.
    joined: bool,
    /// The court outcomes belong to.
    court: Option<Kind>,
    courts_mixed: bool,
    /// Applications of another body, year or kind were counted: what became of them is not the
    /// report's either.
    foreign: bool,
}

impl Reader<'_> {
    fn sentence(&mut self, sentence: Range<usize>, number: usize) {
        let mut before = Before::default();
        let mut start = sentence.start;
        self.sentence = self.tokens.get(start).map_or(self.text.len(), |t| t.range.start);
        // Strange words may begin another matter: 审理案件30件，办结28件.
        let lead = self.tokens[sentence.clone()].iter().take_while(|t| t.figure().is_none());
        if lead.into_iter().any(|t| t.sort == Sort::Unknown) {
            (self.topic, self.disclosure) = (Topic::Unknown, false);
        }
        while start < sentence.end {
            let mark = (start..sentence.end).find(|&i| self.tokens[i].is_mark(&CLAUSE));
            let end = mark.unwrap_or(sentence.end);
            self.clause(start..end, number, &mut before);
            let mark = mark.map(|i| &self.tokens[i]);
            let bare = self.tokens[start..end].iter().all(|t| t.figure().is_none());
            let subject = self.tokens[start..end].iter().any(|t| t.kind().is_some_and(is_subject));
            before.joined = bare && subject && mark.is_some_and(|m| m.is_mark(&['、']));
            if mark.is_some_and(|m| m.is_mark(&['；'])) {
                before.qualified = false;
                (before.court, before.courts_mixed) = (None, false);
            }
            start = end + 1;
        }
    }

    fn clause(&mut self, clause: Range<usize>, number: usize, before: &mut Before) {
        let tokens = &self.tokens[clause.clone()];
        let figures: Vec<usize> =
            clause.clone().filter(|&i| self.tokens[i].figure().is_some_and(counts)).collect();
        if figures.is_empty() {
            self.note(tokens, before);
            self.denial(clause.clone());
            self.every(clause);
            return;
        }
        let mut start = clause.start;
        for (nth, &at) in figures.iter().enumerate() {
            let tail_end = figures.get(nth + 1).copied().unwrap_or(clause.end);
            self.note(&self.tokens[start..at], before);
            self.statement(start..at, at, at + 1..tail_end, number, before);
            start = at + 1;
        }
        self.note(&self.tokens[start..clause.end], before);
        (before.qualified, before.stock) = (false, false);
    }

    /// Remembers what the words say of those that follow.
    fn note(&mut self, tokens: &[Token], before: &mut Before) {
        for token in tokens {
            match token.sort {
                Sort::Word(Request) => self.topic = Topic::Requests,
                Sort::Word(License | Penalty | Coercion | Decision) => self.topic = Topic::Other,
                Sort::Word(kind) if COURTS.contains(&kind) => {
                    let so_far = &self.text[self.sentence..token.range.start];
                    self.disclosure = self.topic == Topic::Requests
                        || self.topic == Topic::Disputes && self.disclosure
                        || so_far.contains("信息公开")
                        || so_far.contains("依申请");
                    self.topic = Topic::Disputes;
                    // 复议2件，诉讼1件，其中维持…: whose outcome it is cannot be told.
                    before.courts_mixed |= before.court.is_some_and(|court| court != kind);
                    before.court = Some(kind);
                }
                Sort::Word(OtherTopic) => self.topic = Topic::Other,
                Sort::Word(ScopeAll) => self.scope = Scope::All,
                Sort::Word(ScopeOwn) => self.scope = Scope::Own,
                Sort::Word(Intro) => before.part = true,
                Sort::Word(Partition | OtherTime) => before.qualified = true,
                Sort::Word(AsOf) => before.stock = true,
                Sort::Year(year) => before.qualified |= self.year.is_some_and(|own| own != year),
                _ => {}
            }
        }
    }

    fn statement(
        &mut self,
        head: Range<usize>,
        at: usize,
        tail: Range<usize>,
        number: usize,
        before: &mut Before,
    ) {
        let figure = self.tokens[at].figure().expect("a figure stands there");
        let (words, mut subject) =
            (&self.tokens[head.clone()], subject(&self.tokens[head.clone()]));
        let mut all: Vec<&Token> = words.iter().collect();
        if subject.is_none() {
            // 另有5件结转下年度办理: the subject follows.
            subject = self::subject(&self.tokens[tail.clone()]);
            all.extend(&self.tokens[tail]);
        }
        // 答复5件由司法局把关: some of them.
        let next = self.tokens.get(at + 1).filter(|t| !matches!(t.sort, Sort::Mark(_)));
        let next = next.map_or("", |t| &self.text[t.range.clone()]);
        let some = PARTLY.iter().any(|word| next.starts_with(word));
        let sure = !before.qualified && !before.joined && !some && self.sure(&all);
        before.foreign |= before.stock;
        let received = subject.is_some_and(|(what, _)| what == Receive);
        if received && (before.part || !sure) || subject.is_none() && !sure {
            before.foreign = true;
        }
        let Some((what, of)) = subject.filter(|_| sure) else { return };
        if before.foreign && OF_REQUESTS.contains(&what) {
            return;
        }
        let court = before.court.filter(|_| OUTCOMES.contains(&what) && !before.courts_mixed);
        let of = of.or(court);
        if before.stock && of != Some(Valid) {
            return;
        }
        if !self.fits(what, of, before, figure) {
            return;
        }
        let from = self.tokens[head.start.min(at)].range.start;
        self.said.statements.push(Statement {
            what,
            of,
            figure: figure.clone(),
            scope: self.scope,
            filed: all.iter().any(|t| t.is(Filed) || t.is(New) || t.is(Receive)),
            range: from..self.tokens[at].range.end,
            token: at,
            sentence: number,
        });
    }

    /// The subject may be spoken of here, in such a unit.
    fn fits(&self, what: Kind, of: Option<Kind>, before: &Before, figure: &Figure) -> bool {
        let pieces = matches!(
            figure.unit,
            Unit::Bare
                | Unit::Of("件" | "宗" | "份" | "个" | "起" | "例" | "条" | "项" | "部" | "件次")
        );
        // A bare number says too little where no share follows it.
        let pieces = pieces && figure.unit != Unit::Bare;
        if OF_REQUESTS.contains(&what) {
            // 其中县水利局收到 …: a part of what came in is not all of it.
            return pieces && self.topic == Topic::Requests && !(what == Receive && before.part);
        }
        if OUTCOMES.contains(&what) {
            return pieces && of.is_some_and(|of| COURTS.contains(&of)) && self.disclosure;
        }
        if COURTS.contains(&what) {
            return pieces && self.disclosure;
        }
        pieces && !before.part
    }

    /// Every word is known and none of them qualifies.
    fn sure(&self, tokens: &[&Token]) -> bool {
        tokens.iter().all(|token| match token.sort {
            Sort::Word(kind) => !QUALIFIERS.contains(&kind) && kind != Negation,
            Sort::Year(year) => self.year.is_none_or(|own| own == year),
            Sort::Figure(_) | Sort::Mark(_) | Sort::Unknown => false,
        })
    }

    /// 未收到…申请, 没有因…被申请行政复议.
    fn denial(&mut self, clause: Range<usize>) {
        // 未被申请行政复议、提起行政诉讼: 、 joins what is denied.
        let ends = |t: &Token| t.is_mark(&CLAUSE) && !t.is_mark(&['、']);
        let rest = &self.tokens[clause.end..];
        let end = clause.end + rest.iter().position(ends).unwrap_or(rest.len());
        let tokens = &self.tokens[clause.start..end];
        let own = &self.tokens[clause];
        let Some(from) = own.iter().position(|t| t.is(Negation)) else { return };
        let known = |token: &Token| match token.sort {
            Sort::Word(kind) => !QUALIFIERS.contains(&kind) && !OUTCOMES.contains(&kind),
            Sort::Year(year) => self.year.is_none_or(|own| own == year),
            Sort::Mark(mark) => mark == '、',
            _ => false,
        };
        if !tokens.iter().all(known) {
            return;
        }
        let after = &tokens[from..];
        let has = |kind: Kind| after.iter().any(|t| t.is(kind));
        let made = has(Make) || self.text[tokens[from].range.clone()].ends_with(['定', '发']);
        let about: Vec<Kind> = if has(Disputes) {
            vec![Review, Suit]
        } else if has(Review) || has(Suit) {
            [Review, Suit].into_iter().filter(|&k| has(k)).collect()
        } else if DOCUMENTS.iter().any(|&k| has(k)) && made {
            DOCUMENTS.into_iter().filter(|&k| has(k)).collect()
        } else if has(Request) || has(Apply) && self.topic == Topic::Requests {
            // 没有申请 alone, or 没有收到: the year's applications; 没有答复 is another thing.
            let other = [Done, CarriedIn, CarriedOut, Fee].into_iter().any(has);
            if other { Vec::new() } else { vec![Request] }
        } else {
            Vec::new()
        };
        let about_disputes = about.contains(&Review) || about.contains(&Suit);
        let end = tokens[tokens.len() - 1].range.end;
        let disclosure = self.disclosure || self.text[self.sentence..end].contains("信息公开");
        if about_disputes && !disclosure || tokens.iter().any(|t| t.is(License)) {
            return;
        }
        let range = tokens[0].range.start..end;
        for what in about {
            let denial = Denial { what, scope: self.scope, range: range.clone() };
            if !self.said.denials.contains(&denial) {
                self.said.denials.push(denial);
            }
        }
    }

    /// Where 全部办结, 全部已办结 stands; 全部申请 says nothing of what became of them.
    fn wholly(&self, tokens: &[Token]) -> Option<usize> {
        let of = |t: &Token| &self.text[t.range.clone()];
        tokens.windows(2).position(|pair| {
            of(&pair[0]) == "全部" && (pair[1].is(Done) || ["已", "均已"].contains(&of(&pair[1])))
        })
    }

    /// 均已办结, 所有申请均已办理完成.
    fn every(&mut self, clause: Range<usize>) {
        let tokens = &self.tokens[clause];
        let concluded = |t: &Token| {
            let word = &self.text[t.range.clone()];
            t.is(Done) && ["办结", "完毕", "完结", "完成"].iter().any(|w| word.contains(w))
        };
        let all = tokens.iter().position(|t| t.is(Every));
        let Some(from) = all
            .or_else(|| tokens.iter().position(|t| self.text[t.range.clone()].starts_with("均已")))
            .or_else(|| self.wholly(tokens))
        else {
            return;
        };
        let known = |t: &Token| match t.sort {
            Sort::Word(kind) => {
                ![Negation, Partition, OtherTime, OtherTopic, Share].contains(&kind)
            }
            Sort::Year(year) => self.year.is_none_or(|own| own == year),
            _ => false,
        };
        if self.topic == Topic::Requests
            && tokens[from..].iter().any(concluded)
            && tokens.iter().all(known)
        {
            let range = tokens[0].range.start..tokens[tokens.len() - 1].range.end;
            self.said.all_done.push((self.scope, range));
        }
    }
}

fn counts(figure: &Figure) -> bool {
    figure.unit != Unit::Percent
}

fn is_subject(kind: Kind) -> bool {
    OF_REQUESTS.contains(&kind)
        || COURTS.contains(&kind)
        || OUTCOMES.contains(&kind)
        || DOCUMENTS.contains(&kind)
        || DECISIONS.contains(&kind)
}

/// The one subject of a stretch of words; none where there are several.
pub(super) fn subject(tokens: &[Token]) -> Option<(Kind, Option<Kind>)> {
    let kinds: Vec<Kind> = tokens.iter().filter_map(Token::kind).collect();
    let has = |kind: Kind| kinds.contains(&kind);
    let mut found: Vec<Kind> = kinds.iter().copied().filter(|&k| is_subject(k)).collect();
    found.sort_unstable();
    found.dedup();
    // 收到上年结转, 结转下年度答复, 新收…: the narrower word says what it is.
    for narrow in [CarriedOut, CarriedIn, New] {
        if found.contains(&narrow) {
            found.retain(|k| ![Receive, Done].contains(k));
        }
    }
    // 答复予以公开, 收到自然人申请.
    if found.len() > 1 {
        found.retain(|k| ![Done].contains(k));
    }
    if has(Person) || has(Organisation) {
        found.retain(|k| ![Receive, New].contains(k));
    }
    if found.iter().any(|k| OUTCOMES.contains(k)) && found.len() == 2 {
        let court = found.iter().copied().find(|k| COURTS.contains(k))?;
        let outcome = found.into_iter().find(|k| OUTCOMES.contains(k))?;
        return Some((outcome, Some(court)));
    }
    if found.iter().any(|k| COURTS.contains(k)) {
        // 收到行政复议申请: the court is the subject.
        found.retain(|k| ![Receive, New, Done].contains(k));
    }
    let [what] = found[..] else { return None };
    let done = [Repeal, Valid, Make, Act].into_iter().find(|&k| has(k));
    Some((what, done.filter(|_| DOCUMENTS.contains(&what) || DECISIONS.contains(&what))))
}

/// Some subject is named.
pub(super) fn names_subject(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| t.kind().is_some_and(is_subject))
}

#[cfg(test)]
mod tests;
