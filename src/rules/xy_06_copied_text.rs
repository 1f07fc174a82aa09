//! XY-06: the text is not last year's over again.
//!
//! Compared are the body's own words: figures, names of the body, titles of laws and notices, and what
//! every report has to say ("there were none", the guiding thought) count on neither side.

use super::earlier;
use super::prose::{part_passages, part_place, squeeze};
use super::{Case, Checked, Prior};
use crate::model::{Finding, Severity, Words};
use crate::rule;
use rustc_hash::FxHashMap;
use std::ops::Range;

rule! {
    code: "XY-06",
    name: ("文字与上年雷同", "The text repeats last year's"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号（明确责任）：不得发布内容雷同、敷衍塞责的年度报告",
        "the national form on responsibility: no report may repeat another or be perfunctory",
    ),
    page: "xy_06_copied_text.md",
    check: check,
}

const PARTS: [u8; 3] = [1, 5, 6];
/// Characters in a row that are the same before they count as repeated.
const RUN: usize = 8;
/// Own characters below which nothing is compared, and below which no share makes an error.
const LEAST: usize = 300;
const LEAST_FOR_ERROR: usize = 500;
/// Own characters below which a part's own share is not told.
const LEAST_OF_A_PART: usize = 20;
/// Shares in percent above which the text is asked about, and above which it must be written anew.
const MUCH: usize = 50;
const ALL: usize = 90;
/// Longest part that is compared, in characters.
const LONGEST: usize = 100_000;
/// Characters of the longest passage in common that are quoted.
const QUOTED: usize = 60;

fn check(case: &Case) -> Checked {
    let prior = match earlier::report(case) {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    if PARTS.iter().all(|&part| prior.text(part).trim().is_empty()) {
        return Checked::not_assessable(
            "上年报告没有读到第一、五、六部分的文字",
            "the text of parts 1, 5 and 6 was not read in last year's report",
        );
    }
    let names = names(case, prior);
    let parts: Vec<Part> = PARTS.iter().map(|&n| Part::compared(case, prior, n, &names)).collect();
    let own: usize = parts.iter().map(|p| p.own).sum();
    let repeated: usize = parts.iter().map(|p| p.repeated).sum();
    if own < LEAST {
        return Checked::not_applicable(
            "可比较的文字太少，相同不说明问题",
            "too little text of its own for equal words to say anything",
        );
    }
    if repeated * 100 <= own * MUCH {
        return Checked::pass();
    }
    let unsure = earlier::unsure(case, prior);
    let grave = repeated * 100 > own * ALL && own >= LEAST_FOR_ERROR && unsure.is_none();
    let severity = if grave { Severity::Error } else { Severity::Warning };
    Checked::done(vec![finding(case, &parts, [repeated, own], &unsure).severity(severity)])
}

/// A part held against the same part of last year's report.
struct Part {
    number: u8,
    /// Own characters, and how many of them stand in runs that last year's part has too.
    own: usize,
    repeated: usize,
    /// The longest run in common, as this report writes it.
    longest: String,
}

impl Part {
    fn compared(case: &Case, prior: &Prior, number: u8, names: &[String]) -> Part {
        let passages = part_passages(case, number).unwrap_or_default();
        let text: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
        let text = without_names(&text.join("\n"), names);
        let now = own_words(&text);
        let then_text = without_names(prior.text(number), names);
        let then = own_words(&then_text);
        let (a, b): (Vec<char>, Vec<char>) =
            (now.iter().map(|w| w.0).collect(), then.iter().map(|w| w.0).collect());
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

/// Every name by which either report calls the body, the longest first.
fn names(case: &Case, prior: &Prior) -> Vec<String> {
    let identity = &case.report.identity;
    let own = identity.unit.iter().map(|(name, _)| name.as_str());
    let named = identity.names.iter().map(|n| n.unit.as_str());
    let all = own.chain(named).chain([prior.unit.as_str()]);
    let mut names: Vec<String> = all.map(squeeze).filter(|n| n.chars().count() >= 3).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// The text without white space inside its lines, and without the body's names.
fn without_names(text: &str, names: &[String]) -> String {
    let lines: Vec<String> = text.lines().map(squeeze).collect();
    let text = lines.join("\n");
    names.iter().fold(text, |text, name| text.replace(name.as_str(), ""))
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

fn finding(
    case: &Case,
    parts: &[Part],
    [repeated, own]: [usize; 2],
    unsure: &Option<Words>,
) -> Finding {
    let compared = || parts.iter().filter(|part| part.own >= LEAST_OF_A_PART);
    let zh: Vec<String> = compared()
        .map(|p| format!("第{}部分 {}%", super::prose::ordinal(p.number), p.percent()))
        .collect();
    let en: Vec<String> =
        compared().map(|p| format!("part {} {}%", p.number, p.percent())).collect();
    let most = parts.iter().max_by_key(|part| part.longest.chars().count());
    let longest = most.map_or("", |part| part.longest.as_str());
    let cut = longest.chars().count() > QUOTED;
    let quoted: String = longest.chars().take(QUOTED).collect();
    let quoted = quoted.replace('\n', "") + if cut { "……" } else { "" };
    let share = repeated * 100 / own.max(1);
    let message = Words::new(
        format!(
            "文字有 {share}% 与上年报告相同（{}），相同最长的一段：“{quoted}”。",
            zh.join("，")
        ),
        format!(
            "{share}% of the text is last year's ({}); the longest passage in common: “{quoted}”.",
            en.join(", ")
        ),
    );
    let mut place = part_place(case, most.map_or(1, |part| part.number));
    place.quote = quoted;
    RULE.finding(
        "text",
        earlier::hedged(message, unsure),
        Words::new(
            "请按本年的实际情况重写相同的段落，写清本年做了什么、数字怎样、上年的问题改了没有。",
            "Write the repeated passages anew: what was done this year, and what became of last year's problems.",
        ),
        place,
    )
    .found(format!("{share}%"))
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
        let own = |text: &str| own_words(text).into_iter().map(|(c, _)| c).collect::<String>();
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
}
