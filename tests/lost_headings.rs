//! Headings that a conversion lost: the parts are known by what stands in them, and it is said.

mod report_kit;

use nianbao::edition::{Editions, Report};
use nianbao::model::{Severity, Verdict};
use nianbao::specimen::Specimen;
use report_kit::{Read, codes};

const ORDINALS: [&str; 6] = ["一、", "二、", "三、", "四、", "五、", "六、"];

/// The clean report without the headings of some parts.
fn without(edition: &str, parts: &[usize]) -> (Report, Verdict) {
    let editions = Editions::embedded();
    let edition = editions.get(edition).unwrap();
    let text = Specimen::clean(edition).to_text();
    let headings: Vec<String> = parts
        .iter()
        .map(|part| format!("{}{}", ORDINALS[part - 1], edition.sections[part - 1].heading))
        .collect();
    let kept: Vec<&str> =
        text.lines().filter(|line| !headings.iter().any(|h| line.trim() == h)).collect();
    assert_eq!(kept.len() + parts.len(), text.lines().count(), "each heading is one line");
    let read = Read::of("a.txt", kept.join("\n").as_bytes());
    let verdict = read.judged();
    (read.report, verdict)
}

#[test]
fn a_part_is_known_by_its_text_where_its_heading_is_lost() {
    for edition in ["2019", "2021"] {
        for parts in [&[1][..], &[5], &[6], &[1, 5], &[5, 6], &[1, 5, 6], &[1, 2, 3, 4, 5, 6]] {
            let (report, verdict) = without(edition, parts);
            let numbers: Vec<u8> = report.parts.iter().map(|p| p.number).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "{edition} without {parts:?}");
            assert!(
                report
                    .parts
                    .iter()
                    .all(|p| { p.heading.is_some() || parts.contains(&usize::from(p.number)) })
            );
            let said = verdict.findings.iter().filter(|f| f.code == "PX-07").count();
            assert_eq!(said, parts.len(), "{edition} without {parts:?}");
            let errors = codes(&verdict, Severity::Error);
            assert!(!errors.contains(&"ST-01"), "{edition} without {parts:?}: {errors:?}");
        }
    }
}

#[test]
fn the_text_of_a_part_without_heading_is_not_counted_to_another() {
    let (report, _) = without("2021", &[5, 6]);
    let (four, five, six) =
        (report.part(4).unwrap(), report.part(5).unwrap(), report.part(6).unwrap());
    assert!(!five.passages.is_empty() && !six.passages.is_empty());
    let blocks = |part: &nianbao::edition::Part| -> Vec<usize> {
        part.passages.iter().map(|p| p.block).collect()
    };
    assert!(blocks(four).iter().all(|b| !blocks(five).contains(b)));
    assert!(blocks(five).iter().max() < blocks(six).iter().min());
}

#[test]
fn a_part_that_is_not_there_is_not_made_up() {
    let editions = Editions::embedded();
    let edition = editions.get("2021").unwrap();
    let text = Specimen::clean(edition).to_text();
    let five = text.lines().position(|l| l.starts_with("五、")).unwrap();
    let six = text.lines().position(|l| l.starts_with("六、")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = [&lines[..five], &lines[six..]].concat().join("\n");
    let report = Read::of("a.txt", cut.as_bytes()).report;
    assert!(report.part(5).is_none());
    assert!(report.part(6).is_some());
}
