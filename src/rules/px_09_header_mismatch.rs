//! PX-09: a header over rows of another table is said not to fit.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-09",
    name: ("表头与数据不符", "Header and rows do not agree"),
    severity: Warning,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_09_header_mismatch.md",
    check: check,
}

const SAID: Said = Said {
    message: (
        "：表头与下面的数据行对不上，数字未能确定归入哪一列",
        "the header does not fit the rows below it; the numbers cannot be placed with certainty",
    ),
    help: (
        "请对照原文核对表头是否用错或复制错位，改正后重新报送。",
        "Check whether a wrong header was copied; correct it and send again.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::HeaderMismatch], &[], &SAID)
}
