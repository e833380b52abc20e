//! obclip-pair
