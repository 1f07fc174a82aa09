//! `nianbao demo`: writes sample reports, good and bad, and says what each should show.

use super::{Common, Exit};
use crate::edition::Editions;
use crate::model::{Outcome, Words};
use crate::render::{Align, Grid};
use crate::specimen::Specimen;
use anyhow::Context;
use std::io::Write;
use std::path::PathBuf;

/// Writes sample reports.
#[derive(clap::Args)]
pub struct Args {
    /// 写到哪里；默认为第一个监测文件夹 · Where to; the first watched folder by default
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}

/// One sample.
struct Sample {
    file: &'static str,
    /// Changes to a clean report, in the patch language of [`crate::specimen`].
    patches: &'static str,
    write: fn(&Specimen) -> Vec<u8>,
    outcome: Outcome,
    what: (&'static str, &'static str),
}

fn text(specimen: &Specimen) -> Vec<u8> {
    specimen.to_text().into_bytes()
}

fn html(specimen: &Specimen) -> Vec<u8> {
    specimen.to_html().into_bytes()
}

/// A Word file as a broken transfer leaves it.
fn torn(specimen: &Specimen) -> Vec<u8> {
    let mut bytes = specimen.to_docx();
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// The samples. Each names a unit of its own, so that none takes another's place.
const SAMPLES: &[Sample] = &[
    Sample {
        file: "01-水利局2024年报.docx",
        patches: "",
        write: Specimen::to_docx,
        outcome: Outcome::Compliant,
        what: ("没有问题", "nothing wrong"),
    },
    Sample {
        file: "02-审计局2020年报.txt",
        patches: "版式 = 2019\n替换 \"水利局\" => \"审计局\"",
        write: text,
        outcome: Outcome::Compliant,
        what: ("没有问题，旧版格式", "nothing wrong, the older form"),
    },
    Sample {
        file: "03-统计局2024年报.docx",
        patches: "替换 \"水利局\" => \"统计局\"\n行文 = 1\nt3.total.NP = 1999",
        write: Specimen::to_docx,
        outcome: Outcome::Returned,
        what: ("表三自然人一列的总计与分项不符", "a total of table 3 does not add up"),
    },
    Sample {
        file: "04-农业农村局2024年报.html",
        patches: "替换 \"水利局\" => \"农业农村局\"\n行文 = 2\nt4.R5 = 0",
        write: html,
        outcome: Outcome::Returned,
        what: ("表四行政复议的总计填为0", "the total of table 4 was left at 0"),
    },
    Sample {
        file: "05-交通运输局2024年报.txt",
        patches: "替换 \"水利局\" => \"交通运输局\"\n行文 = 3\n删去第四部分",
        write: text,
        outcome: Outcome::Returned,
        what: ("缺第四部分", "part four is missing"),
    },
    Sample {
        file: "06-文化和旅游局2024年报.html",
        patches: "替换 \"水利局\" => \"文化和旅游局\"\n行文 = 4\n第五部分标题 = 五、工作存在的问题及改进措施",
        write: html,
        outcome: Outcome::NeedsReview,
        what: ("第五部分标题不规范", "the heading of part five is not the form's"),
    },
    Sample {
        file: "07-民政局2024年报.docx",
        patches: "替换 \"水利局\" => \"民政局\"",
        write: torn,
        outcome: Outcome::Unreadable,
        what: ("文件传输中损坏，打不开", "the file was damaged on its way"),
    },
];

impl Sample {
    /// The file's bytes.
    fn bytes(&self, editions: &Editions) -> anyhow::Result<Vec<u8>> {
        let specimen = Specimen::patched(editions, self.patches)
            .map_err(|why| anyhow::anyhow!("{}: {why}", self.file))?;
        Ok((self.write)(&specimen))
    }
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let lang = common.lang_or(settings.lang);
    let to = match &args.to {
        Some(to) => to.clone(),
        None => settings.folders.first().map(|folder| folder.path.clone()).context(
            "配置里没有监测文件夹，请用 --to 指定 · no watched folder is configured, name one with --to",
        )?,
    };
    fs_err::create_dir_all(&to)?;
    let heads = [("文件", "File"), ("应得结论", "Outcome"), ("说明", "What")];
    let mut grid = Grid::new(
        heads.map(|(zh, en)| (Words::new(zh, en).in_lang(lang).to_string(), Align::Left)),
    );
    for sample in SAMPLES {
        let (outcome, (zh, en)) = (sample.outcome.words(), sample.what);
        let what = match put(&to, sample, &settings.forms)? {
            true => Words::new(zh, en),
            false => Words::new(
                format!("{zh}（已存在，未覆盖）"),
                format!("{en} (exists, left as it is)"),
            ),
        };
        grid.row([sample.file, outcome.in_lang(lang), what.in_lang(lang)]);
    }
    let written = Words::new(
        format!("样例已写入 {}", to.display()),
        format!("Samples were written into {}", to.display()),
    );
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\n", written.in_lang(lang))?;
    out.write_all(grid.render(common.style()).as_bytes())?;
    Ok(Exit::Fine)
}

/// Writes a sample as a careful program would: under a name that is never taken, then renamed. Does
/// nothing and says `false` where there is a file of that name: it may be somebody's report.
fn put(to: &std::path::Path, sample: &Sample, editions: &Editions) -> anyhow::Result<bool> {
    if fs_err::symlink_metadata(to.join(sample.file)).is_ok() {
        return Ok(false);
    }
    let part = to.join(format!(".{}.part", sample.file));
    fs_err::write(&part, sample.bytes(editions)?)?;
    fs_err::rename(&part, to.join(sample.file))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_can_be_written() {
        for sample in SAMPLES {
            assert!(
                !sample.bytes(Editions::embedded()).expect(sample.file).is_empty(),
                "{}",
                sample.file
            );
        }
    }
}
