//! AR-06: documents made or published this year are among all those published (2019 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "AR-06",
    name: ("对外公开总数量过少", "Too few documents published"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号 表二：本年新制作、本年新公开、对外公开总数量",
        "2019 form, table 2: newly made, newly published, all published",
    ),
    page: "ar_06_published_documents.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.NOR.opened") {
        return why;
    }
    let mut tally = Tally::default();
    for part in ["t2.REG.opened", "t2.REG.made", "t2.NOR.opened", "t2.NOR.made"] {
        let row = part.rsplit_once('.').map_or(part, |(row, _)| row);
        let all = format!("{row}.all");
        let fields = [part, all.as_str()];
        let Some([part_n, all_n]) = tally.counts(case, fields) else { continue };
        if part_n <= all_n {
            continue;
        }
        let (place, of) = (cell::place(case, part), cell::place(case, &all));
        let message = Words::new(
            format!(
                "{}：填报 {part_n}，多于同行“{}”{all_n}。",
                place.in_words(Lang::Zh),
                of.column.as_deref().unwrap_or_default()
            ),
            format!(
                "{}: {part_n}, more than the {all_n} published in all.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "对外公开总数量包括本年和往年公开的全部文件，请核对两个数；新制作而依法不公开的请说明。",
            "The number of all published documents includes this year's; check both numbers.",
        );
        let finding = RULE.finding(part, message, help, place).found(part_n).also([of]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
