//! What the person typed.

use obclip_protocol::Redacted;

use crate::error::Error;

/// The real text. Secret: no `Display`, no `Serialize`, a redacting `Debug`, wiped when dropped.
#[derive(Debug, Clone)]
pub struct Prompt(Redacted<String>);

impl Prompt {
    /// Takes the text in; refuses what is empty, too long or holds control characters.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_PROMPT_BYTES {
            return Err(Error::PromptTooLong { expected: MAX_PROMPT_BYTES, found: text.len() });
        }
        if text.trim().is_empty() {
            return Err(Error::PromptEmpty);
        }
        let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        match text.chars().filter(control).count() {
            0 => Ok(Self(Redacted::new(text.to_owned()))),
            found => Err(Error::PromptControlCharacters { found }),
        }
    }

    /// The text; only this crate reads it.
    pub(crate) fn text(&self) -> &str {
        self.0.reveal()
    }
}

/// Far above what a text encoder of 77 tokens reads.
pub const MAX_PROMPT_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_have_limits_and_errors_never_quote_them() {
        assert_eq!(Prompt::new(" \n ").expect_err("empty"), Error::PromptEmpty);
        let long = "marker ".repeat(MAX_PROMPT_BYTES / 7 + 1);
        let error = Prompt::new(&long).expect_err("too long");
        assert_eq!(error, Error::PromptTooLong { expected: 4096, found: long.len() });
        assert!(!error.to_string().contains("marker"));
        let error = Prompt::new("marker\0").expect_err("a control character");
        assert_eq!(error, Error::PromptControlCharacters { found: 1 });
        assert!(Prompt::new(&"a".repeat(MAX_PROMPT_BYTES)).is_ok());
    }

    #[test]
    fn debug_is_redacted() {
        let prompt = Prompt::new("marker").expect("a valid prompt");
        assert_eq!(format!("{prompt:?}"), "Prompt([redacted])");
    }
}
