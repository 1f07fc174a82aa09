//! PX-10: a number broken by blanks was joined.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-10",
    name: ("数字被断开", "A number was broken apart"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_10_split_number.md",
    check: check,
}

const SAID: Said = Said {
    message: ("：年份的数字被空格断开，已自动接合", "a year was broken by blanks and joined"),
    help: (
        "请核对年份是否读对；重新报送时请删去数字中间的空格。",
        "Check that the year was read right; take out the blanks between its digits.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::SplitNumber], &[], &SAID)
}
