//! A8: sizes, order and times of what crosses. Half of the jobs teach, the other half is guessed.

use super::{AttackResult, Plan, Seen, draw, pick_best, play};
use crate::audit::client::Client;
use crate::audit::line::{Crossing, honest};
use crate::audit::statistics::Proportion;
use crate::audit::subject::Subject;

/// Plays A8 against `client` on one class, which is the attacker's best case.
pub fn traffic(client: &dyn Client, subject: &Subject, plan: Plan) -> Vec<AttackResult> {
    let rng = &mut fastrand::Rng::with_seed(plan.seed);
    let seen: Vec<Seen> =
        (0..2 * plan.trials).map(|_| play(client, &draw(subject, rng), &mut honest)).collect();
    let attackers: [(&str, Feature); 3] = [
        ("sizes and order of what crosses", Feature::Shape),
        ("time from the request to the end", Feature::Interval(exchange_seconds)),
        ("time from the answer's end to the hang-up", Feature::Interval(hang_up_seconds)),
    ];
    let n_members = subject.n_members();
    let result = |(attacker, feature): (&str, Feature)| {
        let keys = feature.keys(&seen);
        let (train, test) = keys.split_at(keys.len() / 2);
        let mut guesses = Proportion::default();
        for (key, choice) in test {
            let mut scores = vec![0.0; n_members];
            train.iter().filter(|(other, _)| other == key).for_each(|(_, c)| scores[*c] += 1.0);
            guesses.count(pick_best(&scores, rng) == *choice);
        }
        let attacker = attacker.to_owned();
        AttackResult { attack: "A8", attacker, n_members, guesses, measured: None }
    };
    attackers.into_iter().map(result).collect()
}

/// What is looked up in a table.
#[derive(Clone, Copy)]
enum Feature {
    /// Every crossing's kind and size.
    Shape,
    /// Seconds, by decile.
    Interval(fn(&Seen) -> f64),
}

impl Feature {
    /// (what is looked up, the choice)
    fn keys(self, seen: &[Seen]) -> Vec<(Vec<usize>, usize)> {
        match self {
            Self::Shape => seen.iter().map(|seen| (shape(seen), seen.choice)).collect(),
            Self::Interval(seconds) => {
                let mut sorted: Vec<f64> = seen.iter().map(seconds).collect();
                sorted.sort_by(f64::total_cmp);
                let decile = |value: f64| {
                    10 * sorted.partition_point(|&other| other < value) / sorted.len().max(1)
                };
                seen.iter().map(|seen| (vec![decile(seconds(seen))], seen.choice)).collect()
            }
        }
    }
}

fn shape(seen: &Seen) -> Vec<usize> {
    let of = |crossing: &Crossing| match crossing {
        Crossing::Sent(bytes) => [0, bytes.len()],
        Crossing::Took(n_bytes) => [1, *n_bytes],
        Crossing::End => [2, 0],
        Crossing::Closed => [3, 0],
    };
    seen.crossings.iter().flat_map(of).collect()
}

fn exchange_seconds(seen: &Seen) -> f64 {
    let first = seen.times.first().copied().unwrap_or(0.0);
    seen.times.last().copied().unwrap_or(0.0) - first
}

fn hang_up_seconds(seen: &Seen) -> f64 {
    let end = seen.crossings.iter().position(|crossing| *crossing == Crossing::End);
    let at = end.and_then(|idx| seen.times.get(idx)).copied().unwrap_or(0.0);
    seen.times.last().copied().unwrap_or(0.0) - at
}
