//! Properties of the whole way from prompt to request, ten thousand random prompts each.
//!
//! Prompts are put together from sentence patterns, the catalogue's own words, and any words of the
//! wire vocabulary; or they are no sentences at all.

mod prompts;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use obclip_device::{
    Class, Coins, Cover, Error, Job, Prompt, Reading, Settings, ThisRevealsThePrompt, Wish, build,
    explain, seal,
};
use obclip_protocol::{
    AllowedWords, Axis, Bundle, Catalogue, Enumeration, LatentShape, Limits, PairId, Piece, Policy,
    Seed, Template, Vocabulary, decode_request, encode_request,
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
    let (bytes, _) =
        seal(reading, &class, Template::default(), &CATALOGUE, &job(cover), &mut coins)?;
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
        for axis in catalogue.axes().iter().filter(|axis| axis.policy == Policy::Expand) {
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

    /// All members of a class have equally many CLIP tokens, so that their slots line up for plans that reuse attention.
    #[test]
    fn members_have_equally_many_tokens(sentence in prompts::sentence(), cover in any::<bool>()) {
        let cover = if cover { Cover::Person } else { Cover::Mentioned };
        let bytes = request(&sentence.text(), cover).expect("a short prompt");
        let decoded = decode_request(&bytes, &Limits::default()).expect("our own bytes");
        let members = decoded.members(&Limits::default()).expect("a class under the cap");
        let tokenizer = world::device_model().tokenizer();
        let n_tokens = |text: &String| tokenizer.encode(text).expect("a text").n_text;
        let expected = n_tokens(&members.texts[0]);
        // Two of the others, as far apart as can be: all thirty would take minutes.
        for member in [members.texts.len() / 2, members.texts.len() - 1] {
            prop_assert_eq!(n_tokens(&members.texts[member]), expected, "{}", &members.texts[member]);
        }
    }

    /// Whatever the user settled before (kept axes, allowed words, own axes, neutral roles), values do not show.
    #[test]
    fn requests_are_byte_equal_under_any_rules(
        sentence in prompts::sentence(), other in prompts::cast(), picked in any::<u8>(), said in 0..SAID.len(),
    ) {
        let settings = settled(picked);
        let with = |cast: Cast| format!("{}, {}", Sentence { cast, ..sentence.clone() }.text(), SAID[said]);
        let (a, b) = (with(sentence.cast), with(sentence.cast.with_values_of(&other)));
        let bytes = |text: &str| {
            let rules = settings.rules();
            let reading = Reading::by(&rules, &Prompt::new(text).expect("short"));
            let class = build(&reading.masked, &settings.catalogue, settings.cover, 32).expect("a class");
            let mut coins = Coins::from_key([9; 32]);
            let job = job(settings.cover);
            let sealed = seal(reading, &class, Template::default(), &settings.catalogue, &job, &mut coins);
            sealed.expect("seals").0.as_ref().to_vec()
        };
        let (left, right) = (bytes(&a), bytes(&b));
        prop_assert!(left == right, "{a}\n{b}\n{}\n{}", template(&left), template(&right));
        decode_request(&left, &Limits::default()).expect("the cloud reads it");
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

/// What a prompt may say that policies and own words decide on.
const SAID: &[&str] = &[
    "a muslim teacher waving",
    "a refugee on a bench",
    "a zqxv tower",
    "a trekkie beside a pregnant doctor",
    "a wheelchair in a corridor",
    "a married couple in the distance",
    "tattoos and a poor farmer",
];

/// Settings that a user can have, by eight coins.
fn settled(coins: u8) -> Settings {
    let coin = |idx: u32| coins >> idx & 1 == 1;
    let cover = if coin(0) { Cover::Person } else { Cover::Mentioned };
    let mut settings = world::settings(cover);
    let changes = [
        (1, "religion", Policy::Keep),
        (2, "immigration", Policy::Keep),
        (3, "disability", Policy::Keep),
        (4, "occupation", Policy::Neutralise),
        (5, "ethnicity", Policy::Neutralise),
    ];
    for (_, name, policy) in changes.into_iter().filter(|(idx, ..)| coin(*idx)) {
        let axis_idx = settings.catalogue.axis_idx(name).expect("an axis");
        settings.catalogue = settings.catalogue.with_policy(axis_idx, policy);
    }
    if coin(6) {
        settings.own.allowed = AllowedWords::new(["zqxv".to_owned()]).expect("plain");
    }
    if coin(7) {
        let text = "[[axis]]\nname = \"fandom\"\nneutral = \"person\"\nunlisted = [\"trekkie\", \"tattoo\"]";
        settings.own.axes = Axis::parse_list(text).expect("an axis");
    }
    settings
}

/// The template of a request, for the reader of a failure.
fn template(bytes: &[u8]) -> String {
    let decoded = decode_request(bytes, &Limits::default()).expect("our own bytes");
    let open: Vec<u32> = decoded.bundles.iter().map(|bundle| bundle.open.bits()).collect();
    format!("{} {open:?}", decoded.template.text())
}
