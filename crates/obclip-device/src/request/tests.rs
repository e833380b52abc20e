use obclip_protocol::{Guidance, Reply, decode_request, encode_reply, write_frame};

use super::*;
use crate::building::{Cover, build};
use crate::prompt::Prompt;
use crate::select::Chosen;

const SHAPE: LatentShape = LatentShape { channels: 2, height: 2, width: 2 };

fn job() -> Job {
    let options = Options {
        steps: 25,
        cloud_steps: 5,
        guidance: Guidance { milli: 4000 },
        width: 128,
        height: 128,
        sampler: "dpmpp-2m".to_owned(),
        plan: "plain".to_owned(),
    };
    let (pair, seed) = (PairId([1; 32]), Seed([2; 32]));
    Job { options, pair, latent: SHAPE, seed, limits: Limits::default() }
}

fn sealed(text: &str, cover: Cover) -> (RequestBytes, Pending) {
    let catalogue = Catalogue::v1();
    let reading = Reading::of(&Prompt::new(text).expect("a valid prompt"));
    let class = build(&reading.masked, &catalogue, cover, 32).expect("a class");
    let mut coins = Coins::from_key([3; 32]);
    seal(reading, &class, Template::default(), &catalogue, &job(), &mut coins).expect("seals")
}

/// Latent `idx` is constant `idx + 1`.
fn reply(n: usize) -> Vec<u8> {
    let latent = |idx| write_frame(&[idx as f32 + 1.0; 8], SHAPE).expect("finite");
    encode_reply(&Reply { shape: SHAPE, latents: (0..n).map(latent).collect() })
}

#[test]
fn requests_are_byte_equal_over_the_class_and_every_member_can_be_selected() {
    let first = sealed("portrait of a young african woman", Cover::Mentioned).0;
    let members = decode_request(first.as_ref(), &Limits::default())
        .and_then(|request| request.members(&Limits::default()))
        .expect("a valid request");
    assert_eq!(members.texts.len(), 30);
    for (idx, text) in members.texts.iter().enumerate() {
        let (bytes, pending) = sealed(text, Cover::Mentioned);
        assert_eq!(bytes, first, "{text}");
        let chosen = pending.select(&reply(30)).expect("a good reply");
        assert_eq!(chosen.values(), [idx as f32 + 1.0; 8]);
        assert_eq!(chosen.text().reveal(), text);
    }
}

#[test]
fn the_request_holds_no_word_of_the_user() {
    let text = "a zqxword nigerian grandmother, 72, with a beard, {{marker}}";
    let (bytes, pending) = sealed(text, Cover::Person);
    let wire = String::from_utf8_lossy(bytes.as_ref()).to_lowercase();
    for word in ["zqxword", "nigerian", "african", "grandmother", "72", "beard", "marker", "old"] {
        assert!(!wire.contains(word), "{word}");
    }
    assert!(!format!("{pending:?}").contains("marker"));
}

#[test]
fn one_bad_latent_discards_all_with_an_error_that_does_not_say_which() {
    let select = |reply: &[u8], text: &str| -> Result<Chosen, Error> {
        sealed(text, Cover::Mentioned).1.select(reply)
    };
    let error = |bad: usize, text: &str| {
        let mut latents = vec![write_frame(&[1.0; 8], SHAPE).expect("finite"); 6];
        latents[bad] = vec![0xff; 16];
        select(&encode_reply(&Reply { shape: SHAPE, latents }), text).expect_err("a bad latent")
    };
    let first = error(0, "a young woman");
    for bad in 0..6 {
        for text in ["a young woman", "an old man", "a middle-aged woman"] {
            assert_eq!(error(bad, text).to_string(), first.to_string());
        }
    }
    let good = reply(6);
    assert!(select(&good, "a woman").is_ok());
    for broken in [&good[..good.len() - 1], &[][..], &reply(5), &reply(7)] {
        assert!(select(broken, "a woman").is_err());
    }
}

#[test]
fn a_negative_prompt_loses_persons_and_correlates() {
    let prompt = Prompt::new("ugly old woman, beard, blurry text, his hands, Mary").expect("valid");
    let negative = Reading::words_without_persons(&crate::rules::Rules::default(), &prompt);
    let negative = negative.expect("a valid template");
    assert_eq!(negative.text(), "ugly, blurry text, hands");
}
