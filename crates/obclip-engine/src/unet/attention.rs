//! Attention over the image's own positions, or over the text.

use super::Pass;
use super::tap::{AttentionKind, Site};
use crate::backend::{AttentionSpec, Backend};
use crate::error::Error;
use crate::layers::{linear, linear_no_bias};
use crate::weights::WeightsPath;

/// Projections of one attention, `to_q`, `to_k`, `to_v`, `to_out.0`.
pub(super) struct Attention<B: Backend> {
    site: Site,
    n_heads: usize,
    to_q: B::Linear,
    to_k: B::Linear,
    to_v: B::Linear,
    to_out: B::Linear,
}

/// Keys and values of one attention, (B, T, C) each.
pub(super) struct KeysValues<B: Backend> {
    keys: B::Tensor,
    values: B::Tensor,
}

impl<B: Backend> Attention<B> {
    pub(super) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        site: Site,
        n_heads: usize,
        [width, source_width]: [usize; 2],
    ) -> Result<Self, Error> {
        Ok(Self {
            site,
            n_heads,
            to_q: linear_no_bias(backend, &path.at("to_q"), width, width)?,
            to_k: linear_no_bias(backend, &path.at("to_k"), source_width, width)?,
            to_v: linear_no_bias(backend, &path.at("to_v"), source_width, width)?,
            to_out: linear(backend, &path.at("to_out.0"), width, width)?,
        })
    }

    pub(super) fn keys_values(&self, backend: &B, source: &B::Tensor) -> KeysValues<B> {
        KeysValues {
            keys: backend.linear(source, &self.to_k),
            values: backend.linear(source, &self.to_v),
        }
    }

    /// For the text's attention the keys and values are in the pass's context already.
    pub(super) fn forward(&self, x: &B::Tensor, pass: &mut Pass<'_, B>) -> B::Tensor {
        let Pass { backend, context, text_rows, .. } = *pass;
        pass.tap.attention(self.site, &mut || {
            let q = backend.linear(x, &self.to_q);
            let spec = AttentionSpec { n_heads: self.n_heads, causal: false, kv_rows: None };
            let mixed = match self.site.kind {
                AttentionKind::OwnPositions => {
                    let KeysValues { keys, values } = self.keys_values(backend, x);
                    backend.attention(&q, &keys, &values, spec)
                }
                AttentionKind::Text => {
                    let KeysValues { keys, values } = &context.layers[self.site.layer];
                    let spec = AttentionSpec { kv_rows: Some(text_rows), ..spec };
                    backend.attention(&q, keys, values, spec)
                }
            };
            backend.linear(&mixed, &self.to_out)
        })
    }
}
