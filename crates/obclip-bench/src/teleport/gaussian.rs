//! A Gaussian of clean latents whose score is known in closed form: a mean per position, and per frequency of the
//! two-dimensional DCT-II a covariance of the channels (`metrics-and-privacy-evaluation.md` S5.0, choice c).

use anyhow::{Context, bail};
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use obclip_engine::Tensor;
use serde::{Deserialize, Serialize};

/// As it stands in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GaussianData {
    /// Channels, height, width.
    pub(crate) shape: [usize; 3],
    /// C·h·w, row-major.
    pub(crate) mean: Vec<f64>,
    /// Per frequency, h·w of them, a C×C covariance.
    pub(crate) covariances: Vec<Vec<f64>>,
}

/// N(μ, Σ) over latents (C, h, w).
pub(crate) struct Gaussian {
    data: GaussianData,
    modes: Vec<Mode>,
    /// Orthonormal DCT-II over rows and over columns.
    dct: [DMatrix<f64>; 2],
}

/// One frequency's principal axes over the channels.
struct Mode {
    axes: DMatrix<f64>,
    variances: DVector<f64>,
}

impl Gaussian {
    /// From clean latents (N, C, h, w), N ≥ 2.
    pub(crate) fn fit(latents: &Tensor) -> anyhow::Result<Self> {
        let &[n, channels, height, width] = latents.shape() else {
            bail!("latents: expected (N, C, h, w), found {:?}", latents.shape());
        };
        if n < 2 {
            bail!("latents: expected at least 2, found {n}");
        }
        let len = channels * height * width;
        let mut mean = vec![0.0; len];
        for row in 0..n {
            for (sum, &value) in mean.iter_mut().zip(latents.row(row)) {
                *sum += f64::from(value) / n as f64;
            }
        }
        let dct = [cosines(height), cosines(width)];
        let mut covariances = vec![vec![0.0; channels * channels]; height * width];
        for row in 0..n {
            let centred: Vec<f64> =
                latents.row(row).iter().zip(&mean).map(|(&x, m)| f64::from(x) - m).collect();
            let spectrum = transform(&dct, &centred, [channels, height, width]);
            for (frequency, covariance) in covariances.iter_mut().enumerate() {
                let at = |channel: usize| spectrum[channel * height * width + frequency];
                for (idx, sum) in covariance.iter_mut().enumerate() {
                    *sum += at(idx / channels) * at(idx % channels) / (n - 1) as f64;
                }
            }
        }
        Self::new(GaussianData { shape: [channels, height, width], mean, covariances })
    }

    /// Checks what a file says.
    pub(crate) fn new(data: GaussianData) -> anyhow::Result<Self> {
        let [channels, height, width] = data.shape;
        let size = channels.checked_mul(height).and_then(|size| size.checked_mul(width));
        let size = size.filter(|&size| size > 0 && size <= MOST_VALUES);
        let size = size.context("shape: expected positive sides and at most 2^24 values")?;
        if data.mean.len() != size {
            bail!("mean: expected {size} values, found {}", data.mean.len());
        }
        if data.covariances.len() != height * width {
            bail!("covariances: expected {}, found {}", height * width, data.covariances.len());
        }
        let mode = |covariance: &Vec<f64>| {
            if covariance.len() != channels * channels {
                let expected = channels * channels;
                bail!("covariance: expected {expected} values, found {}", covariance.len());
            }
            let eigen =
                SymmetricEigen::new(DMatrix::from_row_slice(channels, channels, covariance));
            // Rounding may leave a variance just below nothing.
            let variances = eigen.eigenvalues.map(|variance| variance.max(0.0));
            Ok(Mode { axes: eigen.eigenvectors, variances })
        };
        let modes = data.covariances.iter().map(mode).collect::<anyhow::Result<_>>()?;
        let dct = [cosines(height), cosines(width)];
        Ok(Self { data, modes, dct })
    }

    pub(crate) fn data(&self) -> &GaussianData {
        &self.data
    }

    /// E[x₀ | x] at noise level (α, σ), `x = α x₀ + σ ε`.
    pub(crate) fn denoised(&self, x: &[f32], (alpha, sigma): (f64, f64)) -> Vec<f32> {
        let gain = |variance: f64| {
            alpha * variance / (alpha * alpha * variance + sigma * sigma).max(f64::MIN_POSITIVE)
        };
        self.along_modes(x, alpha, 1.0, gain)
    }

    /// Where the probability flow takes x from one noise level to another.
    pub(crate) fn jump(&self, x: &[f32], from: (f64, f64), to: (f64, f64)) -> Vec<f32> {
        let spread =
            |(alpha, sigma): (f64, f64), variance: f64| sigma * sigma + alpha * alpha * variance;
        let gain = |variance: f64| (spread(to, variance) / spread(from, variance)).sqrt();
        self.along_modes(x, from.0, to.0, gain)
    }

    /// `b μ + Σ_k gain(λ_k) u_k u_kᵀ (x − a μ)`.
    fn along_modes(&self, x: &[f32], a: f64, b: f64, gain: impl Fn(f64) -> f64) -> Vec<f32> {
        let [channels, height, width] = self.data.shape;
        let mean = &self.data.mean;
        let centred: Vec<f64> = x.iter().zip(mean).map(|(&x, m)| f64::from(x) - a * m).collect();
        let mut spectrum = transform(&self.dct, &centred, self.data.shape);
        let n_frequencies = height * width;
        for (frequency, mode) in self.modes.iter().enumerate() {
            let at = |channel: usize| channel * n_frequencies + frequency;
            let values = DVector::from_fn(channels, |channel, _| spectrum[at(channel)]);
            let along = mode.axes.tr_mul(&values);
            let scaled = along.zip_map(&mode.variances, |value, variance| value * gain(variance));
            let values = &mode.axes * scaled;
            for channel in 0..channels {
                spectrum[at(channel)] = values[channel];
            }
        }
        let inverse = [self.dct[0].transpose(), self.dct[1].transpose()];
        let moved = transform(&inverse, &spectrum, self.data.shape);
        moved.iter().zip(mean).map(|(value, m)| (value + b * m) as f32).collect()
    }
}

const MOST_VALUES: usize = 1 << 24;

/// Orthonormal DCT-II: row k holds the cosine of frequency k.
fn cosines(n: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |k, i| {
        let scale = if k == 0 { 1.0 / n as f64 } else { 2.0 / n as f64 };
        let angle = std::f64::consts::PI * k as f64 * (i as f64 + 0.5) / n as f64;
        scale.sqrt() * angle.cos()
    })
}

/// `rows · x · columnsᵀ` for every channel.
fn transform(
    [rows, columns]: &[DMatrix<f64>; 2],
    x: &[f64],
    [channels, height, width]: [usize; 3],
) -> Vec<f64> {
    let one = |channel: usize| {
        let plane = &x[channel * height * width..(channel + 1) * height * width];
        let plane = rows * DMatrix::from_row_slice(height, width, plane) * columns.transpose();
        plane.transpose().as_slice().to_vec()
    };
    (0..channels).flat_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 64 latents (2, 4, 2) with a mean and with channels that go together.
    fn latents() -> Tensor {
        let mut rng = fastrand::Rng::with_seed(5);
        let mut normal = || (0..12).map(|_| rng.f32()).sum::<f32>() - 6.0;
        let one = |_| {
            let common: Vec<f32> = (0..8).map(|i| normal() / (1 + i) as f32).collect();
            let second = common.iter().map(|c| 0.5 * c + 0.3).collect::<Vec<_>>();
            common.into_iter().chain(second).map(|x| x + 0.1 * normal()).collect::<Vec<_>>()
        };
        Tensor::new([64, 2, 4, 2], (0..64).flat_map(one).collect()).unwrap()
    }

    fn level(sigma: f64) -> (f64, f64) {
        let alpha = 1.0 / (1.0 + sigma * sigma).sqrt();
        (alpha, sigma * alpha)
    }

    /// The jump is the flow: many small steps along the Gaussian's own denoiser end where it lands.
    #[test]
    fn the_jump_is_the_probability_flow() {
        let gaussian = Gaussian::fit(&latents()).unwrap();
        let mut rng = fastrand::Rng::with_seed(9);
        let x: Vec<f32> = (0..16).map(|_| rng.f32() * 4.0 - 2.0).collect();
        let (from, to, n) = (14.6_f64, 3.0_f64, 4000);
        let landed = gaussian.jump(&x, level(from), level(to));
        // In y = x/α the flow is dy/dσ = (y − D)/σ; the midpoint rule.
        let mut y: Vec<f64> = x.iter().map(|&x| f64::from(x) / level(from).0).collect();
        let slope = |y: &[f64], sigma: f64| -> Vec<f64> {
            let scaled: Vec<f32> = y.iter().map(|y| (y * level(sigma).0) as f32).collect();
            let clean = gaussian.denoised(&scaled, level(sigma));
            y.iter().zip(clean).map(|(y, d)| (y - f64::from(d)) / sigma).collect()
        };
        let step = (to - from) / f64::from(n);
        for i in 0..n {
            let sigma = from + f64::from(i) * step;
            let half: Vec<f64> =
                y.iter().zip(slope(&y, sigma)).map(|(y, s)| y + 0.5 * step * s).collect();
            let middle = slope(&half, sigma + 0.5 * step);
            y.iter_mut().zip(middle).for_each(|(y, s)| *y += step * s);
        }
        for (flow, jump) in y.iter().zip(landed) {
            let flow = flow * level(to).0;
            assert!((flow - f64::from(jump)).abs() < 1e-4, "{flow} and {jump}");
        }
    }

    /// At hardly any noise the clean latent is the latent itself; at nothing but noise it is the mean.
    #[test]
    fn the_denoiser_knows_both_ends() {
        let gaussian = Gaussian::fit(&latents()).unwrap();
        let x = latents().row(3).to_vec();
        for (a, b) in gaussian.denoised(&x, level(1e-4)).iter().zip(&x) {
            assert!((a - b).abs() < 1e-3, "{a} and {b}");
        }
        for (a, b) in gaussian.denoised(&x, level(1e5)).iter().zip(&gaussian.data().mean) {
            assert!((f64::from(*a) - b).abs() < 1e-3, "{a} and {b}");
        }
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let good = Gaussian::fit(&latents()).unwrap().data().clone();
        assert!(Gaussian::new(good.clone()).is_ok());
        let refused = |data: GaussianData| Gaussian::new(data).err().map(|error| error.to_string());
        let short = GaussianData { mean: vec![0.0; 15], ..good.clone() };
        assert_eq!(refused(short).unwrap(), "mean: expected 16 values, found 15");
        let few = GaussianData { covariances: Vec::new(), ..good.clone() };
        assert_eq!(refused(few).unwrap(), "covariances: expected 8, found 0");
        let narrow = GaussianData { covariances: vec![vec![1.0]; 8], ..good.clone() };
        assert_eq!(refused(narrow).unwrap(), "covariance: expected 4 values, found 1");
        let empty = GaussianData { shape: [0, 4, 2], ..good };
        assert!(refused(empty).unwrap().starts_with("shape: expected"));
    }
}
