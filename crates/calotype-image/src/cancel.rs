//! A flag by which a caller withdraws work that is under way.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::ImageError;

/// Asked between steps and between frames; clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that nobody has raised yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Withdraws the work; what runs stops at its next step.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work was withdrawn.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`ImageError::Cancelled`] once the work was withdrawn.
    pub fn check(&self) -> Result<(), ImageError> {
        if self.is_cancelled() { Err(ImageError::Cancelled) } else { Ok(()) }
    }
}
