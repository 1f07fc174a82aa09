//! How much of a report's text another report has too: last year's of the body, or one of another body.
//!
//! Compared are the body's own words: figures, names of either body, titles of laws and notices, and
//! what every report has to say ("there were none", the guiding thought) count on neither side.

use super::gazetteer;
use super::prose::{ordinal, part_lines, part_place, squeeze};
use super::{Case, Prior};
use crate::model::{Place, Words};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The parts that hold text; the others hold the tables.
pub(super) const PARTS: [u8; 3] = [1, 5, 6];
/// Own characters below which equal words say nothing.
pub(super) const LEAST: usize = 300;
/// Characters in a row that are the same before they count as repeated.
const RUN: usize = 8;
/// Own characters below which a part's own share is not told.
const LEAST_OF_A_PART: usize = 20;
/// Longest part that is compared, in characters.
const LONGEST: usize = 100_000;
/// Characters of the longest passage in common that are quoted.
const QUOTED: usize = 60;

/// Which names do not count.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Masked {
    /// Those of the two bodies.
    Bodies,
    /// And those of places.
    Places,
}

/// A report's text held against another's, part by part.
pub(super) struct Likeness {
    parts: Vec<Part>,
}

impl Likeness {
    pub fn of(case: &Case, other: &Prior, masked: Masked) -> Likeness {
        let names = names(case, Some(other));
        let shown = |text: &str| without_names(text, &names, masked);
        let part = |number: u8| {
            let text = shown(&part_lines(case, number).unwrap_or_default());
            Part::compared(number, &text, &shown(other.text(number)))
        };
        Likeness { parts: PARTS.into_iter().map(part).collect() }
    }

    /// Characters of this report's own.
    pub fn own(&self) -> usize {
        self.parts.iter().map(|part| part.own).sum()
    }

    /// Those of them that the other has too, in percent, rounded down.
    pub fn percent(&self) -> usize {
        self.repeated() * 100 / self.own().max(1)
    }

    /// Whether more of it is repeated than so many percent.
    pub fn is_over(&self, percent: usize) -> bool {
        self.repeated() * 100 > self.own() * percent
    }

    fn repeated(&self) -> usize {
        self.parts.iter().map(|part| part.repeated).sum()
    }

    /// The share of each part that has text enough for one: `第一部分 100%，第五部分 20%`.
    pub fn by_part(&self) -> Words {
        let told = || self.parts.iter().filter(|part| part.own >= LEAST_OF_A_PART);
        let zh = told().map(|p| format!("第{}部分 {}%", ordinal(p.number), p.percent()));
        let en = told().map(|p| format!("part {} {}%", p.number, p.percent()));
        Words::new(zh.collect::<Vec<_>>().join("，"), en.collect::<Vec<_>>().join(", "))
    }

    /// The part that has the longest passage in common, quoting its beginning.
    pub fn place(&self, case: &Case) -> Place {
        let most = self.parts.iter().max_by_key(|part| part.longest.chars().count());
        let longest = most.map_or("", |part| part.longest.as_str());
        let cut = longest.chars().count() > QUOTED;
        let quoted: String = longest.chars().take(QUOTED).collect();
        let mut place = part_place(case, most.map_or(1, |part| part.number));
        place.quote = quoted.replace('\n', "") + if cut { "……" } else { "" };
        place
    }
}

/// A part held against the same part of the other report.
struct Part {
    number: u8,
    /// Own characters, and how many of them stand in runs that the other part has too.
    own: usize,
    repeated: usize,
    /// The longest run in common, as this report writes it.
    longest: String,
}

impl Part {
    fn compared(number: u8, text: &str, other: &str) -> Part {
        let now = own_words(text);
        let (a, b) = (chars_of(&now), chars_of(&own_words(other)));
        let Common { covered, longest } = common(&a, &b);
        let longest = match (now.get(longest.start), now.get(longest.end.wrapping_sub(1))) {
            (Some((_, from)), Some((_, last))) if !longest.is_empty() => {
                text[*from..text.ceil_char_boundary(last + 1)].to_string()
            }
            _ => String::new(),
        };
        Part { number, own: a.len(), repeated: covered, longest }
    }

    fn percent(&self) -> usize {
        self.repeated * 100 / self.own.max(1)
    }
}

/// The own words of a report's text, without the names of its body and of places.
pub(super) fn words(case: &Case) -> Vec<char> {
    let names = names(case, None);
    let part = |number| {
        let text = part_lines(case, number)?;
        Some(chars_of(&own_words(&without_names(&text, &names, Masked::Places))))
    };
    PARTS.into_iter().filter_map(part).flatten().collect()
}

fn chars_of(words: &[(char, usize)]) -> Vec<char> {
    words.iter().map(|(c, _)| *c).collect()
}

/// What two texts have in common.
struct Common {
    /// Characters of the first in runs of [`RUN`] or more that the second has too.
    covered: usize,
    /// The longest such run found, in the first.
    longest: Range<usize>,
}

/// Linear in both: every run of [`RUN`] characters of the second is looked up once, and a run in
/// common is followed to its end and not walked again.
fn common(now: &[char], then: &[char]) -> Common {
    let mut runs: FxHashMap<&[char], usize> = FxHashMap::default();
    for (at, run) in then.windows(RUN).enumerate() {
        runs.entry(run).or_insert(at);
    }
    let mut found = Common { covered: 0, longest: 0..0 };
    let (mut at, mut counted) = (0, 0);
    while let Some(run) = now.get(at..at + RUN) {
        let Some(&other) = runs.get(run) else {
            at += 1;
            continue;
        };
        let more = now[at + RUN..].iter().zip(&then[other + RUN..]);
        let end = at + RUN + more.take_while(|(a, b)| a == b).count();
        found.covered += end - at.max(counted);
        counted = end;
        if end - at > found.longest.len() {
            found.longest = at..end;
        }
        at = end + 1 - RUN;
    }
    found
}

/// Every name by which the reports call their bodies, the longest first.
fn names(case: &Case, other: Option<&Prior>) -> Vec<String> {
    let identity = &case.report.identity;
    let own = identity.unit.iter().map(|(name, _)| name.as_str());
    let named = identity.names.iter().map(|n| n.unit.as_str());
    let all = own.chain(named).chain(other.map(|other| other.unit.as_str()));
    let mut names: Vec<String> = all.map(squeeze).filter(|n| n.chars().count() >= 3).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// The text without white space inside its lines, and without names.
fn without_names(text: &str, names: &[String], masked: Masked) -> String {
    let lines: Vec<String> = text.lines().map(squeeze).collect();
    let text = lines.join("\n");
    let text = names.iter().fold(text, |text, name| text.replace(name.as_str(), ""));
    if masked == Masked::Bodies {
        return text;
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for place in gazetteer::mentions(&text).into_iter().filter(|place| place.full) {
        out.push_str(&text[at..place.range.start]);
        at = place.range.end;
    }
    out + &text[at..]
}

/// The characters of a text that are its author's own words, with the byte each stands at.
fn own_words(text: &str) -> Vec<(char, usize)> {
    let mut words = Vec::new();
    let mut at = 0;
    for clause in text.split_inclusive(['，', '。', '；', '：', '！', '？', ',', ';', ':', '\n'])
    {
        if words.len() >= LONGEST {
            break;
        }
        if !said_by_all(clause) {
            let shown = untitled(clause);
            words.extend(shown.into_iter().map(|(c, offset)| (c, at + offset)));
        }
        at += clause.len();
    }
    words
}

/// A clause that every report has to have: nothing was asked, charged, appealed or left to report;
/// the guiding thought; which law and which notice.
fn said_by_all(clause: &str) -> bool {
    const NONE: [&str; 8] = ["无", "没有", "未", "不存在", "0件", "0元", "0次", "零"];
    const OF: [&str; 12] = [
        "申请",
        "复议",
        "诉讼",
        "收费",
        "收取",
        "处理费",
        "费用",
        "需要报告",
        "报告的事项",
        "追究",
        "责任",
        "事项",
    ];
    const GUIDING: [&str; 5] = ["习近平", "党的十", "党的二十", "党中央", "国务院"];
    let has = |words: &[&str]| words.iter().any(|word| clause.contains(word));
    has(&NONE) && has(&OF) || has(&GUIDING)
}

/// Letters and characters without titles in 《》 and the number in brackets behind one; digits in a row
/// as one 0.
fn untitled(clause: &str) -> Vec<(char, usize)> {
    let mut out: Vec<(char, usize)> = Vec::new();
    let mut skipping: Option<char> = None;
    let mut behind_title = false;
    for (at, c) in clause.char_indices() {
        if let Some(end) = skipping {
            if c == end {
                (skipping, behind_title) = (None, end == '》');
            }
            continue;
        }
        skipping = match c {
            '《' if clause[at..].contains('》') => Some('》'),
            '（' if behind_title && clause[at..].contains('）') => Some('）'),
            _ => None,
        };
        behind_title = false;
        if skipping.is_some() || !c.is_alphanumeric() {
            continue;
        }
        let shown = if c.is_numeric() { '0' } else { c };
        if shown != '0' || out.last().is_none_or(|(last, _)| *last != '0') {
            out.push((shown, at));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn only_runs_of_eight_count_and_each_character_once() {
        let then = chars("甲乙丙丁戊己庚辛壬癸");
        let found = common(&chars("子甲乙丙丁戊己庚辛丑丙丁戊己庚辛壬癸"), &then);
        assert_eq!((found.covered, found.longest), (16, 1..9));
        assert_eq!(common(&chars("甲乙丙丁戊己庚子辛壬癸"), &then).covered, 0);
        assert_eq!(common(&then, &then).covered, 10);
        assert_eq!(common(&chars("甲"), &[]).covered, 0);
    }

    #[test]
    fn a_text_of_one_character_is_walked_once() {
        let long = vec!['一'; 200_000];
        assert_eq!(common(&long, &long).covered, long.len());
        let broken: Vec<char> = "一一一一一一一一二".chars().cycle().take(200_000).collect();
        assert!(common(&broken, &long).covered > 150_000);
    }

    #[test]
    fn figures_titles_and_what_all_must_say_are_no_own_words() {
        let own = |text: &str| chars_of(&own_words(text)).into_iter().collect::<String>();
        assert_eq!(own("发布信息１２3条，阅读量4.5万次"), "发布信息0条阅读量0万次");
        assert_eq!(own("根据《某某办法》（国办函〔2020〕109号）办理"), "根据办理");
        for formal in [
            "本机关2024年没有向申请人收取信息处理费，收费金额为0元。",
            "无其他需要报告的事项。",
            "以习近平新时代中国特色社会主义思想为指导，",
            "未收到政府信息公开申请；",
        ] {
            assert_eq!(own(formal), "", "{formal}");
        }
    }

    #[test]
    fn names_of_bodies_and_places_do_not_count() {
        let names = ["甲县审计局".to_string()];
        let text = "甲县审计局和长沙县、宝鸡的同行交流";
        assert_eq!(without_names(text, &names, Masked::Places), "和、宝鸡的同行交流");
        assert_eq!(without_names(text, &names, Masked::Bodies), "和长沙县、宝鸡的同行交流");
    }
}
