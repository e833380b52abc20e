//! Whether a job should go on, shared between the one who waits and the one who works.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::denied::Denied;

/// Set once; the worker looks at it after every step.
#[derive(Debug, Default)]
pub(crate) struct Control(AtomicU8);

/// Why a job stops early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Stop {
    /// The client left or cancelled.
    Left = 1,
    /// Its time is over.
    Deadline = 2,
}

impl Control {
    /// The first reason stays.
    pub(crate) fn stop(&self, why: Stop) {
        let _ = self.0.compare_exchange(0, why as u8, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// What the client hears, if it still listens.
    pub(crate) fn denied(&self) -> Denied {
        match self.0.load(Ordering::Relaxed) {
            2 => Denied::deadline(),
            _ => Denied::stopped(),
        }
    }
}
