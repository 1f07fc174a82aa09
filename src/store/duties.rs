//! Cases about what has not come: a report whose day comes near or is over, a returned one that nobody has
//! handed in again.
//!
//! Invariants: what is asked for was worked out from an earlier look, so that each demand is held against
//! how the unit stands at the commit; asking for what stands already records nothing.

use super::cases::{self, Turn};
use super::decide::{Answer, Command};
use super::index::View;
use super::keys;
use super::records::Step;
use super::{Change, Store, StoreError};
use crate::model::{
    Alert, AlertKind, Demand, Millis, Policy, Standing, SubmissionId, UnitYear, Want, Words,
};
use std::collections::BTreeSet;

/// Demands that are recorded together, one record each in one frame of the journal.
const TOGETHER: usize = 256;

impl Store {
    /// Makes the cases about what has not come as they are demanded: opens, updates or resolves them. The
    /// numbers of the cases that changed.
    pub async fn duties(&self, demands: Vec<Demand>, at: Millis) -> Result<Vec<u64>, StoreError> {
        let mut changed = Vec::new();
        for chunk in demands.chunks(TOGETHER) {
            match self.commit(Command::Duties(chunk.to_vec(), at)).await? {
                Answer::Changed(alerts) => changed.extend(alerts),
                _ => unreachable!("demands are answered with the cases that changed"),
            }
        }
        Ok(changed)
    }

    /// All open cases about reports, there or not, by number.
    pub fn open_cases(&self) -> Result<Vec<Alert>, StoreError> {
        self.view(cases::open)
    }

    /// What to tell of a disk that is nearly full: fewer bytes are free than twice what has to be. With
    /// `open`, when people were told already, until there are three times as many.
    pub fn running_low(&self, open: bool) -> Option<Words> {
        self.inner.spool.running_low(if open { 3 } else { 2 })
    }
}

/// The records of the demands that change anything.
pub(super) fn duties(
    view: &View,
    seq: u64,
    policy: &Policy,
    demands: Vec<Demand>,
    at: Millis,
) -> Result<Vec<Step>, StoreError> {
    let mut steps: Vec<Step> = Vec::new();
    let mut seen = BTreeSet::new();
    for Demand { of, want } in demands {
        let seq = seq + steps.len() as u64;
        // The records before this one are not in the view yet.
        if !seen.insert(of.clone()) {
            continue;
        }
        let turn = match want {
            Want::Missing { kind, summary } => missing(view, seq, of, kind, summary, at)?,
            Want::NotResent { submission, summary } => not_resent(view, submission, summary, at)?,
            Want::Settled { summary } => {
                cases::waiting_for(view, &of)?.map(|alert| Turn::end(alert, summary, at))
            }
        };
        let Some(turn) = turn else { continue };
        let turns = [turn];
        let mut step = Step::new(seq, at, Change::Alerted(turns[0].alert.id));
        (step.outbox, step.sent) = cases::messages(view, &turns, seq, at, at, policy)?;
        step.alerts = turns.into_iter().map(|turn| turn.alert).collect();
        steps.push(step);
    }
    Ok(steps)
}

fn missing(
    view: &View,
    seq: u64,
    of: UnitYear,
    kind: AlertKind,
    summary: Words,
    at: Millis,
) -> Result<Option<Turn>, StoreError> {
    // It came in the meantime.
    if view.row::<Standing>(&keys::standing(&of))?.is_some() {
        return Ok(None);
    }
    Ok(match cases::waiting_for(view, &of)? {
        Some(open) if open.kind == kind && open.summary == summary => None,
        Some(open) => Some(Turn::go_on(open, kind, summary, at)),
        None => {
            let about = ((Some(of.unit), Some(of.year)), 0);
            Some(Turn::open(seq, kind, about, summary, at))
        }
    })
}

/// A returned submission has a case as long as nothing took its place.
fn not_resent(
    view: &View,
    submission: SubmissionId,
    summary: Words,
    at: Millis,
) -> Result<Option<Turn>, StoreError> {
    let returned = |kind| matches!(kind, AlertKind::Returned | AlertKind::Misfiled);
    let open = cases::firing(view, submission)?.filter(|open| returned(open.kind));
    Ok(open.map(|open| Turn::go_on(open, AlertKind::NotResent, summary, at)))
}
