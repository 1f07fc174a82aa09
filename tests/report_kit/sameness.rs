//! What a report says for each field and what is found in it, whatever the file it came in.

use super::Read;
use nianbao::document::{Reading, Value};
use nianbao::edition::Edition;
use nianbao::model::{Outcome, Verdict};
use nianbao::specimen::Specimen;
use std::collections::BTreeMap;

/// What one report says, as written or as read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The value of each field.
    pub fields: BTreeMap<String, Value>,
    /// Code, severity, words and fingerprint of each finding, in order.
    pub findings: Vec<String>,
    pub outcome: Outcome,
}

impl Truth {
    /// The cells as the specimen has them written, the findings as of its plain text.
    pub fn of(specimen: &Specimen, edition: &Edition) -> Truth {
        let told = Read::of("报告.txt", specimen.to_text().as_bytes()).judged();
        let fields = written(specimen, edition);
        Truth { fields, findings: findings(&told), outcome: told.outcome }
    }
}

/// Every field of the edition as the specimen has it written.
pub fn written(specimen: &Specimen, edition: &Edition) -> BTreeMap<String, Value> {
    let fields = edition.tables.iter().flat_map(|t| t.fields());
    let value = |(name, _, _, column): (String, _, _, &nianbao::edition::Column)| {
        let text = specimen.cell(&name)?;
        Some((name, Reading::read(text, column.kind).value))
    };
    fields.filter_map(value).collect()
}

/// The findings by what does not depend on the file: code, severity, words, fingerprint.
pub fn findings(verdict: &Verdict) -> Vec<String> {
    let told = verdict.findings.iter();
    let mut told: Vec<String> = told
        .map(|f| format!("{} {:?} {} {}", f.code, f.severity, f.message.zh, f.fingerprint))
        .collect();
    told.sort();
    told
}

/// One file against the truth.
#[derive(Default)]
pub struct Compared {
    /// Cells right and certain, and cells there are.
    pub cells: (usize, usize),
    /// Findings due and found, and findings due.
    pub findings: (usize, usize),
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// Compares a file with what it was written from: every cell, every finding, the outcome.
pub fn compare(truth: &Truth, read: &Read) -> Compared {
    let mut compared = compare_cells(&truth.fields, read);
    let verdict = read.judged();
    let found = findings(&verdict);
    let due = truth.findings.iter().filter(|f| found.contains(f)).count();
    compared.findings = (due, truth.findings.len());
    let missing = truth.findings.iter().filter(|f| !found.contains(f));
    compared.faults.extend(missing.map(|f| format!("not found: {f}")));
    let surplus = found.iter().filter(|f| !truth.findings.contains(f));
    compared.faults.extend(surplus.map(|f| format!("found too much: {f}")));
    if verdict.outcome != truth.outcome {
        compared.faults.push(format!("outcome {:?} for {:?}", verdict.outcome, truth.outcome));
    }
    compared
}

/// Compares the cells alone.
pub fn compare_cells(fields: &BTreeMap<String, Value>, read: &Read) -> Compared {
    let mut compared = Compared { cells: (0, fields.len()), ..Compared::default() };
    for (name, due) in fields {
        match read.report.field(name) {
            Some(found) if found.reading.value == *due && !found.doubtful => compared.cells.0 += 1,
            found => {
                let found = found.map(|f| (&f.reading.value, f.doubtful));
                compared.faults.push(format!("{name}: {due:?} written, {found:?} read"));
            }
        }
    }
    for name in read.report.fields.keys().filter(|name| !fields.contains_key(*name)) {
        compared.faults.push(format!("{name} is not in the report"));
    }
    compared
}
