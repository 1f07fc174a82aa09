//! Writes the sample reports that the tests compare over all formats: `specimen FOLDER` puts each of
//! them there as a Word file and a web page.

#[allow(dead_code)] // the tests look at more of it
#[path = "../tests/report_kit/samples.rs"]
mod samples;

use samples::samples;
use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        anyhow::bail!("usage: specimen FOLDER");
    };
    for sample in samples() {
        let file = |ending: &str| folder.join(format!("{}.{ending}", sample.name));
        fs_err::write(file("docx"), sample.specimen.to_docx())?;
        fs_err::write(file("html"), sample.specimen.to_html())?;
    }
    Ok(())
}
