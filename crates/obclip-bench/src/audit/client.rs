//! Who is attacked: the real client, or a broken one of the tests.

use std::cell::RefCell;
use std::ops::ControlFlow;

use obclip_device::{CloudError, Coins, Cover, Event, JobCoins, Prompt, Settings, Wish};
use obclip_protocol::Seed;

use super::line::{Line, Piece};
use super::stub;
use super::subject::Subject;

/// One prompt to paint.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The class.
    pub subject: &'a Subject,
    /// Which of its members the user means: the secret.
    pub choice: usize,
    /// The public seed; everything else that is random follows from it.
    pub coins: [u8; 32],
}

/// What the user's side of the job looked like, without the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The picture's pixels, hashed; `None` if there is no picture.
    pub picture: Option<u64>,
    /// Everything the client said on the way, errors included.
    pub said: Vec<String>,
}

/// A client under attack.
pub trait Client {
    /// Paints one prompt over the line.
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending;
}

/// `obclip_device::generate` with the embedded device model on the stub.
#[derive(Debug, Clone, Copy)]
pub struct RealClient {
    /// Which axes are opened.
    pub cover: Cover,
    /// By which step plan.
    pub plan: &'static str,
}

impl Client for RealClient {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        let settings = stub::settings_by_plan(self.cover, self.plan);
        let prompt = &job.subject.prompts[job.choice];
        paint(prompt, &Bridge(RefCell::new(line)), &settings, job.coins)
    }
}

/// The real client over any cloud.
pub(crate) fn paint(
    prompt: &str,
    cloud: &dyn obclip_device::Cloud,
    settings: &Settings,
    seed: [u8; 32],
) -> Ending {
    let mut said = Vec::new();
    let picture = obclip_device::generate(
        &wish(prompt),
        cloud,
        stub::device_model(),
        settings,
        coins(seed),
        &mut |event| {
            said.push(shape_of(&event));
            ControlFlow::Continue(())
        },
    );
    let picture = match picture {
        Ok(picture) => Some(hash(&picture.image.pixels)),
        Err(error) => {
            said.push(error.to_string());
            None
        }
    };
    Ending { picture, said }
}

/// A prompt as the user's side holds it.
pub(crate) fn wish(prompt: &str) -> Wish {
    Wish { prompt: Prompt::new(prompt).expect("our own sentences are prompts"), negative: None }
}

/// The public seed as given; the secret draws from a key that is derived from it, for repeatable tests only.
pub(crate) fn coins(seed: [u8; 32]) -> JobCoins {
    JobCoins { seed: Seed(seed), draws: Coins::from_key(seed.map(|byte| !byte)) }
}

/// The device's seam over a line: one message, the whole answer, the end.
struct Bridge<'a>(RefCell<&'a mut dyn Line>);

impl obclip_device::Cloud for Bridge<'_> {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let mut line = self.0.borrow_mut();
        line.send(request);
        let mut reply = Vec::new();
        let mut refused = None;
        while let Some(piece) = line.take() {
            match piece {
                Piece::Reply(bytes) => reply.extend(bytes),
                Piece::Refusal(refusal) => refused = Some(refusal),
            }
        }
        line.close();
        if on_step(1, 1).is_break() {
            return Err(CloudError::Cancelled);
        }
        refused.map_or(Ok(reply), |refusal| Err(CloudError::Refused(refusal)))
    }
}

/// What an event shows, without the request's bytes: those are a crossing.
fn shape_of(event: &Event<'_>) -> String {
    match event {
        Event::Sealed { class, request } => {
            format!("sealed {} {}", class.n_members, request.as_ref().len())
        }
        other => format!("{other:?}"),
    }
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
