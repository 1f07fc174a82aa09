//! Units as written, each value with its place, until they are checked beside one another.

use super::super::raw::{At, Problems};
use super::MAX_UNITS;
use crate::model::{BodyKind, Fault, Roster, UNIT_BYTES, Unit, Words, plain_name};
use std::collections::HashMap;
use std::ops::Range;

/// Characters of a code, a region or a person.
const WORD: usize = 64;
/// Aliases, regions or persons of one unit.
const MOST: usize = 20;

/// What a column or key may hold; the first word of each is the one that problems name.
pub(super) const COLUMNS: [(Column, &[&str]); 10] = [
    (Column::Code, &["编码", "单位编码", "代码", "code"]),
    (Column::Name, &["名称", "单位名称", "单位全称", "全称", "name"]),
    (Column::Aliases, &["别名", "简称", "曾用名", "aliases"]),
    (Column::Kind, &["类别", "单位类别", "类型", "kind"]),
    (Column::Parent, &["上级", "上级单位", "上级编码", "汇总单位", "parent"]),
    (Column::Own, &["本级", "本级数据", "own"]),
    (Column::Regions, &["地区", "区域", "所属地区", "regions"]),
    (Column::Contacts, &["联系人", "经办人", "contacts"]),
    (Column::Supervisors, &["督办人", "监督人", "supervisors"]),
    (Column::Folder, &["文件夹", "文件夹名", "folder"]),
];

/// What is said of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Code,
    Name,
    Aliases,
    Kind,
    Parent,
    Own,
    Regions,
    Contacts,
    Supervisors,
    Folder,
}

impl Column {
    pub fn word(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, words)| words[0])
    }
}

/// What was written of one unit.
pub(super) struct Written {
    pub span: Range<usize>,
    pub values: HashMap<Column, At<String>>,
}

impl Written {
    fn text(&self, column: Column) -> Option<&At<String>> {
        self.values.get(&column).filter(|at| !at.value.trim().is_empty())
    }

    fn span(&self, column: Column) -> Range<usize> {
        self.values.get(&column).map_or(self.span.clone(), |at| at.span.clone())
    }

    fn word(&self, column: Column, problems: &mut Problems) -> Option<String> {
        let at = self.text(column)?;
        let text = at.value.trim();
        if text.chars().count() > WORD || text.chars().any(char::is_control) {
            too_long(column, WORD, at.span.clone(), problems);
        }
        Some(text.to_string())
    }

    fn list(&self, column: Column, problems: &mut Problems) -> Vec<String> {
        let Some(at) = self.text(column) else { return Vec::new() };
        let parts = at.value.split(['、', '；', ';', '|', '，', ',', '\n']).map(str::trim);
        let parts: Vec<String> = parts.filter(|p| !p.is_empty()).map(str::to_string).collect();
        let most = if column == Column::Aliases { UNIT_BYTES / 3 } else { WORD };
        if parts.len() > MOST {
            problems.add(
                at.span.clone(),
                Words::new(
                    format!("{}太多：{} 个", column.word(), parts.len()),
                    format!("too many entries: {}", parts.len()),
                ),
                Words::new(format!("至多 {MOST} 个"), format!("at most {MOST}")),
            );
        } else if parts.iter().any(|part| part.chars().count() > most) {
            too_long(column, most, at.span.clone(), problems);
        }
        parts
    }
}

fn too_long(column: Column, most: usize, span: Range<usize>, problems: &mut Problems) {
    problems.add(
        span,
        Words::new(format!("{}太长", column.word()), "too long"),
        Words::new(
            format!("至多 {most} 个字，不换行"),
            format!("at most {most} characters, in one line"),
        ),
    );
}

/// The units of a file in its order.
#[derive(Default)]
pub(super) struct Drafts {
    units: Vec<Unit>,
    written: Vec<Written>,
}

impl Drafts {
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// Whether there is room for one more; that there is not is noted once.
    pub fn has_room(&self, span: Range<usize>, problems: &mut Problems) -> bool {
        if self.written.len() < MAX_UNITS {
            return true;
        }
        problems.add(
            span,
            Words::new(format!("单位超过 {MAX_UNITS} 个"), format!("more than {MAX_UNITS} bodies")),
            Words::new("分成几个数据目录使用", "use several data directories"),
        );
        false
    }

    pub fn add(&mut self, written: Written, problems: &mut Problems) {
        let name = written.text(Column::Name).map(|at| at.value.trim().to_string());
        let kind = kind(&written, name.as_deref(), problems);
        for needed in [Column::Code, Column::Name] {
            if written.text(needed).is_none() {
                let word = needed.word();
                problems.add(
                    written.span(needed),
                    Words::new(format!("没有填{word}"), "code and name are both needed"),
                    Words::new(format!("补上{word}"), "fill it in"),
                );
            }
        }
        if let Some(at) = written.text(Column::Name)
            && (at.value.trim().len() > UNIT_BYTES || plain_name(&at.value).chars().count() < 2)
        {
            problems.add(
                at.span.clone(),
                Words::new("单位名称的长度不对", "a name too long or too short"),
                Words::new("写单位全称，2 到 200 个字", "write the full name, 2 to 200 characters"),
            );
        }
        self.units.push(Unit {
            code: written.word(Column::Code, problems).unwrap_or_default(),
            name: name.unwrap_or_default(),
            aliases: written.list(Column::Aliases, problems),
            kind,
            parent: written.word(Column::Parent, problems),
            own: own(&written, problems),
            regions: written.list(Column::Regions, problems),
            contacts: written.list(Column::Contacts, problems),
            supervisors: written.list(Column::Supervisors, problems),
            folder: written.word(Column::Folder, problems),
        });
        self.written.push(written);
    }

    /// The roster, where nothing stands against it.
    pub fn settle(mut self, problems: &mut Problems) -> Option<Roster> {
        self.parents_by_code();
        let (units, written) = (self.units, self.written);
        // What is missing was told already, and is no second thing of one name.
        if units.iter().any(|unit| unit.code.is_empty() || unit.name.is_empty()) {
            return None;
        }
        let names: Vec<(String, Option<String>)> =
            units.iter().map(|unit| (unit.to_string(), unit.parent.clone())).collect();
        match Roster::new(units) {
            Ok(roster) => Some(roster),
            Err(faults) => {
                for fault in faults {
                    tell(&fault, &names, &written, problems);
                }
                None
            }
        }
    }

    /// A parent may be written by its name.
    fn parents_by_code(&mut self) {
        let codes: HashMap<String, String> =
            self.units.iter().map(|u| (plain_name(&u.name), u.code.clone())).collect();
        let known: std::collections::HashSet<String> =
            self.units.iter().map(|u| u.code.clone()).collect();
        for parent in self.units.iter_mut().filter_map(|u| u.parent.as_mut()) {
            if !known.contains(parent)
                && let Some(code) = codes.get(&plain_name(parent))
            {
                parent.clone_from(code);
            }
        }
    }
}

/// The kind as written, else as the name says for certain.
fn kind(written: &Written, name: Option<&str>, problems: &mut Problems) -> BodyKind {
    const WORDS: [(BodyKind, &[&str]); 4] = [
        (
            BodyKind::Department,
            &["部门", "政府部门", "工作部门", "县级以上政府部门", "县级以上人民政府部门"],
        ),
        (BodyKind::Government, &["政府", "人民政府", "县级以上人民政府"]),
        (
            BodyKind::Township,
            &["乡镇街道", "乡镇", "街道", "镇", "乡", "街道办事处", "乡镇人民政府"],
        ),
        (BodyKind::Other, &["其他", "其它"]),
    ];
    let help = Words::new(
        "写 部门、政府、乡镇街道 或 其他",
        "write department, government, township or other",
    );
    let Some(at) = written.text(Column::Kind) else {
        return name.and_then(BodyKind::of_name).unwrap_or_else(|| {
            problems.add(
                written.span(Column::Kind),
                Words::new(
                    "没有填类别，从名称也看不出来",
                    "no kind is given, and the name does not tell it",
                ),
                help,
            );
            BodyKind::Other
        });
    };
    let word = plain_name(&at.value);
    let meant = |(kind, words): &&(BodyKind, &[&str])| {
        words.contains(&word.as_str()) || kind.name().eq_ignore_ascii_case(&word)
    };
    WORDS.iter().find(meant).map(|(kind, _)| *kind).unwrap_or_else(|| {
        let what = format!("不认识的类别“{word}”");
        problems.add(at.span.clone(), Words::new(what, format!("unknown kind “{word}”")), help);
        BodyKind::Other
    })
}

fn own(written: &Written, problems: &mut Problems) -> bool {
    let Some(at) = written.text(Column::Own) else { return false };
    match plain_name(&at.value).to_lowercase().as_str() {
        "是" | "1" | "y" | "yes" | "true" | "√" => true,
        "否" | "0" | "n" | "no" | "false" => false,
        _ => {
            problems.add(
                at.span.clone(),
                Words::new("本级只能写“是”或“否”", "own is yes or no"),
                Words::new(
                    "报送政府本级数据的那个单位写“是”，其余留空",
                    "write 是 for the body that reports the government's own figures, leave the others empty",
                ),
            );
            false
        }
    }
}

fn tell(
    fault: &Fault,
    names: &[(String, Option<String>)],
    written: &[Written],
    problems: &mut Problems,
) {
    let name = |at: usize| names[at].0.as_str();
    let (span, what, help) = match fault {
        Fault::Code { unit, first } => (
            written[*unit].span(Column::Code),
            Words::new(
                format!("编码重复，已用于“{}”", name(*first)),
                format!("this code is that of “{}”", name(*first)),
            ),
            Words::new("每个单位一个编码", "give every body a code of its own"),
        ),
        Fault::Name { unit, name: again, first } => {
            let holds = |column: &&Column| {
                let at = written[*unit].values.get(column);
                at.is_some_and(|at| plain_name(&at.value).contains(&plain_name(again)))
            };
            let columns = [Column::Name, Column::Aliases, Column::Folder];
            let column = columns.iter().find(holds).copied().unwrap_or(Column::Name);
            (
                written[*unit].span(column),
                Words::new(
                    format!("“{again}”已是“{}”的名称、别名或文件夹", name(*first)),
                    format!("“{again}” is a name, alias or folder of “{}”", name(*first)),
                ),
                Words::new(
                    "删去重复的单位，或换一个不会混淆的名称",
                    "delete the second, or choose a name that cannot be mistaken",
                ),
            )
        }
        Fault::UnknownParent { unit } => {
            let parent = names[*unit].1.as_deref().unwrap_or_default();
            (
                written[*unit].span(Column::Parent),
                Words::new(
                    format!("上级“{parent}”不在名册中"),
                    format!("the parent “{parent}” is not in the roster"),
                ),
                Words::new(
                    "写上级单位的编码或全称",
                    "write the code or the full name of the parent",
                ),
            )
        }
        Fault::Ring { unit } => (
            written[*unit].span(Column::Parent),
            Words::new(
                format!("上级关系成环：“{}”成了自己的上级", name(*unit)),
                format!("“{}” is above itself", name(*unit)),
            ),
            Words::new("改正其中一个单位的上级", "mend the parent of one of them"),
        ),
        Fault::Own { unit } => (
            written[*unit].span(Column::Own),
            Words::new(
                "本级数据只能由一个有上级的单位报送",
                "one body reports the own figures of its parent",
            ),
            Words::new("只在一个单位上写“是”，并写明上级", "write 是 once for each parent"),
        ),
    };
    problems.add(span, what, help);
}
