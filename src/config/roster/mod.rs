//! The roster of a file: CSV as spreadsheets write it, or TOML. Every problem at once, each with its
//! place in that file.

mod csv;
mod draft;
mod tables;

use super::problem::Problem;
use super::raw::Problems;
use crate::model::{Roster, Words};
use draft::Drafts;
use encoding_rs::{Encoding, GB18030};
use std::io::Read;
use std::path::Path;

/// A roster larger than this is none: thousands of bodies fit into one megabyte.
const MAX_BYTES: u64 = 8 << 20;
/// Most bodies of a roster.
const MAX_UNITS: usize = 20_000;
/// Problems that are listed; a file of the wrong kind has one in every line.
const MOST_PROBLEMS: usize = 100;

/// Reads and checks a roster; problems name it as `shown`.
pub(super) fn load(path: &Path, shown: &str) -> Result<Roster, Vec<Problem>> {
    let whole = |what: Words, help: Words| {
        vec![Problem { file: Some(shown.to_string()), at: None, what, help }]
    };
    let bytes = read(path).map_err(|error| {
        whole(
            Words::new("名册读不出来", format!("the roster cannot be read: {error}")),
            Words::new(
                "检查 [roster] 的 file 所指的文件是否存在、不超过 8 MB",
                "check that the file named by [roster] file exists and has at most 8 MiB",
            ),
        )
    })?;
    let text = decode(&bytes).ok_or_else(|| {
        whole(
            Words::new("名册不是文本文件", "the roster is no text file"),
            Words::new(
                "在表格软件中另存为“CSV UTF-8（逗号分隔）”",
                "save it from the spreadsheet program as “CSV UTF-8”",
            ),
        )
    })?;
    let mut problems = Problems::new(&text);
    let toml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
    let drafts = match toml {
        true => tables::drafts(&text, &mut problems),
        false => csv::drafts(&text, &mut problems),
    };
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
