//! FC-10: the mail address spells the body's own initials, not another's.

use super::gazetteer::{BodyKind, bodies, home};
use super::prose::{Line, lines};
use super::{Case, Checked};
use crate::model::{Finding, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-10",
    name: ("联系邮箱疑似他单位", "The mail address looks like another body's"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：联系方式应为本机关的",
        "usual wording of the form (advice, not binding): the contact is the body's own",
    ),
    page: "fc_10_mail.md",
    check: check,
}

/// Letters of a body's name that are no chance: 审计局 has three.
const LEAST: usize = 3;

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let mails: Vec<(&Line, Range<usize>)> = all
        .iter()
        .flat_map(|line| names(line.clean()).into_iter().map(move |r| (line, r)))
        .collect();
    if mails.is_empty() {
        return Checked::not_applicable("没有写电子邮箱", "no mail address is given");
    }
    let Some((unit, _)) = &case.report.identity.unit else {
        return Checked::not_assessable("报告单位不明", "the reporting body is not known");
    };
    let own: Vec<&BodyKind> = bodies().iter().filter(|b| unit.contains(b.name)).collect();
    let home = home(unit);
    if home.is_empty() || own.is_empty() {
        return Checked::not_assessable(
            "单位或地名不在名录中，不知其简称",
            "the body or its place is not on the lists, so its initials are not known",
        );
    }
    let found = mails.into_iter().filter_map(|(line, range)| {
        let letters: String =
            line.clean()[range.clone()].chars().filter(char::is_ascii_alphabetic).collect();
        let letters = letters.to_ascii_lowercase();
        let rest = home.iter().find_map(|h| letters.strip_prefix(h.letters))?;
        let other = other(rest, &own)?;
        Some(finding(line, range, home[0].name, other))
    });
    Checked::done(found.collect())
}

/// The names before an @.
fn names(text: &str) -> Vec<Range<usize>> {
    let ends = text.match_indices(['@', '＠']).map(|(at, _)| at);
    ends.filter_map(|end| {
        let own = |c: &(usize, char)| c.1.is_ascii_alphanumeric() || "._-".contains(c.1);
        let start = text[..end].char_indices().rev().take_while(own).last()?.0;
        Some(start..end)
    })
    .collect()
}

/// The kind of body whose letters stand there, unless the own ones do.
fn other(letters: &str, own: &[&BodyKind]) -> Option<&'static BodyKind> {
    if own.iter().flat_map(|b| &b.letters).any(|l| letters.contains(l)) {
        return None;
    }
    let spelt = |b: &&BodyKind| {
        let fit = b.letters.iter().filter(|l| l.len() >= LEAST && letters.starts_with(**l));
        fit.map(|l| l.len()).max()
    };
    bodies().iter().filter_map(|b| Some((spelt(&b)?, b))).max_by_key(|(n, _)| *n).map(|(_, b)| b)
}

fn finding(line: &Line, range: Range<usize>, place: &str, other: &BodyKind) -> Finding {
    let mail = line.clean()[range.clone()].to_string();
    RULE.finding(
        "mail",
        Words::new(
            format!("联系邮箱“{mail}”像是“{place}{}”的简称，不像本单位", other.name),
            format!("the mail address “{mail}” spells “{place}{}”, not this body", other.name),
        ),
        Words::new(
            "请核对邮箱是否为本单位所用；确为本单位邮箱的，无须修改。",
            "Check whether the address is the body's own; if so, nothing needs mending.",
        ),
        line.place(range),
    )
    .found(mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_another_body_only_where_the_own_are_absent() {
        let own = |name: &str| bodies().iter().filter(|b| b.name == name).collect::<Vec<_>>();
        let found = |letters: &str, unit: &str| other(letters, &own(unit)).map(|b| b.name);
        assert_eq!(found("wsjwyhmsk", "审计局"), Some("卫生健康委员会"));
        assert_eq!(found("sjjbgs", "审计局"), None);
        assert_eq!(found("swjbgs", "商务局"), None, "税务局 has the same letters");
        assert_eq!(found("sjj", "市场监督管理局"), None, "市监局");
        assert_eq!(found("zhangsan", "审计局"), None);
    }
}
