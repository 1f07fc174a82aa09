//! Dates as reports write them, and the sentences that state the statistics period.

use super::super::labels::narrow;
use super::super::report::{Passage, Period};
use super::sections::passage;
use crate::document::Document;
use jiff::civil::Date;

/// Words that announce the statistics period.
const CUES: [&str; 8] =
    ["统计期限", "统计时限", "统计周期", "统计时间", "统计区间", "统计起止", "统计限", "统计期间"];
/// Words of a sentence in which a range of dates is the statistics period.
const WEAK_CUES: [&str; 3] = ["统计", "所列数据", "数据时间"];

/// A date in squeezed text; the year may be left out where another stands before it.
pub(super) struct Spot {
    pub start: usize,
    pub end: usize,
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Spot {
    /// The date itself, with `before`'s year where its own is left out. `None` for 2月30日.
    pub fn date(&self, before: Option<i16>) -> Option<Date> {
        Date::new(self.year.or(before)?, self.month, self.day).ok()
    }
}

/// Text without white space, full-width digits and signs as ASCII.
pub(super) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect()
}

/// Dates in squeezed text: `2020年1月1日`, `1月1日`, `2020-01-01`, `2020.1.1`, `2021/01/28`.
pub(super) fn dates(text: &str) -> Vec<Spot> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + found;
        match date_at(text, start) {
            Some(spot) => {
                at = spot.end;
                out.push(spot);
            }
            None => at = start + digits(text, start).len(),
        }
    }
    out
}

fn digits(text: &str, from: usize) -> &str {
    let rest = &text[from..];
    &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())]
}

fn date_at(text: &str, start: usize) -> Option<Spot> {
    let first = digits(text, start);
    let mut at = start + first.len();
    let part = |at: &mut usize| -> Option<i8> {
        let number = digits(text, *at);
        *at += number.len();
        (1..=2).contains(&number.len()).then(|| number.parse().ok()).flatten()
    };
    let eat = |at: &mut usize, word: &str| -> Option<()> {
        text[*at..].starts_with(word).then(|| *at += word.len())
    };
    if first.len() == 4 {
        let year = first.parse().ok();
        if eat(&mut at, "年").is_some() {
            let month = part(&mut at)?;
            eat(&mut at, "月")?;
            let day = part(&mut at)?;
            // 日 or 号 closes a date; without it the digits may go on in another unit.
            eat(&mut at, "日").or_else(|| eat(&mut at, "号"))?;
            return Some(Spot { start, end: at, year, month, day });
        }
        let separator = text[at..].chars().next().filter(|c| "-./".contains(*c))?;
        at += separator.len_utf8();
        let month = part(&mut at)?;
        let again = text[at..].chars().next().filter(|c| *c == separator)?;
        at += again.len_utf8();
        let day = part(&mut at)?;
        return Some(Spot { start, end: at, year, month, day });
    }
    let month = first.parse().ok().filter(|_| first.len() <= 2)?;
    eat(&mut at, "月")?;
    let day = part(&mut at)?;
    eat(&mut at, "日").or_else(|| eat(&mut at, "号"))?;
    Some(Spot { start, end: at, year: None, month, day })
}

/// The date a text holds, in any writing met: also 二〇二一年一月二十七日.
pub(super) fn date_in(text: &str) -> Option<Date> {
    let squeezed = arabic(&squeeze(text));
    dates(&squeezed).iter().find_map(|spot| spot.date(None))
}

/// Chinese digits of a date as Arabic ones: 二〇二一年十一月二十七日 → 2021年11月27日.
pub(super) fn arabic(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| match c {
        '零' | '○' | 'O' | 'Ｏ' => Some(0),
        c => DIGITS.chars().position(|d| d == c),
    };
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '十' {
            let tens = out.chars().next_back().is_some_and(|b| b.is_ascii_digit());
            let units = chars.peek().is_some_and(|n| digit(*n).is_some());
            out.push_str(if tens { "" } else { "1" });
            out.push_str(if units { "" } else { "0" });
        } else if let Some(value) = digit(c) {
            out.push(char::from(b'0' + value as u8));
        } else {
            out.push(c);
        }
    }
    out
}

/// Every sentence that states the statistics period. A date that is damaged or missing is `None`.
pub(super) fn periods(document: &Document) -> Vec<Period> {
    let mut out = Vec::new();
    for (block, content) in document.blocks.iter().enumerate() {
        let Some(text) = content.text() else { continue };
        if !WEAK_CUES.iter().any(|cue| text.clean.contains(cue)) {
            continue;
        }
        for sentence in text.clean.split_inclusive(['。', '；', ';', '\n']) {
            if let Some((from, to)) = period(&squeeze(sentence)) {
                let words = sentence.trim().to_string();
                out.push(Period {
                    from,
                    to,
                    passage: Passage { text: words, ..passage(text, block) },
                });
            }
        }
    }
    out
}

fn period(sentence: &str) -> Option<(Option<Date>, Option<Date>)> {
    let cue = CUES.iter().filter_map(|cue| sentence.find(cue).map(|at| at + cue.len())).min();
    let weak = WEAK_CUES.iter().any(|cue| sentence.contains(cue));
    if cue.is_none() && !weak {
        return None;
    }
    let stated = &sentence[cue.unwrap_or(0)..];
    let spots = dates(stated);
    let joined = |a: &Spot, b: &Spot| {
        let between = &stated[a.end..b.start];
        between.chars().count() <= 6 && between.contains(['至', '到', '-', '—', '~', '–', '－'])
    };
    if let Some([from, to]) = spots.windows(2).find(|pair| joined(&pair[0], &pair[1])) {
        return Some((from.date(None), to.date(from.year)));
    }
    // A damaged statement is one all the same, so that nobody takes it for a missing one.
    let numbers = stated.chars().take(40).any(|c| c.is_ascii_digit());
    cue.filter(|_| numbers)?;
    let near = spots.first().filter(|s| s.start <= 24);
    Some((near.and_then(|s| s.date(None)), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_period_is_read_in_every_form_met() {
        let year = Some((Some(date(2020, 1, 1)), Some(date(2020, 12, 31))));
        for sentence in [
            "本报告的统计期限为2020年1月1日至2020年12月31日。",
            "本年度报告中所列数据的统计期限自2020年1月1日起至2020年12月31日止。",
            "报告所列数据的统计期限为2020年1月1日至12月31日。",
            "统计时限为2020.1.1-2020.12.31",
            "统计周期：２０２０年１月１日—２０２０年１２月３１日",
            "所列数据自2020年1月1日起到2020年12月31日止",
            "本报告统计限自2020年1月1日起，至2020年12月31日止",
        ] {
            assert_eq!(period(&squeeze(sentence)), year, "{sentence}");
        }
    }

    #[test]
    fn a_damaged_date_is_not_repaired() {
        let from = Some(date(2020, 1, 1));
        for sentence in [
            "统计期限为2020年1月1日至20201231",
            "统计期限为2020年1月1日至202011日",
            "统计期限为2020年1月1日至2020年2月30日",
        ] {
            assert_eq!(period(sentence), Some((from, None)), "{sentence}");
        }
        assert_eq!(period("统计期限为2020年1月至12月"), Some((None, None)));
    }

    #[test]
    fn a_range_elsewhere_is_no_statistics_period() {
        assert_eq!(period("2020年1月1日至6月30日，我局开展培训"), None);
        assert_eq!(period("统计类别为审计类信息"), None);
        assert_eq!(period("据统计，全年发布信息38条"), None);
    }

    #[test]
    fn dates_of_signatures_and_pages() {
        assert_eq!(date_in("2021/01/28/ 17:37"), Some(date(2021, 1, 28)));
        assert_eq!(date_in("2024-01-17"), Some(date(2024, 1, 17)));
        assert_eq!(date_in("二〇二一年一月二十七日"), Some(date(2021, 1, 27)));
        assert_eq!(date_in("二○二一年十二月十日"), Some(date(2021, 12, 10)));
        assert_eq!(date_in("2021 年 1 月 27 日"), Some(date(2021, 1, 27)));
        assert_eq!(date_in("2021年1月 日"), None);
    }
}
