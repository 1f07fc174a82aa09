//! The words with which a file is refused: what it is, and the shortest way to a readable one.

use super::{ExtractError, size_words};
use crate::model::{Format, UnreadableReason, Words};

/// The limits a file can run into, each with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Bytes,
    Inflated,
    Ratio,
    Entries,
    Depth,
    Cells,
    Columns,
    Characters,
    Blocks,
    Pages,
    /// Characters, lines and other objects drawn on pages; bounded by the setting for characters.
    Drawn,
    Sheets,
}

impl Limit {
    /// Name in Chinese and English, and the setting's own name.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Limit::Bytes => ("文件大小", "file size in bytes", "bytes"),
            Limit::Inflated => ("解压后大小", "decompressed size in bytes", "inflated_bytes"),
            Limit::Ratio => ("压缩比", "compression ratio", "ratio"),
            Limit::Entries => ("压缩包内文件数", "archive entries", "entries"),
            Limit::Depth => ("嵌套层数", "nesting depth", "depth"),
            Limit::Cells => ("表格单元格总数", "table cells", "cells"),
            Limit::Columns => ("单个表格列数", "columns of one table", "columns"),
            Limit::Characters => ("文字总数", "characters", "characters"),
            Limit::Blocks => ("段落和表格总数", "paragraphs and tables", "blocks"),
            Limit::Pages => ("页数", "pages", "pages"),
            Limit::Drawn => ("页面上的文字和图形总数", "characters and shapes drawn", "characters"),
            Limit::Sheets => ("工作表数", "sheets of a workbook", "pages"),
        }
    }

    /// The limit with its unit, and what going over it most likely means, for a clerk.
    fn most(self, most: u64) -> String {
        match self {
            Limit::Bytes | Limit::Inflated => size_words(most),
            Limit::Ratio => format!("{most} 倍"),
            Limit::Entries => format!("{most} 个"),
            Limit::Depth => format!("{most} 层，表格或段落的结构异常"),
            Limit::Cells => format!("{most} 格，表格结构异常"),
            Limit::Columns => format!("{most} 列，表格结构异常"),
            Limit::Characters => format!("{most} 字"),
            Limit::Blocks => format!("{most} 个"),
            Limit::Pages => format!("{most} 页"),
            Limit::Drawn => format!("{most} 个"),
            Limit::Sheets => format!("{most} 个"),
        }
    }
}

/// The file exceeds `limit`, which is set to `most`.
pub(super) fn over(format: Format, limit: Limit, most: u64) -> ExtractError {
    let (zh, en, setting) = limit.words();
    refuse(
        format,
        UnreadableReason::OverLimit,
        Words::new(
            format!("{zh}超过上限 {}，文件未读取", limit.most(most)),
            format!("{en} over the limit of {most} (limits.{setting}); the file was not read"),
        ),
    )
}

/// No bytes, or no visible text.
pub(super) fn empty(format: Format) -> ExtractError {
    let words = Words::new("文件是空的，没有任何文字", "the file is empty: there is no text in it");
    refuse(format, UnreadableReason::Empty, words)
}

/// Pictures, no text.
pub(super) fn pictures_only(format: Format) -> ExtractError {
    let words =
        Words::new("文件里只有图片，没有可读的文字", "the file holds only pictures, no text");
    refuse(format, UnreadableReason::PicturesOnly, words)
}

/// Characters without codes: they can be seen, not read.
pub(super) fn without_codes(format: Format) -> ExtractError {
    let words = Words::new(
        "文件里的文字没有可用的字符编码（字体未附对照表），显示正常但无法读取",
        "the characters of the file have no usable codes (its fonts lack the table); they show but cannot be read",
    );
    refuse(format, UnreadableReason::Unsupported, words)
}

/// All text stands on its head.
pub(super) fn on_its_head(format: Format) -> ExtractError {
    let words = Words::new(
        "页面内容上下颠倒，文字无法按顺序读取",
        "the pages are upside down; their text cannot be read in order",
    );
    refuse(format, UnreadableReason::Unsupported, words)
}

/// The content is another file inside this one, which has no reader.
pub(super) fn embedded_only(format: Format, name: &str) -> ExtractError {
    let words = Words::new(
        format!("文件里没有文字，内容在嵌入的另一个文件中（{name}），无法读取"),
        format!("there is no text in the file: its content is another file inside it ({name})"),
    );
    refuse(format, UnreadableReason::Unsupported, words)
}

/// Password-protected.
pub(super) fn encrypted(format: Format) -> ExtractError {
    let words = Words::new("文件设有打开密码，无法读取", "the file is protected by a password");
    refuse(format, UnreadableReason::Encrypted, words)
}

/// Broken; `zh` and `en` say where.
pub(super) fn damaged(format: Format, zh: &str, en: &str) -> ExtractError {
    let words = Words::new(format!("文件已损坏：{zh}"), format!("the file is damaged: {en}"));
    refuse(format, UnreadableReason::Damaged, words)
}

/// A document of a word processor from before Word 97.
pub(super) fn too_old(format: Format) -> ExtractError {
    let words = Words::new(
        "这是 Word 95 或更早版本的文档，格式过旧，无法读取",
        "this is a document of Word 95 or older, a format that is not read",
    );
    refuse(format, UnreadableReason::Unsupported, words)
}

/// A workbook of Excel 4 or older.
pub(super) fn old_workbook() -> ExtractError {
    let words = Words::new(
        "这是 Excel 4.0 或更早版本的工作簿，格式过旧，无法读取",
        "this is a workbook of Excel 4 or older, a format that is not read",
    );
    refuse(Format::Xls, UnreadableReason::Unsupported, words)
}

/// A workbook as one XML file of Excel 2003.
pub(super) fn xml_workbook() -> ExtractError {
    let words = Words::new(
        "这是 Excel 2003 的 XML 表格，无法读取",
        "this is an XML spreadsheet of Excel 2003, which is not read",
    );
    refuse(Format::Xls, UnreadableReason::Unsupported, words)
}

/// A workbook in Excel's binary format since 2007.
pub(super) fn binary_workbook() -> ExtractError {
    let words = Words::new(
        "这是 Excel 二进制工作簿（.xlsb），无法读取",
        "this is a binary Excel workbook (.xlsb), which is not read",
    );
    refuse(Format::Xlsx, UnreadableReason::Unsupported, words)
}

/// A document of Microsoft Works, which shares its extension with Kingsoft's.
pub(super) fn works(format: Format) -> ExtractError {
    let words = Words::new(
        "这是微软 Works 的 .wps 文档，不是金山 WPS 文字，无法读取",
        "this is a .wps document of Microsoft Works, not of Kingsoft WPS; it is not read",
    );
    refuse(format, UnreadableReason::Unsupported, words)
}

/// A known format that has no reader, or no known format at all.
pub(super) fn unsupported(format: Format) -> ExtractError {
    let (zh, en) = kind(format);
    // Chinese and Latin script are set apart.
    let gap = if zh.starts_with(|c: char| c.is_ascii()) { " " } else { "" };
    let words = match format {
        Format::Unknown => Words::new(
            "文件内容不是任何已知的文档格式",
            "the content is of no known document format",
        ),
        Format::Picture => return refuse_picture(),
        _ => Words::new(
            format!("这是{gap}{zh}，目前不能直接读取"),
            format!("this is {en}, which cannot be read yet"),
        ),
    };
    refuse(format, UnreadableReason::Unsupported, words)
}

/// A picture file has no text by its nature.
fn refuse_picture() -> ExtractError {
    let words = Words::new(
        "这是一张图片（扫描件或截图），没有可读的文字",
        "this is a picture (scan or screenshot) without readable text",
    );
    refuse(Format::Picture, UnreadableReason::PicturesOnly, words)
}

fn refuse(format: Format, reason: UnreadableReason, detail: Words) -> ExtractError {
    ExtractError { format, reason, detail }
}

/// What a format is called by the people who use it.
fn kind(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Text => ("纯文本", "plain text"),
        Format::Docx => ("Word 文档（.docx）", "a Word document (.docx)"),
        Format::Html => ("网页（.html）", "a web page (.html)"),
        Format::Doc => ("旧版 Word 或 WPS 文字文档（.doc/.wps）", "an old Word or WPS document"),
        Format::Rtf => ("RTF 文档", "an RTF document"),
        Format::Odt => ("OpenDocument 文档（.odt）", "an OpenDocument text (.odt)"),
        Format::Pdf => ("PDF 文件", "a PDF file"),
        Format::Ofd => ("OFD 版式文件", "an OFD file"),
        Format::Xlsx => ("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)"),
        Format::Ods => ("OpenDocument 工作簿（.ods）", "an OpenDocument workbook (.ods)"),
        Format::Xls => ("旧版 Excel 工作簿（.xls）", "an old Excel workbook (.xls)"),
        Format::Mht => ("单文件网页（.mht）", "a single-file web page (.mht)"),
        Format::WordXml => ("Word XML 文档", "a Word XML document"),
        Format::Eml => ("电子邮件", "an e-mail message"),
        Format::Zip => ("压缩包", "an archive"),
        Format::Picture => ("图片", "a picture"),
        Format::Unknown => ("未知格式", "an unknown format"),
        Format::Archive => ("RAR、7z 等格式的压缩包", "an archive of a kind like RAR or 7z"),
        Format::Outlook => {
            ("Outlook 专用格式的邮件（.msg 或 winmail.dat）", "a mail in Outlook's own format")
        }
    }
}

impl ExtractError {
    /// What the submitter does next: the shortest way to a file that can be read.
    pub fn help(&self) -> Words {
        match self.reason {
            UnreadableReason::Unsupported => another_format(self.format),
            UnreadableReason::Empty => Words::new(
                "请打开原文件确认内容已保存，再重新提交",
                "open the original, make sure its content is saved, and submit it again",
            ),
            UnreadableReason::Encrypted if matches!(self.format, Format::Pdf | Format::Ofd) => {
                Words::new(
                    "请提交未加密的文件，或生成该文件的 Word 原文件（.docx）",
                    "submit the file without encryption, or the Word original it was made from (.docx)",
                )
            }
            UnreadableReason::Encrypted => Words::new(
                "请用 Word 或 WPS 打开，在“文件—信息—保护文档”中取消密码，保存后重新提交",
                "open it in Word or WPS, remove the password under File > Info > Protect, save and \
                 submit again",
            ),
            UnreadableReason::PicturesOnly => Words::new(
                "请提交可编辑的原文件（.docx），不要提交扫描件或截图",
                "submit the editable original (.docx), not a scan or screenshot",
            ),
            UnreadableReason::OverLimit => Words::new(
                "请删去与年报无关的附件、图片和空白表格后重新提交；确有需要时由管理员调高上限",
                "remove attachments, pictures and blank tables that do not belong to the report and \
                 submit again, or ask the administrator to raise the limit",
            ),
            _ => Words::new(
                "请用 Word 或 WPS 打开原文件，另存为 Word 文档（.docx）后重新提交",
                "open the original in Word or WPS, save it as a Word document (.docx) and submit again",
            ),
        }
    }
}

/// How to get from a format without reader to one that has a reader.
fn another_format(format: Format) -> Words {
    match format {
        Format::Xlsx | Format::Xls | Format::Ods => Words::new(
            "请用 Excel 或 WPS 打开，选“文件—另存为—Excel 工作簿（.xlsx）”，提交新存的文件",
            "open it in Excel or WPS, choose File > Save As > Excel workbook (.xlsx) and submit that file",
        ),
        Format::Zip => Words::new(
            "请解压后逐个提交其中的年报文件",
            "unpack it and submit the reports in it one by one",
        ),
        Format::Archive => Words::new(
            "请解压后另存为 .zip 再提交，或直接提交其中的年报文件",
            "unpack it and submit the reports in it, by themselves or packed as .zip",
        ),
        Format::Outlook => Words::new(
            "请在 Outlook 中取出附件单独提交，或将邮件另存为 .eml",
            "take the attachment out in Outlook and submit it, or save the mail as .eml",
        ),
        Format::Eml => Words::new(
            "请从邮件中取出附件，单独提交年报文件",
            "take the attachment out of the message and submit the report itself",
        ),
        Format::Pdf | Format::Ofd => Words::new(
            "请提交生成该文件的 Word 或 WPS 原文件，另存为 .docx",
            "submit the Word or WPS original it was made from, saved as .docx",
        ),
        Format::Mht => Words::new(
            "请用浏览器打开，另存为“网页，仅 HTML”（.html），或用 Word 打开另存为 .docx",
            "open it in a browser and save it as HTML only, or in Word and save it as .docx",
        ),
        Format::Unknown => Words::new(
            "请确认提交的是年报文件，用 Word 或 WPS 打开并另存为 .docx 后重新提交",
            "make sure this is the report; open it in Word or WPS, save it as .docx and submit again",
        ),
        _ => Words::new(
            "请用 Word 或 WPS 打开，选“文件—另存为—Word 文档（.docx）”，提交新存的文件",
            "open it in Word or WPS, choose File > Save As > Word document (.docx) and submit that file",
        ),
    }
}
