//! Configuration: raw (with spans) → check (every problem at once) → [`Settings`].
//!
//! Invariant: a bad configuration never starts the daemon; every problem names file, line, column and remedy.

mod alerts;
mod calendar;
mod channels;
mod check;
mod form;
mod live;
mod places;
mod problem;
mod raw;
mod roster;
mod rule_settings;
mod scalar;
mod season;
mod secret;
mod settings;
mod show;

pub use live::{LiveRoster, Refused, RosterStatus, Seen};
pub use problem::{ConfigError, Problem, Spot};
pub use season::Season;
pub use settings::{
    After, Alerts, Authority, Channel, ChannelKind, Detect, Folder, Grpc, Holds, Log, LogFormat,
    Login, Mode, Receipts, Robot, RosterFile, Secret, Security, Settings, Smtp, UnitFrom, Vendor,
};
pub use show::show;

use crate::model::Words;
use places::Base;
use std::path::Path;

/// The built-in configuration, which is also the commented example.
pub const DEFAULTS: &str = include_str!("../../config/nianbao.toml");

/// A configuration larger than this is no configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Reads, checks and resolves the configuration of a file, or the built-in one. Relative paths start
/// at the file's directory, for the built-in one at the working directory.
pub fn load(file: Option<&Path>) -> Result<Settings, ConfigError> {
    read(file, Heed::All)
}

/// As [`load`], for who only asks the daemon: what is wrong with the files that the configuration names
/// (the roster, editions) is the daemon's matter, which goes on with those it has.
pub fn load_for_client(file: Option<&Path>) -> Result<Settings, ConfigError> {
    read(file, Heed::Own)
}

/// Whose problems are heeded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heed {
    /// Those of the files it names as well.
    All,
    /// Those of the configuration itself.
    Own,
}

fn read(file: Option<&Path>, heed: Heed) -> Result<Settings, ConfigError> {
    let Some(path) = file else {
        return parse_heeding(DEFAULTS, "(built-in)", Path::new("."), heed);
    };
    let name = path.display().to_string();
    let refused = |what: Words, help: Words| ConfigError {
        file: name.clone(),
        problems: vec![Problem { file: None, at: None, what, help }],
    };
    let text = fs_err::metadata(path)
        .and_then(|meta| match meta.len() {
            0..=MAX_BYTES => fs_err::read_to_string(path),
            _ => Err(std::io::Error::other("larger than 1 MiB")),
        })
        .map_err(|error| {
            refused(
                Words::new("配置文件读不出来", format!("cannot be read: {error}")),
                Words::new(
                    "检查 --config 或环境变量 NIANBAO_CONFIG 所指的文件是否存在、是否为 UTF-8 文本",
                    "check that the file named by --config or NIANBAO_CONFIG exists and is UTF-8 text",
                ),
            )
        })?;
    let directory = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    parse_heeding(&text, &name, directory.unwrap_or(Path::new(".")), heed)
}

/// Reads and checks a configuration text; `file` is how problems name it, `base` where its relative
/// paths start.
pub fn parse(text: &str, file: &str, base: &Path) -> Result<Settings, ConfigError> {
    parse_heeding(text, file, base, Heed::All)
}

fn parse_heeding(text: &str, file: &str, base: &Path, heed: Heed) -> Result<Settings, ConfigError> {
    let base = Base::new(base).map_err(|error| ConfigError {
        file: file.to_string(),
        problems: vec![Problem {
            file: None,
            at: None,
            what: Words::new(
                "不知道当前目录",
                format!("the working directory is not to be had: {error}"),
            ),
            help: Words::new("换一个目录启动", "start from another directory"),
        }],
    })?;
    // An editor's byte order mark is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut problems = raw::Problems::new(text);
    let settings = check::check(text, &base, &mut problems);
    if heed == Heed::Own {
        problems.forget_other_files();
    }
    problems.settle(file, settings)
}
