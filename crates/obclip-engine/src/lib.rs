//! obclip-engine
