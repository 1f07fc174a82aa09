//! Real reports and own ones with the same faults: exactly the findings that a careful reader has.

mod report_kit;

use nianbao::document::Value;
use nianbao::edition::Editions;
use nianbao::model::{Outcome, RuleState, Severity, Verdict};
use nianbao::specimen::Specimen;
use report_kit::{judged, shared, told};
use std::collections::BTreeSet;
use std::path::Path;

/// What a reader expects of one file: codes by severity, each once however often it fires.
struct Expected {
    file: &'static str,
    errors: &'static [&'static str],
    warnings: &'static [&'static str],
    infos: &'static [&'static str],
    outcome: Outcome,
}

/// Left out of the comparison of infos: slips of the pen, which patterns find by chance.
const BY_CHANCE: [&str; 1] = ["FC-08"];

fn verdict(path: &Path) -> Verdict {
    let name = path.file_name().expect("a file name").to_string_lossy();
    judged(&name, &fs_err::read(path).expect("the file can be read"))
}

fn codes(verdict: &Verdict, severity: Severity) -> BTreeSet<&str> {
    let found = verdict.findings.iter().filter(|f| f.severity == severity);
    found.map(|f| f.code.as_str()).filter(|code| !BY_CHANCE.contains(code)).collect()
}

/// The differences between a verdict and what is expected, in words.
fn differences(verdict: &Verdict, expected: &Expected) -> Vec<String> {
    let mut wrong = Vec::new();
    for (severity, due) in [
        (Severity::Error, expected.errors),
        (Severity::Warning, expected.warnings),
        (Severity::Info, expected.infos),
    ] {
        let found = codes(verdict, severity);
        let due: BTreeSet<&str> = due.iter().copied().collect();
        for code in due.difference(&found) {
            wrong.push(format!("{}: {severity:?} {code} is missing", expected.file));
        }
        for code in found.difference(&due) {
            let finding =
                verdict.findings.iter().find(|f| &f.code == code && f.severity == severity);
            let told = finding.map(|f| format!("{} {:?}", f.message.zh, f.places.first()));
            wrong.push(format!("{}: {severity:?} {code} fires: {told:?}", expected.file));
        }
    }
    if verdict.outcome != expected.outcome {
        wrong.push(format!("{}: outcome {:?}", expected.file, verdict.outcome));
    }
    wrong
}

const SEEDS: [Expected; 5] = [
    Expected {
        file: "seeds/000_ea77988ac63e5ca7.txt",
        errors: &[],
        warnings: &["CS-03", "ID-08"],
        infos: &["FC-11", "ID-06", "ID-09", "PB-01", "ST-07", "ST-08", "TB-14", "TB-16"],
        outcome: Outcome::NeedsReview,
    },
    Expected {
        file: "seeds/001_35b29aa8985b6c6f.txt",
        errors: &[],
        warnings: &["FC-03", "ID-02", "ID-05"],
        infos: &["FC-10", "PB-01", "PX-01", "PX-02", "ST-07", "TB-12"],
        outcome: Outcome::NeedsReview,
    },
    Expected {
        file: "seeds/002_ea824b3abf871b17.txt",
        errors: &["ST-04", "ST-05"],
        warnings: &["ID-02", "ID-05", "ID-07", "ST-03"],
        infos: &["ID-06", "ID-09", "PB-01", "ST-07", "TB-16"],
        outcome: Outcome::Returned,
    },
    Expected {
        file: "seeds/003_817815a07cb3f58b.txt",
        errors: &["TB-01"],
        warnings: &["FC-06", "ID-02"],
        infos: &["FC-07", "ID-06", "ID-09", "PB-01", "ST-07"],
        outcome: Outcome::Returned,
    },
    Expected {
        file: "seeds/004_dda405f3101c73c3.txt",
        errors: &["ID-01", "TB-05"],
        warnings: &["ID-03", "ID-07", "ST-03", "TB-06", "TB-07"],
        infos: &["FC-03", "ID-09", "TB-12", "TB-16"],
        outcome: Outcome::Returned,
    },
];

#[test]
fn real_reports_are_found_to_have_their_faults_and_no_others() {
    let mut wrong = Vec::new();
    for expected in &SEEDS {
        let Some(path) = shared(expected.file) else { return };
        wrong.extend(differences(&verdict(&path), expected));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_real_reports_say_in_agreement_with_their_tables_is_read_and_passes() {
    const PASSES: [&str; 12] = [
        "AR-01", "AR-02", "AR-03", "AR-04", "NS-06", "NT-01", "NT-04", "NT-07", "NT-09", "NT-10",
        "NT-12", "NT-13",
    ];
    let Some(path) = shared("seeds/001_35b29aa8985b6c6f.txt") else { return };
    let coverage = verdict(&path).coverage;
    let states = PASSES.map(|code| (code, coverage[code].state));
    assert_eq!(states, PASSES.map(|code| (code, RuleState::Pass)));
}

#[test]
fn the_numbers_of_real_reports_are_read() {
    for (file, cells, nonzero) in [
        (SEEDS[0].file, 22 + 161 + 15, &[][..]),
        (
            SEEDS[1].file,
            22 + 161 + 15,
            &[
                ("t2.PUR.items", "9"),
                ("t2.PUR.amount", "41.13"),
                ("t3.new.NP", "4"),
                ("t3.new.T", "4"),
                ("t3.granted.NP", "4"),
                ("t3.granted.T", "4"),
                ("t3.total.NP", "4"),
                ("t3.total.T", "4"),
            ][..],
        ),
        (SEEDS[2].file, 22 + 161 + 15, &[][..]),
        (SEEDS[3].file, 0, &[][..]),
        (SEEDS[4].file, 22 + 2 * 7 + 15, &[("t2.PUR.items", "4"), ("t2.PUR.amount", "78.84")][..]),
    ] {
        let Some(path) = shared(file) else { return };
        let verdict = verdict(&path);
        assert_eq!(verdict.values.len(), cells, "{file}");
        let found: BTreeSet<(String, String)> = verdict
            .values
            .iter()
            .filter(|(_, value)| !is_zero(value))
            .map(|(field, value)| (field.clone(), shown(value)))
            .collect();
        let due = nonzero.iter().map(|(f, v)| (f.to_string(), v.to_string())).collect();
        assert_eq!(found, due, "{file}");
    }
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Count(0)) || matches!(value, Value::Amount(a) if a.fen == 0)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Count(n) => n.to_string(),
        Value::Amount(a) => a.to_string(),
        other => format!("{other:?}"),
    }
}

/// A county department's page of 2023: 125 blanks, a heading and a label altered, 工作 missing in the
/// title, aspects of part one missing, a plan for the year gone by.
#[test]
fn a_real_page_is_found_to_have_its_faults_and_no_error() {
    let Some(path) = shared("reports/shuyang-fgj-2023.html") else { return };
    let verdict = verdict(&path);
    let told = told(&verdict, Severity::Info);
    let told = told.join("\n");
    assert_eq!(codes(&verdict, Severity::Error), BTreeSet::new(), "\n{told}");
    let warnings = codes(&verdict, Severity::Warning);
    for code in ["FC-05", "ID-02", "ST-03", "ST-07", "TB-06", "TB-08"] {
        assert!(warnings.contains(code), "{code} is missing\n{told}");
    }
}

/// Own reports with the faults that real ones have, so that a copy of the project without the real
/// ones tries the same: how each was changed, and what must be found.
#[test]
fn own_reports_with_the_same_faults_give_the_same_findings() {
    let short_rows: String = ["granted", "partial", "d1", "u1", "n1", "total", "carried_out"]
        .iter()
        .flat_map(|row| ["PUB", "LAW"].map(|column| format!("删格 t3.{row}.{column}\n")))
        .collect();
    let no_title = format!(
        "标题 =\n落款 =\n日期 =\n第五部分标题 = 五、政府信息公开工作存在的主要问题及改进情况\n标签 t3.col.T = 合计\n标签 t3.n1 = 1.信访投诉举报类申请\n{short_rows}"
    );
    type Codes<'a> = &'a [&'static str];
    let cases: [(&str, &str, Codes, Codes, Codes); 5] = [
        (
            "signed on the last day, figures of others, odd widths",
            "日期 = 2020年12月31日\n替换 \"电子版\" => \"电子\u{a0}版\"\nt3.d1.NP = ０\n插在第六部分 = 统计范围含县水利局机关及各县区水利局。",
            &[],
            &["CS-03", "ID-08"],
            &["TB-14"],
        ),
        (
            "year behind the title, residue, unit in a cell",
            "标题 = 青禾县水利局政府信息公开工作年度报告（2020年度）\n插在第一部分 = 通过精细化管理，[image: image14.png]& B R ATIRIE A\n替换 \"报告的电子版可在\" => \"报告可到\"\nt2.PUR.items = 9\nt2.PUR.amount = 41.13万",
            &[],
            &["FC-03", "ID-02"],
            &["TB-12"],
        ),
        (
            "an extra part",
            "标题 = 青禾县水利局2020年政府信息公开年度报告\n第五部分标题 = 五、工作存在的问题及改进措施\n第六部分标题 = 六、下一步工作打算⏎抓好培训，下一步继续改进。⏎七、其他需要报告的事项",
            &["ST-04", "ST-05"],
            &["ID-02", "ST-03"],
            &[],
        ),
        (
            "annotated, without tables",
            "删去表二\n删去表三\n删去表四\n替换 \"公开\" => \"公开(kāi)\"",
            &["TB-01"],
            &["FC-06"],
            &[],
        ),
        (
            "no title, five values under seven heads, altered labels",
            &no_title,
            &["ID-01", "TB-05"],
            &["ID-07", "ST-03", "TB-06"],
            &[],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, patches, errors, warnings, infos) in cases {
        let report = Specimen::patched(Editions::embedded(), &format!("版式 = 2019\n{patches}"))
            .unwrap_or_else(|why| panic!("{name}: {why}"));
        let verdict = judged("report.txt", report.to_text().as_bytes());
        let told = told(&verdict, Severity::Info);
        let set = |codes: &[&'static str]| codes.iter().copied().collect::<BTreeSet<&str>>();
        let infos_there = set(infos).is_subset(&codes(&verdict, Severity::Info));
        if codes(&verdict, Severity::Error) != set(errors)
            || codes(&verdict, Severity::Warning) != set(warnings)
            || !infos_there
        {
            wrong.push(format!("{name}:\n{}", told.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
