//! TB-14: numbers are written in plain Arabic digits.

use super::cell::{self, table_name};
use super::{Case, Checked, listing};
use crate::document::{Repair, ValueKind};
use crate::edition::Field;
use crate::model::Words;
use crate::rule;

rule! {
    code: "TB-14",
    name: ("数字写法", "Writing of numbers"),
    severity: Info,
    basis: ("年度报告统一格式：表内填写阿拉伯数字", "the form: Arabic numerals"),
    page: "tb_14_writing.md",
    check: check,
}

/// What was put right while reading, in the words of a message.
const KINDS: [(Repair, &str, &str); 7] = [
    (Repair::Spacing, "数字前后有不间断空格等特殊空格", "special spaces around the digits"),
    (Repair::FullWidth, "全角数字", "full-width digits"),
    (Repair::Thousands, "千分位分隔符", "thousands separators"),
    (Repair::ChineseNumeral, "中文数字", "Chinese numerals"),
    (Repair::UnitInCell, "数字后带量词", "a measure word behind the number"),
    (Repair::Sign, "带正号或全角正负号", "a plus or a full-width sign"),
    (Repair::Rounded, "金额精确到分以下", "money finer than a fen"),
];

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let odd = listing::cells(case, table, |name, f| {
            KINDS.iter().any(|(kind, ..)| concerns(case, name, f, *kind))
        });
        if odd.is_empty() {
            return Vec::new();
        }
        let met = |zh: bool| -> String {
            let kinds = KINDS.iter().filter_map(|(kind, name_zh, name_en)| {
                let count = odd.iter().filter(|(name, f)| concerns(case, name, f, *kind)).count();
                let word = if zh { name_zh } else { name_en };
                (count > 0).then(|| {
                    if zh { format!("{word}{count}处") } else { format!("{word}: {count}") }
                })
            });
            kinds.collect::<Vec<_>>().join(if zh { "，" } else { ", " })
        };
        let message = Words::new(
            format!("{}的数字写法已自动识别：{}。", table_name(table), met(true)),
            format!("Table {table}: numbers were put right while reading: {}.", met(false)),
        );
        let help = Words::new(
            "不影响核对；重新报送时请改为半角阿拉伯数字。",
            "The check is not affected; write plain Arabic digits next time.",
        );
        let mut places = odd.iter().map(|(name, _)| cell::place(case, name));
        let first = places.next().unwrap_or_default();
        let finding = RULE.finding(&format!("t{table}"), message, help, first);
        vec![finding.also(places.collect::<Vec<_>>())]
    })
}

/// Units of money are TB-12's business; signs belong to 本年增/减.
fn concerns(case: &Case, name: &str, field: &Field, repair: Repair) -> bool {
    if !field.reading.repairs.contains(&repair) {
        return false;
    }
    let kind = cell::kind(case, name);
    match repair {
        Repair::UnitInCell => !matches!(kind, Some(ValueKind::Amount | ValueKind::AmountUnstated)),
        Repair::Sign => kind != Some(ValueKind::Change),
        _ => true,
    }
}
