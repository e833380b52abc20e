//! The two sides on the embedded pair, small enough for tests.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use obclip_cloud::Cloud;
use obclip_device::{
    CloudError, Coins, Cover, Event, GenerateError, JobCoins, Picture, Prompt, Settings, Wish,
};
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles};
use obclip_protocol::{Catalogue, Guidance, Limits, Options, Refusal, Seed};

/// The embedded device model, loaded once.
pub(crate) fn device_model() -> &'static Model<Cpu> {
    static MODEL: OnceLock<Model<Cpu>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let files = ModelFiles::from_table(obclip_pair::device());
        Model::load(&files, Cpu::new(2), LoadParts { vae: true }).expect("the embedded model loads")
    })
}

/// The embedded cloud, loaded once.
pub(crate) fn cloud() -> &'static Cloud<Cpu> {
    static CLOUD: OnceLock<Arc<Cloud<Cpu>>> = OnceLock::new();
    CLOUD.get_or_init(|| {
        let files = ModelFiles::from_table(obclip_pair::cloud());
        let model = Model::load(&files, Cpu::new(2), LoadParts { vae: false })
            .expect("the embedded model loads");
        Arc::new(Cloud::new(model, Limits::default(), 16))
    })
}

/// A short generation, so that tests stay quick.
pub(crate) fn settings(cover: Cover) -> Settings {
    let options = Options {
        steps: 4,
        cloud_steps: 2,
        guidance: Guidance { milli: 3000 },
        width: 128,
        height: 128,
        sampler: "dpmpp-2m".to_owned(),
        plan: "plain".to_owned(),
    };
    let (catalogue, limits) = (Catalogue::v1(), Limits::default());
    let (tail, own) = (obclip_device::Tail::default(), obclip_device::Own::default());
    Settings { options, cover, catalogue, limits, tail, own }
}

/// The same coins every time.
pub(crate) fn fixed_coins() -> JobCoins {
    JobCoins { seed: Seed([7; 32]), draws: Coins::from_key([9; 32]) }
}

pub(crate) fn wish(prompt: &str) -> Wish {
    Wish { prompt: Prompt::new(prompt).expect("a valid prompt"), negative: None }
}

/// What a recording cloud does with the reply it was about to give.
pub(crate) type Tamper = Box<dyn Fn(Vec<u8>) -> Vec<u8>>;

/// Request bytes to reply bytes.
type Answer = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, Refusal>>;

/// A cloud that records every request and may lie.
pub(crate) struct Recorder {
    pub(crate) requests: RefCell<Vec<Vec<u8>>>,
    answer: Answer,
    tamper: Tamper,
}

impl Recorder {
    /// The embedded cloud.
    pub(crate) fn honest() -> Self {
        Self::lying(Box::new(|reply| reply))
    }

    /// The embedded cloud with its reply changed.
    pub(crate) fn lying(tamper: Tamper) -> Self {
        let answer = |request: &[u8]| cloud().answer(request, &mut |_| ControlFlow::Continue(()));
        Self { requests: RefCell::default(), answer: Box::new(answer), tamper }
    }

    /// A cloud that refuses everything: enough to see what would have been sent.
    pub(crate) fn refusing() -> Self {
        let refusal = Refusal { code: "draining".to_owned(), detail: "expected later".to_owned() };
        let answer = move |_: &[u8]| Err(refusal.clone());
        let (requests, tamper) = (RefCell::default(), Box::new(|reply| reply));
        Self { requests, answer: Box::new(answer), tamper }
    }
}

impl obclip_device::Cloud for Recorder {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        self.requests.borrow_mut().push(request.to_vec());
        let _ = on_step(1, 1);
        (self.answer)(request).map(&self.tamper).map_err(CloudError::Refused)
    }
}

/// One job against `cloud`; also everything an observer of the device's events sees.
pub(crate) fn paint(
    prompt: &str,
    cover: Cover,
    cloud: &Recorder,
) -> (Result<Picture, GenerateError>, Vec<String>) {
    let mut events = Vec::new();
    let picture = obclip_device::generate(
        &wish(prompt),
        cloud,
        device_model(),
        &settings(cover),
        fixed_coins(),
        &mut |event| {
            events.push(shape_of(&event));
            ControlFlow::Continue(())
        },
    );
    (picture, events)
}

fn shape_of(event: &Event<'_>) -> String {
    match event {
        Event::Sealed { class, request } => {
            format!("sealed {} {}", class.n_members, request.as_ref().len())
        }
        other => format!("{other:?}"),
    }
}
