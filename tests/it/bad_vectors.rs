//! One vector per way of being wrong: each gives the typed error that its file names, none a panic. The files hold edits
//! of good messages, so they outlive a new catalogue.

mod catalogues;
mod models;
mod replies;
mod requests;
mod settings;
mod weights;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A file of vectors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors<T> {
    bad: Vec<T>,
}

/// The vectors of `file`, below `vectors/`; names are unique and start with `bad_`.
fn read<T: DeserializeOwned>(file: &str, name: impl Fn(&T) -> &str) -> Vec<T> {
    let path = format!("{}/../vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file of the repository");
    let Vectors { bad } = toml::from_str::<Vectors<T>>(&text).expect("vectors");
    let names: BTreeSet<&str> = bad.iter().map(&name).collect();
    assert_eq!(names.len(), bad.len(), "{file}: every name once");
    assert!(names.iter().all(|name| name.starts_with("bad_")), "{file}");
    bad
}

/// Bytes at a place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overwrite {
    /// From the start, or
    at: Option<usize>,
    /// from the end.
    back: Option<usize>,
    hex: String,
}

impl Overwrite {
    fn apply(&self, bytes: &mut [u8]) {
        let new = bytes_of(&self.hex);
        let at = self.at.unwrap_or_else(|| bytes.len() - self.back.expect("at or back"));
        bytes[at..at + new.len()].copy_from_slice(&new);
    }
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// A protobuf varint; of up to ten bytes.
fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Field `number` with a length-delimited value.
fn delimited(number: u64, value: &[u8], bytes: &mut Vec<u8>) {
    varint(number << 3 | 2, bytes);
    varint(value.len() as u64, bytes);
    bytes.extend_from_slice(value);
}

#[test]
fn there_are_at_least_a_hundred() {
    let wire = requests::read().len() + replies::read().len();
    let folders = weights::read().len() + models::read().len();
    assert!(wire >= 100 && folders >= 100, "{wire} and {folders}");
    let settings = ["user", "server", "tokens"].map(|whose| settings::read(whose).len());
    assert!(settings.iter().sum::<usize>() >= 80, "{settings:?}");
}
