//! `UNet2DConditionModel` of the SD-1.x family: noisy latent, timestep and text → prediction.
//! <https://arxiv.org/abs/2112.10752>, with diffusers' names.

mod attention;
mod blocks;
mod context;
mod macs;
mod memory;
mod resnet;
mod tap;
mod transformer;

use obclip_plan::Block;

use crate::backend::Backend;
use crate::config::UNetConfig;
use crate::error::Error;
use crate::layers::{Conv3x3, conv3x3, group_norm_silu, norm};
use crate::tensor::Tensor;
use crate::time_embedding::TimeEmbedding;
use crate::weights::{Weights, WeightsPath};
use blocks::{DownBlock, MidBlock, UpBlock};
pub use context::{Context, Moment};
pub use macs::Macs;
pub(crate) use memory::Sizes;
pub use tap::{AttentionKind, Site, Tap, Untapped};

/// The network.
pub struct UNet<B: Backend> {
    config: UNetConfig,
    time_embedding: TimeEmbedding<B>,
    conv_in: B::Conv,
    down_blocks: Vec<DownBlock<B>>,
    mid_block: Option<MidBlock<B>>,
    up_blocks: Vec<UpBlock<B>>,
    norm_out: B::Norm,
    conv_out: B::Conv,
    numbers: Numbers,
}

/// How many layers there are of the kinds that are numbered, in running order.
#[derive(Clone, Copy, Default)]
pub(crate) struct Numbers {
    transformer_layers: usize,
    resnets: usize,
}

impl Numbers {
    /// The next number of a kind.
    fn take(count: &mut usize) -> usize {
        *count += 1;
        *count - 1
    }
}

/// What the way down leaves for the way up.
pub struct Features<B: Backend> {
    /// The lowest level's output, after the mid block if there is one.
    pub bottom: B::Tensor,
    /// One tensor per layer of the way down, in the order they were made.
    pub skips: Vec<B::Tensor>,
}

/// The rows of one forward pass, all at one timestep.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// (N', C, h, w): one per row, or fewer that several rows share until the first look at the text.
    pub latents: &'a Tensor,
    /// The latent of each row.
    pub latent_rows: &'a [usize],
    /// The text of each row, by its place in the context.
    pub text_rows: &'a [usize],
}

/// What every block of one forward pass reads.
pub(crate) struct Pass<'a, B: Backend> {
    backend: &'a B,
    moment: &'a Moment<B>,
    context: &'a Context<B>,
    latent_rows: &'a [usize],
    texts: &'a Texts<'a>,
    tap: &'a mut dyn Tap<B>,
}

/// A pass without its tap.
struct Inputs<'a, B: Backend> {
    backend: &'a B,
    context: &'a Context<B>,
    latent_rows: &'a [usize],
    texts: &'a Texts<'a>,
}

/// The texts of a pass.
pub(crate) struct Texts<'a> {
    /// Of each row.
    of_rows: &'a [usize],
    /// Those that are read, each once.
    read: Vec<usize>,
    /// The place of each row's text among them.
    places: Vec<usize>,
}

impl<'a> Texts<'a> {
    fn new(of_rows: &'a [usize]) -> Self {
        let mut read = of_rows.to_vec();
        read.sort_unstable();
        read.dedup();
        let place = |text: &usize| read.partition_point(|other| other < text);
        let places = of_rows.iter().map(place).collect();
        Self { of_rows, read, places }
    }
}

impl<'a, B: Backend> Pass<'a, B> {
    fn inputs(&self) -> Inputs<'a, B> {
        let Self { backend, context, latent_rows, texts, .. } = *self;
        Inputs { backend, context, latent_rows, texts }
    }

    /// One row for each row of the pass, of a tensor that may still have one for each latent.
    fn spread(&self, x: B::Tensor) -> B::Tensor {
        self.inputs().spread(x)
    }

    /// `x` with as many rows as `like`.
    fn spread_like(&self, x: &B::Tensor, like: &B::Tensor) -> B::Tensor {
        let (n, wanted) = (self.backend.dims(x).n, self.backend.dims(like).n);
        if n == wanted { x.clone() } else { self.spread(x.clone()) }
    }
}

impl<B: Backend> Inputs<'_, B> {
    fn spread(&self, x: B::Tensor) -> B::Tensor {
        if self.backend.dims(&x).n == self.latent_rows.len() {
            return x;
        }
        let rows: Vec<_> = self.latent_rows.iter().map(|&latent| (&x, latent)).collect();
        self.backend.gather_rows(&rows)
    }
}

impl<B: Backend> UNet<B> {
    pub(crate) fn load(backend: &B, config: UNetConfig, weights: Weights) -> Result<Self, Error> {
        let unet = Self::load_from(backend, config, &weights.root())?;
        weights.finish()?;
        Ok(unet)
    }

    fn load_from(backend: &B, config: UNetConfig, path: &WeightsPath<'_>) -> Result<Self, Error> {
        let first = config.block_out_channels[0];
        let mut numbers = Numbers::default();
        Ok(Self {
            time_embedding: TimeEmbedding::load(backend, &path.at("time_embedding"), &config)?,
            conv_in: conv3x3(
                backend,
                &path.at("conv_in"),
                Conv3x3::new(config.in_channels, first),
            )?,
            down_blocks: blocks::load_down(backend, path, &config, &mut numbers)?,
            mid_block: config
                .has_mid_block
                .then(|| MidBlock::load(backend, &path.at("mid_block"), &config, &mut numbers))
                .transpose()?,
            up_blocks: blocks::load_up(backend, path, &config, &mut numbers)?,
            norm_out: norm(backend, &path.at("conv_norm_out"), first)?,
            conv_out: conv3x3(
                backend,
                &path.at("conv_out"),
                Conv3x3::new(first, config.out_channels),
            )?,
            config,
            numbers,
        })
    }

    /// Resolutions; a plan's blocks are numbered by them.
    pub fn n_levels(&self) -> usize {
        self.config.block_out_channels.len()
    }

    pub(crate) fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// What a forward pass costs, for one row: a latent of `h × w` and a text of `n_tokens`.
    pub fn macs(&self, h: usize, w: usize, n_tokens: usize) -> Macs {
        macs::count(&self.config, h, w, n_tokens)
    }

    /// Sizes of its tensors, for one row.
    pub(crate) fn sizes(&self, h: usize, w: usize, n_tokens: usize) -> Sizes<'_> {
        Sizes::new(&self.config, h, w, n_tokens)
    }

    /// The prediction for noisy latents (N, C, h, w) at one timestep; `text_rows` names each row's
    /// text.
    pub fn forward(
        &self,
        backend: &B,
        latents: &Tensor,
        timestep: f64,
        context: &Context<B>,
        text_rows: &[usize],
    ) -> Result<Tensor, Error> {
        self.forward_tapped(backend, latents, timestep, context, text_rows, &mut Untapped)
    }

    /// Like [`Self::forward`]; `tap` sees every block's output and may stand in for attentions and blocks.
    pub fn forward_tapped(
        &self,
        backend: &B,
        latents: &Tensor,
        timestep: f64,
        context: &Context<B>,
        text_rows: &[usize],
        tap: &mut dyn Tap<B>,
    ) -> Result<Tensor, Error> {
        let latent_rows: Vec<usize> = (0..text_rows.len()).collect();
        let rows = Rows { latents, latent_rows: &latent_rows, text_rows };
        self.forward_rows(backend, rows, &self.moment(backend, timestep), context, tap)
    }

    /// Like [`Self::forward_tapped`] for a timestep that several passes share, and rows that may share
    /// latents.
    pub fn forward_rows(
        &self,
        backend: &B,
        rows: Rows<'_>,
        moment: &Moment<B>,
        context: &Context<B>,
        tap: &mut dyn Tap<B>,
    ) -> Result<Tensor, Error> {
        self.check_inputs(rows, context)?;
        let Rows { latents, latent_rows, text_rows } = rows;
        let texts = &Texts::new(text_rows);
        backend.scope(|| {
            let x = backend.upload(latents);
            let mut pass = Pass { backend, moment, context, latent_rows, texts, tap };
            let features = self.encode(x, &mut pass);
            let x = self.decode(features, &mut pass);
            backend.fetch_image(&pass.spread(x))
        })
    }

    /// The way down, and the mid block.
    pub(crate) fn encode(&self, x: B::Tensor, pass: &mut Pass<'_, B>) -> Features<B> {
        let mut features = match pass.tap.instead_of(Block::Input) {
            Some(kept) => kept,
            None => {
                let x = pass.backend.conv2d(&x, &self.conv_in);
                pass.tap.computed(Block::Input, &x, std::slice::from_ref(&x));
                Features { skips: vec![x.clone()], bottom: x }
            }
        };
        for (level, block) in self.down_blocks.iter().enumerate() {
            features = match pass.tap.instead_of(Block::Down(level)) {
                Some(kept) => {
                    features.skips.extend(kept.skips);
                    Features { bottom: kept.bottom, ..features }
                }
                None => {
                    let n_skips = features.skips.len();
                    let features = block.forward(features, pass);
                    let made = &features.skips[n_skips..];
                    pass.tap.computed(Block::Down(level), &features.bottom, made);
                    features
                }
            };
        }
        if let Some(mid_block) = &self.mid_block {
            features.bottom = match pass.tap.instead_of(Block::Mid) {
                Some(kept) => kept.bottom,
                None => {
                    let bottom = mid_block.forward(features.bottom, pass);
                    pass.tap.computed(Block::Mid, &bottom, &[]);
                    bottom
                }
            };
        }
        features
    }

    /// The way up.
    pub(crate) fn decode(&self, mut features: Features<B>, pass: &mut Pass<'_, B>) -> B::Tensor {
        for (level, block) in self.up_blocks.iter().enumerate() {
            features = match pass.tap.instead_of(Block::Up(level)) {
                Some(kept) => {
                    features.skips.truncate(features.skips.len() - block.n_skips());
                    Features { bottom: kept.bottom, ..features }
                }
                None => {
                    let features = block.forward(features, pass);
                    pass.tap.computed(Block::Up(level), &features.bottom, &[]);
                    features
                }
            };
        }
        let spec = group_norm_silu(self.config.norm_num_groups, self.config.norm_eps);
        let x = pass.backend.group_norm(&features.bottom, &self.norm_out, spec);
        pass.backend.conv2d(&x, &self.conv_out)
    }

    fn check_inputs(&self, rows: Rows<'_>, context: &Context<B>) -> Result<(), Error> {
        let [n, c, h, w] = rows.latents.image_shape("latents")?;
        let n_rows = rows.text_rows.len();
        if c != self.config.in_channels || h == 0 || w == 0 || n == 0 || n > n_rows {
            return Err(Error::TensorShape {
                what: "latents",
                expected: vec![n_rows, self.config.in_channels, h.max(1), w.max(1)],
                found: rows.latents.shape().to_vec(),
            });
        }
        let below =
            |what, rows: &[usize], limit: usize| match rows.iter().find(|row| **row >= limit) {
                None => Ok(()),
                Some(row) => Err(Error::OutOfRange {
                    what,
                    expected: format!("below {limit}"),
                    found: row.to_string(),
                }),
            };
        below("text of a row", rows.text_rows, context.n_texts())?;
        below("latent of a row", rows.latent_rows, n)?;
        // Where every row has a latent of its own, they stand in the same order.
        let own_latents = rows.latent_rows.iter().copied().eq(0..n_rows);
        match rows.latent_rows.len() == n_rows && (n < n_rows || own_latents) {
            true => Ok(()),
            false => Err(Error::OutOfRange {
                what: "latents of the rows",
                expected: format!("one for each of {n_rows} rows, in order"),
                found: format!("{:?}", rows.latent_rows),
            }),
        }
    }
}
