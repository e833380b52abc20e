//! Properties of the whole way from prompt to request, ten thousand random prompts each.
//!
//! Prompts are put together from sentence patterns, the catalogue's own words, and any words of the
//! wire vocabulary; or they are no sentences at all.

mod prompts;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use obclip_device::{
    Class, Coins, Cover, Error, Job, Prompt, Reading, ThisRevealsThePrompt, Wish, build, explain,
    seal,
};
use obclip_protocol::{
    Bundle, Catalogue, Enumeration, LatentShape, Limits, PairId, Piece, Seed, Template, Vocabulary,
    decode_request, encode_request,
};
use proptest::prelude::*;

use crate::world;
use prompts::{Cast, Sentence};

const CASES: u32 = 10_000;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::v1);

fn config() -> ProptestConfig {
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

/// What a prompt becomes; the only errors are those of length.
fn class_of(text: &str, cover: Cover) -> Option<Class> {
    let prompt = Prompt::new(text).ok()?;
    match build(&Reading::of(&prompt).masked, &CATALOGUE, cover, 32) {
        Ok(class) => Some(class),
        Err(error) => {
            assert_eq!(error.code(), "limit-exceeded", "{error}");
            None
        }
    }
}

/// The request's bytes under fixed coins.
fn request(text: &str, cover: Cover) -> Result<Vec<u8>, Error> {
    let prompt = Prompt::new(text)?;
    let reading = Reading::of(&prompt);
    let class = build(&reading.masked, &CATALOGUE, cover, 32)?;
    let mut coins = Coins::from_key([9; 32]);
    let (bytes, _) = seal(reading, &class, Vec::new(), &CATALOGUE, &job(cover), &mut coins)?;
    Ok(bytes.as_ref().to_vec())
}

fn job(cover: Cover) -> Job {
    let latent = LatentShape::new(8, 16, 16).expect("a latent shape");
    let (pair, seed) = (PairId([3; 32]), Seed([7; 32]));
    Job { options: world::settings(cover).options, pair, latent, seed, limits: Limits::default() }
}

/// Words that a published catalogue gives to members; none may stand in a template.
fn words_of_members() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for catalogue in [Catalogue::v1(), Catalogue::paper()] {
        for axis in catalogue.axes() {
            words.extend(axis.values.iter().chain(&axis.nouns).cloned());
            for pronouns in &axis.pronouns {
                words.extend(
                    [&pronouns.subject, &pronouns.object, &pronouns.possessive].map(Clone::clone),
                );
                words.extend([&pronouns.possessive_pronoun, &pronouns.reflexive].map(Clone::clone));
            }
        }
    }
    words
}

proptest! {
    #![proptest_config(config())]

    /// Every member, typed by a user, is read back into the class it came from, byte for byte.
    #[test]
    fn members_expand_to_their_own_class(sentence in prompts::sentence(), pick in any::<prop::sample::Index>()) {
        let text = sentence.text();
        let bytes = request(&text, Cover::Mentioned).expect("a short prompt");
        let decoded = decode_request(&bytes, &Limits::default()).expect("our own bytes");
        let members = decoded.members(&Limits::default()).expect("a class under the cap");
        let member = &members.texts[pick.index(members.texts.len())];
        let again = request(member, Cover::Mentioned).expect("a short prompt");
        prop_assert!(again == bytes, "{text}\n{member}\n{}\n{}", decoded.template.text(), template(&again));
    }

    /// Two prompts that differ only in the catalogue's own words give the same bytes.
    #[test]
    fn requests_are_byte_equal_over_the_class(sentence in prompts::sentence(), other in prompts::cast()) {
        let swapped = Sentence { cast: sentence.cast.with_values_of(&other), ..sentence.clone() };
        let (a, b) = (sentence.text(), swapped.text());
        for cover in [Cover::Mentioned, Cover::Person] {
            let (left, right) = (request(&a, cover).expect("short"), request(&b, cover).expect("short"));
            prop_assert!(left == right, "{a}\n{b}\n{}\n{}", template(&left), template(&right));
        }
    }

    /// Under `--cover person`, whether an attribute is mentioned at all does not show.
    #[test]
    fn mentions_do_not_show_under_cover_person(sentence in prompts::sentence(), other in prompts::cast()) {
        let sentence = Sentence { pronouns: false, ..sentence };
        let other = Cast { gender: sentence.cast.gender, ..other };
        let (a, b) = (sentence.text(), Sentence { cast: other, ..sentence.clone() }.text());
        let (left, right) = (request(&a, Cover::Person).expect("short"), request(&b, Cover::Person).expect("short"));
        prop_assert!(left == right, "{a}\n{b}\n{}\n{}", template(&left), template(&right));
    }

    /// Only words of the wire vocabulary travel, and no word that a catalogue gives to a member.
    #[test]
    fn nothing_outside_the_vocabulary_travels(text in prompts::salad()) {
        let Some(class) = class_of(&text, Cover::Mentioned) else { return Ok(()) };
        let forbidden = words_of_members();
        for piece in class.template.pieces() {
            if let Piece::Word(word) = piece {
                prop_assert!(Vocabulary::v1().contains(word), "{word:?} of {text:?}");
                prop_assert!(!forbidden.contains(word), "{word:?} of {text:?}");
            }
        }
        let catalogue = Catalogue::v1();
        let axes = class.bundles.iter().flat_map(|bundle| bundle.open.iter());
        prop_assert!(axes.into_iter().all(|axis| axis < catalogue.axes().len()));
    }

    /// What is masked stays as it is: the neutral text gives the same template, and text and bytes have one form.
    #[test]
    fn masking_twice_is_masking_once(sentence in prompts::sentence()) {
        let text = sentence.text();
        let bytes = request(&text, Cover::Person).expect("a short prompt");
        let decoded = decode_request(&bytes, &Limits::default()).expect("our own bytes");
        prop_assert_eq!(encode_request(&decoded).expect("a request"), bytes.clone());
        prop_assert_eq!(&Template::parse(&decoded.template.text()).expect("canonical"), &decoded.template);
        let members = decoded.members(&Limits::default()).expect("a class under the cap");
        let again = request(&members.neutral, Cover::Person).expect("a short prompt");
        prop_assert!(again == bytes, "{text}\n{}\n{}\n{}", members.neutral, decoded.template.text(), template(&again));
    }

    /// The published order: person by person, axis by axis, the last axis fastest, whatever is open.
    #[test]
    fn members_stand_in_canonical_order(opens in prop::collection::vec((0_u32..8, any::<bool>()), 1..4)) {
        let catalogue = Catalogue::v1();
        let set = |bits| obclip_protocol::AxisSet::from_bits(bits, &catalogue).expect("three axes");
        let bundles: Vec<Bundle> =
            opens.iter().map(|&(bits, role)| Bundle { open: set(bits), role }).collect();
        let enumeration = Enumeration::new(&catalogue, &bundles);
        let mut expected: Vec<Vec<usize>> = vec![Vec::new()];
        for bundle in &bundles {
            for axis in bundle.open.iter() {
                let n = catalogue.axes()[axis].values.len();
                let longer = |row: &Vec<usize>| {
                    (0..n).map(|value| [&row[..], &[value]].concat()).collect::<Vec<_>>()
                };
                expected = expected.iter().flat_map(longer).collect();
            }
        }
        prop_assert_eq!(enumeration.n_members(), expected.len());
        let sample = (0..expected.len()).step_by(1 + expected.len() / 64);
        for member_idx in sample {
            let digits = bundles.iter().enumerate().flat_map(|(person, bundle)| {
                bundle.open.iter().map(move |axis| (person, axis)).collect::<Vec<_>>()
            });
            let values: Vec<usize> = digits
                .map(|(person, axis)| enumeration.value(member_idx, person, axis).expect("open"))
                .collect();
            prop_assert_eq!(&values, &expected[member_idx]);
            let back = enumeration.member_idx(|person, axis| {
                enumeration.value(member_idx, person, axis).unwrap_or(0)
            });
            prop_assert_eq!(back, member_idx);
        }
    }

    /// Any text at all: a class or a typed refusal, never a panic.
    #[test]
    fn any_text_gives_a_class_or_a_typed_refusal(text in prompts::anything()) {
        for cover in [Cover::Mentioned, Cover::Person] {
            match request(&text, cover) {
                Ok(bytes) => {
                    prop_assert!(bytes.len().is_power_of_two());
                    decode_request(&bytes, &Limits::default()).expect("our own bytes");
                }
                Err(error) => prop_assert!(
                    error.code().starts_with("prompt-") || error.code() == "limit-exceeded",
                    "{}", error
                ),
            }
        }
        let wish = Prompt::new(&text).map(|prompt| Wish { negative: Some(prompt.clone()), prompt });
        let settings = world::settings(Cover::Mentioned);
        let mut coins = Coins::from_key([9; 32]);
        if let Ok(wish) = wish {
            let job = job(Cover::Mentioned);
            let explained = explain(&wish, &settings, &job, &mut coins, ThisRevealsThePrompt);
            if let Err(error) = explained {
                prop_assert!(error.code() == "limit-exceeded", "{}", error);
            }
        }
    }
}

/// The template of a request, for the reader of a failure.
fn template(bytes: &[u8]) -> String {
    let decoded = decode_request(bytes, &Limits::default()).expect("our own bytes");
    let open: Vec<u32> = decoded.bundles.iter().map(|bundle| bundle.open.bits()).collect();
    format!("{} {open:?}", decoded.template.text())
}
