//! Queries over the rows. Every one is bounded by its limit or by one unit's or one year's reports.

use super::apply::{FIRING, WAITING, examination_of, members, outcome_tally};
use super::decide::newest;
use super::index::{View, number};
use super::keys::{self, Facet, table};
use super::records::{Row, event_from, finding_from};
use super::{
    Event, Filter, Found, FoundAt, Overview, Page, StoreError, decisions, index, succession,
};
use crate::model::{
    Alert, AlertState, Batch, Millis, OutboxItem, Outcome, Source, Stage, Standing, Submission,
    SubmissionId, UnitYear,
};
use std::collections::BTreeMap;
use std::path::Path;

/// Steps a listing may take before it hands out a short page: keeps the rarest combination of
/// filters within milliseconds per page.
pub(super) const STEPS_PER_PAGE: usize = 20_000;

pub(super) fn submission(view: &View, id: SubmissionId) -> Result<Option<Submission>, StoreError> {
    view.row(&keys::id(table::SUBMISSION, id))
}

pub(super) fn verdict(
    view: &View,
    journal: &Path,
    id: SubmissionId,
) -> Result<Option<super::Examined>, StoreError> {
    let Some(row) = examination_of(view, id)? else { return Ok(None) };
    let body = super::journal::read(journal, row.at)?;
    Ok(super::records::Step::decode(&body)?.examined)
}

/// What was in an archive or a mail.
pub(super) fn batch(
    view: &View,
    journal: &Path,
    id: SubmissionId,
) -> Result<Option<Batch>, StoreError> {
    let Some(row) = examination_of(view, id)? else { return Ok(None) };
    let body = super::journal::read(journal, row.at)?;
    Ok(super::records::Step::decode(&body)?.batch)
}

pub(super) fn list(
    view: &View,
    filter: &Filter,
    before: Option<u64>,
    limit: usize,
) -> Result<Page<Submission>, StoreError> {
    let facets = facets(filter);
    let mut items = Vec::new();
    let mut below = before.unwrap_or(u64::MAX);
    let mut steps = 0;
    while items.len() < limit && steps < STEPS_PER_PAGE {
        match next_common(view, &facets, below, &mut steps)? {
            Next::Id(id) => {
                items.extend(submission(view, id)?);
                below = id;
            }
            Next::Paused(at) => below = at,
            Next::End => return Ok(Page { items, next: None }),
        }
    }
    // Whether there is more is only known by looking.
    let more = !matches!(next_common(view, &facets, below, &mut 0)?, Next::End);
    Ok(Page { items, next: more.then_some(below) })
}

fn facets(filter: &Filter) -> Vec<Facet> {
    let mut facets = Vec::new();
    facets.extend(filter.unit.as_deref().map(Facet::unit));
    facets.extend(filter.rule.as_deref().map(Facet::rule));
    facets.extend(filter.stage.map(|stage| Facet::stage(stage.name())));
    facets.extend(filter.outcome.map(|outcome| Facet::outcome(outcome.name())));
    facets.extend(filter.year.map(Facet::year));
    facets.extend(filter.batch.map(Facet::batch));
    if filter.current_only {
        facets.push(Facet::current());
    }
    if facets.is_empty() {
        facets.push(Facet::all());
    }
    facets
}

pub(super) enum Next {
    Id(SubmissionId),
    /// Out of steps; nothing at or above this id is left to find.
    Paused(SubmissionId),
    End,
}

/// The greatest id below `below` that all postings hold: each list in turn jumps to the last
/// candidate or beyond it, so that long runs one list lacks are never walked.
pub(super) fn next_common(
    view: &View,
    facets: &[Facet],
    below: SubmissionId,
    steps: &mut usize,
) -> Result<Next, StoreError> {
    let mut bound = below;
    let mut agreeing = 0;
    for facet in facets.iter().cycle() {
        let Some(key) = view.last_below(&facet.prefix(), &facet.posting(bound))? else {
            return Ok(Next::End);
        };
        let id = keys::number(&key, keys::POSTING_ID);
        // `bound` is one above the candidate, which the lists before this one hold.
        agreeing = if agreeing > 0 && id + 1 == bound { agreeing + 1 } else { 1 };
        if agreeing == facets.len() {
            return Ok(Next::Id(id));
        }
        bound = id + 1;
        *steps += 1;
        if *steps >= STEPS_PER_PAGE {
            return Ok(Next::Paused(bound));
        }
    }
    Ok(Next::End)
}

pub(super) fn revisions(view: &View, of: &UnitYear) -> Result<Vec<Submission>, StoreError> {
    let mut rows = members(view, Facet::unit_year(of))?;
    rows.retain(|row| row.revision > 0);
    Ok(rows)
}

pub(super) fn standing(view: &View, of: &UnitYear) -> Result<Option<Standing>, StoreError> {
    view.row(&keys::standing(of))
}

pub(super) fn standings(view: &View, year: Option<i32>) -> Result<Vec<Standing>, StoreError> {
    let rows = view.scan(&keys::standings_of_year(year), &[], usize::MAX)?;
    let mut standings =
        rows.iter().map(|(_, row)| Standing::from_bytes(row)).collect::<Result<Vec<_>, _>>()?;
    standings.sort_by(|a, b| a.of.cmp(&b.of));
    Ok(standings)
}

pub(super) fn findings_of(
    view: &View,
    rule: &str,
    year: Option<i32>,
    after: Option<FoundAt>,
    limit: usize,
) -> Result<Vec<Found>, StoreError> {
    let prefix = keys::findings_of_rule(rule, year);
    let mut found = Vec::new();
    let mut from = match after {
        Some(FoundAt(place)) => [&keys::findings_of_rule(rule, None)[..], &place, &[0]].concat(),
        None => prefix.clone(),
    };
    loop {
        let rows = view.scan(&prefix, &from, 256)?;
        let Some((last, _)) = rows.last() else { return Ok(found) };
        from = [&last[..], &[0]].concat();
        for (key, row) in rows {
            if found.len() == limit {
                return Ok(found);
            }
            let id = keys::number(&key, keys::FINDING_ID);
            if let Some(submission) = submission(view, id)?.filter(succession::is_current) {
                let finding = finding_from(index::message(&row)?)?;
                let at = FoundAt(keys::finding_place(&key));
                let ruled = decisions::on(view, &submission, rule, &key)?;
                found.push(Found { submission, finding, ruled, at });
            }
        }
    }
}

pub(super) fn overview(view: &View, year: Option<i32>) -> Result<Overview, StoreError> {
    let sum = |kind: u8| -> Result<u32, StoreError> {
        let sum: u64 = match year {
            Some(_) => number(view, &keys::tally(kind, year))?,
            None => view
                .scan(&[table::TALLY, kind], &[], usize::MAX)?
                .iter()
                .map(|(_, sum)| keys::number(sum, 0))
                .sum(),
        };
        Ok(u32::try_from(sum).unwrap_or(u32::MAX))
    };
    let outcome = |outcome| sum(outcome_tally(outcome));
    Ok(Overview {
        compliant: outcome(Outcome::Compliant)?,
        needs_review: outcome(Outcome::NeedsReview)?,
        returned: outcome(Outcome::Returned)?,
        unreadable: outcome(Outcome::Unreadable)?,
        waiting: sum(WAITING)?,
        firing: sum(FIRING)?,
    })
}

pub(super) fn ready(view: &View, limit: usize) -> Result<Vec<Submission>, StoreError> {
    let mut rows = Vec::new();
    for (key, _) in view.scan(&Facet::stage(Stage::Received.name()).prefix(), &[], limit)? {
        rows.extend(submission(view, keys::number(&key, keys::POSTING_ID))?);
    }
    Ok(rows)
}

pub(super) fn current_at(view: &View, source: &Source) -> Result<Option<Submission>, StoreError> {
    match source.key() {
        Some(place) => newest(view, Facet::place(&place)),
        None => Ok(None),
    }
}

pub(super) fn newest_in(view: &View, folder: &str) -> Result<Vec<Submission>, StoreError> {
    let mut newest = BTreeMap::new();
    for row in members(view, Facet::all())? {
        // What came in a batch is no file of the folder.
        if row.batch.is_some() {
            continue;
        }
        match &row.source {
            Source::Folder { folder: of, path } if of == folder => {
                newest.insert(path.clone(), row);
            }
            _ => {}
        }
    }
    Ok(newest.into_values().collect())
}

pub(super) fn alert(view: &View, id: u64) -> Result<Option<Alert>, StoreError> {
    view.row(&keys::id(table::ALERT, id))
}

pub(super) fn alerts(
    view: &View,
    state: Option<AlertState>,
    before: Option<u64>,
    limit: usize,
) -> Result<Page<Alert>, StoreError> {
    let prefix = [table::ALERT];
    let mut items: Vec<Alert> = Vec::new();
    let mut below = before.unwrap_or(u64::MAX);
    for _ in 0..STEPS_PER_PAGE {
        let Some(key) = view.last_below(&prefix, &keys::id(table::ALERT, below))? else {
            return Ok(Page { items, next: None });
        };
        if items.len() == limit {
            return Ok(Page { items, next: Some(below) });
        }
        below = keys::number(&key, 1);
        let row = view.row::<Alert>(&key)?;
        items.extend(row.filter(|alert| state.is_none_or(|state| alert.state == state)));
    }
    Ok(Page { items, next: Some(below) })
}

/// A message waits behind an earlier one about the same alert for the same channel, so that a
/// receiver is never told of an end before the beginning.
pub(super) fn due(
    view: &View,
    now: Millis,
    limit: usize,
) -> Result<(Vec<OutboxItem>, Option<Millis>), StoreError> {
    let prefix = [table::DUE];
    let mut items = Vec::new();
    let mut from = prefix.to_vec();
    while let Some((key, _)) = view.scan(&prefix, &from, 1)?.pop() {
        let at = key.get(1..9).and_then(|b| b.try_into().ok()).map_or(0, keys::time_from);
        if at > now {
            return Ok((items, Some(at)));
        }
        if items.len() == limit {
            return Ok((items, Some(at)));
        }
        from = [&key[..], &[0]].concat();
        let Some(message) = keys::message_of_due(&key) else { continue };
        let thread = &message[..message.len() - 8];
        // Bundles are no turns of one case: no case is told by two of them at a time.
        let bundle = keys::due_of(&key).is_some_and(|due| due.alert == 0);
        if bundle || view.last_below(thread, &message)?.is_none() {
            items.extend(view.row::<OutboxItem>(&message)?);
        }
    }
    Ok((items, None))
}

pub(super) fn events(view: &View, after: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
    let from = keys::id(table::EVENT, after.saturating_add(1));
    let rows = view.scan(&[table::EVENT], &from, limit)?;
    rows.iter().map(|(key, row)| event_from(keys::number(key, 1), row)).collect()
}
