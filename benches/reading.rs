//! What one report costs: reading it in each format over the floor of unpacking and tokenising the
//! same file, binding it, judging it. Ends with the medians over their floors.

use criterion::{Criterion, criterion_group};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};
use nianbao::document::Document;
use nianbao::edition::{Editions, Report, bind};
use nianbao::extract::{Limits, extract};
use nianbao::model::Verdict;
use nianbao::rules::{Case, Checked, Circumstances, Prior, RuleSettings, find, judge};
use nianbao::specimen::Specimen;
use quick_xml::events::Event;
use std::hint::black_box;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Files to read. The official form stands beside the checkout or is left out.
struct Files {
    text: Vec<u8>,
    html: Vec<u8>,
    docx: Vec<u8>,
    /// As a word processor writes: every run with its fonts and sizes.
    styled: Vec<u8>,
    official: Option<Vec<u8>>,
    /// One report on four pages, in both layouts of pages.
    paged: [(&'static str, Vec<u8>); 2],
    /// The clean report of 2021 as workbooks, from the fixtures: ending and bytes.
    workbooks: Vec<(&'static str, Vec<u8>)>,
}

impl Files {
    fn new() -> Self {
        let edition = Editions::embedded().get("2021").expect("embedded");
        let specimen = Specimen::random(edition, 7);
        let docx = specimen.to_docx();
        let form = "../shared/reports/format-2021-template.docx";
        let fixture = |name: &str| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/paged");
            std::fs::read(folder.join(name)).expect("the fixture is there")
        };
        Files {
            text: specimen.to_text().into_bytes(),
            html: specimen.to_html().into_bytes(),
            styled: styled(&docx),
            docx,
            workbooks: workbooks(),
            official: std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(form)).ok(),
            paged: ["2021-clean.pdf", "2021-clean.ofd"].map(|name| (name, fixture(name))),
        }
    }

    fn word(&self) -> Vec<(&'static str, &[u8])> {
        let mut files = vec![("docx", self.docx.as_slice()), ("styled docx", &self.styled)];
        files.extend(self.official.as_deref().map(|bytes| ("official form", bytes)));
        files
    }
}

/// From the fixtures, as openpyxl and LibreOffice write them.
fn workbooks() -> Vec<(&'static str, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reports.zip");
    let bytes = std::fs::read(path).expect("the fixture is there");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut read = |ending: &'static str| {
        let mut entry = zip.by_name(&format!("clean-2021.{ending}")).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        (ending, bytes)
    };
    ["xlsx", "xls", "ods"].map(&mut read).to_vec()
}

fn main_part(docx: &[u8]) -> String {
    part(docx, "word/document.xml")
}

fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).expect("a zip");
    let mut text = String::new();
    let mut part = zip.by_name(name).expect("such a part");
    part.read_to_string(&mut text).expect("UTF-8");
    text
}

fn styled(docx: &[u8]) -> Vec<u8> {
    const RUN: &str = r#"<w:r w:rsidRPr="00A77427"><w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hAnsi="宋体" w:cs="宋体" w:hint="eastAsia"/><w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>"#;
    let main = main_part(docx).replace("<w:r>", RUN);
    let mut source = zip::ZipArchive::new(Cursor::new(docx)).expect("a zip");
    let mut target = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..source.len() {
        let mut entry = source.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        if name == "word/document.xml" {
            bytes = main.clone().into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default();
        target.start_file(name, options).expect("space");
        target.write_all(&bytes).expect("space");
    }
    target.finish().expect("space").into_inner()
}

/// Unpacks the main part and runs through its tokens.
fn docx_floor(docx: &[u8]) -> usize {
    tokens(&main_part(docx))
}

/// Runs through the tokens of a part.
fn tokens(text: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return events,
            event => {
                black_box(event);
                events += 1;
            }
        }
    }
}

struct Nothing;

impl TokenSink for Nothing {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        black_box(token);
        TokenSinkResult::Continue
    }
}

/// Runs through the tokens of a page.
fn html_floor(html: &[u8]) {
    let tokenizer = Tokenizer::new(Nothing, Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(std::str::from_utf8(html).expect("UTF-8")));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
}

fn read(name: &str, bytes: &[u8]) -> Document {
    extract(name, bytes, &Limits::default()).expect("it can be read").document
}

fn judged(document: &Document, report: &Report, settings: &RuleSettings) -> Verdict {
    beside(document, report, settings, &Circumstances::default())
}

fn beside(
    document: &Document,
    report: &Report,
    settings: &RuleSettings,
    circumstances: &Circumstances,
) -> Verdict {
    judge(&Case::new(document, report, Editions::embedded(), circumstances, settings))
}

/// The form's exact identities alone: what AR-01 to AR-04 find.
fn identities(document: &Document, report: &Report) -> Vec<Checked> {
    let (none, settings) = (Circumstances::default(), RuleSettings::default());
    let case = Case::new(document, report, Editions::embedded(), &none, &settings);
    let rules = ["AR-01", "AR-02", "AR-03", "AR-04"].map(|code| find(code).expect("a rule"));
    rules.iter().map(|rule| (rule.check)(&case)).collect()
}

fn reading(c: &mut Criterion) {
    let files = Files::new();
    c.bench_function("read txt", |b| b.iter(|| read("a.txt", &files.text)));
    c.bench_function("floor html: html5ever tokens", |b| b.iter(|| html_floor(&files.html)));
    c.bench_function("read html", |b| b.iter(|| read("a.html", &files.html)));
    for (ending, bytes) in &files.workbooks {
        c.bench_function(&format!("read {ending}"), |b| b.iter(|| read(ending, bytes)));
    }
    for (name, bytes) in files.word() {
        c.bench_function(&format!("floor {name}: unzip and quick-xml tokens"), |b| {
            b.iter(|| docx_floor(bytes));
        });
        c.bench_function(&format!("read {name}"), |b| b.iter(|| read("a.docx", bytes)));
    }
    for (name, bytes) in &files.paged {
        c.bench_function(&format!("read {name}"), |b| b.iter(|| read(name, bytes)));
    }
}

fn judging(c: &mut Criterion) {
    let files = Files::new();
    let mut documents = vec![("specimen", read("a.docx", &files.docx))];
    documents.extend(files.official.iter().map(|form| ("official form", read("a.docx", form))));
    for (name, document) in &documents {
        let report = bind(document, Editions::embedded());
        let all = RuleSettings::default();
        c.bench_function(&format!("bind {name}"), |b| {
            b.iter(|| bind(document, Editions::embedded()));
        });
        c.bench_function(&format!("judge {name}"), |b| b.iter(|| judged(document, &report, &all)));
        c.bench_function(&format!("identities of {name}"), |b| {
            b.iter(|| identities(document, &report));
        });
    }
}

/// Judging beside last year's report, and finding the likely cells behind wrong numbers.
fn comparing(c: &mut Criterion) {
    let all = RuleSettings::default();
    let edition = Editions::embedded().get("2021").expect("embedded");
    let report = |patches: &[&str]| {
        let mut specimen = Specimen::distinct(edition, 7);
        patches.iter().for_each(|patch| specimen.patch(patch).expect("a patch"));
        let document = read("a.txt", specimen.to_text().as_bytes());
        let report = bind(&document, Editions::embedded());
        (document, report)
    };
    let (document, sound) = report(&[]);
    let last_year = Some(Prior::from(judged(&document, &sound, &all)));
    let circumstances = Circumstances { last_year, ..Circumstances::default() };
    c.bench_function("judge beside last year's", |b| {
        b.iter(|| beside(&document, &sound, &all, &circumstances));
    });
    let wrong = [
        "t3.granted.NP = 99999",
        "t3.d3.BIZ = 88888",
        "t3.total.SCI = 77777",
        "t3.carried_out.LAW = 66666",
        "t3.n2.OTH = 55555",
        "t3.u1.PUB = 44444",
    ];
    for count in [1, 2, 4, 6] {
        let (document, report) = report(&wrong[..count]);
        c.bench_function(&format!("identities with {count} wrong cells"), |b| {
            b.iter(|| identities(&document, &report));
        });
    }
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..101)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[50]
}

/// Readings over their floors, both measured here and now.
fn ratios() {
    let files = Files::new();
    let say = |name: &str, read: Duration, floor: Duration| {
        let times = read.as_secs_f64() / floor.as_secs_f64();
        println!("{name}: {read:?} over a floor of {floor:?}, {times:.1} times");
    };
    let html = median(|| drop(black_box(read("a.html", &files.html))));
    say("html", html, median(|| html_floor(&files.html)));
    for (ending, bytes) in &files.workbooks {
        let book = median(|| drop(black_box(read(ending, bytes))));
        let sheet = match *ending {
            "xlsx" => "xl/worksheets/sheet1.xml",
            "ods" => "content.xml",
            _ => {
                println!("{ending}: {book:?}");
                continue;
            }
        };
        say(
            ending,
            book,
            median(|| {
                black_box(tokens(&part(bytes, sheet)));
            }),
        );
    }
    for (name, bytes) in files.word() {
        let word = median(|| drop(black_box(read("a.docx", bytes))));
        say(
            name,
            word,
            median(|| {
                black_box(docx_floor(bytes));
            }),
        );
    }
}

criterion_group!(benches, reading, judging, comparing);

fn main() {
    // The first reading of all builds tables that the later ones share.
    let text = Files::new().text;
    let start = Instant::now();
    black_box(read("a.txt", &text));
    println!("first reading of the process: {:?}", start.elapsed());
    benches();
    Criterion::default().configure_from_args().final_summary();
    ratios();
}
