//! `nianbao check`: checks files or folders without a daemon, reading them in the same jail.

use super::{Common, Exit, Told, detail, walk};
use crate::config::Settings;
use crate::model::{
    Cost, Declared, Dossier, Examined, Lang, Matter, ReceiptForm, Trial, TriedBatch,
    UnreadableReason, Worst, hex, shown_name, written_name,
};
use crate::pipeline::{Circumstances, Jail, Records, try_out};
use crate::render::{
    Detail, Judged, Letterhead, Style, batch_line, batch_text, json_line, receipt, verdict_text,
};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Checks files or folders without a daemon.
#[derive(clap::Args)]
pub struct Args {
    /// 文件或文件夹 · Files or folders
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Told,
    /// 逐条列出，不合并同因的问题和未能核对的规则 · One by one, not grouped by cause or reason
    #[arg(long)]
    pub all: bool,
    /// 每份的用时和读取进程的内存，最后是最慢、最占内存的一份 · Time and memory of each file, and the worst
    #[arg(long)]
    pub timing: bool,
    /// 报告年度（不从报告中推断） · Year reported on, instead of what the report says
    #[arg(long)]
    pub year: Option<i32>,
    /// 单位全称（不从报告中推断） · Full name of the unit, instead of what the report says
    #[arg(long)]
    pub unit: Option<String>,
}

/// One file, read and judged.
struct Checked {
    file: PathBuf,
    sha256: String,
    trial: Trial,
    cost: Cost,
}

/// What every file is judged with.
struct Bench {
    jail: Jail,
    settings: Settings,
    circumstances: Circumstances,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let program = std::env::current_exe()?;
    let jail = Jail::new(
        program,
        settings.workers,
        settings.limits.clone(),
        settings.rules.clone(),
        &settings.forms,
    );
    let declared = Declared { unit: args.unit.clone(), year: args.year };
    let circumstances = Circumstances::of(declared, None);
    let bench = Arc::new(Bench { jail, settings, circumstances });
    let files = walk::files(&args.paths);
    if files.is_empty() {
        anyhow::bail!("没有找到可核对的文件 · no file to check");
    }
    if args.format == Told::Html && files.len() > 1 {
        anyhow::bail!(
            "回执网页一次只能出一份；多份请用 --format receipt，或打成压缩包 · \
             one page at a time: name one file, or use --format receipt"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let letterhead = Letterhead {
        issuer: bench.settings.issuer.clone(),
        lang: common.lang_or(bench.settings.lang),
        utc_offset_minutes: bench.settings.utc_offset_minutes,
    };
    let mut report = Report::new(args, letterhead, common.style(), files.len());
    let done = runtime.block_on(check_all(&bench, files, &mut report));
    runtime.block_on(bench.jail.shutdown());
    done?;
    report.end(&bench.settings)
}

/// Checks files side by side and hands them over in the order they were named.
async fn check_all(
    bench: &Arc<Bench>,
    files: Vec<io::Result<PathBuf>>,
    report: &mut Report,
) -> anyhow::Result<()> {
    // As many more as there are workers, so that none waits for the slowest before it.
    let ahead = bench.settings.workers * 4;
    let mut under_way: VecDeque<JoinHandle<anyhow::Result<Checked>>> = VecDeque::new();
    for file in files {
        if under_way.len() >= ahead
            && let Some(first) = under_way.pop_front()
        {
            report.take(first.await?)?;
        }
        let bench = Arc::clone(bench);
        under_way.push_back(tokio::spawn(async move { check_one(&bench, &file?).await }));
    }
    for next in under_way {
        report.take(next.await?)?;
    }
    Ok(())
}

async fn check_one(bench: &Bench, path: &Path) -> anyhow::Result<Checked> {
    let owned = path.to_path_buf();
    let limit = bench.settings.limits.bytes;
    let bytes = tokio::task::spawn_blocking(move || read(&owned, limit)).await??;
    let sha256 = hex(&Sha256::digest(&bytes));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let circumstances = bench.circumstances.clone();
    let records = Records::of(None, &bench.settings);
    let (trial, cost) = try_out(&bench.jail, &name, bytes, circumstances, records).await;
    // A reader that failed when none ever started is this machine's trouble, not the file's.
    if let Trial::File((_, Err(unreadable))) = &trial
        && unreadable.reason == UnreadableReason::ReaderFailed
        && bench.jail.protections().is_none()
    {
        anyhow::bail!("{}: {}", path.display(), unreadable.message.zh);
    }
    Ok(Checked { file: path.to_path_buf(), sha256, trial, cost })
}

/// The file's bytes; of one over the limit just enough to show that it is.
fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = |file: fs_err::File| file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match fs_err::File::open(path).and_then(read) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(walk::refused(path, &error)),
    }
}

/// The results as they go out.
struct Report {
    format: Told,
    detail: Detail,
    lang: Lang,
    letterhead: Letterhead,
    style: Style,
    bar: ProgressBar,
    files: usize,
    /// By outcome, in the order of [`crate::model::Outcome`].
    counts: [u32; 4],
    failed: u32,
    /// Files in archives and mails that could not be taken out.
    lost: u32,
    /// Kept where times are asked for.
    worst: Option<Worst>,
}

impl Report {
    fn new(args: &Args, letterhead: Letterhead, style: Style, files: usize) -> Self {
        let bar = if files > 1 && io::stderr().is_terminal() {
            let template = "{bar:30} {pos}/{len} {msg}";
            let look = ProgressStyle::with_template(template).expect("the template is constant");
            ProgressBar::new(files as u64).with_style(look)
        } else {
            ProgressBar::hidden()
        };
        let (format, detail) = (args.format, detail(args.all));
        let worst = args.timing.then(Worst::default);
        let (counts, failed, lost) = ([0; 4], 0, 0);
        let lang = letterhead.lang;
        Report { format, detail, lang, letterhead, style, bar, files, counts, failed, lost, worst }
    }

    fn take(&mut self, checked: anyhow::Result<Checked>) -> anyhow::Result<()> {
        self.bar.inc(1);
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => {
                self.failed += 1;
                let told = self.bar.suspend(|| writeln!(io::stderr(), "nianbao: {error:#}"));
                return Ok(told?);
            }
        };
        let Checked { file, sha256, trial, cost } = checked;
        let file = match self.format {
            Told::Json => file.display().to_string(),
            _ => shown_name(&written_name(&file)),
        };
        let form = match self.format {
            Told::Text | Told::Json => None,
            Told::Html => Some(ReceiptForm::Html),
            Told::Receipt => Some(ReceiptForm::Text),
        };
        if let Some(form) = form {
            return self.receipt(file, sha256, trial, cost, form);
        }
        match trial {
            Trial::File(examined) => self.file(&file, &sha256, &examined, cost),
            Trial::Batch(batch) => {
                let cost = self.note(&file, cost);
                self.batch(&file, &sha256, &batch, cost)
            }
        }
    }

    /// What its submitter is given: one receipt for a file, also where it is an archive.
    fn receipt(
        &mut self,
        file: String,
        sha256: String,
        trial: Trial,
        cost: Cost,
        form: ReceiptForm,
    ) -> anyhow::Result<()> {
        self.note(&file, cost);
        // It goes to others, whom the folders of this machine do not concern.
        let name = file.rsplit('/').next().unwrap_or(&file).to_owned();
        let dossier = Dossier::of_trial(name, sha256, trial);
        match &dossier.matter {
            Matter::Report(considered) => self.counts[considered.outcome() as usize] += 1,
            Matter::Batch { report, entries } => {
                entries.iter().for_each(|e| self.counts[e.considered.outcome() as usize] += 1);
                self.lost += report.contents.lost;
            }
        }
        let mut text = receipt(&dossier, &self.letterhead, form);
        if self.files > 1 {
            text.push('\n');
        }
        self.write(&text)
    }

    /// What a file cost, where that is asked for.
    fn note(&mut self, file: &str, cost: Cost) -> Option<Cost> {
        self.worst.as_mut().map(|worst| {
            worst.note(file, cost);
            cost
        })
    }

    fn file(
        &mut self,
        file: &str,
        sha256: &str,
        (format, result): &Examined,
        cost: Cost,
    ) -> anyhow::Result<()> {
        let (format, result, cost) = (*format, result.as_ref(), self.note(file, cost));
        let judged = Judged { file, note: None, format, sha256, result, review: None, cost };
        self.counts[judged.outcome() as usize] += 1;
        let mut text = match self.format {
            Told::Json => json_line(&judged, self.lang),
            _ => verdict_text(&judged, self.lang, self.style, self.detail),
        };
        if self.format == Told::Json || self.files > 1 {
            text.push('\n');
        }
        self.write(&text)
    }

    /// Every file of an archive or a mail under its path inside, then the receipt of it all.
    fn batch(
        &mut self,
        file: &str,
        sha256: &str,
        batch: &TriedBatch,
        cost: Option<Cost>,
    ) -> anyhow::Result<()> {
        self.files = self.files.saturating_add(batch.entries.len());
        for entry in &batch.entries {
            let name = match self.format {
                Told::Json => entry.name.clone(),
                _ => shown_name(&entry.name),
            };
            let file = format!("{file}/{name}");
            self.file(&file, &entry.sha256, &entry.examined, entry.cost)?;
        }
        let report = batch.report();
        self.lost += report.contents.lost;
        let text = match self.format {
            Told::Json => batch_line(file, batch.format, sha256, &report, cost, self.lang) + "\n",
            _ => batch_text(file, &report, self.lang, self.style) + "\n",
        };
        self.write(&text)
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        Ok(self.bar.suspend(|| io::stdout().write_all(text.as_bytes()))?)
    }

    /// The sum of it all, for people, and the exit code.
    fn end(self, settings: &Settings) -> anyhow::Result<Exit> {
        self.bar.finish_and_clear();
        let [fine, review, returned, unreadable] = self.counts;
        let judged: u32 = self.counts.iter().sum();
        if self.format == Told::Text && self.files > 1 {
            let mut out = io::stdout();
            match self.lang {
                Lang::Zh => writeln!(
                    out,
                    "共核对 {judged} 份：合规 {fine}，需核实 {review}，退回 {returned}，无法判读 {unreadable}"
                )?,
                Lang::En => writeln!(
                    out,
                    "{judged} checked: compliant {fine}, needs review {review}, returned {returned}, unreadable {unreadable}"
                )?,
            }
        }
        if let Some(worst) = &self.worst {
            let limits = &settings.limits;
            let wall = Duration::from_millis(limits.wall_ms.into());
            let line = worst.line(wall, limits.memory_bytes, self.lang);
            // Lines for programs stay lines for programs.
            match self.format {
                Told::Text => writeln!(io::stdout(), "{line}")?,
                _ => writeln!(io::stderr(), "{line}")?,
            }
        }
        Ok(match self.failed {
            0 if fine == judged && self.lost == 0 => Exit::Fine,
            0 => Exit::Findings,
            _ => Exit::Failed,
        })
    }
}
