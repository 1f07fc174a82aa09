//! PX-01: a heading is read apart from the cell it was glued to.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::edition::RemarkKind;

crate::rule! {
    code: "PX-01",
    name: ("标题与单元格粘连", "A heading stood in a table cell"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_01_heading_glued.md",
    check: check,
}

const SAID: Said = Said {
    message: (
        "：标题与上一张表格的单元格连在一起，已自动分开",
        "a heading was joined to a table's last cell and was taken out",
    ),
    help: (
        "请核对该表最后一行和下一部分的标题是否读对；重新报送时请在表格后换行。",
        "Check the table's last row and the heading after it; put a line break behind the table.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[RemarkKind::HeadingGlued], &[NoticeKind::HeadingGlued], &SAID)
}
