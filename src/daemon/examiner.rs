//! Trial checks for the API: the same jail and the same judges, nothing kept.

use crate::config::Settings;
use crate::grpc::{self, Examined};
use crate::model::Declared;
use crate::pipeline::{Jail, Known, examine};
use std::pin::Pin;
use std::sync::Arc;

pub(super) struct Examiner {
    pub jail: Jail,
    pub settings: Arc<Settings>,
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
            examine(&self.jail, &self.settings, &name, bytes, &known).await
        })
    }
}
