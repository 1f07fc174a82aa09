//! NT-08: the numbers of natural persons and organisations are those of the table.

use super::narrative::{Kind, Statement, Sum};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-08",
    name: ("申请人类别数与表三不符", "Kinds of applicants: text against table"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_08_applicants.md",
    check: check,
}

static PERSONS: [Sum; 3] = [
    Sum { name: ("本年新收·自然人", "new, natural persons"), fields: &["t3.new.NP"] },
    Sum {
        name: ("新收加结转·自然人", "with those carried in, natural persons"),
        fields: &["t3.new.NP", "t3.carried_in.NP"],
    },
    Sum { name: ("办理结果·自然人", "results, natural persons"), fields: &["t3.total.NP"] },
];
static ORGANISATIONS: [Sum; 3] = [
    Sum {
        name: ("本年新收·法人或其他组织", "new, organisations"),
        fields: &["t3.new.BIZ", "t3.new.SCI", "t3.new.PUB", "t3.new.LAW", "t3.new.OTH"],
    },
    Sum {
        name: ("新收加结转·法人或其他组织", "with those carried in, organisations"),
        fields: &[
            "t3.new.BIZ",
            "t3.new.SCI",
            "t3.new.PUB",
            "t3.new.LAW",
            "t3.new.OTH",
            "t3.carried_in.BIZ",
            "t3.carried_in.SCI",
            "t3.carried_in.PUB",
            "t3.carried_in.LAW",
            "t3.carried_in.OTH",
        ],
    },
    Sum {
        name: ("办理结果·法人或其他组织", "results, organisations"),
        fields: &["t3.total.BIZ", "t3.total.SCI", "t3.total.PUB", "t3.total.LAW", "t3.total.OTH"],
    },
];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let columns = |s: &Statement| match s.what {
        Kind::Person => PERSONS.iter().collect(),
        _ => ORGANISATIONS.iter().collect(),
    };
    let kinds = [Kind::Person, Kind::Organisation];
    told::check(case, &RULE, of(narrative, &kinds, columns, |_| Severity::Error))
}
