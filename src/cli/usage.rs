//! Wrong usage in Chinese, with the parser's own English beside it.

use super::Exit;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::io::Write;

/// Prints help, or what is wrong with the command line.
pub(super) fn tell(error: &clap::Error) -> Exit {
    if let Some(said) = in_chinese(error) {
        // Nothing more can be done when standard error itself is gone.
        let _ = writeln!(std::io::stderr(), "nianbao: {said}");
    }
    // A closed pipe while printing help is nobody's error.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Fine }
}

/// The usual mistakes; `None` where help was asked for.
fn in_chinese(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(listed).unwrap_or_default();
    let option = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "请写明要做什么，例如 nianbao serve；可用的命令见下".to_string()
        }
        ErrorKind::InvalidSubcommand => {
            let guess = guess(of(ContextKind::SuggestedSubcommand));
            let verb = of(ContextKind::InvalidSubcommand);
            format!("没有“{verb}”这个命令{guess}；全部命令：nianbao --help")
        }
        ErrorKind::UnknownArgument => {
            let guess = guess(of(ContextKind::SuggestedArg));
            format!("用不上“{option}”：没有这个选项，或写多了{guess}")
        }
        ErrorKind::MissingRequiredArgument => format!("还缺：{option}"),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{option} 后面要写一个值{}", choices(&of(ContextKind::ValidValue)))
        }
        ErrorKind::InvalidValue => {
            format!("{option} 不能是“{value}”{}", choices(&of(ContextKind::ValidValue)))
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{option} 不能是“{value}”{}", reason(&why))
        }
        ErrorKind::ArgumentConflict => {
            format!("{option} 不能与 {} 同时使用", of(ContextKind::PriorArg))
        }
        _ => "命令的写法不对".to_string(),
    })
}

fn listed(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join("、"),
        ContextValue::StyledStrs(all) => {
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        other => other.to_string(),
    }
}

fn guess(guess: String) -> String {
    if guess.is_empty() { guess } else { format!("，是不是 {guess}？") }
}

fn choices(choices: &str) -> String {
    if choices.is_empty() { String::new() } else { format!("，可以是：{choices}") }
}

/// Why a value does not do: in our own words where they are, else what is expected of a number.
fn reason(why: &str) -> String {
    match why.split_once(" · ") {
        Some((zh, _)) => format!("：{zh}"),
        None if why.contains("digit") => "：应为数字".to_string(),
        None => format!("（{why}）"),
    }
}
