//! How the cloud says no: a stable code and what was expected and found, never prompt text.

use prost::Message;

use crate::error::Error;
use crate::limits;
use crate::message::RefusalMessage;

/// A typed refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: String,
    /// For people: what was expected and what was found.
    pub detail: String,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        Self { code: error.code().to_owned(), detail: error.to_string() }
    }
}

impl Refusal {
    /// Whether the same request may be answered later: the cloud is busy, draining, or lost the job.
    pub fn is_temporary(&self) -> bool {
        TEMPORARY.contains(&self.code.as_str())
    }

    /// The refusal's bytes.
    pub fn encode(&self) -> Vec<u8> {
        RefusalMessage { code: self.code.clone(), detail: self.detail.clone() }.encode_to_vec()
    }

    /// Parses a refusal. The texts come from the cloud: show them as its words, not ours.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        limits::check("refusal bytes", bytes.len(), limits::MIN_REQUEST_BYTES)?;
        let message = RefusalMessage::decode(bytes).map_err(|_| Error::Malformed)?;
        let refusal = Self { code: message.code, detail: message.detail };
        let known = |c: char| c.is_ascii_lowercase() || c == '-';
        match !refusal.code.is_empty() && refusal.code.chars().all(known) {
            true => Ok(refusal),
            false => Err(Error::Malformed),
        }
    }
}

/// Codes after which the same bytes may be sent again.
const TEMPORARY: [&str; 4] = ["busy", "draining", "cancelled", "deadline"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_round_trips() {
        let refusal = Refusal::from(&Error::Limit { name: "members", expected: 32, found: 900 });
        assert_eq!(refusal.code, "limit-exceeded");
        assert_eq!(refusal.detail, "members: expected at most 32, found 900");
        assert_eq!(Refusal::decode(&refusal.encode()), Ok(refusal));
    }

    #[test]
    fn bytes_that_are_no_refusal_are_refused() {
        assert_eq!(Refusal::decode(&[]), Err(Error::Malformed));
        assert_eq!(Refusal::decode(&[0xff; 9]), Err(Error::Malformed));
        assert!(Refusal::decode(&vec![0x0a; 4096]).is_err());
    }
}
