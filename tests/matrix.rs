//! One truth over all formats: the same report, whoever wrote the file, binds to the same fields with
//! the same findings. `cargo test --test matrix -- --nocapture` prints the matrix.
//!
//! `MATRIX_FORMS=n` also fills n official forms and n specimens of either edition with random numbers, has
//! LibreOffice (and Python's openpyxl and mail packer) write them in every format, and compares every
//! cell; it needs `soffice` and `python3` and fails without them.

mod report_kit;

use nianbao::specimen::Specimen;
use report_kit::dress::DRESSES;
use report_kit::sameness::{Compared, Truth, compare};
use report_kit::samples::{Sample, samples};
use report_kit::written::{FORMATS, Written};
use report_kit::{Read, fixtures, word_xml};

/// Who wrote the files of `fixtures/reports.zip`, by the end of their names.
const WRITERS: [(&str, &str); 13] = [
    ("doc", "LibreOffice .doc"),
    ("rtf", "LibreOffice .rtf"),
    ("odt", "LibreOffice .odt"),
    ("fodt", "LibreOffice .fodt"),
    ("writer.docx", "LibreOffice .docx"),
    ("writer.html", "LibreOffice .html"),
    ("mht", "Python email .mht of LibreOffice"),
    ("pdf", "LibreOffice .pdf"),
    ("python.docx", "python-docx .docx"),
    ("npm.docx", "npm docx .docx"),
    ("xlsx", "openpyxl .xlsx"),
    ("xls", "LibreOffice .xls"),
    ("ods", "LibreOffice .ods"),
];

/// One line of the matrix: a file of each sample.
struct Line {
    name: String,
    files: Vec<(String, Vec<u8>)>,
}

fn lines(samples: &[Sample]) -> Vec<Line> {
    let line = |name: &str, file: &dyn Fn(&Sample) -> (String, Vec<u8>)| Line {
        name: name.to_string(),
        files: samples.iter().map(file).collect(),
    };
    let mut lines = Vec::new();
    for format in FORMATS {
        lines.push(line(&format!("own {format}"), &|s| own(&s.specimen, s, format)));
    }
    let fixtures = fixtures();
    for (ending, writer) in WRITERS {
        lines.push(line(writer, &|sample| {
            let name = format!("{}.{ending}", sample.name);
            (name.clone(), fixtures[&name].clone())
        }));
    }
    lines.push(line("Word 2003 .xml", &|sample| {
        ("年报.xml".into(), word_xml::of_2003(&sample.specimen.to_docx()))
    }));
    lines.push(line("a Word package in one .xml", &|sample| {
        ("年报.xml".into(), word_xml::flat(&sample.specimen.to_docx()))
    }));
    for dress in DRESSES {
        lines.push(line(&format!("docx: {}", dress.name), &|sample| {
            ("年报.docx".into(), dress.on(&sample.specimen.to_docx()))
        }));
    }
    lines
}

fn own(specimen: &Specimen, sample: &Sample, format: &str) -> (String, Vec<u8>) {
    let ending = if ["html", "docx"].contains(&format) { format } else { "txt" };
    let written = Written::of(specimen, sample.edition).settled();
    (format!("年报.{ending}"), written.to_bytes(format))
}

#[test]
fn the_same_report_says_the_same_whoever_wrote_the_file() {
    let samples = samples();
    let truths: Vec<Truth> = samples.iter().map(|s| Truth::of(&s.specimen, s.edition)).collect();
    for (sample, truth) in samples.iter().zip(&truths) {
        assert_eq!(truth.findings.is_empty(), !sample.faulty, "{}: {truth:#?}", sample.name);
        assert!(truth.fields.len() > 190 && (!sample.faulty || truth.findings.len() > 8));
    }
    println!("cells right and findings met, of those due:");
    let heads: Vec<String> = samples.iter().map(|s| format!("{:>15}", s.name)).collect();
    println!("{} format", heads.join(" "));
    let mut faults = Vec::new();
    for line in lines(&samples) {
        let mut cells = Vec::new();
        for ((file, bytes), truth) in line.files.iter().zip(&truths) {
            let Compared { cells: (right, all), findings: (met, due), faults: wrong } =
                compare(truth, &Read::of(file, bytes));
            let mark = if wrong.is_empty() { ' ' } else { '!' };
            cells.push(format!("{:>15}", format!("{right}/{all} {met}/{due}{mark}")));
            faults.extend(wrong.into_iter().map(|w| format!("{} {file}: {w}", line.name)));
        }
        println!("{} {}", cells.join(" "), line.name);
    }
    let shown: Vec<&str> = faults.iter().take(200).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), shown.join("\n"));
}

/// LibreOffice (7.4) leaves the merging of cells downwards out of Word 2003 XML: there is no `vMerge` in
/// the file, and covered cells are not written. Where numbers belong can then not be known, and must
/// not be made up.
#[test]
fn cells_that_libreoffice_tears_out_of_place_are_not_taken_for_others() {
    for sample in samples() {
        let name = format!("{}.xml", sample.name);
        let bytes = &fixtures()[&name];
        assert!(!String::from_utf8_lossy(bytes).to_lowercase().contains("vmerge"), "{name}");
        let read = Read::of(&name, bytes);
        let truth = Truth::of(&sample.specimen, sample.edition);
        let bound = read.report.fields.iter().filter(|(_, f)| !f.doubtful);
        let wrong: Vec<_> =
            bound.filter(|(field, f)| truth.fields.get(*field) != Some(&f.reading.value)).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let verdict = read.judged();
        let arithmetic = report_kit::codes(&verdict, nianbao::model::Severity::Error);
        assert!(!arithmetic.iter().any(|code| code.starts_with("AR")), "{name}: {arithmetic:?}");
    }
}
