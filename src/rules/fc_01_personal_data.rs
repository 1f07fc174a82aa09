//! FC-01: no identity numbers, private mobiles or bank cards.

use super::prose::{Line, lines};
use super::{Case, Checked};
use crate::model::{Finding, Severity, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-01",
    name: ("公民个人信息", "Personal data"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第十五条：涉及个人隐私、公开会损害第三方合法权益的政府信息不得公开",
        "Regulations on Open Government Information, art. 15: private data are not disclosed",
    ),
    page: "fc_01_personal_data.md",
    check: check,
}

/// Words before a number that make it an office's contact.
const CONTACT: [&str; 7] = ["电话", "联系", "手机", "热线", "咨询", "传真", "微信"];
/// Words before a number that make it an account.
const ACCOUNT: [&str; 4] = ["卡号", "账号", "帐号", "账户"];
/// Words before a number that make it no person's.
const OTHER: [&str; 4] = ["信用代码", "组织机构代码", "索引号", "文号"];
/// Words right before a number that call it an identity number, whatever its check character says.
const IDENTITY: [&str; 6] =
    ["身份证", "身份证号", "身份证号码", "身份证件号", "身份证件号码", "公民身份号码"];
/// What may stand between such a word and its number.
const SEPARATORS: [char; 7] = [':', '：', ' ', '\u{3000}', '为', '是', '“'];
/// How far back such a word may stand, in characters.
const REACH: usize = 16;
/// Units behind a number that make it a count.
const UNITS: [char; 9] = ['条', '件', '次', '元', '万', '人', '份', '个', '项'];

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let found = all
        .iter()
        .flat_map(|line| numbers(line.clean()).into_iter().filter_map(|range| judge(line, range)));
    Checked::done(found.collect())
}

fn judge(line: &Line, range: Range<usize>) -> Option<Finding> {
    let text = line.clean();
    let number = &text[range.clone()];
    let before: String = {
        let mut chars: Vec<char> = text[..range.start].chars().rev().take(REACH).collect();
        chars.reverse();
        chars.into_iter().collect()
    };
    let led_by = |cues: &[&str]| cues.iter().any(|cue| before.contains(cue));
    let named = before.trim_end_matches(SEPARATORS);
    let said_to_be = number.len() == 18 && IDENTITY.iter().any(|word| named.ends_with(word));
    if led_by(&OTHER) && !said_to_be {
        return None;
    }
    let counted = text[range.end..].trim_start().starts_with(UNITS);
    let (severity, zh, en) = if is_identity_number(number) {
        (Severity::Error, "公民身份号码", "an identity number")
    } else if said_to_be {
        (Severity::Warning, "疑似身份证号码（校验位不符）", "what is called an identity number")
    } else if is_mobile(number) && !counted {
        match led_by(&CONTACT) {
            true => (Severity::Warning, "作为联系方式的个人手机号码", "a mobile number as contact"),
            false => (Severity::Error, "个人手机号码", "a mobile number"),
        }
    } else if is_card(number) && led_by(&ACCOUNT) {
        (Severity::Warning, "银行账号", "a bank account")
    } else {
        return None;
    };
    Some(finding(line, range, severity, zh, en))
}

fn finding(line: &Line, range: Range<usize>, severity: Severity, zh: &str, en: &str) -> Finding {
    let masked = mask(&line.clean()[range.clone()]);
    let mut place = line.place(range);
    // A finding travels into alerts and logs: the number itself must not.
    place.quote = masked.clone();
    RULE.finding(
        &masked,
        Words::new(format!("出现{zh}“{masked}”"), format!("The text holds {en}, “{masked}”")),
        Words::new(
            "请删去或改用办公电话、公用账户；已公布的，请立即撤下更正。",
            "Remove it or use the office's own; where published, take it down at once.",
        ),
        place,
    )
    .severity(severity)
}

/// Runs of 11 to 19 digits (the last may be X) that no letter or digit touches.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if at - start == 17 && at < bytes.len() && matches!(bytes[at], b'X' | b'x') {
            at += 1;
        }
        let touches =
            |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b"./-_@=".contains(b));
        let before = start.checked_sub(1).and_then(|i| bytes.get(i));
        if (11..=19).contains(&(at - start)) && !touches(before) && !touches(bytes.get(at)) {
            found.push(start..at);
        }
    }
    found
}

/// GB 11643: 17 digits with a possible place and birthday, and the check character over them.
fn is_identity_number(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = number.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let part = |range: Range<usize>| number[range].parse::<u32>().unwrap_or(0);
    let born = (1900..2100).contains(&part(6..10))
        && (1..=12).contains(&part(10..12))
        && (1..=31).contains(&part(12..14));
    let sum: u32 = bytes[..17].iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let due = b"10X98765432"[(sum % 11) as usize];
    (11..=82).contains(&part(0..2)) && born && bytes[17].to_ascii_uppercase() == due
}

fn is_mobile(number: &str) -> bool {
    number.len() == 11 && number.starts_with('1') && matches!(number.as_bytes()[1], b'3'..=b'9')
}

/// ISO/IEC 7812: the Luhn check over 16 to 19 digits.
fn is_card(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().rev().filter_map(|c| c.to_digit(10)).collect();
    let double = |d: u32| if d > 4 { d * 2 - 9 } else { d * 2 };
    let sum: u32 =
        digits.iter().enumerate().map(|(i, &d)| if i % 2 == 1 { double(d) } else { d }).sum();
    (16..=19).contains(&digits.len()) && digits.len() == number.len() && sum.is_multiple_of(10)
}

/// The first three and the last two digits.
fn mask(number: &str) -> String {
    let hidden = "*".repeat(number.len() - 5);
    format!("{}{hidden}{}", &number[..3], &number[number.len() - 2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_are_known_by_their_check_character() {
        assert!(is_identity_number("11010519491231002X"));
        assert!(!is_identity_number("110105194912310021"));
        assert!(!is_identity_number("110105194913310025"));
    }

    #[test]
    fn a_card_number_passes_luhn() {
        assert!(is_card("6222020000000000006") || is_card("4111111111111111"));
        assert!(!is_card("4111111111111112"));
    }

    #[test]
    fn a_number_inside_an_address_or_a_longer_one_is_none() {
        assert_eq!(numbers("http://a.cn/13900000000").len(), 0);
        assert_eq!(numbers("t20250126_86690923123.html").len(), 0);
        assert_eq!(numbers("电话13900000000。").len(), 1);
        assert_eq!(numbers("123456789012345678901234").len(), 0);
    }

    #[test]
    fn a_number_is_shown_masked() {
        assert_eq!(mask("13900001234"), "139******34");
    }
}
