//! Reports of two years side by side: years that fit bring no finding, and one thing that does not is
//! found by exactly the rules on it.

mod report_kit;

use nianbao::edition::{Edition, Editions};
use nianbao::model::{Finding, RuleState, Severity, Verdict};
use nianbao::rules::{Circumstances, Prior, RuleSettings};
use nianbao::specimen::Specimen;
use report_kit::{Read, told};
use std::collections::{BTreeMap, BTreeSet};

/// Years of either form, and the year between them, with the one before each.
const YEARS: [i32; 5] = [2020, 2021, 2022, 2023, 2024];

fn years(year: i32, seed: u64) -> [Specimen; 2] {
    Specimen::years(Editions::embedded(), year, seed).expect("both years have a form")
}

fn edition(year: i32) -> &'static Edition {
    Editions::embedded().for_year(year).expect("a form")
}

fn read(specimen: &Specimen) -> Read {
    Read::of("report.txt", specimen.to_text().as_bytes())
}

/// What is kept of a report for the one on the next year.
fn kept(specimen: &Specimen) -> Prior {
    Prior::from(read(specimen).judged())
}

fn judged(this: &Specimen, last: Option<Prior>) -> Verdict {
    let circumstances = Circumstances { last_year: last, ..Circumstances::default() };
    read(this).judged_under(&circumstances, &RuleSettings::default())
}

fn across(verdict: &Verdict) -> Vec<&Finding> {
    verdict.findings.iter().filter(|f| f.code.starts_with("XY-")).collect()
}

fn codes(verdict: &Verdict) -> BTreeSet<&str> {
    across(verdict).into_iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn years_that_fit_have_no_finding() {
    let mut tried: BTreeMap<String, u32> = BTreeMap::new();
    for year in YEARS {
        for seed in 0..12 {
            let [last, this] = years(year, seed);
            let before = read(&last).judged();
            assert_eq!(told(&before, Severity::Info), [""; 0], "{} {seed}", year - 1);
            let verdict = judged(&this, Some(before.into()));
            assert_eq!(told(&verdict, Severity::Info), [""; 0], "{year} {seed}");
            for (code, covered) in &verdict.coverage {
                *tried.entry(code.clone()).or_default() += covered.assessed;
            }
            assert_eq!(verdict.coverage["XY-01"].assessed, 7, "{year} {seed}");
        }
    }
    for code in ["XY-01", "XY-02", "XY-03", "XY-04", "XY-05", "XY-06", "XY-07", "XY-10", "XY-11"] {
        assert!(tried[code] > 0, "{code} was never tried");
    }
}

/// The rules across years that a cell of either report enters.
fn due(
    year: i32,
    field: &str,
    of_last: bool,
    this: &Specimen,
    last: &Specimen,
) -> Vec<&'static str> {
    let count = |of: &Specimen, field: &str| -> i64 {
        of.cell(field).expect("a cell").parse().expect("a number")
    };
    let same_form = edition(year).id == edition(year - 1).id;
    let segments: Vec<&str> = field.split('.').collect();
    let hit = match (&segments[..], of_last) {
        (["t3", "carried_in", _], false) | (["t3", "carried_out", _], true) => Some("XY-01"),
        (["t2", _, "valid"], _) => Some("XY-02"),
        (["t2", _, "repealed"], false) => Some("XY-02"),
        (["t2", _, "made"], false) if edition(year).id == "2021" => Some("XY-02"),
        (["t2", _, "prev"], _) | (["t2", _, "delta"], true) => Some("XY-03"),
        (["t2", _, "all"], _) | (["t2", _, "opened"], false) => Some("XY-04"),
        (["t4", case], true) if case.ends_with('4') => {
            let total = format!("t4.{}5", &case[..1]);
            (count(last, field) > count(this, &total)).then_some("XY-10")
        }
        _ => None,
    };
    let of_form = hit.filter(|code| same_form || ["XY-01", "XY-10"].contains(code));
    of_form.into_iter().collect()
}

#[test]
fn one_changed_number_in_either_report_is_found_by_exactly_the_rules_on_it() {
    for (seed, year) in YEARS.into_iter().enumerate() {
        let pair = years(year, seed as u64);
        let clean = kept(&pair[0]);
        for of_last in [false, true] {
            let form = edition(if of_last { year - 1 } else { year });
            let fields: Vec<String> =
                form.tables.iter().flat_map(|t| t.fields()).map(|(name, ..)| name).collect();
            let some = fields.iter().enumerate().filter(|(at, field)| {
                let near = field.starts_with("t2") && at % 2 == seed % 2;
                near || field.contains("carried") && at % 3 == seed % 3 || at % 29 == seed
            });
            for (_, field) in some {
                let [mut last, mut this] = pair.clone();
                let changed = if of_last { &mut last } else { &mut this };
                let value: i64 = changed.cell(field).expect("a cell").parse().expect("a number");
                changed.patch(&format!("{field} = {}", value + 3)).expect("a cell");
                let before = if of_last { kept(&last) } else { clean.clone() };
                let sound = before.sound;
                let verdict = judged(&this, Some(before));
                // A number near the edge may also leap.
                let mut found = codes(&verdict);
                found.remove("XY-05");
                let due = due(year, field, of_last, &this, &last);
                assert_eq!(found, due.into_iter().collect(), "{year} {of_last} {field}");
                for finding in across(&verdict).iter().filter(|f| f.code == "XY-01") {
                    let grave = finding.severity == Severity::Error;
                    assert_eq!(grave, sound, "{year} {field}: {}", finding.message.zh);
                }
            }
        }
    }
}

#[test]
fn a_changed_word_or_figure_of_the_text_is_found_by_its_rule_alone() {
    for (patch, due) in [
        ("t2.LIC = 99000", "XY-05"),
        ("插在第一部分 = 政府信息公开申请数量同比增长777%。", "XY-09"),
    ] {
        let [last, mut this] = years(2024, 5);
        this.patch(patch).expect("a sound patch");
        let verdict = judged(&this, Some(kept(&last)));
        assert_eq!(codes(&verdict), BTreeSet::from([due]), "{:?}", told(&verdict, Severity::Info));
    }
    let [last, this] = years(2024, 5);
    let renamed = Prior { unit: "青禾县水务局".into(), ..kept(&last) };
    assert_eq!(codes(&judged(&this, Some(renamed))), BTreeSet::from(["XY-11"]));
}

/// The years of a report changed and nothing else.
#[test]
fn last_years_report_under_a_new_date_is_known() {
    for id in ["2019", "2021"] {
        let this = Specimen::random(Editions::embedded().get(id).expect("a form"), 3);
        let copy = kept(&this);
        let verdict = judged(&this, Some(copy.clone()));
        let found = codes(&verdict);
        if this.year() > 2019 {
            assert!(found.is_superset(&BTreeSet::from(["XY-06", "XY-07"])), "{id} {found:?}");
        }
        let text = across(&verdict).into_iter().find(|f| f.code == "XY-06").expect("copied");
        assert!(text.severity >= Severity::Warning, "{}", text.message.zh);
        // On what is known of it to be wrong nothing is sent back.
        let unsound = Prior { sound: false, ..copy };
        let verdict = judged(&this, Some(unsound));
        assert!(across(&verdict).iter().all(|f| f.severity <= Severity::Warning));
    }
}

#[test]
fn without_last_years_report_one_and_the_same_reason_is_given() {
    for year in YEARS {
        let [_, this] = years(year, 1);
        let verdict = judged(&this, None);
        assert_eq!(told(&verdict, Severity::Info), [""; 0], "{year}");
        let of_family =
            verdict.coverage.iter().filter(|(code, _)| code.starts_with("XY-") || *code == "ST-14");
        let of_family = of_family.filter(|(code, _)| *code != "XY-08");
        let open: Vec<_> = of_family.filter(|(_, c)| c.state == RuleState::NotAssessable).collect();
        let reasons: BTreeSet<_> =
            open.iter().map(|(_, c)| c.reason.as_ref().expect("a reason").zh.as_str()).collect();
        assert_eq!(reasons, BTreeSet::from(["没有本单位上一年度的报告可供对照"]), "{year}");
        assert!(open.len() >= 6, "{year}: {open:?}");
    }
}

#[test]
fn a_last_report_of_which_nothing_was_read_is_no_ground_for_anything() {
    let [_, this] = years(2024, 2);
    let verdict = judged(&this, Some(Prior::default()));
    assert_eq!(told(&verdict, Severity::Info), [""; 0]);
    for code in ["XY-01", "XY-02", "XY-05", "XY-06", "XY-10", "XY-11"] {
        assert_eq!(verdict.coverage[code].state, RuleState::NotAssessable, "{code}");
    }
}
