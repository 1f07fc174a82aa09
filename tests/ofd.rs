//! OFD from bytes to verdict: reports set on pages and written in several hands, whole, broken, hostile.

mod report_kit;

use nianbao::document::{Block, Document, Reading, Value};
use nianbao::edition::{Edition, Editions, Forms};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Format, Severity, UnreadableReason};
use nianbao::pipeline::Jail;
use nianbao::rules::{Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use report_kit::form::{FORM, consistent, fill};
use report_kit::paper::{HANDS, Letters, Lines, ofd, package, root};
use report_kit::{Random, Read, codes, shared_bytes};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

/// The document of a specimen, as its Word file holds it.
fn document(specimen: &Specimen) -> Document {
    let limits = Limits::default();
    extract("年报.docx", &specimen.to_docx(), &limits).expect("our own file").document
}

/// Compares every cell of the form; a cell that is doubtful is wrong here.
fn compare(name: &str, read: &Read, edition: &Edition, wanted: impl Fn(&str) -> Option<Value>) {
    let mut cells = 0;
    for (field, _, _, _) in edition.tables.iter().flat_map(|t| t.fields()) {
        let Some(wanted) = wanted(&field) else { continue };
        let found = read.report.field(&field).unwrap_or_else(|| panic!("{name}: {field} is lost"));
        assert_eq!(found.reading.value, wanted, "{name}: {field}");
        assert!(!found.doubtful, "{name}: {field} is doubtful");
        cells += 1;
    }
    assert!(cells >= 190, "{name}: {cells}");
}

#[test]
fn specimens_of_both_editions_are_read_cell_by_cell_in_every_hand() {
    for (at, edition) in ["2019", "2021"].into_iter().enumerate() {
        let edition = Editions::embedded().get(edition).expect("embedded");
        for seed in 1..=4u64 {
            let specimen = Specimen::random(edition, seed * 2 + at as u64);
            let document = document(&specimen);
            for hand in HANDS {
                let name = format!("{} {seed} {hand:?}", edition.id);
                let read = Read::of("年报.ofd", &ofd(&document, hand));
                assert_eq!(read.format, Format::Ofd);
                let kinds: BTreeMap<_, _> = edition
                    .tables
                    .iter()
                    .flat_map(|t| t.fields())
                    .map(|(field, _, _, column)| (field, column.kind))
                    .collect();
                compare(&name, &read, edition, |field| {
                    Some(Reading::read(specimen.cell(field)?, kinds[field]).value)
                });
            }
        }
    }
}

#[test]
fn a_report_on_pages_brings_the_findings_of_the_word_file_and_no_other() {
    let edition = Editions::embedded().get("2021").expect("embedded");
    for (at, hand) in HANDS.into_iter().enumerate() {
        let mut specimen = Specimen::clean(edition);
        if at % 2 == 1 {
            specimen.patch("t3.total.NP = 20").expect("a cell");
        }
        let word = Read::of("年报.docx", &specimen.to_docx()).judged();
        let paper = Read::of("年报.ofd", &ofd(&document(&specimen), hand)).judged();
        for severity in [Severity::Error, Severity::Warning] {
            assert_eq!(codes(&paper, severity), codes(&word, severity), "{hand:?}");
        }
        assert_eq!(codes(&paper, Severity::Error).is_empty(), at % 2 == 0, "{hand:?}");
    }
}

/// The official form with a number of its own in every field, and where each stands.
fn marked_form(blank: &[u8]) -> (Document, BTreeMap<String, String>) {
    let fields: Vec<String> = consistent(&mut Random::new(1)).into_keys().collect();
    let numbers =
        fields.iter().enumerate().map(|(at, f)| (f.clone(), 70_000 + at as i64)).collect();
    let filled = fill(blank, &numbers);
    let read = extract("年报.docx", &filled, &Limits::default()).expect("the official form");
    let marks = numbers.into_iter().map(|(field, number)| (number.to_string(), field)).collect();
    (read.document, marks)
}

#[test]
fn two_hundred_official_forms_with_random_numbers_are_read_right_in_every_cell() {
    let Some(blank) = shared_bytes(FORM) else { return };
    let edition = Editions::embedded().get("2021").expect("embedded");
    let (form, marks) = marked_form(&blank);
    let one = |seed: u64| {
        let numbers = consistent(&mut Random::new(seed));
        let mut document = form.clone();
        for block in &mut document.blocks {
            let Block::Table(table) = block else { continue };
            for cell in &mut table.cells {
                if let Some(field) = marks.get(&cell.text.clean) {
                    cell.text.clean = numbers[field].to_string();
                }
            }
        }
        let hand = HANDS[seed as usize % HANDS.len()];
        let read = Read::of("年报.ofd", &ofd(&document, hand));
        for (field, number) in &numbers {
            let found = read.report.field(field).unwrap_or_else(|| panic!("{seed}: {field}"));
            let value = match &found.reading.value {
                Value::Amount(amount) => Some(amount.fen / 1_000_000),
                other => other.count(),
            };
            assert_eq!(value, Some(*number), "seed {seed}, {hand:?}: {field}");
            assert!(!found.doubtful, "seed {seed}, {hand:?}: {field} is doubtful");
        }
        assert_eq!(read.report.edition.as_deref(), Some(edition.id.as_str()), "seed {seed}");
    };
    std::thread::scope(|scope| {
        for part in 0..4u64 {
            let one = &one;
            scope.spawn(move || (1 + part..=200).step_by(4).for_each(one));
        }
    });
}

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut parts = Vec::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its bytes");
        parts.push((name, content));
    }
    parts
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/paged");
    fs_err::read(folder.join(name)).expect("the fixture is there")
}

#[test]
fn a_file_cut_anywhere_or_with_bytes_changed_is_read_or_refused() {
    let whole = fixture("2021-clean.ofd");
    let known = [
        UnreadableReason::Damaged,
        UnreadableReason::Unsupported,
        UnreadableReason::Encrypted,
        UnreadableReason::Empty,
        UnreadableReason::PicturesOnly,
        UnreadableReason::OverLimit,
    ];
    let try_it = |what: String, bytes: &[u8]| {
        if let Err(error) = extract("a.ofd", bytes, &Limits::default()) {
            assert!(known.contains(&error.reason), "{what}: {error:?}");
        }
    };
    for length in (0..whole.len()).step_by(whole.len() / 60) {
        try_it(format!("cut at {length}"), &whole[..length]);
    }
    let mut random = Random::new(33);
    for round in 0..60 {
        let mut changed = whole.clone();
        for _ in 0..1 + round % 4 {
            let at = random.below(changed.len());
            changed[at] ^= 1 << random.below(8);
        }
        try_it(format!("round {round}"), &changed);
    }
    let own = parts(&whole);
    for round in 0..80 {
        let mut changed = own.clone();
        let part = random.below(changed.len());
        let content = &mut changed[part].1;
        let at = random.below(content.len());
        match round % 4 {
            0 => content.truncate(at),
            1 => content[at] ^= 1 << random.below(8),
            2 => drop(content.drain(at..(at + 40).min(content.len()))),
            _ => {
                let again = content[at..(at + 200).min(content.len())].to_vec();
                content.splice(at..at, again);
            }
        }
        try_it(format!("{} in round {round}", changed[part].0), &package(&changed));
    }
}

/// Files that cost much more to read than to write.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let file = |page: String, outline: String| {
        let body = "<DocBody><DocRoot>Document.xml</DocRoot></DocBody>";
        let page = root("Page", &format!("<Content><Layer>{page}</Layer></Content>"));
        package(&[
            ("OFD.xml".into(), root("OFD", body).into_bytes()),
            ("Document.xml".into(), root("Document", &outline).into_bytes()),
            ("P.xml".into(), page.into_bytes()),
            (
                "T.xml".into(),
                root(
                    "Page",
                    &format!(
                        "<Content><Layer>{}</Layer></Content>",
                        "<PathObject><AbbreviatedData>M 0 0 L 9 0</AbbreviatedData></PathObject>"
                            .repeat(20_000)
                    ),
                )
                .into_bytes(),
            ),
        ])
    };
    let pages =
        |count: usize| format!("<Pages>{}</Pages>", "<Page BaseLoc=\"P.xml\"/>".repeat(count));
    let template = "<CommonData><TemplatePage ID=\"1\" BaseLoc=\"T.xml\"/></CommonData>";
    let use_it = "</Layer></Content><Template TemplateID=\"1\"/><Content><Layer>".to_string();
    let run = |text: &str| {
        format!(
            "<TextObject Size=\"4\"><TextCode DeltaX=\"g 4294967295 0.1\" X=\"1\" Y=\"1\">{text}</TextCode></TextObject>"
        )
    };
    let mappings =
        "<CGTransform CodePosition=\"0\" CodeCount=\"1\" GlyphCount=\"4000000000\"/>".repeat(5_000);
    vec![
        (
            "one template under two thousand pages",
            file(use_it, format!("{template}{}", pages(2_000))),
        ),
        ("ten thousand pages", file(String::new(), pages(10_000))),
        ("deltas without end", file(run(&"文".repeat(400_000)).repeat(4), pages(1))),
        (
            "glyphs without end",
            file(
                run("文字").replace("<TextCode", &format!("{mappings}<TextCode")).repeat(50),
                pages(1),
            ),
        ),
        ("a page of blanks", file(" ".repeat(8 << 20), pages(1))),
    ]
}

#[tokio::test]
async fn hostile_files_end_soon_and_leave_the_worker_alive() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_nianbao"));
    // A build for tests is slow: the same bounds at a tenth of the size.
    let limits = Limits { characters: 800_000, ..Limits::default() };
    let jail = Jail::new(program, 1, limits, RuleSettings::default(), &Forms::default());
    for (name, bytes) in bombs() {
        let begun = std::time::Instant::now();
        let examined = jail.examine("a.ofd", bytes, Circumstances::default()).await;
        let examined = examined.expect("the worker starts").1;
        match name {
            "glyphs without end" => drop(examined),
            _ => {
                let error = examined.expect_err(name);
                assert_eq!(error.reason, UnreadableReason::OverLimit, "{name}: {error:?}");
            }
        }
        assert!(begun.elapsed().as_secs() < 10, "{name} took {:?}", begun.elapsed());
    }
    let sound = ofd(
        &document(&Specimen::clean(Editions::embedded().get("2021").expect("embedded"))),
        (Letters::Runs, Lines::Stroked),
    );
    let examined = jail.examine("a.ofd", sound, Circumstances::default()).await;
    assert!(examined.expect("the worker starts").1.is_ok());
}
