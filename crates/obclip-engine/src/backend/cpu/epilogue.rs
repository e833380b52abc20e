//! What becomes of a product's sums before they leave the cache: later, every value would have to come back from memory.

use pulp::Simd;

use super::CpuTensor;
use super::elementwise::apply;
use crate::backend::{Activation, Dims};

/// Channels are added, then other values, then the activation is applied; each if it is there. The same bits as one operation
/// after another.
#[derive(Clone, Copy, Default)]
pub(super) struct Epilogue<'a> {
    channels: Option<Channels<'a>>,
    /// As many values as there are sums, in their order.
    values: Option<(&'a [f32], Dims)>,
    activation: Option<Activation>,
}

/// One value per output.
#[derive(Clone, Copy)]
struct Channels<'a> {
    values: &'a [f32],
    n_outputs: usize,
    /// Positions that read the same ones; 0 if all do.
    positions: usize,
}

impl<'a> Epilogue<'a> {
    /// Plus `y`, of the output's size.
    pub(super) fn add(y: &'a CpuTensor) -> Self {
        Self { values: Some((y.values(), y.dims)), ..Self::default() }
    }

    pub(super) fn activate(activation: Activation) -> Self {
        Self { activation: Some(activation), ..Self::default() }
    }

    /// And the activation behind it all.
    pub(super) fn and(self, activation: Activation) -> Self {
        Self { activation: Some(activation), ..self }
    }

    /// Plus one value per channel, to an output of the size `out`, from a `y` with one row or as many.
    pub(super) fn add_channels(y: &'a CpuTensor, out: Dims) -> Self {
        let is_one_or_each = y.dims.n == 1 || y.dims.n == out.n;
        assert!(y.dims.positions() == 1 && is_one_or_each && y.dims.c == out.c, "channels to add");
        let positions = if y.dims.n == 1 { 0 } else { out.positions() };
        let channels = Channels { values: y.values(), n_outputs: out.c, positions };
        Self { channels: Some(channels), ..Self::default() }
    }

    /// To be called before [`Self::finish`]: a mismatch is a bug.
    pub(super) fn check(&self, out: Dims) {
        assert!(self.values.is_none_or(|(_, dims)| dims == out), "sizes to add");
        assert!(
            self.channels.is_none_or(|channels| channels.n_outputs == out.c),
            "channels to add"
        );
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.channels.is_none() && self.values.is_none() && self.activation.is_none()
    }

    /// Sums of one position from the output `first` on. For use inside a dispatched function, as all that follows.
    #[inline(always)]
    pub(super) fn finish(&self, sums: &mut [f32], position: usize, first: usize) {
        if let Some(channels) = self.channels {
            add(sums, channels.from(position, first));
        }
        if let Some((values, dims)) = self.values {
            add(sums, &values[position * dims.c + first..]);
        }
        self.activate_all(sums);
    }

    /// What is added to a vector of outputs of all positions of a row of the batch, if anything is.
    #[inline(always)]
    pub(super) fn channels<S: Simd>(&self, position: usize, first: usize) -> Option<S::f32s> {
        let channels = self.channels?.from(position, first);
        Some(S::as_simd_f32s(&channels[..S::F32_LANES]).0[0])
    }

    /// What is added to each output beside.
    #[inline(always)]
    pub(super) fn values(&self) -> Option<&'a [f32]> {
        self.values.map(|(values, _)| values)
    }

    #[inline(always)]
    pub(super) fn activate_all(&self, sums: &mut [f32]) {
        if let Some(activation) = self.activation {
            apply(activation, sums);
        }
    }
}

impl<'a> Channels<'a> {
    /// For one position, from the output `first` on.
    #[inline(always)]
    fn from(&self, position: usize, first: usize) -> &'a [f32] {
        let row = position.checked_div(self.positions).unwrap_or(0);
        &self.values[row * self.n_outputs + first..]
    }
}

#[inline(always)]
fn add(sums: &mut [f32], values: &[f32]) {
    // A length the compiler knows to be the same.
    let values = &values[..sums.len()];
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
