//! A folder of cases: sentences in `*.tsv`, truths of reports in `*.json`, the reports themselves.

use crate::document::{Amount, Value};
use crate::edition::Editions;
use crate::rules::Prior;
use crate::specimen::Specimen;
use anyhow::{Context, anyhow, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The format, as `nianbao eval --help` prints it.
pub const FORMAT: &str = "\
用例文件夹里放三种文件：

一、句子：*.tsv，首行为列名，列的次序不限，不认识的列不看。
  id        用例编号（必有）
  kind      类别，如 sum、nested-sum、flow、percent，只用于分类统计（必有）
  expected  第一个词：FAIL 应查出问题；PASS、NO-FIRE、INFO 不应查出；其后可写说明（必有）
  text      句子（必有）；⏎ 表示另起一段
  codes     应查出的规则，空格分开，可带级别：NT-01:warning；不写则查出任何一条即可
  report    对照哪份报告的表格：DIR 中 NAME.json 的 NAME。不写则只看句子自身（NS-01 至 NS-06）
  last_year 上年报告：另一个 NAME
  year      报告年度
  quantities          句中应读出的全部数量，空格分开；百分比带 %，概数前加 ~；一个也没有的写 none
  stated_total parts  应读出的总数和各分项（a+b+c），没有 quantities 时用
二、报告的真值：NAME.json，含 cells（单元格名到数字，如 {\"t3.new.T\": 25, \"t2.FEE\": \"1.5\"}，null 为空白）
  或 t2、t3、t4；可含 unit、year、edition、identities.fail（不成立的勾稽关系）、
  errors、warnings（应有的规则编号，写了就要完全一致）。
三、报告：与真值同名的任何格式文件（NAME.docx、NAME.pdf……）；没有的，用真值的数字另写一份。

Cases: *.tsv with a header (id, kind, expected, text; optional codes, report, last_year, year, quantities),
truths NAME.json, and the reports NAME.* themselves. Exit code: 0 all as expected, 1 differences, 2 failed.";

/// A folder, read.
pub(super) struct Folder {
    pub cases: Vec<Case>,
    /// By the name of the file without its end.
    pub truths: BTreeMap<String, Truth>,
    /// Files of neither kind, which are named.
    pub passed: Vec<String>,
}

/// A sentence with what a careful reader finds in it.
pub(super) struct Case {
    pub id: String,
    pub kind: String,
    pub text: String,
    /// `cases.tsv:12`
    pub place: String,
    pub due: Due,
    pub report: Option<String>,
    pub last_year: Option<String>,
    pub year: Option<i32>,
    pub quantities: Vec<Named>,
    /// Every quantity of the sentence is named, so that one more is one too many.
    pub all_named: bool,
}

/// What must be found in a sentence.
pub(super) enum Due {
    Nothing,
    /// A fault, whatever the rule.
    Fault,
    /// Codes with their severity where that is told, as often as they stand there.
    Codes(Vec<(String, Option<String>)>),
}

/// A quantity that a case names: thousandths, about or exact, a share or a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub milli: i64,
    pub vague: Option<bool>,
    pub percent: bool,
}

/// What a report really holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Truth {
    #[serde(skip)]
    pub place: String,
    #[serde(skip)]
    pub report: Option<PathBuf>,
    pub unit: String,
    pub year: Option<i32>,
    pub edition: String,
    pub cells: BTreeMap<String, serde_json::Value>,
    t2: Option<Table2>,
    t3: Option<Table3>,
    t4: Option<Table4>,
    pub identities: Option<Identities>,
    pub errors: Option<Vec<String>>,
    pub warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Table2 {
    regulations: [serde_json::Value; 3],
    normative: [serde_json::Value; 3],
    license: serde_json::Value,
    penalty: serde_json::Value,
    coercion: serde_json::Value,
    fee_wan: serde_json::Value,
}

#[derive(Deserialize)]
struct Table3 {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    values: [serde_json::Value; 7],
}

#[derive(Deserialize)]
struct Table4 {
    values: [serde_json::Value; 15],
}

#[derive(Deserialize)]
pub(super) struct Identities {
    pub fail: Vec<String>,
}

impl Folder {
    /// Reads the files below `dir`. An error names the file, the line and what is wrong with it.
    pub fn read(dir: &Path, files: Vec<PathBuf>) -> anyhow::Result<Folder> {
        let mut folder = Folder { cases: Vec::new(), truths: BTreeMap::new(), passed: Vec::new() };
        let mut others: BTreeMap<String, PathBuf> = BTreeMap::new();
        for path in files {
            let name = path.strip_prefix(dir).unwrap_or(&path).display().to_string();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match path.extension().and_then(|end| end.to_str()) {
                Some("tsv") => {
                    let text = fs_err::read_to_string(&path)?;
                    match sentences(&name, &text)? {
                        Some(cases) => folder.cases.extend(cases),
                        None => folder.passed.push(name),
                    }
                }
                Some("json") => {
                    let truth = Truth::parse(&fs_err::read_to_string(&path)?, &name)?;
                    if truth.cells.is_empty() {
                        folder.passed.push(name);
                    } else if folder.truths.insert(stem, truth).is_some() {
                        bail!("{name}：还有一个同名的真值文件 · two truths of one name");
                    }
                }
                _ => _ = others.insert(stem, path),
            }
        }
        for (stem, truth) in &mut folder.truths {
            truth.report = others.remove(stem);
        }
        folder.passed.extend(
            others.values().map(|p| p.strip_prefix(dir).unwrap_or(p).display().to_string()),
        );
        for case in &folder.cases {
            for name in [&case.report, &case.last_year].into_iter().flatten() {
                if !folder.truths.contains_key(name) {
                    bail!("{}：没有 {name}.json · there is no {name}.json", case.place);
                }
            }
        }
        Ok(folder)
    }
}

/// The cases of a table; `None` where its header is not that of cases.
fn sentences(name: &str, text: &str) -> anyhow::Result<Option<Vec<Case>>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let Some((_, header)) = lines.next() else { return Ok(None) };
    let header: Vec<&str> = header.split('\t').map(str::trim).collect();
    if ["id", "kind", "expected", "text"].iter().any(|column| !header.contains(column)) {
        return Ok(None);
    }
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let cases = lines.map(|(at, line)| {
        let place = format!("{name}:{}", at + 1);
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: &str| {
            let at = header.iter().position(|name| *name == column)?;
            cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        case(&place, cell).with_context(|| place.clone())
    });
    cases.collect::<anyhow::Result<Vec<_>>>().map(Some)
}

fn case<'l>(place: &str, cell: impl Fn(&str) -> Option<&'l str>) -> anyhow::Result<Case> {
    let must = |column: &str| cell(column).ok_or_else(|| anyhow!("缺 {column} · no {column}"));
    let expected = must("expected")?;
    let word = expected.split([' ', ';', '；', '(', '（']).next().unwrap_or_default();
    let codes = cell("codes").map(|codes| codes.split_whitespace().map(code).collect());
    let due = match (word, codes) {
        ("FAIL", Some(codes)) => Due::Codes(codes),
        ("FAIL", None) => Due::Fault,
        ("PASS" | "NO-FIRE" | "INFO", None) => Due::Nothing,
        ("PASS" | "NO-FIRE" | "INFO", Some(_)) => {
            bail!("expected 为 {word} 而写了 codes · codes are due where nothing is")
        }
        _ => bail!("expected 应以 FAIL、PASS、NO-FIRE 或 INFO 开头，不是 {word} · unknown word"),
    };
    let all = cell("quantities");
    let quantities: Vec<Named> = match all {
        // A sentence without a number.
        Some("none") => Vec::new(),
        Some(all) => {
            all.split_whitespace().map(|word| named(word, true)).collect::<Result<_, _>>()?
        }
        None => {
            let parts = cell("parts").unwrap_or_default().split('+');
            let some = cell("stated_total").into_iter().chain(parts);
            // A total that was only computed from the sentence does not stand in it.
            let text = cell("text").unwrap_or_default();
            let some = some.filter(|number| !number.is_empty() && stands_in(text, number));
            some.map(|word| named(word, false)).collect::<Result<_, _>>()?
        }
    };
    Ok(Case {
        id: must("id")?.to_string(),
        kind: must("kind")?.to_string(),
        text: must("text")?.to_string(),
        place: place.to_string(),
        due,
        report: cell("report").map(str::to_string),
        last_year: cell("last_year").map(str::to_string),
        year: cell("year").and_then(|year| year.parse().ok()),
        quantities,
        all_named: all.is_some(),
    })
}

/// A run of digits of the text is this number.
fn stands_in(text: &str, number: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').any(|run| run.trim_matches('.') == number)
}

/// `NT-01` or `NT-01:warning`.
fn code(word: &str) -> (String, Option<String>) {
    match word.split_once(':') {
        Some((code, severity)) => (code.to_string(), Some(severity.to_string())),
        None => (word.to_string(), None),
    }
}

/// `25`, `~5500`, `46.15%`. `whole`: the writing tells whether it is about or exact.
fn named(word: &str, whole: bool) -> anyhow::Result<Named> {
    let (about, rest) = word.strip_prefix('~').map_or((false, word), |rest| (true, rest));
    let (percent, digits) = rest.strip_suffix('%').map_or((false, rest), |rest| (true, rest));
    let number: f64 = digits.parse().with_context(|| format!("不是数量：{word} · no quantity"))?;
    let milli = (number * 1000.0).round() as i64;
    Ok(Named { milli, vague: whole.then_some(about), percent })
}

/// The columns of 表三 and the cells of 表四 in the order of the form.
const COLUMNS: [&str; 7] = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];
const BLOCKS: [&str; 3] = ["R", "L", "P"];

impl Truth {
    fn parse(text: &str, name: &str) -> anyhow::Result<Truth> {
        let mut truth: Truth = serde_json::from_str(text).with_context(|| name.to_string())?;
        truth.place = name.to_string();
        let mut cells = BTreeMap::new();
        if let Some(t2) = truth.t2.take() {
            for (kind, values) in [("REG", t2.regulations), ("NOR", t2.normative)] {
                let names = ["made", "repealed", "valid"].map(|cell| format!("t2.{kind}.{cell}"));
                cells.extend(names.into_iter().zip(values));
            }
            let plain = [
                ("LIC", t2.license),
                ("PEN", t2.penalty),
                ("COE", t2.coercion),
                ("FEE", t2.fee_wan),
            ];
            cells.extend(plain.map(|(kind, value)| (format!("t2.{kind}"), value)));
        }
        for row in truth.t3.take().into_iter().flat_map(|t3| t3.rows) {
            let names = COLUMNS.map(|column| format!("t3.{}.{column}", row.key));
            cells.extend(names.into_iter().zip(row.values));
        }
        if let Some(t4) = truth.t4.take() {
            let names = BLOCKS.iter().flat_map(|b| (1..=5).map(move |n| format!("t4.{b}{n}")));
            cells.extend(names.zip(t4.values));
        }
        cells.append(&mut truth.cells);
        truth.cells = cells;
        Ok(truth)
    }

    /// A report of our own making: of these tables and of this year, saying this in part one.
    pub fn specimen(
        truth: Option<&Truth>,
        year: Option<i32>,
        said: Option<&str>,
    ) -> anyhow::Result<Specimen> {
        let mut lines = String::new();
        let year = truth.and_then(|t| t.year).or(year);
        if let Some(truth) = truth {
            let id = if truth.edition.starts_with("2019") { "2019" } else { "2021" };
            lines += &format!("版式 = {id}\n全部单元格 = 0\n");
            // （六）其他处理 in one row on the later form, as some print it.
            if id == "2021" && truth.cells.keys().any(|field| field.starts_with("t3.o.")) {
                lines += "并行 t3.o1 t3.o2 t3.o3 = t3.o （六）其他处理\n";
            }
            for (field, value) in &truth.cells {
                lines += &format!("{field} = {}\n", plain(value));
            }
            if !truth.unit.is_empty() {
                lines += &format!("替换 \"青禾县水利局\" => \"{}\"\n", truth.unit);
            }
            // Its own sentences speak of other numbers.
            lines += "第一部分 = 本年度按要求公开政府信息。\n";
        }
        let own = if lines.starts_with("版式 = 2019") { 2020 } else { 2024 };
        if let Some(year) = year.filter(|year| *year != own) {
            lines += &format!("替换 \"{}年\" => \"@年\"\n", own + 1);
            lines +=
                &format!("替换 \"{own}年\" => \"{year}年\"\n替换 \"@年\" => \"{}年\"\n", year + 1);
        }
        if let Some(said) = said {
            lines += &format!("第一部分 = {said}\n");
        }
        Specimen::patched(Editions::embedded(), &lines).map_err(|why| anyhow!(why))
    }

    /// The report as the one of the year before.
    pub fn prior(&self) -> Prior {
        let values =
            self.cells.iter().map(|(field, value)| (field.clone(), self::value(field, value)));
        Prior { unit: self.unit.clone(), sound: true, values: values.collect(), ..Prior::default() }
    }

    /// What each cell should be read as.
    pub fn values(&self) -> impl Iterator<Item = (&String, Value)> {
        self.cells.iter().map(|(field, value)| (field, self::value(field, value)))
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string).replace("null", "")
}

fn value(field: &str, value: &serde_json::Value) -> Value {
    let text = plain(value);
    let amount = ["t2.FEE", "t2.PUR.amount"].contains(&field);
    match text.parse::<f64>() {
        _ if text.trim().is_empty() => Value::Blank,
        Ok(wan) if amount => {
            Value::Amount(Amount { fen: (wan * Amount::FEN_PER_WAN as f64).round() as i64 })
        }
        Ok(count) if count.fract() == 0.0 => Value::Count(count as i64),
        _ => Value::NotANumber(text),
    }
}
