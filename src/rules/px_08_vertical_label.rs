//! PX-08: heads one character per line are joined.

use super::prose::{clip, nowhere};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::edition::{RemarkKind, label_key};
use crate::model::{Place, Words};

crate::rule! {
    code: "PX-08",
    name: ("竖排表头", "Heads written one character per line"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_08_vertical_label.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(edition) = case.edition() else {
        return Checked::not_assessable("没有可用的格式", "no edition of the form is known");
    };
    // The form itself prints one of its row labels so; only heads of columns are worth a word.
    let columns = edition.tables.iter().flat_map(|t| &t.blocks).flat_map(|b| &b.columns);
    let heads: Vec<String> =
        columns.flat_map(|c| [label_key(&c.label), label_key(&c.group)]).collect();
    let noticed = case
        .document
        .notices
        .iter()
        .find(|n| n.kind == NoticeKind::VerticalLabel && heads.contains(&label_key(&n.quote)));
    let remarked = case.report.remarks.iter().find(|r| r.kind == RemarkKind::VerticalLabel);
    let met =
        noticed.map(|n| (&n.anchor, &n.quote)).or_else(|| remarked.map(|r| (&r.anchor, &r.quote)));
    let Some((anchor, quote)) = met else { return Checked::pass() };
    Checked::done(vec![RULE.finding(
        "heads",
        Words::new("表头一字一行，已合并识读", "Heads written one character per line were joined"),
        Words::new("请核对各列表头是否读对。", "Check that the heads were read right."),
        Place { anchor: anchor.clone(), quote: clip(quote), ..nowhere("表头") },
    )])
}
