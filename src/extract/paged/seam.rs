//! Tables that go on over a page break, put together again.

use super::line::{self, begins_anew, is_number};
use super::sheet::{Filled, Sheet};

/// How far borders of the same table may lie apart from page to page, points.
const NEAR: f32 = 6.0;

/// Whether `next`, first on the next page, goes on with the table `last`: as wide, and its columns
/// are columns of the other.
pub(super) fn continues(last: &Sheet, next: &Sheet) -> bool {
    let width = last.area.width();
    if (width - next.area.width()).abs() > 8.0 {
        return false;
    }
    let inner = |sheet: &Sheet| -> Vec<f32> {
        let edges = &sheet.xs[1..sheet.xs.len() - 1];
        edges.iter().map(|x| (x - sheet.area.left) * width / sheet.area.width()).collect()
    };
    let (one, other) = (inner(last), inner(next));
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let known = few.iter().filter(|x| many.iter().any(|m| (*m - **x).abs() <= NEAR)).count();
    known * 2 >= few.len()
}

/// Appends `next` to `table`.
pub(super) fn join(table: &mut Sheet, mut next: Sheet) {
    onto_columns(table, &mut next);
    drop_repeated_header(table, &mut next);
    if next.rows == 0 {
        return;
    }
    let open = table.open_bottom && next.open_top;
    let seam = table.rows;
    for cell in &mut next.cells {
        cell.row += seam;
    }
    table.rows += next.rows;
    table.open_bottom = next.open_bottom;
    table.page = next.page;
    let below: Vec<usize> = (0..next.cells.len()).filter(|&i| next.cells[i].row == seam).collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for &under in &below {
        let cell = &next.cells[under];
        let over = table.cells.iter().position(|above| {
            above.row + above.row_span == seam
                && (above.column, above.column_span) == (cell.column, cell.column_span)
        });
        pairs.extend(over.map(|over| (over, under)));
    }
    let mut merge = vec![false; pairs.len()];
    match cut(table, &next, &pairs, seam, open) {
        Cut::Row => merge.fill(true),
        Cut::Perhaps => {
            for &(over, under) in &pairs {
                table.cells[over].doubtful = true;
                next.cells[under].doubtful = true;
            }
        }
        Cut::None => {
            for (slot, &(over, under)) in merge.iter_mut().zip(&pairs) {
                *slot = goes_on(&table.cells[over], &next.cells[under], &next, seam);
            }
        }
    }
    let mut gone = vec![false; next.cells.len()];
    for (&(over, under), _) in pairs.iter().zip(&merge).filter(|(_, merge)| **merge) {
        let (above, below) = (&mut table.cells[over], &next.cells[under]);
        above.row_span += below.row_span;
        let numbers = [&above.text, &below.text].into_iter().all(|t| is_number(t));
        above.doubtful |= below.doubtful || numbers;
        above.full = below.full;
        if above.text.is_empty() {
            // The place is where the words are.
            (above.page, above.area) = (below.page, below.area);
        }
        line::append(&mut above.text, &below.text, true);
        gone[under] = true;
    }
    let mut gone = gone.into_iter();
    next.cells.retain(|_| !gone.next().unwrap_or(false));
    table.cells.append(&mut next.cells);
    close_up(table, seam);
}

/// Brings both parts onto the same columns: every border of either.
fn onto_columns(table: &mut Sheet, next: &mut Sheet) {
    let scale = table.area.width() / next.area.width().max(1.0);
    let moved: Vec<f32> =
        next.xs.iter().map(|x| table.area.left + (x - next.area.left) * scale).collect();
    let mut xs = table.xs.clone();
    for (index, &x) in moved.iter().enumerate() {
        // The outer borders are each other's, however far apart.
        let outer = index == 0 || index + 1 == moved.len();
        if !outer && !table.xs.iter().any(|own| (own - x).abs() <= NEAR) {
            xs.push(x);
        }
    }
    xs.sort_by(f32::total_cmp);
    let nearest = |x: f32| {
        let near = |i: &usize| (xs[*i] - x).abs();
        (0..xs.len()).min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(0) as u32
    };
    let place = |cells: &mut Vec<Filled>, own: &[f32]| {
        for cell in cells {
            let first = nearest(own[cell.column as usize]);
            let last = nearest(own[(cell.column + cell.column_span) as usize]);
            cell.column = first;
            cell.column_span = last.saturating_sub(first).max(1);
        }
    };
    place(&mut next.cells, &moved);
    let own = table.xs.clone();
    place(&mut table.cells, &own);
    table.xs = xs;
}

/// Takes away the rows at the top of `next` that repeat those at the top of `table`.
fn drop_repeated_header(table: &Sheet, next: &mut Sheet) {
    let row = |sheet: &Sheet, row: u32| -> Vec<(u32, u32, u32, String)> {
        let cells = sheet.cells.iter().filter(|c| c.row == row);
        let mut cells: Vec<_> =
            cells.map(|c| (c.column, c.column_span, c.row_span, squeezed(&c.text))).collect();
        cells.sort();
        cells
    };
    let mut repeated = 0;
    while repeated < next.rows.min(table.rows) {
        let (one, other) = (row(table, repeated), row(next, repeated));
        let words = one.iter().any(|c| c.3.chars().any(char::is_alphabetic));
        let numbers = one.iter().any(|c| is_number(&c.3));
        // A row in which no cell begins belongs to the one above it.
        let header = if one.is_empty() { repeated > 0 } else { words && !numbers };
        if one != other || !header {
            break;
        }
        repeated += 1;
    }
    // A cell that reaches down out of the header would be torn.
    while repeated > 0
        && next.cells.iter().any(|c| c.row < repeated && c.row + c.row_span > repeated)
    {
        repeated -= 1;
    }
    next.cells.retain(|c| c.row >= repeated);
    for cell in &mut next.cells {
        cell.row -= repeated;
    }
    next.rows -= repeated;
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a row was cut in two by the page break.
enum Cut {
    None,
    Row,
    /// It looks like it, but might be two rows.
    Perhaps,
}

/// A cut row has its values on one side of the break only, and a label that had no room to end
/// before the break and does not begin anew behind it.
fn cut(table: &Sheet, next: &Sheet, pairs: &[(usize, usize)], seam: u32, open: bool) -> Cut {
    let single = |&(over, under): &(usize, usize)| {
        let (above, below) = (&table.cells[over], &next.cells[under]);
        above.row_span == 1 && below.row_span == 1
    };
    let whole = pairs.len() == next.cells.iter().filter(|c| c.row == seam).count();
    if open {
        // Nothing was ruled off: one row, if its columns are the same on both sides.
        return if whole { Cut::Row } else { Cut::Perhaps };
    }
    if !whole {
        return Cut::None;
    }
    let pairs: Vec<_> = pairs.iter().filter(|pair| single(pair)).copied().collect();
    let filled = |pair: &&(usize, usize)| !next.cells[pair.1].text.is_empty();
    let words = |text: &str| !text.is_empty() && !is_number(text);
    let rest = |&&(over, under): &&(usize, usize)| {
        let (above, below) = (&table.cells[over], &next.cells[under]);
        words(&above.text) && above.full && words(&below.text) && !begins_anew(&below.text)
    };
    let rests = pairs.iter().filter(rest).count();
    if rests >= 2 && rests == pairs.iter().filter(filled).count() {
        // Several words in narrow columns, all of them broken off.
        return Cut::Row;
    }
    let Some(&(label, _)) = pairs.iter().rfind(rest) else { return Cut::None };
    let column = table.cells[label].column;
    let values = pairs.iter().filter(|(over, _)| table.cells[*over].column > column);
    let (mut count, mut above, mut below) = (0, 0, 0);
    for &(over, under) in values {
        count += 1;
        above += usize::from(!table.cells[over].text.is_empty());
        below += usize::from(!next.cells[under].text.is_empty());
    }
    match (above > 0, below > 0) {
        (true, true) => Cut::None,
        (false, false) if count > 0 => Cut::Perhaps,
        (false, false) => Cut::None,
        _ => Cut::Row,
    }
}

/// Whether a cell at the top of the next page is the rest of the one above the break: a merged cell's
/// blank rest, or the rest of its words.
fn goes_on(above: &Filled, below: &Filled, next: &Sheet, seam: u32) -> bool {
    let words = |text: &str| text.chars().any(char::is_alphabetic);
    if !words(&above.text) {
        return false;
    }
    if below.text.is_empty() {
        // A label column: more words stand to the right of it, in the same row.
        let label =
            next.cells.iter().any(|c| c.row == seam && c.column > below.column && words(&c.text));
        return label;
    }
    let merged = above.row_span > 1 || below.row_span > 1;
    let begun = begins_anew(&above.text) || open_brackets(&above.text) > 0;
    let rest =
        !begins_anew(&below.text) && (begins_anew(&above.text) || open_brackets(&below.text) < 0);
    merged && words(&below.text) && begun && rest
}

/// Brackets opened and not closed; below zero where more are closed than were opened.
fn open_brackets(text: &str) -> i32 {
    let sides = text.chars().map(|c| match c {
        '（' | '(' | '“' | '《' => 1,
        '）' | ')' | '”' | '》' => -1,
        _ => 0,
    });
    sides.sum()
}

/// Takes out rows at the seam in which no cell begins any more.
fn close_up(table: &mut Sheet, seam: u32) {
    if table.cells.iter().any(|c| c.row == seam) {
        return;
    }
    for cell in &mut table.cells {
        if cell.row > seam {
            cell.row -= 1;
        } else if cell.row + cell.row_span > seam {
            cell.row_span -= 1;
        }
    }
    table.rows -= 1;
}
