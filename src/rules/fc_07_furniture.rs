//! FC-07: the report without the page around it.

use super::prose::{clip, nowhere};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::model::{Place, Words};

crate::rule! {
    code: "FC-07",
    name: ("网页杂质", "Lines of the web page"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：报送稿为报告正文",
        "usual wording of the form (advice, not binding): what is handed in is the report itself",
    ),
    page: "fc_07_furniture.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let notices: Vec<_> =
        case.document.notices.iter().filter(|n| n.kind == NoticeKind::Furniture).collect();
    let Some(first) = notices.first() else { return Checked::pass() };
    let count: u32 = notices.iter().map(|n| n.count.max(1)).sum();
    let place =
        Place {
            anchor: first.anchor.clone(), quote: clip(&first.quote), ..nowhere("网页信息")
        };
    Checked::done(vec![RULE.finding(
        "page",
        Words::new(
            format!("文中有网页上的来源、时间、字号、菜单等 {count} 处，检查时已略去"),
            format!("{count} lines of the web page (source, time, menus), left out when checking"),
        ),
        Words::new(
            "建议优先报送正文文件；报送保存的网页也可以，上述内容不影响核对。",
            "Preferably send the report's own file; a saved page will do, these lines do not matter.",
        ),
        place,
    )])
}
