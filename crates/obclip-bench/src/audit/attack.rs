//! Attacks on the choice. Each plays many jobs with a choice drawn uniformly, guesses it from what crossed the line,
//! and is right in a share of them that must be 1/N.

mod bytes;
mod intersection;
mod selective;
mod traffic;

pub use bytes::bytes;
pub use intersection::intersection;
pub use selective::{Spoiling, selective_failure};
pub use traffic::traffic;

use serde::Serialize;

use super::client::{Client, Ending, Job};
use super::line::{Answering, Crossing, Tap};
use super::statistics::{Proportion, advantage, epsilon_lower};
use super::subject::Subject;

/// How much is played.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Guesses of each attacker.
    pub trials: usize,
    /// Of everything that is drawn: choices, coins, guesses between equals.
    pub seed: u64,
}

/// How well one attacker did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttackResult {
    /// The attack's number in the literature list: A0, A3, A8, A9.
    pub attack: &'static str,
    /// What this attacker looks at.
    pub attacker: String,
    /// Members of every class it was played on.
    pub n_members: usize,
    /// Right guesses.
    pub guesses: Proportion,
    /// Anything else worth a number: mean size of the surviving set, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
}

impl AttackResult {
    /// A 1 in 1,000 accident at most: so many attackers run that 1 in 20 would cry wolf.
    const ALPHA: f64 = 1e-3;

    /// Guessing alone is right this often.
    pub fn chance(&self) -> f64 {
        1.0 / self.n_members as f64
    }

    /// Better than chance, beyond accident.
    pub fn succeeds(&self) -> bool {
        self.guesses.lower(Self::ALPHA) > self.chance()
    }

    /// 95 %, two-sided.
    pub fn bounds(&self) -> [f64; 2] {
        [self.guesses.lower(0.025), self.guesses.upper(0.025)]
    }

    /// The advantage over guessing is not above this, one-sided 95 %.
    pub fn advantage_upper(&self) -> f64 {
        advantage(self.guesses.upper(0.05), self.n_members)
    }

    /// The least ε that explains the result, one-sided 95 %.
    pub fn epsilon_lower(&self) -> f64 {
        epsilon_lower(self.guesses.lower(0.05), self.n_members)
    }
}

/// What the adversary has of one job.
struct Seen {
    choice: usize,
    crossings: Vec<Crossing>,
    /// Seconds since the job began, one for each crossing.
    times: Vec<f64>,
    ending: Ending,
}

impl Seen {
    /// All bytes that were sent, one message after the other.
    fn sent(&self) -> Vec<u8> {
        let sent = self.crossings.iter().filter_map(|crossing| match crossing {
            Crossing::Sent(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        sent.flatten().copied().collect()
    }
}

/// One job over a tapped line.
fn play(client: &dyn Client, job: &Job<'_>, answering: &mut Answering<'_>) -> Seen {
    let mut tap = Tap::new(answering);
    let ending = client.paint(job, &mut tap);
    let times = tap.times.iter().map(std::time::Duration::as_secs_f64).collect();
    Seen { choice: job.choice, crossings: tap.crossings, times, ending }
}

/// A job of `subject` with a uniform choice and fresh coins.
fn draw<'a>(subject: &'a Subject, rng: &mut fastrand::Rng) -> Job<'a> {
    let choice = rng.usize(..subject.n_members());
    Job { subject, choice, coins: std::array::from_fn(|_| rng.u8(..)) }
}

/// Any of the best; the first would favour a member.
fn pick_best(scores: &[f64], rng: &mut fastrand::Rng) -> usize {
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ties: Vec<usize> = (0..scores.len()).filter(|&idx| scores[idx] >= best).collect();
    ties.get(rng.usize(..ties.len().max(1))).copied().unwrap_or(0)
}
