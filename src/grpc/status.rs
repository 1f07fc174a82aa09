//! `StatusService`: how things stand.

use super::api::{FolderState, FolderStatus, Shared};
use super::convert::timestamp;
use super::errors::{self, Fields};
use super::ledger;
use super::paging::{self, Tokens};
use crate::model::{ChannelStatus, Source, UNIT_BYTES, UnitYear, Words};
use crate::proto::v1::{self, status_service_server::StatusService};
use std::path::PathBuf;
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl StatusService for Service {
    async fn get_overview(
        &self,
        request: Request<v1::GetOverviewRequest>,
    ) -> Result<Response<v1::GetOverviewResponse>, Status> {
        let year = request.into_inner().year;
        // Taken first: what comes after it may be in the numbers already, never the other way round.
        let head = self.0.head();
        let overview = self.0.read(move |store| store.overview(year)).await?;
        let folders = self.0.api.folders.clone();
        let store = self.0.api.store.clone();
        let asked = move || (folders.status(), store.shortage());
        let (folders, shortage) = super::api::blocking(asked).await?;
        let shared = Arc::clone(&self.0);
        let season = super::api::blocking(move || ledger::season(&shared)).await??;
        Ok(Response::new(v1::GetOverviewResponse {
            counts: Some(v1::OutcomeCounts {
                compliant: overview.compliant,
                needs_review: overview.needs_review,
                returned: overview.returned,
                unreadable: overview.unreadable,
            }),
            waiting: overview.waiting,
            firing: overview.firing,
            folders: folders.iter().map(folder).collect(),
            store: Some(v1::StoreStatus {
                dir: self.0.api.store.dir().display().to_string(),
                head: head.seq,
                shortage: shortage.as_ref().map(Into::into),
            }),
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: Some(timestamp(self.0.api.started_at)),
            changes_through: head.write(),
            roster: self.0.api.season.roster.as_ref().map(ledger::roster),
            season,
            channels: self.0.api.channels.status().iter().map(channel).collect(),
        }))
    }

    async fn get_unit(
        &self,
        request: Request<v1::GetUnitRequest>,
    ) -> Result<Response<v1::GetUnitResponse>, Status> {
        let v1::GetUnitRequest { unit, year, page_size, page_token } = request.into_inner();
        let size = paging::size("page_size", page_size)?;
        let of = unit_year("unit", "year", unit, year)?;
        let tokens = Tokens::of(&("unit", &of));
        let after = tokens.read_number(&page_token)?.unwrap_or(0);
        let name = format!("{} {}", of.unit, of.year);
        let (standing, mut revisions) =
            self.0.read(move |store| Ok((store.standing(&of)?, store.revisions(&of)?))).await?;
        let standing = standing.ok_or_else(|| errors::not_found("Standing", name))?;
        revisions.retain(|revision| revision.id > after);
        let more = revisions.len() > size;
        let mut revisions: Vec<v1::Submission> =
            revisions.iter().take(size).map(Into::into).collect();
        let more = paging::fit(&mut revisions) || more;
        let next = revisions.last().filter(|_| more).map(|last| last.id);
        Ok(Response::new(v1::GetUnitResponse {
            standing: Some((&standing).into()),
            revisions,
            next_page_token: tokens.write_number(next),
        }))
    }

    async fn list_standings(
        &self,
        request: Request<v1::ListStandingsRequest>,
    ) -> Result<Response<v1::ListStandingsResponse>, Status> {
        let v1::ListStandingsRequest { year, page_size, page_token } = request.into_inner();
        let size = paging::size("page_size", page_size)?;
        let tokens = Tokens::of(&("standings", year));
        let after = tokens.read(&page_token)?.map(|at| read_place(&at)).transpose()?;
        let mut page = self
            .0
            .read(move |store| {
                let all = store.standings(year)?.into_iter();
                let rest = all.skip_while(|s| after.as_ref().is_some_and(|a| s.of <= *a));
                Ok(rest.take(size + 1).collect::<Vec<_>>())
            })
            .await?;
        let more = page.len() > size;
        page.truncate(size);
        let mut standings: Vec<v1::Standing> = page.iter().map(Into::into).collect();
        let more = paging::fit(&mut standings) || more;
        let last = page.get(standings.len().wrapping_sub(1)).filter(|_| more);
        let next_page_token = last.map(|s| tokens.write(&place(&s.of))).unwrap_or_default();
        Ok(Response::new(v1::ListStandingsResponse { next_page_token, standings }))
    }

    async fn explain_file(
        &self,
        request: Request<v1::ExplainFileRequest>,
    ) -> Result<Response<v1::ExplainFileResponse>, Status> {
        let path = request.into_inner().path;
        let mut fields = Fields::default();
        fields.text("path", &path, 4096);
        fields.check()?;
        let folders = self.0.api.folders.clone();
        let explanation =
            super::api::blocking(move || folders.explain(&PathBuf::from(path))).await?;
        let source =
            explanation.place.clone().map(|(folder, path)| Source::Folder { folder, path });
        let submission = match source {
            Some(source) => self.0.read(move |store| store.current_at(&source)).await?,
            None => None,
        };
        let next_look_in = explanation.next_look.and_then(|d| d.try_into().ok());
        Ok(Response::new(v1::ExplainFileResponse {
            folder: explanation.place.map(|(folder, _)| folder),
            explanation: Some((&explanation.words).into()),
            next_look_in,
            submission: submission.as_ref().map(Into::into),
        }))
    }
}

/// A unit and year that a request names, both required.
pub(super) fn unit_year(
    unit_field: &str,
    year_field: &str,
    unit: String,
    year: i32,
) -> Result<UnitYear, Status> {
    let mut fields = Fields::default();
    fields.text(unit_field, &unit, UNIT_BYTES);
    if !(1..=9999).contains(&year) {
        fields.refuse(year_field, "must be a year");
    }
    fields.check()?;
    Ok(UnitYear { year, unit })
}

/// A place in the listing of standings, and back.
fn place(of: &UnitYear) -> Vec<u8> {
    [&of.year.to_be_bytes(), of.unit.as_bytes()].concat()
}

fn read_place(at: &[u8]) -> Result<UnitYear, Status> {
    let (year, unit) = at.split_first_chunk::<4>().ok_or_else(errors::page_token)?;
    let unit = std::str::from_utf8(unit).map_err(|_| errors::page_token())?;
    Ok(UnitYear { year: i32::from_be_bytes(*year), unit: unit.into() })
}

fn folder(from: &FolderStatus) -> v1::FolderStatus {
    let state = match from.state {
        FolderState::Starting => v1::FolderState::Unspecified,
        FolderState::Online => v1::FolderState::Online,
        FolderState::Degraded => v1::FolderState::Degraded,
        FolderState::Unavailable => v1::FolderState::Unavailable,
    };
    v1::FolderStatus {
        name: from.name.clone(),
        path: from.path.display().to_string(),
        state: state.into(),
        method: from.method.clone(),
        reason: Some((&from.reason).into()),
        last_scan_at: from.last_scan_at.map(timestamp),
        waiting: from.waiting,
        problems: from.problems.iter().map(problem).collect(),
        trial: from.trial,
        receipts_owed: from.receipts_owed,
    }
}

fn problem((path, why): &(String, Words)) -> v1::FileProblem {
    v1::FileProblem { path: path.clone(), why: Some(why.into()) }
}

fn channel(from: &ChannelStatus) -> v1::ChannelStatus {
    v1::ChannelStatus {
        name: from.name.clone(),
        failing: from.failing.as_ref().map(|failing| v1::ChannelFailure {
            since: Some(timestamp(failing.since)),
            next_try: Some(timestamp(failing.next_try)),
            error: failing.error.clone(),
        }),
        waiting: u32::try_from(from.waiting).unwrap_or(u32::MAX),
        oldest_waiting: from.oldest_waiting.map(timestamp),
        last_delivered: from.last_delivered.map(timestamp),
    }
}
