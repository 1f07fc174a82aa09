//! `EditionService`: what the national form looks like.

use super::api::Shared;
use super::{convert, errors};
use crate::proto::v1::{self, edition_service_server::EditionService};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub(super) struct Service(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl EditionService for Service {
    async fn list_editions(
        &self,
        _request: Request<v1::ListEditionsRequest>,
    ) -> Result<Response<v1::ListEditionsResponse>, Status> {
        let editions = self.0.api.editions.all.iter().map(convert::edition_summary).collect();
        Ok(Response::new(v1::ListEditionsResponse { editions }))
    }

    async fn get_edition(
        &self,
        request: Request<v1::GetEditionRequest>,
    ) -> Result<Response<v1::GetEditionResponse>, Status> {
        let id = request.into_inner().id;
        let edition = self.0.api.editions.get(&id);
        let edition = edition.ok_or_else(|| errors::not_found("Edition", id))?;
        Ok(Response::new(convert::edition(edition)))
    }
}
