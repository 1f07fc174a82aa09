//! Writes one sample report as a Word file: `specimen OUT.docx PATCH…`, each patch one line of the
//! language that `nianbao::specimen` describes.

use nianbao::edition::Editions;
use nianbao::specimen::Specimen;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let Some(out) = args.next() else { anyhow::bail!("usage: specimen OUT.docx PATCH…") };
    let patches: Vec<String> = args.collect();
    let specimen = Specimen::patched(Editions::embedded(), &patches.join("\n"));
    fs_err::write(out, specimen.map_err(anyhow::Error::msg)?.to_docx())?;
    Ok(())
}
