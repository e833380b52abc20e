//! One walk over the U-Net, as a forward pass takes it, that yields every layer with its count.
//! Shapes and names are diffusers' (`UNet2DConditionModel`).

use super::architecture::{Architecture, Level};
use super::macs::Macs;
use obclip_plan::{Block, Part};

/// What goes into a forward pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    /// Side of the square latent.
    pub(crate) latent: usize,
    /// Length of the text, padding included.
    pub(crate) n_tokens: usize,
}

/// What a multiply-accumulate is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Conv,
    Linear,
    /// QKᵀ
    AttentionScores,
    /// softmax(QKᵀ) V
    AttentionValues,
    /// `to_k`, `to_v` of the text.
    TextKeysValues,
    TimeEmbedding,
    /// Scales and shifts: parameters, no multiply-accumulates in our count.
    Norm,
}

/// One layer of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer {
    pub(crate) block: Block,
    pub(crate) kind: Kind,
    pub(crate) part: Part,
    /// Nothing before it, and not itself, has read the text.
    pub(crate) before_text: bool,
    pub(crate) macs: Macs,
    pub(crate) n_parameters: Macs,
}

/// Every layer of a forward pass of one row, in running order.
pub(crate) fn layers(architecture: &Architecture, input: Input) -> Vec<Layer> {
    let mut walk = Walk {
        architecture,
        n_tokens: input.n_tokens,
        x: Grid { channels: architecture.in_channels, side: input.latent },
        skips: Vec::new(),
        block: Block::Input,
        before_text: true,
        layers: Vec::new(),
    };
    walk.run();
    walk.layers
}

/// Sizes of an activation.
#[derive(Clone, Copy)]
struct Grid {
    channels: usize,
    side: usize,
}

impl Grid {
    fn positions(self) -> usize {
        self.side * self.side
    }
}

struct Walk<'a> {
    architecture: &'a Architecture,
    n_tokens: usize,
    /// The activation at this point of the pass.
    x: Grid,
    /// What the way down leaves for the way up.
    skips: Vec<Grid>,
    block: Block,
    before_text: bool,
    layers: Vec<Layer>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let Architecture { levels, has_mid_block, .. } = self.architecture;
        self.conv(3, levels[0].channels);
        self.skips.push(self.x);
        self.time_embedding();
        for (i, level) in levels.iter().enumerate() {
            self.down(i, level, i + 1 == levels.len());
        }
        if *has_mid_block {
            self.mid(&levels[levels.len() - 1]);
        }
        for (i, level) in levels.iter().rev().enumerate() {
            self.up(i, level, i + 1 == levels.len());
        }
        self.block = Block::Output;
        self.norm(self.x.channels);
        self.conv(3, self.architecture.out_channels);
    }

    fn time_embedding(&mut self) {
        self.block = Block::Time;
        let (first, width) = (self.architecture.levels[0].channels, self.time_width());
        for n_in in [first, width] {
            self.dense(Kind::TimeEmbedding, Part::Time, [n_in, width], 1, 1);
        }
        if let Some(pooled) = self.architecture.pooled_width {
            self.before_text = false;
            for n_in in [pooled, width] {
                self.dense(Kind::TimeEmbedding, Part::Body, [n_in, width], 1, 1);
            }
        }
    }

    fn down(&mut self, i: usize, level: &Level, is_last: bool) {
        self.block = Block::Down(i);
        for _ in 0..level.n_layers {
            self.resnet(level.channels);
            if level.down_attends {
                self.transformer(level.transformer_depth);
            }
            self.skips.push(self.x);
        }
        if !is_last {
            self.x.side = self.x.side.div_ceil(2);
            self.conv(3, level.channels);
            self.skips.push(self.x);
        }
    }

    fn mid(&mut self, level: &Level) {
        self.block = Block::Mid;
        self.resnet(level.channels);
        self.transformer(level.transformer_depth);
        self.resnet(level.channels);
    }

    fn up(&mut self, i: usize, level: &Level, is_last: bool) {
        self.block = Block::Up(i);
        for _ in 0..=level.n_layers {
            let skip = self.skips.pop().expect("the way down leaves as many as the way up takes");
            self.x.channels += skip.channels;
            self.resnet(level.channels);
            if level.up_attends {
                self.transformer(level.transformer_depth);
            }
        }
        if !is_last {
            let skip = self.skips.last().expect("a higher resolution has skips left");
            self.x.side = skip.side;
            self.conv(3, level.channels);
        }
    }

    fn resnet(&mut self, channels: usize) {
        let (n_in, time_width) = (self.x.channels, self.time_width());
        self.norm(n_in);
        self.conv(3, channels);
        // SDXL's time embedding holds the pooled text as well: it differs between rows.
        let part = match self.architecture.pooled_width {
            None => Part::Time,
            Some(_) => Part::Body,
        };
        self.dense(Kind::TimeEmbedding, part, [time_width, channels], 1, 1);
        self.norm(channels);
        self.conv(3, channels);
        if n_in != channels {
            self.dense(Kind::Conv, Part::Body, [n_in, channels], self.x.positions(), 1);
        }
    }

    fn transformer(&mut self, depth: usize) {
        let (width, positions) = (self.x.channels, self.x.positions());
        self.norm(width);
        self.dense(Kind::Linear, Part::Body, [width, width], positions, 1);
        for _ in 0..depth {
            self.norm(width);
            self.self_attention();
            self.norm(width);
            self.text_attention();
            self.norm(width);
            // GEGLU: two branches of four times the width.
            self.dense(Kind::Linear, Part::Body, [width, 8 * width], positions, 1);
            self.dense(Kind::Linear, Part::Body, [4 * width, width], positions, 1);
        }
        self.dense(Kind::Linear, Part::Body, [width, width], positions, 1);
    }

    fn self_attention(&mut self) {
        let (width, positions) = (self.x.channels, self.x.positions());
        for part in [Part::AttentionMap, Part::AttentionMap, Part::AttentionOutput] {
            self.dense(Kind::Linear, part, [width, width], positions, 0);
        }
        self.mix(positions);
    }

    fn text_attention(&mut self) {
        let (width, positions) = (self.x.channels, self.x.positions());
        let text_width = self.architecture.text_width;
        self.dense(Kind::Linear, Part::AttentionMap, [width, width], positions, 0);
        self.before_text = false;
        for part in [Part::TextKeys, Part::TextValues] {
            self.dense(Kind::TextKeysValues, part, [text_width, width], self.n_tokens, 0);
        }
        self.mix(self.n_tokens);
    }

    /// QKᵀ, PV and `to_out`; over all heads together each product costs width × positions × keys.
    fn mix(&mut self, n_keys: usize) {
        let (width, positions) = (self.x.channels, self.x.positions());
        let macs = product([width, positions, n_keys]);
        self.push(Kind::AttentionScores, Part::AttentionMap, macs, 0);
        self.push(Kind::AttentionValues, Part::AttentionOutput, macs, 0);
        self.dense(Kind::Linear, Part::AttentionOutput, [width, width], positions, 1);
    }

    /// A convolution with bias, from the present channels, at the present resolution.
    fn conv(&mut self, kernel: usize, n_out: usize) {
        let weights = product([kernel, kernel, self.x.channels, n_out]);
        let macs = weights * product([self.x.positions()]);
        self.x.channels = n_out;
        self.push(Kind::Conv, Part::Body, macs, weights + product([n_out]));
    }

    /// A linear layer or a 1×1 convolution, [in, out], at some positions, with none or one bias.
    fn dense(
        &mut self,
        kind: Kind,
        part: Part,
        shape: [usize; 2],
        positions: usize,
        n_bias: usize,
    ) {
        let n_parameters = product(shape) + product([n_bias, shape[1]]);
        self.push(kind, part, product(shape) * product([positions]), n_parameters);
    }

    fn norm(&mut self, channels: usize) {
        self.push(Kind::Norm, Part::Body, 0, product([2, channels]));
    }

    fn push(&mut self, kind: Kind, part: Part, macs: Macs, n_parameters: Macs) {
        let (block, before_text) = (self.block, self.before_text);
        self.layers.push(Layer { block, kind, part, before_text, macs, n_parameters });
    }

    /// Width of the time embedding: four times the first level's.
    fn time_width(&self) -> usize {
        4 * self.architecture.levels[0].channels
    }
}

/// In the counts' own type, which no architecture within the limits can overflow.
fn product<const N: usize>(factors: [usize; N]) -> Macs {
    factors.into_iter().map(|factor| factor as Macs).product()
}
