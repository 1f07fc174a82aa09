//! PX-08: heads one character per line are joined.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-08",
    name: ("竖排表头", "Heads written one character per line"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_08_vertical_label.md",
    check: check,
}

const SAID: Said = Said {
    message: (
        "：有一字一行的竖排表头，已合并识读",
        "heads written one character per line were joined",
    ),
    help: ("请核对各列表头是否读对。", "Check that the heads were read right."),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::VerticalLabel], &[], &SAID)
}
