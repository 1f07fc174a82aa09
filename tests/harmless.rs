//! Reports that are right and written differently: no error and no warning, in any format.

mod report_kit;

use nianbao::edition::Editions;
use nianbao::model::{Severity, Verdict};
use nianbao::specimen::Specimen;
use report_kit::word::with_main_part;
use report_kit::{Random, judged, shared_text, told};
use std::collections::BTreeSet;

const FORMATS: [&str; 4] = ["txt", "md", "html", "docx"];

/// One way of writing a report differently.
enum Variation {
    /// Another unit, everywhere it is named.
    Unit(&'static str),
    /// Lines of the patch language.
    Patch(&'static str, &'static str),
    /// Word: the main part's XML.
    Word(&'static str, fn(&str) -> String),
    /// Web page.
    Page(&'static str, fn(&str) -> String),
    /// Text or Markdown.
    Lines(&'static str, fn(&str) -> String),
}
use Variation::{Lines, Page, Patch, Unit, Word};

impl Variation {
    fn name(&self) -> &'static str {
        match self {
            Unit(name) | Patch(name, _) | Word(name, _) | Page(name, _) | Lines(name, _) => name,
        }
    }

    /// Applied to the formats that it concerns.
    fn concerns(&self, format: &str) -> bool {
        match self {
            Unit(_) | Patch(..) => true,
            Word(..) => format == "docx",
            Page(..) => format == "html",
            Lines(..) => format == "txt" || format == "md",
        }
    }
}

/// What a patch may speak of: `{unit}`, `{year}`, the years around it, `{a cell's field}`.
fn filled(template: &str, report: &Specimen, unit: &str) -> String {
    let year = report.year();
    let digit = |c: char| "〇一二三四五六七八九".chars().nth(c as usize - 48).expect("a digit");
    let hanzi: String = (year + 1).to_string().chars().map(digit).collect();
    let spaced: String = unit.chars().flat_map(|c| [c, ' ']).collect();
    let mut out = template
        .replace("{unit}", unit)
        .replace("{u n i t}", spaced.trim())
        .replace("{year}", &year.to_string())
        .replace("{next}", &(year + 1).to_string())
        .replace("{last}", &(year - 1).to_string())
        .replace("{next in Chinese}", &hanzi);
    for field in ["t3.d1.NP", "t3.d2.NP"] {
        out = out.replace(&format!("{{{field}}}"), report.cell(field).expect("a field"));
    }
    out
}

static VARIATIONS: &[Variation] = &[
    Unit("青禾县城关街道办事处"),
    Unit("青禾县双河镇人民政府"),
    Unit("青禾县石桥彝族乡人民政府"),
    Unit("青禾经济技术开发区管理委员会"),
    Unit("青禾高新区管委会"),
    Unit("青禾县公安局"),
    Unit("青禾市自然资源和规划局城南分局"),
    Unit("青禾县人民政府办公室"),
    Unit("青禾县人民政府"),
    Unit("青禾县发展和改革委员会"),
    Unit("青禾县政务服务中心"),
    Unit("青禾县综合行政执法大队"),
    Unit("国家税务总局青禾县税务局"),
    Unit("澄江市青禾区大营镇人民政府"),
    Unit("青禾县搬迁安置局"),
    Patch("phone with brackets", "替换 \"0340-6612015\" => \"(0340)6612015\""),
    Patch("phone with wide brackets", "替换 \"0340-6612015\" => \"（0340）6612015\""),
    Patch("phone with a dash", "替换 \"0340-6612015\" => \"0340—6612015\""),
    Patch("phone with a wide dash", "替换 \"0340-6612015\" => \"0340－6612015\""),
    Patch("phone of eight digits", "替换 \"0340-6612015\" => \"0527-83593059\""),
    Patch("phone without area", "替换 \"0340-6612015\" => \"83593059\""),
    Patch("two phones", "替换 \"0340-6612015\" => \"0527-83593059、83593060\""),
    Patch("phone and fax", "替换 \"0340-6612015\" => \"0527-83593059，传真：0527-83593060\""),
    Patch("phone and mail", "替换 \"0340-6612015\" => \"0340-6612015，电子邮箱：qhxslj@163.com\""),
    Patch("date with dashes", "日期 = {next}-01-08"),
    Patch("date with dots", "日期 = {next}.1.8"),
    Patch("date of two digits", "日期 = {next}年01月08日"),
    Patch("date in Chinese", "日期 = {next in Chinese}年一月八日"),
    Patch("date with spaces", "日期 = {next} 年 1 月 8 日"),
    Patch("date on the last day", "日期 = {next}年1月31日"),
    Patch("title over two lines", "标题 = {unit}⏎{year}年政府信息公开工作年度报告"),
    Patch("title broken in its words", "标题 = {unit}{year}年政府信息公开⏎工作年度报告"),
    Patch("title with spaces", "标题 = {unit} {year} 年政府信息公开工作年度报告"),
    Patch("narrow brackets", "替换 \"（\" => \"(\"\n替换 \"）\" => \")\""),
    Patch("wide digits in labels", "替换 \"1.属于\" => \"１．属于\"\n替换 \"2.\" => \"２．\""),
    Patch(
        "a comma after the digit in labels",
        "替换 \"1.属于\" => \"1、属于\"\n替换 \"3.\" => \"3、\"",
    ),
    Patch(
        "spaces in labels",
        "替换 \"总计\" => \"总 计\"\n替换 \"自然人\" => \"自 然 人\"\n替换 \"其他处理\" => \"其他 处理\"",
    ),
    Patch(
        "wide spaces in labels",
        "替换 \"总计\" => \"总\u{3000}计\"\n替换 \"维持\" => \"维\u{3000}持\"",
    ),
    Patch("NBSP in labels", "替换 \"商业企业\" => \"商业\u{a0}企业\""),
    Patch(
        "lines in labels",
        "替换 \"商业企业\" => \"商业⏎企业\"\n替换 \"科研机构\" => \"科研⏎机构\"\n替换 \"社会公益组织\" => \"社会⏎公益⏎组织\"\n替换 \"法律服务机构\" => \"法律⏎服务⏎机构\"",
    ),
    Patch(
        "lines in row labels",
        "替换 \"属于国家秘密\" => \"属于⏎国家秘密\"\n替换 \"结转下年度\" => \"结转⏎下年度\"",
    ),
    Patch(
        "NBSP around numbers",
        "替换 \"予以公开\" => \"予以公开\u{a0}\"\nt3.d1.NP = {t3.d1.NP}\u{a0}\nt3.d2.NP = \u{a0}{t3.d2.NP}",
    ),
    Patch(
        "headings with a dot",
        "第一部分标题 = 一.总体情况\n第四部分标题 = 四．政府信息公开行政复议、行政诉讼情况",
    ),
    Patch(
        "headings with spaces",
        "第一部分标题 = 一、 总体情况\n第二部分标题 = 二、\u{3000}主动公开政府信息情况\n第五部分标题 = \u{3000}\u{3000}五、存在的主要问题及改进情况",
    ),
    Patch("headings with a full stop", "第一部分标题 = 一、总体情况。"),
    Patch(
        "another part one",
        "第一部分 = {year}年，我单位坚持以习近平新时代中国特色社会主义思想为指导，认真贯彻落实《中华人民共和国政府信息公开条例》，扎实推进政府信息公开工作。⏎（一）主动公开情况。全年通过县政府网站公开信息65条，其中工作动态41条，通知公告24条。⏎（二）依申请公开办理情况。严格执行受理、登记、审核、答复流程，按时办结。⏎（三）政府信息管理情况。严格落实“三审三校”制度，规范信息发布。⏎（四）平台建设情况。依托县政府门户网站，做好栏目维护。⏎（五）监督保障情况。成立领导小组，由主要负责人任组长，纳入考核，接受社会评议，全年未发生责任追究情况。",
    ),
    Patch(
        "part one in numbered paragraphs",
        "替换 \"（一）主动公开。\" => \"1.主动公开。\"\n替换 \"（二）依申请公开。\" => \"2.依申请公开。\"\n替换 \"（三）政府\" => \"3.政府\"\n替换 \"（四）政府\" => \"4.政府\"\n替换 \"（五）监督保障\" => \"5.监督保障\"",
    ),
    Patch(
        "another part five",
        "第五部分 = {year}年，政府信息公开工作取得了一定成效，但仍存在一些不足：公开内容不够全面，公开的时效性有待提高，专业人员力量薄弱。⏎下一步，我们将着力做好以下几方面工作：一是加强学习培训，提高业务水平；二是细化公开内容，丰富公开形式；三是健全长效机制，强化考核督查。",
    ),
    Patch(
        "part five with plans for the next year",
        "第五部分 = （一）存在的主要问题⏎一是主动公开意识不强。二是解读形式单一。⏎（二）改进情况⏎针对{last}年存在的问题，{year}年加强了培训。{next}年，将进一步完善机制，加大公开力度。",
    ),
    Patch(
        "nothing in part six, said at length",
        "第六部分 = 本机关{year}年度未收取信息处理费，没有其他需要报告的事项。",
    ),
    Patch(
        "fees in part six",
        "第六部分 = 依据《政府信息公开信息处理费管理办法》，{year}年度本机关发出收费通知0件，总金额0元，实际收取0元。⏎除此之外，无其他需要报告的事项。",
    ),
    Patch(
        "years that belong there",
        "插在第一部分 = 自2008年5月1日条例施行以来，历年公开信息稳步增加；与{last}年相比，{year}年公开数量略有增长。",
    ),
    Patch(
        "laws of other years",
        "插在第一部分 = 按照《法治政府建设实施纲要（2021－2025年）》和“十四五”规划，落实2019年修订的条例。",
    ),
    Patch("a plan over years", "插在第一部分 = 公开了《青禾县{last}—{next}年水利发展规划》。"),
    Patch("percentages", "插在第一部分 = 网站公开信息占比62.5%，办结率100％，群众满意度达98.6%。"),
    Patch("money", "插在第一部分 = 落实公开工作经费3.5万元，购置查询设备2台。"),
    Patch(
        "quotes and Latin letters",
        "插在第一部分 = 通过“青禾发布”微信公众号、APP和12345热线公开信息，累计阅读量1.2万次。",
    ),
    Patch(
        "a web address",
        "替换 \"门户网站“政府信息公开”专栏\" => \"门户网站（http://www.qinghe.gov.cn）“政府信息公开”专栏\"",
    ),
    Patch(
        "the contact in other words",
        "替换 \"请与\" => \"请联系：\"\n替换 \"联系电话：\" => \"电话:\"",
    ),
    Patch(
        "the period in other words",
        "替换 \"自{year}年1月1日起至{year}年12月31日止\" => \"从{year}年1月1日至{year}年12月31日\"",
    ),
    Patch(
        "the period with zeros",
        "替换 \"自{year}年1月1日起至{year}年12月31日止\" => \"为{year}年01月01日—{year}年12月31日\"",
    ),
    Patch("signature with spaces", "落款 = {u n i t}"),
    Patch("signed by the office of the unit", "落款 = {unit}办公室"),
    Patch("signature and date on one line", "落款 = {unit}\u{3000}{next}年1月20日\n日期 ="),
    Word("runs split in every word", split_runs),
    Word("runs with fonts", |xml| {
        xml.replace(
            "<w:r>",
            r#"<w:r><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:b/><w:sz w:val="32"/></w:rPr>"#,
        )
    }),
    Word("blank paragraphs everywhere", |xml| {
        xml.replace(
            "</w:tbl>",
            "</w:tbl><w:p/><w:p><w:r><w:t xml:space=\"preserve\"> </w:t></w:r></w:p>",
        )
        .replace("<w:sectPr>", "<w:p/><w:p/><w:p/><w:sectPr>")
    }),
    Word("blank paragraphs in cells", |xml| {
        xml.replace("</w:tc>", "<w:p/></w:tc>").replace("</w:tcPr><w:p>", "</w:tcPr><w:p/><w:p>")
    }),
    Word("first line indents as spaces", |xml| {
        xml.replace(
            "<w:jc w:val=\"both\"/></w:pPr><w:r><w:t xml:space=\"preserve\">",
            "<w:jc w:val=\"both\"/></w:pPr><w:r><w:t xml:space=\"preserve\">\u{3000}\u{3000}",
        )
    }),
    Word("bookmarks, proofing marks, page breaks", |xml| {
        xml.replace("<w:r>", "<w:proofErr w:type=\"spellStart\"/><w:bookmarkStart w:id=\"0\" w:name=\"_GoBack\"/><w:bookmarkEnd w:id=\"0\"/><w:r><w:lastRenderedPageBreak/>")
    }),
    Word("content in controls", |xml| {
        xml.replace("<w:tbl>", "<w:sdt><w:sdtContent><w:tbl>")
            .replace("</w:tbl>", "</w:tbl></w:sdtContent></w:sdt>")
    }),
    Word("numbers typed over tracked changes", |xml| {
        xml.replace("<w:r><w:t xml:space=\"preserve\">0</w:t></w:r>", "<w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins><w:r><w:t>0</w:t></w:r></w:ins>")
    }),
    Word("a table as wide as its cells say", |xml| {
        xml.replace("<w:gridCol w:w=", "<w:gridCol w:x=")
    }),
    Word("header rows repeated over pages", |xml| {
        xml.replacen("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 8)
    }),
    Page("wrapped lines", |html| html.replace("。", "。\n   ")),
    Page("NBSP indents", |html| html.replace("<p>", "<p>&nbsp;&nbsp;&nbsp;&nbsp;")),
    Page("paragraphs in cells", |html| {
        html.replace("<td>", "<td><p style=\"text-align:center\"><span>")
            .replace("</td>", "</span></p></td>")
    }),
    Page("blank paragraphs in cells", |html| html.replace("</td>", "<p>&nbsp;</p></td>")),
    Page("bold labels and totals", |html| html.replace("总计", "<strong>总</strong><b>计</b>")),
    Page("headings as bold paragraphs", |html| {
        html.replace("<h2>", "<p><strong>").replace("</h2>", "</strong></p>")
    }),
    Page("the page around it", |html| {
        html.replace("<body>", "<body><ul><li><a href=1>首页</a></li><li><a href=2>信息公开</a></li><li><a href=3>政务服务</a></li></ul><div>来源：本站 发布时间：2025-01-20 09:30 浏览次数：12</div>")
            .replace("</body>", "<div>【打印】【关闭】</div><div>版权所有：青禾县人民政府 备案号：晋ICP备12345678号</div></body>")
    }),
    Page("tags in capitals, cells unclosed", |html| {
        html.replace("</td>", "").replace("<td", "<TD").replace("</tr>", "")
    }),
    Page("divisions and fonts", |html| {
        html.replace("<p>", "<div><font face=\"仿宋\">").replace("</p>", "</font></div>")
    }),
    Page("a head in th", |html| html.replacen("<td", "<th", 4)),
    Lines("CRLF", |text| text.replace('\n', "\r\n")),
    Lines("a byte order mark", |text| format!("\u{feff}{text}")),
    Lines("wide indents", |text| {
        text.lines()
            .map(
                |l| if l.len() > 100 { format!("\u{3000}\u{3000}{l}\n") } else { format!("{l}\n") },
            )
            .collect()
    }),
    Lines("blank lines at the end", |text| format!("{text}\n\n\n\n")),
    Lines("spaces at the ends of lines", |text| text.lines().map(|l| format!("{l}  \n")).collect()),
];

/// Every run of words as runs of one or two characters.
fn split_runs(xml: &str) -> String {
    const OPEN: &str = "<w:t xml:space=\"preserve\">";
    let mut out = String::new();
    let mut rest = xml;
    while let Some(at) = rest.find(OPEN) {
        let (before, after) = rest.split_at(at + OPEN.len());
        let end = after.find("</w:t>").expect("closed");
        out.push_str(before);
        let chars: Vec<char> = after[..end].chars().collect();
        // Entities stay whole.
        if after[..end].contains('&') {
            out.push_str(&after[..end]);
        } else {
            let parts: Vec<String> = chars.chunks(2).map(|c| c.iter().collect()).collect();
            out.push_str(&parts.join(&format!("</w:t></w:r><w:r>{OPEN}")));
        }
        rest = &after[end..];
    }
    out + rest
}

/// A specimen with variations of all kinds, written in a format.
fn written(specimen: &Specimen, format: &str, variations: &[&Variation]) -> Vec<u8> {
    let mut varied = specimen.clone();
    let mut unit = specimen.unit();
    for variation in variations {
        if let Unit(name) = variation {
            varied
                .patch(&format!("替换 \"{unit}\" => \"{name}\""))
                .expect("a report names its unit");
            unit = name;
        }
    }
    for variation in variations {
        if let Patch(_, lines) = variation {
            for line in filled(lines, specimen, unit).lines() {
                // A passage that an earlier variation replaced cannot be varied again.
                let _ = varied.patch(line);
            }
        }
    }
    let specimen = varied;
    let varied = |text: String| {
        variations.iter().fold(text, |text, variation| match variation {
            Word(_, change) if format == "docx" => change(&text),
            Page(_, change) if format == "html" => change(&text),
            Lines(_, change) if format == "txt" || format == "md" => change(&text),
            _ => text,
        })
    };
    match format {
        "txt" => varied(specimen.to_text()).into_bytes(),
        "md" => varied(specimen.to_markdown()).into_bytes(),
        "html" => varied(specimen.to_html()).into_bytes(),
        _ => with_main_part(&specimen.to_docx(), |xml| varied(xml.to_string())),
    }
}

/// Errors and warnings in words.
fn complaints(verdict: &Verdict) -> Vec<String> {
    told(verdict, Severity::Warning)
}

#[test]
fn each_harmless_variation_alone_brings_no_error_and_no_warning() {
    let mut wrong = Vec::new();
    let editions = &Editions::embedded().all;
    let clean: Vec<Specimen> = editions.iter().map(Specimen::clean).collect();
    for (at, variation) in VARIATIONS.iter().enumerate() {
        for (format, name) in FORMATS.iter().enumerate().filter(|(_, f)| variation.concerns(f)) {
            // Both forms take turns; the combinations below meet the rest.
            let specimen = &clean[(at + format) % clean.len()];
            let bytes = written(specimen, name, &[variation]);
            let told = complaints(&judged(&format!("报告.{name}"), &bytes));
            if !told.is_empty() {
                let (year, variation) = (specimen.year(), variation.name());
                wrong.push(format!("{year} {name} {variation}:\n    {}", told.join("\n    ")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn harmless_variations_together_bring_no_error_and_no_warning() {
    let mut wrong = Vec::new();
    let mut random = Random::new(11);
    for seed in 0..40u64 {
        let edition = &Editions::embedded().all[random.below(2)];
        let specimen = Specimen::random(edition, seed);
        let format = FORMATS[random.below(FORMATS.len())];
        // In the order of the list: what sets a passage anew stands before what varies its words.
        let chosen: BTreeSet<usize> = (0..5).map(|_| random.below(VARIATIONS.len())).collect();
        let chosen: Vec<&Variation> = chosen.into_iter().map(|at| &VARIATIONS[at]).collect();
        let told =
            complaints(&judged(&format!("报告.{format}"), &written(&specimen, format, &chosen)));
        if !told.is_empty() {
            let names: Vec<&str> = chosen.iter().map(|v| v.name()).collect();
            let told = told.join("\n    ");
            wrong.push(format!("{} {seed} {format} {names:?}:\n    {told}", edition.id));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Sentences of real reports with sums, shares, flows and comparisons in them.
const SENTENCES: [&str; 5] = [
    "全年累计发布各类公开信息38条，其中工作动态31条、机构信息1条、领导信息1条、财务信息5条。",
    "共受理申请121件（其中新收112件，上年结转9件），已答复119件，属于同意公开的60件，部分公开13件，无法提供的26件，另2件结转下一年处理。",
    "通过网络申请1303件，占86.92%；通过信函申请172件，占11.47%；当面申请24件，占1.60%。",
    "对25件申请收取了信息处理费2950元，其中自然资源局1件420元，公安局24件2530元。",
    "政府网站公开信息共26条，截止2020年12月31日历年累计公开26条，同比增长1.05%。",
];

#[test]
fn figures_in_prose_bring_no_error_of_form() {
    let rows = shared_text("reports/narrative-cases.tsv");
    let last = |row: &str| row.split('\t').next_back().map(str::to_owned);
    let real = rows.iter().flat_map(|text| text.lines().skip(1)).filter_map(last);
    let mut wrong = Vec::new();
    for sentence in SENTENCES.iter().map(|s| s.to_string()).chain(real) {
        for edition in &Editions::embedded().all {
            let mut specimen = Specimen::clean(edition);
            specimen.patch(&format!("插在第一部分 = {sentence}")).expect("a sound patch");
            let verdict = judged("报告.txt", specimen.to_text().as_bytes());
            let errors = verdict.findings.iter().filter(|f| f.severity == Severity::Error);
            let form = ["ST", "ID", "TB", "AR", "FC", "PX"];
            for f in errors.filter(|f| form.iter().any(|family| f.code.starts_with(family))) {
                wrong.push(format!("{} {}\n    {sentence}", f.code, f.message.zh));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const COLUMNS: [&str; 7] = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];

/// The numbers of a real report as patches over a specimen.
fn patches(truth: &serde_json::Value) -> String {
    let mut out = String::new();
    let plain = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        value => value.to_string().trim_matches('"').to_owned(),
    };
    let mut put = |field: String, value: &serde_json::Value| {
        out.push_str(&format!("{field} = {}\n", plain(value)));
    };
    for (key, row) in [("regulations", "REG"), ("normative", "NOR")] {
        for (at, column) in ["made", "repealed", "valid"].iter().enumerate() {
            put(format!("t2.{row}.{column}"), &truth["t2"][key][at]);
        }
    }
    let single = [("license", "LIC"), ("penalty", "PEN"), ("coercion", "COE"), ("fee_wan", "FEE")];
    for (key, row) in single {
        put(format!("t2.{row}"), &truth["t2"][key]);
    }
    for row in truth["t3"]["rows"].as_array().expect("rows") {
        for (at, column) in COLUMNS.iter().enumerate() {
            put(format!("t3.{}.{column}", plain(&row["key"])), &row["values"][at]);
        }
    }
    for (at, block) in ["R", "L", "P"].iter().enumerate() {
        for nth in 0..5 {
            put(format!("t4.{block}{}", nth + 1), &truth["t4"]["values"][at * 5 + nth]);
        }
    }
    if out.contains("t3.o.") {
        out.insert_str(0, "并行 t3.o1 t3.o2 t3.o3 = t3.o （六）其他处理\n");
    }
    out
}

#[test]
fn numbers_of_real_reports_bring_the_errors_they_hold_and_no_other() {
    let cases: [(&str, &[&str]); 4] = [
        ("huaian-2024", &[]),
        ("shuyang-fgj-2023", &[]),
        ("hongze-2023", &["AR-04", "AR-04"]),
        ("yanghe-case", &["AR-01", "AR-01"]),
    ];
    let edition = Editions::embedded().get("2021").expect("embedded");
    for (name, due) in cases {
        let Some(text) = shared_text(&format!("reports/truth/{name}.json")) else { return };
        let truth = serde_json::from_str(&text).expect("JSON");
        let mut specimen = Specimen::clean(edition);
        for line in patches(&truth).lines() {
            specimen.patch(line).unwrap_or_else(|why| panic!("{name}: {line}: {why}"));
        }
        for format in FORMATS {
            let verdict = judged(&format!("报告.{format}"), &written(&specimen, format, &[]));
            let errors: Vec<&str> = verdict
                .findings
                .iter()
                .filter(|f| f.severity == Severity::Error && f.code != "TB-02")
                // The sentences are still the specimen's own.
                .filter(|f| !f.code.starts_with("NT-"))
                .map(|f| f.code.as_str())
                .collect();
            assert_eq!(errors, due, "{name} {format}: {:#?}", complaints(&verdict));
            let mixed = verdict.findings.iter().any(|f| f.code == "TB-02");
            assert_eq!(mixed, name == "hongze-2023", "{name} {format}");
            for finding in verdict.findings.iter().filter(|f| f.code == "AR-01") {
                let named = "“一、本年新收政府信息公开申请数量”·自然人";
                assert!(finding.message.zh.contains(named), "{}", finding.message.zh);
            }
        }
    }
}
