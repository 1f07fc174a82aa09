//! Names of public bodies in running text.

/// What names of bodies end in.
const ENDINGS: [&str; 32] = [
    "局",
    "厅",
    "委",
    "会",
    "办",
    "室",
    "府",
    "院",
    "中心",
    "处",
    "队",
    "站",
    "所",
    "街道",
    "镇",
    "乡",
    "部",
    "社",
    "馆",
    "校",
    "大学",
    "集团",
    "公司",
    "开发区",
    "新区",
    "园区",
    "银行",
    "区",
    "县",
    "市",
    "省",
    "协",
];
/// Words that no name holds: what stands before them belongs to the sentence.
const BREAKS: [&str; 9] = ["公布", "发布", "由", "向", "要求", "规定", "精神", "结合", "以下简称"];
/// Words a name may hold (发展和改革局, 自然资源与规划局) but not begin with.
const LEADS: [&str; 9] = ["现将", "将", "现", "与", "和", "为", "对", "请", "及"];

/// True for words that look like the whole name of a body.
pub(super) fn unit_like(words: &str) -> bool {
    let length = words.chars().count();
    (2..=30).contains(&length)
        && words.chars().all(|c| c.is_alphabetic() || "（）()·、".contains(c))
        && !words.is_ascii()
        && ENDINGS.iter().any(|ending| words.ends_with(ending))
        && !words.contains("信息公开")
        // 本站, 本局, 我局 point at a body and do not name it; 本溪 is a city.
        && !(words.starts_with('我') || words.starts_with('本') && !words.starts_with("本溪"))
}

/// True when the name says where the body is: 上高县审计局, not 审计局 or 区统计局.
pub(super) fn placed(unit: &str) -> bool {
    unit.char_indices().any(|(at, c)| {
        at >= 3
            && "省市县区州盟旗镇乡".contains(c)
            && unit[at + c.len_utf8()..].chars().count() >= 2
    }) || unit.ends_with(['镇', '乡'])
        || unit.ends_with("街道")
        || unit.contains("街道办")
}

/// The name that ends right before `at`, taken back to the last punctuation or lead word.
pub(super) fn unit_before(text: &str, at: usize) -> Option<String> {
    let head = &text[..at];
    let near = head.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).take(60);
    let start = near.last().map_or(at, |(i, _)| i);
    cut_lead(&head[start..])
}

fn cut_lead(segment: &str) -> Option<String> {
    let from = BREAKS.iter().filter_map(|word| segment.rfind(word).map(|at| at + word.len())).max();
    let mut name = &segment[from.unwrap_or(0)..];
    while let Some(rest) = LEADS.iter().find_map(|lead| name.strip_prefix(lead)) {
        name = rest;
    }
    (unit_like(name) && name.chars().count() >= 3).then(|| name.to_string())
}

/// The name between two words on one stretch without punctuation: 与…联系, 由…编制.
pub(super) fn unit_between(text: &str, before: &str, after: &str) -> Option<String> {
    text.match_indices(before).find_map(|(at, _)| {
        let rest = &text[at + before.len()..];
        let near = rest.char_indices().take_while(|(_, c)| c.is_alphabetic()).take(60);
        let stretch = &rest[..near.last().map_or(0, |(i, c)| i + c.len_utf8())];
        // 与…局联系（地址…）, 由…局结合有关统计数据编制.
        let inside = stretch.find(after).map(|end| &stretch[..end])?;
        let inside = ["结合", "根据", "依据", "按照", "组织", "负责"]
            .iter()
            .filter_map(|word| inside.find(word))
            .min()
            .map_or(inside, |end| &inside[..end]);
        whole_body(inside)
    })
}

/// 聊城市审计局秘书科 → 聊城市审计局.
fn whole_body(name: &str) -> Option<String> {
    if unit_like(name) && !name.ends_with('室') {
        return Some(name.to_string());
    }
    let end = name.rfind(['局', '厅', '委', '府']).map(|at| at + '局'.len_utf8());
    end.map(|end| name[..end].to_string())
        .or_else(|| unit_like(name).then(|| name.to_string()))
        .filter(|n| n.chars().count() >= 3)
}

/// The county, city or district a text begins with: 上高县镜山大道21号 → 上高县.
pub(super) fn place_at_start(text: &str) -> Option<String> {
    let head: String = text.chars().take_while(|c| c.is_alphabetic()).take(14).collect();
    let end = head
        .char_indices()
        .filter(|(at, c)| *at >= 3 && "市县区旗".contains(*c))
        .map(|(at, c)| at + c.len_utf8())
        .next_back()?;
    // 山东省聊城市 → 聊城市
    let name = &head[..end];
    let start = name.rfind('省').map_or(0, |at| at + '省'.len_utf8());
    (name[start..].chars().count() >= 2).then(|| name[start..].to_string())
}

/// Words without anything in brackets.
pub(super) fn without_brackets(words: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '(' | '（' | '[' | '〔' | '【' => depth += 1,
            ')' | '）' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_out_of_their_sentences() {
        let before = |text: &str, word: &str| unit_before(text, text.find(word).expect("there"));
        assert_eq!(before("要求，聊城市审计局编制了", "编制").as_deref(), Some("聊城市审计局"));
        assert_eq!(before("现公布区统计局2023年", "2023").as_deref(), Some("区统计局"));
        assert_eq!(
            before("现向社会公布沭阳县发展和改革局2023年度", "2023").as_deref(),
            Some("沭阳县发展和改革局")
        );
        let between = |text: &str, a: &str, b: &str| unit_between(text, a, b);
        assert_eq!(
            between("由审计局结合有关统计数据编制。", "由", "编制").as_deref(),
            Some("审计局")
        );
        assert_eq!(
            between("请与聊城市审计局秘书科联系（地址", "与", "联系").as_deref(),
            Some("聊城市审计局")
        );
    }

    #[test]
    fn a_place_is_read_from_an_address() {
        assert_eq!(place_at_start("上高县镜山大道21号").as_deref(), Some("上高县"));
        assert_eq!(place_at_start("山东省聊城市兴华东路58号").as_deref(), Some("聊城市"));
        assert!(placed("上高县审计局") && !placed("审计局") && !placed("区统计局"));
    }
}
