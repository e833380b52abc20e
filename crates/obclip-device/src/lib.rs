//! obclip-device
