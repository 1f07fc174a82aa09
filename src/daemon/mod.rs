//! Configure → build → run → drain. Holds no business rule.
