//! A rule's page: its sections, and the examples that run as tests.
//!
//! A page is Chinese Markdown: `# CODE 名称`, then the sections 查什么 · 依据 · 为什么 · 怎么改 · 例, each
//! under `## `. Examples are fenced blocks whose first fence line says `触发` or `不触发`; their lines
//! patch a clean report (the patch language stands in `specimen`), except for these:
//!
//! | line | meaning |
//! |---|---|
//! | `收到 = 2025-01-20` | day of receipt |
//! | `文件夹单位 = …` · `文件夹年份 = 2024` | what the folder declares |
//! | `期望: t3.total.NP 21 20` | a finding names this cell, with the expected and the found value; each may be `_`, the last ones left out |
//! | `上年 t3.new.T = 20` · `上年部分 5 = …` · `上年单位 = …` | there is a report on the year before: a cell, the text of a part, the body's name |
//! | `上年部分 1 = 与本年相同` | that part reads as in the report itself |
//! | `上年有误 =` | that report has errors |
//! | `前次 t3.new.T = 20` | there is an earlier submission on the same year, and one of its cells |
//! | `他单位 = 乙局` · `他单位部分 1 = …` | another body has a report on the same year: its name, the text of a part |
//! | `他单位部分 1 = 与本报告相同` | that part reads as in the report itself |
//! | `名册 = 政府 青禾县人民政府` · `名册外 =` · `名册不明 =` | what the roster says of the body: kind and name, that it is not in it, that several are |
//! | `下级 甲局 = 全零` · `= 与本报告相同` · `= 未收到` · `= 有误` · `= 本级` | a body whose figures the report takes in: its cells are 0 (unless said otherwise) or those of this report, it has none yet, has errors, carries the superior's own figures |
//! | `下级 甲局 t2.LIC = 7` · `下级 甲局 第六部分 = …` | a cell of that body's report, the text of its part six |
//! | `首次收到 = 2025-01-20` | day of receipt of the body's first submission on the year |
//! | `本地时限 = 部门 报送 01-26` | the site's own day; 部门, 政府, 乡镇街道, 其他; 报送, 公布 |
//! | `前次部分 6 = …` · `前次有误 =` | the text of a part of it; it has errors |
//! | `公布稿 =` | the report came through a folder of published copies |
//! | `编码 = 截断` | the file's last byte is missing, which ends it in the middle of a character |
//! | `未识读 = 图片页` | the reader's notice of something unread: 图片页, 识别文字, 无框线, 倒置文字, 其他文档, 删除线 |
//! | `字数上限 1 = 1000` | the site's limit of part one, `[rules.length]` |
//! | `期望级别: 请核实` | a finding of this severity, in the words people see: 须修改, 请核实, 提示 |
//! | `期望条数: 3` | so many findings |
//! | `期望文字: …` | a finding's Chinese message contains this |

use super::{Body, Circumstances, Prior, Registered, RuleSettings, Subordinate};
use crate::document::{NoticeKind, Value};
use crate::model::{BodyKind, Severity, YearDay};
use jiff::civil::Date;

/// The sections every page has, in order.
pub const SECTIONS: [&str; 5] = ["查什么", "依据", "为什么", "怎么改", "例"];

/// A page taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Name and text of each section, in order.
    pub sections: Vec<(String, String)>,
    pub examples: Vec<Example>,
}

/// One example of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// The rule finds something (触发) or nothing (不触发).
    pub fires: bool,
    /// Lines of the patch language.
    pub patches: String,
    pub circumstances: Circumstances,
    pub settings: RuleSettings,
    /// The file ends in the middle of a character.
    pub cut: bool,
    /// Parts in which last year's report reads as this one does.
    pub repeated: Vec<u8>,
    /// Parts in which the other body's report does.
    pub shared: Vec<u8>,
    /// Subordinates whose cells are those of this report unless said otherwise; of the others they are 0.
    pub like_this: Vec<String>,
    /// What the reader is to have noticed besides.
    pub notices: Vec<NoticeKind>,
    pub expectations: Vec<Expectation>,
}

/// What an example says about the findings besides their being there.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// A finding whose places include the field, with these values.
    Cell {
        field: String,
        expected: Option<String>,
        found: Option<String>,
    },
    Severity(Severity),
    Count(usize),
    Says(String),
}

impl Page {
    /// Takes a page apart. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Page, String> {
        let mut page = Page::default();
        let mut fence: Option<Example> = None;
        for line in text.lines() {
            if let Some(example) = &mut fence {
                if line.trim() == "```" {
                    page.examples.extend(fence.take());
                } else {
                    example.line(line.trim())?;
                }
                continue;
            }
            match line.trim() {
                "```触发" => fence = Some(Example { fires: true, ..Example::default() }),
                "```不触发" => fence = Some(Example::default()),
                other if other.starts_with("```") => {
                    return Err(format!("不认识的代码块：{other}"));
                }
                _ => {}
            }
            if let Some(name) = line.strip_prefix("## ") {
                page.sections.push((name.trim().to_string(), String::new()));
            } else if let Some((_, text)) = page.sections.last_mut()
                && fence.is_none()
            {
                text.push_str(line);
                text.push('\n');
            }
        }
        match fence {
            Some(_) => Err("代码块没有结束".into()),
            None => Ok(page),
        }
    }
}

impl Example {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some((name, value)) = line.split_once([':', '：'])
            && name.starts_with("期望")
        {
            self.expectations.push(expectation(name, value.trim())?);
            return Ok(());
        }
        let Some((name, value)) = line.split_once('=') else {
            return self.patch(line);
        };
        let value = value.trim();
        match name.trim() {
            "收到" => self.circumstances.received = Some(date(value)?),
            "首次收到" => self.circumstances.first_received = Some(date(value)?),
            "名册" => self.listed(value)?,
            "名册外" => self.circumstances.registered = Some(Registered::Unlisted),
            "名册不明" => self.circumstances.registered = Some(Registered::Ambiguous),
            "本地时限" => self.local_day(value)?,
            name if let Some(of) = name.strip_prefix("下级 ") => self.subordinate(of, value)?,
            "文件夹单位" => self.circumstances.declared_unit = Some(value.to_string()),
            "文件夹年份" => {
                let year = value.parse().map_err(|_| format!("不是年份：{value}"))?;
                self.circumstances.declared_year = Some(year);
            }
            "上年单位" => self.last_year().unit = value.to_string(),
            "上年有误" => self.last_year().sound = false,
            name if let Some(part) = name.strip_prefix("上年部分 ") => {
                let part = part.parse().map_err(|_| format!("不是部分的序号：{part}"))?;
                let before = self.last_year();
                match value {
                    "与本年相同" => self.repeated.push(part),
                    _ => _ = before.texts.insert(part, value.to_string()),
                }
            }
            name if let Some(field) = name.strip_prefix("上年 ") => {
                self.last_year().values.insert(field.trim().to_string(), count_of(value)?);
            }
            "他单位" => self.other().unit = value.to_string(),
            name if let Some(part) = name.strip_prefix("他单位部分 ") => {
                let part = part.parse().map_err(|_| format!("不是部分的序号：{part}"))?;
                let other = self.other();
                match value {
                    "与本报告相同" => self.shared.push(part),
                    _ => _ = other.texts.insert(part, value.to_string()),
                }
            }
            "编码" if value == "截断" => self.cut = true,
            "公布稿" => self.circumstances.published = true,
            "前次有误" => self.preceding().sound = false,
            name if let Some(part) = name.strip_prefix("前次部分 ") => {
                let part = part.parse().map_err(|_| format!("不是部分的序号：{part}"))?;
                self.preceding().texts.insert(part, value.to_string());
            }
            name if let Some(field) = name.strip_prefix("前次 ") => {
                self.preceding().values.insert(field.trim().to_string(), count_of(value)?);
            }
            "未识读" => self.notices.push(match value {
                "图片页" => NoticeKind::PagesUnread,
                "识别文字" => NoticeKind::TextRecognised,
                "无框线" => NoticeKind::TableUnruled,
                "隐藏" => NoticeKind::HiddenCells,
                "公式无结果" => NoticeKind::FormulaWithoutResult,
                "倒置文字" => NoticeKind::TextTurned,
                "其他文档" => NoticeKind::DocumentsUnread,
                "删除线" => NoticeKind::TextStruck,
                other => return Err(format!("不认识的未识读情况：{other}")),
            }),
            name if let Some(part) = name.strip_prefix("字数上限 ") => {
                let number = |text: &str| format!("不是数：{text}");
                let part_number = part.trim().parse().map_err(|_| number(part))?;
                let limit = value.parse().map_err(|_| number(value))?;
                self.settings.part_limits.insert(part_number, limit);
            }
            _ => return self.patch(line),
        }
        Ok(())
    }

    /// `政府 青禾县人民政府`
    fn listed(&mut self, value: &str) -> Result<(), String> {
        let (kind, name) = value.split_once(' ').ok_or("写成：类别 单位")?;
        let names = vec![name.to_string()];
        let body = Body { name: name.to_string(), names, kind: body_kind(kind)?, subordinates: 0 };
        self.circumstances.registered = Some(Registered::Listed(body));
        self.circumstances.subordinates = Some(Vec::new());
        Ok(())
    }

    /// `甲局`, `甲局 t2.LIC`, `甲局 第六部分`
    fn subordinate(&mut self, of: &str, value: &str) -> Result<(), String> {
        let (name, what) = of.trim().split_once(' ').unwrap_or((of.trim(), ""));
        let all = self.circumstances.subordinates.get_or_insert_default();
        let at = all.iter().position(|unit| unit.name == name).unwrap_or_else(|| {
            let report = Some(Prior { unit: name.to_string(), sound: true, ..Prior::default() });
            all.push(Subordinate { name: name.to_string(), report, ..Subordinate::default() });
            all.len() - 1
        });
        let count = all.len();
        let unit = &mut all[at];
        let report = unit.report.get_or_insert_default();
        match (what, value) {
            ("", "全零") => {}
            ("", "与本报告相同") => self.like_this.push(name.to_string()),
            ("", "未收到") => unit.report = None,
            ("", "有误") => report.sound = false,
            ("", "本级") => unit.own = true,
            ("第六部分", text) => _ = report.texts.insert(6, text.to_string()),
            (field, number) => _ = report.values.insert(field.to_string(), count_of(number)?),
        }
        if let Some(Registered::Listed(body)) = &mut self.circumstances.registered {
            body.subordinates = count;
        }
        Ok(())
    }

    /// `部门 报送 01-26`
    fn local_day(&mut self, value: &str) -> Result<(), String> {
        let words: Vec<&str> = value.split_whitespace().collect();
        let [kind, duty, day] = words[..] else {
            return Err("写成：类别 报送 月-日".into());
        };
        let number = |text: &str| text.parse().map_err(|_| format!("不是日期：{text}"));
        let (month, day) = day.split_once('-').ok_or("写成：月-日")?;
        let day = YearDay::new(number(month)?, number(day)?).ok_or("没有这一天")?;
        let days = self.settings.calendar.local.entry(body_kind(kind)?).or_default();
        match duty {
            "报送" => days.hand_in = Some(day),
            "公布" => days.publish = Some(day),
            other => return Err(format!("不认识的时限：{other}")),
        }
        Ok(())
    }

    /// Last year's report, without a fault unless the example says otherwise.
    fn last_year(&mut self) -> &mut Prior {
        let sound = || Prior { sound: true, ..Prior::default() };
        self.circumstances.last_year.get_or_insert_with(sound)
    }

    /// The other body's report.
    fn other(&mut self) -> &mut Prior {
        let alike = self.circumstances.alike.get_or_insert_default();
        if alike.is_empty() {
            alike.push(Prior { sound: true, ..Prior::default() });
        }
        &mut alike[0]
    }

    /// The submission before this one, without a fault unless the example says otherwise.
    fn preceding(&mut self) -> &mut Prior {
        let sound = || Prior { sound: true, ..Prior::default() };
        self.circumstances.preceding.get_or_insert_with(sound)
    }

    fn patch(&mut self, line: &str) -> Result<(), String> {
        self.patches.push_str(line);
        self.patches.push('\n');
        Ok(())
    }
}

fn body_kind(word: &str) -> Result<BodyKind, String> {
    match word {
        "部门" => Ok(BodyKind::Department),
        "政府" => Ok(BodyKind::Government),
        "乡镇街道" => Ok(BodyKind::Township),
        "其他" => Ok(BodyKind::Other),
        other => Err(format!("不认识的类别：{other}")),
    }
}

fn count_of(text: &str) -> Result<Value, String> {
    text.parse().map(Value::Count).map_err(|_| format!("不是数：{text}"))
}

fn expectation(name: &str, value: &str) -> Result<Expectation, String> {
    match name {
        "期望" => {
            let mut words = value.split_whitespace().map(str::to_string);
            let field = words.next().ok_or("期望之后应写单元格名")?;
            let mut next = || words.next().filter(|w| w != "_");
            Ok(Expectation::Cell { field, expected: next(), found: next() })
        }
        "期望级别" => {
            let all = [Severity::Error, Severity::Warning, Severity::Info];
            let named = all.into_iter().find(|severity| severity.words().zh == value);
            named.map(Expectation::Severity).ok_or_else(|| format!("不是级别：{value}"))
        }
        "期望条数" => {
            value.parse().map(Expectation::Count).map_err(|_| format!("不是数：{value}"))
        }
        "期望文字" => Ok(Expectation::Says(value.to_string())),
        other => Err(format!("不认识的期望：{other}")),
    }
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("不是日期：{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let page = Page::parse(
            "# AR-02 某规则\n\n## 查什么\n\n合计。\n\n## 例\n\n```触发\nt3.total.NP = 20\n收到 = 2025-01-20\n\
             期望: t3.total.NP 21 20\n期望级别: 请核实\n```\n\n```不触发\n文件夹单位 = 甲局\n```\n",
        )
        .expect("a sound page");
        assert_eq!(page.sections[0], ("查什么".to_string(), "\n合计。\n\n".to_string()));
        let [fires, quiet] = &page.examples[..] else { panic!("two examples") };
        assert!(fires.fires && !quiet.fires);
        assert_eq!(fires.patches, "t3.total.NP = 20\n");
        assert_eq!(fires.circumstances.received, Some(jiff::civil::date(2025, 1, 20)));
        assert_eq!(fires.expectations.len(), 2);
        assert_eq!(quiet.circumstances.declared_unit.as_deref(), Some("甲局"));
    }

    #[test]
    fn a_page_with_a_slip_is_refused() {
        for text in ["```触发\n", "```rust\n```\n", "```触发\n期望级别: 严重\n```\n"] {
            assert!(Page::parse(text).is_err(), "{text}");
        }
    }
}
