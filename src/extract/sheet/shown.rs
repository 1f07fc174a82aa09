//! A number as a spreadsheet shows it: by the format code of its cell.

/// Which day dates are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) enum Epoch {
    /// 1900-01-01 is day 1.
    #[default]
    Since1900,
    /// 1904-01-01 is day 0, as older programs for the Macintosh counted.
    Since1904,
}

/// How a cell is formatted, as far as reading it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Style {
    /// The format code; empty for the general format.
    pub code: String,
    pub ruled: bool,
}

/// A number as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Shown {
    pub text: String,
    /// What is shown is not the number that is stored: a fraction is rounded away, or nothing shows.
    pub doubtful: bool,
}

/// Significant digits of a number in the general format: what binary fractions leave behind comes
/// after them.
const DIGITS: usize = 12;

/// The format code of a number that a file names by its number only (ECMA-376 18.8.30, with the
/// additions of Chinese editions).
pub(in crate::extract) fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 | 19 => "h:mm",
        20 | 21 | 32 | 33 | 45..=47 => "h:mm",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        34 | 35 | 55 | 56 => "h:mm",
        37 | 38 => "#,##0",
        39 | 40 => "#,##0.00",
        41 | 42 => "#,##0",
        43 | 44 => "#,##0.00",
        _ => "",
    }
}

/// The number as its cell shows it.
pub(in crate::extract) fn number(value: f64, code: &str, epoch: Epoch) -> Shown {
    let sound = |text: String| Shown { text, doubtful: false };
    if !value.is_finite() {
        return Shown { text: "#NUM!".into(), doubtful: true };
    }
    let section = section(code, value);
    let pieces = pieces(section);
    if pieces.iter().any(|p| matches!(p, Piece::Date(..))) {
        return sound(date(value, &pieces, epoch).unwrap_or_else(|| general(value)));
    }
    if code.trim().is_empty() || pieces.iter().any(|p| matches!(p, Piece::General | Piece::Text)) {
        return sound(general(value));
    }
    let Some(text) = decimal(value, &pieces) else {
        // No digit shows: a dash stands for 0, where nothing stands the number is hidden.
        let visible = |p: &Piece| matches!(p, Piece::Literal(c) if !c.is_whitespace());
        return Shown { text: general(value), doubtful: !pieces.iter().any(visible) };
    };
    let percent = pieces.iter().any(|p| matches!(p, Piece::Percent));
    let doubtful = !percent && !text.contains('.') && (value - value.round()).abs() > 1e-9;
    Shown { text, doubtful }
}

/// One part of a format code.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Literal(char),
    /// `0` `#` `?` and the signs between them.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// A letter of a date, and how often it stands.
    Date(char, usize),
    General,
    /// `@`
    Text,
}

/// The section of a code that holds for the value: positive; negative; zero; text.
fn section(code: &str, value: f64) -> &str {
    let mut sections = Vec::new();
    let (mut from, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if !quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                sections.push(&code[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[from..]);
    match sections.as_slice() {
        [_, negative, ..] if value < 0.0 => negative,
        [_, _, zero, ..] if value == 0.0 => zero,
        [first, ..] => first,
        [] => "",
    }
}

fn pieces(section: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = section.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => pieces.extend(chars.by_ref().take_while(|c| *c != '"').map(Piece::Literal)),
            '\\' | '!' => pieces.extend(chars.next().map(Piece::Literal)),
            // As wide as the next character, or filled with it.
            '_' | '*' => drop(chars.next()),
            // Colours, conditions, currencies and calendars.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if matches!(
                    inside.to_ascii_lowercase().as_str(),
                    "h" | "hh" | "m" | "mm" | "s" | "ss"
                ) {
                    pieces.push(Piece::General);
                }
            }
            '0' | '#' | '?' => pieces.push(Piece::Digit(c)),
            '.' => pieces.push(Piece::Point),
            ',' => pieces.push(Piece::Comma),
            '%' => pieces.push(Piece::Percent),
            '@' => pieces.push(Piece::Text),
            'E' if matches!(chars.peek(), Some('+' | '-')) => pieces.push(Piece::General),
            'G' | 'g' => {
                while chars.next_if(|c| c.is_ascii_alphabetic()).is_some() {}
                pieces.push(Piece::General);
            }
            'A' | 'a' if matches!(chars.peek(), Some('M' | 'm' | '/' | 'P' | 'p')) => {
                while chars.next_if(|c| "MmPp/Aa".contains(*c)).is_some() {}
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'a' => {
                let mut times = 1;
                while chars.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    times += 1;
                }
                pieces.push(Piece::Date(c.to_ascii_lowercase(), times));
            }
            c => pieces.push(Piece::Literal(c)),
        }
    }
    pieces
}

/// The number with its decimals and thousands; `None` where no digit of it shows.
fn decimal(value: f64, pieces: &[Piece]) -> Option<String> {
    let first = pieces.iter().position(|p| matches!(p, Piece::Digit(_)))?;
    let last = pieces.iter().rposition(|p| matches!(p, Piece::Digit(_)))?;
    let point = pieces.iter().position(|p| matches!(p, Piece::Point));
    let decimals: Vec<char> = pieces[point.unwrap_or(pieces.len())..]
        .iter()
        .filter_map(|p| if let Piece::Digit(c) = p { Some(*c) } else { None })
        .take(15)
        .collect();
    let is_comma = |p: &Piece| matches!(p, Piece::Comma);
    let thousands = pieces[first..last].iter().any(is_comma);
    let scaled = pieces[last + 1..].iter().take_while(|p| is_comma(p)).count();
    let percent = pieces.iter().any(|p| matches!(p, Piece::Percent));
    let value = value * if percent { 100.0 } else { 1.0 } / 1000f64.powi(scaled as i32);
    // Digits first, so that 2.675 is not rounded by what its binary form lacks.
    let exact = plain(value.abs());
    let mut text = rounded(&exact, decimals.len());
    let must = pieces.iter().any(|p| matches!(p, Piece::Digit('0')));
    if !must && text.bytes().all(|b| !b.is_ascii_digit() || b == b'0') {
        return None;
    }
    let optional = decimals.iter().rev().take_while(|c| **c == '#').count();
    for _ in 0..optional {
        if text.ends_with('0') && text.contains('.') {
            text.pop();
        }
    }
    let text = text.trim_end_matches('.');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let whole_digits = &pieces[..point.unwrap_or(pieces.len())];
    let least = whole_digits.iter().filter(|p| matches!(p, Piece::Digit('0'))).count().min(15);
    let whole = format!("{whole:0>least$}");
    let whole = if thousands { grouped(&whole) } else { whole };
    let negative = value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let literal = |p: &Piece| match p {
        Piece::Literal(c) => Some(*c),
        Piece::Percent => Some('%'),
        _ => None,
    };
    let before: String = pieces[..first].iter().filter_map(literal).collect();
    let after: String = pieces[last + 1..].iter().filter_map(literal).collect();
    let signed = before.contains('-') || before.contains('(');
    let sign = if negative && !signed { "-" } else { "" };
    Some(format!("{sign}{before}{whole}{fraction}{after}").trim().to_owned())
}

/// Rounds a decimal text half up.
fn rounded(exact: &str, decimals: usize) -> String {
    let (whole, fraction) = exact.split_once('.').unwrap_or((exact, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
    let keep = whole.len() + decimals;
    let up = digits.get(keep).is_some_and(|digit| *digit >= 5);
    digits.resize(keep, 0);
    let mut carry = up;
    for digit in digits.iter_mut().rev() {
        if !carry {
            break;
        }
        *digit = (*digit + 1) % 10;
        carry = *digit == 0;
    }
    let mut text: String = if carry { "1".into() } else { String::new() };
    let whole = whole.len() + usize::from(carry);
    text.extend(digits.iter().map(|digit| char::from(b'0' + digit)));
    if decimals > 0 {
        text.insert(whole, '.');
    }
    text
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The number in decimal digits, without an exponent, at most [`DIGITS`] of them behind the first
/// where it has a fraction.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let before = if value.abs() < 1.0 { 1 } else { value.abs().log10().floor() as usize + 1 };
    let text = format!("{value:.*}", DIGITS.saturating_sub(before).max(2));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// As the general format shows it.
fn general(value: f64) -> String {
    let text = plain(value);
    if text == "-0" { "0".into() } else { text }
}

/// The date and time of day; `None` for days before the calendar begins and beyond its end.
fn date(value: f64, pieces: &[Piece], epoch: Epoch) -> Option<String> {
    let day = value.floor();
    // The year 9999 ends with day 2 958 465.
    if !(0.0..2_958_466.0).contains(&day) {
        return None;
    }
    let days = match epoch {
        Epoch::Since1904 => day as i64 + 1462,
        Epoch::Since1900 => day as i64,
    };
    // Day 60 is the 29th of February that 1900 did not have.
    let (year, month, of_month) = civil(days - if days > 59 { 25_569 } else { 25_568 });
    let seconds = ((value - day) * 86_400.0).round() as u32;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let padded = |n: u32, times: usize| {
        if times >= 2 { format!("{n:02}") } else { n.to_string() }
    };
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let before = pieces[..at].iter().rev().find_map(letter);
        let after = pieces[at + 1..].iter().find_map(letter);
        match piece {
            Piece::Date('m', times) if before == Some('h') || after == Some('s') => {
                out += &padded(minute, *times);
            }
            Piece::Date('y', 1 | 2) => out += &padded(year as u32 % 100, 2),
            Piece::Date('y' | 'e', _) => out += &year.to_string(),
            Piece::Date('m', times) => out += &padded(month, (*times).min(2)),
            Piece::Date('d', times @ (1 | 2)) => out += &padded(of_month, *times),
            Piece::Date('h', times) => out += &padded(hour, *times),
            Piece::Date('s', times) => out += &padded(second, *times),
            Piece::Date(..) | Piece::General | Piece::Text => {}
            Piece::Literal(c) => out.push(*c),
            Piece::Digit(c) => out.push(*c),
            Piece::Point => out.push('.'),
            Piece::Comma => out.push(','),
            Piece::Percent => out.push('%'),
        }
    }
    Some(out.trim().to_owned())
}

fn letter(piece: &Piece) -> Option<char> {
    if let Piece::Date(letter, _) = piece { Some(*letter) } else { None }
}

/// Year, month and day of a day counted from 1970-01-01, by the Gregorian calendar.
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, code: &str) -> String {
        number(value, code, Epoch::Since1900).text
    }

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        let cases: &[(f64, &str, &str)] = &[
            (3.0, "", "3"),
            (0.0, "", "0"),
            (-0.0, "", "0"),
            (-8.0, "General", "-8"),
            (12.35, "General", "12.35"),
            (41.13 + 1e-14, "", "41.13"),
            (0.1 + 0.2, "", "0.3"),
            (1e15, "", "1000000000000000"),
            (1e20, "", "100000000000000000000"),
            (0.000_001, "", "0.000001"),
            (3001.0, "#,##0", "3,001"),
            (1_234_567.0, "#,##0_ ", "1,234,567"),
            (12.0, "#,##0", "12"),
            (7.0, "000", "007"),
            (7.0, "00.0", "07.0"),
            (0.5, ".00", "0.50"),
            (1234.0, "00", "1234"),
            (12.0, "0.00", "12.00"),
            (2.675, "0.00", "2.68"),
            (9.999, "0.00", "10.00"),
            (0.5, "#.##", "0.5"),
            (7.0, "#.##", "7"),
            (0.255, "0.00%", "25.50%"),
            (0.3, "0%", "30%"),
            (-5.0, "0;[Red]-0", "-5"),
            (-5.0, "0_);[Red](0)", "(5)"),
            (5.0, "0\"件\"", "5件"),
            (0.0, "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"??_ ;_ @_ ", "0"),
            (7.0, "@", "7"),
            (1e6, "0.00E+00", "1000000"),
        ];
        for (value, code, text) in cases {
            assert_eq!(shown(*value, code), *text, "{value} as {code}");
        }
    }

    #[test]
    fn what_is_shown_without_its_fraction_or_not_at_all_is_in_doubt() {
        for (value, code, text) in
            [(3.4, "0", "3"), (0.0, "0;-0;;@", "0"), (0.0, "#", "0"), (2.5, "#,##0", "3")]
        {
            let shown = number(value, code, Epoch::Since1900);
            assert_eq!((shown.text.as_str(), shown.doubtful), (text, true), "{value} as {code}");
        }
        assert!(!number(3.0, "0", Epoch::Since1900).doubtful);
        assert!(!number(0.3, "0%", Epoch::Since1900).doubtful);
    }

    #[test]
    fn days_are_read_as_dates() {
        let cases: &[(f64, &str, &str)] = &[
            (45_672.0, "yyyy\"年\"m\"月\"d\"日\"", "2025年1月15日"),
            (45_672.0, "[$-804]yyyy\\年mm\\月dd\\日;@", "2025年01月15日"),
            (45_672.0, "yyyy/m/d", "2025/1/15"),
            (45_672.5, "yyyy-mm-dd hh:mm:ss", "2025-01-15 12:00:00"),
            (60_000.0, "yyyy-mm-dd", "2064-04-08"),
            (1.0, "yyyy-m-d", "1900-1-1"),
            (61.0, "yyyy-m-d", "1900-3-1"),
            (-5.0, "yyyy-m-d", "-5"),
        ];
        for (value, code, text) in cases {
            assert_eq!(shown(*value, code), *text, "{value} as {code}");
        }
        assert_eq!(number(44_210.0, "yyyy-m-d", Epoch::Since1904).text, "2025-1-15");
    }
}
