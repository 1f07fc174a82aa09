//! A receipt as text: short lines, no table, so that it can be pasted into a chat.

use super::slip::{Group, Item, Section, Slip};
use crate::model::{Lang, ReceiptForm};

/// Several lines, each ended; the mark is the last.
pub(super) fn text(slip: &Slip, lang: Lang) -> String {
    let mut page = Page { out: String::new(), lang };
    page.head(slip);
    for section in &slip.sections {
        page.section(section);
    }
    page.line("");
    slip.footer.iter().for_each(|line| page.line(line));
    page.line(slip.mark.in_form(ReceiptForm::Text));
    page.out
}

struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn head(&mut self, slip: &Slip) {
        self.line(&slip.title);
        self.line(format!("【{}】{}", slip.word, slip.sentence));
        if let Some(trial) = &slip.trial {
            self.line(format!("〔{trial}〕"));
        }
        for (name, value) in &slip.facts {
            self.field("", name, value);
        }
    }

    fn section(&mut self, section: &Section) {
        self.line("");
        match section {
            Section::Items { title, groups, more } => {
                self.title(title);
                groups.iter().for_each(|group| self.group(group));
                more.iter().for_each(|more| self.line(more));
            }
            Section::Lines { title, lines } => {
                self.title(title);
                lines.iter().for_each(|line| self.line(format!("· {line}")));
            }
            Section::Fields { title, fields } => {
                self.title(title);
                fields.iter().for_each(|(name, value)| self.field("", name, value));
            }
            Section::Table { title, heads, rows, more } => {
                self.title(title);
                rows.iter().for_each(|row| self.row(heads, row));
                more.iter().for_each(|more| self.line(more));
            }
            Section::Entry { name, word, whose, .. } => {
                self.line(format!("━━ {name}"));
                self.line(format!("【{word}】{whose}"));
            }
        }
    }

    /// `3. 乡镇/报告.docx  青禾县水利局  2024  退回  须修改 2`
    fn row(&mut self, heads: &[String], row: &[String]) {
        let [number, texts @ .., errors, warnings] = row else { return };
        let mut line = format!("{number}. {}", texts.join("  "));
        for (head, count) in heads[heads.len() - 2..].iter().zip([errors, warnings]) {
            if count != "0" && count != "–" {
                line += &format!("  {head} {count}");
            }
        }
        self.line(line);
    }

    fn group(&mut self, group: &Group) {
        if let Some((cause, remedy)) = &group.cause {
            self.line(format!("▲ {cause}{}", self.colon()));
            self.field("   ", self.names()[5], remedy);
        }
        group.items.iter().for_each(|item| self.item(item));
    }

    fn item(&mut self, item: &Item) {
        let head = if item.place.is_empty() { &item.name } else { &item.place };
        self.line(format!("{}. {head}", item.number));
        let ground = format!("{}〔{}〕", item.ground, item.code);
        let Item { others, problem, values, doubt, decision, remedy, .. } = item;
        let said = [others, problem, values, doubt, decision, remedy, &ground];
        for (name, text) in self.names().into_iter().zip(said) {
            match (name, text.is_empty()) {
                (_, true) => {}
                ("", false) => self.line(format!("   {text}")),
                (name, false) => self.field("   ", name, text),
            }
        }
    }

    /// Names of what is said of a finding, in the order in which it is said.
    fn names(&self) -> [&'static str; 7] {
        match self.lang {
            Lang::Zh => ["相关", "问题", "", "存疑", "认定", "怎么改", "依据"],
            Lang::En => ["See also", "Problem", "", "In doubt", "Decision", "To do", "Basis"],
        }
    }

    fn title(&mut self, title: &str) {
        self.line(format!("■ {title}"));
    }

    fn field(&mut self, indent: &str, name: &str, text: &str) {
        let colon = self.colon();
        let space = if self.lang == Lang::En { " " } else { "" };
        self.line(format!("{indent}{name}{colon}{space}{text}"));
    }

    fn colon(&self) -> &'static str {
        if self.lang == Lang::Zh { "：" } else { ":" }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }
}
