//! What stands in a cell of numbers, kept apart so that nothing is taken for 0 or for fine.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the form expects in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A whole number of pieces, not negative.
    Count,
    /// A whole number that may be negative: 本年增/减 of the 2019 form ("-8", "+1036", "减8").
    Change,
    /// Money in 万元 where the header names the unit (行政事业性收费, 2021).
    Amount,
    /// Money where the header names no unit (政府集中采购 采购总金额, 2019).
    AmountUnstated,
}

/// Money, exact to the fen. 1 万元 = 1 000 000 分.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Amount {
    pub fen: i64,
}

impl Amount {
    /// Fen in one 万元.
    pub const FEN_PER_WAN: i64 = 1_000_000;

    /// The amount in 万元 as a number for programs.
    pub fn wan(self) -> f64 {
        self.fen as f64 / Self::FEN_PER_WAN as f64
    }
}

impl fmt::Display for Amount {
    /// In 万元 without trailing zeros: `41.13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.fen < 0 { "-" } else { "" };
        let fen = self.fen.unsigned_abs();
        let (whole, rest) = (fen / 1_000_000, fen % 1_000_000);
        let digits = format!("{rest:06}");
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{digits}")
        }
    }
}

/// The value of a cell. `Blank`, a mark and a text that is no number are three different things, and
/// none of them is 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    Count(i64),
    Amount(Amount),
    Blank,
    /// A stroke in place of a number: "/", "-", "—", "无".
    Mark(String),
    /// A number with a note behind it: "22（其中修订16件）".
    Annotated {
        value: i64,
        note: String,
    },
    /// Anything else, as written: "3.5" where a count is due, "abc", "1O".
    NotANumber(String),
}

impl Value {
    /// The whole number of a `Count` or `Annotated`; `None` for everything else, blanks included.
    pub fn count(&self) -> Option<i64> {
        match self {
            Value::Count(n) | Value::Annotated { value: n, .. } => Some(*n),
            _ => None,
        }
    }

    /// True for a number that is there and not 0.
    pub fn is_nonzero(&self) -> bool {
        match self {
            Value::Amount(a) => a.fen != 0,
            other => other.count().is_some_and(|n| n != 0),
        }
    }
}

/// How a cell's text had to be normalised before it was a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Repair {
    /// White space that is not ASCII space around or inside the digits (NBSP, ideographic space).
    Spacing,
    /// Full-width digits or signs.
    FullWidth,
    /// Thousands separators: "3,001", "3，001".
    Thousands,
    /// 中文数字: "十二", "零".
    ChineseNumeral,
    /// A unit inside the cell: "41.13万", "251000元", "4件".
    UnitInCell,
    /// An explicit sign or sign word: "+1036", "减8".
    Sign,
    /// Money finer than one fen, rounded.
    Rounded,
    /// Money with a unit neither in the cell nor in its header, taken as 万元; never set for 0.
    UnitAssumed,
}

/// A cell's value and what it took to read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub value: Value,
    pub repairs: Vec<Repair>,
}
