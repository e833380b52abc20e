//! CLIP's text tower: token ids → one vector per token. <https://arxiv.org/abs/2103.00020> §2.4.

use crate::backend::{Activation, AttentionSpec, Backend};
use crate::config::TextConfig;
use crate::error::Error;
use crate::layers::{linear, norm};
use crate::tensor::Tensor;
use crate::weights::{Weights, WeightsPath};

/// The transformer with its embeddings.
pub(crate) struct TextEncoder<B: Backend> {
    config: TextConfig,
    /// (vocabulary, C)
    token_embedding: Tensor,
    /// (positions, C)
    position_embedding: Tensor,
    layers: Vec<Layer<B>>,
    final_norm: B::Norm,
}

struct Layer<B: Backend> {
    norm1: B::Norm,
    q: B::Linear,
    k: B::Linear,
    v: B::Linear,
    out: B::Linear,
    norm2: B::Norm,
    fc1: B::Linear,
    fc2: B::Linear,
}

impl<B: Backend> TextEncoder<B> {
    /// `clip_skip` leaves out that many of the last layers.
    pub(crate) fn load(
        backend: &B,
        config: TextConfig,
        clip_skip: usize,
        weights: Weights,
    ) -> Result<Self, Error> {
        // The pooled projection and the stored 0, 1, 2 … are not needed.
        weights.ignore(|name| name.ends_with("position_ids") || name == "text_projection.weight");
        // transformers 5 writes the same tensors without the outer name.
        let root = weights.root();
        let nested = root.at("text_model");
        let is_nested = nested.has("embeddings.token_embedding.weight");
        let path = if is_nested { nested } else { root };
        let width = config.hidden_size;
        let embeddings = path.at("embeddings");
        let mut encoder = Self {
            token_embedding: embeddings
                .take("token_embedding.weight", &[config.vocab_size, width])?,
            position_embedding: embeddings
                .take("position_embedding.weight", &[config.max_tokens, width])?,
            layers: (0..config.n_layers)
                .map(|layer| Layer::load(backend, &path.at("encoder.layers").at(layer), &config))
                .collect::<Result<_, _>>()?,
            final_norm: norm(backend, &path.at("final_layer_norm"), width)?,
            config,
        };
        drop(path);
        weights.finish()?;
        encoder.layers.truncate(encoder.layers.len().saturating_sub(clip_skip));
        Ok(encoder)
    }

    /// Each text's ids, all of one length T → (N, T, C), after the final layer norm.
    pub(crate) fn forward(&self, backend: &B, ids: &[Vec<u32>]) -> Result<Tensor, Error> {
        let embedded = self.embed(ids)?;
        backend.scope(|| {
            let mut x = backend.upload(&embedded);
            for layer in &self.layers {
                x = layer.forward(backend, x, &self.config);
            }
            let x = backend.layer_norm(&x, &self.final_norm, self.config.layer_norm_eps);
            backend.fetch_tokens(&x)
        })
    }

    /// The most values that a text of `n_tokens` takes at once on its way through: a bound for the CPU backend.
    pub(crate) fn row_values(&self, n_tokens: usize) -> u64 {
        let TextConfig { hidden_size, intermediate_size, .. } = self.config;
        // Nine tensors of a layer live to its end; the wide one may be put together from pieces.
        (n_tokens * (9 * hidden_size + 2 * intermediate_size)) as u64
    }

    fn embed(&self, ids: &[Vec<u32>]) -> Result<Tensor, Error> {
        let n_tokens = ids.first().map_or(0, Vec::len);
        let width = self.config.hidden_size;
        if n_tokens > self.config.max_tokens {
            return Err(Error::OutOfRange {
                what: "tokens",
                expected: format!("at most {}", self.config.max_tokens),
                found: n_tokens.to_string(),
            });
        }
        let mut data = Vec::with_capacity(ids.len() * n_tokens * width);
        for (position, &id) in ids.iter().flat_map(|row| row.iter().enumerate()) {
            if id as usize >= self.config.vocab_size {
                return Err(Error::OutOfRange {
                    what: "token id",
                    expected: format!("below {}", self.config.vocab_size),
                    found: id.to_string(),
                });
            }
            let token = self.token_embedding.row(id as usize);
            let place = self.position_embedding.row(position);
            data.extend(token.iter().zip(place).map(|(token, place)| token + place));
        }
        Tensor::new([ids.len(), n_tokens, width], data)
    }
}

impl<B: Backend> Layer<B> {
    fn load(backend: &B, path: &WeightsPath<'_>, config: &TextConfig) -> Result<Self, Error> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let attention = path.at("self_attn");
        Ok(Self {
            norm1: norm(backend, &path.at("layer_norm1"), width)?,
            q: linear(backend, &attention.at("q_proj"), width, width)?,
            k: linear(backend, &attention.at("k_proj"), width, width)?,
            v: linear(backend, &attention.at("v_proj"), width, width)?,
            out: linear(backend, &attention.at("out_proj"), width, width)?,
            norm2: norm(backend, &path.at("layer_norm2"), width)?,
            fc1: linear(backend, &path.at("mlp.fc1"), width, inner)?,
            fc2: linear(backend, &path.at("mlp.fc2"), inner, width)?,
        })
    }

    fn forward(&self, backend: &B, x: B::Tensor, config: &TextConfig) -> B::Tensor {
        let h = backend.layer_norm_for(&x, &self.norm1, config.layer_norm_eps, &self.q);
        let spec = AttentionSpec { n_heads: config.n_heads, causal: true, kv_rows: None };
        let q = backend.linear_for_attention(&h, &self.q);
        let k = backend.linear_for_attention(&h, &self.k);
        let v = backend.linear_for_attention(&h, &self.v);
        let mixed = backend.attention_for(&q, &k, &v, spec, &self.out);
        let x = backend.linear_add(&mixed, &self.out, &x);

        let h = backend.layer_norm_for(&x, &self.norm2, config.layer_norm_eps, &self.fc1);
        let activation: Activation = config.activation;
        let h = backend.linear_activate(&h, &self.fc1, activation);
        backend.linear_add(&h, &self.fc2, &x)
    }
}
