//! What `obclip-bench` measures about the line between device and cloud, as a library: the tests across crates run the
//! same checks with smaller numbers. Everything else of the program lives in its binary.

pub mod audit;
