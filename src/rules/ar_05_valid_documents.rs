//! AR-05: documents in force are at least those made less those repealed (2021 form).

use super::tally::{Tally, with_columns_of};
use super::{Case, Checked, cell};
use crate::model::{Lang, Words};
use crate::rule;

rule! {
    code: "AR-05",
    name: ("现行有效件数过少", "Too few documents in force"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号 表二：本年制发、本年废止、现行有效件数",
        "2021 form, table 2: made, repealed and in force",
    ),
    page: "ar_05_valid_documents.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if let Err(why) = with_columns_of(case, "t2.NOR.valid") {
        return why;
    }
    let mut tally = Tally::default();
    for kind in ["REG", "NOR"] {
        let [made, repealed, valid] =
            ["made", "repealed", "valid"].map(|c| format!("t2.{kind}.{c}"));
        let fields = [made.as_str(), repealed.as_str(), valid.as_str()];
        let Some([made_n, repealed_n, valid_n]) = tally.counts(case, fields) else { continue };
        let least = made_n.saturating_sub(repealed_n);
        if valid_n >= least {
            continue;
        }
        let place = cell::place(case, &valid);
        let message = Words::new(
            format!(
                "{}：填报 {valid_n}，少于本年制发 {made_n} 减去本年废止 {repealed_n} 所得的 {least}。",
                place.in_words(Lang::Zh)
            ),
            format!(
                "{}: {valid_n} in force, fewer than {made_n} made less {repealed_n} repealed.",
                place.in_words(Lang::En)
            ),
        );
        let help = Words::new(
            "请会同司法行政主管部门核对三个数：现行有效件数是年末仍有效的全部文件，不只是本年制发的；当年制发又失效的请说明。",
            "Check the three numbers: “现行有效” counts every document in force at the end of the year.",
        );
        let finding = RULE
            .finding(&valid, message, help, place)
            .found(valid_n)
            .also([cell::place(case, &made), cell::place(case, &repealed)]);
        tally.found(case, &fields, finding);
    }
    tally.finish(case)
}
