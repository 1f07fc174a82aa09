//! A receipt as one page that stands alone. Its markup is that of the last century (tables, no layout
//! by script or grid), since it is opened by whatever browser or office program a machine has.

use super::slip::{Group, Item, Section, Slip};
use crate::model::{Lang, Outcome, ReceiptForm};
use std::fmt::Write as _;

/// The style sheet, in the page itself.
const STYLE: &str = include_str!("page.css");

/// The page. Its second line is the mark.
pub(super) fn page(slip: &Slip, lang: Lang) -> String {
    let mut page = Page { out: String::new(), lang };
    page.head(slip);
    page.conclusion(slip);
    for section in &slip.sections {
        page.section(section);
    }
    page.foot(slip);
    page.out
}

/// A text as the content of an element or of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn head(&mut self, slip: &Slip) {
        let lang = if self.lang == Lang::Zh { "zh-CN" } else { "en" };
        let whose = slip.facts.iter().take(2).map(|(_, value)| value.as_str());
        let title =
            format!("【{}】{} {}", slip.word, whose.collect::<Vec<_>>().join(" "), slip.title);
        let (mark, title) = (slip.mark.in_form(ReceiptForm::Html), escaped(&title));
        self.put(format_args!(
            "<!DOCTYPE html>\n{mark}\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<div class=\"sheet\">\n"
        ));
        self.put(format_args!("<h1>{}</h1>\n", escaped(&slip.title)));
        if let Some(trial) = &slip.trial {
            self.put(format_args!("<p class=\"trial\">{}</p>\n", escaped(trial)));
        }
        self.put("<table class=\"facts\">\n");
        for (name, value) in &slip.facts {
            let (name, value) = (escaped(name), escaped(value));
            self.put(format_args!("<tr><th>{name}</th><td>{value}</td></tr>\n"));
        }
        self.put("</table>\n");
    }

    /// The conclusion, told by word, sign and frame; colour only adds to them.
    fn conclusion(&mut self, slip: &Slip) {
        let (kind, sign) = slip.outcome.map_or(("batch", "▤"), look);
        let name = self.say("结论", "Conclusion");
        let (word, sentence) = (escaped(&slip.word), escaped(&slip.sentence));
        self.put(format_args!(
            "<table class=\"conclusion {kind}\"><tr><td class=\"name\">{name}</td>\
             <td class=\"word\"><span class=\"sign\">{sign}</span>{word}</td>\
             <td class=\"sentence\">{sentence}</td></tr></table>\n"
        ));
    }

    fn section(&mut self, section: &Section) {
        match section {
            Section::Items { title, groups, more } => {
                self.title(title);
                self.items(groups);
                more.iter().for_each(|more| self.put(format_args!("<p>{}</p>\n", escaped(more))));
            }
            Section::Lines { title, lines } => {
                self.title(title);
                self.put("<ul>\n");
                lines
                    .iter()
                    .for_each(|line| self.put(format_args!("<li>{}</li>\n", escaped(line))));
                self.put("</ul>\n");
            }
            Section::Fields { title, fields } => {
                self.title(title);
                self.put("<table class=\"facts\">\n");
                for (name, value) in fields {
                    let (name, value) = (escaped(name), escaped(value));
                    self.put(format_args!("<tr><th>{name}</th><td>{value}</td></tr>\n"));
                }
                self.put("</table>\n");
            }
            Section::Table { title, heads, rows, more } => {
                self.title(title);
                self.table(heads, rows);
                more.iter().for_each(|more| self.put(format_args!("<p>{}</p>\n", escaped(more))));
            }
            Section::Entry { name, outcome, word, whose } => {
                let (kind, sign) = look(*outcome);
                let (name, word, whose) = (escaped(name), escaped(word), escaped(whose));
                self.put(format_args!(
                    "<div class=\"entry {kind}\"><span class=\"mark\"><span class=\"sign\">{sign}</span>{word}</span> \
                     <b>{name}</b> {whose}</div>\n"
                ));
            }
        }
    }

    fn title(&mut self, title: &str) {
        self.put(format_args!("<h2>{}</h2>\n", escaped(title)));
    }

    fn items(&mut self, groups: &[Group]) {
        let heads = match self.lang {
            Lang::Zh => ["序号", "位置", "问题", "修改办法", "依据"],
            Lang::En => ["No.", "Place", "Problem", "What to do", "Basis"],
        };
        self.put(
            "<table class=\"items\">\n<colgroup><col class=\"no\"><col class=\"place\">\
             <col class=\"problem\"><col class=\"remedy\"><col class=\"ground\"></colgroup>\n<thead><tr>",
        );
        heads.iter().for_each(|head| self.put(format_args!("<th>{head}</th>")));
        self.put("</tr></thead>\n<tbody>\n");
        for group in groups {
            if let Some((cause, remedy)) = &group.cause {
                let (cause, remedy) = (escaped(cause), escaped(remedy));
                self.put(format_args!(
                    "<tr class=\"cause\"><td class=\"no\">▲</td><td colspan=\"4\"><b>{cause}</b><br>{remedy}</td></tr>\n"
                ));
            }
            group.items.iter().for_each(|item| self.item(item));
        }
        self.put("</tbody>\n</table>\n");
    }

    fn item(&mut self, item: &Item) {
        let (number, name) = (item.number, escaped(&item.name));
        self.put(format_args!("<tr><td class=\"no\">{number}</td><td>{}", escaped(&item.place)));
        let also = self.say("相关：", "See also: ");
        self.small(&also, &item.others);
        self.put(format_args!("</td><td><b>{name}</b><br>{}", escaped(&item.problem)));
        if !item.values.is_empty() {
            self.put(format_args!(
                "<div class=\"values\">{}</div>",
                escaped(&item.values).replace('　', "<br>")
            ));
        }
        let (doubt, decision) =
            (self.say("存疑：", "In doubt: "), self.say("认定：", "Decision: "));
        self.small(&doubt, &item.doubt);
        self.small(&decision, &item.decision);
        let above = self.say("同上", "as above");
        let remedy = if item.remedy.is_empty() { &above } else { &item.remedy };
        let (remedy, ground, code) = (escaped(remedy), escaped(&item.ground), escaped(&item.code));
        self.put(format_args!(
            "</td><td>{remedy}</td><td class=\"ground\">{ground} <span class=\"code\">{code}</span></td></tr>\n"
        ));
    }

    fn small(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.put(format_args!("<div class=\"small\">{name}{}</div>", escaped(text)));
        }
    }

    fn table(&mut self, heads: &[String], rows: &[Vec<String>]) {
        self.put(
            "<table class=\"entries\">\n<colgroup><col class=\"no\"><col><col class=\"body\">\
             <col class=\"year\"><col class=\"outcome\"><col class=\"count\"><col class=\"count\">\
             </colgroup>\n<thead><tr>",
        );
        heads.iter().for_each(|head| self.put(format_args!("<th>{}</th>", escaped(head))));
        self.put("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.put("<tr>");
            row.iter().for_each(|cell| self.put(format_args!("<td>{}</td>", escaped(cell))));
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>\n");
    }

    fn foot(&mut self, slip: &Slip) {
        self.put("<div class=\"foot\">\n");
        slip.footer.iter().for_each(|line| self.put(format_args!("<p>{}</p>\n", escaped(line))));
        let name = self.say("文件校验码（SHA-256）：", "SHA-256 of the file: ");
        let sha256 = escaped(&slip.mark.sha256);
        self.put(format_args!(
            "<p>{name}<span class=\"digest\">{sha256}</span></p>\n</div>\n</div>\n</body>\n</html>\n"
        ));
    }

    fn say(&self, zh: &str, en: &str) -> String {
        if self.lang == Lang::Zh { zh.to_owned() } else { en.to_owned() }
    }

    fn put(&mut self, text: impl std::fmt::Display) {
        write!(self.out, "{text}").expect("writing to a String cannot fail");
    }
}

/// Class and sign of an outcome.
fn look(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Compliant => ("compliant", "○"),
        Outcome::NeedsReview => ("review", "△"),
        Outcome::Returned => ("returned", "×"),
        Outcome::Unreadable => ("unreadable", "■"),
    }
}
