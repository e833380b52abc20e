//! What leaves the device is a function of the class alone.

use std::collections::BTreeMap;

use obclip_device::{Cover, Prompt, Reading, build, seal};
use obclip_protocol::{
    Catalogue, LatentShape, Limits, PairId, Reply, decode_request, encode_reply, write_frame,
};

use crate::counterfactual::{Pair, Relation, pairs};
use crate::world::{self, Recorder};

/// Pairs of each kind: the issue asks for at least 2,000 in all.
const PAIRS: usize = 2500;

/// The request for a prompt under fixed coins.
pub(crate) fn request(prompt: &str, cover: Cover) -> Vec<u8> {
    let reading = Reading::of(&Prompt::new(prompt).expect("a valid prompt"));
    let catalogue = Catalogue::v1();
    let class = build(&reading.masked, &catalogue, cover, Limits::default().members)
        .expect("a class of any prompt");
    let coins = world::fixed_coins();
    let job = obclip_device::Job {
        options: world::settings(cover).options,
        pair: PairId([3; 32]),
        latent: LatentShape::new(8, 16, 16).expect("a latent shape"),
        seed: coins.seed,
        limits: Limits::default(),
    };
    let mut draws = coins.draws;
    let (bytes, _) =
        seal(reading, &class, obclip_protocol::Template::default(), &catalogue, &job, &mut draws)
            .expect("a request of any class");
    bytes.as_ref().to_vec()
}

/// Unequal requests by group, and some examples.
fn unequal(pairs: &[Pair], cover: Cover) -> (BTreeMap<String, (usize, usize)>, Vec<String>) {
    let (mut groups, mut examples) = (BTreeMap::new(), Vec::new());
    for pair in pairs {
        let counts: &mut (usize, usize) = groups.entry(pair.group.clone()).or_default();
        counts.1 += 1;
        if request(&pair.a.text, cover) != request(&pair.b.text, cover) {
            counts.0 += 1;
            let told = |text: &str| format!("  {text}\n      {}", class_of(&request(text, cover)));
            let (a, b) = (told(&pair.a.text), told(&pair.b.text));
            examples.push(format!("[{}]\n{a}\n{b}", pair.group));
        }
    }
    (groups, examples)
}

/// The class a request asks for, for the reader of a failure.
fn class_of(bytes: &[u8]) -> String {
    let request = decode_request(bytes, &Limits::default()).expect("our own bytes");
    let open: Vec<String> = request
        .bundles
        .iter()
        .map(|bundle| format!("{:03b}{}", bundle.open.bits(), if bundle.role { "r" } else { "" }))
        .collect();
    format!("{} [{}]", request.template.text(), open.join(" "))
}

/// Fails when more than `most` of the pairs give unequal requests, and shows where.
#[allow(clippy::print_stdout, reason = "the rates by group are the point of the run")]
fn check_rate(relation: Relation, cover: Cover, most: f64) {
    let pairs = pairs(relation, 20_261_121, PAIRS);
    assert!(pairs.len() >= 2000, "the generator gave {} pairs", pairs.len());
    let (groups, examples) = unequal(&pairs, cover);
    let n_unequal: usize = groups.values().map(|(unequal, _)| unequal).sum();
    let rate = n_unequal as f64 / pairs.len() as f64;
    println!("{relation:?} under {cover:?}: {n_unequal} of {} unequal", pairs.len());
    for (group, (unequal, all)) in &groups {
        println!("  {unequal:4} of {all:4}  {group}");
    }
    let shown = examples.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(
        rate <= most,
        "{:.2} % unequal, expected at most {:.2} %\n{shown}",
        100.0 * rate,
        100.0 * most
    );
}

#[test]
fn counterfactual_pairs_give_equal_requests() {
    check_rate(Relation::ValueSwapped, Cover::Mentioned, MOST_UNEQUAL_VALUES);
}

#[test]
fn other_words_for_the_same_values_give_equal_requests() {
    check_rate(Relation::WordSwapped, Cover::Mentioned, MOST_UNEQUAL_WORDS);
}

#[test]
fn mentioned_or_not_gives_equal_requests_when_every_person_is_covered() {
    check_rate(Relation::MentionToggled, Cover::Person, MOST_UNEQUAL_MENTIONS);
}

/// Coverage is measured, not proved: our reading of English misses some pairs of an independent list. These bounds keep
/// the aim, which was reached (results/coverage). They may only go down.
const MOST_UNEQUAL_VALUES: f64 = 0.005;
const MOST_UNEQUAL_WORDS: f64 = 0.005;
const MOST_UNEQUAL_MENTIONS: f64 = 0.005;

#[test]
fn a_detector_that_finds_nothing_would_fail() {
    let pairs = pairs(Relation::ValueSwapped, 1, 200);
    assert!(pairs.iter().all(|pair| pair.a.text != pair.b.text));
}

/// Every member, typed by a user, is read back into the class it came from.
#[test]
fn members_read_back_to_the_same_request() {
    for prompt in [
        "closeup portrait of an old asian woman wearing glasses",
        "a young male doctor in a hospital",
        "portrait of a woman, smiling, golden hour",
        "a photo of a nurse, she is holding a cup of tea",
    ] {
        let bytes = request(prompt, Cover::Mentioned);
        let decoded = decode_request(&bytes, &Limits::default()).expect("our own bytes");
        let members = decoded.members(&Limits::default()).expect("a class under the cap");
        assert!(members.texts.len() > 1, "{prompt}");
        for member in &members.texts {
            assert_eq!(request(member, Cover::Mentioned), bytes, "{member}");
        }
    }
}

/// No word of the user that describes a person is in the bytes.
#[test]
fn attribute_words_never_leave() {
    for (prompt, secret) in [
        ("portrait of a nigerian grandmother", vec!["nigerian", "grandmother"]),
        ("a photo of an 83-year-old korean man with a beard", vec!["83", "korean", "beard"]),
        ("my friend Wilhelmina Okonkwo at the beach", vec!["wilhelmina", "okonkwo"]),
        ("a {{purple haired}} woman in a park", vec!["purple haired"]),
    ] {
        let text = String::from_utf8_lossy(&request(prompt, Cover::Person)).to_lowercase();
        for word in secret {
            assert!(!text.contains(word), "{word}");
        }
    }
}

const CHOICES: [&str; 3] =
    ["portrait of a young woman", "portrait of an old man", "portrait of a middle-aged man"];

/// Same requests, same events, in the same order, for every choice.
#[test]
fn an_observer_sees_the_same_for_every_choice() {
    let mut seen = Vec::new();
    for prompt in CHOICES {
        let cloud = Recorder::honest();
        let (picture, events) = world::paint(prompt, Cover::Mentioned, &cloud);
        picture.expect("a picture");
        seen.push((cloud.requests.take(), events));
    }
    assert_eq!(seen[0].0.len(), 1, "one request a job");
    assert!(seen[0].1.iter().any(|event| event.contains("DeviceStep")));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

/// One bad latent discards all, whichever it is, with an error that does not say which.
#[test]
fn one_bad_latent_discards_all() {
    let mut errors = Vec::new();
    for bad_idx in 0..6 {
        for prompt in CHOICES {
            let cloud = Recorder::lying(Box::new(move |reply| spoil(&reply, bad_idx)));
            let (picture, events) = world::paint(prompt, Cover::Mentioned, &cloud);
            errors.push((picture.expect_err("a spoiled reply").to_string(), events));
        }
    }
    assert!(errors[0].0.contains("finite"), "{}", errors[0].0);
    assert!(errors.iter().all(|error| *error == errors[0]));
}

/// The reply with one latent made of infinities.
fn spoil(reply: &[u8], bad_idx: usize) -> Vec<u8> {
    let shape = LatentShape::new(8, 16, 16).expect("a latent shape");
    let mut decoded = obclip_protocol::decode_reply(reply, shape, 6).expect("an honest reply");
    decoded.latents[bad_idx] = vec![0xff; shape.n_bytes()];
    encode_reply(&decoded)
}

/// A reply of the wrong length, count or shape is refused before anything is selected.
#[test]
fn replies_that_are_not_the_class_are_refused() {
    let shape = LatentShape::new(8, 16, 16).expect("a latent shape");
    let frame = write_frame(&vec![0.5; shape.n_values()], shape).expect("finite values");
    let short = encode_reply(&Reply { shape, latents: vec![frame.clone(); 5] });
    let long = encode_reply(&Reply { shape, latents: vec![frame; 7] });
    let lies: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |_| Vec::new(),
        |reply| reply[..reply.len() / 2].to_vec(),
        |mut reply| {
            reply.push(0);
            reply
        },
        |mut reply| {
            reply[1] ^= 1;
            reply
        },
    ];
    for lie in lies {
        let cloud = Recorder::lying(Box::new(lie));
        assert!(world::paint(CHOICES[0], Cover::Mentioned, &cloud).0.is_err());
    }
    for reply in [short, long] {
        let cloud = Recorder::lying(Box::new(move |_| reply.clone()));
        assert!(world::paint(CHOICES[0], Cover::Mentioned, &cloud).0.is_err());
    }
}
