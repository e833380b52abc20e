//! The embedded cloud: the cloud's own code on a thread of this process, behind the bytes of the
//! network path. Nothing but request, progress and reply passes between the two sides.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;

use obclip_cloud::Cloud;
use obclip_device::CloudError;
use obclip_engine::Backend;
use obclip_protocol::Refusal;

/// A cloud thread that answers one request after the other until it is dropped.
pub(crate) struct InProcessCloud {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    request: Vec<u8>,
    events: mpsc::Sender<Event>,
}

enum Event {
    Step(obclip_cloud::Progress),
    Done(Result<Vec<u8>, Vec<u8>>),
}

impl InProcessCloud {
    /// Starts the thread. It ends when this value is dropped.
    pub(crate) fn start<B: Backend + Send + Sync + 'static>(cloud: Cloud<B>) -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        thread::spawn(move || {
            for job in inbox {
                answer(&cloud, job);
            }
        });
        Self { jobs }
    }
}

/// A receiver that has gone away means the device cancelled: the cloud stops at its next step.
fn answer<B: Backend>(cloud: &Cloud<B>, job: Job) {
    let mut on_step = |progress| match job.events.send(Event::Step(progress)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    };
    let reply = cloud.answer(&job.request, &mut on_step).map_err(|refusal| refusal.encode());
    // Nobody is left to tell when this fails.
    let _ = job.events.send(Event::Done(reply));
}

impl obclip_device::Cloud for InProcessCloud {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let (events, inbox) = mpsc::channel();
        let job = Job { request: request.to_vec(), events };
        self.jobs.send(job).map_err(|_| lost())?;
        for event in inbox {
            match event {
                Event::Step(progress) => {
                    if on_step(progress.step, progress.steps).is_break() {
                        return Err(CloudError::Cancelled);
                    }
                }
                Event::Done(Ok(reply)) => return Ok(reply),
                Event::Done(Err(bytes)) => return Err(refused(&bytes)),
            }
        }
        Err(lost())
    }
}

fn refused(bytes: &[u8]) -> CloudError {
    match Refusal::decode(bytes) {
        Ok(refusal) => CloudError::Refused(refusal),
        Err(_) => lost(),
    }
}

fn lost() -> CloudError {
    CloudError::Unreachable { found: "that it had stopped".to_owned() }
}
