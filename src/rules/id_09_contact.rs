//! ID-09: whom to ask about the report.

use super::prose::{nowhere, spot};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ID-09",
    name: ("联系方式", "Contact details"),
    severity: Info,
    basis: (
        "统一格式的通行写法（提示性，非强制）：前言写明联系地址、邮编、电话（含区号）",
        "usual wording of the form (advice, not binding): the preamble gives address, postcode and telephone with area code",
    ),
    page: "id_09_contact.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let contacts = &case.report.identity.contacts;
    let of = |kind: &str| contacts.iter().find(|(k, _)| k == kind).map(|(_, p)| p);
    let missing: Vec<&str> =
        ["地址", "邮编", "电话"].into_iter().filter(|kind| of(kind).is_none()).collect();
    let finding = |key: &str, zh: String, en: &str, place| {
        RULE.finding(
            key,
            Words::new(zh, en),
            Words::new(
                "建议在前言写明联系地址、邮政编码和带区号的办公电话，方便公众咨询。",
                "Give address, postcode and an office telephone with area code.",
            ),
            place,
        )
    };
    if !missing.is_empty() {
        let zh = format!("没有写明联系{}", missing.join("、"));
        let place = nowhere("联系方式");
        return Checked::done(vec![finding(
            "missing",
            zh,
            "Address, postcode or telephone is not given",
            place,
        )]);
    }
    let phones: Vec<_> = contacts.iter().filter(|(k, _)| k == "电话").map(|(_, p)| p).collect();
    if phones.iter().any(|p| complete(&p.text)) {
        return Checked::pass();
    }
    let zh = format!("电话“{}”没有区号", phones[0].text);
    Checked::done(vec![finding(
        "area_code",
        zh,
        "The telephone has no area code",
        spot("联系方式", Some(phones[0])),
    )])
}

/// A number that can be dialled from elsewhere: with area code, a mobile, a service number.
fn complete(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.starts_with(['0', '1', '4']) || digits.len() >= 10
}
