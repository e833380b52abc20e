//! obclip-protocol
