//! Chinese numerals (中文数字), as written with their units: 十二, 二百零三.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS: [(char, i64); 3] = [('千', 1000), ('百', 100), ('十', 10)];

/// Reads a numeral below one 亿. `None` for anything not written in full: 一千二 may mean 1002 or
/// 1200, 一二 may be two cells run together, and a lone 一 is often a stroke.
pub fn read(text: &str) -> Option<i64> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '〇' => '零',
            '两' => '二',
            other => other,
        })
        .collect();
    if plain.is_empty() || plain == "一" || plain.chars().count() > 16 {
        return None;
    }
    let value = match plain.split_once('万') {
        Some((high, low)) => {
            let low = if low.is_empty() { 0 } else { below_wan(low)? };
            below_wan(high)? * 10_000 + low
        }
        None => below_wan(&plain)?,
    };
    // Only the one full spelling is accepted; 一十二 beside 十二 is the exception.
    let full = write(value);
    (plain == full || (full.starts_with('十') && plain == format!("一{full}"))).then_some(value)
}

fn below_wan(text: &str) -> Option<i64> {
    let (mut total, mut digit) = (0, None);
    for c in text.chars() {
        if let Some(value) = DIGITS.iter().position(|&d| d == c) {
            digit = Some(value as i64);
        } else {
            let (_, unit) = UNITS.iter().find(|(name, _)| *name == c)?;
            total += digit.take().unwrap_or(1) * unit;
        }
    }
    Some(total + digit.unwrap_or(0))
}

/// The full spelling of a number from 0 up to one 亿.
fn write(value: i64) -> String {
    if value == 0 {
        return "零".into();
    }
    let (high, low) = (value / 10_000, value % 10_000);
    let mut out = String::new();
    if high > 0 {
        write_below_wan(high, false, &mut out);
        out.push('万');
    }
    if low > 0 {
        write_below_wan(low, high > 0, &mut out);
    }
    match out.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => out,
    }
}

fn write_below_wan(value: i64, follows: bool, out: &mut String) {
    let mut gap = follows && value < 1000;
    let mut rest = value;
    for (name, unit) in UNITS {
        let digit = rest / unit;
        rest %= unit;
        if digit > 0 {
            if gap {
                out.push('零');
            }
            out.push(DIGITS[digit as usize]);
            out.push(name);
            gap = false;
        } else if rest > 0 && !out.is_empty() {
            gap = true;
        }
    }
    if rest > 0 {
        if gap {
            out.push('零');
        }
        out.push(DIGITS[rest as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_spellings_are_read() {
        let cases = [
            ("零", 0),
            ("〇", 0),
            ("二", 2),
            ("十", 10),
            ("十二", 12),
            ("一十二", 12),
            ("二十", 20),
            ("二百零三", 203),
            ("一千零三十", 1030),
            ("两千", 2000),
            ("三万五千", 35_000),
            ("十万零三", 100_003),
        ];
        for (text, value) in cases {
            assert_eq!(read(text), Some(value), "{text}");
        }
    }

    #[test]
    fn every_number_comes_back_from_its_spelling() {
        for value in (0..20_000).chain((20_000..10_000_000).step_by(997)) {
            if value != 1 {
                assert_eq!(read(&write(value)), Some(value), "{}", write(value));
            }
        }
    }

    #[test]
    fn short_or_digit_by_digit_spellings_are_not_guessed() {
        for text in
            ["", "一", "一二", "二〇二〇", "一千二", "三百五", "十十", "万", "零五", "二百三"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
