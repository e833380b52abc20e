//! Arbitrary bytes → prompt → reading → class → request, under both covers. Nothing may panic, and
//! whatever the detector reads must be a request that the cloud accepts.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use obclip_device::{Coins, Cover, Error, Job, Prompt, Reading, Rules, build, seal};
use obclip_protocol::{
    Catalogue, Guidance, LatentShape, Limits, Options, PairId, Seed, decode_request,
};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::v1);

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(prompt) = Prompt::new(text) else { return };
    let negative = match Reading::words_without_persons(&Rules::default(), &prompt) {
        Ok(negative) => negative,
        Err(error) => return too_long(&error),
    };
    for cover in [Cover::Mentioned, Cover::Person] {
        let reading = Reading::of(&prompt);
        let class = match build(&reading.masked, &CATALOGUE, cover, 32) {
            Ok(class) => class,
            Err(error) => return too_long(&error),
        };
        assert!((1..=32).contains(&class.n_members));
        let mut coins = Coins::from_key([1; 32]);
        let job = job();
        match seal(reading, &class, negative.clone(), &CATALOGUE, &job, &mut coins) {
            Ok((bytes, _)) => {
                let request = decode_request(bytes.as_ref(), &job.limits).expect("our own bytes");
                let members = request.members(&job.limits).expect("a class under the cap");
                assert_eq!(members.texts.len(), class.n_members);
            }
            Err(error) => too_long(&error),
        }
    }
});

/// The only thing that may be wrong with what the detector made of a prompt.
fn too_long(error: &Error) {
    assert_eq!(error.code(), "limit-exceeded", "{error}");
}

fn job() -> Job {
    let options = Options {
        steps: 25,
        cloud_steps: 5,
        guidance: Guidance { milli: 3000 },
        width: 128,
        height: 128,
        sampler: "dpmpp-2m".to_owned(),
        plan: "plain".to_owned(),
    };
    let latent = LatentShape::new(8, 16, 16).expect("a latent shape");
    Job { options, pair: PairId([1; 32]), latent, seed: Seed([2; 32]), limits: Limits::default() }
}
