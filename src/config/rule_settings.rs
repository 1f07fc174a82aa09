//! `[rules]`: what is switched off, other severities, limits of length.

use super::raw::{At, Parsed, Problems, Section};
use super::scalar;
use crate::model::{Severity, Words};
use crate::rules::{self, RuleSettings};
use std::collections::BTreeMap;
use toml::de::DeValue;

/// Everything of `[rules]`.
pub(super) fn read(mut section: Section, problems: &mut Problems) -> RuleSettings {
    let mut off = Vec::new();
    if let Some(At { value, span }) = section.take("off") {
        match value.as_array() {
            Some(codes) => {
                for code in codes.iter() {
                    match rule_code(code.get_ref()) {
                        Ok(code) => off.push(code),
                        Err(help) => unknown_rule(code.span(), help, problems),
                    }
                }
            }
            None => problems.add(
                span,
                Words::new("off 的值不对", "the value of off is not usable"),
                Words::new("写成 [\"ST-11\"]", "write [\"ST-11\"]"),
            ),
        }
    }
    let limit = scalar::whole(1, 1_000_000);
    let part_one = section.get("part_one_limit", &limit, problems);
    let mut part_limits: BTreeMap<u8, u32> =
        part_one.iter().map(|at| (1, at.value as u32)).collect();
    for (part, value) in section.section("length", problems).rest() {
        length(&part, &value, &mut part_limits, problems);
    }
    let mut severities = section.section("severity", problems);
    let mut severity = BTreeMap::new();
    for (code, value) in severities.rest() {
        if rules::find(&code.value).is_none() {
            unknown_rule(code.span, known_rules(), problems);
        }
        match severity_word(&value.value) {
            Ok(weight) => drop(severity.insert(code.value, weight)),
            Err(help) => {
                problems.add(value.span, Words::new("轻重的写法不对", "not a severity"), help)
            }
        }
    }
    section.close(problems);
    RuleSettings { severity, off, part_limits, ..RuleSettings::default() }
}

/// One line of `[rules.length]`: a part's number and its limit in characters.
fn length(
    part: &At<String>,
    value: &At<DeValue>,
    limits: &mut BTreeMap<u8, u32>,
    problems: &mut Problems,
) {
    let number = part.value.parse::<u8>().ok().filter(|n| (1..=6).contains(n));
    match (number, scalar::whole(1, 1_000_000)(&value.value)) {
        (None, _) => problems.add(
            part.span.clone(),
            Words::new(format!("没有第 {} 部分", part.value), format!("no part {}", part.value)),
            Words::new(
                "写部分的号数 1 到 6，如 1 = 1000",
                "write a part's number 1 to 6, as in 1 = 1000",
            ),
        ),
        (_, Err(help)) => problems.add(
            value.span.clone(),
            Words::new("字数上限不对", "not a limit of characters"),
            help,
        ),
        (Some(number), Ok(limit)) => {
            if limits.insert(number, limit as u32).is_some() {
                problems.add(
                    part.span.clone(),
                    Words::new("第一部分的上限写了两处", "the limit of part one is given twice"),
                    Words::new(
                        "part_one_limit 和 [rules.length] 的 1 只留一个",
                        "keep one of part_one_limit and 1 of [rules.length]",
                    ),
                );
            }
        }
    }
}

fn severity_word(value: &DeValue) -> Parsed<Severity> {
    scalar::one_of(&[
        ("error", Severity::Error),
        ("warning", Severity::Warning),
        ("info", Severity::Info),
    ])(value)
}

fn rule_code(value: &DeValue) -> Parsed<String> {
    value
        .as_str()
        .filter(|code| rules::find(code).is_some())
        .map(str::to_string)
        .ok_or_else(known_rules)
}

fn known_rules() -> Words {
    Words::new(
        "写规则编号，如 \"ST-11\"；清单见 nianbao rules",
        "write a rule's code, as in \"ST-11\"; the list: nianbao rules",
    )
}

fn unknown_rule(span: std::ops::Range<usize>, help: Words, problems: &mut Problems) {
    problems.add(span, Words::new("没有这条规则", "there is no such rule"), help);
}
