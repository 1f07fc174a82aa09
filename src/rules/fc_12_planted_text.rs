//! FC-12: no text planted by others.

use super::prose::{clip, nowhere, opening};
use super::{Case, Checked};
use crate::model::{Finding, Place, Words};

crate::rule! {
    code: "FC-12",
    name: ("页面被植入文字", "Planted text"),
    severity: Error,
    basis: (
        "《网络安全法》第二十一条：网络运营者应当防止网页被篡改",
        "Cybersecurity Law, art. 21: operators keep their pages from being tampered with",
    ),
    page: "fc_12_planted_text.md",
    check: check,
}

/// Words of gambling, adult and film spam that no head of an official report holds.
const PLANTED: [&str; 16] = [
    "百家乐",
    "博彩",
    "葡京",
    "老虎机",
    "六合彩",
    "时时彩",
    "真人视讯",
    "真人娱乐",
    "棋牌娱乐",
    "娱乐城",
    "外围投注",
    "在线观看",
    "免费观看",
    "成人视频",
    "高清无码",
    "国产精品",
];

fn check(case: &Case) -> Checked {
    // Only the head and the page's own data: a report may well tell of gambling that was fined.
    let head = opening(case).into_iter().filter_map(|line| {
        let word = planted(line.clean())?;
        let at = line.clean().find(word)?;
        Some(finding(word, line.place(at..at + word.len())))
    });
    let data = case.document.properties.iter().filter_map(|(name, value)| {
        let word = planted(value)?;
        Some(finding(word, Place { quote: clip(value), ..nowhere(&format!("页面信息 {name}")) }))
    });
    Checked::done(head.chain(data).collect())
}

fn planted(text: &str) -> Option<&'static str> {
    PLANTED.into_iter().find(|word| text.contains(word))
}

fn finding(word: &str, place: Place) -> Finding {
    RULE.finding(
        word,
        Words::new(
            format!("标题或页面信息中有与报告无关的文字“{word}”，疑似网页被植入"),
            format!("Title or page data hold “{word}”; the page may have been tampered with"),
        ),
        Words::new(
            "请立即通知网站管理单位处置，并用原稿重新提交。",
            "Tell the site's operator at once and send the original.",
        ),
        place,
    )
}
