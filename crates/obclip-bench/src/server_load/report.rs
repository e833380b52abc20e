//! The figures, for people and programs.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::phases::{Churn, Tally};

/// All figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    peak_per_second: f64,
    arrivals_per_second: f64,
    goodput_per_second: f64,
    goodput_of_peak: f64,
    overload_seconds: f64,
    overload_codes: BTreeMap<String, usize>,
    done_p50_ms: f64,
    done_p99_ms: f64,
    refusal_p50_ms: f64,
    refusal_p99_ms: f64,
    n_refusals: usize,
    churn_seconds: f64,
    churn_codes: BTreeMap<String, usize>,
    rss_start_mib: f64,
    rss_churn_second_quarter_mib: f64,
    rss_churn_last_quarter_mib: f64,
}

impl Report {
    pub(crate) fn new(
        rss_start_kib: u64,
        peak: &Tally,
        arrivals_per_second: f64,
        overload: &Tally,
        churn: &Churn,
    ) -> Self {
        let goodput = overload.per_second();
        let rss = &churn.rss_kib;
        let quarter = rss.len() / 4;
        Self {
            peak_per_second: peak.per_second(),
            arrivals_per_second,
            goodput_per_second: goodput,
            goodput_of_peak: goodput / peak.per_second(),
            overload_seconds: overload.seconds,
            overload_codes: overload.codes.clone(),
            done_p50_ms: quantile_ms(&overload.done, 0.5),
            done_p99_ms: quantile_ms(&overload.done, 0.99),
            refusal_p50_ms: quantile_ms(&overload.refused, 0.5),
            refusal_p99_ms: quantile_ms(&overload.refused, 0.99),
            n_refusals: overload.refused.len(),
            churn_seconds: churn.tally.seconds,
            churn_codes: churn.tally.codes.clone(),
            rss_start_mib: rss_start_kib as f64 / 1024.0,
            // The first quarter is warming up.
            rss_churn_second_quarter_mib: mean_mib(&rss[quarter..2 * quarter]),
            rss_churn_last_quarter_mib: mean_mib(&rss[rss.len() - quarter..]),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "peak              {:8.2} jobs/s", self.peak_per_second)?;
        writeln!(
            f,
            "arrivals          {:8.2} jobs/s for {:.0} s",
            self.arrivals_per_second, self.overload_seconds
        )?;
        writeln!(
            f,
            "goodput           {:8.2} jobs/s, {:.1} % of the peak",
            self.goodput_per_second,
            100.0 * self.goodput_of_peak
        )?;
        writeln!(f, "answers           {:?}", self.overload_codes)?;
        writeln!(
            f,
            "answered in       {:8.1} ms p50, {:.1} ms p99",
            self.done_p50_ms, self.done_p99_ms
        )?;
        writeln!(
            f,
            "refused in        {:8.1} ms p50, {:.1} ms p99, n = {}",
            self.refusal_p50_ms, self.refusal_p99_ms, self.n_refusals
        )?;
        writeln!(f, "churn             {:8.0} s, {:?}", self.churn_seconds, self.churn_codes)?;
        writeln!(
            f,
            "resident memory   {:8.1} MiB at the start, {:.1} in the second quarter of the churn, {:.1} in the last",
            self.rss_start_mib, self.rss_churn_second_quarter_mib, self.rss_churn_last_quarter_mib
        )
    }
}

/// The nearest-rank quantile in milliseconds; 0 of nothing.
fn quantile_ms(times: &[Duration], q: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

fn mean_mib(samples: &[(f64, u64)]) -> f64 {
    samples.iter().map(|(_, kib)| *kib as f64 / 1024.0).sum::<f64>() / samples.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile_ms(&times, 0.5), 50.0);
        assert_eq!(quantile_ms(&times, 0.99), 99.0);
        assert_eq!(quantile_ms(&times[..1], 0.99), 1.0);
        assert_eq!(quantile_ms(&[], 0.5), 0.0);
    }
}
