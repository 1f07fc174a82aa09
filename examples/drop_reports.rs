//! Drops reports into a folder at a steady pace, each of a unit of its own, for trying the daemon
//! under load and faults: `drop_reports FOLDER COUNT PER_SECOND`.
//!
//! Every third report has a wrong total; formats take turns. The same count gives the same files.

use anyhow::Context;
use nianbao::edition::Editions;
use nianbao::specimen::Specimen;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count, per_second] = args.as_slice() else {
        anyhow::bail!("usage: drop_reports FOLDER COUNT PER_SECOND");
    };
    let (count, per_second): (u32, f64) = (count.parse()?, per_second.parse()?);
    anyhow::ensure!(per_second > 0.0, "PER_SECOND is above 0");
    let start = Instant::now();
    for n in 0..count {
        let due = start + Duration::from_secs_f64(f64::from(n) / per_second);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        drop_in(folder.as_ref(), n)?;
    }
    Ok(())
}

/// The `n`th report: written under a name that is never taken, then renamed.
fn drop_in(folder: &Path, n: u32) -> anyhow::Result<()> {
    let specimen = report(n)?;
    let (ending, bytes) = match n % 4 {
        0 | 1 => ("docx", specimen.to_docx()),
        2 => ("html", specimen.to_html().into_bytes()),
        _ => ("txt", specimen.to_text().into_bytes()),
    };
    let part = folder.join(format!(".{n:06}.part"));
    fs_err::write(&part, bytes)?;
    fs_err::rename(&part, folder.join(format!("{n:06}.{ending}")))?;
    Ok(())
}

fn report(n: u32) -> anyhow::Result<Specimen> {
    const SIGNS: [char; 10] = ['东', '南', '西', '北', '中', '和', '平', '安', '康', '宁'];
    let signs: String = n.to_string().bytes().map(|d| SIGNS[usize::from(d - b'0')]).collect();
    let edition = Editions::embedded().get("2021").context("the 2021 form is built in")?;
    let mut specimen = Specimen::clean(edition);
    let rename = format!("替换 \"{}\" => \"临河县{signs}局\"", specimen.unit());
    let wrong = n.is_multiple_of(3).then(|| "t3.total.NP = 1999".to_owned());
    for patch in [Some(rename), wrong].into_iter().flatten() {
        specimen.patch(&patch).map_err(anyhow::Error::msg)?;
    }
    Ok(specimen)
}
