//! The catalogue against itself: every rule listed, explained, and shown to fire and to keep still
//! on reports that went through the real reader and the real binding.

mod report_kit;

use nianbao::document::{Amount, Anchor, Notice, Value};
use nianbao::edition::Editions;
use nianbao::model::{Finding, Severity, UnitKnown, Verdict};
use nianbao::rules::{
    CATALOGUE, Circumstances, Example, Expectation, Page, Rule, RuleSettings, SECTIONS,
};
use nianbao::specimen::Specimen;
use report_kit::wording::{bad_words, badly_said};
use report_kit::{Read, fixtures, shared};
use std::collections::BTreeSet;
use std::path::Path;

fn verdict(bytes: &[u8], name: &str, circumstances: &Circumstances) -> Verdict {
    Read::of(name, bytes).judged_under(circumstances, &RuleSettings::default())
}

/// The verdict on an example of a rule's page.
fn verdict_of(rule: &Rule, example: &Example) -> Verdict {
    let specimen = Specimen::patched(Editions::embedded(), &example.patches)
        .unwrap_or_else(|why| panic!("{}: {why}", rule.code));
    let mut text = specimen.to_text().trim_end().as_bytes().to_vec();
    text.truncate(text.len() - usize::from(example.cut));
    let Read { format, mut document, .. } = Read::of("report.txt", &text);
    document.notices.extend(example.notices.iter().map(|&kind| Notice {
        kind,
        anchor: Anchor::Unknown,
        quote: "2".into(),
        count: 1,
    }));
    let read = Read::bound(format, document);
    let mut circumstances = example.circumstances.clone();
    if let Some(before) = &mut circumstances.last_year {
        let mut texts = read.judged().texts;
        texts.retain(|part, _| example.repeated.contains(part));
        before.texts.extend(texts);
    }
    if let Some([other]) = circumstances.alike.as_deref_mut() {
        let mut texts = read.judged().texts;
        texts.retain(|part, _| example.shared.contains(part));
        other.texts.extend(texts);
    }
    fill_subordinates(&mut circumstances, example, &read);
    read.judged_under(&circumstances, &example.settings)
}

/// Every cell of the subordinates' reports that the example does not name: this report's, or 0.
fn fill_subordinates(circumstances: &mut Circumstances, example: &Example, read: &Read) {
    let zero = |value: &Value| match value {
        Value::Amount(_) => Value::Amount(Amount { fen: 0 }),
        _ => Value::Count(0),
    };
    for unit in circumstances.subordinates.iter_mut().flatten() {
        let alike = example.like_this.contains(&unit.name);
        let Some(report) = &mut unit.report else { continue };
        for (field, value) in read.judged().values {
            let value = if alike { value } else { zero(&value) };
            report.values.entry(field).or_insert(value);
        }
    }
}

fn page(rule: &Rule) -> Page {
    Page::parse(rule.page).unwrap_or_else(|why| panic!("page of {}: {why}", rule.code))
}

#[test]
fn every_rule_file_is_in_the_catalogue_and_the_catalogue_is_sorted() {
    let listed: Vec<&str> = CATALOGUE.iter().map(|rule| rule.code).collect();
    assert!(listed.is_sorted_by(|a, b| a < b), "unsorted or twice: {listed:?}");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(&dir).expect("the room of rules") {
        let name = entry.expect("an entry").file_name().into_string().expect("an ASCII name");
        if let Some(stem) = name.strip_suffix(".rs").filter(|stem| stem.contains('_')) {
            let mut words = stem.split('_').map(str::to_uppercase);
            codes.insert(format!(
                "{}-{}",
                words.next().expect("a family"),
                words.next().expect("a number")
            ));
            assert!(dir.join(format!("{stem}.md")).exists(), "{stem} has no page");
        }
    }
    assert_eq!(codes, listed.iter().map(ToString::to_string).collect());
}

#[test]
fn every_page_has_its_title_and_sections() {
    for rule in CATALOGUE {
        let title = format!("# {} {}\n", rule.code, rule.name.0);
        assert!(rule.page.starts_with(&title), "{} should begin with {title}", rule.code);
        let page = page(rule);
        let names: Vec<&str> = page.sections.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, SECTIONS, "{}", rule.code);
        for (name, text) in page.sections.iter().filter(|(name, _)| name != "例") {
            assert!(text.trim().chars().count() >= 8, "{} {name} says nothing", rule.code);
        }
        for words in [rule.name_words(), rule.basis_words()] {
            assert!(!words.zh.is_empty() && !words.en.is_empty(), "{}", rule.code);
        }
    }
}

#[test]
fn every_page_shows_a_report_that_fires_and_one_that_does_not() {
    for rule in CATALOGUE {
        let page = page(rule);
        for fires in [true, false] {
            assert!(page.examples.iter().any(|e| e.fires == fires), "{} {fires}", rule.code);
        }
    }
}

#[test]
fn the_examples_of_the_pages_hold() {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        for (at, example) in page(rule).examples.iter().enumerate() {
            let verdict = verdict_of(rule, example);
            wrong.extend(
                badly_said(&verdict).into_iter().map(|why| format!("{}: {why}", rule.code)),
            );
            let own = verdict.findings.into_iter().filter(|f| f.code == rule.code);
            let findings: Vec<Finding> = own.collect();
            let said: Vec<String> = findings.iter().map(told).collect();
            let said = said.join("\n    ");
            if findings.is_empty() == example.fires {
                wrong.push(format!("{} example {}: found\n    {said}", rule.code, at + 1));
            }
            for unmet in example.expectations.iter().filter(|e| !meets(e, &findings)) {
                wrong.push(format!(
                    "{} example {}: {unmet:?}, found\n    {said}",
                    rule.code,
                    at + 1
                ));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn told(f: &Finding) -> String {
    let values = (f.expected.as_deref(), f.found.as_deref());
    format!("{:?} {} {values:?} {:?}", f.severity, f.message.zh, f.places.first())
}

fn meets(expectation: &Expectation, findings: &[Finding]) -> bool {
    let given = |want: &Option<String>, have: &Option<String>| want.is_none() || want == have;
    match expectation {
        Expectation::Count(n) => findings.len() == *n,
        Expectation::Severity(severity) => findings.iter().any(|f| f.severity == *severity),
        Expectation::Says(text) => findings.iter().any(|f| f.message.zh.contains(text)),
        Expectation::Cell { field, expected, found } => findings.iter().any(|f| {
            let named = field == "_" || f.places.iter().any(|p| p.field.as_deref() == Some(field));
            named && given(expected, &f.expected) && given(found, &f.found)
        }),
    }
}

/// Names and grounds of the rules, and all that the project's reports with faults, the real reports and
/// the clean ones make the rules say.
#[test]
fn every_word_is_there_in_both_languages() {
    let mut wrong = Vec::new();
    for rule in CATALOGUE {
        for words in [rule.name_words(), rule.basis_words()] {
            wrong.extend(bad_words(&words).map(|why| format!("{}: {why}", rule.code)));
        }
    }
    for (name, bytes) in fixtures() {
        let Ok(read) = nianbao::extract::extract(&name, &bytes, &Default::default()) else {
            continue;
        };
        let verdict = Read::bound(read.format, read.document).judged();
        wrong.extend(badly_said(&verdict).into_iter().map(|why| format!("{name}: {why}")));
    }
    for edition in &Editions::embedded().all {
        let text = Specimen::clean(edition).to_text();
        wrong.extend(badly_said(&verdict(
            text.as_bytes(),
            "report.txt",
            &Circumstances::default(),
        )));
    }
    for seed in shared("seeds").map(fs_err::read_dir).into_iter().flatten().flatten() {
        let path = seed.expect("an entry").path();
        let bytes = fs_err::read(&path).expect("readable");
        let verdict = verdict(&bytes, "report.txt", &Circumstances::default());
        wrong.extend(badly_said(&verdict));
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_clean_text_has_no_finding() {
    assert_clean(|specimen| ("report.txt", specimen.to_text().into_bytes()));
}

#[test]
fn a_clean_word_file_has_no_finding() {
    assert_clean(|specimen| ("report.docx", specimen.to_docx()));
}

#[test]
fn a_clean_web_page_has_no_finding() {
    assert_clean(|specimen| ("report.html", specimen.to_html().into_bytes()));
}

/// No finding, and every identity was really tried.
fn assert_clean(written: impl Fn(&Specimen) -> (&'static str, Vec<u8>)) {
    let editions = Editions::embedded();
    let reworded = (1..=4).flat_map(|n| {
        let patched =
            move |id: &str| Specimen::patched(editions, &format!("版式 = {id}\n行文 = {n}"));
        editions.all.iter().map(move |edition| (edition, patched(&edition.id).expect("a wording")))
    });
    let clean = editions.all.iter().map(|edition| (edition, Specimen::clean(edition)));
    for (edition, specimen) in clean.chain(reworded) {
        let (name, bytes) = written(&specimen);
        let verdict = verdict(&bytes, name, &Circumstances::default());
        let said: Vec<String> = verdict.findings.iter().map(told).collect();
        assert!(said.is_empty(), "{} {name}:\n{}", edition.id, said.join("\n"));
        let identities = ["AR-01", "AR-02", "AR-03", "AR-04"].map(|code| &verdict.coverage[code]);
        let tried: u32 = identities.iter().map(|c| c.assessed).sum();
        assert_eq!(tried as usize, edition.equations.len(), "{} {name}", edition.id);
    }
}

#[test]
fn random_consistent_reports_have_no_finding() {
    for edition in &Editions::embedded().all {
        for seed in 0..25 {
            let specimen = Specimen::random(edition, seed);
            let verdict =
                verdict(specimen.to_text().as_bytes(), "report.txt", &Circumstances::default());
            let said: Vec<String> = verdict.findings.iter().map(told).collect();
            assert!(said.is_empty(), "{} seed {seed}:\n{}", edition.id, said.join("\n"));
        }
    }
}

/// A changed number breaks exactly the identities it enters, and nothing else of AR-01 … AR-04.
#[test]
fn one_wrong_number_breaks_exactly_its_identities() {
    for edition in &Editions::embedded().all {
        for seed in 0..3 {
            let clean = Specimen::random(edition, seed);
            let numbers = edition.tables.iter().filter(|t| t.number > 2).flat_map(|t| t.fields());
            // Every eleventh cell, others for each seed.
            for (field, ..) in numbers.skip(seed as usize).step_by(11) {
                let mut wrong = clean.clone();
                let value: i64 = clean.cell(&field).expect("a cell").parse().expect("a number");
                wrong.patch(&format!("{field} = {}", value + 3)).expect("a cell can be changed");
                let verdict =
                    verdict(wrong.to_text().as_bytes(), "report.txt", &Circumstances::default());
                let mut broken: Vec<(String, String)> = verdict
                    .findings
                    .iter()
                    .filter(|f| ["AR-01", "AR-02", "AR-03", "AR-04"].contains(&f.code.as_str()))
                    .map(|f| (f.code.clone(), f.places[0].field.clone().unwrap_or_default()))
                    .collect();
                broken.sort();
                let mut due: Vec<(String, String)> = edition
                    .equations
                    .iter()
                    .filter(|e| e.left.iter().chain(&e.right).any(|t| t.field == field))
                    .map(|e| (e.rule.clone(), e.pivot.clone()))
                    .collect();
                due.sort();
                assert_eq!(broken, due, "{} seed {seed} {field}", edition.id);
            }
        }
    }
}

#[test]
fn a_file_with_a_fault_in_every_line_gets_a_verdict_of_bounded_size() {
    let text = Specimen::patched(Editions::embedded(), "").expect("clean").to_text();
    let text = text + &"此处内容待补充，联系人手机13812345678。\n".repeat(3_000);
    let verdict = verdict(text.as_bytes(), "report.txt", &Circumstances::default());
    let left: Vec<&Finding> = verdict.findings.iter().filter(|f| f.code == "FC-02").collect();
    assert_eq!(left.len(), 100);
    assert!(left[99].message.zh.contains("另有2900处"), "{}", left[99].message.zh);
    assert!(!left[98].message.zh.contains("另有"));
}

/// A title that names another body must not send the alert there; ID-03 says that they differ.
#[test]
fn a_report_is_filed_under_the_body_its_delivery_declares() {
    let filed = |title: &str, declared: &str| {
        let patches = format!("标题 = {title}2024年政府信息公开工作年度报告");
        let specimen = Specimen::patched(Editions::embedded(), &patches).expect("a sound patch");
        let circumstances =
            Circumstances { declared_unit: Some(declared.into()), ..Circumstances::default() };
        let verdict = verdict(specimen.to_text().as_bytes(), "report.txt", &circumstances);
        let found = verdict.findings.into_iter().filter(|f| f.code == "ID-03");
        (verdict.unit, found.collect::<Vec<_>>())
    };
    let declared = |unit: &str| Some((unit.to_string(), UnitKnown::Declared));

    let (unit, found) = filed("云溪县审计局", "青禾县水利局");
    assert_eq!(unit, declared("青禾县水利局"));
    let title = found.iter().find(|f| f.found.as_deref() == Some("云溪县审计局"));
    let title = title.expect("the contradiction is told");
    assert_eq!(title.severity, Severity::Error);
    assert!(title.message.zh.starts_with("报送渠道登记的单位“青禾县水利局”与标题"));

    let (unit, found) = filed("青禾县水利局", "青禾县 水利局");
    assert_eq!((unit, found.len()), (declared("青禾县水利局"), 0));

    // The same body written longer in the report, then written longer by the delivery.
    let (unit, found) = filed("青禾县水利局", "水利局");
    assert_eq!(unit, Some(("青禾县水利局".into(), UnitKnown::Title)));
    for finding in &found {
        assert_eq!(finding.severity, Severity::Info);
        assert_eq!(finding.help.zh, "如名称无误，无需修改。");
        assert!(finding.basis.zh.starts_with("报送登记"), "{}", finding.basis.zh);
    }
    assert!(!found.is_empty());
    let (unit, _) = filed("青禾县水利局", "江州市青禾县水利局");
    assert_eq!(unit, declared("江州市青禾县水利局"));
}

#[test]
fn a_report_on_the_form_of_2019_is_held_to_the_notice_of_2019() {
    let patches = "版式 = 2019\n第一部分 = 主动公开信息186条，维护网站专栏。\n\
                   t2.PUR.items = 9\nt2.PUR.amount = 251000\nt3.d1.NP =";
    let specimen = Specimen::patched(Editions::embedded(), patches).expect("sound patches");
    let verdict = verdict(specimen.to_text().as_bytes(), "report.txt", &Circumstances::default());
    for code in ["ST-07", "TB-08", "TB-12"] {
        let finding = verdict.findings.iter().find(|f| f.code == code).expect(code);
        assert!(finding.basis.zh.starts_with("国办公开办函〔2019〕60号"), "{}", finding.basis.zh);
    }
}
