//! The numbers of a specimen: what is chosen, and the totals that follow by the edition's identities.

use super::chance::Chance;
use crate::edition::{Edition, Equation, Term};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers by field name. A field of the edition that is not here is 0.
pub(super) type Numbers = BTreeMap<String, i64>;

/// What the clean report is about: a county office with some requests, one review and one suit.
/// Fields that only one of the editions has are passed over in the other.
const CLEAN: &[(&str, i64)] = &[
    ("t2.NOR.made", 2),
    ("t2.NOR.repealed", 1),
    ("t2.NOR.valid", 14),
    ("t2.NOR.opened", 2),
    ("t2.NOR.all", 14),
    ("t2.LIC", 96),
    ("t2.PEN", 7),
    ("t2.FEE", 12),
    ("t2.LIC.prev", 11),
    ("t2.LIC.delta", 1),
    ("t2.LIC.decisions", 96),
    ("t2.OSV.prev", 4),
    ("t2.OSV.decisions", 32),
    ("t2.PEN.prev", 15),
    ("t2.PEN.delta", -1),
    ("t2.PEN.decisions", 7),
    ("t2.COE.prev", 3),
    ("t2.FEE.prev", 2),
    ("t3.carried_in.NP", 2),
    ("t3.granted.NP", 9),
    ("t3.granted.BIZ", 3),
    ("t3.partial.NP", 3),
    ("t3.partial.LAW", 1),
    ("t3.d4.NP", 1),
    ("t3.d7.NP", 2),
    ("t3.u1.NP", 4),
    ("t3.u1.BIZ", 1),
    ("t3.n1.NP", 1),
    ("t3.o.NP", 1),
    ("t3.o1.NP", 1),
    ("t3.carried_out.NP", 1),
    ("t4.R1", 1),
    ("t4.L1", 1),
];

/// Rows of 表三 that are not one of the results.
const FRAME: [&str; 4] = ["new", "carried_in", "total", "carried_out"];

pub(super) fn clean(edition: &Edition) -> Numbers {
    let mut numbers: Numbers =
        CLEAN.iter().map(|&(field, value)| (field.to_string(), value)).collect();
    let known = fields(edition);
    numbers.retain(|field, _| known.contains(field));
    complete(edition, numbers)
}

/// Consistent numbers drawn at random; never all zero, and at least one new request.
pub(super) fn random(edition: &Edition, chance: &mut Chance) -> Numbers {
    let mut numbers = Numbers::new();
    for field in fields(edition) {
        let mut segments = field.split('.');
        let value = match (segments.next(), segments.next(), segments.next()) {
            (Some("t3"), Some(row), Some(column)) if !FRAME.contains(&row) && column != "T" => {
                match (row, chance.one_in(4)) {
                    ("granted", _) => chance.between(1, 20),
                    (_, true) => chance.between(1, 12),
                    _ => 0,
                }
            }
            (Some("t3"), Some("carried_out"), _) => chance.between(0, 3),
            (Some("t3"), Some("carried_in"), _) => chance.between(0, 1),
            (Some("t4"), Some(case), None) if !case.ends_with('5') => chance.between(0, 3),
            _ => 0,
        };
        numbers.insert(field, value);
    }
    draw_second_table(&mut numbers, chance);
    complete(edition, numbers)
}

/// 表二: every draw keeps 有效 ≥ 制发 − 废止, 新公开 ≤ 总数 and 项目 > 0 where there are decisions.
fn draw_second_table(numbers: &mut Numbers, chance: &mut Chance) {
    let made = chance.between(0, 6);
    let repealed = chance.between(0, 3);
    let standing = chance.between(10, 60);
    let mut draw = |field: &str, value: i64| {
        if let Some(slot) = numbers.get_mut(field) {
            *slot = value;
        }
    };
    draw("t2.NOR.made", made);
    draw("t2.NOR.repealed", repealed);
    draw("t2.NOR.valid", standing + made);
    draw("t2.NOR.opened", made);
    draw("t2.NOR.all", standing + made);
    for kind in ["LIC", "OSV", "PEN", "COE"] {
        let decisions = chance.between(1, 900);
        draw(&format!("t2.{kind}"), decisions);
        draw(&format!("t2.{kind}.prev"), chance.between(5, 40));
        draw(&format!("t2.{kind}.delta"), chance.between(-4, 6));
        draw(&format!("t2.{kind}.decisions"), decisions);
    }
    let fees = chance.between(0, 40);
    draw("t2.FEE", fees);
    draw("t2.FEE.prev", fees);
}

/// Consistent numbers of which no two are alike and none is 0, so that a number read under another
/// name cannot pass for the right one.
pub(super) fn distinct(edition: &Edition, chance: &mut Chance) -> Numbers {
    loop {
        let (mut numbers, mut taken) = (Numbers::new(), BTreeSet::new());
        for field in fields(edition) {
            // All documents in force or published are never fewer than this year's.
            let whole = field.ends_with(".valid") || field.ends_with(".all");
            let (low, high) = if whole { (700, 999) } else { (11, 699) };
            let mut value = chance.between(low, high);
            while !taken.insert(value) {
                value = chance.between(low, high);
            }
            numbers.insert(field, value);
        }
        let numbers = complete(edition, numbers);
        // A sum may meet another number: then all are drawn again.
        let unlike: BTreeSet<i64> = numbers.values().copied().filter(|&n| n > 0).collect();
        if unlike.len() == numbers.len() {
            return numbers;
        }
    }
}

/// Consistent numbers of the year before `this`, on a form of its own: what they carry out is carried
/// in, documents and items go on, and nothing leaps.
pub(super) fn before(edition: &Edition, this: &Numbers, chance: &mut Chance) -> Numbers {
    loop {
        let mut numbers = random(edition, chance);
        precede(&mut numbers, this, chance);
        let numbers = complete(edition, numbers);
        if numbers.iter().all(|(field, n)| *n >= 0 || field.ends_with(".delta"))
            && calm(&numbers, this)
        {
            return numbers;
        }
    }
}

/// Sets the fields that the next year's numbers follow from.
fn precede(numbers: &mut Numbers, this: &Numbers, chance: &mut Chance) {
    let next = |field: &str| this.get(field).copied().unwrap_or(0);
    let own = numbers.clone();
    for (field, number) in numbers {
        let segments: Vec<&str> = field.split('.').collect();
        let near = |n: i64, chance: &mut Chance| (n + chance.between(-n / 4, n / 4)).max(1);
        *number = match segments[..] {
            ["t3", "carried_out", column] => next(&format!("t3.carried_in.{column}")),
            ["t2", row, "valid"] => {
                next(field) - next(&format!("t2.{row}.made")) + next(&format!("t2.{row}.repealed"))
            }
            ["t2", row, "all"] if this.contains_key(field) => {
                next(field) - next(&format!("t2.{row}.opened"))
            }
            ["t2", row, "prev"] if this.contains_key(field) => {
                next(field) - own.get(&format!("t2.{row}.delta")).copied().unwrap_or(0)
            }
            ["t2", row] | ["t2", row, "decisions"] => {
                let decided = next(&format!("t2.{row}")) + next(&format!("t2.{row}.decisions"));
                near(decided, chance)
            }
            _ => continue,
        };
    }
}

/// No number of the next year is out of proportion, and no pending case is lost.
fn calm(numbers: &Numbers, this: &Numbers) -> bool {
    let sum = |of: &Numbers, fields: &[&str]| -> i64 {
        fields.iter().map(|f| of.get(*f).copied().unwrap_or(0)).sum()
    };
    let steady = [&["t3.new.T"][..], &["t4.R5"], &["t4.L5", "t4.P5"]].iter().all(|fields| {
        let (now, then) = (sum(this, fields), sum(numbers, fields));
        now.abs_diff(then) < 10 || now < then * 4 && then < now * 4
    });
    let kept = ["R", "L", "P"].iter().all(|kind| {
        sum(numbers, &[&format!("t4.{kind}4")]) <= sum(this, &[&format!("t4.{kind}5")])
    });
    steady && kept
}

/// Every field name of the edition, in the order of the form.
pub(super) fn fields(edition: &Edition) -> Vec<String> {
    edition.tables.iter().flat_map(|table| table.fields()).map(|(name, ..)| name).collect()
}

/// Fills in what follows: column totals, then new requests by the balance, then row totals, then
/// 表四. The row totals come after the columns, since they cover the totals' own row too.
fn complete(edition: &Edition, mut numbers: Numbers) -> Numbers {
    for rule in ["AR-02", "AR-01", "AR-03", "AR-04"] {
        for equation in edition.equations.iter().filter(|e| e.rule == rule) {
            let solved = match rule {
                "AR-01" => equation.left.iter().find(|t| t.field.starts_with("t3.new.")),
                _ => None,
            };
            let solved = solved.map_or(equation.pivot.as_str(), |term| term.field.as_str());
            let value = solve(equation, solved, &numbers);
            numbers.insert(solved.to_string(), value);
        }
    }
    numbers
}

/// The value a field must have for the identity to hold.
fn solve(equation: &Equation, unknown: &str, numbers: &Numbers) -> i64 {
    let sum = |terms: &[Term]| -> i64 {
        let known = terms.iter().filter(|t| t.field != unknown);
        known.map(|t| numbers.get(&t.field).copied().unwrap_or(0)).sum()
    };
    let (left, right) = (sum(&equation.left), sum(&equation.right));
    match equation.left.iter().any(|t| t.field == unknown) {
        true => right - left,
        false => left - right,
    }
}
