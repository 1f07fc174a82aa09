//! Nothing is silently misread: reports with a different number in every cell, written in every
//! format and damaged in every way met so far, are bound as they are written, or with a doubt.
//!
//! `MISREAD_ROUNDS=n` tries n places per kind of damage, edition and format (1 without it);
//! `MISREAD_ONLY=word` tries the kinds with that word in their names; `MISREAD_TABLE=1` prints what
//! became of them.

mod cells;
mod layout;
mod mutation;
mod oracle;
#[path = "../report_kit/mod.rs"]
mod report_kit;
mod rows;

use cells::CELLS;
use layout::LAYOUT;
use mutation::{Mutation, Pick};
use nianbao::document::Reading;
use nianbao::edition::{Edition, Editions, label_key};
use nianbao::model::Severity;
use nianbao::specimen::Specimen;
use oracle::{Fate, compare, false_errors, read};
use report_kit::{word, written};
use rows::ROWS;
use std::collections::BTreeMap;
use written::{FORMATS, Written};

fn mutations() -> impl Iterator<Item = &'static Mutation> {
    CELLS.iter().chain(ROWS).chain(LAYOUT)
}

fn report(edition: &Edition, seed: u64) -> Written {
    Written::of(&Specimen::distinct(edition, seed), edition).settled()
}

#[test]
fn the_formats_are_written_as_specimens_write_them() {
    for edition in &Editions::embedded().all {
        let specimen = Specimen::distinct(edition, 5);
        let written = report(edition, 5);
        assert_eq!(written.to_bytes("txt"), specimen.to_text().into_bytes());
        assert_eq!(written.to_bytes("md"), specimen.to_markdown().into_bytes());
        assert_eq!(written.to_bytes("html"), specimen.to_html().into_bytes());
        let main = |bytes: Vec<u8>| word::main_part(&bytes);
        assert_eq!(main(written.to_bytes("docx")), main(specimen.to_docx()));
    }
}

#[test]
fn an_undamaged_report_is_bound_exactly_in_every_format() {
    for edition in &Editions::embedded().all {
        let written = report(edition, 7);
        for format in FORMATS {
            let read = read(format, &written.to_bytes(format));
            let (told, _) = compare(&written, &read, edition);
            assert!(told.len() > 190, "{} fields", told.len());
            for field in told {
                assert_eq!(field.fate, Fate::Right, "{} {format} {}", edition.id, field.words);
            }
            let verdict = read.judged();
            let told: Vec<&str> = verdict
                .findings
                .iter()
                // An amount of the 2019 form has no unit in its head, which is asked about.
                .filter(|f| f.severity >= Severity::Warning && f.code != "TB-12")
                .map(|f| f.message.zh.as_str())
                .collect();
            assert!(told.is_empty(), "{} {format} {told:?}", edition.id);
        }
    }
}

/// A web page as an office suite exports it: its fourth table has sixteen columns of the grid for the
/// fifteen of the form, one of them a pixel's difference between rows.
#[test]
fn a_page_with_a_column_of_jitter_is_bound_exactly() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let Ok(page) = std::fs::read(path.join("lo_b.html")) else {
        println!("skipped: {} is not here", path.display());
        return;
    };
    let truth = std::fs::read_to_string(path.join("truth.json")).expect("the truth beside it");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("JSON");
    let tables: Vec<_> =
        truth.as_array().expect("blocks").iter().filter_map(|b| b.get("t")).collect();
    let read = read("html", &page);
    let edition = Editions::embedded().get("2021").expect("embedded");
    for table in &edition.tables {
        let rows = tables[usize::from(table.number) - 2].as_array().expect("rows");
        for (name, _, row, column) in table.fields() {
            // The last cell of the row with the label, counted from the right as the form is.
            let line = rows.iter().rev().find(|r| {
                let mut cells = r.as_array().expect("cells").iter();
                row.label.is_empty()
                    || cells.any(|c| label_key(c.as_str().unwrap_or("")) == label_key(&row.label))
            });
            let cells = line.expect("the row").as_array().expect("cells");
            let columns =
                &table.blocks.iter().find(|b| b.rows.contains(row)).expect("a block").columns;
            let at = columns.iter().position(|c| c.id == column.id).expect("a column");
            let cell = cells[cells.len() - if columns.len() == 1 { 1 } else { columns.len() - at }]
                .as_str();
            let due = Reading::read(cell.expect("text"), column.kind).value;
            let found = read.report.field(&name).map(|f| (&f.reading.value, f.doubtful));
            assert_eq!(found, Some((&due, false)), "{name}");
        }
    }
}

/// One damaged report.
struct Trial {
    mutation: &'static Mutation,
    format: &'static str,
    /// The worst fate of its fields.
    fate: Fate,
    /// What must not be, in words.
    faults: Vec<String>,
}

fn try_out(mutation: &'static Mutation, edition: &Edition, seed: u64) -> Vec<Trial> {
    let clean = report(edition, seed);
    let mut pick = Pick::new(seed);
    // A place that does not admit the change is given up for another.
    let written = (0..200).find_map(|_| {
        let mut written = clean.clone();
        (mutation.change)(&mut written, &mut pick).then_some(written)
    });
    let Some(written) = written else { return Vec::new() };
    let formats = FORMATS.into_iter().filter(|f| mutation.concerns(f));
    formats.map(|format| trial(mutation, format, &clean, &written, edition, seed)).collect()
}

fn trial(
    mutation: &'static Mutation,
    format: &'static str,
    clean: &Written,
    written: &Written,
    edition: &Edition,
    seed: u64,
) -> Trial {
    let bytes = written.to_bytes(format);
    let name = format!("{} · {format} · {} · seed {seed}", mutation.name, edition.id);
    assert!(bytes != clean.to_bytes(format), "{name}: nothing was changed");
    let read = read(format, &bytes);
    let (told, verdict) = compare(written, &read, edition);
    let fate = told.iter().map(|t| t.fate).max().expect("fields");
    let mut faults = Vec::new();
    let wrong = told.iter().filter(|t| t.fate == Fate::Wrong);
    faults.extend(wrong.map(|t| format!("{name}: silently wrong: {}", t.words)));
    // What is read as it is written and is no more than that needs no judge.
    if fate == Fate::Right && !mutation.harmless {
        return Trial { mutation, format, fate, faults };
    }
    let verdict = verdict.unwrap_or_else(|| read.judged());
    let errors = false_errors(written, &verdict, edition);
    faults.extend(errors.iter().map(|e| format!("{name}: a false error: {e}")));
    let serious = || verdict.findings.iter().filter(|f| f.severity >= Severity::Warning);
    if fate == Fate::Doubtful
        && !serious().any(|f| f.code.starts_with("PX") || f.code.starts_with("TB"))
    {
        let lost = told.iter().find(|t| t.fate == Fate::Doubtful).expect("a doubtful field");
        faults.push(format!("{name}: a doubt that nobody is told of: {}", lost.words));
    }
    if mutation.harmless {
        let fields = told.iter().filter(|t| t.fate != Fate::Right);
        faults.extend(fields.map(|t| format!("{name}: not read: {}", t.words)));
        let errors = serious().filter(|f| f.severity == Severity::Error);
        faults.extend(errors.map(|f| format!("{name}: {} {}", f.code, f.message.zh)));
    }
    Trial { mutation, format, fate, faults }
}

fn rounds() -> u64 {
    std::env::var("MISREAD_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

#[test]
fn no_damage_to_a_report_makes_a_value_silently_wrong() {
    let mut trials = Vec::new();
    let only = std::env::var("MISREAD_ONLY").unwrap_or_default();
    let chosen = mutations().enumerate().filter(|(_, m)| m.name.contains(&only));
    for (at, mutation) in chosen {
        for (form, edition) in Editions::embedded().all.iter().enumerate() {
            let before = trials.len();
            for round in 0..rounds() {
                let seed = round * 1000 + at as u64 * 2 + form as u64;
                trials.extend(try_out(mutation, edition, seed));
            }
            assert!(trials.len() > before, "{} changed nothing", mutation.name);
        }
    }
    if std::env::var_os("MISREAD_TABLE").is_some() {
        table(&trials);
    }
    let faults: Vec<&String> = trials.iter().flat_map(|t| &t.faults).collect();
    let shown: Vec<&str> = faults.iter().take(400).map(|f| f.as_str()).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), shown.join("\n"));
}

/// Cases by kind and format as right/doubtful/caught/wrong.
fn table(trials: &[Trial]) {
    let mut counts: BTreeMap<(&str, &str), [usize; 5]> = BTreeMap::new();
    for trial in trials {
        let line = counts.entry((trial.mutation.name, trial.format)).or_default();
        line[trial.fate as usize] += 1;
        line[4] += usize::from(!trial.faults.is_empty());
    }
    for mutation in mutations() {
        let cell = |format: &str| match counts.get(&(mutation.name, format)) {
            Some([right, doubtful, caught, wrong, faulty]) => {
                let mark = if *faulty > 0 { "!" } else { "" };
                format!("{right}/{doubtful}/{caught}/{wrong}{mark}")
            }
            None => "-".to_string(),
        };
        let cells: Vec<String> = FORMATS.iter().map(|f| format!("{:>12}", cell(f))).collect();
        println!("{} {}", cells.join(" "), mutation.name);
    }
    let total = |fate: usize| counts.values().map(|c| c[fate]).sum::<usize>();
    println!(
        "{} cases: {} right, {} doubtful, {} caught, {} wrong, {} with a fault",
        trials.len(),
        total(0),
        total(1),
        total(2),
        total(3),
        total(4)
    );
}
