//! PX-02: a header row broken over two is joined.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-02",
    name: ("表头断裂", "A header row was broken"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_02_header_split.md",
    check: check,
}

const SAID: Said = Said {
    message: ("：表头被断成两行，已自动接合", "a header row was broken over two and joined"),
    help: (
        "请核对各列数字是否与表头对应；重新报送时请删去表头单元格里的空行。",
        "Check that the numbers stand under their heads; remove blank lines from header cells.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::HeaderSplit], &[NoticeKind::RowRejoined], &SAID)
}
