//! FC-06: Simplified characters without pinyin.

use super::prose::{clip, is_han, lines, nowhere};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::model::{Place, Words};

crate::rule! {
    code: "FC-06",
    name: ("繁体或注音", "Traditional characters or pinyin"),
    severity: Warning,
    basis: (
        "《国家通用语言文字法》第九条：国家机关以普通话和规范汉字为公务用语用字",
        "Law on the Standard Spoken and Written Chinese Language, art. 9: public bodies write standard characters",
    ),
    page: "fc_06_traditional.md",
    check: check,
}

/// Fewer converted characters than this, or a smaller share of the text, are names and quotations.
const CHARACTERS: usize = 30;
const ONE_IN: usize = 20;

fn check(case: &Case) -> Checked {
    let of = |kind| case.document.notices.iter().filter(move |n| n.kind == kind);
    let han: usize =
        lines(case).iter().map(|l| l.clean().chars().filter(|c| is_han(*c)).count()).sum();
    let traditional: usize = of(NoticeKind::TraditionalConverted).map(|n| n.count as usize).sum();
    let pinyin: usize = of(NoticeKind::PinyinRemoved).map(|n| n.count as usize).sum();
    let widely = traditional >= CHARACTERS && traditional * ONE_IN >= han;
    let (zh, en) = match (widely, pinyin > 0) {
        (false, false) => return Checked::pass(),
        (true, false) => (
            format!("全文使用繁体字（{traditional} 字），已转为简体后检查"),
            format!("{traditional} Traditional characters, converted before checking"),
        ),
        (false, true) => (
            format!("文中夹有拼音注音（{pinyin} 处），已去除后检查"),
            format!("{pinyin} pinyin annotations, removed before checking"),
        ),
        (true, true) => (
            format!(
                "全文使用繁体字（{traditional} 字）并夹有拼音注音（{pinyin} 处），已转换后检查"
            ),
            format!(
                "{traditional} Traditional characters and {pinyin} pinyin annotations, converted before checking"
            ),
        ),
    };
    let first = of(NoticeKind::PinyinRemoved).chain(of(NoticeKind::TraditionalConverted)).next();
    let place = first.map_or(nowhere("全文"), |n| Place {
        anchor: n.anchor.clone(),
        quote: clip(&n.quote),
        ..nowhere("全文")
    });
    let help = Words::new(
        "请用规范简体汉字、不带注音的文本重新提交，并核对网页是否误开了繁体或注音显示。",
        "Send Simplified text without annotations; check whether the page was saved in Traditional or annotated view.",
    );
    Checked::done(vec![RULE.finding("text", Words::new(zh, en), help, place)])
}
