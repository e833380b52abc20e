//! What is computed once and read by many rows: of the texts once per request, of the timestep once per step.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::UNet;
use crate::backend::Backend;
use crate::error::Error;
use crate::tensor::Tensor;

/// The texts of a request. Keys and values of a cross-attention are computed when a row first reads them,
/// and kept.
pub struct Context<B: Backend> {
    /// (texts, T, C)
    texts: B::Tensor,
    n_texts: usize,
    pub(super) layers: Vec<KeysValues<B>>,
}

/// What one cross-attention has computed so far.
pub(super) struct KeysValues<B: Backend> {
    pub(super) keys: Kept<B>,
    pub(super) values: Kept<B>,
}

/// One row per text, where it was computed.
type Kept<B> = Mutex<Vec<Option<<B as Backend>::Tensor>>>;

impl<B: Backend> Context<B> {
    /// How many texts it holds.
    pub fn n_texts(&self) -> usize {
        self.n_texts
    }

    /// A projection of some texts, (texts, T, C').
    pub(super) fn project(
        &self,
        backend: &B,
        kept: &Kept<B>,
        projection: &B::Linear,
        texts: &[usize],
    ) -> B::Tensor {
        // Nothing is half-written if another thread panicked: entries are set whole.
        let mut kept: MutexGuard<'_, _> = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<usize> =
            texts.iter().copied().filter(|&text| kept[text].is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let rows: Vec<_> = missing.iter().map(|&text| (&self.texts, text)).collect();
            let projected = backend.linear(&backend.gather_rows(&rows), projection);
            for (row, &text) in missing.iter().enumerate() {
                kept[text] = Some(backend.keep_row(&projected, row));
            }
        }
        let rows: Vec<_> =
            texts.iter().filter_map(|&text| kept[text].as_ref().map(|row| (row, 0))).collect();
        backend.gather_rows(&rows)
    }
}

/// A timestep: its embedding, and what each residual layer makes of it, computed when first read.
pub struct Moment<B: Backend> {
    /// SiLU of the time embedding, (1, 1, C_t).
    embedding: B::Tensor,
    projections: Vec<OnceLock<B::Tensor>>,
}

impl<B: Backend> Moment<B> {
    /// For the residual layer of that number.
    pub(super) fn project(&self, backend: &B, layer: usize, projection: &B::Linear) -> &B::Tensor {
        self.projections[layer].get_or_init(|| backend.linear(&self.embedding, projection))
    }
}

impl<B: Backend> UNet<B> {
    /// Texts (B, T, C) for a request.
    pub fn context(&self, backend: &B, text: &Tensor) -> Result<Context<B>, Error> {
        let [n_texts, _, width] = text.token_shape("conditioning")?;
        if width != self.config.cross_attention_dim {
            return Err(Error::OutOfRange {
                what: "width of the conditioning",
                expected: self.config.cross_attention_dim.to_string(),
                found: width.to_string(),
            });
        }
        let nothing = || Mutex::new((0..n_texts).map(|_| None).collect());
        let layer = |_| KeysValues { keys: nothing(), values: nothing() };
        let layers = (0..self.numbers.transformer_layers).map(layer).collect();
        Ok(Context { texts: backend.upload(text), n_texts, layers })
    }

    /// A timestep, for all rows that are at it.
    pub fn moment(&self, backend: &B, timestep: f64) -> Moment<B> {
        let embedding = backend.scope(|| self.time_embedding.forward(backend, timestep));
        let projections = (0..self.numbers.resnets).map(|_| OnceLock::new()).collect();
        Moment { embedding, projections }
    }
}
