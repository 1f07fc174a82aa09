//! Puts a site's additions into an edition: labels become silent variants, rows and columns get their
//! place, and where the site says so their share in a total.

use super::labels::label_key;
use super::schema::{Added, Column, Edition, Equation, Group, Row, Table, Term, Variant};
use super::site::{Addition, Line, Origin, Refusal};
use super::sound::{LONGEST_HEADING, LONGEST_LABEL, plain};
use crate::model::Words;

/// Rows and columns that may be added to one edition.
const MOST_LINES: usize = 40;
/// First segments of the names of labels that are no rows; no row may have such an id.
const RESERVED: [&str; 3] = ["col", "group", "block"];

type Extended = Result<(), (Words, Words)>;

/// Extends an edition by additions (with their place among all of the site's); what cannot be put in
/// is told. Columns come first, then rows, then other wordings, so that these may be of those.
pub(super) fn extend(edition: &mut Edition, additions: &[(usize, &Addition)]) -> Vec<Refusal> {
    let rank = |addition: &Addition| match addition {
        Addition::Column(_) => 0,
        Addition::Row(_) => 1,
        _ => 2,
    };
    let mut in_order: Vec<_> = additions.to_vec();
    in_order.sort_by_key(|(_, addition)| rank(addition));
    let mut refusals = Vec::new();
    for (count, (at, addition)) in in_order.into_iter().enumerate() {
        let done = match addition {
            Addition::Column(_) | Addition::Row(_) if count >= MOST_LINES => fail(
                "增加的行和列太多",
                "too many added rows and columns",
                "每个版式至多加 40 行、列；再多的请写成一个版式文件",
                "at most 40 for an edition; write an edition file for more",
            ),
            Addition::Column(line) => add_column(edition, line),
            Addition::Row(line) => add_row(edition, line),
            Addition::Heading { part, text } => add_heading(edition, *part, text),
            Addition::Caption { table, text } => add_caption(edition, *table, text),
            Addition::Alias { of, text } => add_alias(edition, of, text),
        };
        if let Err((what, help)) = done {
            refusals.push(Refusal { at: Origin::Addition(at), other: None, what, help });
        }
    }
    refusals
}

fn fail(
    what: impl Into<String>,
    en: impl Into<String>,
    help: impl Into<String>,
    help_en: impl Into<String>,
) -> Extended {
    Err((Words::new(what, en), Words::new(help, help_en)))
}

fn worded(text: &str, longest: usize) -> Extended {
    match label_key(text).chars().count() >= 2
        && text.chars().count() <= longest
        && !text.chars().any(char::is_control)
    {
        true => Ok(()),
        false => fail(
            "文字过短、过长或有控制字符",
            "the text is too short, too long or has control characters",
            format!("写 2 到 {longest} 个字"),
            format!("write 2 to {longest} characters"),
        ),
    }
}

fn already(text: &str) -> Extended {
    fail(
        format!("“{text}”就是格式自己的写法"),
        format!("“{text}” is the form's own wording"),
        "删去；空格、标点和全角半角不同本来就不算改动",
        "delete it; spaces, punctuation and width never matter",
    )
}

fn add_heading(edition: &mut Edition, part: u8, text: &str) -> Extended {
    worded(text, LONGEST_HEADING)?;
    let Some(section) = edition.sections.iter_mut().find(|s| s.number == part) else {
        return fail(
            format!("没有第 {part} 部分"),
            format!("there is no part {part}"),
            "部分写 1 到 6",
            "parts are 1 to 6",
        );
    };
    if section.owns(text) {
        return already(text);
    }
    section.aliases.push(text.to_string());
    Ok(())
}

fn add_caption(edition: &mut Edition, number: u8, text: &str) -> Extended {
    worded(text, LONGEST_HEADING)?;
    table_mut(edition, number)?.captions.push(text.to_string());
    Ok(())
}

fn table_mut(edition: &mut Edition, number: u8) -> Result<&mut Table, (Words, Words)> {
    let found = edition.tables.iter_mut().find(|t| t.number == number);
    found.ok_or_else(|| {
        (
            Words::new(format!("没有表 {number}"), format!("there is no table {number}")),
            Words::new("表写 2、3 或 4", "tables are 2, 3 and 4"),
        )
    })
}

fn add_alias(edition: &mut Edition, of: &str, text: &str) -> Extended {
    worded(text, LONGEST_LABEL)?;
    let named = of.strip_prefix('t').and_then(|rest| rest.split_once('.'));
    let named = named.and_then(|(n, rest)| Some((n.parse::<u8>().ok()?, rest)));
    let Some((number, name)) = named else {
        return fail(
            format!("“{of}”不是标签的名称"),
            format!("“{of}” names no label"),
            "行写 \"t3.granted\"，列写 \"t3.col.T\"，分组写 \"t3.group.原文\"，表二的小标题写 \"t2.block.1\"",
            "a row is \"t3.granted\", a column \"t3.col.T\", a group \"t3.group.its words\", a block of table 2 \"t2.block.1\"",
        );
    };
    let table = table_mut(edition, number)?;
    if let Some(column) = name.strip_prefix("col.") {
        return alias_columns(table, column, text);
    }
    if let Some(group) = name.strip_prefix("group.") {
        let key = label_key(group);
        let Some(canonical) = overs(table).find(|l| label_key(l) == key).map(str::to_string) else {
            let known: Vec<&str> = overs(table).collect();
            return unknown(of, &dedup(known));
        };
        return alias_group(table, canonical, text);
    }
    if let Some(block) = name.strip_prefix("block.") {
        let at = block.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let label = at.and_then(|at| table.blocks.get(at)).map(|b| b.label.clone());
        let Some(canonical) = label.filter(|label| !label.is_empty()) else {
            return unknown(of, &["block.1"]);
        };
        return alias_group(table, canonical, text);
    }
    let Some((block, row)) = row_at(table, name) else {
        return unknown(of, &row_ids(table));
    };
    let row = &mut table.blocks[block].rows[row];
    silence(&row.label, &mut row.variants, text)
}

fn alias_columns(table: &mut Table, name: &str, text: &str) -> Extended {
    let places = columns_at(table, name);
    if places.is_empty() {
        return unknown(&format!("t{}.col.{name}", table.number), &column_ids(table));
    }
    for (block, column) in places {
        let column = &mut table.blocks[block].columns[column];
        silence(&column.label, &mut column.variants, text)?;
    }
    Ok(())
}

fn alias_group(table: &mut Table, canonical: String, text: &str) -> Extended {
    let at = table.groups.iter().position(|g| g.label == canonical).unwrap_or_else(|| {
        table.groups.push(Group { label: canonical, variants: Vec::new() });
        table.groups.len() - 1
    });
    let group = &mut table.groups[at];
    silence(&group.label, &mut group.variants, text)
}

/// Makes a wording one that fires nothing.
fn silence(own: &str, variants: &mut Vec<Variant>, text: &str) -> Extended {
    let key = label_key(text);
    if label_key(own) == key {
        return already(text);
    }
    match variants.iter_mut().find(|v| label_key(&v.label) == key) {
        Some(variant) => variant.silent = true,
        None => variants.push(Variant { label: text.to_string(), silent: true }),
    }
    Ok(())
}

fn unknown(name: &str, known: &[&str]) -> Extended {
    let shown = known.iter().take(30).copied().collect::<Vec<_>>();
    fail(
        format!("格式没有“{name}”"),
        format!("the form has no “{name}”"),
        format!("可以写：{}", shown.join("、")),
        format!("known here: {}", shown.join(", ")),
    )
}

fn dedup(mut list: Vec<&str>) -> Vec<&str> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Labels over rows and columns, and the other words of headers.
pub(super) fn overs(table: &Table) -> impl Iterator<Item = &str> {
    table.blocks.iter().flat_map(|block| {
        let columns = block.columns.iter().map(|c| c.group.as_str());
        let rows = block.rows.iter().flat_map(|r| r.groups.iter().map(String::as_str));
        let header = block.header.iter().map(String::as_str);
        header.chain(columns).chain(rows).filter(|label| !label.is_empty())
    })
}

fn row_ids(table: &Table) -> Vec<&str> {
    table.blocks.iter().flat_map(|b| &b.rows).map(|r| r.id.as_str()).collect()
}

fn column_ids(table: &Table) -> Vec<&str> {
    let columns = table.blocks.iter().flat_map(|b| &b.columns);
    dedup(columns.map(|c| if c.id.is_empty() { c.label.as_str() } else { &c.id }).collect())
}

/// Block and row of a name: an id, with or without its table, else a label.
fn row_at(table: &Table, name: &str) -> Option<(usize, usize)> {
    let name = name.strip_prefix(&format!("t{}.", table.number)).unwrap_or(name);
    let key = label_key(name);
    let find = |fits: &dyn Fn(&Row) -> bool| {
        let mut blocks = table.blocks.iter().enumerate();
        blocks.find_map(|(at, b)| Some((at, b.rows.iter().position(fits)?)))
    };
    let labelled = |r: &Row| !r.id.is_empty() && label_key(&r.label) == key;
    find(&|r| !r.id.is_empty() && r.id == name).or_else(|| find(&labelled))
}

/// Blocks and columns of a name: an id, with or without its table, else a label.
fn columns_at(table: &Table, name: &str) -> Vec<(usize, usize)> {
    let name = name.strip_prefix(&format!("t{}.", table.number)).unwrap_or(name);
    let name = name.strip_prefix("col.").unwrap_or(name);
    let key = label_key(name);
    let find = |fits: &dyn Fn(&Column) -> bool| -> Vec<(usize, usize)> {
        let all = table.blocks.iter().enumerate();
        let all =
            all.flat_map(|(at, b)| b.columns.iter().enumerate().map(move |(c, col)| (at, c, col)));
        all.filter(|(.., column)| fits(column)).map(|(at, c, _)| (at, c)).collect()
    };
    let by_id = find(&|c| !c.id.is_empty() && c.id == name);
    if by_id.is_empty() { find(&|c| label_key(&c.label) == key) } else { by_id }
}

fn check_line(line: &Line) -> Extended {
    worded(&line.label, LONGEST_LABEL)?;
    let id = line.id.as_str();
    if id.is_empty() || !plain(id) || RESERVED.contains(&id) {
        return fail(
            format!("id “{id}”不能用"),
            format!("the id “{id}” is not usable"),
            "用字母、数字和 _，至多 24 个，不用 col、group、block",
            "use letters, digits and _, at most 24; not col, group or block",
        );
    }
    if line.sum.is_some() && !line.required {
        return fail(
            "计入合计的行、列必须是必有的",
            "what is counted in a total has to be required",
            "写 required = true：缺了它，合计就无从核对",
            "write required = true: without it the total cannot be checked",
        );
    }
    Ok(())
}

fn id_taken(id: &str) -> Extended {
    fail(
        format!("id “{id}”已经用过"),
        format!("the id “{id}” is taken"),
        "换一个 id",
        "choose another id",
    )
}

fn presence(line: &Line) -> Option<Added> {
    Some(if line.required { Added::Required } else { Added::Optional })
}

fn add_row(edition: &mut Edition, line: &Line) -> Extended {
    check_line(line)?;
    let table = table_mut(edition, line.table)?;
    if table.number == 4 {
        return fail(
            "表四只有一行数据，不能加行",
            "table 4 has one row of numbers and takes no other",
            "要加列，写 [[form.….column]]；结构不同的，写成一个版式文件",
            "add a column by [[form.….column]]; write an edition file for another structure",
        );
    }
    let Some((block, at)) = row_at(table, &line.after) else {
        return unknown(&line.after, &row_ids(table));
    };
    if table.blocks.iter().flat_map(|b| &b.rows).any(|r| r.id == line.id) {
        return id_taken(&line.id);
    }
    let row = Row {
        id: line.id.clone(),
        label: line.label.clone(),
        groups: table.blocks[block].rows[at].groups.clone(),
        variants: Vec::new(),
        added: presence(line),
    };
    table.blocks[block].rows.insert(at + 1, row);
    let Some(total) = &line.sum else { return Ok(()) };
    let Some((in_block, total_at)) = row_at(table, total).filter(|(b, _)| *b == block) else {
        return unknown(total, &row_ids(table));
    };
    let total = table.blocks[in_block].rows[total_at].id.clone();
    count_in(edition, line, &total, Axis::Row)
}

fn add_column(edition: &mut Edition, line: &Line) -> Extended {
    check_line(line)?;
    let table = table_mut(edition, line.table)?;
    let [(block, at)] = columns_at(table, &line.after)[..] else {
        return unknown(&line.after, &column_ids(table));
    };
    if table.blocks[block].columns.iter().any(|c| c.id == line.id) {
        return id_taken(&line.id);
    }
    let before = &table.blocks[block].columns[at];
    let column = Column {
        id: line.id.clone(),
        label: line.label.clone(),
        group: before.group.clone(),
        variants: Vec::new(),
        kind: before.kind,
        added: presence(line),
    };
    table.blocks[block].columns.insert(at + 1, column);
    let Some(total) = &line.sum else { return Ok(()) };
    let [(in_block, total_at)] = columns_at(table, total)[..] else {
        return unknown(total, &column_ids(table));
    };
    let total = table.blocks[in_block].columns[total_at].id.clone();
    if in_block != block {
        return unknown(&total, &column_ids(&edition.tables[usize::from(line.table) - 2]));
    }
    count_in(edition, line, &total, Axis::Column)
}

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Row,
    Column,
}

/// A cell of an identity as the ids of its line (the row or column that something is added beside) and
/// of what crosses it.
fn split(edition: &Edition, table: u8, field: &str, axis: Axis) -> Option<(String, String)> {
    let spot = edition.spot(field).filter(|spot| spot.table == table)?;
    let (row, column) = (spot.row.id.clone(), spot.column.id.clone());
    Some(if axis == Axis::Row { (row, column) } else { (column, row) })
}

fn named(table: u8, line: &str, across: &str, axis: Axis) -> String {
    let (row, column) = if axis == Axis::Row { (line, across) } else { (across, line) };
    let segments = [row, column].into_iter().filter(|s| !s.is_empty());
    segments.fold(format!("t{table}"), |name, segment| name + "." + segment)
}

/// Counts a line in a total: it joins the addends of every identity whose one total is a cell of the
/// total's line and whose addends stand in the same row or column as that cell; and the identities
/// that hold within the total's own line hold within the new one.
fn count_in(edition: &mut Edition, line: &Line, total: &str, axis: Axis) -> Extended {
    let table = line.table;
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut own: Vec<Equation> = Vec::new();
    for (at, equation) in edition.equations.iter().enumerate() {
        let cell = |term: &Term| split(edition, table, &term.field, axis);
        let cells = |terms: &[Term]| terms.iter().map(cell).collect::<Option<Vec<_>>>();
        let (Some(left), Some(right)) = (cells(&equation.left), cells(&equation.right)) else {
            continue;
        };
        if let [(of, across)] = &right[..]
            && of == total
            && left.iter().all(|(line, other)| line != total && other == across)
        {
            joined.push((at, named(table, &line.id, across, axis)));
        }
        if left.iter().chain(&right).all(|(line, _)| line == total) {
            let moved = |cells: &[(String, String)]| -> Vec<Term> {
                let field = |(_, across): &(String, String)| named(table, &line.id, across, axis);
                cells.iter().map(field).map(|field| Term { field }).collect()
            };
            let pivot = split(edition, table, &equation.pivot, axis);
            let pivot = pivot.map_or(String::new(), |(_, a)| named(table, &line.id, &a, axis));
            let rule = equation.rule.clone();
            own.push(Equation { rule, left: moved(&left), right: moved(&right), pivot });
        }
    }
    if joined.is_empty() {
        return fail(
            format!("“{total}”不是格式中的合计"),
            format!("“{total}” is no total of the form"),
            "写合计所在的行或列，如 sum = \"t3.total\"、sum = \"t3.col.T\"；不计入合计的不写 sum",
            "name the row or column of the total, as in sum = \"t3.total\"; leave sum out otherwise",
        );
    }
    for (at, field) in joined {
        edition.equations[at].left.push(Term { field });
    }
    edition.equations.extend(own);
    Ok(())
}
