//! The list of checks this trade knows, by code, against the rules there are.

use nianbao::rules::CATALOGUE;
use std::collections::BTreeSet;

/// Families with their highest number; numbers run from 01 without a gap.
const KNOWN: [(&str, u32); 12] = [
    ("AR", 10),
    ("CS", 7),
    ("DL", 6),
    ("FC", 13),
    ("ID", 10),
    ("NS", 6),
    ("NT", 15),
    ("PB", 3),
    ("PX", 11),
    ("ST", 14),
    ("TB", 19),
    ("XY", 11),
];

/// Codes that are no rule on a report, with what they are instead.
const NO_RULES: [(&str, &str); 3] = [
    ("AR-10", "the likely place of a fault, told with the findings of AR-01 to AR-03"),
    ("DL-04", "an alert: a report that is due and has not come"),
    ("DL-05", "an alert: a report that was returned and has not come again"),
];

/// Codes without a rule as yet. The list only gets shorter.
const TO_COME: [&str; 0] = [];

#[test]
fn every_known_code_is_a_rule_or_told_why_not() {
    let known: BTreeSet<String> = KNOWN
        .iter()
        .flat_map(|(family, last)| (1..=*last).map(move |n| format!("{family}-{n:02}")))
        .collect();
    assert_eq!(known.len(), 125);
    let rules: BTreeSet<String> = CATALOGUE.iter().map(|rule| rule.code.to_string()).collect();
    let others = NO_RULES.iter().map(|(code, _)| *code).chain(TO_COME);
    let others: BTreeSet<String> = others.map(str::to_string).collect();
    let unknown: Vec<_> = rules.difference(&known).collect();
    assert!(unknown.is_empty(), "not on the list of known codes: {unknown:?}");
    let twice: Vec<_> = rules.intersection(&others).collect();
    assert!(twice.is_empty(), "a rule by now, take it off the list: {twice:?}");
    let missing: Vec<_> =
        known.iter().filter(|c| !rules.contains(*c) && !others.contains(*c)).collect();
    assert!(missing.is_empty(), "no rule and no word why: {missing:?}");
}
