//! The catalogue of checks: one file and one page per rule, one sorted list, and [`judge`].
//!
//! Invariants: a rule is a pure function of a [`Case`]; it does not know where the report came from;
//! what it could not check it says; a code is never reused or renamed.

mod body;
mod case;
mod catalogue;
mod cell;
mod checked;
mod consolidated;
mod deadline;
mod earlier;
mod gazetteer;
mod identity;
mod judge;
mod ledger;
mod likely;
mod likeness;
mod listed;
mod listing;
mod narrative;
mod page;
mod prose;
mod remarks;
mod repair;
mod sketch;
mod tally;
mod told;

// One line per rule, sorted.
mod ar_01_balance;
mod ar_02_column_sum;
mod ar_03_row_sum;
mod ar_04_case_sum;
mod ar_05_valid_documents;
mod ar_06_published_documents;
mod ar_07_negative_items;
mod ar_08_decisions_without_items;
mod ar_09_procurement;
mod cs_01_sum;
mod cs_02_part_over_whole;
mod cs_03_overlap;
mod cs_04_areas;
mod cs_05_fees;
mod cs_06_mixed_scope;
mod cs_07_missing;
mod dl_01_department_late;
mod dl_02_government_late;
mod dl_03_local_date;
mod dl_06_no_date;
mod fc_01_personal_data;
mod fc_02_placeholder;
mod fc_03_residue;
mod fc_04_other_place;
mod fc_05_plan_year;
mod fc_06_traditional;
mod fc_07_furniture;
mod fc_08_slips;
mod fc_09_secrecy_mark;
mod fc_10_mail;
mod fc_11_punctuation;
mod fc_12_planted_text;
mod fc_13_beyond_scope;
mod id_01_title;
mod id_02_title_wording;
mod id_03_unit;
mod id_04_year;
mod id_05_period;
mod id_06_grounds;
mod id_07_signature;
mod id_08_signing_date;
mod id_09_contact;
mod id_10_addressee;
mod ns_01_parts;
mod ns_02_nested;
mod ns_03_flow;
mod ns_04_shares;
mod ns_05_fees;
mod ns_06_aspects;
mod nt_01_received;
mod nt_02_carried_in;
mod nt_03_concluded;
mod nt_04_results;
mod nt_05_carried_out;
mod nt_06_disputes;
mod nt_07_none;
mod nt_08_applicants;
mod nt_09_shares;
mod nt_10_documents;
mod nt_11_decisions;
mod nt_12_fees;
mod nt_13_all_concluded;
mod nt_14_no_defeat;
mod nt_15_silent;
mod pb_01_where_published;
mod pb_02_published_copy;
mod pb_03_marked_void;
mod px_01_heading_glued;
mod px_02_header_split;
mod px_03_columns_ambiguous;
mod px_04_picture_text;
mod px_05_encoding;
mod px_06_same_numbers;
mod px_07_part_by_content;
mod px_08_vertical_label;
mod px_09_header_mismatch;
mod px_10_split_number;
mod px_11_unread;
mod st_01_six_parts;
mod st_02_part_order;
mod st_03_heading_wording;
mod st_04_extra_part;
mod st_05_ordinals;
mod st_06_empty_part;
mod st_07_five_aspects;
mod st_08_perfunctory;
mod st_09_problems_and_improvements;
mod st_10_named_parts;
mod st_11_part_one_length;
mod st_12_processing_fee;
mod st_13_government_duties;
mod st_14_last_years_problems;
mod tb_01_missing_table;
mod tb_02_wrong_form;
mod tb_03_columns;
mod tb_04_rows;
mod tb_05_cells;
mod tb_06_labels;
mod tb_07_note;
mod tb_08_blank;
mod tb_09_not_a_number;
mod tb_10_negative;
mod tb_11_decimal;
mod tb_12_money;
mod tb_13_notes;
mod tb_14_writing;
mod tb_15_fee_size;
mod tb_16_all_zero;
mod tb_17_shifted;
mod tb_18_header_split;
mod tb_19_after_table;
mod xy_01_carried_over;
mod xy_02_documents_in_force;
mod xy_03_items;
mod xy_04_documents_published;
mod xy_05_leaps;
mod xy_06_copied_text;
mod xy_07_copied_tables;
mod xy_08_shared_text;
mod xy_09_growth;
mod xy_10_pending_cases;
mod xy_11_unit_renamed;

pub use body::{Body, Registered, Subordinate};
pub use case::{Case, Circumstances, Prior, RuleSettings};
pub use catalogue::{CATALOGUE, find};
pub use checked::Checked;
pub use judge::judge;
pub use narrative::{Quantity, quantities};
pub use page::{Example, Expectation, Page, SECTIONS};
pub use sketch::{SKETCH, sketch};

use crate::model::{Severity, Words};

/// Declares a rule as the `static RULE` of its file. The page is the Markdown file of the same name.
///
/// ```text
/// rule! {
///     code: "AR-02",
///     name: ("表三分项合计", "Table 3 column sums"),
///     severity: Error,
///     basis: ("表内勾稽关系", "the form's own arithmetic"),
///     page: "ar_02_column_sum.md",
///     check: check,
/// }
/// fn check(case: &Case) -> Checked { … }
/// ```
#[macro_export]
macro_rules! rule {
    (
        code: $code:literal,
        name: ($zh:literal, $en:literal $(,)?),
        severity: $severity:ident,
        basis: ($basis_zh:literal, $basis_en:literal $(,)?),
        page: $page:literal,
        check: $check:path $(,)?
    ) => {
        /// See the page of the same name.
        pub static RULE: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            name: ($zh, $en),
            severity: $crate::model::Severity::$severity,
            basis: ($basis_zh, $basis_en),
            page: include_str!($page),
            check: $check,
        };
    };
}

/// One check of the catalogue.
pub struct Rule {
    /// `AR-02`; for ever.
    pub code: &'static str,
    /// Name in Chinese and English.
    pub name: (&'static str, &'static str),
    /// The severity of its findings where the check does not say otherwise.
    pub severity: Severity,
    /// Legal or formal ground, Chinese and English.
    pub basis: (&'static str, &'static str),
    /// The rule's page in Markdown: 查什么 · 依据 · 为什么 · 怎么改 · 例.
    pub page: &'static str,
    /// The check itself.
    pub check: fn(&Case) -> Checked,
}

impl Rule {
    pub fn name_words(&self) -> Words {
        Words::new(self.name.0, self.name.1)
    }

    pub fn basis_words(&self) -> Words {
        Words::new(self.basis.0, self.basis.1)
    }
}
