//! The list of rules, sorted by code.

use super::*;

/// Every rule, sorted by code.
pub static CATALOGUE: &[&Rule] =
    &[&ar_01_balance::RULE, &ar_02_column_sum::RULE, &ar_03_row_sum::RULE, &ar_04_case_sum::RULE];

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    CATALOGUE.binary_search_by(|rule| rule.code.cmp(code)).ok().map(|at| CATALOGUE[at])
}
