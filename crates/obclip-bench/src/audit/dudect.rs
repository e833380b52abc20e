//! Timing: does the device take longer for one choice than for another? After dudect (Reparaz, Balasch, Verbauwhede,
//! <https://eprint.iacr.org/2016/1123>): two classes, interleaved at random, Welch's t on everything, on the faster
//! part below each of 100 percentiles, and on the centred squares.

mod layer;

use serde::Serialize;

use super::statistics::Welch;
pub use layer::Layer;
use layer::Stopwatch;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct TimingPlan {
    /// Measurements of both classes together.
    pub samples: usize,
    /// Of the classes' order and of random choices.
    pub seed: u64,
    /// The step plan of the jobs.
    pub plan: &'static str,
}

/// Which two classes are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// The same choice in both: what the method says when there is nothing to find.
    Noise,
    /// The first member against the last.
    FirstLast,
    /// The first member against any.
    FirstRandom,
}

/// What one comparison found.
#[derive(Debug, Clone, Serialize)]
pub struct TimingResult {
    /// What was timed.
    pub layer: Layer,
    /// Between which classes.
    pub contrast: Contrast,
    /// Measurements of both classes together.
    pub samples: u64,
    /// The largest |t| of all tests.
    pub max_t: f64,
    /// The test it came from: 0 is everything, 1 to 100 the crops, 101 the centred squares.
    pub test: usize,
    /// max_t / √n of that test: the size of the effect.
    pub tau: f64,
    /// Measurements after which an effect of that size would reach |t| = 5.
    pub samples_to_see_it: f64,
    /// Mean of all measurements of the first class.
    pub mean_ns: f64,
    /// The smallest difference of means that |t| ≥ 4.5 would show in four of five runs: by all measurements, and by
    /// the crop that resolves best.
    pub detectable_ns: [f64; 2],
}

impl TimingResult {
    /// |t| ≥ 4.5, the usual convention; nothing is decided before 10,000 measurements of each class.
    pub fn leaks(&self) -> bool {
        self.max_t >= THRESHOLD
    }
}

/// All contrasts of one layer.
pub fn timing(layer: Layer, plan: TimingPlan) -> Vec<TimingResult> {
    [Contrast::Noise, Contrast::FirstLast, Contrast::FirstRandom]
        .map(|contrast| measure(layer, contrast, plan))
        .into()
}

fn measure(layer: Layer, contrast: Contrast, plan: TimingPlan) -> TimingResult {
    let rng = &mut fastrand::Rng::with_seed(plan.seed);
    let mut stopwatch = Stopwatch::new(layer, plan.plan);
    let last = stopwatch.n_members() - 1;
    let mut one = |rng: &mut fastrand::Rng| {
        let class = rng.usize(..2);
        let other = match contrast {
            Contrast::Noise => 0,
            Contrast::FirstLast => last,
            Contrast::FirstRandom => rng.usize(..=last),
        };
        (class, stopwatch.measure([0, other], class, rng))
    };
    // The first batch is thrown away: it only says where to crop.
    let mut first: Vec<f64> = (0..BATCH).map(|_| one(rng).1).collect();
    first.sort_by(f64::total_cmp);
    let mut tests = Tests::new(&first);
    for sample in 0..plan.samples {
        let (class, ns) = one(rng);
        if sample % BATCH >= WARM_UP {
            tests.push(class, ns);
        }
    }
    tests.result(layer, contrast)
}

/// Welch's test on everything, on each crop, and on the centred squares.
struct Tests {
    limits: Vec<f64>,
    tests: Vec<Welch>,
}

impl Tests {
    fn new(sorted: &[f64]) -> Self {
        let limit = |crop: usize| {
            let share = 1.0 - 0.5_f64.powf(10.0 * (crop + 1) as f64 / CROPS as f64);
            sorted[((share * sorted.len() as f64) as usize).min(sorted.len() - 1)]
        };
        Self { limits: (0..CROPS).map(limit).collect(), tests: vec![Welch::default(); CROPS + 2] }
    }

    fn push(&mut self, class: usize, ns: f64) {
        self.tests[0].push(class, ns);
        for (test, limit) in self.tests[1..].iter_mut().zip(&self.limits) {
            if ns < *limit {
                test.push(class, ns);
            }
        }
        if self.tests[0].n() > SECOND_ORDER_FROM {
            let centred = ns - self.tests[0].classes()[class].mean;
            self.tests[CROPS + 1].push(class, centred * centred);
        }
    }

    fn result(&self, layer: Layer, contrast: Contrast) -> TimingResult {
        let large = |test: &&(usize, &Welch)| test.1.n() >= LEAST_PER_TEST;
        let tests: Vec<_> = self.tests.iter().enumerate().collect();
        let worst =
            tests.iter().filter(large).max_by(|a, b| a.1.t().abs().total_cmp(&b.1.t().abs()));
        let (test, worst) = worst.copied().unwrap_or((0, &self.tests[0]));
        let tau = worst.t().abs() / (worst.n().max(1) as f64).sqrt();
        // 4.5 standard errors, and 0.84 more for four runs in five.
        let detectable = |test: &Welch| (THRESHOLD + 0.84) * test.standard_error();
        let crops = tests[1..=CROPS].iter().filter(large).map(|(_, test)| detectable(test));
        TimingResult {
            layer,
            contrast,
            samples: self.tests[0].n(),
            max_t: worst.t().abs(),
            test,
            tau,
            samples_to_see_it: (5.0 / tau).powi(2),
            mean_ns: self.tests[0].classes()[0].mean,
            detectable_ns: [detectable(&self.tests[0]), crops.fold(f64::INFINITY, f64::min)],
        }
    }
}

const THRESHOLD: f64 = 4.5;
const CROPS: usize = 100;
const BATCH: usize = 1000;
/// The first measurements of a batch come with cold caches.
const WARM_UP: usize = 10;
const SECOND_ORDER_FROM: u64 = 10_000;
/// A crop with fewer measurements says nothing.
const LEAST_PER_TEST: u64 = 1000;

#[cfg(test)]
mod tests;
