//! Figures in Chinese prose: 3646件, 5500余条, 二十三件, 2.95万元, 42.86%. A number that is no count of
//! anything (第711号, 2020年1月, 24小时) is no figure.

use super::lexer::{Kind, Sort, Token};
use crate::document::read_numeral;

/// A number with what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Figure {
    /// Thousandths: 3.5 is 3500; money in thousandths of a yuan.
    pub milli: i64,
    pub unit: Unit,
    /// 余, 多, 约, 近, 以上 …, or rounded to 万.
    pub vague: bool,
    /// Digits after the point, as printed.
    pub places: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Unit {
    /// 件, 条, …
    Of(&'static str),
    Yuan,
    Percent,
    /// No measure word.
    Bare,
}

impl Figure {
    /// The whole number of an exact count.
    pub fn count(&self) -> Option<i64> {
        let whole = self.milli % 1000 == 0 && self.unit != Unit::Percent;
        (whole && !self.vague).then_some(self.milli / 1000)
    }
}

/// Measure words, longer ones first.
const MEASURES: [&str; 34] = [
    "人次", "件次", "篇次", "条次", "条", "件", "次", "篇", "项", "期", "份", "个", "起", "宗",
    "例", "场", "人", "则", "部", "家", "页", "名", "户", "批", "类", "幅", "张", "辆", "套", "台",
    "组", "款", "处", "封",
];
/// What makes a number a date, a number of a document or a time.
const NO_COUNT: [&str; 17] = [
    "年",
    "月",
    "日",
    "号",
    "时",
    "分钟",
    "小时",
    "天",
    "届",
    "级",
    "楼",
    "周",
    "世纪",
    "岁",
    "工作日",
    "个工作日",
    "个月",
];
const AFTER: [&str; 6] = ["余", "多", "来", "以上", "左右", "以内"];
/// Words right before 一件 that make it a count.
const COUNTED: [Kind; 16] = [
    Kind::Request,
    Kind::Apply,
    Kind::Receive,
    Kind::New,
    Kind::CarriedIn,
    Kind::CarriedOut,
    Kind::Done,
    Kind::Granted,
    Kind::Partial,
    Kind::Denied,
    Kind::Unable,
    Kind::Review,
    Kind::Suit,
    Kind::Upheld,
    Kind::Corrected,
    Kind::Pending,
];
/// What a number without a measure word belongs to: 附件1, 图2.
const LABELLED: [&str; 5] = ["附件", "附表", "表", "图", "编号"];
const SCALES: [(&str, i64); 2] = [("亿", 100_000_000), ("万", 10_000)];

/// The figure or year at `at`, with its length; `before` is the token before it.
pub(super) fn figure(text: &str, at: usize, before: Option<&Token>) -> Option<(Sort, usize)> {
    let rest = &text[at..];
    let first = narrow(rest.chars().next()?);
    if first.is_ascii_digit() {
        return digits(text, at, before);
    }
    numeral(text, at, before)
}

/// 二十三件. An ordinal (第二次) and a span (三至五次) are no figures.
fn numeral(text: &str, at: usize, before: Option<&Token>) -> Option<(Sort, usize)> {
    let rest = &text[at..];
    let digit = |c: char| "零〇一二两三四五六七八九十百千".contains(c);
    let run = rest.find(|c| !digit(c)).unwrap_or(rest.len());
    let (unit, measure) = measure(&rest[run..])?;
    if run == 0 || !matches!(unit, Unit::Of("件" | "条" | "次" | "项" | "篇" | "份" | "起" | "宗"))
    {
        return None;
    }
    let head = text[..at].trim_end();
    let span = head.strip_suffix(['至', '到']).is_some_and(|h| h.ends_with(digit));
    if span || head.ends_with('第') || head.ends_with(digit) {
        return None;
    }
    let end = run + measure;
    // 一件事, 一次办: one of anything, but for 收到申请一件 at the end of its clause.
    let one = &rest[..run] == "一";
    let ends = rest[end..].trim_start().starts_with(['，', '。', '；', '、', ',', '（', '(', '）']);
    let counted = before.and_then(Token::kind).is_some_and(|kind| COUNTED.contains(&kind));
    if one && !(ends && counted) {
        return None;
    }
    let milli = if one { 1000 } else { read_numeral(&rest[..run])?.checked_mul(1000)? };
    let vague = about(text, before);
    Some((Sort::Figure(Figure { milli, unit, vague, places: 0 }), end))
}

fn digits(text: &str, at: usize, before: Option<&Token>) -> Option<(Sort, usize)> {
    let rest = &text[at..];
    let numeric = |c: char| narrow(c).is_ascii_digit() || matches!(narrow(c), '.' | ',');
    let run = rest.find(|c| !numeric(c)).unwrap_or(rest.len());
    // A comma or point at the end belongs to the sentence.
    let run = rest[..run].trim_end_matches(['.', '．', ',', '，']).len();
    let grouped = grouped(rest, run);
    let run = grouped.unwrap_or(run);
    let parts = rest[..run].chars().filter(|c| grouped.is_none() || c.is_ascii_digit());
    let plain: String = parts.map(narrow).collect();
    let unknown = Some((Sort::Unknown, run));
    if text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "第〔[-—－.".contains(c))
        || LABELLED.iter().any(|word| text[..at].ends_with(word))
    {
        return unknown;
    }
    // 3至5件 is no one number.
    let until = text[..at].strip_suffix(['至', '到']);
    if until.is_some_and(|head| head.ends_with(|c: char| c.is_ascii_digit())) {
        return unknown;
    }
    let after = rest[run..].trim_start();
    if let Some(year) = after.strip_prefix('年').and_then(|_| plain.parse().ok())
        && (1990..=2100).contains(&year)
    {
        let end = text.len() - after.len() + '年'.len_utf8();
        let end = end + if text[end..].starts_with('度') { '度'.len_utf8() } else { 0 };
        return Some((Sort::Year(year), end - at));
    }
    if NO_COUNT.iter().any(|word| after.starts_with(word))
        || after.starts_with(['-', '—', '－', '~', '～', '至', '〕', ']', '.', '/'])
        || after.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return unknown;
    }
    // Digits torn apart may be one number or two.
    match measured(&plain, after, grouped.is_some() || about(text, before)) {
        Some((figure, taken)) => Some((Sort::Figure(figure), rest.len() - after.len() + taken)),
        None => unknown,
    }
}

/// The figure of digits and the words behind them, with the length of those words.
fn measured(plain: &str, after: &str, about: bool) -> Option<(Figure, usize)> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    if fraction.contains(['.', ',']) || fraction.len() > 8 {
        return None;
    }
    let groups: Vec<&str> = whole.split(',').collect();
    if groups.len() > 1 && groups[1..].iter().any(|g| g.len() != 3) {
        return None;
    }
    let whole: i64 = groups.concat().parse().ok()?;
    let mut rest = after;
    let mut vague = about;
    let mut scale = 1;
    let hedge = |rest: &mut &str| {
        let found = AFTER.iter().find_map(|word| rest.strip_prefix(word));
        *rest = found.unwrap_or(rest).trim_start();
        found.is_some()
    };
    vague |= hedge(&mut rest);
    let percent = ["%", "％", "个百分点"].iter().find_map(|p| rest.strip_prefix(p));
    let (unit, taken) = if let Some(behind) = percent {
        rest = behind;
        (Unit::Percent, 0)
    } else {
        for (word, factor) in SCALES {
            if let Some(behind) = rest.strip_prefix(word) {
                (scale, rest) = (factor, behind);
                vague |= hedge(&mut rest);
                break;
            }
        }
        measure(rest).unwrap_or((Unit::Bare, 0))
    };
    rest = &rest[taken..];
    vague |= unit != Unit::Bare && hedge(&mut rest);
    // 2.5万条 was rounded; money in 万元 is written so.
    vague |= scale > 1 && unit != Unit::Yuan;
    let factor = scale.checked_mul(1000)?;
    let decimals: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let part = i128::from(decimals) * i128::from(factor) / 10_i128.pow(fraction.len() as u32);
    let milli = i64::try_from(i128::from(whole) * i128::from(factor) + part).ok()?;
    let figure = Figure { milli, unit, vague, places: fraction.len() as u32 };
    Some((figure, after.len() - rest.len()))
}

fn measure(rest: &str) -> Option<(Unit, usize)> {
    if rest.starts_with('元') {
        return Some((Unit::Yuan, '元'.len_utf8()));
    }
    let word = MEASURES.iter().find(|word| rest.starts_with(**word))?;
    Some((Unit::Of(word), word.len()))
}

/// 约12件, 约占12%.
fn about(text: &str, before: Option<&Token>) -> bool {
    before.is_some_and(|token| {
        let hedged = token.is(Kind::Share) && text[token.range.clone()].contains('约');
        token.is(Kind::About) || hedged
    })
}

/// The length of digits in threes that a blank or a wide comma keeps apart (1 284, 1，284), where
/// such follow the first `run` bytes.
fn grouped(text: &str, run: usize) -> Option<usize> {
    let first = &text[..run];
    if first.len() > 3 || !first.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut end = run;
    while let Some(rest) = text[end..].strip_prefix([' ', '\u{a0}', '\u{2009}', '，'])
        && let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
        && digits == 3
    {
        end = text.len() - rest.len() + digits;
    }
    (end > run).then_some(end)
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '．' => '.',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::narrative::lexer::tokens;

    fn figures(text: &str) -> Vec<(i64, Unit, bool)> {
        let all = tokens(text, &[]);
        all.iter().filter_map(Token::figure).map(|f| (f.milli, f.unit, f.vague)).collect()
    }

    #[test]
    fn figures_are_read_with_what_they_count() {
        let one = |text: &str| {
            let all = figures(text);
            assert_eq!(all.len(), 1, "{text}: {all:?}");
            all[0]
        };
        let of = |unit| Unit::Of(unit);
        assert_eq!(one("申请3646件"), (3_646_000, of("件"), false));
        assert_eq!(one("申请 3119 件"), (3_119_000, of("件"), false));
        assert_eq!(one("各类信息 5500 余条"), (5_500_000, of("条"), true));
        assert_eq!(one("约120件"), (120_000, of("件"), true));
        assert_eq!(one("1,234件"), (1_234_000, of("件"), false));
        assert_eq!(one("２３件"), (23_000, of("件"), false));
        assert_eq!(one("二十三件"), (23_000, of("件"), false));
        assert_eq!(one("阅读量1.2万次"), (12_000_000, of("次"), true));
        assert_eq!(one("2.95万元"), (29_500_000, Unit::Yuan, false));
        assert_eq!(one("占42.86%"), (42_860, Unit::Percent, false));
        assert_eq!(one("部分公开67，占"), (67_000, Unit::Bare, false));
        assert_eq!(one("30件以上"), (30_000, of("件"), true));
    }

    #[test]
    fn numbers_that_count_nothing_are_no_figures() {
        for text in [
            "第711号",
            "2020年1月27日",
            "〔2021〕30号",
            "24小时",
            "20个工作日",
            "0527-83593059",
            "第3项",
            "3至5件",
            "一件",
            "APP2.0版",
            "8月",
        ] {
            assert_eq!(figures(text), [], "{text}");
        }
    }

    #[test]
    fn a_year_is_told_from_a_count() {
        let all = tokens("2024年度和 2024 年、50年", &[]);
        let years = all.iter().filter(|t| matches!(t.sort, Sort::Year(2024))).count();
        assert_eq!(years, 2);
    }
}
