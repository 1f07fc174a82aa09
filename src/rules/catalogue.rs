//! The list of rules, sorted by code.

use super::*;

/// Every rule, sorted by code.
pub static CATALOGUE: &[&Rule] = &[
    &ar_01_balance::RULE,
    &ar_02_column_sum::RULE,
    &ar_03_row_sum::RULE,
    &ar_04_case_sum::RULE,
    &ar_05_valid_documents::RULE,
    &ar_06_published_documents::RULE,
    &ar_07_negative_items::RULE,
    &ar_08_decisions_without_items::RULE,
    &ar_09_procurement::RULE,
    &tb_01_missing_table::RULE,
    &tb_02_wrong_form::RULE,
    &tb_03_columns::RULE,
    &tb_04_rows::RULE,
    &tb_05_cells::RULE,
    &tb_06_labels::RULE,
    &tb_07_note::RULE,
    &tb_08_blank::RULE,
    &tb_09_not_a_number::RULE,
    &tb_10_negative::RULE,
    &tb_11_decimal::RULE,
    &tb_12_money::RULE,
    &tb_13_notes::RULE,
    &tb_14_writing::RULE,
    &tb_15_fee_size::RULE,
    &tb_16_all_zero::RULE,
    &tb_17_shifted::RULE,
    &tb_18_header_split::RULE,
    &tb_19_after_table::RULE,
];

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    CATALOGUE.binary_search_by(|rule| rule.code.cmp(code)).ok().map(|at| CATALOGUE[at])
}
