//! The list of rules, sorted by code.

use super::Rule;

/// Every rule, sorted by code.
pub static CATALOGUE: &[&Rule] = &[];

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    CATALOGUE.binary_search_by(|rule| rule.code.cmp(code)).ok().map(|at| CATALOGUE[at])
}
