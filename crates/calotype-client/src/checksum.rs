//! CRC-64 of bodies, computed while they pass.
//!
//! Spec: spec/cos/README.md, 5.

use std::sync::{Arc, Mutex, PoisonError};

use crc_fast::{CrcAlgorithm, Digest};

use crate::error::ClientError;

/// A running checksum that both the body on its way and the waiting call hold.
#[derive(Clone)]
pub(crate) struct RunningCrc64(Arc<Mutex<Digest>>);

impl RunningCrc64 {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Digest::new(CrcAlgorithm::Crc64Xz))))
    }

    pub(crate) fn update(&self, bytes: &[u8]) {
        // A poisoned digest cannot exist: updating it does not panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).update(bytes);
    }

    /// Compares what passed with what the server announced; servers that announce nothing are believed.
    pub(crate) fn verify(&self, announced: Option<u64>) -> Result<(), ClientError> {
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner).finalize();
        match announced {
            Some(announced) if announced != received => Err(ClientError::Corrupted {
                what: "CRC-64",
                announced: announced.to_string(),
                received: received.to_string(),
            }),
            _ => Ok(()),
        }
    }
}
