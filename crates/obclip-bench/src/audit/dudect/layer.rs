//! What is timed.

use std::cell::Cell;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Instant;

use obclip_device::{
    Cloud, CloudError, Cover, Job, Pending, Prompt, Reading, Settings, build, seal,
};
use obclip_protocol::{
    Catalogue, LatentShape, Limits, PairId, Reply, Seed, decode_request, encode_reply, write_frame,
};
use serde::Serialize;

use crate::audit::client::{coins, wish};
use crate::audit::line::latents;
use crate::audit::stub;
use crate::audit::subject::{Mention, Subject};

/// A part of the device's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Checking 30 latents of 4 KiB and taking one.
    Select,
    /// From the request's leaving to the exchange's end, as the cloud can time it, over an instant cloud.
    Exchange,
    /// The whole client on a stub model: reading, request, exchange, selection, finishing. Nobody but the user's own
    /// machine sees its beginning and its end.
    Client,
}

/// Times one layer for chosen members of a class of 30.
pub(super) struct Stopwatch {
    layer: Layer,
    subject: Subject,
    catalogue: Catalogue,
    settings: Settings,
    reply: Vec<u8>,
}

impl Stopwatch {
    pub(super) fn new(layer: Layer, plan: &str) -> Self {
        let subject = Subject::all(Mention::All).swap_remove(0);
        let reply = large_reply(subject.n_members());
        let settings = stub::settings_by_plan(Cover::Mentioned, plan);
        Self { layer, subject, catalogue: Catalogue::v1(), settings, reply }
    }

    pub(super) fn n_members(&self) -> usize {
        self.subject.n_members()
    }

    /// Nanoseconds for the member that `class` names of the two. Both are prepared, or gone through once, in random
    /// order, so that what was done before the measurement does not tell them apart: without that, a class whose choice
    /// is always the same would find its words warm in the caches where random choices do not.
    pub(super) fn measure(
        &mut self,
        choices: [usize; 2],
        class: usize,
        rng: &mut fastrand::Rng,
    ) -> f64 {
        match self.layer {
            Layer::Select => self.select(choices, class, rng),
            Layer::Exchange | Layer::Client => {
                let first = rng.usize(..2);
                for idx in [first, 1 - first] {
                    black_box(self.client(choices[idx]));
                }
                self.client(choices[class])
            }
        }
    }

    fn select(&self, choices: [usize; 2], class: usize, rng: &mut fastrand::Rng) -> f64 {
        let mut pending: [Option<Pending>; 2] = [None, None];
        let first = rng.usize(..2);
        for idx in [first, 1 - first] {
            pending[idx] = Some(self.pending(choices[idx]));
        }
        let chosen = pending[class].take().expect("both were prepared");
        let start = Instant::now();
        let latent = black_box(chosen).select(black_box(&self.reply));
        let ns = start.elapsed().as_nanos() as f64;
        assert!(black_box(latent).is_ok(), "the reply is good");
        ns
    }

    fn pending(&self, choice: usize) -> Pending {
        let limits = Limits::default();
        let prompt = Prompt::new(&self.subject.prompts[choice]).expect("a member is a prompt");
        let reading = Reading::of(&prompt);
        let class = build(&reading.masked, &self.catalogue, Cover::Mentioned, limits.members)
            .expect("one person is under the cap");
        let options = self.settings.options.clone();
        let (pair, seed) = (PairId([0; 32]), Seed([0; 32]));
        let job = Job { options, pair, latent: SHAPE, seed, limits };
        let mut draws = coins([0; 32]).draws;
        seal(
            reading,
            &class,
            obclip_protocol::Template::default(),
            &self.catalogue,
            &job,
            &mut draws,
        )
        .expect("the class seals")
        .1
    }

    fn client(&self, choice: usize) -> f64 {
        let wish = wish(&self.subject.prompts[choice]);
        let cloud = Instantly::default();
        let start = Instant::now();
        let picture = obclip_device::generate(
            &wish,
            &cloud,
            stub::device_model(),
            &self.settings,
            coins([0; 32]),
            &mut |event| {
                if matches!(event, obclip_device::Event::Received { .. }) {
                    cloud.received.set(Some(Instant::now()));
                }
                ControlFlow::Continue(())
            },
        );
        let whole = start.elapsed();
        assert!(black_box(picture).is_ok(), "the reply is good");
        let (sent, received) = (cloud.sent.get(), cloud.received.get());
        match (self.layer, sent, received) {
            (Layer::Exchange, Some(sent), Some(received)) => (received - sent).as_nanos() as f64,
            _ => whole.as_nanos() as f64,
        }
    }
}

/// A cloud whose work does not depend on anything, with the times at its door.
#[derive(Default)]
struct Instantly {
    sent: Cell<Option<Instant>>,
    received: Cell<Option<Instant>>,
}

impl Cloud for Instantly {
    fn denoise(
        &self,
        request: &[u8],
        _: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        self.sent.set(Some(Instant::now()));
        let request = decode_request(request, &Limits::default())
            .map_err(|_| CloudError::Unreachable { found: "a bad request".to_owned() })?;
        Ok(encode_reply(&latents(&request)))
    }
}

/// The latents of the embedded pair at its default size: 4 KiB each.
const SHAPE: LatentShape = LatentShape { channels: 8, height: 16, width: 16 };

fn large_reply(n_members: usize) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(0);
    let mut latent = || {
        let values: Vec<f32> = (0..SHAPE.n_values()).map(|_| 4.0 * rng.f32() - 2.0).collect();
        write_frame(&values, SHAPE).expect("finite values")
    };
    encode_reply(&Reply { shape: SHAPE, latents: (0..n_members).map(|_| latent()).collect() })
}
