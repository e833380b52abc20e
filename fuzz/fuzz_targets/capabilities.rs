//! Arbitrary bytes as capabilities, as the question for them, and as a cancellation: a typed error, or what encodes to
//! something that says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obclip_protocol::{Capabilities, JobKey};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(says) = Capabilities::decode(bytes) {
        assert_eq!(Capabilities::decode(&says.encode()), Ok(says));
    }
    let _ = Capabilities::check_request(bytes);
    if let Ok(key) = JobKey::decode_cancel(bytes) {
        assert_eq!(JobKey::decode_cancel(&key.cancel_request()), Ok(key));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(key) = JobKey::from_header(text) {
        assert_eq!(key.header(), text);
    }
});
