//! Values of the file: text, numbers, durations, sizes, addresses. Each parser answers with the
//! value or with what should have been written.

use super::raw::Parsed;
use crate::model::Words;
use std::net::SocketAddr;
use std::time::Duration;
use toml::de::DeValue;

pub(super) fn text(value: &DeValue) -> Parsed<String> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_string()),
        _ => Err(Words::new("写成加双引号的文字", "write a text in double quotes")),
    }
}

/// A name that appears in logs, URLs and keys: letters, digits, `-`, `_` and Chinese characters.
pub(super) fn name(value: &DeValue) -> Parsed<String> {
    let name = text(value)?;
    let fits = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if fits && name.chars().count() <= 64 {
        return Ok(name);
    }
    Err(Words::new(
        "用字母、数字、汉字、- 和 _，至多 64 个字",
        "use letters, digits, - and _, at most 64 characters",
    ))
}

pub(super) fn boolean(value: &DeValue) -> Parsed<bool> {
    value.as_bool().ok_or_else(|| Words::new("写成 true 或 false", "write true or false"))
}

/// A whole number within bounds.
pub(super) fn whole(low: u64, high: u64) -> impl Fn(&DeValue) -> Parsed<u64> {
    move |value| {
        integer(value).filter(|n| (low..=high).contains(n)).ok_or_else(|| {
            Words::new(
                format!("写成 {low} 到 {high} 的整数"),
                format!("write a whole number from {low} to {high}"),
            )
        })
    }
}

fn integer(value: &DeValue) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A duration with its unit, `200ms`, `2s`, `5m`, `1h`, `1d`, within bounds.
pub(super) fn duration(low: Duration, high: Duration) -> impl Fn(&DeValue) -> Parsed<Duration> {
    move |value| {
        value.as_str().and_then(parse_duration).filter(|d| (low..=high).contains(d)).ok_or_else(
            || {
                let (low, high) = (show_duration(low), show_duration(high));
                Words::new(
                    format!(
                        "写成带单位的时长，如 \"200ms\"、\"2s\"、\"5m\"、\"1h\"；{low} 到 {high}"
                    ),
                    format!(
                        "write a duration like \"200ms\", \"2s\", \"5m\", \"1h\"; {low} to {high}"
                    ),
                )
            },
        )
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split_unit(text)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

/// A duration as it would be written in the file.
pub(super) fn show_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{}{unit}", millis / size);
        }
    }
    format!("{millis}ms")
}

/// A size in bytes, `4MiB`, `64KiB`, or a plain number of bytes; within bounds.
pub(super) fn size(low: u64, high: u64) -> impl Fn(&DeValue) -> Parsed<u64> {
    move |value| {
        let bytes = integer(value).or_else(|| value.as_str().and_then(parse_size));
        bytes.filter(|n| (low..=high).contains(n)).ok_or_else(|| {
            let (low, high) = (show_size(low), show_size(high));
            Words::new(
                format!("写成带单位的大小，如 \"512KiB\"、\"4MiB\"、\"1GiB\"；{low} 到 {high}"),
                format!("write a size like \"512KiB\", \"4MiB\", \"1GiB\"; {low} to {high}"),
            )
        })
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text)?;
    let shift = match unit {
        "B" | "" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

/// A size as it would be written in the file.
pub(super) fn show_size(bytes: u64) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] {
        if bytes >= 1 << shift && bytes.trailing_zeros() >= shift {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    format!("{bytes}B")
}

fn split_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, text[end..].trim_start()))
}

pub(super) fn address(value: &DeValue) -> Parsed<SocketAddr> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
        Words::new(
            "写成 IP:端口，如 \"127.0.0.1:50051\"",
            "write IP:port, as in \"127.0.0.1:50051\"",
        )
    })
}

/// An address, or `"off"`.
pub(super) fn address_or_off(value: &DeValue) -> Parsed<Option<SocketAddr>> {
    if value.as_str() == Some("off") {
        return Ok(None);
    }
    address(value).map(Some).map_err(|_| {
        Words::new(
            "写成 IP:端口，如 \"127.0.0.1:50052\"，或 \"off\"",
            "write IP:port, as in \"127.0.0.1:50052\", or \"off\"",
        )
    })
}

/// One word of a list.
pub(super) fn one_of<T: Copy>(
    words: &'static [(&'static str, T)],
) -> impl Fn(&DeValue) -> Parsed<T> {
    move |value| {
        let found = value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let list: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            Words::new(
                format!("写成其中之一：{}", list.join("、")),
                format!("write one of {}", list.join(", ")),
            )
        })
    }
}

/// `+08:00` as minutes east of UTC.
pub(super) fn utc_offset(value: &DeValue) -> Parsed<i32> {
    let parse = |text: &str| {
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let digits = |s: &str| (s.len() == 2).then(|| s.parse::<u8>().ok()).flatten();
        let (hours, minutes) = (i32::from(digits(hours)?), i32::from(digits(minutes)?));
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    };
    value.as_str().and_then(parse).ok_or_else(|| {
        Words::new(
            "写成时区偏移，如 \"+08:00\"（北京时间）",
            "write a UTC offset, as in \"+08:00\" (Beijing)",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_can_be_written() {
        for text in ["200ms", "2s", "5m", "1h", "3d", "1500ms"] {
            let duration = parse_duration(text).expect(text);
            assert_eq!(show_duration(duration), text);
        }
        for text in ["7B", "512KiB", "4MiB", "1GiB"] {
            assert_eq!(show_size(parse_size(text).expect(text)), text);
        }
    }

    #[test]
    fn a_number_without_a_unit_or_beyond_counting_is_no_duration() {
        for text in ["", "2", "s", "-2s", "1.5s", "2 weeks", "18446744073709551615d"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        assert_eq!(parse_size("99999999999GiB"), None);
    }
}
