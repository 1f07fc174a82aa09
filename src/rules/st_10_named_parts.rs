//! ST-10: a preamble that says "six parts" names six.

use super::prose::{opening, sections, squeeze};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-10",
    name: ("前言列举与“N部分”不符", "Preamble names another number of parts"),
    severity: Warning,
    basis: (
        "政府信息公开工作年度报告格式：报告由六个部分组成",
        "the national form: a report has six parts",
    ),
    page: "st_10_named_parts.md",
    check: check,
}

/// What a preamble calls each part by; any of the words will do.
const NAMES: [&[&str]; 6] = [
    &["总体情况", "概述", "基本情况"],
    &["主动公开"],
    &["申请情况", "依申请", "申请公开", "处理政府信息公开"],
    &["复议", "诉讼"],
    &["问题", "不足"],
    &["其他需要报告", "其他需要说明", "其他报告事项", "其他事项", "需要报告的"],
];
/// A list this short is not one of the report's parts.
const LIST: usize = 3;

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let stated = opening(case).into_iter().find_map(|line| {
        let text = squeeze(line.clean());
        let sentence =
            text.split(['。', '；']).find_map(|s| Some((stated_parts(s)?, s.to_string())));
        sentence.map(|(number, sentence)| (line, number, sentence))
    });
    let Some((line, number, sentence)) = stated else {
        return Checked::not_applicable(
            "前言没有说明由几部分组成",
            "the preamble does not say how many parts there are",
        );
    };
    let named = NAMES.iter().filter(|words| words.iter().any(|w| sentence.contains(w))).count();
    let items = items(&sentence);
    // Parts under other names are still a list of the right length.
    if named < LIST || (named == number && items <= number + 1) || (items == number && named >= 5) {
        return Checked::pass();
    }
    let finding = RULE
        .finding(
            "preamble",
            Words::new(
                format!("前言写明“{number}个部分”，实际列举的规定部分为 {named} 个"),
                format!("The preamble speaks of {number} parts and names {named} of the form's"),
            ),
            Words::new(
                "请核对前言，逐一列出六个部分的名称，使列举与个数一致，且不重复、不遗漏。",
                "List the six parts by name, so that list and number agree, with none repeated or left out.",
            ),
            line.place(0..line.clean().len()),
        )
        .expected(number)
        .found(named);
    Checked::done(vec![finding])
}

/// N of “N部分”, “N个部分”, “N大部分”.
fn stated_parts(sentence: &str) -> Option<usize> {
    let end = sentence.find("部分")?;
    let before = sentence[..end].trim_end_matches(['个', '大']);
    let digit = before.chars().next_back()?;
    let number = match digit {
        '1'..='9' => digit as usize - '0' as usize,
        _ => "一二三四五六七八九".chars().position(|c| c == digit)? + 1,
    };
    // 第六部分 names one part, 十六 is another number.
    let lead = before[..before.len() - digit.len_utf8()].chars().next_back();
    (number >= LIST && !lead.is_some_and(|c| c == '第' || c == '十' || c.is_ascii_digit()))
        .then_some(number)
}

/// Items of the list, by its separators; 复议、诉讼 is one of them.
fn items(sentence: &str) -> usize {
    let joined = sentence.replace("复议、", "复议").replace("主要问题、", "主要问题");
    let list = joined.rsplit_once("包括").map_or(joined.as_str(), |(_, list)| list);
    list.split(['、', '，', ',', '；', '和', '及', '以'])
        .filter(|item| NAMES.iter().any(|words| words.iter().any(|w| item.contains(w))))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_parts_is_read() {
        assert_eq!(stated_parts("由总体情况等六个部分组成"), Some(6));
        assert_eq!(stated_parts("等6部分"), Some(6));
        assert_eq!(stated_parts("见第六部分"), None);
        assert_eq!(stated_parts("大部分"), None);
    }

    #[test]
    fn litigation_and_review_are_one_item() {
        let six = "包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项六个部分";
        assert_eq!(items(six), 6);
    }
}
