//! Arbitrary bytes as a request: a typed error, or a request that encodes to the same bytes and renders its members.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obclip_protocol::{Limits, Refusal, decode_request, encode_request};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    match decode_request(bytes, &limits) {
        Ok(request) => {
            assert_eq!(encode_request(&request).expect("it was decoded"), bytes);
            let members = request.members(&limits).expect("it was checked");
            assert_eq!(Ok(members.texts.len()), request.n_members());
            assert!(members.texts.len() <= limits.members);
        }
        Err(error) => {
            let refusal = Refusal::from(&error);
            assert_eq!(Refusal::decode(&refusal.encode()), Ok(refusal));
        }
    }
    let _ = Refusal::decode(bytes);
});
