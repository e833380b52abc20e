//! `vectors/protocol/v1/bad_catalogues.toml`

use obclip_protocol::Catalogue;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    name: String,
    /// The first `from` of the published catalogue becomes `to`.
    from: String,
    to: String,
    /// What the error must say.
    says: String,
}

const V1: &str = include_str!("../../../crates/obclip-protocol/data/catalogue-v1.toml");

#[test]
fn bad_catalogues_are_refused_with_what_was_expected() {
    let mut wrong = Vec::new();
    for bad in super::read("protocol/v1/bad_catalogues.toml", |bad: &Bad| &bad.name) {
        let text = V1.replacen(&bad.from, &bad.to, 1);
        assert_ne!(text, V1, "{}: the edit must change the file", bad.name);
        match Catalogue::parse(&text) {
            Err(error) if error.to_string().contains(&bad.says) => {}
            Err(error) => wrong.push((bad.name, error.to_string())),
            Ok(_) => wrong.push((bad.name, "accepted".to_owned())),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
