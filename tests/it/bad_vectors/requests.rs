//! `vectors/protocol/v1/bad_requests.toml`

use obclip_protocol::{Catalogue, Limits, decode_request};
use serde::Deserialize;

use super::{Overwrite, bytes_of, delimited, varint};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bad {
    name: String,
    #[serde(default)]
    set: Vec<Set>,
    padding: Option<Padding>,
    keep: Option<usize>,
    append: Option<String>,
    overwrite: Option<Overwrite>,
    replace_head: Option<ReplaceHead>,
    #[serde(default)]
    reverse: bool,
    zeros: Option<usize>,
    whole: Option<String>,
    code: String,
}

/// A field with another value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    field: String,
    int: Option<u64>,
    text: Option<String>,
    times: Option<usize>,
    hex: Option<String>,
    len: Option<usize>,
    bundles: Option<Vec<[u64; 2]>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Padding {
    Bytes(usize),
    Named(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplaceHead {
    n: usize,
    hex: String,
}

/// A field's number and encoded value; `Int(0)` and empty bytes are left out, as proto3 does.
#[derive(Clone)]
enum Value {
    Int(u64),
    Bytes(Vec<u8>),
    Repeated(Vec<Vec<u8>>),
}

const FIELDS: [&str; 15] = [
    "protocol_version",
    "catalogue_id",
    "catalogue_sha256",
    "pair_id",
    "template",
    "bundles",
    "negative",
    "steps",
    "cloud_steps",
    "guidance_milli",
    "width",
    "height",
    "sampler",
    "plan",
    "seed",
];

pub(super) fn read() -> Vec<Bad> {
    super::read("protocol/v1/bad_requests.toml", |bad: &Bad| &bad.name)
}

/// A request of six members, written without our encoder.
fn good() -> Vec<Value> {
    let text = |text: &str| Value::Bytes(text.as_bytes().to_vec());
    vec![
        Value::Int(obclip_protocol::PROTOCOL_VERSION.into()),
        text("v1"),
        Value::Bytes(Catalogue::v1().sha256().to_vec()),
        Value::Bytes(vec![7; 32]),
        text("portrait of a {P1} wearing glasses"),
        Value::Repeated(vec![bundle([0b101, 0])]),
        text("text, frame"),
        Value::Int(25),
        Value::Int(5),
        Value::Int(4000),
        Value::Int(128),
        Value::Int(128),
        text("dpmpp-2m"),
        text("plain"),
        Value::Bytes(vec![9; 32]),
    ]
}

fn bundle([axes, role]: [u64; 2]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, value) in [(1_u64, axes), (2, role)] {
        if value != 0 {
            varint(number << 3, &mut bytes);
            varint(value, &mut bytes);
        }
    }
    bytes
}

fn encode(fields: &[Value], reverse: bool) -> Vec<u8> {
    let one = |(idx, value): (usize, &Value)| {
        let (number, mut bytes) = (idx as u64 + 1, Vec::new());
        match value {
            Value::Int(0) => {}
            Value::Int(value) => {
                varint(number << 3, &mut bytes);
                varint(*value, &mut bytes);
            }
            Value::Bytes(value) if value.is_empty() => {}
            Value::Bytes(value) => delimited(number, value, &mut bytes),
            Value::Repeated(values) => {
                values.iter().for_each(|value| delimited(number, value, &mut bytes));
            }
        }
        bytes
    };
    let mut parts: Vec<Vec<u8>> = fields.iter().enumerate().map(one).collect();
    if reverse {
        parts.reverse();
    }
    parts.concat()
}

/// Field 16, so that the whole has `total` bytes.
fn pad(bytes: &mut Vec<u8>, total: usize) {
    let room = total - bytes.len();
    let head = |len: usize| 2 + if len < 128 { 1 } else { 2 };
    let len = (0..room).rev().find(|&len| head(len) + len == room).expect("a length that fits");
    delimited(16, &vec![0; len], bytes);
}

impl Set {
    fn value(&self) -> Value {
        if let Some(bundles) = &self.bundles {
            return Value::Repeated(bundles.iter().copied().map(bundle).collect());
        }
        match (self.int, &self.text, &self.hex, self.len) {
            (Some(int), ..) => Value::Int(int),
            (_, Some(text), ..) => {
                Value::Bytes(vec![text.as_str(); self.times.unwrap_or(1)].join(" ").into_bytes())
            }
            (_, _, Some(hex), _) => Value::Bytes(bytes_of(hex)),
            _ => Value::Bytes(vec![7; self.len.expect("a value of some kind")]),
        }
    }
}

impl Bad {
    fn bytes(&self) -> Vec<u8> {
        if let Some(hex) = &self.whole {
            return bytes_of(hex);
        }
        if let Some(n) = self.zeros {
            return vec![0; n];
        }
        let mut fields = good();
        for set in &self.set {
            let place = FIELDS.iter().position(|field| *field == set.field);
            fields[place.expect("a field of the request")] = set.value();
        }
        let mut bytes = encode(&fields, self.reverse);
        let bucket = bytes.len().next_power_of_two().max(1024);
        match &self.padding {
            None => pad(&mut bytes, bucket),
            Some(Padding::Bytes(0)) => {}
            Some(Padding::Named(name)) if name == "one-short" => pad(&mut bytes, bucket - 1),
            Some(Padding::Named(name)) if name == "next-bucket" => pad(&mut bytes, 2 * bucket),
            Some(_) => panic!("{}: a padding of another kind", self.name),
        }
        if let Some(ReplaceHead { n, hex }) = &self.replace_head {
            bytes.splice(..*n, bytes_of(hex));
        }
        if let Some(overwrite) = &self.overwrite {
            overwrite.apply(&mut bytes);
        }
        bytes.truncate(self.keep.unwrap_or(usize::MAX));
        bytes.extend(self.append.as_deref().map(bytes_of).unwrap_or_default());
        bytes
    }
}

#[test]
fn bad_requests_are_refused_by_code() {
    let mut wrong = Vec::new();
    for bad in read() {
        let found = decode_request(&bad.bytes(), &Limits::default()).map_err(|error| error.code());
        if found.as_ref().err() != Some(&bad.code.as_str()) {
            wrong.push((bad.name, bad.code, found.err()));
        }
    }
    assert!(wrong.is_empty(), "name, expected, found: {wrong:#?}");
}

/// The base of all edits is good: what a vector says is wrong is all that is wrong.
#[test]
fn the_unedited_request_is_good() {
    let mut bytes = encode(&good(), false);
    pad(&mut bytes, 1024);
    let request = decode_request(&bytes, &Limits::default()).expect("a good request");
    assert_eq!(request.n_members(), Ok(6));
}
