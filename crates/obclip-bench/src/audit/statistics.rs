//! Proportions with exact bounds, and Welch's t.

use serde::Serialize;

/// `hits` of `trials`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Proportion {
    /// How often it happened.
    pub hits: u64,
    /// How often it could have.
    pub trials: u64,
}

impl Proportion {
    /// Counts one trial.
    pub fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.trials += 1;
    }

    /// The share itself.
    pub fn share(self) -> f64 {
        self.hits as f64 / self.trials.max(1) as f64
    }

    /// Clopper-Pearson: the true share is not below this, but for a chance of `alpha`.
    pub fn lower(self, alpha: f64) -> f64 {
        match self.hits {
            0 => 0.0,
            hits => bisect(|share| tail(share, hits, self.trials) < alpha),
        }
    }

    /// Clopper-Pearson: the true share is not above this, but for a chance of `alpha`.
    pub fn upper(self, alpha: f64) -> f64 {
        match self.trials - self.hits {
            0 => 1.0,
            _ => bisect(|share| 1.0 - tail(share, self.hits + 1, self.trials) > alpha),
        }
    }
}

/// Where `is_below` turns false between 0 and 1.
fn bisect(is_below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        match is_below(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// Pr[at least `least` of `trials`] when each comes with probability `share`, term by term.
fn tail(share: f64, least: u64, trials: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    let term = |hits: u64| {
        let ways = ln_factorial(trials) - ln_factorial(hits) - ln_factorial(trials - hits);
        (ways + hits as f64 * share.ln() + (trials - hits) as f64 * (1.0 - share).ln()).exp()
    };
    (least..=trials).map(term).sum()
}

/// The least ε of an N-way choice that explains a posterior this high under a uniform prior: max posterior ≤
/// e^ε / (e^ε + N − 1).
pub(crate) fn epsilon_lower(accuracy_lower: f64, n_members: usize) -> f64 {
    let others = (n_members - 1) as f64;
    (accuracy_lower * others / (1.0 - accuracy_lower)).ln().max(0.0)
}

/// Accuracy as advantage over guessing: 0 at chance, 1 when always right.
pub(crate) fn advantage(accuracy: f64, n_members: usize) -> f64 {
    let chance = 1.0 / n_members as f64;
    (accuracy - chance) / (1.0 - chance)
}

/// Mean and variance of a stream (Welford).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    pub(crate) n: u64,
    pub(crate) mean: f64,
    squares: f64,
}

impl Moments {
    pub(crate) fn push(&mut self, value: f64) {
        self.n += 1;
        let distance = value - self.mean;
        self.mean += distance / self.n as f64;
        self.squares += distance * (value - self.mean);
    }

    pub(crate) fn variance(self) -> f64 {
        self.squares / (self.n.max(2) - 1) as f64
    }
}

/// Welch's test of two streams.
#[derive(Debug, Clone, Copy, Default)]
pub struct Welch {
    classes: [Moments; 2],
}

impl Welch {
    /// Adds a value of class 0 or 1.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn push(&mut self, class: usize, value: f64) {
        self.classes[class].push(value);
    }

    pub(crate) fn classes(&self) -> &[Moments; 2] {
        &self.classes
    }

    /// (m₁ − m₂) / √(v₁/n₁ + v₂/n₂); 0 while a class has fewer than two values or none varies.
    pub fn t(&self) -> f64 {
        let [first, second] = &self.classes;
        let error = self.standard_error();
        match first.n.min(second.n) >= 2 && error > 0.0 {
            true => (first.mean - second.mean) / error,
            false => 0.0,
        }
    }

    /// √(v₁/n₁ + v₂/n₂)
    pub(crate) fn standard_error(&self) -> f64 {
        let part = |class: &Moments| class.variance() / class.n.max(1) as f64;
        (part(&self.classes[0]) + part(&self.classes[1])).sqrt()
    }

    pub(crate) fn n(&self) -> u64 {
        self.classes[0].n + self.classes[1].n
    }
}

#[cfg(test)]
mod tests;
