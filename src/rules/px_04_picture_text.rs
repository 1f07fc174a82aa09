//! PX-04: a part that is a picture cannot be read.

use super::prose::{ordinal, part_place, part_text};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "PX-04",
    name: ("文字为图片", "Text given as a picture"),
    severity: Warning,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_04_picture_text.md",
    check: check,
}

/// The parts that are text; the tables of the others are the business of TB-01.
const PARTS: [u8; 3] = [1, 5, 6];

fn check(case: &Case) -> Checked {
    let findings = PARTS.iter().copied().filter(|&number| pictured(case, number)).map(|number| {
        let mut place = part_place(case, number);
        let pictures = case.report.part(number).and_then(|part| part.pictures.first());
        if let Some(block) = pictures.and_then(|&at| case.document.blocks.get(at)) {
            place.anchor = block.anchor().clone();
        }
        RULE.finding(
            &number.to_string(),
            Words::new(
                format!("第{}部分只有图片，没有可读的文字", ordinal(number)),
                format!("Part {number} holds a picture and no text that can be read"),
            ),
            Words::new(
                "请改为文字重新报送，不要粘贴截图或扫描件；本部分没有参与核查。",
                "Send the text itself, not a picture of it; this part was not checked.",
            ),
            place,
        )
    });
    Checked::done(findings.collect())
}

/// Under the heading stands a picture and no word.
pub(super) fn pictured(case: &Case, number: u8) -> bool {
    let words = |text: String| text.chars().any(char::is_alphanumeric);
    case.report.part(number).is_some_and(|part| !part.pictures.is_empty())
        && !part_text(case, number).is_some_and(words)
}
