//! Keeps the cases about what has not come, and the one about the disk, as they should be today.

use crate::config::{LiveRoster, Season};
use crate::model::{
    AlertKind, Countdown, Demand, Ledger, Millis, Roster, Site, demands, season_years,
};
use crate::store::{Store, StoreError, Trouble};
use jiff::civil::Date;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it looks whether the day, the roster or what is on file has changed.
const EVERY: Duration = Duration::from_secs(60);

/// The task. Driven by [`Keeper::tick`] alone, it knows no clock of its own.
pub struct Keeper {
    store: Store,
    season: Arc<Season>,
    countdown: Countdown,
    /// What the last look saw.
    seen: Option<Seen>,
}

/// While none of it changes nothing new can be demanded.
struct Seen {
    head: u64,
    today: Date,
    roster: Arc<Roster>,
}

impl Keeper {
    /// Without a roster nothing is known that could be missing: then only the disk is kept.
    pub fn new(store: Store, season: Season, countdown: Countdown) -> Keeper {
        Keeper { store, season: Arc::new(season), countdown, seen: None }
    }

    /// Ticks until `stop`. An error means that the store failed.
    pub(super) async fn run(
        mut self,
        clock: fn() -> Millis,
        stop: CancellationToken,
    ) -> Result<(), StoreError> {
        let mut every = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = every.tick() => match self.tick(clock()).await {
                    Err(fatal @ StoreError::Fatal(_)) => return Err(fatal),
                    Err(other) => tracing::debug!(%other, "cases not kept; tried again"),
                    Ok(_) => {}
                },
            }
        }
    }

    /// Makes every case what it should be at a time. How many changed.
    pub async fn tick(&mut self, now: Millis) -> Result<usize, StoreError> {
        self.disk(now).await?;
        let Some(roster) = self.season.roster.as_ref().map(LiveRoster::now) else { return Ok(0) };
        let today = self.season.today(now);
        let head = *self.store.head().borrow();
        let unchanged = |seen: &Seen| {
            (seen.head, seen.today) == (head, today) && Arc::ptr_eq(&seen.roster, &roster)
        };
        if self.seen.as_ref().is_some_and(unchanged) {
            return Ok(0);
        }
        let (store, season, of) = (self.store.clone(), self.season.clone(), roster.clone());
        let countdown = self.countdown.clone();
        let look =
            tokio::task::spawn_blocking(move || look(&store, season.site(&of), &countdown, today));
        let demands = look.await.map_err(|lost| StoreError::Fatal(lost.to_string()))??;
        let changed = self.store.duties(demands, now).await?.len();
        self.seen = Some(Seen { head, today, roster });
        Ok(changed)
    }

    async fn disk(&self, at: Millis) -> Result<(), StoreError> {
        let kind = AlertKind::DiskLow;
        let name = self.store.dir().display().to_string();
        let open = self.store.troubled(kind)?;
        let what = self.store.running_low(open.contains(&name));
        // The data directory may have moved here from another path.
        for gone in open.iter().filter(|other| **other != name) {
            self.store.trouble(Trouble { kind, name: gone.clone(), what: None, at }).await?;
        }
        if what.is_some() != open.contains(&name) {
            self.store.trouble(Trouble { kind, name, what, at }).await?;
        }
        Ok(())
    }
}

/// What is demanded today of every year that is looked at.
fn look(
    store: &Store,
    site: Site,
    countdown: &Countdown,
    today: Date,
) -> Result<Vec<Demand>, StoreError> {
    let open = store.open_cases()?;
    let mut all = Vec::new();
    for year in season_years(site, countdown, today, &open) {
        let on_file = store.on_file(Some(year))?;
        let ledger = Ledger::of(site, year, today, &on_file);
        all.extend(demands(site, countdown, &ledger, &open));
    }
    Ok(all)
}
