//! NT-14: where no defeat is claimed the table has none.

use super::cell;
use super::narrative::{evaluate, place_of};
use super::prose::{cue, sentences};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "NT-14",
    name: ("文字称零败诉而表四有纠正", "No defeat in the text, corrections in the table"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_14_no_defeat.md",
    check: check,
}

const NO_DEFEAT: [&str; 13] = [
    "零败诉",
    "零纠错",
    "无败诉",
    "未败诉",
    "没有败诉",
    "未被纠错",
    "无纠错",
    "未发生败诉",
    "无一败诉",
    "无一被纠正",
    "无一被纠错",
    "没有被纠错",
    "没有被纠正",
];
const ALL_UPHELD: [&str; 5] = ["均获维持", "均维持", "均被维持", "均予维持", "全部维持"];
const CORRECTED: [&str; 3] = ["t4.R2", "t4.L2", "t4.P2"];
const PENDING: [&str; 3] = ["t4.R4", "t4.L4", "t4.P4"];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    let parts = narrative.paragraphs.iter().filter(|p| matches!(p.line.part, Some(1 | 3 | 4)));
    for paragraph in parts {
        let text = paragraph.line.clean();
        for sentence in sentences(text) {
            let words = &text[sentence.clone()];
            let spoken = words.contains("复议") || words.contains("诉");
            let disclosure = words.contains("信息公开") || words.contains("依申请");
            let word = cue(words, &ALL_UPHELD).or_else(|| cue(words, &NO_DEFEAT));
            let Some(word) = word.filter(|_| spoken && disclosure) else { continue };
            let upheld = ALL_UPHELD.contains(&word);
            // 复议均维持 says nothing of the suits.
            let of = |field: &&str| match (words.contains("复议"), words.contains("诉")) {
                (true, false) => field.contains(".R"),
                (false, true) => !field.contains(".R"),
                _ => true,
            };
            let pending = PENDING.iter().filter(|_| upheld);
            let fields: Vec<&str> = CORRECTED.iter().chain(pending).copied().filter(of).collect();
            let Some(against) = evaluate(case, &fields) else { continue };
            assessed += 1;
            if against == 0 {
                continue;
            }
            let at = sentence.start + words.find(word).unwrap_or(0);
            let cells = fields.iter().filter(|f| evaluate(case, &[f]) != Some(0));
            let finding = RULE
                .finding(
                    word,
                    Words::new(
                        format!(
                            "文字称“{word}”，表四结果纠正{}有 {against} 件",
                            if upheld { "或尚未审结" } else { "" }
                        ),
                        format!(
                            "the text says “{word}”; table 4 has {against} corrected or pending"
                        ),
                    ),
                    Words::new(
                        "请核对文字与表格，改正有误的一处。",
                        "Compare text and table and correct the wrong one.",
                    ),
                    place_of(paragraph, at..at + word.len()),
                )
                .expected(0)
                .found(against)
                .also(cells.map(|f| cell::place(case, f)).collect::<Vec<_>>());
            findings.push(match cell::doubt(case, fields.iter().copied()) {
                Some(why) => finding.doubtful(why),
                None => finding,
            });
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}
