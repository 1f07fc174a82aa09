//! What may befall heads of columns, parts and whole tables.

use crate::cells::first;
use crate::mutation::{Mutation, Pick, WORD_AND_PAGE, number_rows};
use crate::written::{Down, Grid, Item, Row, Slot, Written};

pub static LAYOUT: &[Mutation] = &[
    Mutation::new("two columns swapped with their heads", |w, pick| columns(w, pick, true, true)),
    Mutation::new("the heads of two columns swapped", |w, pick| columns(w, pick, true, false)),
    Mutation::new("the numbers of two columns swapped", |w, pick| columns(w, pick, false, true)),
    Mutation::new("the heads of two groups swapped", |w, _| {
        // 表四: 未经复议直接起诉·结果纠正 with 复议后起诉·其他结果. Each group then names one outcome
        // twice and another not at all.
        let item = *w.grids().last().expect("tables");
        let grid = w.grid(item);
        let (l, p) = (6, 12);
        let heads: Vec<String> = grid.rows[2].iter().map(|s| s.text.clone()).collect();
        (grid.rows[2][l].text, grid.rows[2][p].text) = (heads[p].clone(), heads[l].clone());
        [l, p, l + 1, p - 1].into_iter().for_each(|c| grid.rows[3][c].field = None);
        true
    }),
    Mutation::new("a head missing", |w, pick| {
        let Some((item, row, at)) = head(w, pick) else { return false };
        w.grid(item).rows[row].remove(at);
        true
    }),
    Mutation::new("a head blank", |w, pick| {
        let Some((item, row, at)) = head(w, pick) else { return false };
        w.grid(item).rows[row][at].text.clear();
        true
    }),
    Mutation::new("a character of a head altered", |w, pick| {
        let Some((item, row, at)) = head(w, pick) else { return false };
        let slot = &mut w.grid(item).rows[row][at];
        let mut chars: Vec<char> = slot.text.chars().collect();
        let at = pick.below(chars.len());
        chars[at] = '某';
        slot.text = chars.into_iter().collect();
        true
    }),
    Mutation::new("a head in place of another", |w, pick| {
        let Some((item, row, at)) = head(w, pick) else { return false };
        let Some((_, other, from)) = head(w, pick).filter(|h| h.0 == item) else { return false };
        let text = w.grid(item).rows[other][from].text.clone();
        // What stands under the two is no longer said by the table.
        let fields = under(w, item, row, at).into_iter().chain(under(w, item, other, from));
        let fields: Vec<String> = fields.collect();
        for slot in w.grid(item).rows.iter_mut().flatten() {
            slot.field.take_if(|f| fields.contains(f));
        }
        let slot = &mut w.grid(item).rows[row][at];
        let changed = slot.text != text;
        slot.text = text;
        changed
    }),
    Mutation::new("a head over a group missing", |w, pick| {
        let item = w.grids()[1 + pick.below(2)];
        let grid = w.grid(item);
        let row = grid.rows.iter_mut().take(3).find(|r| r.iter().any(|s| s.span > 3));
        let Some(row) = row else { return false };
        let at = row.iter().position(|s| s.span > 3).expect("found");
        row.remove(at);
        true
    }),
    Mutation::new("a head over a group too narrow", |w, pick| {
        let item = w.grids()[1 + pick.below(2)];
        let grid = w.grid(item);
        let wide = |s: &&mut Slot| s.span == 5 && s.down == Down::No;
        grid.rows.iter_mut().take(3).flatten().find(wide).is_some_and(|slot| {
            slot.span = 4;
            true
        })
    })
    .on(WORD_AND_PAGE),
    Mutation::new("an unknown column", |w, pick| {
        let item = w.grids()[1 + pick.below(2)];
        let rows = number_rows(w, item);
        let grid = w.grid(item);
        grid.rows[rows[0] - 1].push(Slot::new("备注"));
        rows.into_iter().for_each(|r| grid.rows[r].push(Slot::new("9")));
        true
    }),
    Mutation::harmless("an empty column behind", |w, pick| {
        let item = pick.table(w);
        w.grid(item).rows.iter_mut().for_each(|row| row.push(Slot::new("")));
        true
    })
    .on(&["bars", "html", "docx"]),
    Mutation::harmless("head rows again amid the table", |w, _| {
        let item = w.grids()[1];
        let grid = w.grid(item);
        let heads: Vec<Row> = grid.rows[..3].to_vec();
        let at = 10;
        close(grid, at);
        heads.into_iter().rev().for_each(|row| grid.rows.insert(at, row));
        true
    }),
    Mutation::harmless("a table split by a page number", |w, pick| split(w, pick, "— 3 —", false)),
    Mutation::harmless("a table split, its head rows again", |w, pick| {
        split(w, pick, "— 3 —", true)
    }),
    Mutation::new("a table split by a sentence", |w, pick| split(w, pick, "（接上页）", false)),
    Mutation::new("a character of a part's heading altered", |w, pick| {
        let heading = heading(w, pick);
        let mut chars: Vec<char> = heading.chars().collect();
        let at = pick.below(chars.len());
        chars[at] = '某';
        *heading = chars.into_iter().collect();
        true
    }),
    Mutation::new("a part's heading missing", |w, pick| {
        heading(w, pick).clear();
        true
    }),
    Mutation::new("every heading missing", |w, _| {
        w.items.retain(|i| !matches!(i, Item::Heading(_)));
        true
    }),
    Mutation::new("a table under another part", |w, pick| {
        let item = pick.table(w);
        let table = w.items.remove(item);
        let headings: Vec<usize> =
            (0..w.items.len()).filter(|&i| matches!(w.items[i], Item::Heading(_))).collect();
        let to = headings[pick.below(headings.len())] + 1;
        w.items.insert(to, table);
        to != item
    }),
    Mutation::new("tables in another order", |w, pick| {
        let grids = w.grids();
        let (a, b) = (grids[pick.below(3)], grids[pick.below(3)]);
        w.items.swap(a, b);
        a != b
    }),
    Mutation::harmless("a sentence with seven numbers", |w, _| {
        let item = w.grids()[1];
        let text = "其中自然人12件、商业企业3件、科研机构4件、社会公益组织5件、法律服务机构6件、其他7件，总计37件。";
        w.items.insert(item, Item::Text(text.to_string()));
        true
    }),
    Mutation::harmless("a line of seven numbers", |w, _| {
        let item = w.grids()[1];
        w.items.insert(item, Item::Text("1 2 3 4 5 6 7".to_string()));
        true
    }),
    Mutation::harmless("an empty table behind", |w, pick| {
        let item = pick.table(w);
        let mut grid = w.grid(item).clone();
        grid.rows.iter_mut().flatten().for_each(|s| (s.text, s.field) = (String::new(), None));
        w.items.insert(item + 1, Item::Table(grid));
        true
    }),
    Mutation::new("the empty form behind", |w, pick| copy(w, pick, 1, "")),
    Mutation::new("the empty form before", |w, pick| copy(w, pick, 0, "")),
    Mutation::new("another table of the same form", |w, pick| {
        let item = pick.table(w);
        let mut grid = w.grid(item).clone();
        grid.rows.iter_mut().flatten().filter(|s| s.field.is_some()).for_each(|s| s.text += "1");
        w.items.insert(item, Item::Table(grid));
        true
    }),
    Mutation::harmless("a table of other things", |w, pick| {
        let item = pick.table(w);
        let rows = [["指标", "本年", "上年"], ["行政许可", "3", "4"], ["总计", "5", "6"]];
        let rows = rows.map(|r| r.map(Slot::new).to_vec()).to_vec();
        w.items.insert(item + pick.below(2), Item::Table(Grid { rows }));
        true
    }),
    Mutation::harmless("a table inside a table", |w, pick| {
        let item = pick.table(w);
        let inner = Some(w.grid(item).clone());
        let outer = Slot { inner, ..Slot::new("") };
        *w.grid(item) = Grid { rows: vec![vec![Slot::new("附表"), outer]] };
        true
    })
    .on(WORD_AND_PAGE),
    Mutation::new("a table inside a cell", |w, pick| {
        let (row, at) = pick.value(w);
        let rows = [["1", "2"], ["3", "4"]].map(|r| r.map(Slot::new).to_vec()).to_vec();
        row[at].inner = Some(Grid { rows });
        true
    })
    .on(WORD_AND_PAGE),
    Mutation::new("a number only in a table inside a cell", |w, pick| {
        let (row, at) = pick.value(w);
        let number = std::mem::replace(&mut row[at], Slot::new(""));
        row[at].inner = Some(Grid { rows: vec![vec![number, Slot::new("")]] });
        true
    })
    .on(WORD_AND_PAGE),
];

/// Heads above the values of a row, as (row, slot) by value; empty where the row has none.
fn heads(w: &Written, item: usize, row: usize) -> Vec<(usize, usize)> {
    let Item::Table(grid) = &w.items[item] else { return Vec::new() };
    let values = grid.rows[row].len() - first(&grid.rows[row]);
    match w.grids().iter().position(|&g| g == item) {
        Some(0) => {
            let above = (0..row).rev().find(|&r| grid.rows[r].iter().all(|s| s.field.is_none()));
            above.map(|r| (1..=values).map(|at| (r, at)).collect()).unwrap_or_default()
        }
        Some(1) => {
            let group = (2..7).map(|at| (2, at));
            [(1, 1)].into_iter().chain(group).chain([(1, 3)]).collect()
        }
        _ => (0..5).map(|at| (1, at)).chain((5..15).map(|at| (2, at))).collect(),
    }
}

/// A head of a column, as (item, row, slot).
fn head(w: &Written, pick: &mut Pick) -> Option<(usize, usize, usize)> {
    let (item, row) = pick.place(w);
    let heads = heads(w, item, row);
    let &(row, at) = heads.get(pick.below(heads.len().max(1)))?;
    Some((item, row, at))
}

/// The rows under the same heads as a row: its block in 表二, all in the others.
fn block(w: &Written, item: usize, row: usize) -> Vec<usize> {
    let mine = heads(w, item, row);
    number_rows(w, item).into_iter().filter(|&r| heads(w, item, r) == mine).collect()
}

/// The fields under a head.
fn under(w: &Written, item: usize, row: usize, at: usize) -> Vec<String> {
    let mut out = Vec::new();
    for r in number_rows(w, item) {
        let Some(value) = heads(w, item, r).iter().position(|&h| h == (row, at)) else { continue };
        let Item::Table(grid) = &w.items[item] else { continue };
        let values = &grid.rows[r];
        out.extend(values[first(values) + value].field.clone());
    }
    out
}

/// Two neighbouring columns of one group.
fn columns(w: &mut Written, pick: &mut Pick, with_heads: bool, with_numbers: bool) -> bool {
    let (item, row) = pick.place(w);
    let heads = heads(w, item, row);
    let at = pick.below(heads.len());
    let rows = block(w, item, row);
    let grid = w.grid(item);
    let Some((&(r1, a), &(r2, b))) = heads.get(at).zip(heads.get(at + 1)) else { return false };
    if r1 != r2 || b != a + 1 || grid.rows[r1][a].text == "总计" {
        return false;
    }
    if with_heads {
        let left = std::mem::take(&mut grid.rows[r1][a].text);
        grid.rows[r1][a].text = std::mem::replace(&mut grid.rows[r1][b].text, left);
    }
    for r in rows {
        let values = first(&grid.rows[r]) + at;
        let (left, right) = (grid.rows[r][values].clone(), grid.rows[r][values + 1].clone());
        if with_numbers {
            (grid.rows[r][values].text, grid.rows[r][values + 1].text) = (right.text, left.text);
        }
        if with_heads {
            (grid.rows[r][values].field, grid.rows[r][values + 1].field) =
                (right.field, left.field);
        }
    }
    true
}

/// Ends what goes on downwards above a row and begins it anew in it.
fn close(grid: &mut Grid, at: usize) {
    let row = &mut grid.rows[at];
    let continued = row.iter_mut().filter(|s| s.down == Down::Continue);
    continued.for_each(|s| s.down = Down::Start);
}

fn split(w: &mut Written, pick: &mut Pick, between: &str, again: bool) -> bool {
    let item = w.grids()[1];
    let grid = w.grid(item);
    let at = 5 + pick.below(grid.rows.len() - 6);
    close(grid, at);
    let mut rest = Grid { rows: grid.rows.split_off(at) };
    if again {
        let heads: Vec<Row> = grid.rows[..3].to_vec();
        rest.rows.splice(0..0, heads);
    }
    w.items.insert(item + 1, Item::Table(rest));
    w.items.insert(item + 1, Item::Text(between.to_string()));
    true
}

fn heading<'w>(w: &'w mut Written, pick: &mut Pick) -> &'w mut String {
    let at = pick.below(6);
    let headings = w.items.iter_mut().filter_map(|item| match item {
        Item::Heading(text) => Some(text),
        _ => None,
    });
    headings.into_iter().nth(at).expect("six parts")
}

/// The form once more with the same text in every cell.
fn copy(w: &mut Written, pick: &mut Pick, offset: usize, text: &str) -> bool {
    let item = pick.table(w);
    let mut grid = w.grid(item).clone();
    for slot in grid.rows.iter_mut().flatten().filter(|s| s.field.is_some()) {
        (slot.text, slot.field) = (text.to_string(), None);
    }
    w.items.insert(item + offset, Item::Table(grid));
    true
}
