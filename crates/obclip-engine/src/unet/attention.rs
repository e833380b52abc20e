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

    /// What reads its input, as all its projections of it do.
    pub(super) fn reader(&self) -> &B::Linear {
        &self.to_q
    }

    /// `x` and what the attention makes of `normal`, which was made for [`Self::reader`]; for the text's attention one row for each of
    /// the pass.
    pub(super) fn forward_add(
        &self,
        normal: &B::Tensor,
        x: &B::Tensor,
        pass: &mut Pass<'_, B>,
    ) -> B::Tensor {
        let map_rows = pass.tap.map_rows(self.site.block);
        let inputs = pass.inputs();
        let mix = || match &map_rows {
            None => self.mix(normal, &inputs),
            Some(map_rows) => self.mix_mapped(normal, map_rows, &inputs),
        };
        let backend = pass.backend;
        if !pass.tap.wants_attention(self.site) {
            let mixed = mix();
            let x = pass.spread_like(x, &mixed);
            return backend.linear_add(&mixed, &self.to_out, &x);
        }
        let output = pass.tap.attention(self.site, &mut || backend.linear(&mix(), &self.to_out));
        let x = pass.spread_like(x, &output);
        backend.add(output, &x)
    }

    fn mix(&self, x: &B::Tensor, pass: &super::Inputs<'_, B>) -> B::Tensor {
        let backend = pass.backend;
        let q = backend.linear_for_attention(x, &self.to_q);
        let spec = AttentionSpec { n_heads: self.n_heads, causal: false, kv_rows: None };
        match self.site.kind {
            AttentionKind::OwnPositions => {
                let [k, v] = [&self.to_k, &self.to_v].map(|to| backend.linear_for_attention(x, to));
                backend.attention_for(&q, &k, &v, spec, &self.to_out)
            }
            AttentionKind::Text => {
                let q = pass.spread(q);
                let texts = pass.texts;
                let [k, v] =
                    [self.text_keys(&texts.read, pass), self.text_values(&texts.read, pass)];
                let spec = AttentionSpec { kv_rows: Some(&texts.places), ..spec };
                backend.attention_for(&q, &k, &v, spec, &self.to_out)
            }
        }
    }

    /// Queries and keys of the rows whose maps are read, values of all rows.
    fn mix_mapped(
        &self,
        x: &B::Tensor,
        map_rows: &[usize],
        pass: &super::Inputs<'_, B>,
    ) -> B::Tensor {
        let backend = pass.backend;
        let mut pivots = map_rows.to_vec();
        pivots.sort_unstable();
        pivots.dedup();
        let rows: Vec<_> = pivots.iter().map(|&row| (x, row)).collect();
        let of_pivots = backend.gather_rows(&rows);
        let q = backend.linear(&of_pivots, &self.to_q);
        let (k, v) = match self.site.kind {
            AttentionKind::OwnPositions => {
                (backend.linear(&of_pivots, &self.to_k), backend.linear(x, &self.to_v))
            }
            AttentionKind::Text => {
                let texts: Vec<usize> = pivots.iter().map(|&row| pass.texts.of_rows[row]).collect();
                (self.text_keys(&texts, pass), self.text_values(pass.texts.of_rows, pass))
            }
        };
        let place = |row: &usize| pivots.partition_point(|other| other < row);
        let maps: Vec<usize> = map_rows.iter().map(place).collect();
        backend.attention_mapped(&q, &k, &v, self.n_heads, &maps)
    }

    fn text_keys(&self, texts: &[usize], pass: &super::Inputs<'_, B>) -> B::Tensor {
        let kept = &pass.context.layers[self.site.layer].keys;
        pass.context.project(pass.backend, kept, &self.to_k, texts)
    }

    fn text_values(&self, texts: &[usize], pass: &super::Inputs<'_, B>) -> B::Tensor {
        let kept = &pass.context.layers[self.site.layer].values;
        pass.context.project(pass.backend, kept, &self.to_v, texts)
    }
}
