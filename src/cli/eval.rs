//! `nianbao eval`: measures the reading on cases whose truth is known. What a folder of cases holds is
//! told in [`cases`].

mod cases;
mod score;

use super::{Common, Exit, Output, walk};
use crate::model::{Declared, Trial, Unreadable, Verdict};
use crate::pipeline::{Circumstances, Jail, Records, try_out};
use anyhow::{Context, bail};
use cases::{Case, Folder, Truth};
use score::Score;
use std::collections::VecDeque;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Measures how well sentences and reports with a known truth are read.
#[derive(clap::Args)]
#[command(after_long_help = cases::FORMAT)]
pub struct Args {
    /// 用例文件夹 · Folder of cases
    #[arg(required = true, value_name = "DIR")]
    pub dir: PathBuf,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

/// What is to be read, and what stands beside it.
struct Job {
    name: String,
    bytes: Vec<u8>,
    circumstances: Circumstances,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let lang = common.lang_or(settings.lang);
    if !args.dir.is_dir() {
        bail!("{}：不是文件夹 · not a folder", args.dir.display());
    }
    let files = walk::files(std::slice::from_ref(&args.dir));
    let files = files.into_iter().collect::<Result<Vec<_>, _>>()?;
    let folder = Folder::read(&args.dir, files)?;
    if folder.cases.is_empty() && folder.truths.is_empty() {
        bail!("没有用例：需要有 *.tsv 或 *.json，格式见 nianbao eval --help · no cases found");
    }
    let jobs = jobs(&folder)?;
    let program = std::env::current_exe()?;
    let jail = Jail::new(
        program,
        settings.workers,
        settings.limits.clone(),
        settings.rules.clone(),
        &settings.forms,
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let read = runtime.block_on(read_all(&jail, jobs, settings.workers * 4));
    runtime.block_on(jail.shutdown());
    let score = Score::of(&folder, read?);
    let text = match args.format {
        Output::Text => score.text(lang, common.style()),
        Output::Json => score.lines(),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(if score.failed() > 0 {
        Exit::Failed
    } else if score.as_expected() {
        Exit::Fine
    } else {
        Exit::Findings
    })
}

/// The sentences first, then the reports, in the order of the folder.
fn jobs(folder: &Folder) -> anyhow::Result<Vec<Job>> {
    let sentences = folder.cases.iter().map(|case| sentence(folder, case));
    let reports = folder.truths.values().map(report);
    sentences.chain(reports).collect()
}

/// A report that says just this sentence, with the tables of the case.
fn sentence(folder: &Folder, case: &Case) -> anyhow::Result<Job> {
    let tables = case.report.as_ref().map(|name| &folder.truths[name]);
    let specimen = Truth::specimen(tables, case.year, Some(&case.text));
    let specimen = specimen.with_context(|| case.place.clone())?;
    let mut circumstances = Circumstances::of(Declared::default(), None);
    circumstances.last_year = case.last_year.as_ref().map(|name| folder.truths[name].prior());
    Ok(Job { name: "case.txt".into(), bytes: specimen.to_text().into_bytes(), circumstances })
}

/// The file beside a truth; where there is none, its numbers in a report of our own making.
fn report(truth: &Truth) -> anyhow::Result<Job> {
    let circumstances = Circumstances::of(Declared::default(), None);
    let (name, bytes) = match &truth.report {
        Some(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs_err::read(path)?)
        }
        None => {
            let specimen = Truth::specimen(Some(truth), None, None);
            let specimen = specimen.with_context(|| truth.place.clone())?;
            ("case.txt".into(), specimen.to_text().into_bytes())
        }
    };
    Ok(Job { name, bytes, circumstances })
}

/// Reads side by side in the jail; the answers in the order of the jobs.
async fn read_all(
    jail: &Jail,
    jobs: Vec<Job>,
    ahead: usize,
) -> anyhow::Result<Vec<Result<Verdict, Unreadable>>> {
    let jail = Arc::new(jail.clone());
    let mut under_way: VecDeque<JoinHandle<Trial>> = VecDeque::new();
    let mut read = Vec::with_capacity(jobs.len());
    for Job { name, bytes, circumstances } in jobs {
        if under_way.len() >= ahead
            && let Some(first) = under_way.pop_front()
        {
            read.push(judged(first.await?)?);
        }
        let jail = Arc::clone(&jail);
        under_way.push_back(tokio::spawn(async move {
            try_out(&jail, &name, bytes, circumstances, Records::default()).await.0
        }));
    }
    for next in under_way {
        read.push(judged(next.await?)?);
    }
    Ok(read)
}

fn judged(trial: Trial) -> anyhow::Result<Result<Verdict, Unreadable>> {
    match trial {
        Trial::File((_, result)) => Ok(result),
        Trial::Batch(_) => bail!("不能用压缩包作对照报告 · a report with a truth is no archive"),
    }
}
