//! Page sizes and tokens (<https://google.aip.dev/158>).
//!
//! Invariant: a token only goes on with the very filter it was made for; it grants nothing.

use super::errors;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tonic::Status;

const DEFAULT: usize = 100;
const MOST: usize = 500;

/// Bytes of rows in one answer: a client refuses a message of more than 4 MiB unless told otherwise.
pub(super) const ANSWER: usize = 3 << 20;

/// Drops the rows that do not fit into one answer; whether some had to go. The first always stays.
pub(super) fn fit<M: prost::Message>(rows: &mut Vec<M>) -> bool {
    let mut bytes = 0;
    let fits = |row: &&M| {
        bytes += row.encoded_len() + 8;
        bytes <= ANSWER
    };
    let kept = rows.iter().take_while(fits).count().max(1);
    let too_many = kept < rows.len();
    rows.truncate(kept);
    too_many
}

/// Bytes of a token that say which filter it belongs to.
const FILTER: usize = 8;

/// The page size to use: 0 means the default, too much means the most there is.
pub(super) fn size(field: &str, asked: i32) -> Result<usize, Status> {
    match usize::try_from(asked) {
        Err(_) => Err(errors::invalid(field, "must not be negative")),
        Ok(0) => Ok(DEFAULT),
        Ok(n) => Ok(n.min(MOST)),
    }
}

/// Makes and reads the tokens of one listing with one filter.
pub(super) struct Tokens {
    filter: [u8; FILTER],
}

impl Tokens {
    /// `filter` must differ whenever the listing or any of its filters does.
    pub(super) fn of(filter: &impl std::fmt::Debug) -> Self {
        let hash = Sha256::digest(format!("{filter:?}"));
        let mut filter = [0; FILTER];
        filter.copy_from_slice(&hash[..FILTER]);
        Tokens { filter }
    }

    /// The token that goes on at `at`.
    pub(super) fn write(&self, at: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode([&self.filter, at].concat())
    }

    /// Where the token goes on; `None` for an empty one.
    pub(super) fn read(&self, token: &str) -> Result<Option<Vec<u8>>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| errors::page_token())?;
        let at = bytes.strip_prefix(&self.filter[..]).ok_or_else(errors::page_token)?;
        Ok(Some(at.to_vec()))
    }

    /// A token that goes on at a number; empty at the end of the listing.
    pub(super) fn write_number(&self, at: Option<u64>) -> String {
        at.map(|n| self.write(&n.to_be_bytes())).unwrap_or_default()
    }

    pub(super) fn read_number(&self, token: &str) -> Result<Option<u64>, Status> {
        let number = |at: Vec<u8>| {
            at.try_into().map(u64::from_be_bytes).map_err(|_: Vec<u8>| errors::page_token())
        };
        self.read(token)?.map(number).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_on_with_its_own_filter_only() {
        let tokens = Tokens::of(&("list", Some(2024)));
        let token = tokens.write_number(Some(77));
        assert_eq!(tokens.read_number(&token).unwrap(), Some(77));
        assert!(Tokens::of(&("list", Some(2023))).read_number(&token).is_err());
    }

    #[test]
    fn a_forged_token_is_refused() {
        let tokens = Tokens::of(&"list");
        for forged in ["!", "AAAA", &tokens.write(b"short"), &tokens.write(b"far too long a place")]
        {
            assert!(tokens.read_number(forged).is_err(), "{forged}");
        }
    }

    #[test]
    fn the_end_of_a_listing_has_no_token() {
        let tokens = Tokens::of(&"list");
        assert_eq!(tokens.write_number(None), "");
        assert_eq!(tokens.read_number("").unwrap(), None);
    }

    #[test]
    fn sizes_are_kept_within_bounds() {
        let of = |asked| size("page_size", asked);
        assert_eq!(of(0).unwrap(), 100);
        assert_eq!(of(7).unwrap(), 7);
        assert_eq!(of(i32::MAX).unwrap(), 500);
        assert!(of(-1).is_err());
    }
}
