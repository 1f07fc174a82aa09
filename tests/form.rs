//! What a site adds to the national form: read from its configuration, bound, judged, and never a way for
//! a wrong report to pass.

use nianbao::config::parse;
use nianbao::document::Value;
use nianbao::edition::{Editions, Forms, SiteForm, bind};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Finding, RuleState, Severity, Verdict};
use nianbao::rules::{Case, Circumstances, RuleSettings, judge};
use nianbao::specimen::Specimen;
use std::path::Path;

/// The forms of a configuration.
fn forms(text: &str) -> Forms {
    match parse(text, "nianbao.toml", Path::new("/site")) {
        Ok(settings) => settings.forms,
        Err(error) => panic!("{error}"),
    }
}

/// The report in every way of writing it down.
fn written(specimen: &Specimen) -> [(&'static str, Vec<u8>); 3] {
    [
        ("r.txt", specimen.to_text().into_bytes()),
        ("r.html", specimen.to_html().into_bytes()),
        ("r.docx", specimen.to_docx()),
    ]
}

fn judged(editions: &Editions, name: &str, bytes: &[u8]) -> Verdict {
    let document = extract(name, bytes, &Limits::default()).expect(name).document;
    let report = bind(&document, editions);
    let (circumstances, settings) = (Circumstances::default(), RuleSettings::default());
    judge(&Case::new(&document, &report, editions, &circumstances, &settings))
}

fn patched(editions: &Editions, patches: &str) -> Specimen {
    Specimen::patched(editions, patches).expect("the patches fit")
}

fn national(patches: &str) -> Specimen {
    patched(Editions::embedded(), patches)
}

fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.findings.iter().map(|f| f.code.as_str()).collect()
}

fn told(verdict: &Verdict) -> Vec<String> {
    let line = |f: &Finding| format!("{:?} {} {}", f.severity, f.code, f.message.zh);
    verdict.findings.iter().map(line).collect()
}

fn value(verdict: &Verdict, field: &str) -> Option<i64> {
    verdict.values.get(field).and_then(Value::count)
}

/// Every way of writing it is free of findings and has the cells' values.
fn fine(forms: &Forms, specimen: &Specimen, cells: &[(&str, i64)]) {
    for (name, bytes) in written(specimen) {
        let verdict = judged(forms, name, &bytes);
        assert!(verdict.findings.is_empty(), "{name}: {:#?}", told(&verdict));
        for (field, number) in cells {
            assert_eq!(value(&verdict, field), Some(*number), "{name}: {field}");
        }
    }
}

/// Every way of writing it has findings of just these rules, whatever the reader thinks of them.
fn finds(editions: &Editions, specimen: &Specimen, wanted: &[&str]) -> Vec<Verdict> {
    let judge = |(name, bytes): (&str, Vec<u8>)| {
        let verdict = judged(editions, name, &bytes);
        let mut found = codes(&verdict);
        found.dedup();
        assert_eq!(found, wanted, "{name}: {:#?}", told(&verdict));
        verdict
    };
    written(specimen).into_iter().map(judge).collect()
}

const WORDING: &str = "[form.2021]
alias.\"t3.granted\" = [\"（一）予以公开件数\"]
alias.\"t3.col.T\" = [\"件数合并计算\"]
alias.\"t3.group.法人或其他组织\" = [\"各类单位\"]
alias.\"t2.block.1\" = [\"规章和文件\"]
alias.\"t2.group.信息内容\" = [\"文件类别\"]
heading.5 = [\"问题与改进打算\"]
caption.3 = [\"三、本机关办理申请情况统计表\"]
";

const WORDED: &str = "标签 t3.granted = （一）予以公开件数
标签 t3.col.T = 件数合并计算
替换 \"法人或其他组织\" => \"各类单位\"
替换 \"第二十条第（一）项\" => \"规章和文件\"
替换 \"信息内容\" => \"文件类别\"
第五部分标题 = 五、问题与改进打算
第三部分 = 三、本机关办理申请情况统计表";

#[test]
fn a_sites_own_wording_is_accepted_and_read_as_what_it_stands_for() {
    let forms = forms(WORDING);
    fine(
        &forms,
        &national(WORDED),
        &[("t3.granted.NP", 9), ("t3.total.T", 26), ("t2.NOR.valid", 14)],
    );
    // The national wording stays as good as it was.
    fine(&forms, &national(""), &[("t3.granted.NP", 9)]);
}

#[test]
fn without_the_additions_the_same_wording_is_told() {
    for (name, bytes) in written(&national(WORDED)) {
        let verdict = judged(Editions::embedded(), name, &bytes);
        for code in ["ST-04", "TB-03"] {
            assert!(codes(&verdict).contains(&code), "{name} {code}: {:#?}", told(&verdict));
        }
    }
}

#[test]
fn a_wrong_number_in_an_aliased_row_is_found_as_before() {
    let forms = forms(WORDING);
    let wrong = national(&format!("{WORDED}\nt3.granted.NP = 8"));
    let plain = national("t3.granted.NP = 8");
    for (verdict, before) in finds(&forms, &wrong, &["AR-02", "AR-03"]).iter().zip(finds(
        &forms,
        &plain,
        &["AR-02", "AR-03"],
    )) {
        assert!(verdict.findings.iter().all(|f| f.severity == Severity::Error));
        let prints = |v: &Verdict| -> Vec<String> {
            v.findings.iter().map(|f| f.fingerprint.clone()).collect()
        };
        assert_eq!(prints(verdict), prints(&before));
    }
}

const EXTRA_ROW: &str = "[[form.2021.row]]
table = 2
id = \"OTH\"
label = \"其他主动公开文件\"
after = \"行政规范性文件\"
";

#[test]
fn an_added_row_is_read_and_may_be_left_out() {
    let forms = forms(EXTRA_ROW);
    let with = national("加行 t2 after t2.NOR : 其他主动公开文件 = 3 1 9");
    fine(&forms, &with, &[("t2.OTH.made", 3), ("t2.OTH.repealed", 1), ("t2.OTH.valid", 9)]);
    fine(&forms, &national(""), &[("t2.NOR.made", 2)]);
    finds(Editions::embedded(), &with, &["TB-04"]);
    // Its cells are looked at as all others are.
    let blank = national("加行 t2 after t2.NOR : 其他主动公开文件 = 3 若干 9");
    finds(&forms, &blank, &["TB-09"]);
    // Elsewhere, or beside another row that nobody knows, it is told.
    let moved = national("加行 t2 after t2.LIC : 其他主动公开文件 = 3");
    assert!(finds_code(&forms, &moved, "TB-04"));
    let two = national(
        "加行 t2 after t2.NOR : 其他主动公开文件 = 3 1 9\n加行 t2 after t2.NOR : 内部材料 = 3 1 9",
    );
    finds(&forms, &two, &["TB-04"]);
}

fn finds_code(editions: &Editions, specimen: &Specimen, code: &str) -> bool {
    written(specimen)
        .into_iter()
        .all(|(name, bytes)| codes(&judged(editions, name, &bytes)).contains(&code))
}

#[test]
fn a_required_row_that_is_missing_is_told_by_its_name() {
    let forms = forms(&format!("{EXTRA_ROW}required = true\n"));
    for verdict in finds(&forms, &national(""), &["TB-04"]) {
        assert!(
            verdict.findings[0].message.zh.contains("缺少“其他主动公开文件”"),
            "{:?}",
            told(&verdict)
        );
        assert_eq!(verdict.findings[0].severity, Severity::Error);
    }
    fine(&forms, &patched(&forms, "t2.OTH.made = 4"), &[("t2.OTH.made", 4)]);
}

const SUMMED_ROW: &str = "[[form.2021.row]]
table = 3
id = \"local\"
label = \"4.转交其他机关办理\"
after = \"t3.o3\"
required = true
sum = \"t3.total\"
";

#[test]
fn an_added_row_counts_in_a_total_only_where_the_site_says_so() {
    let summed = forms(SUMMED_ROW);
    let plain = forms(&SUMMED_ROW.replace("sum = \"t3.total\"", ""));
    let row = "加行 t3 after t3.o3 : 4.转交其他机关办理 = 2 0 0 0 0 0 2\n";
    // Two more results, and two more in the totals they are counted in.
    let counted = national(&format!(
        "{row}t3.total.NP = 23\nt3.total.T = 28\nt3.new.NP = 22\nt3.new.T = 27\n替换 \"新收政府信息公开申请25件\" => \"新收政府信息公开申请27件\"\n替换 \"办结26件\" => \"办结28件\""
    ));
    fine(&summed, &counted, &[("t3.local.NP", 2), ("t3.total.NP", 23)]);
    finds(&plain, &counted, &["AR-02"]);
    let beside = national(row);
    fine(&plain, &beside, &[("t3.local.T", 2), ("t3.total.NP", 21)]);
    finds(&summed, &beside, &["AR-02"]);
    // A wrong number in the row is a wrong sum of its column and of its row.
    let wrong = national(&row.replace("= 2 0", "= 1 0"));
    assert!(finds_code(&summed, &wrong, "AR-02") && finds_code(&summed, &wrong, "AR-03"));
    // Without the row the total is not weighed against fewer items.
    for verdict in finds(&summed, &national(""), &["TB-04"]) {
        assert_eq!(verdict.coverage["AR-02"].state, RuleState::NotAssessable);
    }
}

#[test]
fn every_wrong_number_of_a_summed_row_and_column_is_found() {
    let forms = forms(&format!(
        "{SUMMED_ROW}[[form.2021.column]]\ntable = 3\nid = \"SOE\"\nlabel = \"国有企业\"\nafter = \"t3.col.BIZ\"\nrequired = true\nsum = \"t3.col.T\"\n"
    ));
    let edition = forms.get("2021").expect("there");
    // 26 rows of 8 columns: 8 balances, 8 column sums, 26 row sums, 3 of table 4.
    let count = |rule| edition.equations.iter().filter(|e| e.rule == rule).count();
    assert_eq!(["AR-01", "AR-02", "AR-03", "AR-04"].map(count), [8, 8, 26, 3]);
    for seed in 0..3 {
        let clean = Specimen::random(edition, seed);
        fine(&forms, &clean, &[]);
        for row in ["granted", "local", "new", "total"] {
            for column in ["NP", "SOE", "T"] {
                let field = format!("t3.{row}.{column}");
                let mut wrong = clean.clone();
                let number: i64 = wrong.cell(&field).expect("a cell").parse().expect("a number");
                wrong.patch(&format!("{field} = {}", number + 100)).expect("a cell");
                let verdict = judged(&forms, "r.docx", &wrong.to_docx());
                let found = codes(&verdict);
                assert!(found.iter().any(|code| code.starts_with("AR-0")), "{field}: {found:?}");
            }
        }
    }
}

#[test]
fn an_added_column_may_be_left_out_unless_it_is_required() {
    let column =
        "[[form.2021.column]]\ntable = 4\nid = \"R0\"\nlabel = \"申请人撤回\"\nafter = \"R3\"\n";
    let optional = forms(column);
    fine(&optional, &national(""), &[("t4.R5", 1)]);
    let with = patched(&optional, "t4.R0 = 2");
    fine(&optional, &with, &[("t4.R0", 2), ("t4.R5", 1), ("t4.L1", 1)]);
    let required = forms(&format!("{column}required = true\n"));
    assert!(finds_code(&required, &national(""), "TB-03"));
    let summed = forms(&format!("{column}required = true\nsum = \"R5\"\n"));
    finds(&summed, &with, &["AR-04"]);
}

#[test]
fn no_addition_changes_no_hash_and_any_other_does() {
    assert_eq!(Forms::of(SiteForm::default()).expect("nothing to refuse"), Forms::default());
    let built_in = Editions::embedded();
    assert_eq!(*forms(""), *built_in);
    let hash = |text: &str, id: &str| forms(text).get(id).expect("there").hash.clone();
    let one = "[form.2021]\nalias.\"t3.granted\" = [\"予以公开件数\"]\n";
    let all = [
        "",
        one,
        "[form.2021]\nalias.\"t3.partial\" = [\"予以公开件数\"]\n",
        "[form.2021]\nheading.1 = [\"予以公开件数\"]\n",
        EXTRA_ROW,
        &EXTRA_ROW.replace("OTH", "OTHER"),
        &format!("{EXTRA_ROW}required = true\n"),
    ]
    .map(|text| hash(text, "2021"));
    for (at, hash) in all.iter().enumerate() {
        assert_eq!(hash.len(), 16);
        assert!(!all[..at].contains(hash), "{at}");
    }
    assert_eq!(hash(one, "2019"), built_in.get("2019").expect("there").hash);
    // The order in which they are written is nothing to the form.
    let [ab, ba] = [["甲类件数", "乙类件数"], ["乙类件数", "甲类件数"]].map(|[a, b]| {
        hash(&format!("[form.2021]\nalias.\"t3.granted\" = [\"{a}\", \"{b}\"]\n"), "2021")
    });
    assert_eq!(ab, ba);
    // The verdict says by which form it was judged.
    let bytes = national("").to_docx();
    let (plain, other) =
        (judged(built_in, "r.docx", &bytes), judged(&forms(one), "r.docx", &bytes));
    assert_eq!((plain.edition_hash, other.edition_hash), (all[0].clone(), all[1].clone()));
}

/// A made-up edition for 2027: part five renamed, a row reworded, a row added, one identity more.
fn made_up() -> String {
    let old = include_str!("../config/editions/2021.toml");
    let new = old
        .replace("id = \"2021\"", "id = \"2027\"")
        .replace("first_year = 2021", "first_year = 2027")
        .replace("国办公开办函〔2021〕30号", "国办公开办函〔2026〕77号")
        .replace("heading = \"存在的主要问题及改进情况\"", "heading = \"问题检视与整改清单\"")
        .replace("label = \"（一）予以公开\"", "label = \"（一）全部公开的\"")
        .replace(
            "  { id = \"u1\"",
            "  { id = \"denied\", label = \"9.不予公开小计\", groups = [\"三、本年度办理结果\", \"（三）不予公开\"] },\n  { id = \"u1\"",
        );
    new + "\n[[identities]]\nrule = \"AR-02\"\neach = \"column\"\nleft = [\"t3.d1.{column}\", \"t3.d2.{column}\", \"t3.d3.{column}\", \"t3.d4.{column}\", \"t3.d5.{column}\", \"t3.d6.{column}\", \"t3.d7.{column}\", \"t3.d8.{column}\"]\nright = [\"t3.denied.{column}\"]\npivot = \"t3.denied.{column}\"\n"
}

fn with_file(text: &str) -> Result<Forms, Vec<nianbao::edition::Refusal>> {
    Forms::of(SiteForm { files: vec![text.to_string()], additions: Vec::new() })
}

#[test]
fn a_whole_new_edition_is_one_file() {
    let forms = with_file(&made_up()).expect("sound");
    let of = |year| forms.for_year(year).map(|e| e.id.as_str());
    assert_eq!(
        [2020, 2021, 2026, 2027, 2040].map(of),
        [Some("2019"), Some("2021"), Some("2021"), Some("2027"), Some("2027")]
    );
    let edition = forms.get("2027").expect("there");
    assert_eq!(edition.equations.len(), 42 + 7 + 1);
    for seed in 0..4 {
        let report = Specimen::random(edition, seed);
        assert!(report.year() >= 2027);
        fine(&forms, &report, &[]);
    }
    let clean = Specimen::clean(edition);
    for (name, bytes) in written(&clean) {
        let verdict = judged(&forms, name, &bytes);
        assert_eq!(
            (verdict.edition.as_deref(), verdict.year),
            (Some("2027"), Some(2027)),
            "{name}"
        );
        assert_eq!(verdict.edition_hash, edition.hash);
    }
    let cases: [(&str, &[&str]); 4] = [
        ("t3.denied.NP = 4", &["AR-02", "AR-03"]),
        ("第五部分标题 = 五、存在的主要问题及改进情况", &["ST-03"]),
        ("标签 t3.granted = （一）予以公开", &["TB-06"]),
        ("删行 t3.denied", &["TB-04"]),
    ];
    for (patch, wanted) in cases {
        let mut wrong = clean.clone();
        wrong.patch(patch).expect("fits");
        finds(&forms, &wrong, wanted);
    }
}

#[test]
fn an_identity_that_a_new_edition_drops_is_not_held_against_its_reports() {
    let text = made_up();
    let at = text.rfind("[[identities]]\nrule = \"AR-04\"").expect("one of table 4");
    let end = at + text[at..].find("\n\n").expect("another one follows");
    let forms = with_file(&format!("{}{}", &text[..at], &text[end..])).expect("sound");
    let mut report = Specimen::clean(forms.get("2027").expect("there"));
    report.patch("t4.P1 = 3").expect("a cell");
    fine(&forms, &report, &[("t4.P1", 3)]);
    // A rule that is left without any says so.
    let none = text.replace("rule = \"AR-04\"", "rule = \"AR-01\"");
    assert!(with_file(&none).is_err(), "AR-01 weighs table 3");
    let parts: Vec<&str> = text.split("[[identities]]").collect();
    let kept: Vec<&str> = parts.into_iter().filter(|part| !part.contains("\"AR-04\"")).collect();
    let forms = with_file(&kept.join("[[identities]]")).expect("sound");
    let report = Specimen::clean(forms.get("2027").expect("there"));
    let verdict = judged(&forms, "r.docx", &report.to_docx());
    assert_eq!(verdict.coverage["AR-04"].state, RuleState::NotApplicable);
}

#[test]
fn a_row_that_is_missing_is_not_made_up_for_by_another_edition() {
    // With an edition of nearly the same cells beside it, a sum that lacks its own row stays unweighed.
    let settings = parse(SUMMED_ROW, "x", Path::new("/site")).expect("fine");
    let site = SiteForm { files: vec![made_up()], ..settings.forms.site() };
    let forms = Forms::of(site).expect("sound");
    for verdict in finds(&forms, &national(""), &["TB-04"]) {
        assert_eq!(verdict.coverage["AR-02"].state, RuleState::NotAssessable);
    }
}

#[test]
fn a_report_of_another_year_is_still_judged_by_its_own_edition() {
    let forms = with_file(&made_up()).expect("sound");
    for patches in ["", "版式 = 2019"] {
        fine(&forms, &patched(&forms, patches), &[]);
    }
    // The new edition's words are none of the old one's.
    finds(&forms, &national("第五部分标题 = 五、问题检视与整改清单"), &["ST-03"]);
    finds(&forms, &national("标签 t3.granted = （一）全部公开的"), &["TB-06"]);
    // On the old form in the new years: the wrong form.
    let late = national("替换 \"2024年\" => \"2027年\"\n替换 \"2025年\" => \"2028年\"");
    assert!(finds_code(&forms, &late, "ST-03"));
}

#[test]
fn a_sites_edition_wins_for_its_years() {
    let own = include_str!("../config/editions/2021.toml");
    // The same id takes the built-in one's place.
    let same = with_file(
        &own.replace("结果纠正\", group = \"行政复议\"", "结果改正\", group = \"行政复议\""),
    )
    .expect("sound");
    assert_eq!(same.all.len(), 2);
    assert_ne!(
        same.get("2021").expect("there").hash,
        Editions::embedded().get("2021").expect("there").hash
    );
    // Another id for all of its years leaves it none.
    let all = with_file(&own.replace("id = \"2021\"", "id = \"own\"")).expect("sound");
    assert_eq!(all.all.iter().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["2019", "own"]);
    // Years that both begin before and go on after would leave a hole.
    let hole = made_up().replace("first_year = 2027", "first_year = 2027\nlast_year = 2028");
    let refused = with_file(&hole).expect_err("a hole");
    assert!(refused[0].what.zh.contains("中间"), "{refused:?}");
    // A built-in edition that is cut short is another one than before.
    let cut = with_file(&made_up()).expect("sound");
    assert_ne!(
        cut.get("2021").expect("there").hash,
        Editions::embedded().get("2021").expect("there").hash
    );
    assert_eq!(
        cut.get("2019").expect("there").hash,
        Editions::embedded().get("2019").expect("there").hash
    );
}
