//! A notice as text of a bounded size: lines that do not fit are counted, never dropped in silence.

use crate::model::{Lang, cut};
use crate::render::Notice;

/// Bytes of one line; a summary is shorter unless a name in it is absurd.
const LINE: usize = 480;
const TITLE: usize = 240;

/// How a chat writes a text.
pub(super) struct Markup {
    pub title: fn(&str) -> String,
    pub heading: fn(&str) -> String,
    pub line: fn(&str) -> String,
    /// Between two lines.
    pub gap: &'static str,
}

/// Plain text.
pub(super) const PLAIN: Markup = Markup {
    title: str::to_string,
    heading: |heading| format!("{heading}："),
    line: |line| format!("· {line}"),
    gap: "\n",
};

/// The title on one line, whatever is in it.
pub(super) fn title(notice: &Notice) -> String {
    cut(one_line(&notice.title), TITLE)
}

/// The notice in at most `most` bytes (at least a kilobyte), title first. What is left out is counted
/// in the last line.
pub(super) fn fit(notice: &Notice, markup: &Markup, most: usize, lang: Lang) -> String {
    let all: usize = notice.sections.iter().map(|section| section.lines.len()).sum();
    let room = most.saturating_sub(markup.gap.len() + left_out(lang, all, all).len());
    let mut text = (markup.title)(&title(notice));
    let mut add = |part: String| {
        let fits = text.len() + markup.gap.len() + part.len() <= room;
        if fits {
            text.push_str(markup.gap);
            text.push_str(&part);
        }
        fits
    };
    for line in &notice.season {
        add((markup.line)(&cut(one_line(line), LINE)));
    }
    let mut told = 0;
    'sections: for section in &notice.sections {
        for (at, line) in section.lines.iter().enumerate() {
            let mut part = (markup.line)(&cut(one_line(line), LINE));
            if at == 0 && !section.heading.is_empty() {
                let heading = (markup.heading)(&cut(one_line(&section.heading), TITLE));
                part = heading + markup.gap + &part;
            }
            // The order is that of weight: nothing later is told instead.
            if !add(part) {
                break 'sections;
            }
            told += 1;
        }
    }
    if told < all {
        text.push_str(markup.gap);
        text.push_str(&left_out(lang, all, told));
    }
    text
}

fn left_out(lang: Lang, all: usize, told: usize) -> String {
    match lang {
        Lang::Zh => format!("…（共{all}件，以上{told}件，其余详见 nianbao alerts）"),
        Lang::En => format!("… ({told} of {all}; the others: nianbao alerts)"),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if breaks(c) { '·' } else { c }).collect()
}

fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The text with everything a chat would read as more than text in its full-width form, which looks
/// alike and means nothing: names of files and units are strangers', and a backslash is not an escape
/// everywhere.
pub(super) fn harmless(text: &str) -> String {
    let wide: String = text
        .chars()
        .map(|c| match c {
            '[' | ']' | '(' | ')' | '<' | '>' | '*' | '`' | '#' | '@' | '~' | '|' | '!' | '\\'
            | '&' | '$' | '{' | '}' | '"' => widened(c),
            _ => c,
        })
        .collect();
    // What would be made a link without any brackets.
    let mut out = wide.replace("://", "：//");
    for start in ["www.", "WWW.", "Www."] {
        out = out.replace(start, &format!("{}．", &start[..3]));
    }
    out
}

/// U+FF01 to U+FF5E mirror U+0021 to U+007E.
fn widened(c: char) -> char {
    char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
}

/// The text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Section;
    use proptest::prelude::*;

    fn notice(title: &str, lines: Vec<String>) -> Notice {
        let section = Section { heading: "新提醒".into(), lines };
        Notice { title: title.into(), season: vec!["应报300家".into()], sections: vec![section] }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let lines = (0..500).map(|n| format!("县审计局第{n}份退回")).collect();
        let text = fit(&notice("年报提醒：500件", lines), &PLAIN, 2048, Lang::Zh);
        assert!(text.len() <= 2048, "{}", text.len());
        let told = text.lines().filter(|line| line.contains("退回")).count();
        assert!(told > 20);
        assert!(text.ends_with(&format!("（共500件，以上{told}件，其余详见 nianbao alerts）")));
        assert!(text.contains("应报300家"));
    }

    #[test]
    fn what_fits_is_told_whole_and_in_order() {
        let text = fit(&notice("一", vec!["甲".into(), "乙".into()]), &PLAIN, 2048, Lang::Zh);
        assert_eq!(text, "一\n· 应报300家\n新提醒：\n· 甲\n· 乙");
    }

    #[test]
    fn a_link_or_a_call_to_everybody_is_only_text() {
        let text =
            harmless("[点此](https://evil.example) <@all> @所有人 <at id=all></at> www.a.cn");
        for sign in ["](", "<", "@", "://", "www."] {
            assert!(!text.contains(sign), "{sign} in {text}");
        }
    }

    proptest! {
        #[test]
        fn any_names_stay_within_the_size(
            title in ".{0,400}",
            lines in prop::collection::vec(".{0,300}", 0..60),
            most in 1024usize..5000,
        ) {
            let wide = Markup { line: |line| format!("- {}", harmless(line)), ..PLAIN };
            let all = lines.len();
            let notice = Notice { season: vec![], ..notice(&format!("【{title}"), lines) };
            let text = fit(&notice, &wide, most, Lang::Zh);
            prop_assert!(text.len() <= most, "{} > {most}", text.len());
            let told = text.lines().filter(|line| line.starts_with("- ")).count();
            let rest = format!("共{all}件，以上{told}件");
            prop_assert!(told == all || text.contains(&rest), "{}", text);
        }
    }
}
