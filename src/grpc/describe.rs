//! Reflection (v1 and v1alpha): each listener describes what it serves and nothing else.

use super::ServeError;
use crate::proto::v1;
use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::service::RoutesBuilder;
use tonic_reflection::server::Builder;

/// The file that only the admin listener describes.
const ADMIN: &str = "nianbao/v1/admin_service.proto";

/// Adds reflection of the named services.
pub(super) fn add(
    routes: &mut RoutesBuilder,
    services: &[&str],
    admin: bool,
) -> Result<(), ServeError> {
    let mut files = FileDescriptorSet::decode(v1::DESCRIPTOR)
        .map_err(|e| ServeError::Description(e.to_string()))?;
    files.file.retain(|file| admin || file.name() != ADMIN);
    let builder = || {
        let described = Builder::configure()
            .register_file_descriptor_set(files.clone())
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
        services.iter().fold(described, |b, name| b.with_service_name(*name))
    };
    let wrong = |e: tonic_reflection::server::Error| ServeError::Description(e.to_string());
    routes.add_service(builder().build_v1().map_err(wrong)?);
    routes.add_service(builder().build_v1alpha().map_err(wrong)?);
    Ok(())
}
