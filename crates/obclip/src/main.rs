//! obclip
fn main() {}
