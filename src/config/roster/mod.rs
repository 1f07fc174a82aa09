//! The roster of a file: CSV as spreadsheets write it, a workbook, or TOML. Every problem at once, each
//! with its place in that file.

mod csv;
mod draft;
mod records;
mod tables;
mod workbook;

use super::problem::Problem;
use super::raw::Problems;
use crate::extract::{ExtractError, Limits, Worksheet, worksheets};
use crate::model::{Roster, Words, hex};
use draft::Drafts;
use encoding_rs::{Encoding, GB18030};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// A roster larger than this is none: thousands of bodies fit into one megabyte.
const MAX_BYTES: u64 = 8 << 20;
/// Most bodies of a roster.
const MAX_UNITS: usize = 20_000;
/// Problems that are listed; a file of the wrong kind has one in every line.
const MOST_PROBLEMS: usize = 100;

/// A roster and the bytes it was made of.
pub(super) struct Loaded {
    pub roster: Roster,
    /// SHA-256 of the file, 64 hex digits.
    pub sha256: String,
}

/// Reads and checks a roster; problems name its file.
pub(super) fn load(path: &Path) -> Result<Loaded, Vec<Problem>> {
    let shown = path.display().to_string();
    let bytes = read(path).map_err(|error| unreadable(&shown, &error))?;
    let roster = parse(path, &bytes, &shown)?;
    Ok(Loaded { roster, sha256: hex(&Sha256::digest(&bytes)) })
}

/// What tells the file that stands there now from another: the hash of its bytes, or why they cannot be
/// read.
pub(super) fn mark(path: &Path) -> String {
    read(path).map_or_else(|error| error.to_string(), |bytes| hex(&Sha256::digest(&bytes)))
}

/// Reads a file once more, with its mark.
pub(super) fn read_anew(path: &Path) -> (String, Result<Roster, Vec<Problem>>) {
    let shown = path.display().to_string();
    match read(path) {
        Ok(bytes) => (hex(&Sha256::digest(&bytes)), parse(path, &bytes, &shown)),
        Err(error) => (error.to_string(), Err(unreadable(&shown, &error))),
    }
}

/// The problem of a file over which its reader failed.
pub(super) fn given_up(path: &Path, error: &dyn std::fmt::Display) -> Vec<Problem> {
    whole(
        &path.display().to_string(),
        Words::new("读取名册时出错", format!("reading the roster failed: {error}")),
        Words::new("在表格软件中另存为“CSV UTF-8”后再试", "save it as “CSV UTF-8” and try again"),
    )
}

/// The roster that the bytes of a file are.
fn parse(path: &Path, bytes: &[u8], shown: &str) -> Result<Roster, Vec<Problem>> {
    if let Some(sheets) = worksheets(bytes, &limits()) {
        return of_workbook(sheets, shown);
    }
    let text = decode(bytes).ok_or_else(|| {
        whole(
            shown,
            Words::new(
                "名册不是文本文件，也不是工作簿",
                "the roster is neither text nor a workbook",
            ),
            Words::new(
                "在表格软件中另存为 xlsx 或“CSV UTF-8（逗号分隔）”",
                "save it from the spreadsheet program as xlsx or “CSV UTF-8”",
            ),
        )
    })?;
    let mut problems = Problems::new(&text);
    let toml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    let drafts = match toml {
        true => tables::drafts(&text, &mut problems),
        false => csv::drafts(&text, &mut problems),
    };
    settle(drafts, problems, shown)
}

fn of_workbook(
    sheets: Result<Vec<Worksheet>, ExtractError>,
    shown: &str,
) -> Result<Roster, Vec<Problem>> {
    let sheets = sheets.map_err(|error| {
        let help =
            Words::new("用表格软件重新保存一次", "save it anew from the spreadsheet program");
        whole(shown, error.detail, help)
    })?;
    let mut written = workbook::find(&sheets).map_err(|what| {
        let help = Words::new(
            "名册放在一张工作表中，表头写 编码、名称、类别、上级 等；其他工作表删去或隐藏",
            "keep the roster on one sheet with a row of headers; delete or hide others like it",
        );
        whole(shown, what, help)
    })?;
    let text = std::mem::take(&mut written.text);
    let mut problems = Problems::of_sheet(&text, std::mem::take(&mut written.cells));
    let drafts = written.drafts(&mut problems);
    settle(Some(drafts), problems, shown)
}

/// A workbook of thousands of bodies with a dozen columns fits easily.
fn limits() -> Limits {
    Limits { bytes: MAX_BYTES, inflated_bytes: 64 << 20, cells: 400_000, ..Limits::default() }
}

/// The roster where there was no problem, else all there were.
fn settle(
    drafts: Option<Drafts>,
    mut problems: Problems,
    shown: &str,
) -> Result<Roster, Vec<Problem>> {
    let roster = drafts.and_then(|drafts| together(drafts, &mut problems));
    let mut list = problems.into_list();
    if let (Some(roster), true) = (roster, list.is_empty()) {
        return Ok(roster);
    }
    let more = list.len().saturating_sub(MOST_PROBLEMS);
    list.truncate(MOST_PROBLEMS);
    if let Some(last) = list.last_mut().filter(|_| more > 0) {
        last.what.zh.push_str(&format!("（另有 {more} 处问题未列出）"));
        last.what.en.push_str(&format!(" ({more} more problems are not listed)"));
    }
    list.iter_mut().for_each(|problem| problem.file = Some(shown.to_string()));
    Err(list)
}

/// A problem with the file as a whole.
fn whole(shown: &str, what: Words, help: Words) -> Vec<Problem> {
    vec![Problem { file: Some(shown.to_string()), at: None, what, help }]
}

fn unreadable(shown: &str, error: &std::io::Error) -> Vec<Problem> {
    whole(
        shown,
        Words::new("名册读不出来", format!("the roster cannot be read: {error}")),
        Words::new(
            "检查 [roster] 的 file 所指的文件是否存在、不超过 8 MB",
            "check that the file named by [roster] file exists and has at most 8 MiB",
        ),
    )
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(std::io::Error::other("larger than 8 MiB")),
        false => Ok(bytes),
    }
}

/// UTF-8 and UTF-16 with a byte order mark, UTF-8 without, else the GB18030 that Excel saves as on a
/// Chinese system; `None` for what is no text.
fn decode(bytes: &[u8]) -> Option<String> {
    let text = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((encoding, mark)), _) => {
            encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..])?
        }
        (None, Ok(text)) => text.into(),
        (None, Err(_)) => GB18030.decode_without_bom_handling_and_without_replacement(bytes)?,
    };
    // A workbook or an archive has such bytes, a text has none.
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    (!text.chars().any(control)).then(|| text.into_owned())
}

/// The units beside one another.
fn together(drafts: Drafts, problems: &mut Problems) -> Option<Roster> {
    if drafts.is_empty() {
        let help = Words::new("每个单位写一行", "write a line for every body");
        problems.add(0..0, Words::new("名册中没有单位", "the roster names no body"), help);
        return None;
    }
    drafts.settle(problems)
}
