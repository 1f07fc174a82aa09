//! Words for people: terminal text, JSON, receipts. Text only, sends nothing, reads no clock.
