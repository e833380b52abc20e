//! How many multiply-accumulates a forward pass takes: a function of the configuration alone.

use std::ops::AddAssign;

use crate::config::{BlockKind, UNetConfig};

/// Multiply-accumulates of one row (one latent with one text), by kind of operation.
/// Normalisations, activations and sums count nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Macs {
    /// Convolutions, 1×1 shortcuts included.
    pub conv: u64,
    /// Linear layers and 1×1 projections, but for those of the text's keys and values.
    pub linear: u64,
    /// Both matrix products of every attention.
    pub attention: u64,
    /// Keys and values of the text, which are computed once per text and not once per step.
    pub text: u64,
}

impl Macs {
    /// What every step of a row costs.
    pub fn per_step(&self) -> u64 {
        self.conv + self.linear + self.attention
    }
}

impl AddAssign for Macs {
    fn add_assign(&mut self, other: Self) {
        self.conv += other.conv;
        self.linear += other.linear;
        self.attention += other.attention;
        self.text += other.text;
    }
}

/// For a latent of `h × w` and texts of `n_tokens`.
pub(super) fn count(config: &UNetConfig, h: usize, w: usize, n_tokens: usize) -> Macs {
    let widths = &config.block_out_channels;
    let n_levels = widths.len();
    // Positions of each level; an odd size is halved rounding up.
    let positions: Vec<u64> = (0..n_levels)
        .map(|level| (h.div_ceil(1 << level) * w.div_ceil(1 << level)) as u64)
        .collect();
    let at = |level: usize| Level { config, level, positions: positions[level], n_tokens };
    let mut macs = Macs::default();
    macs.linear += product(&[widths[0], 4 * widths[0]]) + product(&[4 * widths[0], 4 * widths[0]]);
    macs.conv += positions[0] * product(&[9, config.in_channels, widths[0]]);
    for level in 0..n_levels {
        for layer in 0..config.layers_per_block[level] {
            let c_in = if layer == 0 { widths[level.saturating_sub(1)] } else { widths[level] };
            macs += at(level).layer(c_in, config.down_blocks[level]);
        }
        if level + 1 < n_levels {
            macs.conv += positions[level + 1] * product(&[9, widths[level], widths[level]]);
        }
    }
    let last = n_levels - 1;
    if config.has_mid_block {
        macs += at(last).layer(widths[last], BlockKind::CrossAttention);
        macs += at(last).layer(widths[last], BlockKind::Plain);
    }
    for (step, &kind) in config.up_blocks.iter().enumerate() {
        let level = last - step;
        let n_layers = config.layers_per_block[level] + 1;
        for layer in 0..n_layers {
            let own = widths[level];
            let skip = if layer + 1 == n_layers { widths[level.saturating_sub(1)] } else { own };
            let below = if layer == 0 { widths[(level + 1).min(last)] } else { own };
            macs += at(level).layer(below + skip, kind);
        }
        if level > 0 {
            macs.conv += positions[level - 1] * product(&[9, widths[level], widths[level]]);
        }
    }
    macs.conv += positions[0] * product(&[9, widths[0], config.out_channels]);
    macs
}

/// One level of the network.
#[derive(Clone, Copy)]
struct Level<'a> {
    config: &'a UNetConfig,
    level: usize,
    positions: u64,
    n_tokens: usize,
}

impl Level<'_> {
    /// A residual layer, and its transformer if the block has them.
    fn layer(self, c_in: usize, kind: BlockKind) -> Macs {
        let width = self.config.block_out_channels[self.level];
        let shortcut = if c_in == width { 0 } else { product(&[c_in, width]) };
        let kernels = product(&[9, c_in, width]) + product(&[9, width, width]) + shortcut;
        let mut macs = Macs {
            conv: self.positions * kernels,
            linear: product(&[4 * self.config.block_out_channels[0], width]),
            ..Macs::default()
        };
        if kind == BlockKind::CrossAttention {
            macs += self.transformer(width);
        }
        macs
    }

    fn transformer(self, width: usize) -> Macs {
        let (positions, n_tokens) = (self.positions, self.n_tokens as u64);
        let square = product(&[width, width]);
        let n_layers = self.config.transformer_layers[self.level] as u64;
        // Own q, k, v, out; the text's q, out; the gated feed-forward: 8 in, 4 out.
        let linear = n_layers * positions * (4 + 2 + 12) * square;
        Macs {
            conv: 0,
            linear: linear + 2 * positions * square,
            attention: n_layers * 2 * positions * (positions + n_tokens) * width as u64,
            text: n_layers * 2 * n_tokens * product(&[self.config.cross_attention_dim, width]),
        }
    }
}

fn product(sizes: &[usize]) -> u64 {
    sizes.iter().map(|&size| size as u64).product()
}
