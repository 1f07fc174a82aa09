//! `GetDifference`: what changed from one judged submission to another.

use super::api::Shared;
use super::convert::reviewed;
use super::errors;
use super::submissions::submission;
use crate::edition::Editions;
use crate::model::{
    CellChange, Difference, Finding, Lang, Reviewed, Submission, SubmissionId, Verdict, Words,
};
use crate::proto::v1;
use std::collections::BTreeMap;
use tonic::Status;

pub(super) async fn get(
    shared: &Shared,
    request: v1::GetDifferenceRequest,
) -> Result<v1::GetDifferenceResponse, Status> {
    let later = submission(shared, request.later).await?;
    let earlier = match request.earlier {
        Some(id) => submission(shared, id).await?,
        None => revision_before(shared, &later).await?,
    };
    let (from, to) = (verdict(shared, earlier.id).await?, verdict(shared, later.id).await?);
    let rulings = match later.unit_year() {
        Some(of) => shared.read(move |store| store.rulings(&of)).await?,
        None => BTreeMap::new(),
    };
    let Difference { fixed, unchecked, remaining, new, cells, passages } =
        Difference::between(&from, &to);
    // Together, since findings of one fingerprint may be in both.
    let there: Vec<Finding> = remaining.iter().chain(&new).cloned().collect();
    let ruled = Reviewed::of(&there, &rulings).ruled;
    let mut there = there.iter().zip(&ruled).map(|(f, ruled)| reviewed(f, ruled.as_ref()));
    let edition = to.edition.or(from.edition);
    Ok(v1::GetDifferenceResponse {
        earlier: Some((&earlier).into()),
        later: Some((&later).into()),
        fixed: fixed.iter().map(Into::into).collect(),
        unchecked: unchecked.iter().map(Into::into).collect(),
        remaining: there.by_ref().take(remaining.len()).collect(),
        new: there.collect(),
        cells: cells
            .iter()
            .map(|cell| change(cell, &shared.api.editions, edition.as_deref()))
            .collect(),
        passages: passages
            .into_iter()
            .map(|p| v1::PassageChange { part: p.part.into(), before: p.before, after: p.after })
            .collect(),
    })
}

/// The revision of the same unit and year before this one.
async fn revision_before(shared: &Shared, later: &Submission) -> Result<Submission, Status> {
    let none = || errors::not_found("Revision", format!("before {}", later.id));
    let of = later.unit_year().ok_or_else(none)?;
    let mut revisions = shared.read(move |store| store.revisions(&of)).await?;
    revisions.retain(|r| r.id < later.id && r.judged_at.is_some());
    revisions.pop().ok_or_else(none)
}

/// The verdict of a submission; one that could not be read has none to compare.
async fn verdict(shared: &Shared, id: SubmissionId) -> Result<Verdict, Status> {
    let result = shared.read(move |store| store.verdict(id)).await?;
    match result.ok_or_else(|| errors::not_judged_yet(id))? {
        Ok(verdict) => Ok(verdict),
        Err(_) => Err(errors::not_found("Verdict", id)),
    }
}

fn change(cell: &CellChange, editions: &Editions, edition: Option<&str>) -> v1::CellChange {
    v1::CellChange {
        field: cell.field.clone(),
        place: Some((&place(&cell.field, editions, edition)).into()),
        before: cell.before.as_ref().map(Into::into),
        after: cell.after.as_ref().map(Into::into),
    }
}

/// The cell in the words of the edition, else of any edition that has it.
fn place(field: &str, editions: &Editions, edition: Option<&str>) -> Words {
    let mut own_first = edition.and_then(|id| editions.get(id)).into_iter().chain(&editions.all);
    match own_first.find_map(|edition| edition.spot(field)) {
        Some(spot) => {
            let place = spot.place(field);
            Words::new(place.in_words(Lang::Zh), place.in_words(Lang::En))
        }
        None => Words::new(field, field),
    }
}
