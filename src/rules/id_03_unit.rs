//! ID-03: one and the same body throughout.

use super::body::{Registered, both_mean_it};
use super::judge;
use super::prose::{nowhere, squeeze};
use super::{Case, Checked};
use crate::model::{Finding, Place, Severity, UnitKnown, Words};

crate::rule! {
    code: "ID-03",
    name: ("单位不一致", "The body is named differently"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式（明确责任）：不得发布内容不准确的年度报告",
        "the national form on responsibility: reports must be accurate",
    ),
    page: "id_03_unit.md",
    check: check,
}

/// What the delivery says of itself.
const DECLARED: &str = "报送渠道登记的单位";

/// Two names of one body, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kin {
    Same,
    /// Full and shortened form, or a government and its office.
    Alias,
    Other,
}

/// A name with where it stands.
struct Naming {
    spot: &'static str,
    /// Declared by the folder, an option of the delivery or a fixed setting, not by the report.
    declared: bool,
    unit: String,
    place: Place,
}

fn check(case: &Case) -> Checked {
    let identity = &case.report.identity;
    let namings = namings(case);
    let mut findings = Vec::new();
    if let Some((unit, UnitKnown::Inferred)) = &identity.unit {
        findings.push(inferred(unit));
    }
    // Everything is held against the first: what the delivery declares, else the title, else the rest.
    if let Some((first, others)) = namings.split_first() {
        findings.extend(others.iter().filter_map(|other| compare(case, first, other)));
    }
    findings.extend(not_in_the_roster(case));
    if namings.is_empty() && findings.is_empty() {
        return Checked::not_assessable("没有读到单位名称", "no name of the body was read");
    }
    Checked::done(findings)
}

fn namings(case: &Case) -> Vec<Naming> {
    let mut found = Vec::new();
    if let Some(unit) = &case.circumstances.declared_unit {
        found.push(Naming {
            spot: DECLARED,
            declared: true,
            unit: squeeze(unit),
            place: nowhere(DECLARED),
        });
    }
    // A preamble uses short forms of every kind and names other bodies too; it is no witness.
    for spot in ["标题", "落款", "页面发布机构"] {
        let named = case.report.identity.names.iter().filter(|n| n.spot == spot);
        found.extend(named.take(1).map(|n| Naming {
            spot,
            declared: false,
            unit: squeeze(&n.unit),
            place: Place {
                spot: Some(spot.to_string()),
                anchor: n.anchor.clone(),
                quote: n.unit.clone(),
                ..Place::default()
            },
        }));
    }
    found
}

fn inferred(unit: &str) -> Finding {
    RULE.finding(
        "inferred",
        Words::new(
            format!("报告没有写明单位全称，由文中线索推断为“{unit}”"),
            format!("The report does not name its body; “{unit}” is inferred from what it says"),
        ),
        Words::new(
            "请在标题和落款中写明单位全称；推断有误的，请指明正确单位。",
            "Name the body in full in title and signature; correct the guess if it is wrong.",
        ),
        nowhere("单位名称"),
    )
    .severity(Severity::Warning)
    .found(unit)
}

/// The body is filed under the name as it is written, and nobody waits for it under that name.
fn not_in_the_roster(case: &Case) -> Option<Finding> {
    let (unit, _) = judge::unit(case)?;
    let (zh, en) = match case.circumstances.registered.as_ref()? {
        Registered::Listed(_) => return None,
        Registered::Unlisted => ("名册中没有这个单位", "is not in the roster"),
        Registered::Ambiguous => ("可指名册中的几个单位", "may be several bodies of the roster"),
    };
    Some(
        RULE.finding(
            "roster",
            Words::new(format!("“{unit}”：{zh}"), format!("“{unit}” {en}")),
            Words::new(
                "请核对单位名称（应为单位全称），或由主管部门补录名册（单位或别名）。",
                "Check the name, which has to be the full one, or add the body or the alias to the roster.",
            ),
            nowhere("单位名称"),
        )
        .severity(Severity::Warning)
        .found(unit)
        .basis(Words::new(
            "本地的单位名册（由主管部门设置）",
            "the site's roster, which its supervisor keeps",
        )),
    )
}

fn compare(case: &Case, first: &Naming, other: &Naming) -> Option<Finding> {
    let severity = match kin(&first.unit, &other.unit) {
        Kin::Same => return None,
        // A folder may be named in any way that the roster knows.
        _ if first.declared && both_mean_it(case, &first.unit, &other.unit) => return None,
        Kin::Other if both_mean_it(case, &first.unit, &other.unit) => Severity::Info,
        Kin::Alias => Severity::Info,
        // Pages are published by whoever runs the portal: the body's own government as a rule.
        Kin::Other if other.spot == "页面发布机构" && governs(&other.unit, &first.unit) => {
            return None;
        }
        Kin::Other if other.spot == "页面发布机构" => Severity::Warning,
        Kin::Other => Severity::Error,
    };
    let (zh, en) = match severity {
        Severity::Info => ("写法不同", "are two forms of one name"),
        _ => ("不一致", "differ"),
    };
    let finding = RULE
        .finding(
            other.spot,
            Words::new(
                format!("{}“{}”与{}“{}”{zh}", first.spot, first.unit, other.spot, other.unit),
                format!(
                    "“{}” names “{}” and “{}” names “{}”: they {en}",
                    first.spot, first.unit, other.spot, other.unit
                ),
            ),
            Words::new(
                "请核对单位名称，全文统一使用单位全称；报错渠道或放错文件夹的，请从本单位的渠道重新报送。",
                "Use the full name throughout; hand it in again if it came under another body's name.",
            ),
            other.place.clone(),
        )
        .severity(severity)
        .expected(&first.unit)
        .found(&other.unit);
    let finding = finding.also([first.place.clone()]);
    Some(match first.declared && severity == Severity::Info {
        true => only_registered_otherwise(finding),
        false => finding,
    })
}

/// The report is not at fault when only the registration writes its name in another form.
fn only_registered_otherwise(mut finding: Finding) -> Finding {
    finding.help = Words::new(
        "如名称无误，无需修改。",
        "Nothing to mend if the report's name is the right one.",
    );
    finding.basis(Words::new(
        "报送登记：报告的单位名称与登记的名称互相对照",
        "registration: the report's name is held against the registered one",
    ))
}

/// 淮安市洪泽区人民政府 and 洪泽区人民政府 (a place left out), 沭阳县发展和改革局 and 沭阳县发改局
/// (characters left out), a government and its office.
pub(super) fn kin(a: &str, b: &str) -> Kin {
    if a == b {
        return Kin::Same;
    }
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let office = long.strip_prefix(short).is_some_and(|rest| rest.contains('办'));
    let same_end = short.chars().next_back() == long.chars().next_back();
    if long.ends_with(short) || office || (same_end && left_out(short, long)) {
        Kin::Alias
    } else {
        Kin::Other
    }
}

/// True for the government, or an office of it, of the place that `unit` names.
fn governs(publisher: &str, unit: &str) -> bool {
    let place = publisher.find("人民政府").or_else(|| publisher.find("政府"));
    place.is_some_and(|end| end > 0 && unit.contains(&publisher[..end]))
}

/// True when `short` is `long` with characters left out.
fn left_out(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().count() >= 3 && short.chars().all(|c| rest.any(|l| l == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_name_are_told_from_two_names() {
        assert_eq!(kin("洪泽区人民政府", "淮安市洪泽区人民政府"), Kin::Alias);
        assert_eq!(kin("沭阳县发展和改革局", "沭阳县发改局"), Kin::Alias);
        assert_eq!(kin("沭阳县人民政府", "沭阳县人民政府办公室"), Kin::Alias);
        assert_eq!(kin("白银市审计局", "白银市审计局"), Kin::Same);
        assert_eq!(kin("白银市审计局", "白银市统计局"), Kin::Other);
        assert_eq!(kin("武定县审计局", "宝鸡市审计局"), Kin::Other);
    }

    #[test]
    fn a_portal_of_the_bodys_own_government_is_known_from_anothers() {
        assert!(governs("青禾县人民政府办公室", "青禾县水利局"));
        assert!(governs("沭阳县人民政府", "宿迁市沭阳县公安局"));
        for publisher in ["宝鸡市人民政府", "人民政府", "青禾县审计局"] {
            assert!(!governs(publisher, "青禾县水利局"), "{publisher}");
        }
    }
}
