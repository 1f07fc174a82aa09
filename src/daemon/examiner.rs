//! Trial checks for the API: the same jail, nothing kept.

use crate::grpc;
use crate::model::{Declared, Trial};
use crate::pipeline::{Circumstances, Jail, try_out};
use std::pin::Pin;

pub(super) struct Examiner {
    pub jail: Jail,
}

impl grpc::Examiner for Examiner {
    fn examine(
        &self,
        name: String,
        bytes: Vec<u8>,
        declared: Declared,
    ) -> Pin<Box<dyn Future<Output = Trial> + Send + '_>> {
        Box::pin(async move {
            try_out(&self.jail, &name, bytes, Circumstances::of(declared, None)).await.0
        })
    }
}
