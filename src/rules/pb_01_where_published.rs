//! PB-01: the report says where it can be had.

use super::prose::{lines, nowhere, sentences, squeeze};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "PB-01",
    name: ("公布渠道说明", "Where the report is published"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：前言说明年度报告电子版的下载网址",
        "usual wording of the form (advice, not binding): the preamble says where the electronic version is",
    ),
    page: "pb_01_where_published.md",
    check: check,
}

/// Names of the report in a sentence on its publication …
const REPORT: [&str; 5] = ["电子版", "本报告", "年度报告", "本年报", "年报"];
/// … of a site …
const SITE: [&str; 7] = ["网站", "网址", "www.", "http", "门户网", "政务网", "公众号"];
/// … and of what one does there.
const ACCESS: [&str; 9] = ["下载", "查阅", "查询", "公布", "公开", "登录", "浏览", "获取", "查看"];

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let told = all.iter().filter(|line| matches!(line.part, None | Some(6))).any(|line| {
        sentences(line.clean()).into_iter().any(|range| {
            let text = squeeze(&line.clean()[range]);
            [&REPORT[..], &SITE[..], &ACCESS[..]]
                .iter()
                .all(|cues| cues.iter().any(|cue| text.contains(cue)))
        })
    });
    if told {
        return Checked::pass();
    }
    Checked::done(vec![RULE.finding(
        "channel",
        Words::new(
            "没有说明年度报告电子版在哪个网站公布",
            "The site that carries the electronic version is not named",
        ),
        Words::new(
            "建议在前言写明“本年度报告电子版可在××网站（网址）查阅下载”。",
            "Say in the preamble on which site the report can be read.",
        ),
        nowhere("前言"),
    )])
}
