//! The official blank form, filled with random numbers that add up, then with one number changed.
//! Runs where the form lies beside the checkout; `tests/rules.rs` shows the same on specimens.

mod report_kit;

use nianbao::document::Value;
use nianbao::edition::{Edition, Editions};
use nianbao::model::Verdict;
use report_kit::form::{FORM, consistent, fill};
use report_kit::{Random, shared_bytes};
use std::collections::BTreeSet;

#[test]
fn a_form_filled_consistently_satisfies_every_identity_and_one_changed_number_breaks_its_own() {
    let Some(blank) = shared_bytes(FORM) else { return };
    let edition = Editions::embedded().get("2021").unwrap();
    for seed in 1..=8u64 {
        let mut random = Random::new(seed);
        let numbers = consistent(&mut random);
        let verdict = judged(&fill(&blank, &numbers));
        for (field, number) in &numbers {
            assert_eq!(
                verdict.values.get(field).and_then(number_of),
                Some(*number),
                "{field}, seed {seed}"
            );
        }
        assert_eq!(broken(&verdict), BTreeSet::new(), "seed {seed}");
        for code in ["AR-01", "AR-02", "AR-03", "AR-04"] {
            let coverage = &verdict.coverage[code];
            assert_eq!(coverage.assessed, coverage.total, "{code}");
        }

        let counts: Vec<&String> = numbers.keys().filter(|f| !f.starts_with("t2.")).collect();
        for _ in 0..12 {
            let field = counts[random.below(counts.len())].clone();
            let mut changed = numbers.clone();
            *changed.get_mut(&field).unwrap() += 1 + random.below(9) as i64;
            let verdict = judged(&fill(&blank, &changed));
            assert_eq!(broken(&verdict), entered(edition, &field), "{field}, seed {seed}");
        }
    }
}

fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Amount(amount) if amount.fen % 1_000_000 == 0 => Some(amount.fen / 1_000_000),
        other => other.count(),
    }
}

/// The identities that failed, by rule and the field a person would look at first.
fn broken(verdict: &Verdict) -> BTreeSet<(String, String)> {
    verdict
        .findings
        .iter()
        .filter(|f| ["AR-01", "AR-02", "AR-03", "AR-04"].contains(&f.code.as_str()))
        .map(|f| (f.code.clone(), f.places[0].field.clone().expect("an identity names a cell")))
        .collect()
}

/// The identities a field enters.
fn entered(edition: &Edition, field: &str) -> BTreeSet<(String, String)> {
    edition
        .equations
        .iter()
        .filter(|e| e.left.iter().chain(&e.right).any(|t| t.field == field))
        .map(|e| (e.rule.clone(), e.pivot.clone()))
        .collect()
}

fn judged(docx: &[u8]) -> Verdict {
    report_kit::judged("form.docx", docx)
}
