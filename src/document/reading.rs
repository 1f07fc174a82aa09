//! From a cell's text to its value. Strict: what admits two readings is no number.

use super::value::{Amount, Reading, Repair, Value, ValueKind};
use super::{Text, numeral};

/// Characters of a text that is no number, or of a note, kept in a value. The cell itself has all.
const KEPT: usize = 120;

/// Words for pieces that may follow a count without changing it.
const PIECES: [&str; 12] =
    ["件次", "人次", "件", "条", "份", "项", "个", "宗", "起", "次", "部", "例"];

/// Units of money and what one of them is worth in fen, longest first.
const MONEY: [(&str, i64); 4] = [
    ("亿元", 10_000_000_000),
    ("万元", Amount::FEN_PER_WAN),
    ("万", Amount::FEN_PER_WAN),
    ("元", 100),
];

impl Reading {
    /// Reads a cell. The clean text is read; spacing that cleaning took away still counts as a repair.
    pub fn of(text: &Text, kind: ValueKind) -> Reading {
        let mut reading = Reading::read(&text.clean, kind);
        let spaced = text.raw.chars().any(odd_space);
        if spaced && reading.is_number() && !reading.repairs.contains(&Repair::Spacing) {
            reading.repairs.push(Repair::Spacing);
            reading.repairs.sort_unstable();
        }
        reading
    }

    /// Reads the text of a cell as the kind of value the form expects there. Whatever could be meant
    /// in two ways ("1O", "1 2", "3.5" pieces, "0,5") is [`Value::NotANumber`].
    pub fn read(text: &str, kind: ValueKind) -> Reading {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || odd_space(c));
        let mut repairs = Vec::new();
        let value = if trimmed.is_empty() {
            Value::Blank
        } else if is_mark(trimmed) {
            Value::Mark(clip(trimmed))
        } else if let Some(value) = number(trimmed, kind, &mut repairs) {
            if text.chars().any(odd_space) {
                repairs.push(Repair::Spacing);
            }
            value
        } else {
            repairs.clear();
            Value::NotANumber(clip(trimmed))
        };
        repairs.sort_unstable();
        repairs.dedup();
        Reading { value, repairs }
    }

    /// True for a value that rules may calculate with.
    pub fn is_number(&self) -> bool {
        matches!(self.value, Value::Count(_) | Value::Amount(_) | Value::Annotated { .. })
    }
}

/// White space that is not the ASCII kind a keyboard makes, zero-width ones included.
fn odd_space(c: char) -> bool {
    (c.is_whitespace() && !c.is_ascii())
        || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '‐'..='―' | '─' | '━' | 'ー')
}

/// A stroke, or 无, in place of a number.
fn is_mark(text: &str) -> bool {
    text == "无"
        || text.chars().all(is_dash)
        || text.chars().all(|c| matches!(c, '/' | '／' | '\\' | '＼'))
}

fn clip(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

fn number(text: &str, kind: ValueKind, repairs: &mut Vec<Repair>) -> Option<Value> {
    let (body, note) = split_note(text);
    let money = matches!(kind, ValueKind::Amount | ValueKind::AmountUnstated);
    // "41.13（万元）": the bracket holds the unit.
    let (body, note) = match note {
        Some(unit) if money && MONEY.iter().any(|(name, _)| *name == unit) => {
            (format!("{body}{unit}"), None)
        }
        Some(unit) if !money && PIECES.contains(&unit) => (format!("{body}{unit}"), None),
        note => (body.to_string(), note),
    };
    if money {
        return if note.is_none() { amount(&body, kind, repairs) } else { None };
    }
    let value = count(&body, kind, repairs)?;
    Some(match note {
        Some(note) => Value::Annotated { value, note: clip(note) },
        None => Value::Count(value),
    })
}

/// Splits "22（其中修订16件）" into the number and the note.
fn split_note(text: &str) -> (&str, Option<&str>) {
    let open = |c| matches!(c, '（' | '(' | '〔' | '[');
    let close = |c| matches!(c, '）' | ')' | '〕' | ']');
    let split = text.strip_suffix(close).and_then(|rest| rest.split_once(open));
    match split {
        Some((body, note)) if !body.trim().is_empty() && !note.trim().is_empty() => {
            (body.trim_end(), Some(note.trim()))
        }
        _ => (text, None),
    }
}

fn count(text: &str, kind: ValueKind, repairs: &mut Vec<Repair>) -> Option<i64> {
    let (negative, rest) = sign(text, kind, repairs);
    let rest = match PIECES.iter().find_map(|piece| rest.strip_suffix(piece)) {
        Some(bare) => {
            repairs.push(Repair::UnitInCell);
            bare.trim_end()
        }
        None => rest,
    };
    let size = match decimal(rest, repairs) {
        Some(number) if number.fraction.is_empty() => number.whole.parse::<i64>().ok()?,
        Some(_) => return None,
        None => {
            let value = numeral::read(rest)?;
            repairs.push(Repair::ChineseNumeral);
            value
        }
    };
    Some(if negative { -size } else { size })
}

/// Takes a sign or, where the form asks for a change, a sign word off the front.
fn sign<'t>(text: &'t str, kind: ValueKind, repairs: &mut Vec<Repair>) -> (bool, &'t str) {
    let change = kind == ValueKind::Change;
    if change {
        const WORDS: [(&str, bool); 5] =
            [("增加", false), ("减少", true), ("增", false), ("减", true), ("负", true)];
        for (word, negative) in WORDS {
            if let Some(rest) = text.strip_prefix(word) {
                repairs.push(Repair::Sign);
                return (negative, rest.trim_start());
            }
        }
    }
    let Some(first) = text.chars().next() else { return (false, text) };
    let rest = text[first.len_utf8()..].trim_start();
    match first {
        '-' => (true, rest),
        '+' => {
            repairs.push(Repair::Sign);
            (false, rest)
        }
        '＋' | '－' | '−' => {
            repairs.extend([Repair::Sign, Repair::FullWidth]);
            (first != '＋', rest)
        }
        // A dash of another kind is a minus only where a minus may stand.
        c if change && is_dash(c) => {
            repairs.push(Repair::Sign);
            (true, rest)
        }
        _ => (false, text),
    }
}

struct Decimal {
    whole: String,
    fraction: String,
}

/// Digits with optional thousands separators and fraction; `None` for anything else, leading zeros
/// ("00" may be two cells run together) and digits without a whole part included.
fn decimal(text: &str, repairs: &mut Vec<Repair>) -> Option<Decimal> {
    let mut full_width = false;
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => {
                full_width = true;
                char::from(b'0' + (c as u32 - '０' as u32) as u8)
            }
            '．' => {
                full_width = true;
                '.'
            }
            '，' => ',',
            other => other,
        })
        .collect();
    let (whole, fraction) = match narrow.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (narrow.as_str(), ""),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = !rest.is_empty();
    let sound = !first.is_empty()
        && digits(first)
        && digits(fraction)
        && (first == "0" || !first.starts_with('0'))
        && (!grouped || (first.len() <= 3 && first != "0"))
        && rest.iter().all(|group| group.len() == 3 && digits(group));
    if !sound {
        return None;
    }
    if full_width {
        repairs.push(Repair::FullWidth);
    }
    if grouped {
        repairs.push(Repair::Thousands);
    }
    Some(Decimal { whole: format!("{first}{}", rest.concat()), fraction: fraction.to_string() })
}

fn amount(text: &str, kind: ValueKind, repairs: &mut Vec<Repair>) -> Option<Value> {
    let (negative, rest) = sign(text, kind, repairs);
    let unit = MONEY.iter().find_map(|&(name, fen)| Some((rest.strip_suffix(name)?, fen)));
    let (digits, fen_per_unit) = match unit {
        Some((digits, fen)) => {
            repairs.push(Repair::UnitInCell);
            (digits.trim_end(), fen)
        }
        None => (rest, Amount::FEN_PER_WAN),
    };
    let fen = match decimal(digits, repairs) {
        Some(number) => fen(&number, fen_per_unit, repairs)?,
        None if numeral::read(digits) == Some(0) => {
            repairs.push(Repair::ChineseNumeral);
            0
        }
        None => return None,
    };
    if kind == ValueKind::AmountUnstated && unit.is_none() && fen != 0 {
        repairs.push(Repair::UnitAssumed);
    }
    Some(Value::Amount(Amount { fen: if negative { -fen } else { fen } }))
}

/// The sum in fen, rounded half up where it is finer than a fen; `None` beyond what an `i64` holds.
fn fen(number: &Decimal, fen_per_unit: i64, repairs: &mut Vec<Repair>) -> Option<i64> {
    // A unit is at most 10^10 fen: digits of the fraction beyond 12 only decide about rounding.
    let (head, tail) = number.fraction.split_at(number.fraction.len().min(12));
    let scale = 10_i128.pow(head.len() as u32);
    let digits: i128 = format!("{}{head}", number.whole).parse().ok()?;
    let exact = digits.checked_mul(i128::from(fen_per_unit))?;
    let finer = exact % scale != 0 || tail.bytes().any(|b| b != b'0');
    if finer {
        repairs.push(Repair::Rounded);
    }
    i64::try_from((exact + scale / 2).div_euclid(scale)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: ValueKind) -> (Value, Vec<Repair>) {
        let reading = Reading::read(text, kind);
        (reading.value, reading.repairs)
    }

    fn fen_of(text: &str, kind: ValueKind) -> Option<i64> {
        match Reading::read(text, kind).value {
            Value::Amount(amount) => Some(amount.fen),
            _ => None,
        }
    }

    #[test]
    fn counts_as_they_are_printed() {
        use Repair::*;
        let cases: [(&str, i64, &[Repair]); 14] = [
            ("0", 0, &[]),
            (" 3119\n", 3119, &[]),
            ("0\u{a0}", 0, &[Spacing]),
            ("\u{3000}12", 12, &[Spacing]),
            ("１２", 12, &[FullWidth]),
            ("3,001", 3001, &[Thousands]),
            ("3，001", 3001, &[Thousands]),
            ("1,234,567", 1_234_567, &[Thousands]),
            ("十二", 12, &[ChineseNumeral]),
            ("零", 0, &[ChineseNumeral]),
            ("4件", 4, &[UnitInCell]),
            ("4（件）", 4, &[UnitInCell]),
            ("-3", -3, &[]),
            ("+5", 5, &[Sign]),
        ];
        for (text, value, repairs) in cases {
            assert_eq!(
                read(text, ValueKind::Count),
                (Value::Count(value), repairs.to_vec()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_admits_two_readings_is_no_number() {
        for text in [
            "1O",
            "l2",
            "3.5",
            "3.0",
            "1 2",
            "1\n2",
            "3,01",
            "0,001",
            "30,01,000",
            "00",
            "05",
            "12a",
            "一",
            "一二",
            "二〇",
            "—8",
            "4万件",
            "22件16",
            "22①",
            "(8)",
            "22（）",
            "（22）",
            ".5",
            "5.",
            "99999999999999999999",
            "0/0",
            "无数据",
            "一千二",
        ] {
            let (value, repairs) = read(text, ValueKind::Count);
            assert_eq!(value, Value::NotANumber(text.into()), "{text}");
            assert!(repairs.is_empty(), "{text}");
        }
    }

    #[test]
    fn blanks_and_marks_are_not_zero() {
        for text in ["", " ", "\u{a0}\u{3000}", "\u{200b}"] {
            assert_eq!(read(text, ValueKind::Count), (Value::Blank, vec![]), "{text:?}");
        }
        for text in ["/", "／", "-", "—", "——", "－", "无", "\\"] {
            for kind in [ValueKind::Count, ValueKind::Change, ValueKind::Amount] {
                assert_eq!(read(text, kind), (Value::Mark(text.into()), vec![]), "{text}");
            }
        }
    }

    #[test]
    fn changes_take_signs_and_sign_words() {
        let cases = [
            ("-8", -8),
            ("+1036", 1036),
            ("减8", -8),
            ("增2", 2),
            ("减少 3", -3),
            ("—8", -8),
            ("－8", -8),
        ];
        for (text, value) in cases {
            assert_eq!(read(text, ValueKind::Change).0, Value::Count(value), "{text}");
        }
        for text in ["增2减1", "减-8", "增", "8减"] {
            assert!(matches!(read(text, ValueKind::Change).0, Value::NotANumber(_)), "{text}");
        }
        assert!(read("-8", ValueKind::Change).1.is_empty(), "the form's own way of writing");
    }

    #[test]
    fn a_note_behind_a_number_is_kept() {
        let (value, _) = read("22（其中修订16件）", ValueKind::Count);
        assert_eq!(value, Value::Annotated { value: 22, note: "其中修订16件".into() });
    }

    #[test]
    fn money_is_exact_to_the_fen() {
        let cases = [
            ("59237.2449", 59_237_244_900),
            ("7730.28", 7_730_280_000),
            ("0.092", 92_000),
            ("41.13万", 41_130_000),
            ("78.84万元", 78_840_000),
            ("251000元", 25_100_000),
            ("1.5亿元", 15_000_000_000),
            ("1,234.56", 1_234_560_000),
            ("41.13（万元）", 41_130_000),
            ("４１．１３", 41_130_000),
            ("零", 0),
        ];
        for (text, fen) in cases {
            assert_eq!(fen_of(text, ValueKind::Amount), Some(fen), "{text}");
        }
        for text in ["1.2.3", "￥12", "三万元", "12（含上年）", "4件", "99999999999999999"]
        {
            assert_eq!(fen_of(text, ValueKind::Amount), None, "{text}");
        }
    }

    #[test]
    fn money_finer_than_a_fen_is_rounded_and_says_so() {
        let (value, repairs) = read("0.0000005", ValueKind::Amount);
        assert_eq!((value, repairs), (Value::Amount(Amount { fen: 1 }), vec![Repair::Rounded]));
        assert!(read("0.1230000000000000", ValueKind::Amount).1.is_empty());
    }

    #[test]
    fn money_without_any_unit_says_that_one_was_assumed() {
        assert_eq!(read("12", ValueKind::AmountUnstated).1, [Repair::UnitAssumed]);
        assert_eq!(read("12万元", ValueKind::AmountUnstated).1, [Repair::UnitInCell]);
        assert!(read("0", ValueKind::AmountUnstated).1.is_empty());
    }

    #[test]
    fn spacing_that_cleaning_took_away_is_still_reported() {
        let text = Text::cleaned("\u{a0}0".into(), "0".into(), vec![(0, 2)], Default::default());
        assert_eq!(Reading::of(&text, ValueKind::Count).repairs, [Repair::Spacing]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_plain_numbers_come_back(text in "\\PC{0,40}", n: i64) {
            for kind in [ValueKind::Count, ValueKind::Change, ValueKind::Amount, ValueKind::AmountUnstated] {
                Reading::read(&text, kind);
            }
            let reading = Reading::read(&n.to_string(), ValueKind::Change);
            // i64::MIN alone has no positive counterpart.
            if n != i64::MIN {
                proptest::prop_assert_eq!(reading.value, Value::Count(n));
            }
        }
    }
}
