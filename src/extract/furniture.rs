//! Lines of the page around the text: who published it and when, type size, clicks, crumbs.
//!
//! Invariant: a line leaves the body only with a notice, and what it states is kept as a property.

use super::notice;
use crate::document::{Block, Document, NoticeKind, Table};

/// Keys by which pages state facts about a text, and the name of the property they become.
const KEYS: &[(&str, &str)] = &[
    ("发布机构", "发布机构"),
    ("发布单位", "发布机构"),
    ("公开主体", "发布机构"),
    ("发文机关", "发布机构"),
    ("发文机构", "发布机构"),
    ("信息来源", "发布机构"),
    ("稿件来源", "发布机构"),
    ("文章来源", "发布机构"),
    ("来源", "发布机构"),
    ("单位", "发布机构"),
    ("公开日期", "公开日期"),
    ("公开时间", "公开日期"),
    ("发布时间", "时间"),
    ("发布日期", "时间"),
    ("更新时间", "时间"),
    ("时间", "时间"),
    ("日期", "时间"),
    ("发文日期", "发文日期"),
    ("成文日期", "成文日期"),
    ("生成日期", "生成日期"),
    ("采集时间", "采集时间"),
    ("索引号", "索引号"),
    ("信息索引号", "索引号"),
    ("信息索引", "索引号"),
    ("名称", "标题"),
    ("信息名称", "标题"),
    ("标题", "标题"),
    ("文号", "文号"),
    ("发文字号", "文号"),
    ("关键词", "关键词"),
    ("主题词", "主题词"),
    ("分类", "分类"),
    ("主题分类", "分类"),
    ("信息分类", "分类"),
    ("体裁分类", "分类"),
    ("组配分类", "分类"),
    ("公开方式", "公开方式"),
    ("公开范围", "公开范围"),
    ("有效性", "有效性"),
    ("时效", "有效性"),
    ("内容概述", "内容概述"),
    ("作者", "作者"),
    ("编辑", "编辑"),
    ("责任编辑", "编辑"),
    ("浏览次数", "浏览次数"),
    ("浏览量", "浏览次数"),
    ("点击次数", "浏览次数"),
    ("点击数", "浏览次数"),
    ("阅读次数", "浏览次数"),
    ("阅读量", "浏览次数"),
    ("访问量", "浏览次数"),
    ("字号", "字号"),
    ("字体", "字号"),
    ("字体大小", "字号"),
    ("打印", "打印"),
    ("分享到", "分享"),
    ("分享", "分享"),
];

/// Keys that no table but a page's own has; one of them makes a table metadata.
const TELLING: &[&str] = &[
    "索引号",
    "信息索引号",
    "信息索引",
    "发布机构",
    "公开日期",
    "生成日期",
    "发文日期",
    "成文日期",
];

/// Beginnings of lines that only lead around the site.
const CRUMBS: &[&str] = &[
    "当前位置",
    "您的位置",
    "您当前的位置",
    "您现在的位置",
    "您所在的位置",
    "所在位置",
    "首页>",
    "首页 >",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "扫一扫",
];

/// Blocks at the beginning and the end among which page lines stand.
const EDGE: usize = 14;

/// Longest page line, in characters.
const LONGEST: usize = 160;

/// What a page line or metadata table states, and whether a report might state it itself.
struct Stated {
    properties: Vec<(String, String)>,
    weak: bool,
}

/// Lifts page lines and metadata tables out of the body into `properties`.
pub(super) fn lift(document: &mut Document) {
    let mut stated = find(&document.blocks);
    // A line that a report might have itself is a page line in the company of page lines.
    let mut company = false;
    for index in 0..stated.len() {
        let next = stated.get(index + 1).is_some_and(|s| s.as_ref().is_some_and(|s| !s.weak));
        let slot = &mut stated[index];
        slot.take_if(|s| s.weak && !company && !next);
        company = slot.is_some();
    }
    let Document { blocks, notices, properties } = document;
    let mut stated = stated.into_iter();
    // A metadata table is the page's own record, lines above the text may abbreviate it: the table
    // comes first.
    let mut from_lines = Vec::new();
    blocks.retain(|block| {
        let Some(Some(found)) = stated.next() else { return true };
        notices.push(notice(NoticeKind::Furniture, block.anchor().clone(), &quote(block)));
        let table = matches!(block, Block::Table(_));
        if table { &mut *properties } else { &mut from_lines }.extend(found.properties);
        false
    });
    properties.append(&mut from_lines);
}

/// What each block at the edges of the document states.
fn find(blocks: &[Block]) -> Vec<Option<Stated>> {
    let last = blocks.len().saturating_sub(EDGE);
    let mut body_begun = false;
    let read = |(index, block): (usize, &Block)| {
        let head = !body_begun && index < EDGE;
        if !head && index < last {
            return None;
        }
        match block {
            Block::Table(table) => metadata(table),
            Block::Picture { .. } => None,
            other => {
                let clean = other.text().map_or("", |text| text.clean.as_str());
                body_begun |= is_running_text(clean);
                page_line(clean, head)
            }
        }
    };
    blocks.iter().enumerate().map(read).collect()
}

fn quote(block: &Block) -> String {
    match block {
        Block::Table(table) => {
            let cells: Vec<&str> = table.cells.iter().map(|c| c.text.raw.trim()).collect();
            cells.join(" ")
        }
        other => other.text().map_or(String::new(), |text| text.raw.clone()),
    }
}

/// A sentence or a numbered heading: from here on, lines like "时间：…" are the report's own.
fn is_running_text(text: &str) -> bool {
    let numbered = text.starts_with("一、") || text.starts_with("（一）");
    numbered || (text.chars().count() > 40 && text.contains('。'))
}

/// What a page line states; `None` for a line that is none. A line of crumbs states nothing. `head`
/// tells the lines before the text from those behind it, where a signature stands.
fn page_line(text: &str, head: bool) -> Option<Stated> {
    let text = text.trim().trim_start_matches(['【', '[', '|', '·']);
    if text.chars().count() > LONGEST || text.contains('。') {
        return None;
    }
    if CRUMBS.iter().any(|crumb| text.starts_with(crumb)) || is_calendar(text) || is_buttons(text) {
        return Some(Stated { properties: Vec::new(), weak: false });
    }
    let mut rest = text;
    let mut found = Vec::new();
    // The line must be pairs from its first character on; prose with a colon in it is not.
    while !rest.trim().is_empty() {
        let (property, value) = key_at(rest.trim_start())?;
        let end = next_key(value).unwrap_or(value.len());
        let stated =
            value[..end].trim_matches(|c: char| c.is_whitespace() || "|｜;；【】".contains(c));
        // A 来源 may name the address the page was taken from, which is no unit.
        let property = if stated.starts_with("http") { "来源" } else { property };
        found.push((property.to_owned(), stated.to_owned()));
        rest = &value[end..];
    }
    let own = |name: &str| matches!(name, "发布机构" | "时间" | "公开日期" | "成文日期");
    let starts = |keys: &[&str]| keys.iter().any(|key| text.starts_with(key));
    // Behind the text these are the signature's.
    if !head && found.iter().all(|(name, _)| own(name)) {
        return None;
    }
    let weak = found.len() == 1 && starts(&["单位", "日期", "分类", "时效", "名称"]);
    (!found.is_empty()).then_some(Stated { properties: found, weak })
}

/// A key with its colon at the beginning: the property and what follows the colon.
fn key_at(text: &str) -> Option<(&'static str, &str)> {
    let colon = text.find(['：', ':'])?;
    let key: String = text[..colon].chars().filter(|c| !c.is_whitespace()).collect();
    let key = key.trim_start_matches(['【', '[', '|']);
    let (_, property) = KEYS.iter().find(|(known, _)| *known == key)?;
    let after = text[colon..].chars().next().map_or(1, char::len_utf8);
    Some((property, &text[colon + after..]))
}

/// Where in a value the next key of the same line begins: a known key with its colon behind white
/// space or a bar.
fn next_key(value: &str) -> Option<usize> {
    let borders = value.char_indices().filter(|(_, c)| c.is_whitespace() || "|｜【[".contains(*c));
    let mut starts = borders.map(|(at, c)| at + c.len_utf8());
    starts.find(|&at| key_at(&value[at..]).is_some())
}

/// A date with a weekday and nothing else, as page heads show it.
fn is_calendar(text: &str) -> bool {
    (text.contains("星期") || text.contains("周"))
        && text.contains('年')
        && text.chars().count() <= 24
        && text.chars().all(|c| {
            c.is_ascii_digit() || c.is_whitespace() || "年月日星期周一二三四五六天".contains(c)
        })
}

/// Buttons under a text: 打印, 关闭, 大 中 小.
fn is_buttons(text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || "[]【】|｜（）()".contains(c));
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let button = |word: &str| {
        matches!(
            word,
            "打印"
                | "打印本页"
                | "关闭"
                | "关闭窗口"
                | "关闭本页"
                | "大"
                | "中"
                | "小"
                | "收藏"
                | "返回顶部"
                | "返回"
                | "我要纠错"
                | "分享"
                | "下载"
        )
    };
    words.peek().is_some() && words.all(button)
}

/// What a table states that is the page's own: key, value, key, value … in its rows.
fn metadata(table: &Table) -> Option<Stated> {
    let key = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && !"：:【】[]".contains(*c)).collect()
    };
    let mut found = Vec::new();
    let (mut known, mut telling) = (0, false);
    for row in 0..table.rows {
        let cells: Vec<_> = table.starting(row).collect();
        // Each cell may hold "key：value" on its own.
        let mut rest = cells.as_slice();
        while let [first, after @ ..] = rest {
            let name = key(&first.text.clean);
            if let Some((_, property)) = KEYS.iter().find(|(k, _)| *k == name) {
                known += 1;
                telling |= TELLING.contains(&name.as_str());
                let value = after.first().map_or("", |cell| cell.text.clean.as_str());
                found.push(((*property).to_owned(), value.to_owned()));
                rest = after.get(1..).unwrap_or_default();
            } else if let Some((property, value)) = key_at(&first.text.clean) {
                known += 1;
                telling |= TELLING.iter().any(|k| first.text.clean.starts_with(k));
                found.push((property.to_owned(), value.trim().to_owned()));
                rest = after;
            } else {
                rest = after;
            }
        }
    }
    let filled = table.cells.iter().filter(|cell| !cell.text.is_blank()).count();
    let page = telling && known >= 2 && known * 3 >= filled;
    page.then_some(Stated { properties: found, weak: false })
}
