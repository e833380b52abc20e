//! Arbitrary text as the user's configuration and as what names a cloud: a typed error, or settings that never let a plain
//! request leave this machine.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obclip::Config;
use obclip_client::{Address, Fingerprint, Proxy};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Config::parse(text);
    if let Ok(address) = text.parse::<Address>() {
        assert!(address.tls || address.host == "localhost" || address.host.contains(['.', ':']));
        assert_eq!(address.to_string().parse(), Ok(address));
    }
    let _ = text.parse::<Proxy>();
    if let Ok(pin) = text.parse::<Fingerprint>() {
        assert_eq!(pin.to_string().to_lowercase(), text.to_lowercase());
    }
});
