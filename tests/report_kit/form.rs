//! The official form of 2021, filled in.

use super::Random;
use super::word;
use std::collections::BTreeMap;

/// Where the blank form lies beside the checkout.
pub const FORM: &str = "reports/format-2021-template.docx";

const COLUMNS: [&str; 7] = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];

/// The numbers of all three tables, consistent in every identity, made without the edition's data.
pub fn consistent(random: &mut Random) -> BTreeMap<String, i64> {
    let mut out = BTreeMap::new();
    for field in ["t2.LIC", "t2.PEN", "t2.COE", "t2.FEE"] {
        out.insert(field.to_string(), random.below(5000) as i64);
    }
    for row in ["REG", "NOR"] {
        out.insert(format!("t2.{row}.made"), random.below(9) as i64);
        out.insert(format!("t2.{row}.repealed"), random.below(9) as i64);
        out.insert(format!("t2.{row}.valid"), 9 + random.below(90) as i64);
    }
    let mut totals: BTreeMap<String, i64> = BTreeMap::new();
    for column in &COLUMNS[..6] {
        let mut sum = 0;
        for row in RESULTS {
            let n = if random.below(3) == 0 { random.below(300) as i64 } else { 0 };
            sum += n;
            out.insert(format!("t3.{row}.{column}"), n);
        }
        let carried_out = random.below(20) as i64;
        let carried_in = random.below((sum + carried_out + 1) as usize) as i64;
        let new = sum + carried_out - carried_in;
        for (row, n) in
            [("total", sum), ("carried_out", carried_out), ("carried_in", carried_in), ("new", new)]
        {
            out.insert(format!("t3.{row}.{column}"), n);
        }
    }
    for (field, n) in &out {
        if let Some(row) = field.strip_prefix("t3.").and_then(|f| f.split('.').next()) {
            *totals.entry(format!("t3.{row}.T")).or_default() += n;
        }
    }
    out.extend(totals);
    for block in ["R", "L", "P"] {
        let mut sum = 0;
        for i in 1..=4 {
            let n = random.below(50) as i64;
            sum += n;
            out.insert(format!("t4.{block}{i}"), n);
        }
        out.insert(format!("t4.{block}5"), sum);
    }
    out
}

const RESULTS: [&str; 21] = [
    "granted", "partial", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "u1", "u2", "u3", "n1",
    "n2", "n3", "n4", "n5", "o1", "o2", "o3",
];

/// Rows of each table that hold numbers, and the fields in them in the order in which they stand.
fn layout() -> [Vec<(usize, Vec<String>)>; 3] {
    let named = |fields: &[&str]| fields.iter().map(|f| f.to_string()).collect::<Vec<_>>();
    let t2 = vec![
        (2, named(&["t2.REG.made", "t2.REG.repealed", "t2.REG.valid"])),
        (3, named(&["t2.NOR.made", "t2.NOR.repealed", "t2.NOR.valid"])),
        (6, named(&["t2.LIC"])),
        (9, named(&["t2.PEN"])),
        (10, named(&["t2.COE"])),
        (13, named(&["t2.FEE"])),
    ];
    let t3 = ["new", "carried_in"]
        .iter()
        .chain(&RESULTS)
        .chain(&["total", "carried_out"])
        .enumerate()
        .map(|(i, r)| (i + 3, COLUMNS.iter().map(|c| format!("t3.{r}.{c}")).collect()))
        .collect();
    let blocks = ["R", "L", "P"].iter().flat_map(|b| (1..=5).map(move |i| format!("t4.{b}{i}")));
    [t2, t3, vec![(3, blocks.collect())]]
}

/// Puts the numbers into the form's cells: in each row that holds numbers they are its last cells.
pub fn fill(blank: &[u8], numbers: &BTreeMap<String, i64>) -> Vec<u8> {
    word::with_main_part(blank, |xml| filled(xml, numbers))
}

fn filled(xml: &str, numbers: &BTreeMap<String, i64>) -> String {
    let layout = layout();
    let mut out = String::new();
    for (t, chunk) in xml.split_inclusive("</w:tbl>").enumerate() {
        for (r, row) in chunk.split_inclusive("</w:tr>").enumerate() {
            let fields = layout.get(t).and_then(|rows| rows.iter().find(|(at, _)| *at == r));
            match fields {
                Some((_, fields)) => out.push_str(&filled_row(row, fields, numbers)),
                None => out.push_str(row),
            }
        }
    }
    out
}

fn filled_row(row: &str, fields: &[String], numbers: &BTreeMap<String, i64>) -> String {
    let cells: Vec<&str> = row.split_inclusive("</w:tc>").collect();
    let count = cells.iter().filter(|c| c.ends_with("</w:tc>")).count();
    let first = count - fields.len();
    let mut out = String::new();
    for (i, cell) in cells.iter().enumerate() {
        if i < first || i >= count {
            out.push_str(cell);
            continue;
        }
        let properties = cell.find("</w:tcPr>").unwrap() + "</w:tcPr>".len();
        out.push_str(&cell[..properties]);
        let number = numbers[&fields[i - first]];
        out.push_str(&format!("<w:p><w:r><w:t>{number}</w:t></w:r></w:p></w:tc>"));
    }
    out
}
