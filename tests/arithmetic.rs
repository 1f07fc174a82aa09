//! The identities on sets of numbers met in real reports, written into specimens; and the table rules
//! on real files where those are at hand.

mod report_kit;

use nianbao::edition::Editions;
use nianbao::model::{Finding, Verdict};
use nianbao::specimen::Specimen;
use report_kit::shared;

fn of<'v>(verdict: &'v Verdict, family: &str) -> Vec<&'v Finding> {
    verdict.findings.iter().filter(|f| f.code.starts_with(family)).collect()
}

/// A report with nothing but the numbers given, in the layout of the text converters.
fn judged(patches: &str) -> Verdict {
    let patches = format!("全部单元格 = 0\n{patches}");
    let specimen = Specimen::patched(Editions::embedded(), &patches).expect("sound patches");
    report_kit::judged("report.txt", specimen.to_text().as_bytes())
}

/// Everything balances but 60 + 0 ≠ 61 + 0 for natural persons, and so for 总计.
#[test]
fn a_new_request_left_out_before_the_row_was_totalled_is_found_in_its_column() {
    let verdict = judged(
        "t3.new.NP = 60\nt3.new.BIZ = 2\nt3.new.T = 62\nt3.granted.NP = 59\nt3.granted.BIZ = 2\n\
         t3.granted.T = 61\nt3.partial.NP = 1\nt3.partial.T = 1\nt3.o3.NP = 1\nt3.o3.T = 1\n\
         t3.total.NP = 61\nt3.total.BIZ = 2\nt3.total.T = 63",
    );
    let found = of(&verdict, "AR");
    let places: Vec<_> =
        found.iter().map(|f| (f.code.as_str(), f.places[0].column.as_deref())).collect();
    assert_eq!(places, [("AR-01", Some("自然人")), ("AR-01", Some("总计"))]);
    for finding in found {
        let named =
            "表三 第1行“一、本年新收政府信息公开申请数量”·自然人（现填 60，填 61、同行总计填 63";
        assert!(finding.message.zh.contains(named), "{}", finding.message.zh);
    }
}

/// （六）其他处理 in one row on the form of 2021, and two totals of 表四 never filled in.
#[test]
fn a_mixed_form_is_weighed_by_its_own_rows_and_forgotten_totals_are_found() {
    let verdict = judged(
        "并行 t3.o1 t3.o2 t3.o3 = t3.o （六）其他处理\nt3.new.NP = 20\nt3.new.BIZ = 1\nt3.new.T = 21\n\
         t3.granted.NP = 19\nt3.granted.T = 19\nt3.o.NP = 1\nt3.o.BIZ = 1\nt3.o.T = 2\n\
         t3.total.NP = 20\nt3.total.BIZ = 1\nt3.total.T = 21\nt4.R1 = 10\nt4.R2 = 1\nt4.P1 = 5",
    );
    let found: Vec<_> =
        of(&verdict, "AR").into_iter().map(|f| (f.code.as_str(), f.expected.as_deref())).collect();
    assert_eq!(found, [("AR-04", Some("11")), ("AR-04", Some("5"))]);
    let tried: u32 = ["AR-01", "AR-02", "AR-03", "AR-04"]
        .iter()
        .map(|code| verdict.coverage[*code].assessed)
        .sum();
    assert_eq!(tried, 40);
    let tables: Vec<_> = of(&verdict, "TB").into_iter().map(|f| f.code.as_str()).collect();
    assert_eq!(tables, ["TB-02"]);
}

#[test]
fn blanks_marks_and_missing_cells_are_never_taken_for_a_pass() {
    let verdict = judged("t3.d1.NP = /\n删行 t3.d2\nt4.R1 =\nt4.R2 =\nt4.R3 =\nt4.R4 =\nt4.R5 =");
    assert_eq!(of(&verdict, "AR").len(), 0);
    for (code, assessed, total) in [("AR-02", 0, 0), ("AR-03", 23, 25), ("AR-04", 2, 3)] {
        let coverage = &verdict.coverage[code];
        assert_eq!((coverage.assessed, coverage.total), (assessed, total), "{code}");
        assert!(coverage.reason.is_some(), "{code} must say why");
    }
}

#[test]
fn the_table_rules_on_real_reports() {
    let Some(dir) = shared("seeds") else { return };
    let due: [(&str, &[&str], u32); 5] = [
        ("000_ea77988ac63e5ca7.txt", &["TB-14", "TB-16"], 40),
        // Its broken head is joined by the reader already, which is family PX's to report.
        ("001_35b29aa8985b6c6f.txt", &["TB-12"], 40),
        ("002_ea824b3abf871b17.txt", &["TB-16"], 40),
        ("003_817815a07cb3f58b.txt", &["TB-01", "TB-01", "TB-01"], 0),
        (
            "004_dda405f3101c73c3.txt",
            &["TB-05", "TB-06", "TB-06", "TB-06", "TB-06", "TB-07", "TB-12", "TB-16"],
            5,
        ),
    ];
    for (name, codes, tried) in due {
        let bytes = std::fs::read(dir.join(name)).expect("a readable file");
        let verdict = report_kit::judged(name, &bytes);
        let mut found: Vec<&str> =
            of(&verdict, "TB").into_iter().map(|f| f.code.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{name}: {:#?}", of(&verdict, "TB"));
        assert!(of(&verdict, "AR").is_empty(), "{name}: {:#?}", of(&verdict, "AR"));
        let exact = ["AR-01", "AR-02", "AR-03", "AR-04"];
        let assessed: u32 = exact.iter().map(|code| verdict.coverage[*code].assessed).sum();
        assert_eq!(assessed, tried, "{name}");
    }
}
