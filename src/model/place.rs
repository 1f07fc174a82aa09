//! The place a finding speaks of, in the words of the form and in the file.

use crate::document::Anchor;
use crate::model::Lang;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A place in a report as its author would find it: part, table, row, column, never a key path,
/// plus the spot in the file and the words that stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// 1..=6 for 一…六.
    pub part: Option<u8>,
    /// 2, 3 or 4 for 表二, 表三, 表四.
    pub table: Option<u8>,
    /// 1-based ordinal among the table's number rows, and the row's label as printed in the edition.
    pub row: Option<(u16, String)>,
    /// Column label as printed in the edition.
    pub column: Option<String>,
    /// Any other place: 标题, 前言, 落款, 统计期限.
    pub spot: Option<String>,
    /// Field name where the place is one cell: `t3.total.NP`.
    pub field: Option<String>,
    /// Where in the file.
    pub anchor: Anchor,
    /// What stands there, raw, at most 120 characters; empty when nothing does.
    pub quote: String,
}

const ORDINALS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];
const TABLES: [&str; 3] = ["表二", "表三", "表四"];

impl Place {
    /// In words: `表三 第22行“（七）总计”·自然人`, `第五部分`, `标题`. English keeps the form's own
    /// labels, which are what stands on the page: `Table 3, row 22 “（七）总计”, column “自然人”`.
    pub fn in_words(&self, lang: Lang) -> String {
        let mut out = String::new();
        match lang {
            Lang::Zh => self.write_zh(&mut out),
            Lang::En => self.write_en(&mut out),
        }
        .expect("writing to a String cannot fail");
        out
    }

    fn write_zh(&self, out: &mut String) -> std::fmt::Result {
        match (self.table, self.part) {
            (Some(t @ 2..=4), _) => out.push_str(TABLES[t as usize - 2]),
            (_, Some(p @ 1..=6)) => write!(out, "第{}部分", ORDINALS[p as usize - 1])?,
            _ => {}
        }
        if let Some(spot) = &self.spot {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(spot);
        }
        if let Some((number, label)) = &self.row {
            write!(out, " 第{number}行“{label}”")?;
        }
        if let Some(column) = &self.column {
            write!(out, "·{column}")?;
        }
        Ok(())
    }

    fn write_en(&self, out: &mut String) -> std::fmt::Result {
        match (self.table, self.part) {
            (Some(t @ 2..=4), _) => write!(out, "Table {t}")?,
            (_, Some(p)) => write!(out, "Part {p}")?,
            _ => {}
        }
        if let Some(spot) = &self.spot {
            if !out.is_empty() {
                out.push_str(", ");
            }
            write!(out, "“{spot}”")?;
        }
        if let Some((number, label)) = &self.row {
            write!(out, ", row {number} “{label}”")?;
        }
        if let Some(column) = &self.column {
            write!(out, ", column “{column}”")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_a_person_would_name_it() {
        let place = Place {
            part: Some(3),
            table: Some(3),
            row: Some((22, "（七）总计".into())),
            column: Some("自然人".into()),
            ..Place::default()
        };
        assert_eq!(place.in_words(Lang::Zh), "表三 第22行“（七）总计”·自然人");
        assert_eq!(place.in_words(Lang::En), "Table 3, row 22 “（七）总计”, column “自然人”");
    }

    #[test]
    fn a_part_and_a_spot() {
        let part = Place { part: Some(5), ..Place::default() };
        assert_eq!(part.in_words(Lang::Zh), "第五部分");
        let spot = Place { spot: Some("标题".into()), ..Place::default() };
        assert_eq!(spot.in_words(Lang::Zh), "标题");
    }
}
