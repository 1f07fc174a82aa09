//! What to tell a clerk whose file could not be read: why, and the shortest way to a readable one.

use super::JailDown;
use crate::extract::{ExtractError, size_words};
use crate::model::{Format, Unreadable, UnreadableReason, Words};

impl From<ExtractError> for Unreadable {
    fn from(error: ExtractError) -> Self {
        let help = help(error.reason, error.format);
        Unreadable { reason: error.reason, message: error.detail, help }
    }
}

/// Text there is, but of something else.
pub(super) fn not_a_report(format: Format) -> Unreadable {
    if format == Format::Eml {
        return Unreadable {
            reason: UnreadableReason::NotAReport,
            message: Words::new(
                "邮件没有可核对的附件，正文也不是年度报告",
                "the mail has no attachment to judge, and its text is no annual report",
            ),
            help: Words::new(
                "请把年度报告作为附件添加到邮件中，或直接提交报告文件",
                "Attach the report to the mail, or hand in the report itself",
            ),
        };
    }
    Unreadable {
        reason: UnreadableReason::NotAReport,
        message: Words::new(
            "文件能打开，但其中没有找到政府信息公开工作年度报告的标题、六个部分或统计表",
            "the file opens, but neither title, parts nor tables of an annual report were found in it",
        ),
        help: help(UnreadableReason::NotAReport, Format::Unknown),
    }
}

/// The reader or the judges panicked, which no file should be able to bring about.
pub(super) fn broke_off() -> Unreadable {
    Unreadable {
        reason: UnreadableReason::ReaderFailed,
        message: Words::new(
            "读取或核查程序遇到未能处理的内容而中断",
            "the reader or the checks met something they cannot handle and gave up",
        ),
        help: help(UnreadableReason::ReaderFailed, Format::Unknown),
    }
}

/// The verdict is too large to be handed over.
pub(super) fn too_much(limit: u64) -> Unreadable {
    Unreadable {
        reason: UnreadableReason::OverLimit,
        message: Words::new(
            format!("核查结果超过上限 {}", size_words(limit)),
            format!("what the checks found takes more than {}", size_words(limit)),
        ),
        help: help(UnreadableReason::OverLimit, Format::Unknown),
    }
}

/// Over the limit on the file's own size, which need not be known: nobody reads further than the limit.
pub(super) fn too_big(limit: u64) -> ExtractError {
    ExtractError {
        format: Format::Unknown,
        reason: UnreadableReason::OverLimit,
        detail: Words::new(
            format!("文件超过上限 {}", size_words(limit)),
            format!("the file has more bytes than the limit of {limit}"),
        ),
    }
}

/// For callers that have no queue to wait in.
pub(super) fn down(error: &JailDown) -> ExtractError {
    ExtractError {
        format: Format::Unknown,
        reason: UnreadableReason::ReaderFailed,
        detail: Words::new(format!("读取程序无法启动：{error}"), error.to_string()),
    }
}

/// What to send instead.
fn help(reason: UnreadableReason, format: Format) -> Words {
    use UnreadableReason as R;
    if let (Format::Zip | Format::Eml, Some((zh, en))) = (format, pack_again(reason)) {
        return Words::new(zh, en);
    }
    let (zh, en) = match reason {
        R::Empty => (
            "请打开原文件确认内容完整，保存后重新提交",
            "Open the original, make sure that it has content, save it and hand it in again",
        ),
        R::Encrypted if matches!(format, Format::Pdf | Format::Ofd) => (
            "请提交未加密的文件，或生成此版式文件的 Word 原稿（.docx）",
            "Hand in the file without encryption, or the Word original (.docx) it was made from",
        ),
        R::Encrypted => (
            "请在 Word 或 WPS 中打开，于“文件—信息—保护文档”中取消密码，另存后重新提交",
            "Open it in Word or WPS, take the password off under File – Info – Protect, save it and \
             hand it in again",
        ),
        R::Damaged => (
            "文件可能没有传完或保存时中断。请在 Word 或 WPS 中打开原文件，另存为 .docx 后重新提交；\
             若打不开，请用修复功能或取回备份",
            "It may have been cut off while copied or saved. Open the original in Word or WPS, save \
             it as .docx and hand it in again; where it does not open, repair it or use a backup",
        ),
        R::OverLimit => (
            "年度报告通常不超过几兆字节。请删去无关附件和大幅图片，只保留报告正文和三张表；\
             表格结构异常的，请重新编排；另存为 .docx 后重新提交",
            "A report has a few megabytes at most. Take out attachments and large pictures, keep the \
             text and the three tables, set tables of odd structure anew, save it as .docx and hand it in again",
        ),
        R::PicturesOnly => (
            "这是扫描件或图片，没有可读取的文字。请提交报告的 Word 原稿（.docx），不要扫描",
            "It is a scan or a picture without text. Hand in the Word original (.docx), not a scan",
        ),
        R::Unsupported => other_format(format),
        R::TimedOut => (
            "请在 Word 或 WPS 中打开，把内容复制到新建文档，另存为 .docx 后重新提交；\
             若仍不行，请与管理员联系",
            "Open it in Word or WPS, copy the content into a new document, save it as .docx and hand \
             it in again; if that does not help, ask your administrator",
        ),
        R::ReaderFailed => (
            "这不一定是报告的问题。请在 Word 或 WPS 中另存为 .docx 后重新提交；若仍不行，\
             请把原文件交给管理员",
            "The report may well be right. Save it as .docx in Word or WPS and hand it in again; if \
             that does not help, pass the original to your administrator",
        ),
        R::NotAReport => (
            "请确认提交的是年度报告本身，而不是通知、封面或附件，然后重新提交",
            "Make sure that it is the report itself, not a notice, a cover or an attachment, and hand \
             it in again",
        ),
    };
    Words::new(zh, en)
}

/// What to do with an archive or a mail that nothing could be taken out of.
fn pack_again(reason: UnreadableReason) -> Option<(&'static str, &'static str)> {
    use UnreadableReason as R;
    Some(match reason {
        R::Encrypted => (
            "请去掉压缩密码（或邮件加密）后重新打包提交，或直接提交其中的报告文件",
            "Pack it again without a password, or hand in the reports themselves",
        ),
        R::Damaged => (
            "文件可能没有传完，或是分卷压缩的一部分。若是 Word、WPS 文档，请打开原文件另存为 .docx 后重新提交；\
             若是压缩包，请重新打包为一个 .zip，或直接提交其中的报告文件",
            "It may have been cut off, or be one of several parts. If it is a Word or WPS document, open \
             the original, save it as .docx and hand it in again; if an archive, pack it again as one \
             .zip, or hand in the reports themselves",
        ),
        R::OverLimit => (
            "请只打包年度报告，分成几个较小的 .zip 提交，或直接提交其中的报告文件",
            "Pack nothing but reports, in several smaller .zip files, or hand in the reports themselves",
        ),
        R::Empty => (
            "请确认年度报告已放入压缩包（或作为附件添加），重新提交",
            "Make sure that the reports are in it, and hand it in again",
        ),
        _ => return None,
    })
}

/// The way to a format that is read here.
fn other_format(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Doc | Format::Rtf | Format::Odt | Format::WordXml => (
            "请在 Word 或 WPS 中打开，选“另存为”，类型选“Word 文档（*.docx）”，然后提交新文件",
            "Open it in Word or WPS, choose Save As, type Word document (*.docx), and hand in the new \
             file",
        ),
        Format::Pdf | Format::Ofd => (
            "请提交生成此版式文件的 Word 原稿（.docx），或公开网页另存的 .html",
            "Hand in the Word original (.docx) that it was made from, or the public page saved as \
             .html",
        ),
        Format::Xlsx | Format::Xls | Format::Ods => (
            "请在 Excel 或 WPS 中打开，选“另存为”，类型选“Excel 工作簿（*.xlsx）”，然后提交新文件",
            "Open it in Excel or WPS, choose Save As, type Excel workbook (*.xlsx), and hand in the new \
             file",
        ),
        Format::Mht => (
            "请在浏览器中打开，选“网页，仅 HTML（*.html）”另存后提交",
            "Open it in a browser, save it as Webpage, HTML only (*.html), and hand that in",
        ),
        Format::Eml | Format::Zip => {
            ("请取出其中的报告文件，单独提交", "Take the report out of it and hand it in by itself")
        }
        Format::Archive => (
            "请解压后另存为 .zip 再提交，或直接提交其中的报告文件",
            "Unpack it and hand in the reports in it, by themselves or packed as .zip",
        ),
        Format::Outlook => (
            "请在 Outlook 中打开，取出其中的报告附件单独提交；或将邮件另存为 .eml 后提交",
            "Open it in Outlook and hand in the report attached to it, or save the mail as .eml",
        ),
        _ => (
            "请提交 Word 或 WPS 文档（.docx、.doc、.wps）、有文字的 PDF 或 OFD、网页（.html）或纯文本（.txt）",
            "Hand in a Word or WPS document (.docx, .doc, .wps), a PDF or OFD with text, a web page (.html) \
             or plain text (.txt)",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_word_file_is_shown_the_way_to_docx() {
        let error = ExtractError {
            format: Format::Doc,
            reason: UnreadableReason::Unsupported,
            detail: Words::new("旧版 Word", "old Word"),
        };
        let unreadable = Unreadable::from(error);
        assert!(unreadable.help.zh.contains("另存为") && unreadable.help.zh.contains(".docx"));
        assert!(unreadable.help.en.contains("Save As"));
        assert_eq!(unreadable.message.zh, "旧版 Word");
    }

    #[test]
    fn a_scan_is_not_asked_to_be_saved_again() {
        let help = help(UnreadableReason::PicturesOnly, Format::Pdf);
        assert!(help.zh.contains("原稿") && !help.zh.contains("另存"));
    }
}
