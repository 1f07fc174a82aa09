//! What may befall single cells and numbers.

use crate::mutation::{Mutation, Pick, WORD_AND_PAGE};
use crate::written::{Slot, Written};

/// Where every slot of the grid is written, a merged cell is a cell with an empty one beside it.
const MERGING: &[&str] = &["txt", "tabs", "md", "html", "docx"];

pub static CELLS: &[Mutation] = &[
    Mutation::new("a cell dropped", |w, pick| {
        let (row, at) = pick.value(w);
        row.remove(at);
        true
    }),
    Mutation::new("the last cell dropped", |w, pick| {
        let row = pick.row(w);
        row.pop();
        true
    }),
    Mutation::new("the first value dropped", |w, pick| {
        let row = pick.row(w);
        row.remove(first(row));
        true
    }),
    Mutation::new("the label cell dropped", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        values > 0 && {
            row.remove(values - 1);
            true
        }
    }),
    Mutation::new("the label blanked", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        values > 0 && {
            row[values - 1].text.clear();
            true
        }
    }),
    Mutation::new("an empty cell inserted", |w, pick| {
        let (row, at) = pick.value(w);
        row.insert(at, Slot::new(""));
        true
    }),
    Mutation::new("an empty cell at the end", |w, pick| {
        let row = pick.row(w);
        row.push(Slot::new(""));
        true
    }),
    Mutation::new("an empty cell before the label", |w, pick| {
        let row = pick.row(w);
        row.insert(0, Slot::new(""));
        true
    }),
    Mutation::new("an extra number inserted", |w, pick| {
        let (row, at) = pick.value(w);
        row.insert(at, Slot::new("7"));
        true
    }),
    Mutation::new("an extra number at the end", |w, pick| {
        let row = pick.row(w);
        row.push(Slot::new("7"));
        true
    }),
    Mutation::new("two numbers in one merged cell", |w, pick| {
        let Some((row, at)) = pick.neighbours(w) else { return false };
        let right = row.remove(at + 1);
        row[at].text.push_str(&right.text);
        row[at].span += right.span;
        row[at].field = None;
        true
    })
    .on(MERGING),
    Mutation::new("two cells merged, one number left", |w, pick| {
        let Some((row, at)) = pick.neighbours(w) else { return false };
        let right = row.remove(at + 1);
        row[at].span += right.span;
        true
    })
    .on(MERGING),
    Mutation::new("two cells made one narrow cell", |w, pick| {
        let Some((row, at)) = pick.neighbours(w) else { return false };
        let right = row.remove(at + 1);
        row[at].text.push_str(&right.text);
        row[at].field = None;
        true
    }),
    Mutation::new("two numbers run together, a blank beside", |w, pick| {
        let Some((row, at)) = pick.neighbours(w) else { return false };
        let right = std::mem::take(&mut row[at + 1].text);
        row[at].text.push_str(&right);
        true
    }),
    Mutation::new("a number moved elsewhere in its row", |w, pick| {
        let (row, at) = pick.value(w);
        let values = first(row);
        let to = values + pick.below(row.len() - values);
        let mut texts: Vec<String> = row.iter().map(|s| s.text.clone()).collect();
        let moved = texts.remove(at);
        texts.insert(to, moved);
        row.iter_mut().zip(texts).for_each(|(slot, text)| slot.text = text);
        to != at
    }),
    Mutation::new("a row's numbers moved right", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        let mut before = String::new();
        for slot in &mut row[values..] {
            std::mem::swap(&mut slot.text, &mut before);
        }
        true
    }),
    Mutation::new("a row's numbers moved left", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        let mut after = String::new();
        for slot in row[values..].iter_mut().rev() {
            std::mem::swap(&mut slot.text, &mut after);
        }
        true
    }),
    Mutation::new("a number in the label's cell", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        values > 0 && {
            let number = row.remove(values);
            row[values - 1].text.push_str(&number.text);
            true
        }
    }),
    Mutation::new("a blank", |w, pick| put(w, pick, "")),
    Mutation::new("a stroke", |w, pick| put(w, pick, "/")),
    Mutation::new("a dash", |w, pick| put(w, pick, "—")),
    Mutation::new("a letter for a digit", |w, pick| put(w, pick, "1O")),
    Mutation::new("a number and a note", |w, pick| {
        let (row, at) = pick.value(w);
        let says = row[at].text.clone();
        row[at].text.push_str("（其中2件已办）");
        row[at].says = Some(format!("{says}（其中2件已办）"));
        true
    }),
    Mutation::harmless("3,001", |w, pick| {
        let (row, at) = pick.value(w);
        // The number stays, so that the sums do.
        let says = row[at].text.clone();
        row[at].text = thousands(&says, ",");
        let changed = row[at].text != says;
        row[at].says = Some(says);
        changed
    }),
    Mutation::harmless("thousands separated everywhere", |w, _| every(w, |s| thousands(s, ","))),
    Mutation::harmless("wide thousands separators", |w, _| every(w, |s| thousands(s, "，"))),
    Mutation::harmless("full-width digits", |w, pick| {
        let (row, at) = pick.value(w);
        let says = row[at].text.clone();
        row[at].text = wide(&says);
        row[at].says = Some(says);
        true
    }),
    Mutation::harmless("full-width digits everywhere", |w, _| every(w, wide)),
    Mutation::new("a number over two cells", |w, pick| {
        let (row, at) = pick.value(w);
        let (head, tail) = halves(&row[at].text);
        (row[at].text, row[at].field) = (head, None);
        row.insert(at + 1, Slot::new(&tail));
        true
    }),
    Mutation::new("a number over two lines", |w, pick| {
        let (row, at) = pick.value(w);
        let (head, tail) = halves(&row[at].text);
        row[at].text = format!("{head}\n{tail}");
        true
    }),
    Mutation::harmless("a number over two runs", |w, _| {
        every(w, str::to_string);
        w.grids().into_iter().for_each(|g| {
            w.grid(g).rows.iter_mut().flatten().for_each(|s| s.runs = s.field.is_some());
        });
        true
    })
    .on(WORD_AND_PAGE),
    Mutation::harmless("styles around every character", |w, _| {
        w.grids().into_iter().for_each(|g| {
            w.grid(g).rows.iter_mut().flatten().for_each(|s| s.runs = !s.text.contains('\n'));
        });
        true
    })
    .on(WORD_AND_PAGE),
];

/// The index of the first value.
pub fn first(row: &[Slot]) -> usize {
    row.iter().position(|s| s.field.is_some()).expect("a row of numbers")
}

fn put(w: &mut Written, pick: &mut Pick, text: &str) -> bool {
    let (row, at) = pick.value(w);
    row[at].text = text.to_string();
    true
}

/// Every number written another way, its meaning kept.
fn every(w: &mut Written, change: impl Fn(&str) -> String) -> bool {
    for grid in w.grids() {
        for slot in w.grid(grid).rows.iter_mut().flatten().filter(|s| s.field.is_some()) {
            slot.says = Some(slot.text.clone());
            slot.text = change(&slot.text);
        }
    }
    true
}

fn thousands(number: &str, separator: &str) -> String {
    match number.len() {
        4.. => {
            let (head, tail) = number.split_at(number.len() - 3);
            format!("{}{separator}{tail}", thousands(head, separator))
        }
        _ => number.to_string(),
    }
}

fn wide(number: &str) -> String {
    number.chars().map(|c| char::from_u32(c as u32 + 0xfee0).expect("a full-width digit")).collect()
}

/// A text in two pieces, neither of them empty.
pub fn halves(text: &str) -> (String, String) {
    let chars: Vec<char> = text.chars().collect();
    let (head, tail) = chars.split_at(chars.len().div_ceil(2));
    (head.iter().collect(), tail.iter().collect())
}
