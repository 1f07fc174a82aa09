//! Cells of one table that share a fault, told in one finding.

use super::cell::{self, table_name};
use super::{Case, Rule};
use crate::edition::Field;
use crate::model::{Finding, Lang, Words};

/// Cells named in a message; the places of the finding hold all of them.
const NAMED: usize = 5;

/// The cells of a table that `pick` chooses, in the order of the form.
pub(super) fn cells<'a>(
    case: &Case<'a>,
    table: u8,
    mut pick: impl FnMut(&str, &Field) -> bool,
) -> Vec<(&'a str, &'a Field)> {
    let fields = case.report.fields.iter().filter(|(_, f)| f.table == table);
    let mut chosen: Vec<(&str, &Field)> =
        fields.map(|(name, f)| (name.as_str(), f)).filter(|(name, f)| pick(name, f)).collect();
    if chosen.len() < 2 {
        return chosen;
    }
    let order: Vec<String> = case
        .edition()
        .and_then(|e| e.table(table))
        .map(|t| t.fields().map(|(name, ..)| name).collect())
        .unwrap_or_default();
    let at = |name: &str| order.iter().position(|o| o == name).unwrap_or(usize::MAX);
    chosen.sort_by_key(|(name, field)| (field.row, at(name)));
    chosen
}

/// One finding over all cells given, which must not be empty: `表三有 3 个空白单元格：…`.
/// `zh` and `en` are what the cells have in common, with `{n}` for their number.
pub(super) fn finding(
    case: &Case,
    rule: &'static Rule,
    table: u8,
    key: &str,
    cells: &[(&str, &Field)],
    (zh, en): (&str, &str),
    help: Words,
) -> Finding {
    let n = cells.len().to_string();
    let named = |lang: Lang| -> String {
        let shown = cells.iter().take(NAMED).map(|(name, field)| {
            let mut place = cell::place(case, name);
            (place.table, place.part) = (None, None);
            let words = place.in_words(lang);
            let words = words.trim_start_matches([' ', '·', ',']).to_string();
            match field.raw.trim() {
                "" => words,
                raw if lang == Lang::Zh => format!("{words}（{}）", cell::quote(raw)),
                raw => format!("{words} (“{}”)", cell::quote(raw)),
            }
        });
        shown.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { "; " })
    };
    let more = cells.len() > NAMED;
    let message = Words::new(
        format!(
            "{}{}：{}{}。",
            table_name(table),
            zh.replace("{n}", &n),
            named(Lang::Zh),
            if more { "等" } else { "" }
        ),
        format!(
            "Table {table} {}: {}{}.",
            en.replace("{n}", &n),
            named(Lang::En),
            if more { " and more" } else { "" }
        ),
    );
    let mut places = cells.iter().map(|(name, _)| cell::place(case, name));
    let first = places.next().unwrap_or_default();
    let finding = rule.finding(key, message, help, first).also(places.collect::<Vec<_>>());
    match cell::doubt(case, cells.iter().map(|(name, _)| *name)) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }
}

/// Runs `report` over the tables found; not assessable when there are none.
pub(super) fn per_table(case: &Case, mut report: impl FnMut(u8) -> Vec<Finding>) -> super::Checked {
    let numbers: Vec<u8> = case.report.tables.iter().map(|t| t.number).collect();
    if numbers.is_empty() {
        return super::Checked::not_assessable("没有找到表格", "no table was found");
    }
    let findings = numbers.iter().flat_map(|&number| report(number)).collect();
    let count = numbers.len() as u32;
    super::Checked::Done { findings, assessed: count, total: count, reason: None }
}
