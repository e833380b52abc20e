//! Arbitrary bytes as a reply to a small class: a typed error, or a reply that encodes to the same bytes and whose latents
//! all are finite or all refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obclip_protocol::{LatentShape, decode_reply, encode_reply, read_frame};

/// Small, so that mutations reach the values.
const SHAPE: LatentShape = LatentShape { channels: 1, height: 2, width: 2 };

fuzz_target!(|bytes: &[u8]| {
    for n_members in [1, 2, 6] {
        let Ok(reply) = decode_reply(bytes, SHAPE, n_members) else { continue };
        assert_eq!(reply.latents.len(), n_members);
        assert_eq!(encode_reply(&reply), bytes);
        for latent in &reply.latents {
            if let Ok(values) = read_frame(latent, SHAPE) {
                assert!(values.len() == SHAPE.n_values() && values.iter().all(|v| v.is_finite()));
            }
        }
    }
});
