//! The one seam to the other side.

use std::ops::ControlFlow;

use obclip_protocol::Refusal;

/// Whoever denoises: in this process, or behind a socket. It gets bytes and gives bytes.
pub trait Cloud {
    /// Denoises the request. `on_step` is called with steps done and steps in all, neither of which depends on the
    /// choice; `Break` cancels.
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError>;
}

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// The cloud said no.
    #[error("cloud refused ({}): {}", .0.code, .0.detail)]
    Refused(Refusal),
    /// The cloud did not answer.
    #[error("cloud: expected a reply, found {found}")]
    Unreachable {
        /// What happened instead, in words that hold no prompt text.
        found: String,
    },
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
}
