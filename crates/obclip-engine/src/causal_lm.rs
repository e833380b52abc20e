//! A causal language model of the GPT-2 family: how likely is a text?
//! Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.

use crate::backend::{AttentionSpec, Backend, LinearWeights};
use crate::config::Gpt2Config;
use crate::error::Error;
use crate::layers::norm;
use crate::model_files::ModelFiles;
use crate::tensor::Tensor;
use crate::tokenizer::ByteTokenizer;
use crate::weights::{Weights, WeightsPath};

/// A folder in Hugging Face layout: `config.json`, `model.safetensors`, and `tokenizer.json` or
/// `vocab.json` with `merges.txt`.
pub struct CausalLm<B: Backend> {
    backend: B,
    config: Gpt2Config,
    tokenizer: ByteTokenizer,
    /// (vocabulary, C)
    token_embedding: Tensor,
    /// (positions, C)
    position_embedding: Tensor,
    layers: Vec<Layer<B>>,
    final_norm: B::Norm,
    head: B::Linear,
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

impl<B: Backend> CausalLm<B> {
    /// Reads the folder and packs its weights.
    pub fn load(files: &ModelFiles, backend: B) -> Result<Self, Error> {
        let config = Gpt2Config::open(files)?;
        let tokenizer = ByteTokenizer::open(files)?;
        let weights = Weights::open_root(files)?;
        // Masks of the attention are computed here; older files store them.
        weights.ignore(|name| name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias"));
        let root = weights.root();
        let nested = root.at("transformer");
        let path = if nested.has("wte.weight") { nested } else { root.clone() };
        let (vocab, width) = (config.vocab_size, config.width);
        let token_embedding = path.take("wte.weight", &[vocab, width])?;
        let head = match config.tied_head && !root.has("lm_head.weight") {
            true => token_embedding.clone(),
            false => root.take("lm_head.weight", &[vocab, width])?,
        };
        let model = Self {
            position_embedding: path.take("wpe.weight", &[config.max_tokens, width])?,
            layers: (0..config.n_layers)
                .map(|layer| Layer::load(&backend, &path.at("h").at(layer), &config))
                .collect::<Result<_, _>>()?,
            final_norm: norm(&backend, &path.at("ln_f"), width)?,
            head: backend.pack_linear(LinearWeights { weight: head, bias: None }),
            token_embedding,
            tokenizer,
            config,
            backend,
        };
        drop((path, root));
        weights.finish()?;
        model.backend.check_packed()?;
        Ok(model)
    }

    /// The natural logarithm of each text's probability: the sum over its tokens, each given those
    /// before it and the start token.
    pub fn log_probabilities<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<f64>, Error> {
        texts.iter().map(|text| self.log_probability(text.as_ref())).collect()
    }

    fn log_probability(&self, text: &str) -> Result<f64, Error> {
        let ids = self.ids(text)?;
        let logits = self.logits(&ids)?;
        let scores = ids[1..].iter().enumerate();
        Ok(scores.map(|(row, &id)| log_softmax_at(logits.row(row), id as usize)).sum())
    }

    /// The start token, then those of the text.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, Error> {
        let mut ids = vec![self.config.start_id];
        ids.extend(self.tokenizer.encode(text)?);
        Ok(ids)
    }

    /// Scores of every next token, (T, vocabulary).
    pub fn logits(&self, ids: &[u32]) -> Result<Tensor, Error> {
        let (n_tokens, width) = (ids.len(), self.config.width);
        let out_of_range = |what, expected, found: usize| Error::OutOfRange {
            what,
            expected,
            found: found.to_string(),
        };
        if n_tokens == 0 || n_tokens > self.config.max_tokens {
            let expected = format!("1 to {}", self.config.max_tokens);
            return Err(out_of_range("tokens", expected, n_tokens));
        }
        let mut embedded = Vec::with_capacity(n_tokens * width);
        for (position, &id) in ids.iter().enumerate() {
            if id as usize >= self.config.vocab_size {
                let expected = format!("below {}", self.config.vocab_size);
                return Err(out_of_range("token id", expected, id as usize));
            }
            let token = self.token_embedding.row(id as usize);
            let place = self.position_embedding.row(position);
            embedded.extend(token.iter().zip(place).map(|(token, place)| token + place));
        }
        let embedded = Tensor::new([1, n_tokens, width], embedded)?;
        let logits = self.backend.scope(|| self.forward(&embedded));
        self.backend.release_memory();
        let logits = logits?;
        Tensor::new([n_tokens, self.config.vocab_size], logits.into_data())
    }

    /// (1, T, C) → (1, T, vocabulary)
    fn forward(&self, embedded: &Tensor) -> Result<Tensor, Error> {
        let backend = &self.backend;
        let mut x = backend.upload(embedded);
        for layer in &self.layers {
            x = layer.forward(backend, x, &self.config);
        }
        let x = backend.layer_norm(&x, &self.final_norm, self.config.layer_norm_eps);
        backend.fetch_tokens(&backend.linear(&x, &self.head))
    }
}

impl<B: Backend> Layer<B> {
    fn load(backend: &B, path: &WeightsPath<'_>, config: &Gpt2Config) -> Result<Self, Error> {
        let (width, inner) = (config.width, config.inner_width);
        let (attention, mlp) = (path.at("attn"), path.at("mlp"));
        let [q, k, v] = three(backend, &attention.at("c_attn"), width)?;
        Ok(Self {
            norm1: norm(backend, &path.at("ln_1"), width)?,
            q,
            k,
            v,
            out: linear(backend, &attention.at("c_proj"), width, width)?,
            norm2: norm(backend, &path.at("ln_2"), width)?,
            fc1: linear(backend, &mlp.at("c_fc"), width, inner)?,
            fc2: linear(backend, &mlp.at("c_proj"), inner, width)?,
        })
    }

    fn forward(&self, backend: &B, x: B::Tensor, config: &Gpt2Config) -> B::Tensor {
        let h = backend.layer_norm_for(&x, &self.norm1, config.layer_norm_eps, &self.q);
        let spec = AttentionSpec { n_heads: config.n_heads, causal: true, kv_rows: None };
        let q = backend.linear_for_attention(&h, &self.q);
        let k = backend.linear_for_attention(&h, &self.k);
        let v = backend.linear_for_attention(&h, &self.v);
        let mixed = backend.attention_for(&q, &k, &v, spec, &self.out);
        let x = backend.linear_add(&mixed, &self.out, &x);

        let h = backend.layer_norm_for(&x, &self.norm2, config.layer_norm_eps, &self.fc1);
        let h = backend.linear_activate(&h, &self.fc1, config.activation);
        backend.linear_add(&h, &self.fc2, &x)
    }
}

/// GPT-2 stores its layers the other way round, (C_in, C_out).
fn linear<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    c_in: usize,
    c_out: usize,
) -> Result<B::Linear, Error> {
    let weight = path.take("weight", &[c_in, c_out])?;
    let bias = path.take("bias", &[c_out])?;
    pack_columns(backend, &weight, &bias, 0..c_out)
}

/// Queries, keys and values lie side by side in one layer.
fn three<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    width: usize,
) -> Result<[B::Linear; 3], Error> {
    let weight = path.take("weight", &[width, 3 * width])?;
    let bias = path.take("bias", &[3 * width])?;
    let part = |at: usize| pack_columns(backend, &weight, &bias, at * width..(at + 1) * width);
    Ok([part(0)?, part(1)?, part(2)?])
}

/// The layer of some columns of a (C_in, C_out) weight.
fn pack_columns<B: Backend>(
    backend: &B,
    weight: &Tensor,
    bias: &Tensor,
    columns: std::ops::Range<usize>,
) -> Result<B::Linear, Error> {
    let (c_in, c_out) = (weight.shape()[0], weight.shape()[1]);
    let column = |column: usize| (0..c_in).map(move |row| weight.data()[row * c_out + column]);
    let turned: Vec<f32> = columns.clone().flat_map(column).collect();
    let bias = Tensor::new([columns.len()], bias.data()[columns.clone()].to_vec())?;
    let weight = Tensor::new([columns.len(), c_in], turned)?;
    Ok(backend.pack_linear(LinearWeights { weight, bias: Some(bias) }))
}

/// The log-probability of one token among all.
fn log_softmax_at(logits: &[f32], at: usize) -> f64 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - most).exp()).sum();
    f64::from(logits[at] - most) - sum.ln()
}
