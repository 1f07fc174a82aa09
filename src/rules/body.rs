//! What the site's roster says of the body, and of those whose figures its report takes in.

use super::prose::squeeze;
use super::{Case, Prior};
use crate::model::{BodyKind, plain_name};
use serde::{Deserialize, Serialize};

/// What the roster says of a report's body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Registered {
    Listed(Body),
    /// Several bodies of the roster may be called so.
    Ambiguous,
    Unlisted,
}

/// A body of the roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The name its reports are filed under.
    pub name: String,
    /// Every other name that means it, the one it was asked by among them.
    pub names: Vec<String>,
    pub kind: BodyKind,
    /// How many bodies it takes figures from.
    pub subordinates: usize,
}

/// A body whose figures the report takes in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subordinate {
    pub name: String,
    /// Aliases.
    pub names: Vec<String>,
    /// Its report carries the figures of the superior body itself.
    pub own: bool,
    /// Its current report on the same year, with no text but that of part six.
    pub report: Option<Prior>,
}

/// The body, where the roster has it.
pub(super) fn listed<'a>(case: &Case<'a>) -> Option<&'a Body> {
    match case.circumstances.registered.as_ref()? {
        Registered::Listed(body) => Some(body),
        Registered::Ambiguous | Registered::Unlisted => None,
    }
}

/// The body's kind: the roster's word, else what its name says for certain.
pub(super) fn kind(case: &Case) -> Option<BodyKind> {
    if let Some(body) = listed(case) {
        return Some(body.kind);
    }
    let (name, _) = case.report.identity.unit.as_ref()?;
    BodyKind::of_name(&squeeze(name))
}

/// Both are names of the body by the roster's word.
pub(super) fn both_mean_it(case: &Case, one: &str, other: &str) -> bool {
    let Some(body) = listed(case) else { return false };
    let means = |name: &str| {
        let name = plain_name(name);
        plain_name(&body.name) == name || body.names.iter().any(|own| plain_name(own) == name)
    };
    means(one) && means(other)
}
