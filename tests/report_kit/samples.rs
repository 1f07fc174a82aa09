//! The reports that are written in every format.

use nianbao::edition::{Edition, Editions};
use nianbao::specimen::Specimen;

/// Faults of every family that a format could hide or make up: a total, a blank, a stroke, a label and
/// a heading in other words, a place left open.
const FAULTS: &[&str] = &[
    "t3.total.NP = 9876",
    "t3.d4.BIZ =",
    "t4.L3 = /",
    "t4.P5 = 3",
    "标签 t3.n1 = 1.信访投诉举报类申请",
    "第五部分标题 = 五、工作存在的问题及改进措施",
    "插在第一部分 = 本年度培训情况待补充。",
    "日期 = ",
];

/// One report.
pub struct Sample {
    /// `clean-2019`
    pub name: String,
    pub edition: &'static Edition,
    pub faulty: bool,
    pub specimen: Specimen,
}

/// A clean report and a faulty one of either edition. The faulty one has another number in every cell,
/// so that a cell in the wrong place shows.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for edition in &Editions::embedded().all {
        for faulty in [false, true] {
            let specimen = match faulty {
                false => Specimen::clean(edition),
                true => faulted(edition),
            };
            let name = format!("{}-{}", if faulty { "fault" } else { "clean" }, edition.id);
            samples.push(Sample { name, edition, faulty, specimen });
        }
    }
    samples
}

fn faulted(edition: &Edition) -> Specimen {
    let mut specimen = Specimen::distinct(edition, 19);
    for patch in FAULTS {
        specimen.patch(patch).unwrap_or_else(|why| panic!("{patch}: {why}"));
    }
    specimen
}
