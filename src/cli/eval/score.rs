//! What came of the cases: found, missed, alarmed falsely; and how it is printed.

use super::cases::{Case, Due, Folder, Named, Truth};
use crate::document::Value;
use crate::model::{Finding, Lang, Severity, Unreadable, Verdict};
use crate::render::{Align, Grid, Style};
use crate::rules::quantities;
use serde_json::json;
use std::collections::BTreeMap;

/// The rules by which a sentence contradicts itself, whatever the tables say.
const ALONE: [&str; 6] = ["NS-01", "NS-02", "NS-03", "NS-04", "NS-05", "NS-06"];
/// The exact identities, which `identities.fail` of a truth is about.
const IDENTITIES: [&str; 4] = ["AR-01", "AR-02", "AR-03", "AR-04"];

/// Counts of a class of cases.
#[derive(Clone, Copy, Default)]
struct Tally {
    cases: usize,
    /// Some rule found something in them that it could check.
    read: usize,
    due: usize,
    found: usize,
    false_alarms: usize,
}

/// Named, read as they are, and read besides.
#[derive(Clone, Copy, Default)]
struct Recall {
    named: usize,
    right: usize,
    /// Read where every quantity was named.
    read: usize,
    read_right: usize,
}

/// Something that is not as expected.
struct Difference {
    what: What,
    class: String,
    id: String,
    place: String,
    /// Chinese; the codes and the text it is about.
    told: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Missed,
    FalseAlarm,
    Misread,
    Failed,
}

impl What {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            What::Missed => ("漏报", "missed"),
            What::FalseAlarm => ("误报", "false_alarm"),
            What::Misread => ("错读", "misread"),
            What::Failed => ("未能判读", "failed"),
        }
    }
}

/// The whole result.
pub(super) struct Score {
    classes: BTreeMap<String, Tally>,
    quantities: Recall,
    /// Cells of reports: named, read right, left unread, read wrong.
    cells: [usize; 4],
    differences: Vec<Difference>,
    passed: Vec<String>,
}

impl Score {
    pub fn of(folder: &Folder, read: Vec<Result<Verdict, Unreadable>>) -> Score {
        let mut score = Score {
            classes: BTreeMap::new(),
            quantities: Recall::default(),
            cells: [0; 4],
            differences: Vec::new(),
            passed: folder.passed.clone(),
        };
        let mut read = read.into_iter();
        for (case, verdict) in folder.cases.iter().zip(&mut read) {
            score.quantities(case);
            match verdict {
                Ok(verdict) => score.sentence(case, &verdict),
                Err(why) => score.differ(What::Failed, case, why.message.zh),
            }
        }
        for ((name, truth), verdict) in folder.truths.iter().zip(read) {
            let at = At { class: "报告", id: name, place: &truth.place };
            match verdict {
                Ok(verdict) => score.report(&at, truth, &verdict),
                Err(why) => score.push(What::Failed, &at, why.message.zh),
            }
        }
        score
    }

    /// Cases that could not be read at all.
    pub fn failed(&self) -> usize {
        self.differences.iter().filter(|d| d.what == What::Failed).count()
    }

    pub fn as_expected(&self) -> bool {
        self.differences.is_empty()
    }

    fn sentence(&mut self, case: &Case, verdict: &Verdict) {
        let counts = |code: &str| {
            let listed = match &case.due {
                Due::Codes(codes) => codes.iter().any(|(due, _)| due == code),
                _ => false,
            };
            let beside_tables = code.starts_with("NT-") || code.starts_with("NS-");
            let beside_last_year = code == "XY-09" && case.last_year.is_some();
            // What a report does not say is no fault of a sentence.
            let own = (beside_tables || beside_last_year) && !["NT-12", "NT-15"].contains(&code);
            listed || ALONE.contains(&code) || case.report.is_some() && own
        };
        let mut found: Vec<&Finding> =
            verdict.findings.iter().filter(|f| counts(&f.code)).collect();
        let some = verdict.coverage.iter().any(|(code, c)| counts(code) && c.assessed > 0);
        let mut tally = Tally { cases: 1, read: usize::from(some), ..Tally::default() };
        let mut missed = Vec::new();
        match &case.due {
            Due::Nothing => {}
            Due::Fault => {
                (tally.due, tally.found) = (1, usize::from(!found.is_empty()));
                missed.extend(found.is_empty().then(|| "任何一条".to_string()));
                found.clear();
            }
            Due::Codes(codes) => {
                for (code, severity) in codes {
                    tally.due += 1;
                    let fits = |f: &&Finding| {
                        let as_grave = severity.as_deref().is_none_or(|s| s == f.severity.name());
                        f.code == *code && as_grave
                    };
                    match found.iter().position(fits) {
                        Some(at) => {
                            found.remove(at);
                            tally.found += 1;
                        }
                        None => missed.push(code.clone()),
                    }
                }
            }
        }
        tally.false_alarms = found.len();
        for code in missed {
            self.differ(What::Missed, case, format!("{code} “{}”", case.text));
        }
        for finding in found {
            let told = format!("{} {} “{}”", finding.code, finding.message.zh, case.text);
            self.differ(What::FalseAlarm, case, told);
        }
        self.add(&case.kind, tally);
    }

    /// The quantities a case names against those that are read.
    fn quantities(&mut self, case: &Case) {
        let mut read: Vec<Named> = Vec::new();
        for q in quantities(&case.text) {
            read.push(Named { milli: q.milli, vague: Some(q.vague), percent: q.percent });
        }
        let all = read.len();
        let mut right = 0;
        for named in &case.quantities {
            let fits = |q: &Named| {
                let as_sure = named.vague.is_none() || named.vague == q.vague;
                q.milli == named.milli && q.percent == named.percent && as_sure
            };
            match read.iter().position(fits) {
                Some(at) => {
                    read.remove(at);
                    right += 1;
                }
                None => {
                    let sign = if named.percent { "%" } else { "" };
                    let number = named.milli as f64 / 1000.0;
                    let told = format!("数量 {number}{sign} “{}”", case.text);
                    self.differ(What::Missed, case, told);
                }
            }
        }
        self.quantities.named += case.quantities.len();
        self.quantities.right += right;
        if case.all_named {
            self.quantities.read += all;
            self.quantities.read_right += right;
            for q in read {
                let told = format!("数量 {} “{}”", q.milli as f64 / 1000.0, case.text);
                self.differ(What::FalseAlarm, case, told);
            }
        }
    }

    fn report(&mut self, at: &At, truth: &Truth, verdict: &Verdict) {
        for (field, due) in truth.values() {
            self.cells[0] += 1;
            match verdict.values.get(field) {
                Some(read) if same(read, &due) => self.cells[1] += 1,
                Some(read) if *read != Value::Blank => {
                    self.cells[3] += 1;
                    self.push(What::Misread, at, format!("{field} 应为 {due:?}，读作 {read:?}"));
                }
                _ => {
                    self.cells[2] += 1;
                    self.push(What::Missed, at, format!("{field} 应为 {due:?}，没有读出"));
                }
            }
        }
        let mut tally = Tally { cases: 1, read: 1, ..Tally::default() };
        let of = |severity: Severity| {
            let found = verdict.findings.iter().filter(move |f| f.severity == severity);
            found.map(|f| f.code.clone()).collect::<Vec<_>>()
        };
        if let Some(identities) = &truth.identities {
            let due = identities.fail.iter().map(|said| identity(said)).collect();
            let all = verdict.findings.iter().map(|f| f.code.clone());
            let found = all.filter(|code| IDENTITIES.contains(&code.as_str())).collect();
            self.compare(at, &mut tally, due, found);
        }
        for (due, severity) in
            [(&truth.errors, Severity::Error), (&truth.warnings, Severity::Warning)]
        {
            if let Some(due) = due {
                let mut found = of(severity);
                found.dedup();
                self.compare(at, &mut tally, due.clone(), found);
            }
        }
        self.add(at.class, tally);
    }

    fn compare(&mut self, at: &At, tally: &mut Tally, due: Vec<String>, mut found: Vec<String>) {
        for code in due {
            tally.due += 1;
            match found.iter().position(|f| *f == code) {
                Some(at) => {
                    found.remove(at);
                    tally.found += 1;
                }
                None => self.push(What::Missed, at, code),
            }
        }
        tally.false_alarms += found.len();
        for code in found {
            self.push(What::FalseAlarm, at, code);
        }
    }

    fn add(&mut self, class: &str, tally: Tally) {
        let sum = self.classes.entry(class.to_string()).or_default();
        sum.cases += tally.cases;
        sum.read += tally.read;
        sum.due += tally.due;
        sum.found += tally.found;
        sum.false_alarms += tally.false_alarms;
    }

    fn differ(&mut self, what: What, case: &Case, told: String) {
        self.push(what, &At { class: &case.kind, id: &case.id, place: &case.place }, told);
    }

    fn push(&mut self, what: What, at: &At, told: String) {
        let At { class, id, place } = at;
        let [class, id, place] = [class, id, place].map(ToString::to_string);
        self.differences.push(Difference { what, class, id, place, told });
    }

    fn total(&self) -> Tally {
        let mut sum = Tally::default();
        for tally in self.classes.values() {
            sum.cases += tally.cases;
            sum.read += tally.read;
            sum.due += tally.due;
            sum.found += tally.found;
            sum.false_alarms += tally.false_alarms;
        }
        sum
    }

    /// For people: every difference, then the table.
    pub fn text(&self, lang: Lang, style: Style) -> String {
        let zh = lang == Lang::Zh;
        let mut text = String::new();
        for Difference { what, id, place, told, .. } in &self.differences {
            let what = if zh { what.words().0 } else { what.words().1 };
            text += &format!("{what} {id} ({place}): {told}\n");
        }
        for name in &self.passed {
            text += &if zh {
                format!("未用：{name}（不是用例，也没有真值）\n")
            } else {
                format!("not used: {name} (no cases, no truth)\n")
            };
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let heads = match lang {
            Lang::Zh => ["类别", "用例", "读出", "应查出", "查出", "漏报", "误报"],
            Lang::En => ["Class", "Cases", "Read", "Due", "Found", "Missed", "False alarms"],
        };
        let mut grid = Grid::new(
            heads.map(|head| (head, if head == heads[0] { Align::Left } else { Align::Right })),
        );
        let sum = (if zh { "合计" } else { "All" }, self.total());
        let classes = self.classes.iter().map(|(name, tally)| (name.as_str(), *tally));
        for (name, t) in classes.chain([sum]) {
            let name = if name == "报告" && !zh { "reports" } else { name };
            let counts = [t.cases, t.read, t.due, t.found, t.due - t.found, t.false_alarms];
            grid.row([name.to_string()].into_iter().chain(counts.map(|n| n.to_string())));
        }
        text += &grid.render(style);
        let Recall { named, right, read, read_right } = self.quantities;
        if named > 0 {
            let (recall, precision) = (share(right, named), share(read_right, read));
            text += &if zh {
                format!(
                    "数量：写明 {named} 个，读出 {right} 个，召回率 {recall}；全部写明的用例读出 {read} 个，准确率 {precision}\n"
                )
            } else {
                format!(
                    "quantities: {named} named, {right} read, recall {recall}; {read} read where all are named, precision {precision}\n"
                )
            };
        }
        let [named, right, unread, wrong] = self.cells;
        if named > 0 {
            text += &if zh {
                format!("单元格：{named} 个，读对 {right}，没有读出 {unread}，错读 {wrong}\n")
            } else {
                format!("cells: {named}, right {right}, unread {unread}, misread {wrong}\n")
            };
        }
        text
    }

    /// For programs: one object a line, the differences, the classes, the total.
    pub fn lines(&self) -> String {
        let tally = |kind: &str, name: &str, t: &Tally| {
            json!({ "type": kind, "class": name, "cases": t.cases, "read": t.read, "due": t.due,
                "found": t.found, "missed": t.due - t.found, "false_alarms": t.false_alarms })
        };
        let mut lines: Vec<serde_json::Value> = Vec::new();
        for Difference { what, class, id, place, told } in &self.differences {
            lines.push(json!({ "type": what.words().1, "class": class, "id": id, "place": place,
                "message": told }));
        }
        lines.extend(self.passed.iter().map(|name| json!({ "type": "not_used", "file": name })));
        lines.extend(self.classes.iter().map(|(name, t)| tally("class", name, t)));
        let mut total = tally("total", "", &self.total());
        let Recall { named, right, read, read_right } = self.quantities;
        total["quantities"] =
            json!({ "named": named, "found": right, "read": read, "right": read_right });
        let [named, right, unread, wrong] = self.cells;
        total["cells"] =
            json!({ "named": named, "right": right, "unread": unread, "misread": wrong });
        lines.push(total);
        lines.into_iter().map(|line| format!("{line}\n")).collect()
    }
}

/// What a difference is about.
struct At<'a> {
    class: &'a str,
    id: &'a str,
    place: &'a str,
}

/// As far as a number goes: what is noted behind it is no other number.
fn same(read: &Value, due: &Value) -> bool {
    read == due || read.count().is_some() && read.count() == due.count()
}

/// `T3-BAL[自然人] 60 vs 61` is AR-01 of the catalogue; a code is itself.
fn identity(said: &str) -> String {
    let names =
        [("T3-BAL", "AR-01"), ("T3-SUM", "AR-02"), ("T3-ROW", "AR-03"), ("T4-SUM", "AR-04")];
    let known = names.iter().find(|(name, _)| said.starts_with(name));
    let first = || said.split([' ', '[']).next().unwrap_or(said);
    known.map_or_else(first, |(_, code)| code).to_string()
}

fn share(part: usize, whole: usize) -> String {
    match whole {
        0 => "—".into(),
        _ => format!("{:.1}%", part as f64 * 100.0 / whole as f64),
    }
}
