//! Trial checks for the API: the same jail, beside the same reports, nothing kept.

use crate::grpc;
use crate::model::{Declared, Trial};
use crate::pipeline::{Circumstances, Jail, LiveRecords, try_out};
use std::pin::Pin;

pub(super) struct Examiner {
    pub jail: Jail,
    pub records: LiveRecords,
}

impl grpc::Examiner for Examiner {
    fn examine(
        &self,
        name: String,
        bytes: Vec<u8>,
        declared: Declared,
    ) -> Pin<Box<dyn Future<Output = Trial> + Send + '_>> {
        let records = self.records.now();
        Box::pin(async move {
            try_out(&self.jail, &name, bytes, Circumstances::of(declared, None), records).await.0
        })
    }
}
