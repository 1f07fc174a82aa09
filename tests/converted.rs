//! Reports that office programs on this machine write in every format: every cell is read where it
//! stands, and real reports keep their verdicts.
//!
//! `MATRIX_FORMS=n cargo test --test converted -- --nocapture` fills n forms, by turns the official one
//! (where it lies beside the checkout) and specimens of either edition, with other numbers each, has
//! LibreOffice write them all, and reads every cell back; it needs `soffice` and `python3` (PYTHON names
//! another). 200 take a quarter of an hour. Without the variable only what needs no program is tried.

mod report_kit;

use nianbao::document::{Block, Document, Table, Value};
use nianbao::edition::{Edition, Editions};
use nianbao::model::Verdict;
use nianbao::specimen::Specimen;
use report_kit::form::{FORM, consistent, fill};
use report_kit::office::{Office, listed};
use report_kit::sameness::{compare_cells, written};
use report_kit::written::{Down, Grid, Item, Slot, Written};
use report_kit::{Random, Read, shared, shared_bytes};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

/// What LibreOffice converts to, and the ending that gives.
const TARGETS: [&str; 7] = ["doc", "rtf", "odt", "fodt", "docx", "html", "pdf"];

fn forms() -> Option<u64> {
    let forms = std::env::var("MATRIX_FORMS").ok().and_then(|n| n.parse().ok());
    if forms.is_none() {
        println!("skipped: MATRIX_FORMS says no number of forms");
    }
    forms
}

/// One filled form: what it says, and its Word file.
struct Filled {
    name: String,
    fields: BTreeMap<String, Value>,
    docx: Vec<u8>,
}

fn filled(count: u64) -> Vec<Filled> {
    let editions = Editions::embedded();
    let blank = shared_bytes(FORM);
    let form = |seed: u64| {
        let edition = match (seed % 3, &blank) {
            (0, Some(blank)) => return official(blank, seed),
            (1, _) => editions.get("2019"),
            _ => editions.get("2021"),
        };
        let edition = edition.expect("embedded");
        let specimen = Specimen::distinct(edition, seed);
        let fields = written(&specimen, edition);
        Filled { name: format!("{}-{seed}", edition.id), fields, docx: specimen.to_docx() }
    };
    (1..=count).map(form).collect()
}

fn official(blank: &[u8], seed: u64) -> Filled {
    let edition = Editions::embedded().get("2021").expect("embedded");
    let numbers = consistent(&mut Random::new(seed));
    let fields = values(edition, |name| numbers.get(name).map(i64::to_string));
    Filled { name: format!("official-{seed}"), fields, docx: fill(blank, &numbers) }
}

/// The values of an edition's fields as a cell's text means them.
fn values(edition: &Edition, text: impl Fn(&str) -> Option<String>) -> BTreeMap<String, Value> {
    let fields = edition.tables.iter().flat_map(|t| t.fields());
    let value = |(name, _, _, column): (String, _, _, &nianbao::edition::Column)| {
        let reading = nianbao::document::Reading::read(&text(&name)?, column.kind);
        Some((name, reading.value))
    };
    fields.filter_map(value).collect()
}

#[test]
fn every_cell_of_random_forms_is_read_whatever_program_wrote_them() {
    let Some(count) = forms() else { return };
    let all = filled(count);
    let by_name: BTreeMap<&str, &Filled> = all.iter().map(|f| (f.name.as_str(), f)).collect();
    let (office, mut faults) = (Office::new(), Vec::new());
    let own = office.folder("own");
    for form in &all {
        fs_err::write(own.join(format!("{}.docx", form.name)), &form.docx).expect("room");
    }
    faults.extend(read_back("docx, unconverted", &own, &by_name));
    let mut pages = None;
    // MATRIX_TARGETS=html,pdf takes these only; a single-file page is made of the HTML.
    let wanted = std::env::var("MATRIX_TARGETS").ok();
    let wanted = |target: &str| wanted.as_ref().is_none_or(|w| w.split(',').any(|t| t == target));
    for target in TARGETS.into_iter().filter(|target| wanted(target)) {
        let begun = Instant::now();
        let out = office.convert(&own, target);
        println!("{target}: {} written in {:.0?}", all.len(), begun.elapsed());
        faults.extend(read_back(target, &out, &by_name));
        pages = (target == "html").then_some(out).or(pages);
    }
    if let Some(pages) = pages {
        faults.extend(read_back("mht", &office.write(&pages, "mht"), &by_name));
    }
    let shown: Vec<&str> = faults.iter().take(100).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), shown.join("\n"));
}

/// Reads every file of a folder and prints how many cells and forms are right.
fn read_back(format: &str, folder: &Path, forms: &BTreeMap<&str, &Filled>) -> Vec<String> {
    let (mut cells, mut of, mut right, mut faults) = (0, 0, 0, Vec::new());
    let files = listed(folder);
    for file in &files {
        let stem = file.file_stem().expect("a name").to_string_lossy();
        let form = forms[&*stem];
        let name = file.file_name().expect("a name").to_string_lossy();
        let bytes = fs_err::read(file).expect("a readable file");
        let compared = compare_cells(&form.fields, &Read::of(&name, &bytes));
        cells += compared.cells.0;
        of += compared.cells.1;
        right += usize::from(compared.faults.is_empty());
        faults.extend(compared.faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    println!("{format}: {right} of {} forms, {cells} of {of} cells right", files.len());
    faults
}

/// What became of a page on its way to text and is mended in the document that the other formats are
/// written from: headings glued, heads broken, lines of the page around it.
const OF_THE_TEXT: [&str; 3] = ["PX-01", "PX-02", "FC-07"];

/// A page shows no space beside a number.
const OF_THE_PAGE: &str = "TB-14";

/// What a verdict says, wherever the file has it: code, place in the form, values.
fn said(verdict: &Verdict) -> BTreeSet<String> {
    let told = verdict.findings.iter().filter(|f| !OF_THE_TEXT.contains(&f.code.as_str()));
    let told = told.map(|f| {
        let places = f.places.iter().map(|p| {
            let row = p.row.as_ref().map(|(number, _)| *number);
            format!("{:?} {:?} {row:?} {:?} {:?}", p.part, p.table, p.column, p.field)
        });
        let places: Vec<String> = places.collect();
        format!("{} {:?} {} {:?} {:?}", f.code, f.severity, places.join(", "), f.expected, f.found)
    });
    told.collect()
}

/// The report as it was read, to be written in another format. Text has lost which cells were merged:
/// a table with the rows of the form gets its merges back.
fn as_written(document: &Document, frame: &Specimen, edition: &Edition) -> Written {
    let own = Written::of(frame, edition).settled();
    let forms: Vec<&Grid> = own.items.iter().filter_map(|item| item.grid()).collect();
    let items = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => {
            let form = forms.iter().find_map(|form| on_form(table, form));
            Some(Item::Table(form.unwrap_or_else(|| grid(table))))
        }
        Block::Picture { name, .. } => Some(Item::Text(format!("[image: {name}]"))),
        other => other.text().map(|text| Item::Text(text.raw.clone())),
    });
    let items = items.collect();
    Written { items, frame: own.frame }
}

/// The form with the table's texts, where each row has as many cells.
fn on_form(table: &Table, form: &Grid) -> Option<Grid> {
    let mut filled = form.clone();
    if filled.rows.len() != table.rows as usize {
        return None;
    }
    for (row, slots) in filled.rows.iter_mut().enumerate() {
        let cells: Vec<_> = table.starting(row as u32).collect();
        if cells.len() != slots.len() {
            return None;
        }
        for (slot, cell) in slots.iter_mut().zip(cells) {
            slot.text = cell.text.raw.clone();
        }
    }
    Some(filled)
}

fn grid(table: &Table) -> Grid {
    let mut rows = Vec::new();
    for row in 0..table.rows {
        let slots = table.row(row).into_iter().map(|cell| {
            let below = cell.row < row;
            let mut slot = Slot::new(if below { "" } else { &cell.text.raw });
            slot.span = cell.column_span as usize;
            slot.down = match (cell.row_span > 1, below) {
                (false, _) => Down::No,
                (true, false) => Down::Start,
                (true, true) => Down::Continue,
            };
            slot
        });
        rows.push(slots.collect());
    }
    Grid { rows }
}

#[test]
fn real_reports_keep_their_verdict_in_every_format() {
    let Some(folder) = shared("seeds") else { return };
    let edition = Editions::embedded().get("2019").expect("embedded");
    let frame = Specimen::distinct(edition, 1);
    let (office, mut faults, mut due) = (Office::new(), Vec::new(), BTreeMap::new());
    let own = office.folder("own");
    for file in listed(&folder) {
        let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = Read::of("报告.txt", &fs_err::read(&file).expect("a readable file"));
        let report = as_written(&text.document, &frame, edition);
        let docx = report.to_bytes("docx");
        fs_err::write(own.join(format!("{stem}.docx")), &docx).expect("room");
        let verdict = text.judged();
        let page = Read::of("报告.html", &report.to_bytes("html"));
        faults.extend(differences(&stem, "own html", &verdict, &page));
        faults.extend(differences(&stem, "own docx", &verdict, &Read::of("报告.docx", &docx)));
        due.insert(stem, verdict);
    }
    for target in if forms().is_some() { &TARGETS[..] } else { &[] } {
        for file in listed(&office.convert(&own, target)) {
            let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let read = Read::of(&name, &fs_err::read(&file).expect("a readable file"));
            faults.extend(differences(&stem, target, &due[&stem], &read));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Where a file's verdict is another than that of the text, in words; prints that it is the same.
fn differences(report: &str, format: &str, due: &Verdict, read: &Read) -> Vec<String> {
    let verdict = read.judged();
    let (mut wanted, found) = (said(due), said(&verdict));
    if format == "pdf" {
        wanted.retain(|f| !f.starts_with(OF_THE_PAGE) || found.contains(f));
    }
    let mut faults = Vec::new();
    faults.extend(wanted.difference(&found).map(|f| format!("{report} {format}: missing {f}")));
    faults.extend(found.difference(&wanted).map(|f| format!("{report} {format}: surplus {f}")));
    if verdict.outcome != due.outcome {
        faults.push(format!("{report} {format}: outcome {:?}", verdict.outcome));
    }
    for (field, value) in &due.values {
        if verdict.values.get(field) != Some(value) {
            let found = verdict.values.get(field);
            faults.push(format!("{report} {format}: {field} {value:?}, read {found:?}"));
        }
    }
    if faults.is_empty() {
        println!("{report} {format}: {} findings, {} values", wanted.len(), due.values.len());
    }
    faults
}
