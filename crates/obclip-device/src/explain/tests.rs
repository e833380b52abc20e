use obclip_protocol::{Guidance, LatentShape, Options, PairId, Seed, decode_request};

use super::*;
use crate::building::Cover;
use crate::prompt::Prompt;
use crate::tail::Tail;

fn settings(cover: Cover, max_members: usize) -> Settings {
    let options = Options {
        steps: 25,
        cloud_steps: 5,
        guidance: Guidance { milli: 3000 },
        width: 128,
        height: 128,
        sampler: "dpmpp-2m".to_owned(),
        plan: "plain".to_owned(),
    };
    let limits = Limits { members: max_members, ..Limits::default() };
    let (catalogue, tail) = (Catalogue::v1(), Tail::default());
    Settings { options, cover, catalogue, limits, tail, own: Default::default() }
}

fn explained(prompt: &str, negative: &str, settings: &Settings) -> Explanation {
    let job = Job {
        options: settings.options.clone(),
        pair: PairId([1; 32]),
        latent: LatentShape::new(8, 16, 16).expect("a latent shape"),
        seed: Seed([2; 32]),
        limits: settings.limits.clone(),
    };
    let wish = Wish {
        prompt: Prompt::new(prompt).expect("a valid prompt"),
        negative: Prompt::new(negative).ok(),
    };
    let mut coins = Coins::from_key([3; 32]);
    explain(&wish, settings, &job, &mut coins, ThisRevealsThePrompt).expect("explains")
}

fn texts<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<&'a str> {
    spans.map(|span| span.text.as_str()).collect()
}

#[test]
fn the_bytes_are_those_of_the_class_and_the_member_is_the_one_that_is_meant() {
    let prompt = "closeup portrait of an old asian woman wearing glasses";
    let explanation = explained(prompt, "", &settings(Cover::Mentioned, 32));
    let Explanation { leaves, stays } = &explanation;
    let decoded = decode_request(leaves.bytes.as_ref(), &Limits::default()).expect("our bytes");
    assert_eq!(decoded, leaves.request);
    assert_eq!(leaves.class.template.text(), "closeup portrait of a {P1} wearing glasses");
    assert_eq!(leaves.members.texts.len(), 30);
    assert_eq!(leaves.members.texts[stays.member_idx()], prompt);
    assert_eq!(stays.text().reveal(), prompt);
    assert!(stays.left_out().is_empty() && stays.held().next().is_none());
    assert_eq!(stays.drawn().count(), 0);
    assert!((1.0..=30.0).contains(&leaves.prior.k_eff()));
}

#[test]
fn every_word_of_the_prompt_is_accounted_for() {
    let prompt = "an old man with a bushy beard on a bench near zyxwmarker";
    let explanation = explained(prompt, "", &settings(Cover::Mentioned, 32));
    let stays = &explanation.stays;
    let held = texts(stays.held());
    let beard = held.iter().any(|words| words.ends_with("beard"));
    assert!(beard && held.contains(&"zyxwmarker"), "{held:?}");
    let template = explanation.leaves.class.template.text();
    for word in prompt.split(' ') {
        let found =
            stays.found().iter().any(|found| found.span.text.split(' ').any(|part| part == word));
        let left_out = texts(stays.left_out().iter()).contains(&word);
        let travels = template.split(' ').any(|w| w == word || (w, word) == ("a", "an"));
        assert!(found || left_out || travels, "{word}: {template}");
    }
    assert!(texts(stays.left_out().iter()).contains(&"near"));
}

#[test]
fn draws_of_unmentioned_axes_are_shown_and_are_in_the_text() {
    let explanation = explained("a photo of a doctor", "", &settings(Cover::Person, 32));
    let drawn: Vec<_> = explanation.stays.drawn().collect();
    assert_eq!(drawn.len(), 3);
    let member = &explanation.leaves.members.texts[explanation.stays.member_idx()];
    for drawn in &drawn {
        assert!(drawn.in_picture && drawn.person == 0);
        assert!(explanation.stays.text().reveal().contains(drawn.value));
        assert!(member.contains(drawn.value));
    }
    // The picture shows the user's word; only the cloud's half is drawn.
    let unlisted = explained("a non-binary person", "", &settings(Cover::Mentioned, 32));
    let gender = unlisted.stays.drawn().find(|drawn| drawn.axis == "gender");
    assert!(!gender.expect("gender is open").in_picture);
    let text = unlisted.stays.text().reveal();
    assert!(text.contains("non-binary") && !text.contains("male"), "{text}");
}

#[test]
fn what_the_cap_closes_is_neutral_in_the_findings() {
    let explanation = explained("an old asian woman", "", &settings(Cover::Mentioned, 6));
    assert_eq!(explanation.leaves.class.n_members, 6);
    let policy_of = |word: &str| {
        let mut found = explanation.stays.found().iter();
        found.find(|found| found.span.text == word).expect("found").policy
    };
    assert_eq!(policy_of("asian"), Policy::Neutralise);
    assert_eq!(policy_of("woman"), Policy::Expand);
}

#[test]
fn person_words_of_the_negative_prompt_are_held() {
    let settings = settings(Cover::Mentioned, 32);
    let explanation = explained("a doctor", "blurry, old man, extra fingers", &settings);
    let held = texts(explanation.stays.negative_held().iter());
    assert!(held.contains(&"old") && held.contains(&"man"), "{held:?}");
    let travels = explanation.leaves.request.negative.text();
    assert!(travels.contains("blurry") && travels.contains("extra fingers"), "{travels}");
}

#[test]
fn debug_prints_hold_no_word_of_the_secret() {
    let explanation =
        explained("an old zyxwmarker woman", "zyxwmarker", &settings(Cover::Mentioned, 32));
    assert!(!format!("{explanation:?}").contains("zyxwmarker"));
    assert_eq!(format!("{:?}", explanation.stays), "[redacted]");
}
