//! obclip-bench
fn main() {}
