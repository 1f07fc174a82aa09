//! FC-08: slips of the pen that patterns can tell.

use super::prose::lines;
use super::{Case, Checked};
use crate::model::Words;
use std::ops::Range;

crate::rule! {
    code: "FC-08",
    name: ("文字差错", "Slips in the text"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：数据精确、文字严谨",
        "usual wording of the form (advice, not binding): exact figures, careful wording",
    ),
    page: "fc_08_slips.md",
    check: check,
}

/// Stops that never follow a joining word.
const STOPS: [char; 5] = ['，', '。', '；', '！', '？'];
/// Pairs of marks that never stand side by side.
const PAIRS: [&str; 9] = ["，，", "。。", "，。", "。，", "、，", "，、", "；；", "、、", "、。"];
/// Doubled words, each with what may stand before or after it in good Chinese.
const DOUBLED: [(&str, &[&str]); 4] = [
    ("的的", &["目的的", "的的确", "标的的"]),
    ("和和", &["和和气", "共和和"]),
    ("我县县", &[]),
    ("进行了了", &[]),
];

fn check(case: &Case) -> Checked {
    let all = lines(case);
    let found = all.iter().flat_map(|line| {
        slips(line.clean()).into_iter().map(move |(range, zh, en)| {
            let quote = line.clean()[range.clone()].to_string();
            let place = line.place(range);
            RULE.finding(
                &format!("{zh} {}", place.quote),
                Words::new(format!("“{quote}”{zh}"), format!("“{quote}”: {en}")),
                Words::new("请通读校对后改正。", "Proofread and correct."),
                place,
            )
        })
    });
    Checked::done(found.collect())
}

type Slip = (Range<usize>, &'static str, &'static str);

fn slips(text: &str) -> Vec<Slip> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices(['和', '及', '与']) {
        let end = at + word.len();
        // 参与。 and 以及 … end sentences and clauses properly.
        let own = [
            "参与",
            "给与",
            "赋与",
            "涉及",
            "普及",
            "顾及",
            "波及",
            "触及",
            "提及",
            "总和",
            "饱和",
            "缓和",
            "温和",
            "调和",
            "随和",
            "谦和",
            "来得及",
            "平和",
            "祥和",
            "共和",
        ];
        let part_of_word = own.iter().any(|w| text[..end].ends_with(w));
        let next = text[end..].chars().next();
        if let Some(stop) = next.filter(|c| STOPS.contains(c) && !part_of_word) {
            found.push((
                at..end + stop.len_utf8(),
                "连接词后缺少内容",
                "nothing follows the joining word",
            ));
        }
    }
    for pair in PAIRS {
        found.extend(
            text.match_indices(pair)
                .map(|(at, p)| (at..at + p.len(), "标点重复", "two marks side by side")),
        );
    }
    for (word, proper) in DOUBLED {
        found.extend(
            text.match_indices(word)
                .filter(|(at, _)| !within(text, *at, word, proper))
                .map(|(at, w)| (at..at + w.len(), "文字重复", "a word is doubled")),
        );
    }
    found
}

/// True when the doubled word stands inside one of the proper phrases.
fn within(text: &str, at: usize, word: &str, proper: &[&str]) -> bool {
    proper.iter().any(|phrase| {
        let lead = phrase.find(word).unwrap_or(0);
        at >= lead && text[at - lead..].starts_with(phrase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        assert_eq!(slips("未承接人大建议办理和，承接提案1项").len(), 1);
        assert_eq!(slips("公开的的内容，，").len(), 2);
    }

    #[test]
    fn good_chinese_is_left_alone() {
        for text in ["达到公开目的的要求", "扩大公众参与，提高普及。", "和谐", "中华人民共和国"]
        {
            assert_eq!(slips(text), [], "{text}");
        }
    }
}
