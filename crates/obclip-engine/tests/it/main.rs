//! The engine from outside: parity with diffusers, backends against each other, damaged files.

mod backends;
mod bad_files;
mod compare;
mod generate;
mod invariance;
mod mutations;
mod parity;
mod vectors;
