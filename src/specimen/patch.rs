//! The patch language of the rule pages; its table stands in the room's own documentation.

use super::form::{Entry, Form, FormRow};
use super::{ORDINALS, Part, Specimen, wording};

type Patched = Result<(), String>;

/// The edition a `版式 = …` line chooses.
pub(super) fn edition(line: &str) -> Option<&str> {
    let (name, id) = line.split_once('=')?;
    (name.trim() == "版式").then_some(id.trim())
}

pub(super) fn apply(specimen: &mut Specimen, line: &str) -> Patched {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("替换 ") {
        return replace(specimen, rest);
    }
    if let Some(rest) = line.strip_prefix("加行 ") {
        return add_row(specimen, rest);
    }
    match line.split_once('=') {
        Some((name, value)) => assign(specimen, name.trim(), value.trim()),
        None => command(specimen, line),
    }
}

/// `<where> = <text>`
fn assign(specimen: &mut Specimen, name: &str, value: &str) -> Patched {
    let text = value.replace('⏎', "\n");
    match name {
        "标题" => specimen.title = text,
        "落款" => specimen.signature = text,
        "日期" => specimen.date = text,
        "行文" => {
            let number = value.parse().unwrap_or(0);
            if !wording::reword(specimen, number) {
                return Err("没有这种行文".into());
            }
        }
        "前言" => specimen.preamble = paragraphs(&text),
        "注" => table(specimen, "3")?.note = text,
        "全部单元格" => {
            let forms = specimen.parts.iter_mut().filter_map(|p| p.table.as_mut());
            for entry in forms.flat_map(Form::rows_mut).flat_map(|r| &mut r.values) {
                entry.text.clone_from(&text);
            }
        }
        _ => {
            if let Some(target) = name.strip_prefix("标签 ") {
                *label(specimen, target)? = text;
            } else if let Some(rows) = name.strip_prefix("并行 ") {
                merge_rows(specimen, rows, value)?;
            } else if let Some(which) = name.strip_prefix("插在") {
                part(specimen, which)?.paragraphs.push(text);
            } else if let Some(which) = name.strip_suffix("之后") {
                table_part(specimen, which)?.after.push(text);
            } else if let Some(which) = name.strip_suffix("标题") {
                part(specimen, which)?.heading = text;
            } else if name.starts_with('表') {
                let part = table_part(specimen, name)?;
                part.table = None;
                part.after.insert(0, text);
            } else if name.starts_with('第') {
                part(specimen, name)?.paragraphs = paragraphs(&text);
            } else {
                table_of(specimen, name)?.entry_mut(name).ok_or("没有这个单元格")?.text = text;
            }
        }
    }
    Ok(())
}

/// A line without `=`.
fn command(specimen: &mut Specimen, line: &str) -> Patched {
    if let Some(target) = line.strip_prefix("删去") {
        if target.starts_with('表') {
            table_part(specimen, target)?.table = None;
            return Ok(());
        }
        let number = part(specimen, target)?.number;
        specimen.parts.retain(|p| p.number != number);
        return Ok(());
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["交换部分", one, two] => {
            let at = |n: &str| {
                let found = specimen.parts.iter().position(|p| p.number.to_string() == n);
                found.ok_or_else(|| format!("没有第 {n} 部分"))
            };
            let (one, two) = (at(one)?, at(two)?);
            specimen.parts.swap(one, two);
            Ok(())
        }
        ["删行", row] => remove_row(specimen, row).map(|_| ()),
        ["删列", column] => remove_column(specimen, column),
        ["删格", field] => {
            let form = table_of(specimen, field)?;
            let row = form.rows_mut().find(|r| r.values.iter().any(|e| e.field == field));
            row.ok_or("没有这个单元格")?.values.retain(|e| e.field != field);
            Ok(())
        }
        _ => Err("不认识的写法".into()),
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split('\n').filter(|p| !p.is_empty()).map(str::to_string).collect()
}

/// `第五部分`, or `五`.
fn part<'a>(specimen: &'a mut Specimen, name: &str) -> Result<&'a mut Part, String> {
    let ordinal = name.trim_start_matches('第').trim_end_matches("部分");
    let number = ORDINALS.iter().position(|&o| o == ordinal).map(|at| at as u8 + 1);
    let found = specimen.parts.iter_mut().find(|p| Some(p.number) == number);
    found.ok_or_else(|| format!("没有“{name}”"))
}

/// The part of `表三`.
fn table_part<'a>(specimen: &'a mut Specimen, name: &str) -> Result<&'a mut Part, String> {
    let part = part(specimen, name.trim_start_matches('表'))?;
    match part.table {
        Some(_) => Ok(part),
        None => Err(format!("没有“{name}”")),
    }
}

/// The table of a number in digits.
fn table<'a>(specimen: &'a mut Specimen, number: &str) -> Result<&'a mut Form, String> {
    let forms = specimen.parts.iter_mut().filter_map(|p| p.table.as_mut());
    let mut found = forms.filter(|f| f.number.to_string() == number);
    found.next().ok_or_else(|| format!("没有表 {number}"))
}

/// The table a dotted name begins with: `t3.total.NP`.
fn table_of<'a>(specimen: &'a mut Specimen, name: &str) -> Result<&'a mut Form, String> {
    let number = name.split('.').next().and_then(|t| t.strip_prefix('t'));
    table(specimen, number.ok_or_else(|| format!("“{name}”不是单元格名"))?)
}

fn label<'a>(specimen: &'a mut Specimen, target: &str) -> Result<&'a mut String, String> {
    let form = table_of(specimen, target)?;
    let segments: Vec<&str> = target.split('.').collect();
    let found = match segments[..] {
        [_, "col", id] => {
            let mut columns = form.blocks.iter_mut().flat_map(|b| &mut b.columns);
            columns.find(|c| c.id == id).map(|c| &mut c.label)
        }
        [_, "block", n] => {
            let at = n.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            at.and_then(|at| form.blocks.get_mut(at)).map(|b| &mut b.label)
        }
        [_, id] => form.rows_mut().find(|r| r.id == id).map(|r| &mut r.label),
        _ => None,
    };
    found.ok_or_else(|| format!("没有标签“{target}”"))
}

/// Row id of `t3.d7`.
fn row_id(name: &str) -> &str {
    name.split('.').nth(1).unwrap_or("")
}

fn remove_row(specimen: &mut Specimen, name: &str) -> Result<FormRow, String> {
    let form = table_of(specimen, name)?;
    for block in &mut form.blocks {
        if let Some(at) = block.rows.iter().position(|r| r.id == row_id(name)) {
            return Ok(block.rows.remove(at));
        }
    }
    Err(format!("没有行“{name}”"))
}

/// A column goes from its head and from every row under it.
fn remove_column(specimen: &mut Specimen, name: &str) -> Patched {
    let form = table_of(specimen, name)?;
    for block in &mut form.blocks {
        if let Some(at) = block.columns.iter().position(|c| c.id == row_id(name)) {
            block.columns.remove(at);
            for row in &mut block.rows {
                row.values.remove(at);
            }
            return Ok(());
        }
    }
    Err(format!("没有列“{name}”"))
}

/// `t3 after t3.d7 : 标签 = 1 2 3`: the row takes the groups of the one above.
fn add_row(specimen: &mut Specimen, rest: &str) -> Patched {
    const SHAPE: &str = "应写作：加行 t3 after t3.d7 : 标签 = 1 2 3";
    let (place, content) = rest.split_once(':').ok_or(SHAPE)?;
    let (label, values) = content.split_once('=').ok_or(SHAPE)?;
    let after = place.split_whitespace().last().ok_or(SHAPE)?;
    let form = table_of(specimen, after)?;
    for block in &mut form.blocks {
        if let Some(at) = block.rows.iter().position(|r| r.id == row_id(after)) {
            let values = values.split_whitespace();
            let row = FormRow {
                id: String::new(),
                label: label.trim().to_string(),
                groups: block.rows[at].groups.clone(),
                values: values
                    .map(|v| Entry { field: String::new(), text: v.to_string() })
                    .collect(),
            };
            block.rows.insert(at + 1, row);
            return Ok(());
        }
    }
    Err(format!("没有行“{after}”"))
}

/// Rows `t3.o1 t3.o2 …` become the one row `t3.o 标签`, one group less deep, numbers added.
fn merge_rows(specimen: &mut Specimen, rows: &str, target: &str) -> Patched {
    let (name, label) = target.split_once(' ').ok_or("应写作：并行 t3.o1 t3.o2 = t3.o 标签")?;
    let names: Vec<&str> = rows.split_whitespace().collect();
    let first = *names.first().ok_or("没有要合并的行")?;
    let form = table_of(specimen, first)?;
    let block = form.blocks.iter_mut().find(|b| b.rows.iter().any(|r| r.id == row_id(first)));
    let block = block.ok_or("没有要合并的行")?;
    let at = block.rows.iter().position(|r| r.id == row_id(first)).expect("the block has the row");
    let mut merged = block.rows[at].clone();
    merged.id = row_id(name).to_string();
    merged.label = label.trim().to_string();
    merged.groups.pop();
    for (column, entry) in block.columns.iter().zip(&mut merged.values) {
        let parts = block.rows.iter().filter(|r| names.iter().any(|n| row_id(n) == r.id));
        let texts = parts.flat_map(|r| &r.values).filter(|e| e.field.ends_with(&column.id));
        let sum: i64 = texts.filter_map(|e| e.text.parse::<i64>().ok()).sum();
        entry.text = sum.to_string();
        entry.field = format!("{name}.{}", column.id);
    }
    block.rows.retain(|r| !names.iter().any(|n| row_id(n) == r.id));
    block.rows.insert(at, merged);
    Ok(())
}

/// `"甲" => "乙"` in every text; an error when 甲 stands nowhere.
fn replace(specimen: &mut Specimen, rest: &str) -> Patched {
    const SHAPE: &str = "应写作：替换 \"甲\" => \"乙\"";
    let (from, to) = rest.split_once("=>").ok_or(SHAPE)?;
    let quoted = |s: &str| -> Option<String> {
        Some(s.trim().strip_prefix('"')?.strip_suffix('"')?.replace('⏎', "\n"))
    };
    let (from, to) = (quoted(from).ok_or(SHAPE)?, quoted(to).ok_or(SHAPE)?);
    let mut changed = false;
    for text in texts(specimen) {
        if text.contains(&from) {
            *text = text.replace(&from, &to);
            changed = true;
        }
    }
    if changed { Ok(()) } else { Err(format!("找不到“{from}”")) }
}

fn texts(specimen: &mut Specimen) -> Vec<&mut String> {
    let mut texts = vec![&mut specimen.title, &mut specimen.signature, &mut specimen.date];
    texts.extend(&mut specimen.preamble);
    for part in &mut specimen.parts {
        texts.push(&mut part.heading);
        texts.extend(&mut part.paragraphs);
        texts.extend(&mut part.after);
        if let Some(form) = &mut part.table {
            texts.extend(form.texts_mut());
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use crate::edition::Editions;
    use crate::specimen::Specimen;

    fn patched(lines: &str) -> Result<String, String> {
        Specimen::patched(Editions::embedded(), lines).map(|s| s.to_text())
    }

    #[test]
    fn each_patch_changes_what_it_names() {
        let text = patched(
            "标题 = 甲局\n第五部分标题 = 五、问题\n第六部分 = 无\n插在第一部分 = 加一句。\nt3.total.NP = 20人\n\
             标签 t3.n1 = 1.信访\n标签 t4.col.R1 = 结果维护\n注 = 注文\n删行 t3.d7\n\
             加行 t3 after t3.d6 : 新行 = 8 9\n表三之后 = 注：说明\n删去表二\n替换 \"结果纠正\" => \"改正\"",
        )
        .expect("every line applies");
        for there in [
            "甲局\n",
            "五、问题\n",
            "加一句。",
            "\t20人\n",
            "\t1.信访\n",
            "\t结果维护\n",
            "\t注文\n",
        ] {
            assert!(text.contains(there), "{there}");
        }
        for there in ["\t新行\n\t8\n\t9\n\n", "注：说明", "\t改正\n"] {
            assert!(text.contains(there), "{there}");
        }
        for gone in ["属于行政执法案卷", "第二十条第（一）项", "结果纠正"] {
            assert!(!text.contains(gone), "{gone}");
        }
    }

    #[test]
    fn a_patch_that_changes_nothing_is_an_error() {
        for line in
            ["t3.nowhere.NP = 1", "替换 \"没有的话\" => \"x\"", "删行 t3.zz", "胡写", "版式 = 1999"]
        {
            assert!(patched(line).is_err(), "{line}");
        }
    }

    #[test]
    fn rows_are_merged_into_the_older_form() {
        let text = patched("并行 t3.o1 t3.o2 t3.o3 = t3.o （六）其他处理").expect("applies");
        assert!(text.contains("\t（六）其他处理\n\t1\n\t0\n"), "{text}");
        assert!(!text.contains("逾期不补正"));
    }
}
