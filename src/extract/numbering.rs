//! Automatic numbers: what a word processor prints before the paragraphs of its lists.

use std::collections::BTreeMap;

/// Levels of a list.
const LEVELS: usize = 9;

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: BTreeMap<String, List>,
    /// By id of a concrete list: the abstract list, and starts it overrides.
    concrete: BTreeMap<String, (String, BTreeMap<u8, u32>)>,
    counters: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Concrete lists that have counted: an overridden start counts only at the first use.
    used: BTreeMap<String, ()>,
}

#[derive(Clone, Debug, Default)]
struct List {
    levels: BTreeMap<u8, Level>,
}

/// One level of a list.
#[derive(Clone, Debug)]
pub(super) struct Level {
    pub start: u32,
    /// By the names of Office Open XML (ST_NumberFormat).
    pub format: String,
    /// "%1、": `%n` stands for the number of level n.
    pub text: String,
}

impl Default for Level {
    fn default() -> Self {
        Level { start: 1, format: "decimal".into(), text: String::new() }
    }
}

impl Numbering {
    /// Declares an abstract list without levels.
    pub fn list(&mut self, list: &str) {
        self.lists.insert(list.to_owned(), List::default());
    }

    /// A level of a declared list, made plain at its first mention; `None` for a list that is not
    /// declared. Levels beyond the last count as the last.
    pub fn level(&mut self, list: &str, level: u8) -> Option<&mut Level> {
        let list = self.lists.get_mut(list)?;
        Some(list.levels.entry(level.min(LEVELS as u8 - 1)).or_default())
    }

    /// A concrete list: the one that paragraphs name, counting along an abstract one.
    pub fn concrete(&mut self, id: &str, list: &str) {
        self.concrete.insert(id.to_owned(), (list.to_owned(), BTreeMap::new()));
    }

    /// The number with which a level of a concrete list begins anew at the list's first use.
    pub fn restart(&mut self, id: &str, level: u8, start: u32) {
        if let Some((_, starts)) = self.concrete.get_mut(id) {
            starts.insert(level.min(LEVELS as u8 - 1), start);
        }
    }

    /// Has a concrete list begin anew at its first use, as its abstract list says.
    pub fn restart_level(&mut self, id: &str, list: &str, level: u8) {
        let start = self.level(list, level).map_or(1, |level| level.start);
        self.restart(id, level, start);
    }

    /// Has the next paragraph of a level count as `start`.
    pub fn begin_at(&mut self, id: &str, level: u8, start: u32) {
        let Some((list, _)) = self.concrete.get(id) else { return };
        let counters = self.counters.entry(list.clone()).or_default();
        self.used.insert(id.to_owned(), ());
        counters[usize::from(level.min(LEVELS as u8 - 1))] = start.checked_sub(1);
    }

    /// Counts one paragraph of a list and gives its number as printed; `None` for bullets, for
    /// levels that print nothing and for lists that are not there.
    pub fn next(&mut self, id: &str, level: u8) -> Option<String> {
        let level = level.min(LEVELS as u8 - 1);
        let (list_id, starts) = self.concrete.get(id)?;
        let list = self.lists.get(list_id)?;
        let at = usize::from(level);
        let counters = self.counters.entry(list_id.clone()).or_default();
        if self.used.insert(id.to_owned(), ()).is_none() {
            for &level in starts.keys() {
                counters[usize::from(level)] = None;
            }
        }
        let start = |level: u8| {
            starts.get(&level).copied().or(list.levels.get(&level).map(|l| l.start)).unwrap_or(1)
        };
        counters[at] = Some(counters[at].map_or(start(level), |n| n.saturating_add(1)));
        counters[at + 1..].fill(None);
        let own = list.levels.get(&level)?;
        if matches!(own.format.as_str(), "bullet" | "none") {
            return None;
        }
        let mut printed = String::new();
        let mut chars = own.text.chars();
        while let Some(c) = chars.next() {
            let digit =
                if c == '%' { chars.clone().next().and_then(|d| d.to_digit(10)) } else { None };
            match digit {
                Some(n @ 1..=9) => {
                    chars.next();
                    let of = n as u8 - 1;
                    let number = counters[usize::from(of)].unwrap_or_else(|| start(of));
                    let format = list.levels.get(&of).map_or("decimal", |l| l.format.as_str());
                    printed.push_str(&in_format(number, format));
                }
                _ => printed.push(c),
            }
        }
        (!printed.trim().is_empty()).then_some(printed)
    }
}

/// A number in one of the formats Chinese documents use; anything else in Arabic digits.
fn in_format(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "koreanCounting" => chinese(number),
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => {
            digits(number, "〇一二三四五六七八九")
        }
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            let plain = chinese(number);
            let legal = "零壹贰叁肆伍陆柒捌玖拾佰仟";
            let pairs: Vec<(char, char)> =
                "零一二三四五六七八九十百千".chars().zip(legal.chars()).collect();
            plain
                .chars()
                .map(|c| pairs.iter().find(|(p, _)| *p == c).map_or(c, |(_, l)| *l))
                .collect()
        }
        "decimalFullWidth" | "decimalFullWidth2" => digits(number, "０１２３４５６７８９"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number - 1).map(String::from).unwrap_or_default()
        }
        "upperLetter" => letters(number, b'A'),
        "lowerLetter" => letters(number, b'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

/// 一, 十, 十二, 二十, 一百零五; from ten thousand on in Arabic digits.
fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if number == 0 || number >= 10_000 {
        return if number == 0 { "零".into() } else { number.to_string() };
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十二, not 一十二.
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.push(DIGITS[digit]);
        }
        out.push_str(name);
    }
    out
}

fn digits(number: u32, names: &str) -> String {
    let names: Vec<char> = names.chars().collect();
    number.to_string().bytes().map(|b| names[usize::from(b - b'0')]).collect()
}

fn letters(number: u32, first: u8) -> String {
    match number {
        1..=26 => char::from(first + (number - 1) as u8).to_string(),
        _ => number.to_string(),
    }
}

fn roman(number: u32) -> String {
    if !(1..=399).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    let steps = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    for (value, name) in steps {
        while rest >= value {
            out.push_str(name);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers_read_as_people_write_them() {
        let cases = [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
        ];
        for (number, written) in cases {
            assert_eq!(chinese(number), written);
        }
    }

    #[test]
    fn a_new_chapter_starts_its_sections_again() {
        let mut numbering = Numbering::default();
        numbering.list("0");
        for (level, text) in [(0, "%1、"), (1, "（%2）")] {
            let level = numbering.level("0", level).expect("declared");
            (level.format, level.text) = ("chineseCounting".into(), text.into());
        }
        numbering.concrete("5", "0");
        let mut next = |level| numbering.next("5", level).unwrap_or_default();
        let printed = [next(0), next(1), next(1), next(0), next(1)];
        assert_eq!(printed, ["一、", "（一）", "（二）", "二、", "（一）"]);
    }
}
