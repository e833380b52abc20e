//! What can go wrong on the device. No text quotes the user, none depends on the choice.

/// An error of the private side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing but space.
    #[error("prompt: expected text, found none")]
    PromptEmpty,
    /// Too many bytes.
    #[error("prompt: expected at most {expected} bytes, found {found}")]
    PromptTooLong {
        /// The limit.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// Control characters other than line breaks and tabs.
    #[error("prompt: expected no control characters, found {found}")]
    PromptControlCharacters {
        /// How many.
        found: usize,
    },
    /// The catalogue lacks an axis that the reader knows.
    #[error("catalogue: expected the axes age, ethnicity and gender, found others")]
    CatalogueAxes,
    /// The operating system gave no random bytes.
    #[error("random bytes: expected some from the operating system, found none")]
    NoRandomness,
    /// Request or reply is not as the protocol says.
    #[error(transparent)]
    Protocol(#[from] obclip_protocol::Error),
    /// The cloud refused or could not be reached.
    #[error(transparent)]
    Cloud(#[from] crate::cloud::CloudError),
}

impl Error {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PromptEmpty => "prompt-empty",
            Self::PromptTooLong { .. } => "prompt-too-long",
            Self::PromptControlCharacters { .. } => "prompt-control-characters",
            Self::CatalogueAxes => "catalogue-axes",
            Self::NoRandomness => "no-randomness",
            Self::Protocol(error) => error.code(),
            Self::Cloud(_) => "cloud",
        }
    }
}
