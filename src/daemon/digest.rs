//! How the season stands, for the head of a digest.

use crate::alert;
use crate::config::{LiveRoster, Season};
use crate::model::{Calendar, Countdown, Ledger, Millis, Words, in_season};
use crate::render;
use crate::store::{Store, StoreError};
use std::sync::Arc;

/// The lines on the season under way; none outside of one, or without a roster.
pub(super) fn of(store: &Store, season: &Season, countdown: &Countdown) -> Arc<alert::Season> {
    let (store, season, countdown) = (store.clone(), season.clone(), countdown.clone());
    Arc::new(move |_channel, now| match lines(&store, &season, &countdown, now) {
        Ok(lines) => lines,
        Err(error) => {
            tracing::warn!(%error, "汇总未附全年进度 · a digest goes without the state of the year");
            Vec::new()
        }
    })
}

fn lines(
    store: &Store,
    season: &Season,
    countdown: &Countdown,
    now: Millis,
) -> Result<Vec<Words>, StoreError> {
    let Some(roster) = season.roster.as_ref().map(LiveRoster::now) else { return Ok(Vec::new()) };
    let (site, today) = (season.site(&roster), season.today(now));
    let year = Calendar::season(today);
    if !in_season(site, countdown, year, today) {
        return Ok(Vec::new());
    }
    Ok(render::season(&Ledger::of(site, year, today, &store.on_file(Some(year))?)))
}
