//! The public API: one file per service, one place that converts, one that maps errors.

pub mod convert;
