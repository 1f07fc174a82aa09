//! What the rules on totals and their parts share.

use super::narrative::{Breakdown, Narrative, Token, Unit, place_of};
use super::told::nothing_said;
use super::{Checked, Rule};
use crate::model::Words;

/// One finding for each breakdown that `own` chooses and that adds up in no reading.
pub(super) fn check(
    rule: &'static Rule,
    narrative: &Narrative,
    own: impl Fn(&Breakdown, &str, &[Token]) -> bool,
) -> Checked {
    let mut findings = Vec::new();
    let mut assessed = 0;
    for paragraph in &narrative.paragraphs {
        let text = paragraph.line.clean();
        let lists = paragraph.breakdowns.iter().filter(|b| own(b, text, &paragraph.tokens));
        for breakdown in lists.filter(|b| !b.open) {
            assessed += 1;
            let Some((total, sum)) = breakdown.off(&paragraph.tokens) else { continue };
            let figure = &paragraph.tokens[breakdown.total];
            let unit = match figure.figure().map(|f| f.unit) {
                Some(Unit::Of(word)) => word,
                Some(Unit::Yuan) => "元",
                _ => "",
            };
            let plain = |milli: i64| format!("{}", milli as f64 / 1000.0);
            findings.push(
                rule.finding(
                    &format!("{:?} {}", paragraph.line.part, lead(text, figure.range.start)),
                    Words::new(
                        format!(
                            "总数写 {}{unit}，所列分项之和为 {}{unit}",
                            plain(total),
                            plain(sum)
                        ),
                        format!(
                            "the total is given as {}, its parts make {}",
                            plain(total),
                            plain(sum)
                        ),
                    ),
                    Words::new(
                        "请核对总数和各分项；分项没有列全的，请写明“其他”或改用“主要包括”。",
                        "Check total and parts; say so where not all parts are listed.",
                    ),
                    place_of(paragraph, breakdown.range.clone()),
                )
                .expected(plain(total))
                .found(plain(sum)),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}

/// A list of money, or one whose parts name pieces and money side by side.
pub(super) fn of_fees(breakdown: &Breakdown, tokens: &[Token]) -> bool {
    let total = breakdown.total;
    let parts = breakdown.readings.iter().flatten().copied();
    let last = parts.max().unwrap_or(total);
    tokens[total..=last].iter().any(|t| t.figure().is_some_and(|f| f.unit == Unit::Yuan))
}

/// At least two of the parts are named after areas: 青禾县50条、云溪县40条.
pub(super) fn of_areas(breakdown: &Breakdown, text: &str, tokens: &[Token]) -> bool {
    let Some(parts) = breakdown.readings.first() else { return false };
    parts.iter().filter(|&&part| is_area(label(text, tokens, part))).count() >= 2
}

/// What stands between a figure and the mark or figure before it.
fn label<'t>(text: &'t str, tokens: &[Token], part: usize) -> &'t str {
    let mut before = tokens[..part].iter().rev();
    let start = before.find(|t| {
        t.figure().is_some() || t.is_mark(&['，', '。', '；', '、', '：', '(', ')', '.'])
    });
    let start = start.map_or(0, |token| token.range.end);
    text[start..tokens[part].range.start].trim()
}

/// 青禾县, 其中城南区收到; not 青禾县水利局, which is one body of many there.
fn is_area(label: &str) -> bool {
    const BODIES: [&str; 9] = ["局", "委", "办", "院", "厅", "处", "中心", "公司", "网"];
    const NO_AREAS: [&str; 6] = ["社区", "专区", "分区", "辖区", "县区", "市县"];
    let bare = label.trim_start_matches("其中").trim_start_matches("包括");
    let end = bare.char_indices().skip(1).take(11).find(|(_, c)| "县区市镇乡旗".contains(*c));
    let street = bare.find("街道").filter(|at| *at > 0).map(|at| at + "街道".len());
    let end = end.map(|(at, c)| at + c.len_utf8()).or(street);
    let short = label.chars().count() <= 16;
    end.is_some_and(|end| !NO_AREAS.iter().any(|word| bare[..end].ends_with(word)))
        && short
        && !BODIES.iter().any(|word| bare.contains(word))
}

/// The words right before a figure, which name the list over revisions.
pub(super) fn lead(text: &str, at: usize) -> String {
    let near = text[..at].chars().rev().take_while(|c| c.is_alphabetic()).take(8);
    near.collect::<Vec<_>>().into_iter().rev().collect()
}
