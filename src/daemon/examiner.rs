//! Trial checks for the API: the same jail, nothing kept.

use crate::grpc::{self, Examined};
use crate::model::Declared;
use crate::pipeline::{Jail, Known, examine};
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
    ) -> Pin<Box<dyn Future<Output = Examined> + Send + '_>> {
        Box::pin(async move {
            let known = Known { declared, received: None };
            examine(&self.jail, &name, bytes, &known).await
        })
    }
}
