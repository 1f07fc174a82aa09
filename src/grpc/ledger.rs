//! `LedgerService`: how every body of the roster stands with its report on a year.

use super::api::{Shared, blocking};
use super::convert::ledger as convert;
use super::errors::{self, Fields};
use super::paging::{self, Tokens};
use crate::config::LiveRoster;
use crate::model::{
    Calendar, Ledger, LedgerState, Line, OnFile, Pick, Roster, SubmissionId, Totals, UNIT_BYTES,
    UnitYear,
};
use crate::proto::v1::{self, ledger_service_server::LedgerService};
use crate::store::{Store, StoreError};
use std::collections::HashMap;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

/// The roster, the year and what is on file of it.
struct Asked {
    shared: Arc<Shared>,
    roster: Arc<Roster>,
    /// Changes with the roster.
    mark: String,
    year: i32,
    on_file: OnFile,
}

impl Asked {
    fn of(shared: &Arc<Shared>, year: Option<i32>) -> Result<Asked, Status> {
        let season = &shared.api.season;
        let live = season.roster.as_ref();
        let live = live.ok_or_else(|| errors::not_found("Roster", "[roster]"))?;
        let year = year.unwrap_or_else(|| Calendar::season(season.today(shared.now())));
        if !(1..=9999).contains(&year) {
            return Err(errors::invalid("year", "must be a year"));
        }
        let (roster, mark) = live.now_marked();
        let on_file = shared.api.store.on_file(Some(year)).map_err(errors::store)?;
        Ok(Asked { shared: Arc::clone(shared), roster, mark, year, on_file })
    }

    fn ledger(&self) -> Ledger<'_> {
        let season = &self.shared.api.season;
        let today = season.today(self.shared.now());
        Ledger::of(season.site(&self.roster), self.year, today, &self.on_file)
    }

    fn store(&self) -> &Store {
        &self.shared.api.store
    }

    /// What each body of the roster, by its code, is filed under besides its name there.
    fn filed(&self) -> HashMap<&str, Vec<&str>> {
        let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
        for standing in &self.on_file.standings {
            let name = standing.of.unit.as_str();
            if let Some(unit) = self.roster.resolve(name).one().filter(|unit| unit.name != name) {
                names.entry(&unit.code).or_default().push(name);
            }
        }
        names
    }
}

/// A page of lines, and where the next one begins.
fn page<'l, 'r>(
    ledger: &'l Ledger<'r>,
    pick: &Pick,
    from: usize,
    size: usize,
) -> (Vec<&'l Line<'r>>, Option<usize>) {
    let lines = ledger.lines.iter().enumerate().skip(from);
    let mut picked = lines.filter(|(_, line)| pick.admits(line));
    let page: Vec<(usize, &Line)> = picked.by_ref().take(size).collect();
    let next = picked.next().map(|(at, _)| at);
    (page.into_iter().map(|(_, line)| line).collect(), next)
}

/// Where a page begins.
fn start(tokens: &Tokens, token: &str) -> Result<usize, Status> {
    let from = tokens.read_number(token)?.unwrap_or(0);
    usize::try_from(from).map_err(|_| errors::page_token())
}

#[tonic::async_trait]
impl LedgerService for Service {
    async fn get_ledger(
        &self,
        request: Request<v1::GetLedgerRequest>,
    ) -> Result<Response<v1::GetLedgerResponse>, Status> {
        let (shared, request) = (Arc::clone(&self.0), request.into_inner());
        blocking(move || get(&shared, request)).await?.map(Response::new)
    }

    async fn list_unplaced(
        &self,
        request: Request<v1::ListUnplacedRequest>,
    ) -> Result<Response<v1::ListUnplacedResponse>, Status> {
        let (shared, request) = (Arc::clone(&self.0), request.into_inner());
        blocking(move || unplaced(&shared, &request)).await?.map(Response::new)
    }

    async fn list_evidence(
        &self,
        request: Request<v1::ListEvidenceRequest>,
    ) -> Result<Response<v1::ListEvidenceResponse>, Status> {
        let (shared, request) = (Arc::clone(&self.0), request.into_inner());
        blocking(move || evidence(&shared, request)).await?.map(Response::new)
    }
}

fn get(
    shared: &Arc<Shared>,
    request: v1::GetLedgerRequest,
) -> Result<v1::GetLedgerResponse, Status> {
    let size = paging::size("page_size", request.page_size)?;
    let by = convert::group_by(request.group_by)?;
    let pick = convert::pick(request.filter)?;
    let asked = Asked::of(shared, request.year)?;
    let tokens = Tokens::of(&("ledger", asked.year, &pick, by, &asked.mark));
    let from = start(&tokens, &request.page_token)?;
    let mut ledger = asked.ledger();
    let scope = Pick { region: pick.region.clone(), kind: pick.kind, ..Pick::default() };
    ledger.lines.retain(|line| scope.admits(line));
    let (lines, mut next) = page(&ledger, &pick, from, size);
    let mut answer = Vec::with_capacity(lines.len());
    for one in &lines {
        let mut line = convert::line(&asked.roster, one);
        if let Some((of, id)) = in_question(&asked, one) {
            let (errors, warnings) = asked.store().against(&of, id).map_err(errors::store)?;
            (line.errors, line.warnings) = (convert::codes(errors), convert::codes(warnings));
        }
        answer.push(line);
    }
    if paging::fit(&mut answer) {
        let first_left = lines[answer.len()].unit;
        next = ledger.lines.iter().position(|line| line.unit == first_left);
    }
    let groups = by.filter(|_| from == 0).map(|by| ledger.groups(&asked.roster, by));
    Ok(v1::GetLedgerResponse {
        year: asked.year,
        today: ledger.today.to_string(),
        utc_offset_minutes: shared.api.season.utc_offset_minutes,
        totals: Some(Totals::of(&ledger.lines).into()),
        groups: groups.into_iter().flatten().map(Into::into).collect(),
        lines: answer,
        next_page_token: tokens.write_number(next.map(|next| next as u64)),
        unplaced: u32::try_from(ledger.unplaced.len()).unwrap_or(u32::MAX),
    })
}

/// The current report of a line that is not fine.
fn in_question(asked: &Asked, line: &Line) -> Option<(UnitYear, SubmissionId)> {
    let open = matches!(line.state, LedgerState::Returned | LedgerState::NeedsReview);
    let id = line.submission.filter(|_| open)?;
    let of = asked.on_file.standings.iter().find(|standing| standing.current == id)?.of.clone();
    Some((of, id))
}

fn unplaced(
    shared: &Arc<Shared>,
    request: &v1::ListUnplacedRequest,
) -> Result<v1::ListUnplacedResponse, Status> {
    let size = paging::size("page_size", request.page_size)?;
    let asked = Asked::of(shared, request.year)?;
    let tokens = Tokens::of(&("unplaced", asked.year));
    let after = tokens.read_number(&request.page_token)?.unwrap_or(0);
    let ledger = asked.ledger();
    let rest = ledger.unplaced.iter().filter(|one| one.submission > after);
    let some: Vec<_> = rest.take(size + 1).collect();
    let mut answer = Vec::new();
    for one in some.iter().take(size) {
        let row = asked.store().submission(one.submission).map_err(errors::store)?;
        let mut submission: v1::Submission = row.as_ref().map(Into::into).unwrap_or_default();
        submission.unit = one.unit.clone();
        submission.year = one.year;
        answer.push(v1::Unplaced {
            why: v1::Why::from(one.why).into(),
            submission: Some(submission),
        });
    }
    let more = paging::fit(&mut answer) || some.len() > size;
    let last = some.get(answer.len().wrapping_sub(1)).filter(|_| more);
    let next_page_token = tokens.write_number(last.map(|one| one.submission));
    Ok(v1::ListUnplacedResponse { unplaced: answer, next_page_token })
}

fn evidence(
    shared: &Arc<Shared>,
    request: v1::ListEvidenceRequest,
) -> Result<v1::ListEvidenceResponse, Status> {
    let size = paging::size("page_size", request.page_size)?;
    let mut fields = Fields::default();
    fields.at_most("unit", request.unit.as_deref().unwrap_or_default(), UNIT_BYTES);
    fields.check()?;
    let pick = convert::pick(request.filter)?;
    let asked = Asked::of(shared, request.year)?;
    let tokens = Tokens::of(&("evidence", asked.year, &request.unit, &pick, &asked.mark));
    let from = start(&tokens, &request.page_token)?;
    let mut ledger = asked.ledger();
    if let Some(name) = &request.unit {
        let unit = asked.roster.resolve(name).one();
        let unit = unit.ok_or_else(|| errors::not_found("Unit", name))?;
        ledger.lines.retain(|line| line.unit == unit);
    }
    let (lines, mut next) = page(&ledger, &pick, from, size);
    let mut answer = Vec::with_capacity(lines.len());
    let filed = asked.filed();
    for one in &lines {
        let others = filed.get(&*one.unit.code).map_or(&[][..], Vec::as_slice);
        let revisions = revisions(&asked, one, others).map_err(errors::store)?;
        answer.push(v1::UnitEvidence { line: Some(convert::line(&asked.roster, one)), revisions });
    }
    if paging::fit(&mut answer) {
        let first_left = lines[answer.len()].unit;
        next = ledger.lines.iter().position(|line| line.unit == first_left);
    }
    let next_page_token = tokens.write_number(next.map(|next| next as u64));
    Ok(v1::ListEvidenceResponse { units: answer, next_page_token })
}

/// Every revision that a body handed in for the year, oldest first.
fn revisions(
    asked: &Asked,
    line: &Line,
    others: &[&str],
) -> Result<Vec<v1::RevisionEvidence>, StoreError> {
    let mut found = Vec::new();
    for name in others.iter().chain([&line.unit.name.as_str()]) {
        let of = UnitYear { unit: name.to_string(), year: asked.year };
        found.extend(asked.store().evidence(&of)?);
    }
    found.sort_by_key(|one| one.submission.id);
    let published = &asked.shared.api.season.published;
    let told = |one: crate::store::Evidence| v1::RevisionEvidence {
        published: published.contains(one.submission.source.folder()),
        submission: Some((&one.submission).into()),
        errors: convert::codes(one.errors),
        warnings: convert::codes(one.warnings),
    };
    Ok(found.into_iter().map(told).collect())
}

/// The roster in use, for the overview.
pub(super) fn roster(live: &LiveRoster) -> v1::RosterStatus {
    let status = live.status();
    v1::RosterStatus {
        path: status.path.display().to_string(),
        units: u32::try_from(status.units).unwrap_or(u32::MAX),
        loaded_at: Some(super::convert::timestamp(status.loaded_at)),
        refused: status.refused.map(|refused| v1::RefusedRoster {
            at: Some(super::convert::timestamp(refused.at)),
            problems: refused.problems.iter().map(|p| (&p.line()).into()).collect(),
        }),
    }
}

/// The totals of the season under way; `None` without a roster.
pub(super) fn season(shared: &Arc<Shared>) -> Result<Option<v1::Season>, Status> {
    if shared.api.season.roster.is_none() {
        return Ok(None);
    }
    let asked = Asked::of(shared, None)?;
    Ok(Some(v1::Season { year: asked.year, totals: Some(asked.ledger().totals().into()) }))
}
