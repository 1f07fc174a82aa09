//! `[form]`: what a site adds to the national form, and edition files of its own.

use super::places::Base;
use super::problem::{Problem, Spot};
use super::raw::{At, Problems, Section};
use super::scalar;
use crate::edition::{
    Addition, Forms, Line, MOST_ADDITIONS, MOST_FILE_BYTES, MOST_FILES, Origin, Refusal, SiteForm,
};
use crate::model::Words;
use std::io::Read;
use std::ops::Range;
use std::path::PathBuf;
use toml::de::DeValue;

/// Everything of `[form]` and where it was written.
#[derive(Default)]
struct Written {
    site: SiteForm,
    /// Paths of the edition files as resolved.
    files: Vec<PathBuf>,
    /// Where each addition's label is written.
    spans: Vec<Range<usize>>,
}

/// The forms in force, and the site's edition files. Every problem is told where it stands, be it in
/// one of these files.
pub(super) fn read(
    mut section: Section,
    base: &Base,
    problems: &mut Problems,
) -> (Forms, Vec<PathBuf>) {
    let mut written = Written::default();
    let mut whole = true;
    for edition in section.sections("edition", problems) {
        whole &= written.edition_file(edition, base, problems).is_some();
    }
    for (id, At { value, span }) in section.rest() {
        match value {
            DeValue::Table(table) => {
                written.additions(&id.value, Section::new("form", span, table), problems);
            }
            _ => problems.add(
                id.span,
                Words::new(
                    format!("不认识的配置项 {}", id.value),
                    format!("unknown key {}", id.value),
                ),
                Words::new(
                    "对某一版格式的补充写成 [form.2021]，整份新格式写成 [[form.edition]]",
                    "write additions to an edition as [form.2021], a whole one as [[form.edition]]",
                ),
            ),
        }
    }
    let paths = written.files.clone();
    if let Some(span) = written.spans.get(MOST_ADDITIONS) {
        problems.add(
            span.clone(),
            Words::new("对格式的补充太多", "too many additions to the form"),
            Words::new(
                format!("至多 {MOST_ADDITIONS} 处；再多的写成一个版式文件"),
                format!("at most {MOST_ADDITIONS}; write an edition file for more"),
            ),
        );
        return (Forms::default(), paths);
    }
    match Forms::of(written.site.clone()) {
        Ok(forms) => (forms, paths),
        Err(refusals) => {
            // What belongs to an edition whose file could not be read cannot be judged.
            let told = |r: &&Refusal| whole || matches!(r.at, Origin::File(..));
            refusals.iter().filter(told).for_each(|refusal| written.tell(refusal, problems));
            (Forms::default(), paths)
        }
    }
}

impl Written {
    fn edition_file(
        &mut self,
        mut section: Section,
        base: &Base,
        problems: &mut Problems,
    ) -> Option<()> {
        let file = section.need("file", scalar::text, problems);
        section.close(problems);
        let At { value, span } = file?;
        if self.files.len() >= MOST_FILES {
            problems.add(
                span,
                Words::new("版式文件太多", "too many edition files"),
                Words::new(format!("至多 {MOST_FILES} 个"), format!("at most {MOST_FILES}")),
            );
            return None;
        }
        let path = base.resolve(&value);
        let mut bytes = Vec::new();
        let limit = MOST_FILE_BYTES as u64 + 1;
        let text = fs_err::File::open(&path)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .and_then(|_| match bytes.len() > MOST_FILE_BYTES {
                true => Err(std::io::Error::other("larger than 128 KiB")),
                false => String::from_utf8(bytes).map_err(std::io::Error::other),
            });
        match text {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_string();
                self.site.files.push(text);
                self.files.push(path);
                Some(())
            }
            Err(error) => {
                problems.add(
                    span,
                    Words::new("版式文件读不出来", format!("cannot read the edition file: {error}")),
                    Words::new(
                        "相对路径以配置文件所在目录为起点；文件为 UTF-8 文本，不超过 128 KiB",
                        "relative paths start at the configuration's directory; the file is UTF-8 text of at most 128 KiB",
                    ),
                );
                None
            }
        }
    }

    fn add(&mut self, id: &str, addition: Addition, span: Range<usize>) {
        self.site.additions.push((id.to_string(), addition));
        self.spans.push(span);
    }

    /// `[form.2021]`
    fn additions(&mut self, id: &str, mut section: Section, problems: &mut Problems) {
        let mut alias = section.section("alias", problems);
        for (of, labels) in alias.rest() {
            for At { value: text, span } in texts(labels, problems) {
                self.add(id, Addition::Alias { of: of.value.clone(), text }, span);
            }
        }
        for (key, heading) in [("heading", true), ("caption", false)] {
            for (number, labels) in section.section(key, problems).rest() {
                let range = if heading { 1..=6 } else { 2..=4 };
                let number = match number.value.parse::<u8>() {
                    Ok(n) if range.contains(&n) => n,
                    _ => {
                        problems.add(
                            number.span,
                            Words::new(
                                format!("{key} 之后应为部分或表的号数"),
                                format!("{key} is followed by the number of a part or table"),
                            ),
                            Words::new(
                                "写成 heading.5 = [\"…\"]（第 1 到 6 部分）或 caption.3 = [\"…\"]（表 2 到 4）",
                                "write heading.5 = [\"…\"] (parts 1 to 6) or caption.3 = [\"…\"] (tables 2 to 4)",
                            ),
                        );
                        continue;
                    }
                };
                for At { value: text, span } in texts(labels, problems) {
                    let addition = match heading {
                        true => Addition::Heading { part: number, text },
                        false => Addition::Caption { table: number, text },
                    };
                    self.add(id, addition, span);
                }
            }
        }
        for (key, kind) in
            [("row", Addition::Row as fn(Line) -> Addition), ("column", Addition::Column)]
        {
            for mut entry in section.sections(key, problems) {
                if let Some((line, span)) = line(&mut entry, problems) {
                    self.add(id, kind(line), span);
                }
                entry.close(problems);
            }
        }
        section.close(problems);
    }

    /// A refusal where what it is about is written, with the other place where there is one.
    fn tell(&self, refusal: &Refusal, problems: &mut Problems) {
        let mut what = refusal.what.clone();
        let other = refusal.other.as_ref().map(|origin| match origin {
            Origin::Addition(at) => {
                let line = problems.line(&self.spans[*at]);
                Words::new(format!("第 {line} 行"), format!("line {line}"))
            }
            Origin::File(file, there) => {
                let line = self.site.files[*file][..there.start].matches('\n').count() + 1;
                let path = self.files[*file].display();
                Words::new(format!("{path} 第 {line} 行"), format!("{path}, line {line}"))
            }
        });
        if let Some(other) = other {
            what.zh.push_str(&format!("（另一处：{}）", other.zh));
            what.en.push_str(&format!(" (the other place: {})", other.en));
        }
        let told = (what, refusal.help.clone());
        match &refusal.at {
            Origin::Addition(at) => problems.add(self.spans[*at].clone(), told.0, told.1),
            Origin::File(file, there) => {
                let at = Some(Spot::new(&self.site.files[*file], there.clone()));
                let (file, (what, help)) = (self.files[*file].display().to_string(), told);
                problems.add_all(vec![Problem { file: Some(file), at, what, help }]);
            }
        }
    }
}

/// The texts of a list, each with its place.
fn texts(list: At<DeValue>, problems: &mut Problems) -> Vec<At<String>> {
    let DeValue::Array(items) = list.value else {
        problems.add(
            list.span,
            Words::new("应为一组文字", "has to be a list of texts"),
            Words::new("写成 [\"…\"]", "write [\"…\"]"),
        );
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        match scalar::text(item.get_ref()) {
            Ok(value) => out.push(At { value, span: item.span() }),
            Err(help) => {
                let what = Words::new("不是文字", "not a text");
                problems.add(item.span(), what, help);
            }
        }
    }
    out
}

/// `[[form.2021.row]]` or `[[form.2021.column]]`, with the place of its label.
fn line(section: &mut Section, problems: &mut Problems) -> Option<(Line, Range<usize>)> {
    let table = section.need("table", scalar::whole(2, 4), problems);
    let id = section.need("id", scalar::text, problems);
    let label = section.need("label", scalar::text, problems);
    let after = section.need("after", scalar::text, problems);
    let required = section.or("required", scalar::boolean, false, problems);
    let sum = section.get("sum", scalar::text, problems).map(|at| at.value);
    let (label, table) = (label?, table?);
    let (table, id, after) = (table.value as u8, id?.value, after?.value);
    Some((Line { table, id, label: label.value, after, required, sum }, label.span))
}
