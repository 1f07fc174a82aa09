//! `DecisionService`: what reviewers decide about findings.

use super::api::Shared;
use super::convert::millis;
use super::errors::{self, Fields};
use super::paging::{self, Tokens};
use super::status::unit_year;
use super::submissions::submission;
use crate::model::{REASON_BYTES, REVIEWER_BYTES, Ruling, UNIT_BYTES, UnitYear};
use crate::proto::v1::{self, decision_service_server::DecisionService};
use crate::store::{DecisionFilter, NewDecision, Seen, StoreError};
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// Length of a fingerprint, bytes.
const FINGERPRINT: usize = 16;

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl DecisionService for Service {
    async fn decide(
        &self,
        request: Request<v1::DecideRequest>,
    ) -> Result<Response<v1::DecideResponse>, Status> {
        use v1::decide_request::Of;
        let request = request.into_inner();
        let ruling =
            v1::Ruling::try_from(request.ruling).ok().and_then(|r| Ruling::try_from(r).ok());
        let mut fields = Fields::default();
        fingerprint(&mut fields, &request.fingerprint);
        if ruling.is_none() {
            fields.refuse("ruling", "must be confirmed, dismissed or explained");
        }
        fields.text("reason", &request.reason, REASON_BYTES);
        fields.text("by", &request.by, REVIEWER_BYTES);
        if request.of.is_none() {
            fields.refuse("of", "must be set");
        }
        fields.check()?;
        let (of, seen) = match request.of {
            Some(Of::Current(v1::UnitYear { unit, year })) => {
                (unit_year("current.unit", "current.year", unit, year)?, None)
            }
            Some(Of::SubmissionId(id)) => {
                let row = submission(&self.0, id).await?;
                if row.judged_at.is_none() {
                    return Err(errors::not_judged_yet(id));
                }
                let of = row.unit_year().ok_or_else(|| errors::not_filed(id))?;
                (
                    of,
                    Some(Seen {
                        submission: id,
                        judged_at: request.judged_at.as_ref().map(millis),
                    }),
                )
            }
            None => return Err(errors::invalid("of", "must be set")),
        };
        let new = NewDecision {
            of,
            seen,
            fingerprint: request.fingerprint,
            ruling,
            reason: request.reason,
            by: request.by,
            at: self.0.now(),
        };
        let decided = self.record(new).await?;
        Ok(Response::new(v1::DecideResponse {
            decision: Some((&decided.decision).into()),
            submission: decided.submission.as_ref().map(Into::into),
        }))
    }

    async fn withdraw_decision(
        &self,
        request: Request<v1::WithdrawDecisionRequest>,
    ) -> Result<Response<v1::WithdrawDecisionResponse>, Status> {
        let v1::WithdrawDecisionRequest { of, fingerprint: print, reason, by } =
            request.into_inner();
        let mut fields = Fields::default();
        fingerprint(&mut fields, &print);
        fields.at_most("reason", &reason, REASON_BYTES);
        fields.text("by", &by, REVIEWER_BYTES);
        if of.is_none() {
            fields.refuse("of", "must be set");
        }
        fields.check()?;
        let v1::UnitYear { unit, year } = of.unwrap_or_default();
        let of = unit_year("of.unit", "of.year", unit, year)?;
        let at = self.0.now();
        let new = NewDecision { of, seen: None, fingerprint: print, ruling: None, reason, by, at };
        let decided = self.record(new).await?;
        Ok(Response::new(v1::WithdrawDecisionResponse {
            decision: Some((&decided.decision).into()),
            submission: decided.submission.as_ref().map(Into::into),
        }))
    }

    async fn list_decisions(
        &self,
        request: Request<v1::ListDecisionsRequest>,
    ) -> Result<Response<v1::ListDecisionsResponse>, Status> {
        let request = request.into_inner();
        let size = paging::size("page_size", request.page_size)?;
        let mut fields = Fields::default();
        fields.at_most("unit", request.unit.as_deref().unwrap_or_default(), UNIT_BYTES);
        if let Some(print) = &request.fingerprint {
            fingerprint(&mut fields, print);
        }
        fields.check()?;
        let filter = DecisionFilter {
            year: request.year,
            unit: request.unit,
            fingerprint: request.fingerprint,
        };
        let tokens = Tokens::of(&("decisions", &filter));
        let before = tokens.read_number(&request.page_token)?;
        let page = self.0.read(move |store| store.decisions(&filter, before, size)).await?;
        let message = |listed: &crate::store::ListedDecision| v1::ListedDecision {
            decision: Some((&listed.decision).into()),
            in_force: listed.in_force,
        };
        let mut decisions: Vec<v1::ListedDecision> = page.items.iter().map(message).collect();
        let next = match paging::fit(&mut decisions) {
            true => page.items.get(decisions.len() - 1).map(|last| last.decision.id),
            false => page.next,
        };
        let next_page_token = tokens.write_number(next);
        Ok(Response::new(v1::ListDecisionsResponse { decisions, next_page_token }))
    }
}

impl Service {
    async fn record(&self, new: NewDecision) -> Result<crate::store::Decided, Status> {
        let UnitYear { unit, year } = &new.of;
        let name = format!("{unit} {year}");
        self.0.api.store.decide(new).await.map_err(|error| match error {
            StoreError::NotFound(_) => errors::not_found("Standing", name),
            other => errors::store(other),
        })
    }
}

fn fingerprint(fields: &mut Fields, print: &str) {
    let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if print.len() != FINGERPRINT || !print.bytes().all(digits) {
        fields.refuse("fingerprint", "must be the 16 hex digits of a finding");
    }
}
