//! PX-11: pages and tables that the reader could not read, or not for certain.

use super::prose::nowhere;
use super::{Case, Checked};
use crate::document::{Notice, NoticeKind};
use crate::model::{Place, Severity, Words};

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
    use NoticeKind as Kind;
    matches!(
        kind,
        Kind::PagesUnread
            | Kind::TextRecognised
            | Kind::TableUnruled
            | Kind::HiddenCells
            | Kind::TextTurned
            | Kind::DocumentsUnread
    )
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
        NoticeKind::HiddenCells => Words::new(
            format!("工作簿中{pages}处于隐藏状态，未参与核对"),
            format!("of the workbook, {pages} is hidden and was not checked"),
        ),
        NoticeKind::FormulaWithoutResult => Words::new(
            format!("{pages} 的公式没有保存计算结果，该处的数未参与核对"),
            format!("the formula in {pages} was saved without its result, which was not checked"),
        ),
        NoticeKind::TextStruck => Words::new(
            format!(
                "有 {} 处文字加了删除线、设为隐藏或是数字旁的上标注号，按不在文中处理",
                notice.count
            ),
            format!(
                "{} pieces of text are struck out, hidden or raised marks beside a number, and were not read",
                notice.count
            ),
        ),
        NoticeKind::TextTurned => Words::new(
            format!("第 {pages} 页内有倒置文字未读，未参与核对"),
            format!("page {pages} has text upside down, which was not read or checked"),
        ),
        NoticeKind::DocumentsUnread => Words::new(
            format!(
                "文件包含多个文档，只读取了第一个，其余 {} 个未参与核对：{pages}",
                notice.count
            ),
            format!(
                "the file holds several documents; only the first was read, not the other {}: {pages}",
                notice.count
            ),
        ),
        _ => Words::new(
            "表格没有框线，行列无法确定，表中数字没有参与核对",
            "a table has no ruled lines: rows and columns are unknown, its numbers were not checked",
        ),
    }
}

fn help(kind: NoticeKind) -> Words {
    match kind {
        NoticeKind::HiddenCells => Words::new(
            "请取消隐藏并核对其中内容；不属于报告的，请删去后重新提交。",
            "Unhide it and check it; remove what is no part of the report and submit again.",
        ),
        NoticeKind::TextStruck => Words::new(
            "如属于报告内容，请取消删除线或隐藏后重新提交；不属于的，请删去。",
            "If it is part of the report, show it and submit again; else take it out.",
        ),
        NoticeKind::FormulaWithoutResult => Words::new(
            "请用 Excel 或 WPS 打开，重新计算后保存再提交，或直接填写数字。",
            "Open it in Excel or WPS, calculate and save it again, or write the numbers themselves.",
        ),
        _ => Words::new(
            "请对照原文人工核对，或提交报告的 Word 原稿（.docx）。",
            "Check by hand against the original, or send the Word original (.docx).",
        ),
    }
}

fn check(case: &Case) -> Checked {
    use NoticeKind::{FormulaWithoutResult, TextStruck};
    let told = |kind| is_unread(kind) || matches!(kind, FormulaWithoutResult | TextStruck);
    // Reading without it is what a reader does; the body only has to know.
    let severity = |kind| if kind == TextStruck { Severity::Info } else { RULE.severity };
    let notices = case.document.notices.iter().filter(|n| told(n.kind));
    let findings = notices.map(|notice| {
        RULE.finding(
            &format!("{:?}", notice.kind),
            what(notice),
            help(notice.kind),
            Place { anchor: notice.anchor.clone(), ..nowhere("正文") },
        )
        .severity(severity(notice.kind))
    });
    Checked::done(findings.collect())
}
