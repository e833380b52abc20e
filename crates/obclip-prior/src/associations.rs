//! The attacker we ship: a log-linear model of each axis over the words of the template.
//!
//! `log P(value | words)` is a sum of weights, one per word and value, uniform before the first
//! word: captions tell how often texts mention a value, not how often users mean it. A causal
//! language model has its own base rates; `obclip explain --lm` asks one. How the weights were
//! made, and how good they are on held-out texts: `training/prior`, `results/prior`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use obclip_protocol::{AxisSet, Catalogue, Enumeration};

use crate::posterior::Posterior;
use crate::view::View;

/// A phrase that moves the log-probability of some member by more than this is a correlate.
///
/// Of the running words of COCO captions 1 % are above it; kimono, beard, lipstick, sari and "his" are.
pub const CORRELATE_NATS: f64 = 1.25;

/// What every known word says about each value.
#[derive(Debug)]
pub struct Associations {
    values: Vec<(&'static str, &'static str)>,
    words: HashMap<&'static str, Box<[i8]>>,
    longest_phrase: usize,
}

impl Associations {
    /// The published weights, version 1.
    pub fn v1() -> &'static Self {
        static V1: OnceLock<Associations> = OnceLock::new();
        V1.get_or_init(|| Self::parse(DATA).expect("the embedded weights are parsed by a test"))
    }

    /// Reads the `values` line and one line per word.
    fn parse(text: &'static str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let header = lines.next().and_then(|line| line.strip_prefix("values "));
        let value = |pair: &'static str| pair.split_once('=').ok_or("a value without an axis");
        let values: Vec<_> =
            header.ok_or("no values line")?.split(' ').map(value).collect::<Result<_, _>>()?;
        let mut words = HashMap::new();
        for line in lines {
            let (word, weights) = line.split_once(' ').ok_or("a word without weights")?;
            let weights: Result<Box<[i8]>, _> = weights.split(' ').map(str::parse).collect();
            let weights = weights.map_err(|error| format!("{word}: {error}"))?;
            if weights.len() != values.len() {
                return Err(format!("{word}: {} weights", weights.len()));
            }
            words.insert(word, weights);
        }
        let joints = |word: &&str| word.matches('_').count();
        let longest_phrase = words.keys().map(joints).max().unwrap_or(0) + 1;
        Ok(Self { values, words, longest_phrase })
    }

    /// How likely each member is to somebody who reads the template.
    pub fn posterior(&self, view: &View<'_>) -> Posterior {
        let scores = self.scores(&view.members.neutral);
        let by_axis: Vec<Vec<f64>> = view
            .catalogue
            .axes()
            .iter()
            .map(|axis| axis.values.iter().map(|v| self.of(&scores, &axis.name, v)).collect())
            .collect();
        let enumeration = Enumeration::new(view.catalogue, view.bundles);
        let log_weight = |member_idx: usize| {
            let of_person = |(person_idx, bundle): (usize, &obclip_protocol::Bundle)| -> f64 {
                let value = |axis| enumeration.value(member_idx, person_idx, axis);
                bundle.open.iter().filter_map(|axis| Some(by_axis[axis][value(axis)?])).sum()
            };
            view.bundles.iter().enumerate().map(of_person).sum()
        };
        let log_weights: Vec<f64> = (0..enumeration.n_members()).map(log_weight).collect();
        Posterior::from_log_weights(&log_weights)
    }

    /// How far a phrase moves the log-probability of a member, in nats, at most: over all members
    /// of a person with every axis of `catalogue` open, whichever is meant. 0 for unknown words.
    ///
    /// It takes words and the published catalogue, so it cannot look at the value a user chose. A
    /// reader that holds back what exceeds [`CORRELATE_NATS`] treats every member of a class alike.
    pub fn shift(&self, phrase: &str, catalogue: &Catalogue) -> f64 {
        self.moved(&self.scores(phrase), catalogue, AxisSet::expandable(catalogue))
    }

    /// Where known phrases stand among `words`, longest first, and how far each moves the log-probability of a member
    /// whose person has the axes `open`, at most. A word that is empty belongs to no phrase.
    pub fn telling(
        &self,
        words: &[&str],
        catalogue: &Catalogue,
        open: AxisSet,
    ) -> Vec<(Range<usize>, f64)> {
        let nats = |phrase: &str| self.moved(&self.weights_of(&[phrase]), catalogue, open);
        self.places(words).into_iter().map(|(place, phrase)| (place, nats(phrase))).collect()
    }

    /// The largest move of a member up or down: each axis adds the value it moves furthest.
    fn moved(&self, scores: &[f64], catalogue: &Catalogue, open: AxisSet) -> f64 {
        let (mut up, mut down) = (0.0, 0.0);
        for axis_idx in open.iter() {
            let axis = &catalogue.axes()[axis_idx];
            let of = |value: &String| self.of(scores, &axis.name, value);
            let log_weights: Vec<f64> = axis.values.iter().map(of).collect();
            let posterior = Posterior::from_log_weights(&log_weights);
            let n = log_weights.len() as f64;
            let moved =
                posterior.probabilities().iter().map(|p| (p * n).max(f64::MIN_POSITIVE).ln());
            let (least, most) = moved.fold((f64::MAX, f64::MIN), |(a, b), m| (a.min(m), b.max(m)));
            up += most;
            down += least;
        }
        f64::max(up, -down)
    }

    /// The phrases of a text that are known, longest first, each once, with their shift.
    pub fn correlates(&self, text: &str, catalogue: &Catalogue) -> Vec<(String, f64)> {
        let phrases = self.phrases(text).into_iter();
        phrases.map(|phrase| (phrase.replace('_', " "), self.shift(phrase, catalogue))).collect()
    }

    /// The sum of the weights of a text's phrases, in nats per value.
    fn scores(&self, text: &str) -> Vec<f64> {
        self.weights_of(&self.phrases(text))
    }

    fn weights_of(&self, phrases: &[&str]) -> Vec<f64> {
        let mut sums = vec![0; self.values.len()];
        for &phrase in phrases {
            for (sum, &weight) in sums.iter_mut().zip(&self.words[phrase]) {
                *sum += i32::from(weight);
            }
        }
        sums.into_iter().map(|sum| f64::from(sum) / UNITS_A_NAT).collect()
    }

    /// Known phrases, longest match first, each counted once.
    fn phrases(&self, text: &str) -> Vec<&'static str> {
        let words: Vec<&str> = text.split(|c| !is_of_a_word(c)).filter(|w| !w.is_empty()).collect();
        let mut found: Vec<&'static str> = Vec::new();
        for (_, known) in self.places(&words) {
            if !found.contains(&known) {
                found.push(known);
            }
        }
        found
    }

    /// Known phrases and where they stand, longest match first.
    fn places(&self, words: &[&str]) -> Vec<(Range<usize>, &'static str)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let most = self.longest_phrase.min(words.len() - at);
            let longest = (1..=most).rev().find_map(|len| {
                let phrase = words[at..at + len].join("_").to_lowercase();
                let bare = phrase.strip_suffix("'s").unwrap_or(&phrase);
                self.words.get_key_value(bare).map(|(&known, _)| (known, len))
            });
            let Some((known, len)) = longest else {
                at += 1;
                continue;
            };
            found.push((at..at + len, known));
            at += len;
        }
        found
    }

    fn of(&self, scores: &[f64], axis: &str, value: &str) -> f64 {
        // The paper's catalogue lists both; texts do not tell them apart.
        let value = if value == "caucasian" { "european" } else { value };
        self.values.iter().position(|pair| *pair == (axis, value)).map_or(0.0, |at| scores[at])
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '\'' || c == '_'
}

const UNITS_A_NAT: f64 = 16.0;
const DATA: &str = include_str!("../data/associations-v1.txt");

#[cfg(test)]
mod tests;
