//! The page around the report: menus, crumbs, share buttons, link lists.

use super::extent::Extent;
use scraper::node::Element;

/// Text from which on an element is taken for content, whatever it is called.
const CONTENT: usize = 300;

/// Words in a class or id by which a page's makers name its furniture.
const NAMES: &[&str] = &[
    "nav",
    "menu",
    "crumb",
    "breadcrumb",
    "position",
    "location",
    "share",
    "toolbar",
    "sidebar",
    "copyright",
    "footer",
    "friendlink",
    "search",
    "topbar",
    "pagination",
    "related",
    "recommend",
    "header-date",
    "logo",
    "qrcode",
    "bdsharebuttonbox",
    "wza",
    "fontsize",
];

/// True for an element that is furniture by its kind, its name or its links. Something that holds
/// a table or as much text as a report is never furniture by name.
pub(super) fn is_furniture(element: &Element, extent: Extent) -> bool {
    let content = extent.tables > 0 || (extent.text > CONTENT && extent.linked * 2 < extent.text);
    match element.name() {
        "nav" => true,
        "body" | "html" | "td" | "th" | "tr" | "table" | "tbody" => false,
        // A link in running text is text; a block of nothing but links is a menu.
        "ul" | "ol" | "dl" | "div" | "footer" | "header" | "aside" | "section"
            if extent.text > 0 && extent.linked * 10 >= extent.text * 9 && extent.tables == 0 =>
        {
            extent.sentences == 0
        }
        _ if content => false,
        _ => is_hidden(element) || is_named_furniture(element),
    }
}

fn is_hidden(element: &Element) -> bool {
    element.attr("hidden").is_some() || style(element).contains("display:none")
}

/// True for text that is struck out, and in a cell for what is hidden; around the tables what is hidden
/// is furniture.
pub(super) fn is_struck(element: &Element, in_cell: bool) -> bool {
    let struck = || {
        let style = style(element);
        style.contains("line-through") || in_cell && style.contains("visibility:hidden")
    };
    matches!(element.name(), "s" | "strike" | "del") || struck() || in_cell && is_hidden(element)
}

fn style(element: &Element) -> String {
    let style = element.attr("style").unwrap_or_default();
    style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

fn is_named_furniture(element: &Element) -> bool {
    let names = element.classes().chain(element.id());
    names.map(str::to_ascii_lowercase).any(|name| {
        NAMES.iter().any(|word| match name.find(word) {
            // At a word border: "nav", "top-nav", "navBar", not "unavailable".
            Some(at) => at == 0 || !name.as_bytes()[at - 1].is_ascii_lowercase(),
            None => false,
        })
    })
}

/// True for a list that is a menu: three short items at least, without a full stop, a number or a
/// list's own marks.
pub(super) fn is_menu<'a>(items: impl Iterator<Item = &'a str>) -> bool {
    let mut count = 0;
    for item in items {
        let item = item.trim();
        let sentence =
            item.contains(['。', '；', '，', '：']) || item.chars().any(|c| c.is_ascii_digit());
        if sentence || item.chars().count() > 12 {
            return false;
        }
        count += usize::from(!item.is_empty());
    }
    count >= 3
}
