//! Totals with their parts: 共38条，其中动态31条、其他7条; 407条（动态287条，通知120条）; 分别.
//!
//! A list may be read in more than one way (where it ends, what a second 其中 belongs to). A sum is
//! wrong only where no way of reading it adds up.

use super::lexer::{Kind, Token};
use super::quantity::Unit;
use std::ops::Range;

/// A total and the ways to read its parts.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Breakdown {
    /// Index of the total among the tokens.
    pub total: usize,
    /// Figures before it that the list may belong to instead.
    pub others: Vec<usize>,
    /// Ways to read the parts, each as indexes of figures; the plainest first.
    pub readings: Vec<Vec<usize>>,
    /// In brackets, or a list within a list.
    pub nested: bool,
    /// 含…, 主要…, 如…, …等: not meant to be complete.
    pub open: bool,
    /// From the total to the end of the list.
    pub range: Range<usize>,
}

impl Breakdown {
    fn milli(tokens: &[Token], at: usize) -> i64 {
        tokens[at].figure().map_or(0, |f| f.milli)
    }

    /// The sum of the plainest reading with the total, in thousandths; `None` where some reading adds
    /// up, or the list says that it is not complete.
    pub fn off(&self, tokens: &[Token]) -> Option<(i64, i64)> {
        let sums: Vec<i64> =
            self.readings.iter().map(|r| r.iter().map(|&i| Self::milli(tokens, i)).sum()).collect();
        let mut totals = vec![Self::milli(tokens, self.total)];
        totals.extend(self.others.iter().map(|&at| Self::milli(tokens, at)));
        let fits = sums.iter().any(|sum| totals.contains(sum));
        let vague = |at: &usize| tokens[*at].figure().is_some_and(|f| f.vague);
        let unsure = self.open || vague(&self.total) || self.readings[0].iter().any(vague);
        // A sum far from the total is none: the parts are some of many. Parts left unsaid are commoner
        // than parts said twice.
        let percent = if sums[0] < totals[0] { 15 } else { 30 };
        let near = u128::from(sums[0].abs_diff(totals[0])) * 100
            <= u128::from(totals[0].unsigned_abs()) * percent;
        // One too many of a few is more than a third.
        let one_over = sums[0] == totals[0] + 1000 && totals[0] >= 2000;
        (!fits && !unsure && (near || one_over)).then_some((totals[0], sums[0]))
    }

    /// The reading that adds up to the total.
    pub fn adds_up(&self, tokens: &[Token]) -> Option<&Vec<usize>> {
        let total = Self::milli(tokens, self.total);
        self.readings
            .iter()
            .find(|r| r.iter().map(|&i| Self::milli(tokens, i)).sum::<i64>() == total)
    }
}

/// Every breakdown of a paragraph, by unit.
pub(super) fn breakdowns(text: &str, tokens: &[Token]) -> Vec<Breakdown> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let intro = tokens[at].is(Kind::Intro) || tokens[at].is(Kind::Contain);
        let open = tokens[at].is_mark(&['(']);
        if intro {
            // In brackets that begin with it, the brackets were met already.
            let first = at > 0 && tokens[at - 1].is_mark(&['(']);
            if !first {
                found.extend(after_intro(text, tokens, at));
            }
        } else if open {
            found.extend(in_brackets(text, tokens, at));
        }
    }
    let parts: Vec<Vec<usize>> = found.iter().flat_map(|b| b.readings.first().cloned()).collect();
    for breakdown in &mut found {
        breakdown.nested |= parts.iter().any(|p| p.len() > 1 && p.contains(&breakdown.total));
    }
    found
}

fn unit_of(tokens: &[Token], at: usize) -> Option<Unit> {
    tokens[at].figure().map(|f| f.unit).filter(|unit| *unit != Unit::Percent)
}

/// The closing bracket of the one that stands open at a token, or the end of its sentence.
fn list_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(from) {
        if token.is_mark(&['(']) {
            depth += 1;
        } else if token.is_mark(&[')']) {
            if depth == 0 {
                return i;
            }
            depth -= 1;
        } else if token.is_mark(&['。']) {
            return i;
        }
    }
    tokens.len()
}

fn after_intro(text: &str, tokens: &[Token], intro: usize) -> Vec<Breakdown> {
    // The total stands in the same sentence, or in the one that ends right before.
    let mut start = (0..intro).rev().find(|&i| tokens[i].is_mark(&['。'])).map_or(0, |i| i + 1);
    if start == intro && intro > 0 {
        start = (0..intro - 1).rev().find(|&i| tokens[i].is_mark(&['。'])).map_or(0, |i| i + 1);
    }
    let before = figures_outside_brackets(tokens, start, intro);
    let end = list_end(tokens, intro + 1);
    let mut found: Vec<Breakdown> = Vec::new();
    let mut units: Vec<Unit> = Vec::new();
    for &total in before.iter().rev() {
        let Some(unit) = unit_of(tokens, total) else { continue };
        // 比上年增加200条，其中…: the list is hardly one of the growth.
        let near = &tokens[total.saturating_sub(2)..total];
        if units.contains(&unit) || unit == Unit::Bare || near.iter().any(|t| t.is(Kind::Change)) {
            continue;
        }
        units.push(unit);
        let others =
            before.iter().copied().filter(|&i| i != total && unit_of(tokens, i) == Some(unit));
        let others = others.collect();
        found.extend(breakdown(text, tokens, total, others, intro + 1..end));
    }
    found
}

fn in_brackets(text: &str, tokens: &[Token], bracket: usize) -> Option<Breakdown> {
    let total = bracket.checked_sub(1)?;
    // 政务动态信息407条（…）; words behind the figure may stand between: 95件申请（…）.
    let total = (total.saturating_sub(1)..=total).rev().find(|&i| unit_of(tokens, i).is_some())?;
    let end = list_end(tokens, bracket + 1);
    let mut found = breakdown(text, tokens, total, Vec::new(), bracket + 1..end)?;
    found.nested = true;
    Some(found)
}

/// Figures of a stretch that stand outside brackets closed within it.
fn figures_outside_brackets(tokens: &[Token], from: usize, to: usize) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (i, token) in tokens.iter().enumerate().take(to).skip(from) {
        if token.is_mark(&['(']) {
            depth += 1;
        } else if token.is_mark(&[')']) {
            found.retain(|(_, d)| *d < depth.max(1));
            depth = depth.saturating_sub(1);
        } else if unit_of(tokens, i).is_some() {
            found.push((i, depth));
        }
    }
    found.into_iter().map(|(i, _)| i).collect()
}

fn breakdown(
    text: &str,
    tokens: &[Token],
    total: usize,
    others: Vec<usize>,
    list: Range<usize>,
) -> Option<Breakdown> {
    let unit = unit_of(tokens, total)?;
    let alike = |i: &usize| match unit_of(tokens, *i) {
        // 部分公开67，占4.61%: the measure word was left out.
        Some(Unit::Bare) => share_follows(tokens, *i),
        other => other == Some(unit),
    };
    let outside = figures_outside_brackets(tokens, list.start, list.end);
    let strange = outside.iter().any(|i| !alike(i));
    let flat: Vec<usize> = outside.into_iter().filter(alike).collect();
    if flat.len() < 2 {
        return None;
    }
    let mut readings = vec![flat.clone()];
    // A second 其中 begins a list within the list: its parts are not those of the first.
    let inner = (list.start + 1..list.end)
        .find(|&i| tokens[i].is(Kind::Intro) && flat.iter().any(|&f| f < i));
    if let Some(inner) = inner {
        let to = (inner..list.end).find(|&i| tokens[i].is_mark(&['；'])).unwrap_or(list.end);
        let outer = |to: usize| -> Vec<usize> {
            flat.iter().copied().filter(|&i| i < inner || i > to).collect()
        };
        // 其中网站9条，包括计划1条、公告8条: a chain, whose first link is no list.
        if outer(list.end).len() < 2 && outer(to).len() < 2 {
            return None;
        }
        readings.insert(0, outer(to));
        readings.push(outer(list.end));
        // The inner list may hold one part only, the others going on after it.
        let held = flat.iter().copied().find(|&i| i > inner);
        readings.push(flat.iter().copied().filter(|i| Some(*i) != held).collect());
    }
    // 另…, 同时…: what follows may be another matter; so may what follows a semicolon, or a comma
    // where 、 kept the parts apart, or what was done with some of them: ，被采用9期.
    let listed = (list.start..list.end).find(|&i| tokens[i].is_mark(&['、']));
    let done_with = |i: usize| {
        let next = tokens.get(i + 1).map_or("", |t| &text[t.range.clone()]);
        ["被", "已", "并", "还"].iter().any(|word| next.starts_with(word))
    };
    let cuts = (list.start..list.end).filter(|&i| {
        let comma = tokens[i].is_mark(&['，']);
        let apart = listed.is_some_and(|mark| mark < i && flat.iter().any(|&f| f < mark));
        tokens[i].is(Kind::Another)
            || tokens[i].is_mark(&['；'])
            || comma && (apart || done_with(i))
    });
    for cut in cuts {
        let kept: Vec<Vec<usize>> =
            readings.iter().map(|r| r.iter().copied().filter(|&i| i < cut).collect()).collect();
        readings.extend(kept);
        if readings.len() > 40 {
            break;
        }
    }
    readings.retain(|r| r.len() >= 2);
    let first = readings.first()?.clone();
    let last = *first.last()?;
    let lead = &tokens[list.start.saturating_sub(1)..first[0]];
    let led = lead.iter().any(|t| t.is(Kind::Main) || t.is(Kind::Contain))
        || tokens.get(list.start).is_some_and(|t| t.is(Kind::Contain));
    // 等 right behind the last part, or behind the word that begins the list.
    let trailing = tokens.get(last + 1).is_some_and(|t| t.is(Kind::Etc));
    let begins_with_etc = tokens.get(list.start).is_some_and(|t| t.is(Kind::Etc));
    let change = lead.iter().any(|t| t.is(Kind::Change));
    let range = tokens[total].range.start..tokens[flat[flat.len() - 1]].range.end;
    let open = led
        || trailing
        || begins_with_etc
        || change
        || strange && unit != Unit::Yuan && !fees(text, &range);
    Some(Breakdown { total, others, readings, nested: false, open, range })
}

/// A list of fees names pieces and money side by side.
fn fees(text: &str, range: &Range<usize>) -> bool {
    text[range.clone()].contains('元')
}

/// ，占4.61% follows a figure.
pub(super) fn share_follows(tokens: &[Token], at: usize) -> bool {
    share(tokens, at).is_some()
}

/// The share printed behind a figure: 42件，占42.86%; nothing where strange words stand between.
pub(in crate::rules) fn share(tokens: &[Token], at: usize) -> Option<usize> {
    let behind = tokens.get(at + 1..(at + 6).min(tokens.len()))?;
    let percent = behind.iter().position(|t| t.figure().is_some())?;
    let shares = behind[..percent].iter().any(|t| t.is(Kind::Share));
    let known = behind[..percent]
        .iter()
        .all(|t| t.is(Kind::Share) || t.is(Kind::Plain) || t.is_mark(&['，', '(', '、']));
    let is_percent = behind[percent].figure().is_some_and(|f| f.unit == Unit::Percent);
    (shares && known && is_percent).then_some(at + 1 + percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::narrative::lexer::tokens;

    fn off(text: &str) -> Vec<(i64, i64)> {
        let tokens = tokens(text, &[]);
        let all = breakdowns(text, &tokens);
        all.iter().filter_map(|b| b.off(&tokens)).map(|(n, s)| (n / 1000, s / 1000)).collect()
    }

    #[test]
    fn sums_that_fail_are_found() {
        assert_eq!(off("主动公开信息9条，其中网站公开9条，包括计划1条、公告7条。"), [(9, 8)]);
        assert_eq!(
            off("发布信息2139条，其中动态1744条、政策393条、公告21条、其他2条。"),
            [(2139, 2160)]
        );
        assert_eq!(off("公开407条（动态287条，专题106条，通知15条）。"), [(407, 408)]);
    }

    #[test]
    fn sums_that_hold_in_some_reading_are_let_be() {
        for text in [
            "发布信息38条，其中工作动态31条、机构信息1条、领导信息1条、信息公开工作1条、财务信息4条。",
            "公开698条，其中动态407条（工作动态287条，专题106条，通知14条），公开信息155条，互动19条，综合117条。",
            "公开91条，包括：统计分析54条；工作信息37条，包括动态15条、财政2条、公告5条、双随机7条、报告1条、执法3条、分工1条、指南1条、年鉴2条；另向采购网报送3条。",
            "收到申请1499件。其中，网络申请1303件，占86.92%；信函申请172件，占11.47%；当面24件，占1.60%。",
            "答复1453件，包括上年结转30件。其中，予以公开966件，占66.48%；部分公开67，占4.61%；不予公开81件；无法提供182件；不予处理61件；其他96件。",
            "发布249条，其中：公文9条；机构7条；重点39条；预算6条；年报1条；指南1条；网站185条；制度1条。",
        ] {
            assert_eq!(off(text), [], "{text}");
        }
    }

    #[test]
    fn lists_that_are_not_complete_are_let_be() {
        for text in [
            "公开信息80条，其中公告20份，网站公告6份、整改信息9条。",
            "公开信息100条，主要包括动态60条、公告20条。",
            "公开信息100条，其中动态60条、公告20条等。",
            "公开信息100余条，其中动态60条、公告20条。",
            "答复98件（含上年结转8件，另有5件结转下年度）。",
            "公开信息500条，其中网站公开320条，公众号公开95条。",
            "公开信息1464条，其中动态15条、公告10条、财政1条。",
            "公开信息1200条，比上年增加200条，其中动态150条、公告40条。",
        ] {
            assert_eq!(off(text), [], "{text}");
        }
    }
}
