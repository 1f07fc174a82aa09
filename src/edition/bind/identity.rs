//! Who reports, on which year, signed and published when.

use super::super::report::{Citation, Dated, Identity, Named, Passage};
use super::super::schema::Editions;
use super::dates::{arabic, date_in, squeeze};
use super::sections::passage;
use super::title::year_in;
use super::units::{place_at_start, placed, unit_before, unit_between, unit_like};
use crate::document::{Anchor, Document};
use crate::model::UnitKnown;

/// Lines at the end among which the signature is looked for.
const BOTTOM: usize = 10;
/// Page properties and lines that name the publishing body and the day of publication.
const PUBLISHERS: [&str; 5] = ["发布机构", "发布单位", "公开机构", "公开主体", "公开单位"];
const PUBLISHED: [&str; 7] =
    ["公开日期", "发布日期", "发布时间", "公布日期", "成文日期", "时间", "日期"];
/// Lines of a page that are no part of the report.
const PAGE_LINES: [&str; 8] =
    ["来源", "时间", "字号", "字体", "浏览次数", "发布日期", "发布时间", "索引号"];
/// Kinds of contact data and the words that announce them.
const CONTACTS: [(&str, &[&str]); 4] = [
    ("地址", &["地址"]),
    ("邮编", &["邮编", "邮政编码"]),
    ("电话", &["电话"]),
    ("邮箱", &["邮箱", "电子邮件", "E-mail", "email"]),
];
/// What a report may cite besides the notices named by number in the edition files.
const CITED: [(&str, &str); 3] = [
    ("条例", "政府信息公开条例"),
    ("年度报告通知", "关于政府信息公开工作年度报告有关事项的通知"),
    ("年度报告格式", "政府信息公开工作年度报告格式"),
];

/// Signature unit and date, with the blocks they take up.
pub(super) fn signature(document: &Document, identity: &mut Identity, from: usize) -> Vec<usize> {
    let lines: Vec<(usize, String)> = document
        .blocks
        .iter()
        .enumerate()
        .skip(from)
        .rev()
        .filter_map(|(at, block)| Some((at, block.text().filter(|t| !t.is_blank())?)))
        .take(BOTTOM)
        .take_while(|(_, text)| text.clean.len() < 4_000)
        .map(|(at, text)| (at, squeeze(&text.clean)))
        .collect();
    let take = |at: usize| document.blocks[at].text().map(|t| passage(t, at));
    let mut claimed = Vec::new();
    let mut below = None;
    for (i, (at, line)) in lines.iter().enumerate() {
        let (unit, date) = split_date(line);
        let Some(date) = date else { continue };
        identity.signed = take(*at).map(|passage| Dated { date: date_in(date), passage });
        claimed.push(*at);
        if !unit.is_empty() {
            // 某局2021年1月27日 on one line.
            identity.signature = take(*at).map(|p| Passage { text: unit.to_string(), ..p });
        }
        below = Some(i + 1);
        break;
    }
    if identity.signature.is_some() {
        return claimed;
    }
    let nearest = lines.iter().skip(below.unwrap_or(0)).take(if below.is_some() { 2 } else { 1 });
    for (at, line) in nearest {
        let bare = super::units::without_brackets(line);
        // Without a date below it a line must be a whole name with its place to count.
        if unit_like(&bare) && (below.is_some() || placed(&bare)) && bare.chars().count() >= 3 {
            identity.signature = take(*at).map(|p| Passage { text: bare, ..p });
            claimed.push(*at);
            break;
        }
    }
    claimed
}

/// Splits "某局2021年1月27日" into name and date; the name is empty on a line with the date alone.
/// A date whose day or month was left open is one too: 2021年1月日.
fn split_date(line: &str) -> (&str, Option<&str>) {
    let plain = line.trim_end_matches(['。', '.', '日', '号']);
    let Some((start, end, _)) = year_in(line) else { return ("", numeric_date(line)) };
    let (head, tail) = (&line[..start], &plain[end.min(plain.len())..]);
    let tail = arabic(tail);
    let dated = tail.contains('月')
        && tail.chars().count() <= 7
        && tail.chars().all(|c| c.is_ascii_digit() || c == '月');
    let name = head.trim_end_matches(['(', '（', ',', '，']);
    let named = name.is_empty() || unit_like(&super::units::without_brackets(name));
    if dated && named { (name, Some(&line[start..])) } else { ("", None) }
}

/// 2021-01-27, 2021.1.27 alone on a line.
fn numeric_date(line: &str) -> Option<&str> {
    let digits = line.chars().all(|c| c.is_ascii_digit() || "-./".contains(c));
    (digits && line.chars().count() <= 10 && date_in(line).is_some()).then_some(line)
}

/// Day of publication and publisher of the page, from its properties or the lines around the title.
/// Returns the blocks of such lines.
pub(super) fn page(document: &Document, identity: &mut Identity, end: usize) -> Vec<usize> {
    for name in PUBLISHED {
        let value = document.properties.iter().find(|(n, _)| squeeze(n) == name).map(|(_, v)| v);
        let Some(value) = value.filter(|v| date_in(v).is_some()) else { continue };
        let passage = Passage { text: value.clone(), raw: value.clone(), ..Passage::default() };
        identity.published = Some(Dated { date: date_in(value), passage });
        break;
    }
    let publisher = PUBLISHERS
        .iter()
        .find_map(|name| document.properties.iter().find(|(n, _)| squeeze(n) == *name));
    if let Some((_, unit)) = publisher
        && unit_like(&squeeze(unit))
    {
        name(identity, "页面发布机构", squeeze(unit), Anchor::Unknown);
    }
    let mut lines = Vec::new();
    for (at, block) in document.blocks[..end].iter().enumerate() {
        let Some(text) = block.text().filter(|t| t.clean.len() <= 300) else { continue };
        let line = squeeze(&text.clean);
        let Some((head, value)) = line.split_once(':') else { continue };
        if !PAGE_LINES.contains(&head) && !PUBLISHED.contains(&head) && !PUBLISHERS.contains(&head)
        {
            continue;
        }
        lines.push(at);
        if identity.published.is_none() && PUBLISHED.contains(&head) && date_in(value).is_some() {
            let date = date_in(value);
            identity.published = Some(Dated { date, passage: passage(text, at) });
        }
        if PUBLISHERS.contains(&head) && unit_like(value) {
            name(identity, "页面发布机构", value.to_string(), text.anchor.clone());
        }
    }
    lines
}

fn name(identity: &mut Identity, spot: &str, unit: String, anchor: Anchor) {
    let known = identity.names.iter().any(|n| n.spot == spot && n.unit == unit);
    if !known {
        identity.names.push(Named { spot: spot.to_string(), unit, anchor });
    }
}

/// The paragraphs before the first heading that are neither title nor page lines, and the line that
/// addresses a superior among them.
pub(super) fn preamble(
    document: &Document,
    identity: &mut Identity,
    end: usize,
    claimed: &[usize],
) {
    for (at, block) in document.blocks[..end].iter().enumerate() {
        let Some(text) = block.text().filter(|t| !t.is_blank()) else { continue };
        if claimed.contains(&at) {
            continue;
        }
        let words = text.clean.trim();
        let addressed = words
            .strip_suffix(['：', ':'])
            .is_some_and(|head| head.chars().count() <= 25 && unit_like(&squeeze(head)));
        if addressed && identity.addressee.is_none() {
            identity.addressee = Some(passage(text, at));
        } else if identity.preamble.len() < 200 {
            // The title printed once more is no preamble.
            let again = identity.title.as_ref().is_some_and(|t| squeeze(&t.text) == squeeze(words));
            if !again {
                identity.preamble.push(passage(text, at));
            }
        }
    }
}

/// 条例 and notices cited anywhere, each once.
pub(super) fn citations(document: &Document, editions: &Editions, identity: &mut Identity) {
    let notices: Vec<(String, String)> = editions
        .all
        .iter()
        .filter_map(|e| {
            let (_, number) = e.basis.split_once('〔')?;
            let tail = e.basis.rsplit('〕').next()?;
            Some((tail.to_string(), digits_and_letters(number)))
        })
        .collect();
    for (block, content) in document.blocks.iter().enumerate() {
        let Some(text) = content.text() else { continue };
        let known =
            |identity: &Identity, what: &str| identity.citations.iter().any(|c| c.what == what);
        let cite = |identity: &mut Identity, what: &str| {
            let citation = Citation { what: what.to_string(), passage: passage(text, block) };
            identity.citations.push(citation);
        };
        for (what, words) in CITED {
            if !known(identity, what) && text.clean.contains(words) {
                cite(identity, what);
            }
        }
        if notices.iter().all(|(what, _)| known(identity, what)) || !text.clean.contains('号') {
            continue;
        }
        let plain = digits_and_letters(&text.clean);
        for (what, number) in &notices {
            if !known(identity, what) && plain.contains(number.as_str()) {
                cite(identity, what);
            }
        }
    }
}

/// 〔2021〕30号, [2021]30号 and （2021）30 号 alike.
fn digits_and_letters(text: &str) -> String {
    super::super::labels::label_key(text)
}

/// Addresses, post codes, telephone numbers and mail addresses after the words that announce them.
pub(super) fn contacts(document: &Document, identity: &mut Identity) {
    for (block, content) in document.blocks.iter().enumerate() {
        let Some(text) = content.text() else { continue };
        for (kind, cues) in CONTACTS {
            for cue in cues {
                for (at, _) in text.clean.match_indices(cue).take(4) {
                    let rest = text.clean[at + cue.len()..].trim_start();
                    let Some(rest) = rest.strip_prefix(['：', ':', '为', '是']) else {
                        continue;
                    };
                    let value = contact_value(kind, rest.trim_start());
                    if !value.is_empty() && identity.contacts.len() < 50 {
                        let found = Passage { text: value.to_string(), ..passage(text, block) };
                        identity.contacts.push((kind.to_string(), found));
                    }
                }
            }
        }
    }
}

fn contact_value<'t>(kind: &str, rest: &'t str) -> &'t str {
    let stops = |c: char| match kind {
        "地址" => "，,；;）)。\n".contains(c),
        "电话" => !(c.is_ascii_digit() || "-—–－()（）、/转 ".contains(c)),
        "邮编" => !c.is_ascii_digit(),
        _ => !(c.is_ascii_alphanumeric() || "@._-＠".contains(c)),
    };
    let end = rest.find(stops).unwrap_or(rest.len()).min(floor(rest, 200));
    rest[..end].trim().trim_end_matches(['）', ')', '（', '('])
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Every naming of the unit, and the unit and year as best known.
pub(super) fn conclude(document: &Document, identity: &mut Identity) {
    if let Some((unit, anchor)) =
        identity.title.as_ref().and_then(|t| Some((t.unit.clone()?, t.anchor.clone())))
    {
        name(identity, "标题", unit, anchor);
    }
    let stated: Vec<(String, Anchor)> = identity
        .preamble
        .iter()
        .flat_map(|p| units_stated(&p.text).into_iter().map(|u| (u, p.anchor.clone())))
        .collect();
    let closing: Vec<(String, Anchor)> = identity
        .contacts
        .iter()
        .filter_map(|(_, p)| {
            let text = document.blocks[p.block].text()?;
            Some((unit_between(&text.clean, "与", "联系")?, p.anchor.clone()))
        })
        .collect();
    let partial: Vec<String> = stated
        .iter()
        .chain(&closing)
        .filter(|(unit, _)| !placed(unit))
        .map(|(unit, _)| unit.clone())
        .collect();
    for (unit, anchor) in stated.iter().filter(|(unit, _)| placed(unit)) {
        name(identity, "前言", unit.clone(), anchor.clone());
    }
    if let Some(signature) = identity.signature.clone() {
        name(identity, "落款", signature.text, signature.anchor);
    }
    identity.unit = best_unit(document, identity, &partial);
    identity.year = identity
        .title
        .as_ref()
        .and_then(|t| t.year)
        .or_else(|| year_of_periods(identity))
        .or_else(|| year_of_preamble(identity));
}

/// Units a preamble names as the one that reports.
fn units_stated(text: &str) -> Vec<String> {
    let text = squeeze(text);
    let mut out = Vec::new();
    if let Some((start, end, _)) = year_in(&text) {
        let near: String = text[end..].chars().take(12).collect();
        if near.contains("信息公开") {
            out.extend(unit_before(&text, start));
        }
    }
    if let Some(at) = text.find("编制") {
        out.extend(unit_before(&text, at));
    }
    out.extend(unit_between(&text, "由", "编制"));
    out.extend(unit_between(&text, "与", "联系"));
    out.dedup();
    out
}

fn best_unit(
    document: &Document,
    identity: &Identity,
    partial: &[String],
) -> Option<(String, UnitKnown)> {
    let titled = identity.title.as_ref().and_then(|t| t.unit.clone());
    let others = || identity.names.iter().filter(|n| n.spot != "标题").map(|n| n.unit.clone());
    if let Some(unit) = titled {
        if placed(&unit) {
            return Some((unit, UnitKnown::Title));
        }
        // A title without the place is completed by a naming that has it.
        let longer = others().find(|o| o.ends_with(&unit) && o.len() > unit.len());
        let known = if longer.is_some() { UnitKnown::Stated } else { UnitKnown::Title };
        return Some((longer.unwrap_or(unit), known));
    }
    let by_spot =
        |spot: &str| identity.names.iter().find(|n| n.spot == spot).map(|n| n.unit.clone());
    if let Some(unit) = by_spot("落款").or(by_spot("页面发布机构")).or(by_spot("前言")) {
        return Some((unit, UnitKnown::Stated));
    }
    let unit = partial.first()?;
    match place(document, identity) {
        Some(place) => Some((format!("{place}{unit}"), UnitKnown::Inferred)),
        None => Some((unit.clone(), UnitKnown::Inferred)),
    }
}

/// The place a unit named without one belongs to: its address, else the government site it uses.
fn place(document: &Document, identity: &Identity) -> Option<String> {
    let address = identity.contacts.iter().find(|(kind, _)| kind == "地址");
    if let Some(place) = address.and_then(|(_, p)| place_at_start(&p.text)) {
        return Some(place);
    }
    document.blocks.iter().filter_map(|b| b.text()).find_map(|text| {
        let at = text.clean.find("人民政府网")?;
        unit_before(&text.clean, at + "人民政府".len())?.strip_suffix("人民政府").map(String::from)
    })
}

fn year_of_periods(identity: &Identity) -> Option<i32> {
    let dates = identity.periods.iter().flat_map(|p| [p.to, p.from]).flatten();
    dates.map(|d| i32::from(d.year())).next()
}

fn year_of_preamble(identity: &Identity) -> Option<i32> {
    identity.preamble.iter().find_map(|p| year_in(&squeeze(&p.text)).map(|(.., year)| year))
}
