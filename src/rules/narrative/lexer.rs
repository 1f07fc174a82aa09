//! A paragraph as tokens: words of the list, figures, marks; whatever else stands there is unknown.

use super::quantity::{self, Figure};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// Kinds of words; `config/narrative/words.tsv` says what each holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::rules) enum Kind {
    Request,
    Apply,
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
    Review,
    Suit,
    Disputes,
    SuitDirect,
    SuitAfter,
    Upheld,
    Corrected,
    OtherResult,
    Pending,
    Filed,
    Regulation,
    Normative,
    License,
    Penalty,
    Coercion,
    Decision,
    Make,
    Repeal,
    Valid,
    Act,
    Fee,
    ScopeAll,
    ScopeOwn,
    ThisYear,
    OtherTime,
    AsOf,
    Plain,
    Intro,
    Partition,
    Main,
    Etc,
    Contain,
    Another,
    Negation,
    Every,
    Share,
    Change,
    About,
    OtherTopic,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) enum Sort {
    Word(Kind),
    Figure(Figure),
    /// 2024年, 2024年度.
    Year(i32),
    /// A mark of punctuation, brackets narrowed: ， 。 ； 、 ： ( ) .
    Mark(char),
    Unknown,
}

/// A token with its bytes in the clean text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Token {
    pub sort: Sort,
    pub range: Range<usize>,
}

impl Token {
    pub fn is(&self, kind: Kind) -> bool {
        self.sort == Sort::Word(kind)
    }

    pub fn is_mark(&self, marks: &[char]) -> bool {
        matches!(self.sort, Sort::Mark(c) if marks.contains(&c))
    }

    pub fn figure(&self) -> Option<&Figure> {
        if let Sort::Figure(figure) = &self.sort { Some(figure) } else { None }
    }

    pub fn kind(&self) -> Option<Kind> {
        if let Sort::Word(kind) = self.sort { Some(kind) } else { None }
    }
}

/// Words by their first character, the longest first.
type Words = HashMap<char, Vec<(&'static str, Kind)>>;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::new();
    for (name, list) in lines() {
        let kind = kind(name).expect("the list of words is checked by its test");
        for word in list.split(' ') {
            let first = word.chars().next().expect("a word");
            words.entry(first).or_default().push((word, kind));
        }
    }
    for list in words.values_mut() {
        list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    words
});

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let file = include_str!("../../../config/narrative/words.tsv");
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// The kind of a line's name, as serde spells it.
fn kind(name: &str) -> Option<Kind> {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let name: StrDeserializer<Error> = name.into_deserializer();
    serde::Deserialize::deserialize(name).ok()
}

/// A paragraph's tokens. `own` are names that mean this body or its place.
pub(super) fn tokens(text: &str, own: &[(String, Kind)]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let before = out.last();
        let (sort, length) = word(&text[at..], own)
            .or_else(|| quantity::figure(text, at, before))
            .or_else(|| mark(c))
            .unwrap_or((Sort::Unknown, c.len_utf8()));
        let end = at + length;
        match out.last_mut() {
            // Strange words are one token however long.
            Some(last) if last.sort == Sort::Unknown && sort == Sort::Unknown => {
                last.range.end = end;
            }
            _ => out.push(Token { sort, range: at..end }),
        }
        at = end;
    }
    out
}

fn word(rest: &str, own: &[(String, Kind)]) -> Option<(Sort, usize)> {
    if let Some((name, kind)) = own.iter().find(|(name, _)| rest.starts_with(name.as_str())) {
        return Some((Sort::Word(*kind), name.len()));
    }
    let list = WORDS.get(&rest.chars().next()?)?;
    let (word, kind) = list.iter().find(|(word, _)| rest.starts_with(word))?;
    Some((Sort::Word(*kind), word.len()))
}

fn mark(c: char) -> Option<(Sort, usize)> {
    let narrow = match c {
        '，' | ',' => '，',
        '。' | '！' | '？' | '!' | '?' => '。',
        '；' | ';' => '；',
        '：' | ':' => '：',
        '、' => '、',
        '（' | '(' => '(',
        '）' | ')' => ')',
        _ => return None,
    };
    Some((Sort::Mark(narrow), c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_the_list_is_known_and_every_word_stands_once() {
        let mut seen = std::collections::BTreeMap::new();
        for (name, list) in lines() {
            assert!(kind(name).is_some(), "{name}");
            for word in list.split(' ') {
                assert_eq!(seen.insert(word, name), None, "{word} stands twice");
            }
        }
    }

    #[test]
    fn the_longest_word_is_taken_and_the_rest_is_unknown() {
        let sorts: Vec<Sort> = tokens("依申请公开申请予以公开及部分公开鱼塘水产。", &[])
            .into_iter()
            .map(|t| t.sort)
            .collect();
        assert_eq!(
            sorts,
            [
                Sort::Word(Kind::Request),
                Sort::Word(Kind::GrantedPartial),
                Sort::Unknown,
                Sort::Mark('。')
            ]
        );
    }
}
