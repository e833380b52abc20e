//! A refusal as the binary metadata of a gRPC status.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// The header's name; `-bin` means base64 to gRPC.
pub(crate) const NAME: &str = "obclip-refusal-bin";

/// gRPC leaves the padding open.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The refusal's bytes, if they are base64.
pub(crate) fn decode(value: &http::HeaderValue) -> Option<Vec<u8>> {
    BASE64.decode(value.as_bytes()).ok()
}
