//! Distances between tensors, and the tolerances of the project.

use obclip_engine::Tensor;

/// Largest allowed `max |a − b| / max |b|` of a module against diffusers, both in f32.
/// From the design, §8; sums in another order differ by some 1e-6 here.
pub(crate) const MODULE_TOLERANCE: f64 = 1e-4;

/// Smallest allowed peak signal-to-noise ratio of a whole generation's picture, in dB.
pub(crate) const IMAGE_PSNR_DB: f64 = 60.0;

/// `max |a − b| / max |b|`, or infinity if the shapes differ or a value is not a number.
pub(crate) fn relative_error(found: &Tensor, expected: &Tensor) -> f64 {
    if found.shape() != expected.shape() || !found.is_finite() {
        return f64::INFINITY;
    }
    let largest = |values: &mut dyn Iterator<Item = f32>| {
        values.fold(0.0_f64, |max, value| max.max(f64::from(value.abs())))
    };
    // A handful of values that ReLU makes zero are equal, not apart by 0 / 0.
    if found.data() == expected.data() {
        return 0.0;
    }
    let pairs = found.data().iter().zip(expected.data());
    largest(&mut pairs.map(|(a, b)| a - b)) / largest(&mut expected.data().iter().copied())
}

/// Fails with the distance and the first pairs that are apart.
#[track_caller]
pub(crate) fn assert_close(what: &str, found: &Tensor, expected: &Tensor, tolerance: f64) {
    let error = relative_error(found, expected);
    if error <= tolerance {
        return;
    }
    let apart: Vec<(usize, f32, f32)> = found
        .data()
        .iter()
        .zip(expected.data())
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(idx, (a, b))| (idx, *a, *b))
        .take(5)
        .collect();
    panic!(
        "{what}: relative error {error:.2e} above {tolerance:.0e}; shapes {:?} and {:?}; \
         first (index, found, expected): {apart:?}",
        found.shape(),
        expected.shape()
    );
}

/// Of values in [0, 1], in dB.
pub(crate) fn psnr_db(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let squares: f64 =
        found.iter().zip(expected).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum();
    10.0 * (found.len() as f64 / squares).log10()
}
