//! What a supervisor reads of a case about a report.

use super::cases::{of, of_row};
use super::succession::is_current;
use crate::model::{Alert, AlertKind, Outcome, Severity, Submission, Words, cut};

/// Whose report it is: `某某局 2024年度报告`; the file's name where unit or year is not known.
fn subject(unit: Option<&str>, year: Option<i32>, file: &str) -> Words {
    match (unit, year) {
        (Some(unit), Some(year)) => {
            Words::new(format!("{unit} {year}年度报告"), format!("{unit} {year} annual report"))
        }
        (Some(unit), None) => Words::new(format!("{unit}“{file}”"), format!("{unit}, “{file}”")),
        (None, _) => Words::new(format!("文件“{file}”"), format!("File “{file}”")),
    }
}

/// Which revision it is, and whether it is an older one handed in once more.
fn edition(row: &Submission) -> Words {
    match (row.revision, row.repeats) {
        (0 | 1, _) => Words::default(),
        (n, None) => Words::new(format!("（第{n}版）"), format!(" (revision {n})")),
        (n, Some(old)) => Words::new(
            format!("（第{n}版，与第{old}版内容相同）"),
            format!(" (revision {n}, same content as revision {old})"),
        ),
    }
}

/// The file as people find it: with the batch that it came in.
fn file(row: &Submission) -> String {
    clip(&if row.batch.is_some() { row.source.shown_path() } else { row.source.shown_name() })
}

pub(super) fn complaint(row: &Submission, kind: AlertKind, why: Option<&Words>) -> Words {
    let (unit, year) = of_row(row);
    let mut subject = subject(unit.as_deref(), year, &file(row));
    let (zh, en) = match why {
        Some(why) => {
            // The folder's word for unit and year does not say which file cannot be read.
            if let (Some(_), Some(_)) = (&unit, year) {
                subject.zh.push_str(&format!("“{}”", file(row)));
                subject.en.push_str(&format!(" “{}”", file(row)));
            }
            match row.contents {
                Some(_) => (clip(&why.zh), format!(": {}", clip(&why.en))),
                None => (
                    format!("无法判读：{}", clip(&why.zh)),
                    format!(" cannot be read: {}", clip(&why.en)),
                ),
            }
        }
        None => {
            let counts = counts(row);
            let asked = asked(row, kind);
            match row.outcome {
                Some(Outcome::Returned) => (
                    format!("被退回：{}{}", asked.zh, counts.zh),
                    format!(" returned: {}{}", asked.en, counts.en),
                ),
                _ => {
                    (format!("：{}{}", asked.zh, counts.zh), format!(": {}{}", asked.en, counts.en))
                }
            }
        }
    };
    let edition = edition(row);
    Words::new(
        format!("{}{zh}{}", subject.zh, edition.zh),
        format!("{}{en}{}", subject.en, edition.en),
    )
}

/// What else than to mend it is asked about a report.
fn asked(row: &Submission, kind: AlertKind) -> Words {
    match kind {
        AlertKind::Misfiled => Words::new(
            "疑似把别的单位的报告报到了这个单位，",
            "it seems to be the report of another body; ",
        ),
        AlertKind::Unlisted if row.unit.is_none() => {
            Words::new("看不出是哪个单位的报告，请确认，", "whose it is is not known; ")
        }
        AlertKind::Unlisted => Words::new(
            "单位不在名册中或与名册对不上，请确认，",
            "the body is not in the roster under this name; ",
        ),
        _ => Words::default(),
    }
}

pub(super) fn relief(alert: &Alert, row: &Submission) -> Words {
    let confirmed = alert.kind == AlertKind::Unlisted && alert.submission == row.id;
    if (of(alert) != of_row(row) && !confirmed) || !is_current(row) {
        let subject = subject(alert.unit.as_deref(), alert.year, &clip(&row.source.shown_name()));
        return Words::new(
            format!("{}的问题已由后来的文件取代", subject.zh),
            format!("{}: overtaken by a later file", subject.en),
        );
    }
    let (unit, year) = of_row(row);
    let subject = subject(unit.as_deref(), year, &file(row));
    if row.contents.is_some() {
        return Words::new(
            format!("{}已拆分核对", subject.zh),
            format!("{}: opened, what is in it is judged", subject.en),
        );
    }
    let awaited = alert.submission == 0;
    let (zh, en) = match row.counts[1] {
        0 if awaited => ("已收到，合规".to_owned(), " received, compliant".to_owned()),
        0 if confirmed => {
            ("的单位已确认，合规".to_owned(), ": its body is known now, compliant".to_owned())
        }
        0 => ("已合规".to_owned(), " now compliant".to_owned()),
        _ if awaited => {
            let counts = counts(row);
            (
                format!("已收到，无须修改之处，{}", counts.zh),
                format!(" received, nothing to mend, {}", counts.en),
            )
        }
        _ => {
            let counts = counts(row);
            (
                format!("已无须修改之处，{}", counts.zh),
                format!(": nothing left to mend, {}", counts.en),
            )
        }
    };
    let edition = edition(row);
    Words::new(
        format!("{}{zh}{}", subject.zh, edition.zh),
        format!("{}{en}{}", subject.en, edition.en),
    )
}

/// How many findings of the weights that ask for something: `3处须修改，1处请核实`.
fn counts(row: &Submission) -> Words {
    let [errors, warnings, _] = row.counts;
    let mut words = Words::default();
    for (count, severity) in [(errors, Severity::Error), (warnings, Severity::Warning)] {
        if count > 0 {
            let (comma, weight) =
                (if words.zh.is_empty() { ["", ""] } else { ["，", ", "] }, severity.words());
            words.zh.push_str(&format!("{}{count}处{}", comma[0], weight.zh));
            words.en.push_str(&format!("{}{count} {}", comma[1], weight.en));
        }
    }
    words
}

/// One line of bounded length for a chat message.
fn clip(text: &str) -> String {
    const LONGEST: usize = 480;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(line, LONGEST)
}
