//! `RuleService`: what is checked and why.

use super::{convert, errors};
use crate::proto::v1::{self, rule_service_server::RuleService};
use crate::rules::{CATALOGUE, find};
use tonic::{Request, Response, Status};

pub(super) struct Service;

#[tonic::async_trait]
impl RuleService for Service {
    async fn list_rules(
        &self,
        _request: Request<v1::ListRulesRequest>,
    ) -> Result<Response<v1::ListRulesResponse>, Status> {
        let rules = CATALOGUE.iter().map(|rule| convert::rule(rule)).collect();
        Ok(Response::new(v1::ListRulesResponse { rules }))
    }

    async fn get_rule(
        &self,
        request: Request<v1::GetRuleRequest>,
    ) -> Result<Response<v1::GetRuleResponse>, Status> {
        let code = request.into_inner().code;
        let rule = find(&code).ok_or_else(|| errors::not_found("Rule", code))?;
        let page = rule.page.to_string();
        Ok(Response::new(v1::GetRuleResponse { rule: Some(convert::rule(rule)), page }))
    }
}
