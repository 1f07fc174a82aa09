//! `nianbao rules`: looks up the rules.

use super::{Common, Exit};
use crate::edition::Editions;
use crate::model::Lang;
use crate::render::{Align, Grid};
use crate::rules::{CATALOGUE, Rule, find};
use std::io::Write;

/// Looks up the rules.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What to look up.
#[derive(clap::Subcommand)]
pub enum Verb {
    /// 列出全部规则 · List all rules
    List,
    /// 说明一条规则 · Explain one rule
    Explain {
        /// 规则编号，如 AR-01 · Code of the rule
        code: String,
    },
    /// 打印内置的版式文件，可作自己的版式文件的底本 · Print a built-in edition file, a model for your own
    Form {
        /// 版式编号，如 2021 · Id of the edition
        edition: String,
    },
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let lang = common.lang_or(common.settings()?.lang);
    let mut out = std::io::stdout().lock();
    match &args.verb {
        None | Some(Verb::List) => {
            let mut grid = Grid::new(match lang {
                Lang::Zh => ["编号", "轻重", "名称"].map(|head| (head, Align::Left)),
                Lang::En => ["Code", "Severity", "Name"].map(|head| (head, Align::Left)),
            });
            for rule in CATALOGUE {
                let (weight, name) = (rule.severity.words(), rule.name_words());
                grid.row([rule.code, weight.in_lang(lang), name.in_lang(lang)]);
            }
            out.write_all(grid.render(common.style()).as_bytes())?;
        }
        Some(Verb::Explain { code }) => {
            let code = code.to_ascii_uppercase();
            let Some(rule) = find(&code) else {
                anyhow::bail!("没有规则 {code}，清单见 nianbao rules · no rule {code}");
            };
            out.write_all(explained(rule, lang).as_bytes())?;
        }
        Some(Verb::Form { edition }) => {
            let Some(file) = Editions::source(edition) else {
                let built_in = Editions::embedded().all.iter().map(|e| e.id.as_str());
                let known: Vec<&str> = built_in.collect();
                let known = known.join("、");
                anyhow::bail!("没有内置的版式 {edition}，有：{known} · no such built-in edition");
            };
            out.write_all(file.as_bytes())?;
        }
    }
    Ok(Exit::Fine)
}

/// The rule's page as a person reads it: without the examples, which are tests, and without marks.
fn explained(rule: &Rule, lang: Lang) -> String {
    let mut text = String::new();
    if lang == Lang::En {
        let (code, name, basis) = (rule.code, rule.name.1, rule.basis.1);
        let weight = rule.severity.words();
        let weight = weight.in_lang(lang);
        text += &format!("{code} {name}\nseverity: {weight}\nbasis: {basis}\n");
        text += "The page that follows is in Chinese.\n\n";
    }
    for line in rule.page.lines().take_while(|line| line.trim() != "## 例") {
        text += line.trim_start_matches('#').trim_start_matches(' ');
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
