//! A probability for every member, and the figures that are read off it.

/// Probabilities of the members of a class, in canonical order.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    probabilities: Vec<f64>,
}

impl Posterior {
    /// Normalises log-weights (nats, up to a constant), one per member. Weights that are no number
    /// count as impossible; if all are, every member is equally likely.
    pub fn from_log_weights(log_weights: &[f64]) -> Self {
        let most = log_weights.iter().copied().filter(|w| w.is_finite()).fold(f64::MIN, f64::max);
        let weight = |&w: &f64| if w.is_finite() { (w - most).exp() } else { 0.0 };
        let weights: Vec<f64> = log_weights.iter().map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let n = weights.len().max(1) as f64;
        let share = |weight: f64| if sum > 0.0 { weight / sum } else { 1.0 / n };
        Self { probabilities: weights.into_iter().map(share).collect() }
    }

    /// One per member; they sum to 1.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// How often the best possible guess is right: the Bayes vulnerability max π.
    pub fn guess_rate(&self) -> f64 {
        self.probabilities.iter().copied().fold(0.0, f64::max)
    }

    /// 1 / max π: the number of equally likely members that would be as hard to guess.
    pub fn k_eff(&self) -> f64 {
        match self.probabilities.is_empty() {
            true => 1.0,
            false => 1.0 / self.guess_rate(),
        }
    }

    /// log₂ of [`Self::k_eff`].
    pub fn min_entropy_bits(&self) -> f64 {
        self.k_eff().log2()
    }

    /// Shannon entropy.
    pub fn entropy_bits(&self) -> f64 {
        let term = |&p: &f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
        self.probabilities.iter().map(term).sum::<f64>().max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn figures_of_a_known_distribution() {
        let posterior = Posterior::from_log_weights(&[0.5_f64.ln(), 0.25_f64.ln(), 0.25_f64.ln()]);
        close(posterior.guess_rate(), 0.5);
        close(posterior.k_eff(), 2.0);
        close(posterior.min_entropy_bits(), 1.0);
        close(posterior.entropy_bits(), 1.5);
        let uniform = Posterior::from_log_weights(&[-900.0; 30]);
        close(uniform.k_eff(), 30.0);
        close(uniform.entropy_bits(), 30_f64.log2());
    }

    #[test]
    fn impossible_members_and_empty_classes_are_no_trap() {
        let posterior = Posterior::from_log_weights(&[0.0, f64::NEG_INFINITY, f64::NAN]);
        close(posterior.k_eff(), 1.0);
        close(Posterior::from_log_weights(&[f64::NAN; 4]).k_eff(), 4.0);
        close(Posterior::from_log_weights(&[]).k_eff(), 1.0);
    }
}
