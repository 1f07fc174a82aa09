//! Reports read, bound and judged as tests look at them, and the ways of writing them down.

#![allow(dead_code)] // each test and bench uses its part

pub mod dress;
pub mod form;
pub mod office;
pub mod paper;
pub mod sameness;
pub mod samples;
pub mod word;
pub mod word_xml;
pub mod wording;
pub mod written;

use nianbao::document::Document;
use nianbao::edition::{Editions, Report, bind};
use nianbao::extract::{Extracted, Limits, extract};
use nianbao::model::{Format, Severity, Verdict};
use nianbao::rules::{Case, Circumstances, RuleSettings, judge};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

/// A file read and bound.
pub struct Read {
    pub format: Format,
    pub document: Document,
    pub report: Report,
}

impl Read {
    /// Panics with the reader's own words where the file cannot be read.
    pub fn of(name: &str, bytes: &[u8]) -> Read {
        let read = extract(name, bytes, &Limits::default());
        let Extracted { format, document } = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        Read::bound(format, document)
    }

    pub fn bound(format: Format, document: Document) -> Read {
        let report = bind(&document, Editions::embedded());
        Read { format, document, report }
    }

    /// The verdict under no circumstances and the rules' own settings.
    pub fn judged(&self) -> Verdict {
        self.judged_under(&Circumstances::default(), &RuleSettings::default())
    }

    pub fn judged_under(&self, circumstances: &Circumstances, settings: &RuleSettings) -> Verdict {
        let editions = Editions::embedded();
        judge(&Case::new(&self.document, &self.report, editions, circumstances, settings))
    }
}

pub fn judged(name: &str, bytes: &[u8]) -> Verdict {
    Read::of(name, bytes).judged()
}

/// The findings of a severity or a graver one, in words.
pub fn told(verdict: &Verdict, least: Severity) -> Vec<String> {
    let grave = verdict.findings.iter().filter(|f| f.severity >= least);
    grave.map(|f| format!("{:?} {} {}", f.severity, f.code, f.message.zh)).collect()
}

/// The codes of the findings of exactly one severity, in order.
pub fn codes(verdict: &Verdict, severity: Severity) -> Vec<&str> {
    let found = verdict.findings.iter().filter(|f| f.severity == severity);
    found.map(|f| f.code.as_str()).collect()
}

/// A file or folder of the collection beside the checkout; `None` and a word where it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

/// The bytes of a file beside the checkout.
pub fn shared_bytes(name: &str) -> Option<Vec<u8>> {
    Some(fs_err::read(shared(name)?).expect("a readable file"))
}

/// The text of a file beside the checkout.
pub fn shared_text(name: &str) -> Option<String> {
    Some(fs_err::read_to_string(shared(name)?).expect("readable text"))
}

/// The files of `fixtures/reports.zip` by name: the reports of [`samples`] as other programs write them.
pub fn fixtures() -> BTreeMap<String, Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reports.zip");
    let bytes = fs_err::read(path).expect("the fixture is there");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        files.insert(name, bytes);
    }
    assert!(files.len() >= 40, "{:?}", files.keys());
    files
}

/// xorshift64*, seeded: the same choices on every machine.
pub struct Random(u64);

impl Random {
    /// Seeds other than 0.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound as u64) as usize
    }
}
