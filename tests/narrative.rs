//! Sentences and their figures: what real and own reports say that is right is let be, what is wrong is
//! found. Prints how much of it.

mod report_kit;

use nianbao::edition::Editions;
use nianbao::model::{Finding, Severity, Verdict};
use nianbao::specimen::Specimen;
use report_kit::{judged, shared_text};

/// The findings of NT and NS on a clean report with these patches.
fn told(patches: &str) -> Vec<Finding> {
    let specimen = Specimen::patched(Editions::embedded(), patches)
        .unwrap_or_else(|why| panic!("{patches}: {why}"));
    of_narrative(judged("报告.txt", specimen.to_text().as_bytes()))
}

fn of_narrative(verdict: Verdict) -> Vec<Finding> {
    let own = |f: &Finding| f.code.starts_with("NT-") || f.code.starts_with("NS-");
    verdict.findings.into_iter().filter(own).collect()
}

fn shown(findings: &[Finding]) -> String {
    let each = findings.iter().map(|f| {
        let quote = f.places.first().map_or("", |p| p.quote.as_str());
        format!("    {:?} {} {} “{quote}”", f.severity, f.code, f.message.zh)
    });
    each.collect::<Vec<_>>().join("\n")
}

/// Sentences about the clean report (25 new, 2 carried in, 26 concluded, 1 carried out; one review and
/// one suit, both upheld), with the codes that must fire.
const SENTENCES: &[(&str, &[&str])] = &[
    ("全年共收到政府信息公开申请25件，上年结转2件，办结26件，结转下年度继续办理1件。", &[]),
    (
        "2024年，县水利局共受理政府信息公开申请 25 件，答复 26 件（含上年度结转申请 2 件，另有 1 件顺延到下年度答复）。",
        &[],
    ),
    (
        "共收办政府信息公开申请27件（其中本年度新收申请数25件，上年结转申请数2件），已答复26件，属于同意公开的12件，部分公开4件，不予公开的3件，无法提供的5件，不予处理1件，其他处理1件，另1件结转下一年处理。",
        &[],
    ),
    ("全年收到依申请公开申请二十五件，均按时办理。", &[]),
    ("收到政府信息公开申请25件，其中自然人申请20件，占80%；法人或其他组织申请5件，占20%。", &[]),
    ("答复政府信息公开申请26件，其中予以公开12件，占46.15%；部分公开4件，占15.38%。", &[]),
    ("因政府信息公开被申请行政复议1件，被提起行政诉讼1件，均获维持。", &[]),
    ("政府信息公开行政复议、行政诉讼案件共2件。", &[]),
    ("全年制定行政规范性文件2件，废止1件，作出行政许可决定96件。", &[]),
    ("通过信函收到政府信息公开申请3件，通过网络收到政府信息公开申请22件。", &[]),
    ("近五年共收到政府信息公开申请300余件；2023年收到政府信息公开申请19件。", &[]),
    ("其中县河道管理所收到政府信息公开申请6件，办结6件。", &[]),
    ("全年办理12345热线工单420件，办结率100%；承办建议提案6件，均已办结。", &[]),
    ("县司法局办理行政复议案件120件，维持80件，纠正12件。", &[]),
    ("未收到涉及国家秘密的政府信息公开申请，没有因答复超期引发的行政复议。", &[]),
    ("未收取政府信息公开信息处理费。", &[]),
    (
        "发布信息320条，其中动态200条、公告100条、政策20条；解读80条，主要包括图解20条、问答10条等。",
        &[],
    ),
    ("公开预算表12张、决算表14张，更新机构信息3条，阅读量1.2万次。", &[]),
    ("全年主动公开信息1464条，其中规划15条、财政10条。", &[]),
    ("召开新闻发布会2场，举办开放日1次，答复网民留言31件。", &[]),
    ("网站全年发布信息5500余条，其中政策解读21个、公报6期。", &[]),
    (
        "全年收到政府信息公开申请25件。审理各类案件30件，办结28件；受理行政许可申请96件，办结95件。",
        &[],
    ),
    ("全年收到政府信息公开申请25件，较上年增加5件，增长25%，其中河道管理类9件、移民类11件。", &[]),
    ("2023年收到政府信息公开申请19件，办结18件，结转下年度2件。", &[]),
    ("在县政府门户网站公开规范性文件6件，审查规范性文件12件。", &[]),
    ("公示行政许可信息120条、行政处罚信息60条。", &[]),
    ("推进政府信息公开。全年办理行政复议案件120件，维持80件。", &[]),
    ("收到政府信息公开申请25件，内容涉及水利工程9件、征地补偿8件、其他8件。", &[]),
    ("本年度没有上年结转的政府信息公开申请以外的事项。", &[]),
    ("全县共收到政府信息公开申请1290件。", &["NT-01"]),
    ("全年共收到政府信息公开申请29件。", &["NT-01"]),
    ("全年新收政府信息公开申请二十四件。", &["NT-01"]),
    ("政府信息公开申请上年结转3件。", &["NT-02"]),
    ("全年办结政府信息公开申请24件。", &["NT-03"]),
    ("答复政府信息公开申请26件，其中予以公开及部分公开15件。", &["NT-04"]),
    ("政府信息公开申请另有3件结转下年度继续办理。", &["NT-05"]),
    ("政府信息公开行政复议共3件，其中结果维持3件。", &["NT-06", "NT-06"]),
    ("本年度，本机关未收到政府信息公开申请。", &["NT-07"]),
    ("未发生因政府信息公开工作被申请行政复议的情况。", &["NT-07"]),
    ("收到政府信息公开申请25件，其中自然人19件，法人或其他组织5件。", &["NS-01", "NT-08"]),
    ("答复政府信息公开申请26件。其中，予以公开12件，占42.15%。", &["NT-09"]),
    ("全年制定规范性文件5件。", &["NT-10"]),
    ("全年作出行政许可决定69件。", &["NT-11"]),
    ("收到政府信息公开申请25件，所有申请均已按要求办理完成。", &["NT-13"]),
    ("全年公开政务信息9条，其中网站公开9条，包括审计计划1条、公告7条。", &["NS-01"]),
    (
        "发布698条，其中动态407条（工作287条，专题106条，通知15条），公开155条，互动19条，综合117条。",
        &["NS-02"],
    ),
    (
        "共收到政府信息公开申请25件，上年度结转2件，办结26件，结转下年度办理2件。",
        &["NS-03", "NT-05"],
    ),
    ("下一步做好以下三方面工作：一是加强培训，二是完善制度。", &["NS-06"]),
];

#[test]
fn own_sentences_are_read_as_a_careful_reader_would() {
    let mut wrong = Vec::new();
    let (mut due, mut met, mut false_alarms) = (0, 0, 0);
    for (sentence, codes) in SENTENCES {
        let findings = told(&format!("插在第一部分 = {sentence}"));
        let mut found: Vec<&str> = findings.iter().map(|f| f.code.as_str()).collect();
        found.sort_unstable();
        due += codes.len();
        met += codes.iter().filter(|c| found.contains(c)).count();
        false_alarms += found.iter().filter(|c| !codes.contains(c)).count();
        if found != *codes {
            wrong.push(format!("{sentence}\n  due {codes:?}\n{}", shown(&findings)));
        }
    }
    println!("own sentences: {met} of {due} faults found, {false_alarms} false alarms");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Codes and severities that must be found.
type Due<'a> = &'a [(&'a str, Severity)];

/// Real sentences beside the figures of their own report.
#[test]
fn real_reports_agree_with_their_tables_or_are_told_where_not() {
    let cases: &[(&str, &str, Due)] = &[
        (
            "huaian-2024",
            "2024 年，全市共受理政府信息公开申请 3119 件，答复 3050 件（含上年度结转申请 34 件，另有 103 件顺延到下年度答复），均在法定期限内予以答复。政府信息公开行政复议 351 件，其中结果维持 72 件，结果纠正 64 件，其他结果 178 件，尚未审结 37 件；政府信息公开行政诉讼 46 件，其中结果维持 25 件，结果纠正 5 件，其他结果 9 件，尚未审结 7 件。",
            &[],
        ),
        ("hongze-2023", "2023 年全区受理政府信息公开申请 21 件，均在法定期限答复。", &[]),
        (
            "hongze-2023",
            "2023年，区政府办代表区政府受理政府信息公开申请17件。",
            &[("NT-01", Severity::Warning)],
        ),
        ("shuyang-fgj-2023", "2023年度我局共收到依申请信息公开26件，及时回复申请人。", &[]),
    ];
    let mut wrong = Vec::new();
    for (name, sentence, due) in cases {
        let Some(text) = shared_text(&format!("reports/truth/{name}.json")) else { return };
        let truth: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let unit = truth["unit"].as_str().expect("a unit");
        let mut patches = format!(
            "替换 \"青禾县水利局\" => \"{unit}\"\n替换 \"2024年\" => \"{}年\"\n第一部分 = {sentence}\n",
            truth["year"]
        );
        let plain = |v: &serde_json::Value| v.to_string().trim_matches('"').replace("null", "");
        for row in truth["t3"]["rows"].as_array().expect("rows") {
            let columns = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];
            // The row of the older form stands for nothing here.
            let key = plain(&row["key"]);
            for (at, column) in columns.iter().enumerate().filter(|_| key != "o") {
                patches.push_str(&format!("t3.{key}.{column} = {}\n", plain(&row["values"][at])));
            }
        }
        for (at, block) in ["R", "L", "P"].iter().enumerate() {
            for nth in 0..5 {
                let value = plain(&truth["t4"]["values"][at * 5 + nth]);
                patches.push_str(&format!("t4.{block}{} = {value}\n", nth + 1));
            }
        }
        let findings = told(&patches);
        let found: Vec<(&str, Severity)> = findings
            .iter()
            .filter(|f| f.severity > Severity::Info)
            .map(|f| (f.code.as_str(), f.severity))
            .collect();
        if found != *due {
            wrong.push(format!("{name} {sentence}\n{}", shown(&findings)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
