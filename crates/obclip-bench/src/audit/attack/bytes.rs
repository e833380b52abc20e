//! A0: the bytes of the request, their number, and the order of the members' texts in them. Trained on some scenes,
//! tested on others.

use super::{AttackResult, Plan, Seen, draw, pick_best, play};
use crate::audit::client::Client;
use crate::audit::line::honest;
use crate::audit::statistics::Proportion;
use crate::audit::subject::Subject;

/// One score for each member; the highest is the guess.
type Guesser = Box<dyn Fn(&Observed) -> Vec<f64>>;

/// Learns from labelled jobs of classes with so many members.
type Learn = fn(&[Observed], usize) -> Guesser;

/// One job as the learners see it.
struct Observed {
    choice: usize,
    bytes: Vec<u8>,
    /// For each member, how many other members' texts start before its own; empty if none is in the bytes.
    ranks: Vec<usize>,
}

/// Plays A0 against `client`.
pub fn bytes(client: &dyn Client, subjects: &[Subject], plan: Plan) -> Vec<AttackResult> {
    let rng = &mut fastrand::Rng::with_seed(plan.seed);
    let n_members = subjects[0].n_members();
    let (known, unknown) = subjects.split_at(subjects.len() / 2);
    let train = observe(client, known, 2 * plan.trials, rng);
    let test = observe(client, unknown, plan.trials, rng);
    let attackers: [(&str, Learn); 4] = [
        ("every byte (naive Bayes)", every_byte),
        ("best single byte (lookup)", best_byte),
        ("number of bytes (lookup)", length),
        ("order of the members' texts", order),
    ];
    let result = |(attacker, learn): (&str, Learn)| {
        let guesser = learn(&train, n_members);
        let mut guesses = Proportion::default();
        test.iter().for_each(|seen| guesses.count(pick_best(&guesser(seen), rng) == seen.choice));
        let attacker = attacker.to_owned();
        AttackResult { attack: "A0", attacker, n_members, guesses, measured: None }
    };
    attackers.into_iter().map(result).collect()
}

fn observe(
    client: &dyn Client,
    subjects: &[Subject],
    n: usize,
    rng: &mut fastrand::Rng,
) -> Vec<Observed> {
    let one = |idx: usize| {
        let subject = &subjects[idx % subjects.len()];
        let seen: Seen = play(client, &draw(subject, rng), &mut honest);
        let bytes = seen.sent();
        let ranks = ranks(&bytes, subject);
        Observed { choice: seen.choice, bytes, ranks }
    };
    (0..n).map(one).collect()
}

fn ranks(bytes: &[u8], subject: &Subject) -> Vec<usize> {
    let text = String::from_utf8_lossy(bytes);
    let places: Option<Vec<usize>> =
        subject.prompts.iter().map(|prompt| text.find(prompt.as_str())).collect();
    let places = places.unwrap_or_default();
    let before = |place: &usize| places.iter().filter(|other| *other < place).count();
    places.iter().map(before).collect()
}

/// Counts of (position, value, member), smoothed by one half.
struct Table {
    n_members: usize,
    n_positions: usize,
    counts: Vec<u32>,
    totals: Vec<u32>,
}

impl Table {
    fn count(seen: &[Observed], n_members: usize) -> Self {
        let n_positions = seen.iter().map(|seen| seen.bytes.len()).max().unwrap_or(0).min(LONGEST);
        let counts = vec![0; n_positions * 256 * n_members];
        let mut table = Self { n_members, n_positions, counts, totals: vec![0; n_members] };
        for Observed { choice, bytes, .. } in seen {
            table.totals[*choice] += 1;
            for (position, &byte) in bytes.iter().enumerate().take(n_positions) {
                let first = table.first(position, byte);
                table.counts[first + choice] += 1;
            }
        }
        table
    }

    fn first(&self, position: usize, byte: u8) -> usize {
        (position * 256 + usize::from(byte)) * self.n_members
    }

    /// ln Pr[byte | member] at one position.
    fn scores(&self, position: usize, bytes: &[u8]) -> impl Iterator<Item = f64> {
        let first = bytes.get(position).map(|&byte| self.first(position, byte));
        (0..self.n_members).map(move |member| {
            let count = first.map_or(0, |first| self.counts[first + member]);
            ((f64::from(count) + 0.5) / (f64::from(self.totals[member]) + 128.0)).ln()
        })
    }
}

fn every_byte(train: &[Observed], n_members: usize) -> Guesser {
    let table = Table::count(train, n_members);
    Box::new(move |seen| {
        let mut sums = vec![0.0; n_members];
        for position in 0..table.n_positions {
            let scores = table.scores(position, &seen.bytes);
            sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
        }
        sums
    })
}

/// The position is the one whose table, learned on one half, is right most often on the other.
fn best_byte(train: &[Observed], n_members: usize) -> Guesser {
    let (fit, check) = train.split_at(train.len() / 2);
    let table = Table::count(fit, n_members);
    let right = |position: usize| {
        let mut rng = fastrand::Rng::with_seed(0);
        let mut is_right = |seen: &&Observed| {
            let scores: Vec<f64> = table.scores(position, &seen.bytes).collect();
            pick_best(&scores, &mut rng) == seen.choice
        };
        check.iter().filter(|seen| is_right(seen)).count()
    };
    let best = (0..table.n_positions).max_by_key(|&position| right(position)).unwrap_or(0);
    Box::new(move |seen| table.scores(best, &seen.bytes).collect())
}

fn length(train: &[Observed], n_members: usize) -> Guesser {
    let counted: Vec<(usize, usize)> =
        train.iter().map(|seen| (seen.bytes.len(), seen.choice)).collect();
    Box::new(move |seen| {
        let mut scores = vec![0.0; n_members];
        let same = counted.iter().filter(|(length, _)| *length == seen.bytes.len());
        same.for_each(|(_, choice)| scores[*choice] += 1.0);
        scores
    })
}

/// The rank that the real member has most often.
fn order(train: &[Observed], n_members: usize) -> Guesser {
    let mut counts = vec![0.0; n_members];
    train
        .iter()
        .filter_map(|seen| seen.ranks.get(seen.choice))
        .for_each(|&rank| counts[rank] += 1.0);
    Box::new(move |seen| match seen.ranks.is_empty() {
        true => vec![0.0; n_members],
        false => seen.ranks.iter().map(|&rank| counts[rank]).collect(),
    })
}

/// A message is longer only if the client is broken.
const LONGEST: usize = 4096;
