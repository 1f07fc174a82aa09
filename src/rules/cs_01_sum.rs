//! CS-01: a government's report is the sum of those it takes in, cell by cell.

use super::body::Subordinate;
use super::consolidated::{
    self, Consolidation, Told, here, listed, place_words, told, written, written_in_english,
};
use super::{Case, Checked, cell};
use crate::document::ValueKind;
use crate::model::{Finding, Severity, Words};
use crate::rule;
use rustc_hash::FxHashMap;

rule! {
    code: "CS-01",
    name: ("汇总不等于下级之和", "The whole is not the sum of its parts"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：本级政府的年度报告汇总本级和所属各单位的数据，应与各单位报告一致",
        "Regulations on Open Government Information, art. 49: a government's report sums up its bodies' reports",
    ),
    page: "cs_01_sum.md",
    check: check,
}

/// One cell: what the report has, and what the others make.
struct Cell {
    field: String,
    kind: ValueKind,
    whole: i64,
    sum: i64,
    /// A blank was taken for 0.
    blank: bool,
}

impl Cell {
    fn gap(&self) -> i64 {
        self.whole.saturating_sub(self.sum)
    }
}

fn check(case: &Case) -> Checked {
    let all = match consolidated::of(case) {
        Ok(all) => all,
        Err(why) => return why,
    };
    if let Some(why) = not_all_there(&all) {
        return Checked::NotAssessable(why);
    }
    let mut untried: Vec<Words> = Vec::new();
    let mut cells = Vec::new();
    for (field, kind) in consolidated::fields(case) {
        match weigh(case, &all, field, kind) {
            Ok(cell) => cells.push(cell),
            Err(why) => untried.push(why),
        }
    }
    // Without the government's own figures what is over may be they.
    let own = all.own().is_some();
    if !own {
        let before = cells.len();
        cells.retain(|cell| cell.gap() <= 0);
        let why = Words::new(
            "名册没有指明报送政府本级数据的单位，汇总多于下级合计的，多出部分视为本级数据",
            "the roster names nobody who reports the government's own figures: what is over is taken for them",
        );
        untried.extend(std::iter::repeat_n(why, before - cells.len()));
    }
    if cells.is_empty() {
        let why = untried.into_iter().next();
        let none = || Words::new("没有读到表格", "the tables were not read");
        return Checked::NotAssessable(why.unwrap_or_else(none));
    }
    let assessed = cells.len() as u32;
    Checked::Done {
        findings: findings(case, &all, &cells, own),
        assessed,
        total: assessed + untried.len() as u32,
        reason: untried.into_iter().next(),
    }
}

fn not_all_there(all: &Consolidation) -> Option<Words> {
    let (missing, unsound) = (all.missing(), all.unsound());
    if !missing.is_empty() {
        let names = listed(&missing);
        return Some(Words::new(
            format!("下级单位的报告没有收齐，尚缺：{}", names.zh),
            format!("reports are missing: {}", names.en),
        ));
    }
    (!unsound.is_empty()).then(|| {
        let names = listed(&unsound);
        Words::new(
            format!("下级单位的报告有须修改或识读存疑之处，待其改正：{}", names.zh),
            format!("reports with faults of their own: {}", names.en),
        )
    })
}

/// The cell on both sides, or whose number is missing.
fn weigh(case: &Case, all: &Consolidation, field: String, kind: ValueKind) -> Result<Cell, Words> {
    let place = || place_words(case, &field);
    let Some((whole, mut blank)) = here(case, &field).or_zero() else {
        let place = place();
        return Err(Words::new(
            format!("单元格缺失或不是数字，如{}", place.zh),
            format!("cells are missing or no numbers, e.g. {}", place.en),
        ));
    };
    let mut sum = 0_i64;
    for (unit, report) in all.reports() {
        let Some((part, empty)) = told(report.values.get(&field)).or_zero() else {
            let place = place();
            return Err(Words::new(
                format!("“{}”的报告没有读到数字，如{}", unit.name, place.zh),
                format!("“{}” has no number there, e.g. {}", unit.name, place.en),
            ));
        };
        sum = sum.saturating_add(part);
        blank |= empty;
    }
    Ok(Cell { field, kind, whole, sum, blank })
}

fn findings(case: &Case, all: &Consolidation, cells: &[Cell], own: bool) -> Vec<Finding> {
    let off: Vec<&Cell> = cells.iter().filter(|cell| cell.gap() != 0).collect();
    if off.is_empty() {
        return Vec::new();
    }
    if own && let Some((unit, twice)) = explains_all(all, cells) {
        return vec![of_one_unit(case, all, unit, twice, &off)];
    }
    let derived = derived(case, cells);
    let leaves = off.iter().filter(|cell| !derived.contains(&cell.field.as_str()));
    leaves.map(|cell| of_one_cell(case, all, cell, own)).collect()
}

/// The one unit whose figures are the gap in every cell: left out, or counted twice (`true`).
fn explains_all<'a>(all: &Consolidation<'a>, cells: &[Cell]) -> Option<(&'a Subordinate, bool)> {
    let fits = |unit: &Subordinate, sign: i64| {
        let Some(report) = &unit.report else { return false };
        cells.iter().all(|cell| {
            let part = told(report.values.get(&cell.field)).or_zero().map_or(0, |(n, _)| n);
            cell.gap() == part.saturating_mul(sign)
        })
    };
    let signs = [(-1, false), (1, true)];
    let mut found = signs.into_iter().flat_map(|(sign, twice)| {
        all.units.iter().filter(move |unit| fits(unit, sign)).map(move |unit| (unit, twice))
    });
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

fn of_one_unit(
    case: &Case,
    all: &Consolidation,
    unit: &Subordinate,
    twice: bool,
    off: &[&Cell],
) -> Finding {
    let (zh, en) = if twice { ("重复计入", "counted twice") } else { ("漏汇", "left out") };
    let first = off[0];
    let place = place_words(case, &first.field);
    let (whole, sum) = (written(first.kind, first.whole), written(first.kind, first.sum));
    let message = Words::new(
        format!(
            "与名册中 {} 个下级单位的合计有 {} 格不符，各格相差的都恰是“{}”填报的数，疑{zh}该单位。如{}：汇总 {whole}，下级合计 {sum}。",
            all.units.len(),
            off.len(),
            unit.name,
            place.zh
        ),
        format!(
            "{} cells differ from the sum of {} bodies by just what “{}” reports: likely {en}. E.g. {}: {}, sum {}.",
            off.len(),
            all.units.len(),
            unit.name,
            place.en,
            written_in_english(first.kind, first.whole),
            written_in_english(first.kind, first.sum)
        ),
    );
    let places = off.iter().map(|cell| cell::place(case, &cell.field));
    let mut places = places.collect::<Vec<_>>().into_iter();
    let first_place = places.next().unwrap_or_default();
    let finding = RULE
        .finding(&format!("unit {}", unit.name), message, help(), first_place)
        .severity(severity(off.iter().any(|cell| cell.blank)))
        .expected(sum)
        .found(whole)
        .also(places);
    doubtful(case, finding, off.iter().map(|cell| cell.field.as_str()))
}

fn of_one_cell(case: &Case, all: &Consolidation, cell: &Cell, own: bool) -> Finding {
    let Cell { field, kind, whole, sum, blank } = cell;
    let place = place_words(case, field);
    let gap = cell.gap();
    let (zh, en) = if gap > 0 { ("多", "too many") } else { ("少", "too few") };
    let size = written(*kind, gap.saturating_abs());
    let (here, there) = (written(*kind, *whole), written(*kind, *sum));
    let (zero, zero_en) = match blank {
        true => ("（空白按 0 计算）", " (blanks counted as 0)"),
        false => ("", ""),
    };
    let why = if own { culprits(all, cell) } else { Words::default() };
    let message = Words::new(
        format!(
            "{}：汇总填报 {here}，名册中 {} 个下级单位合计 {there}，{zh} {size}{zero}{}。",
            place.zh,
            all.units.len(),
            why.zh
        ),
        format!(
            "{}: {}, the {} bodies make {}, {} {en}{zero_en}{}.",
            place.en,
            written_in_english(*kind, *whole),
            all.units.len(),
            written_in_english(*kind, *sum),
            written_in_english(*kind, gap.saturating_abs()),
            why.en
        ),
    );
    let finding = RULE
        .finding(field, message, help(), cell::place(case, field))
        .severity(severity(*blank))
        .expected(there)
        .found(here);
    doubtful(case, finding, [field.as_str()])
}

/// The units whose own number is the gap, where they are few.
fn culprits(all: &Consolidation, cell: &Cell) -> Words {
    const MOST: usize = 3;
    let gap = cell.gap();
    let alike = all.reports().filter(|(_, report)| {
        told(report.values.get(&cell.field)) == Told::Is(gap.saturating_abs())
    });
    let names: Vec<&str> = alike.map(|(unit, _)| unit.name.as_str()).collect();
    if names.is_empty() || names.len() > MOST {
        return Words::default();
    }
    let (zh, en) = if gap > 0 { ("重复计入", "counted twice") } else { ("漏汇", "left out") };
    let (which, which_en) = match names.len() {
        1 => ("", ""),
        _ => ("其中一个", "one of them "),
    };
    let names = listed(&names);
    Words::new(
        format!("；相差的恰是“{}”填报的数，疑{zh}{which}", names.zh),
        format!("; just what {} reports, {which_en}likely {en}", names.en),
    )
}

/// Totals that are off only because the cells they add up are.
fn derived<'c>(case: &Case, cells: &'c [Cell]) -> Vec<&'c str> {
    let gaps: FxHashMap<&str, i64> = cells.iter().map(|c| (c.field.as_str(), c.gap())).collect();
    let Some(edition) = case.edition() else { return Vec::new() };
    let follows = |field: &str| {
        edition.equations.iter().filter(|e| e.pivot == field && e.rule != "AR-01").any(|e| {
            let side = |terms: &[crate::edition::Term]| {
                terms.iter().map(|t| gaps.get(t.field.as_str()).copied()).sum::<Option<i64>>()
            };
            let (left, right) = (side(&e.left), side(&e.right));
            let parts = e.left.iter().chain(&e.right).filter(|t| t.field != field);
            let mut moved = parts.filter(|t| gaps.get(t.field.as_str()).is_some_and(|n| *n != 0));
            left.is_some() && left == right && moved.next().is_some()
        })
    };
    let off = cells.iter().filter(|cell| cell.gap() != 0).map(|cell| cell.field.as_str());
    off.filter(|field| follows(field)).collect()
}

fn severity(blank: bool) -> Severity {
    if blank { Severity::Warning } else { RULE.severity }
}

fn doubtful<'f>(
    case: &Case,
    finding: Finding,
    fields: impl IntoIterator<Item = &'f str>,
) -> Finding {
    match cell::doubt(case, fields) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }
}

fn help() -> Words {
    Words::new(
        "请核对汇总表：是否漏汇、重复汇总，或用了下级改正之前的稿子；下级的数有误的，由下级改正后重报。",
        "Check the summing up for bodies left out, counted twice, or taken from an older revision; a wrong part is mended by its own body.",
    )
}
