//! Cloud, device and a broken network in one process, on virtual time, from one seed.
//!
//! **Counts as failure** ([`Failure`]):
//! - a fault of the network that leads to another picture than the undisturbed one;
//! - a lie that the wire can show and the device does not refuse;
//! - a job that is still running after its deadline;
//! - anything an observer sees (openings, bytes sent, times, hang-ups) or the client says that differs between two
//!   choices of one class;
//! - another byte sent on a further try than on the first.
//!
//! **Does not:** no picture because the network or the cloud was down too long; a wrong picture after a lie that
//! nobody can see ([`Lie::is_visible`]: latents that are well formed and not what was asked, see SECURITY.md); a wrong
//! picture after a flipped bit on a plain line, which is allowed on the user's own machine only ([`Way::Plain`]).
//!
//! **Known sources of non-determinism:** none. Time is virtual, every draw follows from the seed.

mod cloud;
mod device;
mod network;

pub use cloud::Lie;
pub use network::{Fault, Way};

use std::time::Duration;

use serde::Serialize;

use super::subject::Subject;
use cloud::Cloud;
use device::{Run, run};
use network::Weather;

/// One way in which a run was not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Failure {
    /// Another picture than the undisturbed one, after nothing but faults of the network.
    WrongPicture,
    /// A picture after a lie that the wire shows.
    LieBelieved(Lie),
    /// Still running after the deadline.
    Hang,
    /// What an observer sees depends on the choice.
    Seen,
    /// What the client says, or whether there is a picture, depends on the choice.
    Said,
    /// A further try sent other bytes than the first.
    UnequalTries,
}

/// What many runs came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SimulationResult {
    /// Seeds that were run, each with several choices.
    pub seeds: usize,
    /// Runs that ended with a picture.
    pub pictures: usize,
    /// Runs that ended with an error.
    pub errors: usize,
    /// Runs that were cancelled by the user.
    pub cancelled: usize,
    /// Tries in all.
    pub tries: usize,
    /// Faults of the network that struck.
    pub faults: usize,
    /// Runs with a cloud that lied.
    pub lies: usize,
    /// Wrong pictures from lies that nobody can see.
    pub believed: usize,
    /// Seed and failure; empty for a correct client.
    pub failures: Vec<(u64, Failure)>,
}

/// Which members of a class are the choice, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Choices {
    /// The first, one in the middle, the last.
    Three,
    /// Every one.
    All,
}

/// Runs `n` seeds from `first` on. Each draws a class, a network, a cloud and perhaps a cancellation, and runs them for
/// several choices.
pub fn simulate(
    subjects: &[Subject],
    (first, n): (u64, usize),
    way: Way,
    choices: Choices,
) -> SimulationResult {
    let mut result = SimulationResult::default();
    for seed in first..first + n as u64 {
        let world = World::draw(subjects, seed, way);
        let failures = one_world(&world, choices, &mut result);
        result.failures.extend(failures.into_iter().map(|failure| (seed, failure)));
        result.seeds += 1;
    }
    result
}

/// A calm network and a cloud that tells one lie, for every member as the choice.
pub fn simulate_lie(subject: &Subject, lie: Lie) -> SimulationResult {
    let mut result = SimulationResult::default();
    let (coins, key, way) = ([7; 32], [8; 16], Way::Sealed);
    let (weather, cancel_at) = (Weather::Calm, None);
    let world = World { subject, coins, key, way, weather, lie: Some(lie), cancel_at };
    let failures = one_world(&world, Choices::All, &mut result);
    result.failures.extend(failures.into_iter().map(|failure| (0, failure)));
    result
}

/// Everything that a seed decides. The same for every choice.
struct World<'a> {
    subject: &'a Subject,
    coins: [u8; 32],
    key: [u8; 16],
    way: Way,
    weather: Weather,
    lie: Option<Lie>,
    cancel_at: Option<Duration>,
}

impl<'a> World<'a> {
    fn draw(subjects: &'a [Subject], seed: u64, way: Way) -> Self {
        let rng = &mut fastrand::Rng::with_seed(seed);
        let subject = &subjects[rng.usize(..subjects.len())];
        // A third of the clouds lies; their networks are calm, so that a lie is not hidden by a fault.
        let lie = (rng.u8(..3) == 0).then(|| Lie::draw(subject.n_members(), rng));
        let weather = match lie {
            Some(_) => Weather::Calm,
            None => Weather::draw(rng),
        };
        let cancel_at = (rng.u8(..10) == 0).then(|| Duration::from_millis(rng.u64(..400_000)));
        let coins = std::array::from_fn(|_| rng.u8(..));
        let key = std::array::from_fn(|_| rng.u8(..));
        Self { subject, coins, key, way, weather, lie, cancel_at }
    }
}

fn one_world(world: &World<'_>, choices: Choices, result: &mut SimulationResult) -> Vec<Failure> {
    let last = world.subject.n_members() - 1;
    let choices = match choices {
        Choices::Three => vec![0, last / 2, last],
        Choices::All => (0..=last).collect(),
    };
    let calm = World { weather: Weather::Calm, lie: None, cancel_at: None, ..*world };
    let mut failures = Vec::new();
    let mut first: Option<Run> = None;
    for choice in choices {
        let found = run(world, choice);
        result.count(&found, world);
        failures.extend(found.failures());
        if let Some(picture) = found.picture {
            let is_right = run(&calm, choice).picture == Some(picture);
            match world.lie {
                None if !is_right && world.way == Way::Sealed => {
                    failures.push(Failure::WrongPicture)
                }
                Some(lie) if lie.is_visible() => failures.push(Failure::LieBelieved(lie)),
                _ => result.believed += usize::from(!is_right),
            }
        }
        match &first {
            None => first = Some(found),
            Some(first) => failures.extend(first.differences(&found)),
        }
    }
    failures
}

impl SimulationResult {
    fn count(&mut self, run: &Run, world: &World<'_>) {
        self.pictures += usize::from(run.picture.is_some());
        let is_cancelled = run.said.last().is_some_and(|said| said == "cancelled");
        self.cancelled += usize::from(is_cancelled);
        self.errors += usize::from(run.picture.is_none() && !is_cancelled);
        self.tries += run.n_tries();
        self.faults += run.n_faults;
        self.lies += usize::from(world.lie.is_some());
    }
}

#[cfg(test)]
mod tests;
