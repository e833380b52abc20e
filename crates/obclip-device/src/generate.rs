//! The whole flow on one screen: prompt in, picture out. The cloud sees the request and nothing else.

use std::ops::ControlFlow;

use obclip_engine::{Backend, Model};
use obclip_protocol::{Catalogue, Limits, Options, Seed};

use crate::building::{Class, Cover, build};
use crate::cloud::{Cloud, CloudError};
use crate::coins::Coins;
use crate::error::Error;
use crate::finish::{Picture, finish};
use crate::prompt::Prompt;
use crate::reading::Reading;
use crate::request::{Job, RequestBytes, seal};
use crate::rules::{Own, Rules};
use crate::select::Pending;
use crate::tail::{Tail, TailError, TailJob};

/// What is fixed before the prompt is read, for any number of jobs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Steps, guidance, size, sampler, plan.
    pub options: Options,
    /// Which axes are opened.
    pub cover: Cover,
    /// The catalogue the device pins.
    pub catalogue: Catalogue,
    /// Limits the device pins for itself.
    pub limits: Limits,
    /// How the device finishes.
    pub tail: Tail,
    /// The user's own words and axes.
    pub own: Own,
}

impl Settings {
    /// How prompts are read.
    pub fn rules(&self) -> Rules {
        Rules::new(&self.catalogue, self.cover, self.own.clone())
    }
}

/// The randomness of one job.
pub struct JobCoins {
    /// The seed of the initial noise. Public: the cloud gets it.
    pub seed: Seed,
    /// Draws of what the prompt leaves open. Secret.
    pub draws: Coins,
}

/// How far the job has come. No event depends on the choice.
#[derive(Debug)]
pub enum Event<'a> {
    /// The request is ready: these bytes will leave, and nothing else.
    Sealed {
        /// The class the cloud will compute.
        class: &'a Class,
        /// The request.
        request: &'a RequestBytes,
    },
    /// The cloud has done so many steps.
    CloudStep {
        /// Steps done.
        done: usize,
        /// Steps the cloud does.
        steps: usize,
    },
    /// The reply is here, all of it.
    Received {
        /// Its length.
        n_bytes: usize,
    },
    /// The device has done so many steps.
    DeviceStep {
        /// Steps done.
        done: usize,
        /// Steps the device does.
        steps: usize,
    },
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The prompt, the request or the reply.
    #[error(transparent)]
    Protocol(#[from] Error),
    /// The device's steps.
    #[error(transparent)]
    Tail(#[from] TailError),
    /// The device's model.
    #[error(transparent)]
    Model(obclip_engine::Error),
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl From<obclip_engine::Error> for GenerateError {
    fn from(error: obclip_engine::Error) -> Self {
        match error {
            obclip_engine::Error::Cancelled => Self::Cancelled,
            other => Self::Model(other),
        }
    }
}

impl From<CloudError> for GenerateError {
    fn from(error: CloudError) -> Self {
        match error {
            CloudError::Cancelled => Self::Cancelled,
            other => Self::Protocol(Error::Cloud(other)),
        }
    }
}

/// What the user asks for. Secret, both.
#[derive(Debug)]
pub struct Wish {
    /// What to paint.
    pub prompt: Prompt,
    /// What the picture should not show.
    pub negative: Option<Prompt>,
}

/// A job whose request is ready and has not left.
pub struct Sealed {
    request: RequestBytes,
    pending: Pending,
    tail: TailJob,
}

/// A job whose reply is here, unread. Nothing of it goes over the network any more.
pub struct Answered {
    reply: Vec<u8>,
    pending: Pending,
    tail: TailJob,
}

/// Prompt in, picture out. `on_event` may cancel.
///
/// Whoever paints several pictures in a row calls the three steps for all of them in turn: how long a picture takes
/// to finish and to write may depend on what it shows, and no request may wait for that.
pub fn generate<B: Backend>(
    wish: &Wish,
    cloud: &dyn Cloud,
    model: &Model<B>,
    settings: &Settings,
    coins: JobCoins,
    on_event: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<Picture, GenerateError> {
    let sealed = prepare(wish, model, settings, coins, on_event)?;
    let answered = sealed.ask(cloud, on_event)?;
    answered.paint(wish, model, on_event)
}

/// The prompt is read and its request sealed. Nothing is sent.
pub fn prepare<B: Backend>(
    wish: &Wish,
    model: &Model<B>,
    settings: &Settings,
    coins: JobCoins,
    on_event: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<Sealed, GenerateError> {
    let tail = TailJob::new(&settings.tail, &settings.options, model)?;
    let rules = settings.rules();
    let reading = Reading::by(&rules, &wish.prompt);
    let negative = wish.negative.as_ref();
    let negative_words = negative.map(|prompt| Reading::words_without_persons(&rules, prompt));
    let negative_words = negative_words.transpose()?.unwrap_or_default();
    let class =
        build(&reading.masked, &settings.catalogue, settings.cover, settings.limits.members)?;
    let job = Job::new(model.spec(), settings, coins.seed)?;
    let mut draws = coins.draws;
    let (request, pending) =
        seal(reading, &class, negative_words, &settings.catalogue, &job, &mut draws)?;
    proceed(on_event(Event::Sealed { class: &class, request: &request }))?;
    Ok(Sealed { request, pending, tail })
}

impl Sealed {
    /// The one exchange with the cloud.
    pub fn ask(
        self,
        cloud: &dyn Cloud,
        on_event: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Answered, GenerateError> {
        let Self { request, pending, tail } = self;
        let reply = cloud.denoise(request.as_ref(), &mut |done, steps| {
            on_event(Event::CloudStep { done, steps })
        })?;
        proceed(on_event(Event::Received { n_bytes: reply.len() }))?;
        Ok(Answered { reply, pending, tail })
    }
}

impl Answered {
    /// All latents are checked, one is taken and finished.
    pub fn paint<B: Backend>(
        self,
        wish: &Wish,
        model: &Model<B>,
        on_event: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    ) -> Result<Picture, GenerateError> {
        let chosen = self.pending.select(&self.reply)?;
        let negative = wish.negative.as_ref();
        let picture = finish(chosen, negative, model, &self.tail, &mut |step| {
            on_event(Event::DeviceStep { done: step.n_done, steps: step.n_steps })
        })?;
        Ok(picture)
    }
}

fn proceed(flow: ControlFlow<()>) -> Result<(), GenerateError> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(GenerateError::Cancelled),
    }
}
