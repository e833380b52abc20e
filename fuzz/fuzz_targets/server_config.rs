//! Arbitrary text as the server's configuration and as its file of tokens: a typed error, or a configuration that never
//! opens an unprotected port to others, and tokens that let nobody in without one.
#![no_main]

use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use obclip_server::{Config, Scope, Tokens};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(config) = Config::parse(text) {
        let protected = config.tls.is_some() && config.tokens.is_some();
        assert!(config.listen.ip().is_loopback() || protected);
        assert!(config.jobs.members > 0 && config.compute.max_rows > 0);
    }
    let now = Instant::now();
    if let Ok(tokens) = Tokens::parse(text, now) {
        assert!(tokens.n_tokens() > 0);
        for authorization in [None, Some("Bearer "), Some(text)] {
            assert!(tokens.identify(authorization, Scope::Generate).is_err());
        }
    }
});
