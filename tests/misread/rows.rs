//! What may befall labels, rows and columns.

use crate::cells::{first, halves};
use crate::mutation::{Mutation, Pick, number_rows};
use crate::written::{Down, Grid, Row, Slot, Written};

pub static ROWS: &[Mutation] = &[
    Mutation::harmless("a row label in two lines", |w, pick| {
        let Some(label) = label(w, pick) else { return false };
        let (head, tail) = halves(&label.text);
        label.text = format!("{head}\n{tail}");
        true
    })
    .on(&["txt", "md", "html", "docx"]),
    Mutation::new("a row label in two cells", |w, pick| {
        let row = pick.row(w);
        let values = first(row);
        values > 0 && {
            let (head, tail) = halves(&row[values - 1].text);
            row[values - 1].text = head;
            row.insert(values, Slot::new(&tail));
            true
        }
    }),
    Mutation::new("a character of a row label altered", |w, pick| {
        let Some(slot) = label(w, pick) else { return false };
        let mut chars: Vec<char> = slot.text.chars().collect();
        let at = pick.below(chars.len());
        chars[at] = ['某', '2', '七', '公'][pick.below(4)];
        slot.text = chars.into_iter().collect();
        true
    }),
    Mutation::new("a character of a row label lost", |w, pick| {
        let Some(slot) = label(w, pick) else { return false };
        let mut chars: Vec<char> = slot.text.chars().collect();
        chars.remove(pick.below(chars.len()));
        slot.text = chars.into_iter().collect();
        true
    }),
    Mutation::new("two row labels swapped", |w, pick| {
        let (item, a, b) = two_rows(w, pick);
        let grid = w.grid(item);
        let (at, to) = (first(&grid.rows[a]), first(&grid.rows[b]));
        if a == b || at == 0 || grid.rows[a].len() - at != grid.rows[b].len() - to {
            return false;
        }
        let (left, right) = (grid.rows[a][at - 1].text.clone(), grid.rows[b][to - 1].text.clone());
        (grid.rows[a][at - 1].text, grid.rows[b][to - 1].text) = (right, left);
        for i in 0..grid.rows[a].len() - at {
            let field = grid.rows[a][at + i].field.take();
            grid.rows[a][at + i].field = std::mem::replace(&mut grid.rows[b][to + i].field, field);
        }
        true
    }),
    Mutation::new("a row label in place of another", |w, pick| {
        let (item, a, b) = two_rows(w, pick);
        let grid = w.grid(item);
        let (at, to) = (first(&grid.rows[a]), first(&grid.rows[b]));
        if a == b || at == 0 || grid.rows[a].len() - at != grid.rows[b].len() - to {
            return false;
        }
        // Now two rows claim to be the one, and none is the other.
        grid.rows[b][to - 1].text = grid.rows[a][at - 1].text.clone();
        for i in 0..grid.rows[a].len() - at {
            let claimed = grid.rows[a][at + i].field.clone();
            grid.rows[b][to + i].field = claimed;
        }
        true
    }),
    Mutation::new("a row missing", |w, pick| {
        let (item, row) = pick.place(w);
        cut(w.grid(item), row);
        true
    }),
    Mutation::new("a row twice", |w, pick| {
        let (item, row) = pick.place(w);
        let copy = below(&w.grid(item).rows[row]);
        w.grid(item).rows.insert(row + 1, copy);
        true
    }),
    Mutation::new("a row twice with other numbers", |w, pick| {
        let (item, row) = pick.place(w);
        let mut copy = below(&w.grid(item).rows[row]);
        copy.iter_mut().filter(|s| s.field.is_some()).for_each(|s| s.text.push('1'));
        let at = row + pick.below(2);
        if at == row {
            // The copy comes first: what goes on downwards begins in it.
            let downs: Vec<Down> = w.grid(item).rows[row].iter().map(|s| s.down).collect();
            if downs.iter().any(|d| *d != Down::No) {
                return false;
            }
        }
        w.grid(item).rows.insert(at, copy);
        true
    }),
    Mutation::new("an extra row", |w, pick| extra(w, pick, Some("其他情形"))),
    Mutation::new("an extra row without a label", |w, pick| extra(w, pick, Some(""))),
    Mutation::new("an extra row of sums", |w, pick| extra(w, pick, Some("合计"))),
    Mutation::harmless("a blank row", |w, pick| {
        let (item, row) = pick.place(w);
        let mut copy = below(&w.grid(item).rows[row]);
        copy.iter_mut().for_each(|s| (s.text, s.field) = (String::new(), None));
        w.grid(item).rows.insert(row + 1, copy);
        true
    }),
    Mutation::harmless("a row over two pages, the label broken", |w, pick| {
        broken(w, pick, |head, tail, values| {
            let (one, two) = halves(&head[values - 1].text);
            (head[values - 1].text, tail[values - 1].text) = (one, two);
        })
    }),
    Mutation::new("a row over two pages, its numbers below", |w, pick| {
        broken(w, pick, |head, tail, values| {
            let (one, two) = halves(&head[values - 1].text);
            (head[values - 1].text, tail[values - 1].text) = (one, two);
            exchange(head, tail, values);
        })
    }),
    Mutation::new("a row over two pages, its numbers in an unlabelled row", |w, pick| {
        broken(w, pick, exchange)
    }),
    Mutation::new("a row over two pages, a number broken", |w, pick| {
        let at = pick.below(64);
        let done = broken(w, pick, |_, _, _| {});
        done && {
            let grids = w.grids();
            let broken = grids.into_iter().find_map(|g| {
                let rows = number_rows(w, g);
                let row = rows.into_iter().find(|&r| {
                    let next = w.grid(g).rows.get(r + 1);
                    next.is_some_and(|n| n.iter().all(|s| s.text.is_empty()))
                })?;
                Some((g, row))
            });
            let (item, row) = broken.expect("a broken row");
            let grid = w.grid(item);
            let values = first(&grid.rows[row]);
            let at = values + at % (grid.rows[row].len() - values);
            let (head, tail) = halves(&grid.rows[row][at].text);
            grid.rows[row + 1][at].text = tail;
            (grid.rows[row][at].text, grid.rows[row][at].field) = (head, None);
            true
        }
    }),
    Mutation::new("a row over two pages, some numbers below", |w, pick| {
        let at = pick.below(64);
        let (item, row) = pick.place(w);
        let grid = w.grid(item);
        let values = first(&grid.rows[row]);
        let cut = values + 1 + at % (grid.rows[row].len() - values);
        let rest = grid.rows[row].split_off(cut);
        !rest.is_empty() && {
            grid.rows.insert(row + 1, rest);
            true
        }
    }),
    Mutation::new("two rows swapped", |w, pick| {
        let (item, a, b) = two_rows(w, pick);
        let grid = w.grid(item);
        let shape = |row: &Row| row.iter().map(|s| (s.span, s.down)).collect::<Vec<_>>();
        let same = shape(&grid.rows[a]) == shape(&grid.rows[b]);
        let plain = grid.rows[a].iter().all(|s| s.down != Down::Start);
        if same && plain && a != b {
            grid.rows.swap(a, b);
        }
        same && plain && a != b
    }),
    Mutation::new("the row above missing in a block", |w, pick| {
        // 表二's title rows, 表三's and 表四's heads.
        let (item, row) = pick.place(w);
        let above = (0..row).rev().find(|&r| !number_rows(w, item).contains(&r));
        let Some(above) = above else { return false };
        cut(w.grid(item), above);
        true
    }),
];

/// The label of a row of numbers.
fn label<'w>(w: &'w mut Written, pick: &mut Pick) -> Option<&'w mut Slot> {
    let row = pick.row(w);
    let values = first(row);
    row[..values].last_mut()
}

/// Two rows of numbers of one table.
fn two_rows(w: &Written, pick: &mut Pick) -> (usize, usize, usize) {
    let (item, a) = pick.place(w);
    let rows = number_rows(w, item);
    let b = rows[pick.below(rows.len())];
    (item, a, b)
}

/// Takes a row out; what begins in it begins in the next.
pub fn cut(grid: &mut Grid, row: usize) {
    let gone = grid.rows.remove(row);
    let mut column = 0;
    for slot in gone {
        if slot.down == Down::Start
            && let Some(next) = grid.rows.get_mut(row)
        {
            let mut at = 0;
            let here = next.iter_mut().find(|s| {
                at += s.span;
                at - s.span == column && s.down == Down::Continue
            });
            if let Some(here) = here {
                (here.text, here.down) = (slot.text, Down::Start);
            }
        }
        column += slot.span;
    }
}

/// A copy of a row to stand below it.
fn below(row: &Row) -> Row {
    let mut copy = row.clone();
    for slot in copy.iter_mut().filter(|s| s.down == Down::Start) {
        (slot.down, slot.text) = (Down::Continue, String::new());
    }
    copy
}

fn extra(w: &mut Written, pick: &mut Pick, text: Option<&str>) -> bool {
    let (item, row) = pick.place(w);
    let mut copy = below(&w.grid(item).rows[row]);
    let values = first(&copy);
    for slot in &mut copy[values..] {
        (slot.text, slot.field) = (format!("1{}", slot.text), None);
    }
    if values > 0
        && let Some(text) = text
    {
        copy[values - 1].text = text.to_string();
    }
    w.grid(item).rows.insert(row + 1, copy);
    true
}

/// A row and an empty one below it, changed together.
fn broken(w: &mut Written, pick: &mut Pick, change: fn(&mut Row, &mut Row, usize)) -> bool {
    let (item, row) = pick.place(w);
    let grid = w.grid(item);
    let values = first(&grid.rows[row]);
    if values == 0 {
        return false;
    }
    let mut tail = below(&grid.rows[row]);
    tail.iter_mut().for_each(|s| (s.text, s.field) = (String::new(), None));
    change(&mut grid.rows[row], &mut tail, values);
    grid.rows.insert(row + 1, tail);
    true
}

/// The numbers of the first row go into the second.
fn exchange(head: &mut Row, tail: &mut Row, values: usize) {
    for (a, b) in head[values..].iter_mut().zip(&mut tail[values..]) {
        std::mem::swap(&mut a.text, &mut b.text);
        std::mem::swap(&mut a.field, &mut b.field);
    }
}
