//! One report in every format: what reading, binding and judging it take, and reading as a ratio to the
//! floor of its format, measured in the same run. How many cells are right is said before how fast.
//!
//! The floor is what no reader of the format can do without: unpacking and the tokens of the XML or
//! HTML, the streams of a compound file, the decoded content of the pages, one pass over the bytes.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};
use nianbao::document::Value;
use nianbao::edition::{Editions, bind};
use nianbao::extract::{Limits, extract};
use nianbao::rules::{Case, Circumstances, RuleSettings, judge};
use nianbao::specimen::Specimen;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{Cursor, Read};
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs of each measurement; the median is told.
const RUNS: usize = 101;

/// A report in one format.
struct File {
    name: String,
    bytes: Vec<u8>,
    /// It holds the report whose cells are known here.
    known: bool,
}

fn main() {
    let editions = Editions::embedded();
    let truth = truth();
    println!("| file | KiB | cells right | read | floor | ratio | bind | judge |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for File { name, bytes, known } in files() {
        let limits = Limits::default();
        let read = || extract(&name, &bytes, &limits).expect("it can be read").document;
        let document = read();
        let report = bind(&document, editions);
        let right = |(field, value): &(&String, &Value)| {
            report.field(field).is_some_and(|f| f.reading.value == **value)
        };
        let cells = match known {
            true => format!("{} of {}", truth.iter().filter(right).count(), truth.len()),
            false => "–".into(),
        };
        let (circumstances, settings) = (Circumstances::default(), RuleSettings::default());
        let case = || Case::new(&document, &report, editions, &circumstances, &settings);
        let reading = median(read);
        let floor = median(|| floor(&name, &bytes));
        let binding = median(|| bind(&document, editions));
        let judging = median(|| judge(&case()));
        println!(
            "| {name} | {} | {cells} | {} | {} | {:.1} | {} | {} |",
            bytes.len() >> 10,
            ms(reading),
            ms(floor),
            reading.as_secs_f64() / floor.as_secs_f64(),
            ms(binding),
            ms(judging),
        );
    }
}

/// The cells of the report that every file holds.
fn truth() -> BTreeMap<String, Value> {
    let specimen = Specimen::clean(Editions::embedded().get("2021").expect("embedded"));
    let document = extract("a.txt", specimen.to_text().as_bytes(), &Limits::default());
    let report = bind(&document.expect("text").document, Editions::embedded());
    report.fields.into_iter().map(|(name, field)| (name, field.reading.value)).collect()
}

/// Our own writings, the clean report of 2021 as the fixtures have it from other programs, and real
/// reports where they lie beside the project.
fn files() -> Vec<File> {
    let specimen = Specimen::clean(Editions::embedded().get("2021").expect("embedded"));
    let mut files = vec![
        ours("own.txt", specimen.to_text().into_bytes()),
        ours("own.html", specimen.to_html().into_bytes()),
        ours("own.docx", specimen.to_docx()),
    ];
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let archive = std::fs::File::open(fixtures.join("reports.zip")).expect("the fixtures");
    let mut archive = zip::ZipArchive::new(archive).expect("a zip");
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        if let Some(name) = name.strip_prefix("clean-2021.") {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("its bytes");
            // A format stands behind the last dot; who wrote it, before.
            let name = if name.contains('.') { name.into() } else { format!("writer.{name}") };
            files.push(ours(&name, bytes));
        }
    }
    let ofd = std::fs::read(fixtures.join("paged/2021-clean.ofd")).expect("the fixture");
    files.push(ours("pages.ofd", ofd));
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reports");
    for name in ["huaian-2024.pdf", "hongze-2023.pdf", "shuyang-fgj-2023.html"] {
        let found = std::fs::read(real.join(name)).ok();
        files.extend(found.map(|bytes| File { name: name.into(), bytes, known: false }));
    }
    files
}

fn ours(name: &str, bytes: Vec<u8>) -> File {
    File { name: name.into(), bytes, known: true }
}

fn median<T>(work: impl Fn() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let done = black_box(work());
            let taken = start.elapsed();
            drop(done);
            taken
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Work that cannot be done without; the number only keeps it from being optimised away.
fn floor(name: &str, bytes: &[u8]) -> usize {
    match name.rsplit('.').next().expect("an extension") {
        "docx" | "odt" | "xlsx" | "ofd" => zipped(bytes),
        "xml" | "fodt" => tokens(bytes),
        "html" => page(bytes),
        "mht" => mailparse::parse_mail(bytes)
            .expect("a mail")
            .parts()
            .filter(|part| part.ctype.mimetype == "text/html")
            .map(|part| page(&part.get_body_raw().expect("a body")))
            .sum(),
        "doc" | "xls" => compound(bytes),
        "pdf" => content(bytes),
        _ => bytes.iter().filter(|byte| **byte == b'\\').count(),
    }
}

/// Unpacks every XML part and runs through its tokens.
fn zipped(bytes: &[u8]) -> usize {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut sum = 0;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        if entry.name().expect("a name").ends_with(".xml") {
            let mut text = Vec::new();
            entry.read_to_end(&mut text).expect("its bytes");
            sum += tokens(&text);
        }
    }
    sum
}

fn tokens(xml: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(xml).expect("UTF-8"));
    let mut count = 0;
    while !matches!(black_box(reader.read_event().expect("well-formed")), Event::Eof) {
        count += 1;
    }
    count
}

struct Nothing;

impl TokenSink for Nothing {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        black_box(token);
        TokenSinkResult::Continue
    }
}

fn page(html: &[u8]) -> usize {
    let tokenizer = Tokenizer::new(Nothing, Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&String::from_utf8_lossy(html)));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    html.len()
}

/// Reads every stream of a compound file.
fn compound(bytes: &[u8]) -> usize {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).expect("a compound file");
    let streams: Vec<_> =
        file.walk().filter(|e| e.is_stream()).map(|e| e.path().to_owned()).collect();
    let mut read = 0;
    for path in streams {
        let mut stream = Vec::new();
        file.open_stream(&path).expect("a stream").read_to_end(&mut stream).expect("its bytes");
        read += stream.len();
    }
    read
}

/// Loads the objects and decodes the content of every page.
fn content(bytes: &[u8]) -> usize {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF");
    let pages = document.get_pages();
    pages.values().map(|page| document.get_page_content(*page).len()).sum()
}
