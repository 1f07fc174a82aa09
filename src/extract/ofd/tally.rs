//! Keeps count of what is drawn, so that parts that are used again and again cannot outgrow the limits.

use crate::extract::refusal::{self, Limit};
use crate::extract::{ExtractError, Limits};
use crate::model::Format;

/// Bytes of markup that cost as much as one character.
const BYTES: usize = 64;

/// What may still be drawn.
pub(super) struct Tally<'l> {
    limits: &'l Limits,
    left: u64,
}

impl<'l> Tally<'l> {
    pub fn new(limits: &'l Limits) -> Self {
        Tally { limits, left: limits.characters.into() }
    }

    pub fn one(&mut self) -> Result<(), ExtractError> {
        self.many(1)
    }

    pub fn many(&mut self, count: u64) -> Result<(), ExtractError> {
        let most = self.limits.characters.into();
        self.left = self
            .left
            .checked_sub(count)
            .ok_or_else(|| refusal::over(Format::Ofd, Limit::Drawn, most))?;
        Ok(())
    }

    /// Markup about to be read: content without anything in it costs, too.
    pub fn bytes(&mut self, count: usize) -> Result<(), ExtractError> {
        self.many((count / BYTES) as u64)
    }

    /// Elements within each other.
    pub fn depth(&self, depth: usize) -> Result<(), ExtractError> {
        if depth > self.limits.depth as usize {
            return Err(refusal::over(Format::Ofd, Limit::Depth, self.limits.depth.into()));
        }
        Ok(())
    }
}
