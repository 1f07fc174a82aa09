//! Workbooks as bodies fill them in, written by another program's hand: whole reports in one sheet and
//! in many, ruled and not, merged and spread; every cell of them is read as it was written.

mod report_kit;

use nianbao::document::NoticeKind;
use nianbao::edition::{Edition, Editions};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Format as Kind, Outcome};
use nianbao::specimen::Specimen;
use report_kit::sameness::{compare_cells, written};
use report_kit::written::{Down, Grid, Item, Written};
use report_kit::{Random, Read, fixtures};
use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook, Worksheet};
use std::time::{Duration, Instant};

/// How one report is laid out.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// A sheet for each part, named by its heading, which the sheet does not repeat.
    apart: bool,
    ruled: bool,
    /// A blank row around every table.
    spaced: bool,
    /// Every column of a table is so many columns of the sheet, merged.
    spread: u16,
    /// Where everything begins.
    corner: (u32, u16),
    /// Numbers are texts, numbers, or the results of formulas.
    numbers: usize,
}

impl Layout {
    fn drawn(random: &mut Random) -> Layout {
        let mut yes = || random.below(2) == 0;
        let (apart, ruled) = (yes(), yes());
        Layout {
            apart,
            ruled,
            spaced: yes(),
            spread: 1 + u16::from(yes()),
            corner: if yes() { (0, 0) } else { (2, 1) },
            numbers: random.below(3),
        }
    }
}

/// A sheet being filled from top to bottom.
struct Pen<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    layout: Layout,
}

impl Pen<'_> {
    fn format(&self) -> Format {
        let plain = Format::new().set_text_wrap();
        if self.layout.ruled { plain.set_border(FormatBorder::Thin) } else { plain }
    }

    fn area(&mut self, height: u32, left: u16, width: u16, text: &str, format: &Format) {
        let (row, left) = (self.row, self.layout.corner.1 + left);
        if height > 1 || width > 1 {
            let (bottom, right) = (row + height - 1, left + width - 1);
            self.sheet.merge_range(row, left, bottom, right, text, format).expect("free cells");
        }
        let number = text.parse::<f64>().ok().filter(|_| self.layout.numbers > 0);
        match number {
            // The writer says 0 for whatever it did not calculate.
            Some(number) if self.layout.numbers == 2 && number != 0.0 => {
                let formula = Formula::new(format!("={text}+0")).set_result(text);
                self.sheet.write_formula_with_format(row, left, formula, format)
            }
            Some(number) => self.sheet.write_number_with_format(row, left, number, format),
            None if text.is_empty() => self.sheet.write_blank(row, left, format),
            None => self.sheet.write_string_with_format(row, left, text, format),
        }
        .expect("a cell of the sheet");
    }

    fn text(&mut self, text: &str) {
        let plain = Format::new().set_text_wrap();
        self.area(1, 0, 16, text, &plain);
        self.row += 1;
    }

    fn table(&mut self, grid: &Grid) {
        self.row += u32::from(self.layout.spaced);
        let format = self.format();
        for (at, row) in grid.rows.iter().enumerate() {
            let mut column = 0;
            for slot in row {
                let (left, width) = (column as u16, slot.span as u16);
                if slot.down != Down::Continue {
                    let height = if slot.down == Down::Start { grid.height(at, column) } else { 1 };
                    let spread = self.layout.spread;
                    self.area(height as u32, left * spread, width * spread, &slot.text, &format);
                }
                column += slot.span;
            }
            self.row += 1;
        }
        self.row += u32::from(self.layout.spaced);
    }
}

fn workbook(report: &Written, layout: Layout) -> Vec<u8> {
    let mut book = Workbook::new();
    let mut sheets: Vec<(String, Vec<&Item>)> = vec![("年报".into(), Vec::new())];
    for item in &report.items {
        match item {
            // A name of a sheet has at most 31 characters.
            Item::Heading(text) if layout.apart && text.chars().count() < 31 => {
                sheets.push((text.clone(), Vec::new()));
            }
            item => sheets.last_mut().expect("the first").1.push(item),
        }
    }
    for (name, items) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        let mut pen = Pen { sheet, row: layout.corner.0, layout };
        for item in items {
            match item {
                Item::Title(text) | Item::Heading(text) | Item::Text(text) | Item::Right(text) => {
                    pen.text(text);
                }
                Item::Table(grid) => pen.table(grid),
            }
        }
    }
    book.add_worksheet().set_name("Sheet2").expect("a name");
    book.save_to_buffer().expect("in memory")
}

#[test]
fn random_fillings_are_read_cell_by_cell_however_they_are_laid_out() {
    let mut random = Random::new(20_260_214);
    for edition in &Editions::embedded().all {
        for seed in 1..=100 {
            let specimen = Specimen::random(edition, seed);
            let layout = Layout::drawn(&mut random);
            one(edition, &specimen, layout);
        }
    }
}

fn one(edition: &Edition, specimen: &Specimen, layout: Layout) {
    let report = Written::of(specimen, edition);
    let read = Read::of("年报.xlsx", &workbook(&report, layout));
    assert_eq!(read.format, Kind::Xlsx);
    assert!(read.document.notices.is_empty(), "{layout:?}: {:?}", read.document.notices);
    let compared = compare_cells(&written(specimen, edition), &read);
    assert!(compared.faults.is_empty(), "{layout:?}: {:?}", compared.faults);
    let verdict = read.judged();
    let told = report_kit::told(&verdict, nianbao::model::Severity::Warning);
    assert_eq!(verdict.outcome, Outcome::Compliant, "{layout:?}: {told:?}");
}

#[test]
fn a_total_that_was_never_calculated_is_neither_0_nor_an_error() {
    let edition = Editions::embedded().get("2021").expect("embedded");
    let mut report = Written::of(&Specimen::clean(edition), edition);
    let at = report.grids()[1];
    let row = report.grid(at).rows.len() - 2;
    let last = report.grid(at).rows[row].len() - 1;
    report.grid(at).rows[row][last].text = "=待算".into();
    let mut book = Workbook::new();
    let layout =
        Layout { apart: false, ruled: true, spaced: false, spread: 1, corner: (0, 0), numbers: 1 };
    let mut pen = Pen { sheet: book.add_worksheet(), row: 0, layout };
    for item in &report.items {
        match item {
            Item::Title(text) | Item::Heading(text) | Item::Text(text) | Item::Right(text) => {
                pen.text(text);
            }
            Item::Table(grid) => {
                let from = pen.row;
                pen.table(grid);
                if let Some(row) =
                    grid.rows.iter().position(|r| r.iter().any(|s| s.text == "=待算"))
                {
                    let format = pen.format();
                    let place = (from + row as u32, 9);
                    pen.sheet
                        .write_formula_with_format(place.0, place.1, "=SUM(D1:I1)", &format)
                        .expect("a cell of the sheet");
                }
            }
        }
    }
    let read = Read::of("年报.xlsx", &book.save_to_buffer().expect("in memory"));
    let total = read.report.field("t3.total.T").expect("it has its place");
    assert!(total.doubtful && total.reading.value.count().is_none(), "{total:?}");
    let kinds: Vec<NoticeKind> = read.document.notices.iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [NoticeKind::FormulaWithoutResult]);
    let verdict = read.judged();
    assert_eq!(verdict.outcome, Outcome::NeedsReview);
    let unread = verdict.findings.iter().find(|f| f.code == "PX-11").expect("it is told");
    assert!(
        unread.message.zh.contains("J52") || unread.message.zh.contains("Sheet1!J"),
        "{unread:?}"
    );
}

/// Each try ends in a document or a refusal; a panic fails the test.
#[test]
fn damaged_workbooks_are_read_or_refused() {
    let reports = fixtures();
    let mut random = Random::new(20_260_215);
    let begun = Instant::now();
    let (mut read, mut refused) = (0, 0);
    for round in 0.. {
        if begun.elapsed() > Duration::from_secs(6) {
            break;
        }
        for ending in ["xls", "xlsx"] {
            let mut bytes = reports[&format!("fault-2021.{ending}")].clone();
            if round % 3 == 0 {
                bytes.truncate(random.below(bytes.len()));
            } else {
                for _ in 0..1 + random.below(8) {
                    let at = random.below(bytes.len());
                    bytes[at] = random.below(256) as u8;
                }
            }
            match extract(&format!("a.{ending}"), &bytes, &Limits::default()) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 10 && refused > 10, "{read} read, {refused} refused");
}
