//! The random name of a job: equal for all tries of one request, and for nothing else.

use prost::Message;

use crate::error::Error;
use crate::limits;
use crate::message::{CancelRequestMessage, CancelledMessage};

/// 16 random bytes that name a job to its cloud, as idempotency key and to cancel it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobKey(pub [u8; 16]);

impl JobKey {
    /// 32 lower-case hexadecimal digits, as the header `idempotency-key` holds them.
    pub fn header(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Parses the header.
    pub fn from_header(text: &str) -> Result<Self, Error> {
        let wrong = Error::FieldLength { name: "idempotency key", expected: 32, found: text.len() };
        if text.len() != 32
            || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(wrong);
        }
        let mut key = [0; 16];
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |b: u8| if b.is_ascii_digit() { b - b'0' } else { b - b'a' + 10 };
            *byte = digit(digits[0]) << 4 | digit(digits[1]);
        }
        Ok(Self(key))
    }

    /// The bytes that ask to cancel the job.
    pub fn cancel_request(self) -> Vec<u8> {
        CancelRequestMessage { job_key: self.0.to_vec() }.encode_to_vec()
    }

    /// Parses the bytes that ask to cancel a job.
    pub fn decode_cancel(bytes: &[u8]) -> Result<Self, Error> {
        limits::check("request bytes", bytes.len(), limits::MIN_REQUEST_BYTES)?;
        let message = CancelRequestMessage::decode(bytes).map_err(|_| Error::Malformed)?;
        let (expected, found) = (16, message.job_key.len());
        let wrong = |_| Error::FieldLength { name: "job key", expected, found };
        message.job_key.try_into().map(Self).map_err(wrong)
    }

    /// The answer to a cancellation: whether there was such a job.
    pub fn encode_cancelled(found: bool) -> Vec<u8> {
        CancelledMessage { found }.encode_to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_as_header_and_as_message() {
        let key = JobKey(std::array::from_fn(|i| (i * 17) as u8));
        assert_eq!(key.header(), "00112233445566778899aabbccddeeff");
        assert_eq!(JobKey::from_header(&key.header()), Ok(key));
        assert_eq!(JobKey::decode_cancel(&key.cancel_request()), Ok(key));
    }

    #[test]
    fn other_keys_are_refused() {
        for wrong in [
            "",
            "00",
            "0011223344556677 899aabbccddeeff",
            "00112233445566778899AABBCCDDEEFF",
            &"é".repeat(16),
        ] {
            assert!(JobKey::from_header(wrong).is_err(), "{wrong}");
        }
        assert!(JobKey::decode_cancel(&[]).is_err());
        assert!(JobKey::decode_cancel(&[0x0a, 2, 1, 1]).is_err());
        assert!(JobKey::decode_cancel(&[0xff; 3]).is_err());
    }
}
