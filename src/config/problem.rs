//! What is wrong with a configuration: every problem with its place, shown as a person would point
//! at it.

use crate::model::Words;
use std::fmt;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// A configuration that cannot be used, with every problem found in it, in order of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as the user named it.
    pub file: String,
    pub problems: Vec<Problem>,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file it stands in, where that is another than the configuration.
    pub file: Option<String>,
    /// `None` for a problem with the file as a whole.
    pub at: Option<Spot>,
    pub what: Words,
    /// What to write instead.
    pub help: Words,
}

impl Problem {
    /// In lines, as a person would point at it; `file` is the one it stands in unless it says another.
    fn write(&self, file: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { what, help, .. } = self;
        let file = self.file.as_deref().unwrap_or(file);
        match &self.at {
            Some(spot) => {
                writeln!(f, "{file}:{}: {}", spot.name(), what.zh)?;
                writeln!(f, "  {}", what.en)?;
                spot.draw(f)?;
            }
            None => {
                writeln!(f, "{file}: {}", what.zh)?;
                writeln!(f, "  {}", what.en)?;
            }
        }
        writeln!(f, "  改法：{}", help.zh)?;
        writeln!(f, "  fix: {}", help.en)
    }

    /// In one line: where, what, and what to write instead.
    pub fn line(&self) -> Words {
        let file = self.file.as_deref().unwrap_or_default();
        let at = self.at.as_ref().map(|spot| format!(":{}", spot.name())).unwrap_or_default();
        let (what, help) = (&self.what, &self.help);
        Words::new(
            format!("{file}{at}: {}（{}）", what.zh, help.zh),
            format!("{file}{at}: {} ({})", what.en, help.en),
        )
    }
}

/// A place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The line's text, without its end and without a secret in it.
    pub text: String,
    /// Characters of the line the problem covers, at least 1.
    pub length: usize,
    /// In a workbook, whose rows are the lines: the sheet and the cell, `名册!C5`.
    pub cell: Option<String>,
}

impl Spot {
    /// The place of a byte range; a range over several lines is cut at the end of its first.
    pub(super) fn new(source: &str, span: Range<usize>) -> Spot {
        let start = floor(source, span.start);
        let end = floor(source, span.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let covered = &source[start..end.min(line_end)];
        Spot {
            line: source[..start].matches('\n').count() + 1,
            column: source[line_start..start].chars().count() + 1,
            text: without_secret(source[line_start..line_end].trim_end()),
            length: covered.chars().count().max(1),
            cell: None,
        }
    }

    /// `12:3`, or `名册!C12` in a workbook.
    pub fn name(&self) -> String {
        match &self.cell {
            Some(cell) => cell.clone(),
            None => format!("{}:{}", self.line, self.column),
        }
    }

    /// The line with carets under the place, aligned where wide characters stand before it.
    fn draw(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String =
            self.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let before: String = text.chars().take(self.column - 1).collect();
        let under: String = text.chars().skip(self.column - 1).take(self.length).collect();
        let gap = " ".repeat(before.width());
        let carets = "^".repeat(under.width().max(1));
        writeln!(f, "{:>5} | {text}", self.line)?;
        writeln!(f, "      | {gap}{carets}")
    }
}

/// What a line may hold that nobody is to see: problems end up in logs. A robot's address lets
/// whoever knows it write into the group.
const HIDDEN: [&str; 3] = ["secret", "password", "url"];

/// The line up to the first value of a hidden key, also within an inline table.
fn without_secret(line: &str) -> String {
    let value_of = |key: &str| {
        line.match_indices(key).find_map(|(at, key)| {
            let rest = line[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
            rest.strip_prefix('=').map(|value| line.len() - value.len())
        })
    };
    match HIDDEN.iter().filter_map(|key| value_of(key)).min() {
        Some(at) => format!("{} …", &line[..at]),
        None => line.to_string(),
    }
}

/// The nearest character border at or before a byte offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        writeln!(f, "配置有 {count} 处问题，未启动 · configuration problems: {count}")?;
        for problem in &self.problems {
            writeln!(f)?;
            problem.write(&self.file, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_the_place_behind_wide_characters() {
        let source = "a = 1\nname = \"审计局\" # x\n";
        let at = source.find("# x").expect("it is there");
        let spot = Spot::new(source, at..at + 3);
        assert_eq!((spot.line, spot.column, spot.length), (2, 14, 3));
        let error = ConfigError {
            file: "x.toml".into(),
            problems: vec![Problem {
                file: None,
                at: Some(spot),
                what: Words::new("坏", "bad"),
                help: Words::new("改", "mend"),
            }],
        };
        let shown = error.to_string();
        assert!(
            shown.contains("    2 | name = \"审计局\" # x\n      |                 ^^^\n"),
            "{shown}"
        );
    }

    #[test]
    fn a_range_outside_the_text_or_inside_a_character_is_drawn_at_its_border() {
        assert_eq!(Spot::new("年", 1..2).column, 1);
        assert_eq!(Spot::new("", 5..9).line, 1);
    }
}
