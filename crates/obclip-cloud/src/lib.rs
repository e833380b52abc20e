//! obclip-cloud
