//! How much memory a forward pass takes: a function of the configuration alone, counted as the CPU backend runs it. An
//! upper bound; `obclip-server/tests/memory.rs` holds it to one and a half times what is measured.

use obclip_plan::Block;

use crate::backend::cpu::winograd;
use crate::config::{BlockKind, UNetConfig};

/// Whether transformed tiles are counted.
#[derive(Clone, Copy)]
enum Transformed {
    Yes,
    No,
}

/// Sizes of a network's tensors for one latent, in values of 4 bytes.
pub(crate) struct Sizes<'a> {
    config: &'a UNetConfig,
    /// Height and width at each level.
    sides: Vec<[u64; 2]>,
    n_tokens: u64,
}

impl<'a> Sizes<'a> {
    /// For latents of `h × w` and texts of `n_tokens`.
    pub(super) fn new(config: &'a UNetConfig, h: usize, w: usize, n_tokens: usize) -> Self {
        // An odd size is halved rounding up.
        let side = |side: usize, level: usize| side.div_ceil(1 << level) as u64;
        let levels = 0..config.block_out_channels.len();
        let sides = levels.map(|level| [side(h, level), side(w, level)]).collect();
        Self { config, sides, n_tokens: n_tokens as u64 }
    }

    /// The most that one row's activations are at once.
    pub(crate) fn row(&self) -> u64 {
        self.fullest(Transformed::No)
    }

    /// What the tiles of one row's 3×3 convolutions take beside.
    pub(crate) fn row_tiles(&self) -> u64 {
        self.fullest(Transformed::Yes).saturating_sub(self.row())
    }

    /// What one worker holds beside tiles.
    pub(crate) fn worker(&self) -> u64 {
        let widest = self.config.block_out_channels.iter().max();
        winograd::worker_values(widest.map_or(0, |&width| width as u64))
    }

    /// What one worker holds of the tiles of many rows: they are transformed part by part.
    pub(crate) fn worker_tiles(&self) -> u64 {
        let widths = &self.config.block_out_channels;
        let levels = self.sides.iter().zip(widths);
        // On the way up a layer reads a skip tensor too, from below or of the same level.
        let widest = |level: usize| widths[level] + widths[(level + 1).min(self.last())];
        let tiles = levels
            .enumerate()
            .map(|(level, ([_, w], _))| winograd::most_tile_values(*w, widest(level) as u64));
        tiles.max().unwrap_or(0)
    }

    fn fullest(&self, tiles: Transformed) -> u64 {
        let (widths, last) = (&self.config.block_out_channels, self.last());
        let mut skips = vec![self.tensor(0, widths[0])];
        let mut most = 0;
        for level in 0..=last {
            for layer in 0..self.config.layers_per_block[level] {
                let c_in = if layer == 0 { widths[level.saturating_sub(1)] } else { widths[level] };
                let work = self.layer(level, c_in, self.config.down_blocks[level], tiles);
                most = most.max(skips.iter().sum::<u64>() + work);
                skips.push(self.tensor(level, widths[level]));
            }
            if level < last {
                skips.push(self.tensor(level + 1, widths[level]));
            }
        }
        let mut x = self.tensor(last, widths[last]);
        let mid = self.layer(last, widths[last], BlockKind::CrossAttention, tiles);
        most = most.max(skips.iter().sum::<u64>() + x + mid);
        for (step, &kind) in self.config.up_blocks.iter().enumerate() {
            let level = last - step;
            for layer in 0..=self.config.layers_per_block[level] {
                let c_in = self.width_before(level, layer);
                let work = self.tensor(level, c_in) + self.layer(level, c_in, kind, tiles);
                most = most.max(skips.iter().sum::<u64>() + x + work);
                skips.pop();
                x = self.tensor(level, widths[level]);
            }
            if level > 0 {
                let larger = self.tensor(level - 1, widths[level]);
                let work = 2 * larger + self.transformed(level - 1, widths[level], tiles);
                most = most.max(skips.iter().sum::<u64>() + x + work);
                x = larger;
            }
        }
        most
    }

    /// One text's keys and values in every cross-attention.
    pub(crate) fn text(&self) -> u64 {
        let widths = &self.config.block_out_channels;
        let blocks = (0..=self.last()).flat_map(|level| [Block::Down(level), Block::Up(level)]);
        let all = blocks.chain([Block::Mid]).map(|block| {
            let (level, n_layers) = self.transformer_layers(block);
            2 * n_layers * self.n_tokens * widths[level] as u64
        });
        all.sum()
    }

    /// What is kept of one row where another takes a block over: its output, and the skip tensors it makes.
    pub(crate) fn features(&self, block: Block) -> u64 {
        let widths = &self.config.block_out_channels;
        let at = |level: usize| self.tensor(level, widths[level]);
        match block {
            Block::Time | Block::Output => 0,
            Block::Input => 2 * at(0),
            Block::Mid => at(self.last()),
            Block::Down(level) => {
                let skips = self.config.layers_per_block[level] as u64 * at(level);
                let next = if level < self.last() { level + 1 } else { level };
                skips + 2 * self.tensor(next, widths[level])
            }
            Block::Up(step) => {
                let level = self.last() - step;
                self.tensor(level.saturating_sub(1), widths[level])
            }
        }
    }

    /// What is kept of one row where another takes the attentions of a block over.
    pub(crate) fn attention_outputs(&self, block: Block) -> u64 {
        let (level, n_layers) = self.transformer_layers(block);
        2 * n_layers * self.tensor(level, self.config.block_out_channels[level])
    }

    /// A residual layer and its transformer beside their input, at the fullest moment of either.
    fn layer(&self, level: usize, c_in: usize, kind: BlockKind, tiles: Transformed) -> u64 {
        let width = self.config.block_out_channels[level];
        let residual = self.tensor(level, (c_in + width).max(3 * width))
            + self.transformed(level, c_in.max(width), tiles);
        match kind {
            BlockKind::Plain => residual,
            BlockKind::CrossAttention => {
                // The feed-forward: what is gated, put together from pieces, and seven tensors of the layers before.
                let transformer = self.tensor(level, FEED_FORWARD * width);
                let text = TEXT * self.n_tokens * width as u64;
                residual.max(transformer + text)
            }
        }
    }

    /// A residual layer's input on the way up: from below or before, and a skip tensor.
    fn width_before(&self, level: usize, layer: usize) -> usize {
        let (widths, own) =
            (&self.config.block_out_channels, self.config.block_out_channels[level]);
        let is_last = layer == self.config.layers_per_block[level];
        let skip = if is_last { widths[level.saturating_sub(1)] } else { own };
        let below = if layer == 0 { widths[(level + 1).min(self.last())] } else { own };
        below + skip
    }

    /// A block's level and how many transformer layers it has.
    fn transformer_layers(&self, block: Block) -> (usize, u64) {
        let config = self.config;
        let (level, kind, n_transformers) = match block {
            Block::Down(level) => {
                (level, config.down_blocks[level], config.layers_per_block[level])
            }
            Block::Up(step) => {
                let level = self.last() - step;
                (level, config.up_blocks[step], config.layers_per_block[level] + 1)
            }
            Block::Mid => (self.last(), BlockKind::CrossAttention, config.has_mid_block.into()),
            Block::Time | Block::Input | Block::Output => (0, BlockKind::Plain, 0),
        };
        match kind {
            BlockKind::Plain => (level, 0),
            BlockKind::CrossAttention => {
                (level, (n_transformers * config.transformer_layers[level]) as u64)
            }
        }
    }

    /// Tiles of one row's 3×3 convolution with so many channels.
    fn transformed(&self, level: usize, c_in: usize, tiles: Transformed) -> u64 {
        match tiles {
            Transformed::Yes => winograd::tile_values(self.sides[level], c_in as u64),
            Transformed::No => 0,
        }
    }

    fn tensor(&self, level: usize, channels: usize) -> u64 {
        let [h, w] = self.sides[level];
        h * w * channels as u64
    }

    fn last(&self) -> usize {
        self.sides.len() - 1
    }
}

/// Tensors of the transformer's width at once in its feed-forward: 7 + 4 + 4.
const FEED_FORWARD: usize = 15;
/// The text's keys and values, gathered and packed.
const TEXT: u64 = 5;
