//! PX-07: a part known by its content only is said to be so.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-07",
    name: ("部分标题丢失", "A part without its heading"),
    severity: Warning,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_07_part_by_content.md",
    check: check,
}

const SAID: Said = Said {
    message: (
        "：没有读到一级标题，依内容认定",
        "no heading was read; the part is known by its content",
    ),
    help: (
        "请对照原文确认标题是否遗漏；遗漏的请补上，转换丢失的请用 Word 文档重新报送。",
        "Check the original: add the heading if it is missing, send a Word file if it was lost.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::PartByContent], &[], &SAID)
}
