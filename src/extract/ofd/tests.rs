//! Packages made by hand: what is read off them, what is left out and what is refused.
