use proptest::prelude::*;

use super::*;
use crate::Catalogue;

pub(crate) fn request() -> Request {
    let bundle = Bundle { open: AxisSet::EMPTY.with(0).with(2), role: false };
    Request {
        catalogue: std::sync::Arc::new(Catalogue::v1()),
        pair: PairId([7; 32]),
        template: Template::parse("portrait of a {P1} wearing glasses").expect("valid"),
        bundles: vec![bundle],
        negative: Template::parse("text, frame").expect("valid"),
        options: Options {
            steps: 25,
            cloud_steps: 5,
            guidance: Guidance::new(4.0).expect("valid"),
            width: 128,
            height: 128,
            sampler: "dpmpp-2m".to_owned(),
            plan: "plain".to_owned(),
        },
        seed: Seed([9; 32]),
    }
}

fn decode(bytes: &[u8]) -> Result<Request, Error> {
    decode_request(bytes, &Limits::default())
}

/// Encodes after an edit of the wire message, with the right padding, as a hostile client would.
fn bad(edit: impl FnOnce(&mut RequestMessage)) -> Error {
    let mut message = request_message(&request());
    edit(&mut message);
    message.padding = vec![0; padding(message.encoded_len()).expect("a small message").1];
    decode(&message.encode_to_vec()).expect_err("a bad request")
}

#[test]
fn a_request_round_trips_in_one_kibibyte() {
    let bytes = encode_request(&request()).expect("a small request");
    assert_eq!(bytes.len(), 1024);
    assert_eq!(decode(&bytes), Ok(request()));
    assert_eq!(request().n_members(), Ok(6));
}

#[test]
fn every_unpadded_length_reaches_a_bucket_exactly() {
    for unpadded in 1..5000 {
        let (bucket, len) = padding(unpadded).expect("below the limit");
        let field = if len == 0 { 0 } else { PADDING_TAG_BYTES + varint_len(len) + len };
        assert_eq!(unpadded + field, bucket);
        assert!(bucket.is_power_of_two() && bucket >= 1024);
    }
}

#[test]
fn bad_fields_are_refused_by_code() {
    assert_eq!(bad(|m| m.protocol_version = 9).code(), "protocol-version");
    assert_eq!(bad(|m| m.catalogue_id = "v9".into()).code(), "catalogue-unknown");
    assert_eq!(bad(|m| m.catalogue_sha256[0] ^= 1).code(), "catalogue-hash");
    assert_eq!(bad(|m| m.catalogue_sha256.truncate(31)).code(), "field-length");
    assert_eq!(bad(|m| m.pair_id.push(0)).code(), "field-length");
    assert_eq!(bad(|m| m.seed.clear()).code(), "field-length");
    assert_eq!(
        bad(|m| m.template = "portrait of a {P1} grandmother".into()).code(),
        "template-word"
    );
    assert_eq!(bad(|m| m.template = "portrait".into()).code(), "bundle-count");
    assert_eq!(bad(|m| m.bundles[0].axes = 8).code(), "axis-unknown");
    assert_eq!(bad(|m| m.bundles = vec![m.bundles[0]; 9]).code(), "limit-exceeded");
    assert_eq!(bad(|m| m.negative = "a {P1}".into()).code(), "negative-person");
    assert_eq!(bad(|m| m.steps = 0).code(), "below-minimum");
    assert_eq!(bad(|m| m.steps = 1001).code(), "limit-exceeded");
    assert_eq!(bad(|m| m.cloud_steps = 26).code(), "limit-exceeded");
    assert_eq!(bad(|m| m.guidance_milli = 30_001).code(), "limit-exceeded");
    assert_eq!(bad(|m| m.width = 100).code(), "not-a-multiple");
    assert_eq!(bad(|m| m.height = 1 << 20).code(), "limit-exceeded");
    assert_eq!(bad(|m| m.sampler = "Euler Rose".into()).code(), "field-name");
    assert_eq!(bad(|m| m.plan = "x".repeat(33)).code(), "limit-exceeded");
}

/// Words beyond the vocabulary stand in a list of the request, so that no word passes unseen.
#[test]
fn allowed_words_are_listed_sorted_plain_and_used() {
    let allowed = AllowedWords::new(["zqxv".to_owned(), "brutalist".to_owned()]).expect("plain");
    let mut request = request();
    let template = Template::parse_with_allowed("zqxv portrait of a brutalist {P1}", &allowed);
    request.template = template.expect("allowed words");
    let bytes = encode_request(&request).expect("a small request");
    assert_eq!(decode(&bytes), Ok(request.clone()));
    assert_eq!(request_message(&request).allowed, ["brutalist", "zqxv"]);

    let listed = |words: &[&str]| {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        bad(|m| (m.template, m.allowed) = (request.template.text(), words)).code()
    };
    assert_eq!(listed(&["zqxv"]), "template-word");
    assert_eq!(listed(&["zqxv", "brutalist"]), "message-not-canonical");
    assert_eq!(listed(&["brutalist", "zqxv", "zqxv"]), "message-not-canonical");
    assert_eq!(listed(&["brutalist", "unused", "zqxv"]), "message-not-canonical");
    assert_eq!(listed(&["Brutalist", "zqxv"]), "allowed-word");
    assert_eq!(listed(&["an", "brutalist", "zqxv"]), "allowed-word");
    assert_eq!(listed(&["a"; 65]), "limit-exceeded");
    let woman = |m: &mut RequestMessage| {
        (m.template, m.allowed) = ("woman beside a {P1}".into(), vec!["woman".into()]);
    };
    assert_eq!(bad(woman).code(), "allowed-word");
}

#[test]
fn bytes_our_encoder_does_not_write_are_refused() {
    let good = encode_request(&request()).expect("a small request");
    let mut edited = good.clone();
    *edited.last_mut().expect("padding") = 1;
    assert_eq!(decode(&edited).map_err(|e| e.code()), Err("message-not-canonical"));
    let trailing = [&good[..], &[0x88, 0x06, 1]].concat();
    assert_eq!(decode(&trailing).map_err(|e| e.code()), Err("message-not-canonical"));
    // Version 1 spelled in two bytes.
    let long_varint = [&[0x08, 0x81, 0x00], &good[2..]].concat();
    assert_eq!(decode(&long_varint).map_err(|e| e.code()), Err("message-not-canonical"));
    assert_eq!(decode(&good[..1000]).map_err(|e| e.code()), Err("message-malformed"));
    assert_eq!(decode(&vec![0; 1 << 20]).map_err(|e| e.code()), Err("limit-exceeded"));
    assert_eq!(decode(&[]).map_err(|e| e.code()), Err("protocol-version"));
}

#[test]
fn a_class_over_the_cap_is_refused() {
    let mut crowded = request();
    crowded.template = Template::parse("a {P1} and a {P2}").expect("valid");
    let all = AxisSet::expandable(&Catalogue::v1());
    crowded.bundles = vec![Bundle { open: all, role: false }; 2];
    let bytes = encode_request(&crowded).expect("a small request");
    assert_eq!(decode(&bytes), Err(Error::Limit { name: "members", expected: 32, found: 900 }));
}

const SHAPE: LatentShape = LatentShape { channels: 4, height: 2, width: 2 };

fn reply(n: usize) -> Reply {
    Reply { shape: SHAPE, latents: vec![vec![0; SHAPE.n_bytes()]; n] }
}

#[test]
fn replies_of_another_form_are_refused() {
    let bytes = encode_reply(&reply(6));
    assert_eq!(decode_reply(&bytes, SHAPE, 6), Ok(reply(6)));
    let code = |bytes: &[u8]| decode_reply(bytes, SHAPE, 6).map_err(|e| e.code());
    assert_eq!(code(&encode_reply(&reply(5))), Err("latent-count"));
    assert_eq!(code(&encode_reply(&reply(7))), Err("limit-exceeded"));
    assert_eq!(code(&bytes[..bytes.len() - 1]), Err("message-malformed"));
    let mut short = reply(6);
    short.latents[3].pop();
    assert_eq!(code(&encode_reply(&short)), Err("field-length"));
    let mut other = reply(6);
    other.shape = LatentShape { channels: 2, height: 4, width: 2 };
    assert_eq!(code(&encode_reply(&other)), Err("latent-shape"));
}

proptest! {
    #[test]
    fn no_bytes_panic_and_what_decodes_reencodes(
        edits in prop::collection::vec((0usize..1024, any::<u8>()), 0..4),
    ) {
        let mut bytes = encode_request(&request()).expect("a small request");
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        if let Ok(request) = decode(&bytes) {
            prop_assert_eq!(encode_request(&request), Ok(bytes));
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&bytes);
        let _ = decode_reply(&bytes, SHAPE, 6);
    }
}
