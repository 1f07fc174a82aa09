//! Sentences and what is read of them.

use super::*;
use crate::rules::narrative::lexer::tokens;

fn said(text: &str) -> Said {
    read(text, &tokens(text, &[]), Some(2024), &mut Topic::Unknown)
}

fn figures(text: &str) -> Vec<(Kind, Option<Kind>, i64)> {
    said(text).statements.iter().map(|s| (s.what, s.of, s.figure.milli / 1000)).collect()
}

#[test]
fn a_sentence_on_applications_is_read() {
    assert_eq!(
        figures(
            "2024年共受理政府信息依申请公开121件（其中本年度新收申请数112件，上年结转申请数9件），已答复119件，属于同意公开的60件，部分公开13件，无法提供的26件，另2件结转下一年处理。"
        ),
        [
            (Receive, None, 121),
            (New, None, 112),
            (CarriedIn, None, 9),
            (Done, None, 119),
            (Granted, None, 60),
            (Partial, None, 13),
            (Unable, None, 26),
            (CarriedOut, None, 2),
        ]
    );
    assert_eq!(
        figures(
            "全市共受理政府信息公开申请 3119 件，答复 3050 件（含上年度结转申请 34 件，另有 103 件顺延到下年度答复）。"
        ),
        [(Receive, None, 3119), (Done, None, 3050), (CarriedIn, None, 34), (CarriedOut, None, 103)]
    );
}

#[test]
fn outcomes_belong_to_the_court_before_them() {
    assert_eq!(
        figures(
            "政府信息公开行政复议351件，其中结果维持72件，结果纠正64件；政府信息公开行政诉讼46件，其中结果维持25件。"
        ),
        [
            (Review, None, 351),
            (Upheld, Some(Review), 72),
            (Corrected, Some(Review), 64),
            (Suit, None, 46),
            (Upheld, Some(Suit), 25),
        ]
    );
}

#[test]
fn what_may_be_a_part_or_another_matter_is_not_read() {
    for text in [
        "通过信函收到政府信息公开申请24件。",
        "县自然资源局收到政府信息公开申请30件。",
        "上半年共收到政府信息公开申请30件。",
        "2023年共收到政府信息公开申请30件。",
        "历年累计收到政府信息公开申请300件。",
        "共收到政府信息公开申请约300件。",
        "收到低保申请30件，办结30件。",
        "人大建议和政协提案答复31件。",
        "全年办理行政复议案件120件。",
        "不予公开、无法提供3件，政府信息公开申请。",
        "2023年收到政府信息公开申请19件，办结19件，结转下年度2件。",
        "其中县河道所收到政府信息公开申请6件，办结6件。",
        "推进政府信息公开。办理行政复议案件120件，其中维持80件。",
    ] {
        let sure: Vec<_> = said(text).statements.into_iter().filter(|s| !s.figure.vague).collect();
        assert_eq!(sure, [], "{text}");
    }
}

#[test]
fn another_matter_after_applications_is_not_taken_for_them() {
    for other in [
        "审理各类案件30件，办结30件。",
        "受理行政许可申请96件，办结96件。",
        "受理工伤认定30件，答复30件。",
        "承办人大建议9件，均已办结，答复9件。",
    ] {
        let text = format!("全年收到政府信息公开申请25件。{other}");
        assert_eq!(figures(&text), [(Receive, None, 25)], "{text}");
        assert_eq!(said(&text).all_done, [], "{text}");
    }
    assert_eq!(figures("全年收到政府信息公开申请25件。办结26件。").len(), 2);
}

#[test]
fn denials_are_read_and_narrower_ones_are_not() {
    let denied = |text: &str| said(text).denials.iter().map(|d| d.what).collect::<Vec<_>>();
    assert_eq!(denied("2024年，本机关未收到政府信息公开申请。"), [Request]);
    assert_eq!(denied("我单位未接到任何形式的政府信息公开申请。"), [Request]);
    assert_eq!(
        denied("未发生因政府信息公开工作被申请行政复议、提起行政诉讼的情况。"),
        [Review, Suit]
    );
    assert_eq!(denied("无信息公开复议、诉讼事项。"), [Review, Suit]);
    assert_eq!(denied("没有因政府信息公开被申请行政复议。"), [Review]);
    assert_eq!(denied("全年未制定规范性文件。"), [Normative]);
    for text in [
        "未收到涉及商业秘密的政府信息公开申请。",
        "未收到通过网络提出的政府信息公开申请。",
        "未发生政府信息公开行政复议被纠正的情况。",
        "未收取政府信息公开信息处理费。",
        "没有答复超期的政府信息公开申请。",
    ] {
        assert_eq!(denied(text), [], "{text}");
    }
}

#[test]
fn that_all_was_done_is_read() {
    let all = |text: &str| said(text).all_done.len();
    assert_eq!(all("依申请公开信息4条，均已办结。"), 1);
    assert_eq!(all("收到政府信息公开申请9件，所有申请均已按要求办理完成。"), 1);
    assert_eq!(all("收到政府信息公开申请9件，均在法定期限内答复。"), 0);
    assert_eq!(all("人大建议3件，均已办结。"), 0);
}
