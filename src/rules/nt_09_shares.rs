//! NT-09: a share printed behind a number follows from it.

use super::narrative::{Figure, Paragraph, evaluate, place_of, share};
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::{Finding, Words};

crate::rule! {
    code: "NT-09",
    name: ("百分比与件数不符", "A share does not follow from its number"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_09_shares.md",
    check: check,
}

/// Denominators of 表三 besides those the sentence itself names.
const TOTALS: [&[&str]; 3] = [&["t3.total.T"], &["t3.new.T"], &["t3.new.T", "t3.carried_in.T"]];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let table: Vec<i64> = TOTALS.iter().filter_map(|fields| evaluate(case, fields)).collect();
    let mut findings = Vec::new();
    let mut assessed = 0;
    for paragraph in &narrative.paragraphs {
        let tokens = &paragraph.tokens;
        for (at, percent) in (0..tokens.len()).filter_map(|at| Some((at, share(tokens, at)?))) {
            let (Some(part), Some(share)) =
                (tokens[at].figure().and_then(Figure::count), tokens[percent].figure())
            else {
                continue;
            };
            let about_requests = paragraph.statements.iter().any(|s| s.token == at);
            let list =
                paragraph.breakdowns.iter().find(|b| b.readings.iter().flatten().any(|&i| i == at));
            // Without its whole nothing can be said of a share.
            if share.vague || !about_requests && list.is_none_or(|b| b.adds_up(tokens).is_none()) {
                continue;
            }
            assessed += 1;
            let said = (0..at).filter_map(|i| tokens[i].figure().and_then(Figure::count));
            let mut wholes: Vec<i64> = said.filter(|n| *n >= part).collect();
            wholes.extend(&table);
            if table.is_empty() && list.is_none()
                || wholes.iter().any(|&whole| fits(part, whole, share))
            {
                continue;
            }
            findings.push(finding(paragraph, at, percent, part, &wholes));
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}

/// The share as printed; cutting off instead of rounding is let pass.
fn fits(part: i64, whole: i64, share: &Figure) -> bool {
    if whole <= 0 {
        return part == 0;
    }
    // In thousandths of a percent, as the figure is.
    let exact = part as f64 * 100_000.0 / whole as f64;
    let step = 1000.0 / 10_f64.powi(share.places.min(3) as i32);
    (exact - share.milli as f64).abs() < step
}

fn finding(paragraph: &Paragraph, at: usize, percent: usize, part: i64, wholes: &[i64]) -> Finding {
    let tokens = &paragraph.tokens;
    let range = tokens[at].range.start..tokens[percent].range.end;
    let printed = &paragraph.line.clean()[tokens[percent].range.clone()];
    let nearest = wholes.iter().copied().filter(|w| *w > 0).min_by_key(|&whole| {
        let exact = part as f64 * 100_000.0 / whole as f64;
        (exact - tokens[percent].figure().map_or(0, |f| f.milli) as f64).abs() as i64
    });
    let due = nearest.map(|whole| (whole, format!("{:.2}%", part as f64 * 100.0 / whole as f64)));
    let (zh, en) = match &due {
        Some((whole, due)) => {
            (format!("，以 {whole} 为总数应为 {due}"), format!("; of {whole} it is {due}"))
        }
        None => Default::default(),
    };
    RULE.finding(
        &format!("{:?} {part}", paragraph.line.part),
        Words::new(
            format!("“{part}”所占比例写作 {printed}，与所列各总数都不相符{zh}"),
            format!("the share of {part} is given as {printed}, which fits none of the totals{en}"),
        ),
        Words::new(
            "请重新计算百分比；以其他数为总数的，请写明。",
            "Compute the share anew; say of what it is where another total is meant.",
        ),
        place_of(paragraph, range),
    )
    .found(printed)
}

#[cfg(test)]
mod tests {
    use super::fits;
    use crate::rules::narrative::{Figure, Unit};

    #[test]
    fn shares_are_rounded_or_cut_to_the_printed_places() {
        let share =
            |milli: i64, places: u32| Figure { milli, unit: Unit::Percent, vague: false, places };
        assert!(fits(42, 98, &share(42_860, 2)) && fits(49, 98, &share(50_000, 0)));
        assert!(fits(24, 1499, &share(1_600, 2)) && fits(2, 3, &share(66_600, 1)));
        assert!(!fits(275, 830, &share(33_900, 1)) && !fits(36, 830, &share(4_400, 2)));
    }
}
