//! PX-11: pages and tables that the reader could not read, or not for certain.

use super::prose::nowhere;
use super::{Case, Checked};
use crate::document::{Notice, NoticeKind};
use crate::model::{Place, Words};

crate::rule! {
    code: "PX-11",
    name: ("部分内容未能识读", "Part of the file could not be read"),
    severity: Warning,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_11_unread.md",
    check: check,
}

/// Whether a notice says that something of the file is not in the document, or not for certain.
pub(super) fn is_unread(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::PagesUnread | NoticeKind::TextRecognised | NoticeKind::TableUnruled)
}

/// What the notice says.
pub(super) fn what(notice: &Notice) -> Words {
    let pages = &notice.quote;
    match notice.kind {
        NoticeKind::PagesUnread => Words::new(
            format!("第 {pages} 页是图片或有无法读取的内容，未参与核对"),
            format!("page {pages} is a picture or holds what cannot be read; it was not checked"),
        ),
        NoticeKind::TextRecognised => Words::new(
            format!("第 {pages} 页是扫描图片，文字由识别程序生成，可能有误"),
            format!("page {pages} is a scan whose text was made by recognition and may be wrong"),
        ),
        _ => Words::new(
            "表格没有框线，行列无法确定，表中数字没有参与核对",
            "a table has no ruled lines: rows and columns are unknown, its numbers were not checked",
        ),
    }
}

fn check(case: &Case) -> Checked {
    let notices = case.document.notices.iter().filter(|n| is_unread(n.kind));
    let findings = notices.map(|notice| {
        RULE.finding(
            &format!("{:?}", notice.kind),
            what(notice),
            Words::new(
                "请对照原文人工核对，或提交报告的 Word 原稿（.docx）。",
                "Check by hand against the original, or send the Word original (.docx).",
            ),
            Place { anchor: notice.anchor.clone(), ..nowhere("正文") },
        )
    });
    Checked::done(findings.collect())
}
