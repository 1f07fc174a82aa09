//! How long a text may be that comes out of a stranger's file. It is bounded where it enters, so that
//! nobody who keeps, sends or shows it has to ask.
//!
//! Invariant: what was bounded once is not changed by bounding it again.

use super::{Finding, Place, Unreadable, Verdict, Words, hex};
use crate::document::{Anchor, Value};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

/// Longest name of a unit, bytes: 200 Chinese characters.
pub const UNIT_BYTES: usize = 600;
/// Longest text kept of one part of a report, bytes: some ten times what is usual.
pub const TEXT_BYTES: usize = 48 << 10;
/// Longest statement for people in one language, bytes.
const STATEMENT: usize = 4096;
/// Longest label, value or path, bytes.
const LABEL: usize = 600;
/// Most places of one finding: more than the form has cells.
const PLACES: usize = 400;
/// Most bytes of all findings of a verdict together, so that it is one record and one message.
const FINDINGS: usize = 2 << 20;

/// The text, or as much of it as fits into `most` bytes, cut between characters as a reader counts
/// them and ending in `…`.
pub fn cut(text: impl Into<String>, most: usize) -> String {
    let mut text = text.into();
    if text.len() > most {
        let room = most.saturating_sub('…'.len_utf8());
        let fits = text.grapheme_indices(true).map(|(at, one)| at + one.len());
        let end = fits.take_while(|end| *end <= room).last().unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A name that other things are filed under: names that differ stay different when they are cut.
pub fn cut_name(name: impl Into<String>, most: usize) -> String {
    let name = name.into();
    if name.len() <= most {
        return name;
    }
    let mark = format!("（{}）", hex(&Sha256::digest(&name)[..4]));
    let room = most.saturating_sub(mark.len());
    cut(name, room) + &mark
}

impl Words {
    fn bounded(self) -> Words {
        Words { zh: cut(self.zh, STATEMENT), en: cut(self.en, STATEMENT) }
    }
}

impl Place {
    fn bounded(self) -> Place {
        Place {
            row: self.row.map(|(number, label)| (number, cut(label, LABEL))),
            column: self.column.map(|column| cut(column, LABEL)),
            spot: self.spot.map(|spot| cut(spot, LABEL)),
            field: self.field.map(|field| cut(field, LABEL)),
            anchor: match self.anchor {
                Anchor::Path { part, path } => {
                    Anchor::Path { part: cut(part, LABEL), path: cut(path, LABEL) }
                }
                Anchor::Sheet { sheet, row, column } => {
                    Anchor::Sheet { sheet: cut(sheet, LABEL), row, column }
                }
                short => short,
            },
            quote: cut(self.quote, LABEL),
            ..self
        }
    }

    fn bytes(&self) -> usize {
        let label = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let anchor = match &self.anchor {
            Anchor::Path { part, path } => part.len() + path.len(),
            Anchor::Sheet { sheet, .. } => sheet.len(),
            _ => 0,
        };
        let row = self.row.as_ref().map_or(0, |(_, row)| row.len());
        64 + row
            + label(&self.column)
            + label(&self.spot)
            + label(&self.field)
            + anchor
            + self.quote.len()
    }
}

impl Finding {
    fn bounded(mut self) -> Finding {
        self.places.truncate(PLACES);
        Finding {
            message: self.message.bounded(),
            help: self.help.bounded(),
            basis: self.basis.bounded(),
            places: self.places.into_iter().map(Place::bounded).collect(),
            expected: self.expected.map(|text| cut(text, LABEL)),
            found: self.found.map(|text| cut(text, LABEL)),
            doubt: self.doubt.map(Words::bounded),
            likely: self.likely.map(Words::bounded),
            ..self
        }
    }

    fn bytes(&self) -> usize {
        let words = |words: &Words| words.zh.len() + words.en.len();
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let places: usize = self.places.iter().map(Place::bytes).sum();
        64 + words(&self.message)
            + words(&self.help)
            + words(&self.basis)
            + self.doubt.as_ref().map_or(0, words)
            + self.likely.as_ref().map_or(0, words)
            + text(&self.expected)
            + text(&self.found)
            + places
    }
}

impl Verdict {
    /// The verdict with every text within its bounds. The gravest findings stay; where some had to
    /// go, the last one says how many.
    pub fn bounded(mut self) -> Verdict {
        self.unit = self.unit.map(|(name, known)| (cut_name(name, UNIT_BYTES), known));
        self.findings = self.findings.into_iter().map(Finding::bounded).collect();
        let kept = self.fitting().max(1);
        let left_out = self.findings.len().saturating_sub(kept);
        self.findings.truncate(kept);
        if let Some(last) = self.findings.last_mut().filter(|_| left_out > 0) {
            let message = std::mem::take(&mut last.message);
            last.message = Words {
                zh: noted(message.zh, &format!("（另有{left_out}处问题，因篇幅未列出）")),
                en: noted(
                    message.en,
                    &format!(" ({left_out} more findings are left out for length)"),
                ),
            };
        }
        for line in self.coverage.values_mut() {
            line.reason = line.reason.take().map(Words::bounded);
        }
        for text in self.texts.values_mut() {
            *text = cut(std::mem::take(text), TEXT_BYTES);
        }
        for value in self.values.values_mut() {
            match value {
                Value::Mark(text) | Value::NotANumber(text) => bound(text),
                Value::Annotated { note, .. } => bound(note),
                Value::Count(_) | Value::Amount(_) | Value::Blank => {}
            }
        }
        self
    }
}

impl Verdict {
    /// How many of the findings fit. Where not all do, there is room for the remark that says so.
    fn fitting(&self) -> usize {
        const REMARK: usize = 200;
        if self.findings.iter().map(Finding::bytes).sum::<usize>() <= FINDINGS {
            return self.findings.len();
        }
        let mut bytes = REMARK;
        let fits = |finding: &&Finding| {
            bytes += finding.bytes();
            bytes <= FINDINGS
        };
        self.findings.iter().take_while(fits).count()
    }
}

impl Unreadable {
    /// The reason with its words within their bounds.
    pub fn bounded(self) -> Unreadable {
        Unreadable { message: self.message.bounded(), help: self.help.bounded(), ..self }
    }
}

fn bound(text: &mut String) {
    *text = cut(std::mem::take(text), LABEL);
}

/// A statement with a remark at its end, within the bounds of a statement.
fn noted(text: String, remark: &str) -> String {
    cut(text, STATEMENT - remark.len()) + remark
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, Severity, UnitKnown};

    fn finding(severity: Severity, message: &str) -> Finding {
        Finding {
            code: "FC-01".into(),
            severity,
            message: Words::new(message, message),
            help: Words::new("改", "mend it"),
            basis: Words::new("条例", "Regulations"),
            places: Vec::new(),
            expected: None,
            found: None,
            fingerprint: "0123456789abcdef".into(),
            doubt: None,
            likely: None,
        }
    }

    fn verdict(unit: &str, findings: Vec<Finding>) -> Verdict {
        Verdict {
            outcome: Outcome::of(&findings),
            unit: Some((unit.into(), UnitKnown::Title)),
            year: Some(2024),
            edition: None,
            edition_hash: String::new(),
            findings,
            coverage: Default::default(),
            values: Default::default(),
            texts: Default::default(),
        }
    }

    #[test]
    fn a_text_is_cut_between_characters_as_a_reader_counts_them() {
        assert_eq!(cut("审计局", 9), "审计局");
        assert_eq!(cut("审计局长", 9), "审计…");
        // A sign with its combining mark, a family of four, a variant of 葛: each one character.
        for one in ["e\u{301}", "👨‍👩‍👧‍👦", "葛\u{e0100}"] {
            let text = format!("{one}{one}ab");
            assert_eq!(cut(text.as_str(), one.len() * 2 + 1), format!("{one}…"));
        }
        assert_eq!(cut("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 20), "…");
    }

    #[test]
    fn long_names_of_two_units_stay_two_names() {
        let name = "某".repeat(300);
        let (a, b) =
            (cut_name(format!("{name}甲"), UNIT_BYTES), cut_name(format!("{name}乙"), UNIT_BYTES));
        assert_ne!(a, b);
        assert!(a.len() <= UNIT_BYTES && a.contains('…'), "{a}");
        assert_eq!(cut_name(a.clone(), UNIT_BYTES), a);
    }

    #[test]
    fn a_verdict_is_bounded_once_and_for_all_and_keeps_its_gravest_findings() {
        let long = "长".repeat(5000);
        let mut findings = vec![finding(Severity::Error, "错")];
        findings.extend(vec![finding(Severity::Warning, &long); 400]);
        let place = Place { quote: long.clone(), spot: Some(long.clone()), ..Place::default() };
        findings[0].places = vec![place; 1000];
        let mut given = verdict(&long, findings);
        given.values.insert("t3.total.NP".into(), Value::NotANumber(long.clone()));
        let bounded = given.clone().bounded();
        assert_eq!(bounded.outcome, Outcome::Returned);
        assert_eq!(bounded.findings[0].message.zh, "错");
        assert!(bounded.findings[1].message.zh.ends_with('…'));
        let left_out = 401 - bounded.findings.len();
        let last = &bounded.findings.last().unwrap().message;
        assert!(left_out > 0 && last.zh.contains(&format!("另有{left_out}处问题")), "{}", last.zh);
        assert!(bounded.findings.iter().map(Finding::bytes).sum::<usize>() <= FINDINGS);
        assert_eq!(bounded.clone().bounded(), bounded);
    }

    #[test]
    fn an_ordinary_verdict_stays_as_it_is() {
        let given = verdict("某县审计局", vec![finding(Severity::Warning, "请核实")]);
        assert_eq!(given.clone().bounded(), given);
    }
}
