//! PX-05: bytes outside the declared encoding are said to have been repaired.

use super::remarks::{Said, found};
use super::{Case, Checked};
use crate::document::NoticeKind;

crate::rule! {
    code: "PX-05",
    name: ("编码经修复", "The encoding was repaired"),
    severity: Info,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_05_encoding.md",
    check: check,
}

const SAID: Said = Said {
    message: (
        "：文件的文字编码与声明不符或有损坏，已尽量识读",
        "bytes outside the declared encoding were read as well as could be",
    ),
    help: (
        "请核对文字是否读对；重新报送时请用 Word 文档或另存为 UTF-8 编码。",
        "Check that the text was read right; send a Word file or save as UTF-8.",
    ),
};

fn check(case: &Case) -> Checked {
    found(case, &RULE, &[], &[NoticeKind::EncodingRepaired], &SAID)
}
