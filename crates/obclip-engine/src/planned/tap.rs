//! The network's hooks, as one pass of a plan uses them.

use obclip_plan::{Block, Reuse, Reused, RowPlan, Source};

use super::kept::{Keep, Kept};
use crate::backend::Backend;
use crate::unet::{Features, Site, Tap};

/// Hands in what the rows of a pass reuse, and keeps what others will read of them.
pub(super) struct Reuses<'a, B: Backend> {
    pub(super) backend: &'a B,
    pub(super) step: usize,
    /// In the pass's order. All leave out the same blocks and attentions.
    pub(super) rows: Vec<&'a RowPlan>,
    pub(super) latent_rows: &'a [usize],
    pub(super) keep: &'a Keep,
    pub(super) kept: &'a mut Kept<B>,
}

impl<'a, B: Backend> Reuses<'a, B> {
    /// What each row reuses of one kind in a block; nothing if the pass computes it.
    fn in_block(&self, what: Reused, block: Block) -> Option<Vec<&'a Reuse>> {
        let of_row = |&row: &&'a RowPlan| {
            row.reuse.iter().find(|reuse| reuse.what == what && reuse.blocks.contains(&block))
        };
        self.rows.iter().map(of_row).collect()
    }

    /// One row of the pass, of a tensor that may have one row for each latent only.
    fn row_of(&self, x: &B::Tensor, place: usize) -> B::Tensor {
        let is_spread = self.backend.dims(x).n == self.rows.len();
        let row = if is_spread { place } else { self.latent_rows[place] };
        self.backend.keep_row(x, row)
    }

    /// `X(from) + X(plus) − X(minus)` for every row.
    fn gather(&self, reuses: &[&Reuse], of: impl Fn(Source) -> B::Tensor) -> B::Tensor {
        let rows: Vec<B::Tensor> = reuses
            .iter()
            .map(|reuse| match reuse.correction {
                None => of(reuse.from),
                Some(by) => self.backend.shift(of(reuse.from), &of(by.plus), &of(by.minus)),
            })
            .collect();
        let rows: Vec<_> = rows.iter().map(|row| (row, 0)).collect();
        self.backend.gather_rows(&rows)
    }
}

impl<B: Backend> Tap<B> for Reuses<'_, B> {
    fn wants_attention(&self, site: Site) -> bool {
        let is_kept = |row: &&RowPlan| {
            self.keep.attention_outputs.contains(&(row.row.at(self.step), site.block))
        };
        self.in_block(Reused::AttentionOutputs, site.block).is_some()
            || self.rows.iter().any(is_kept)
    }

    fn attention(&mut self, site: Site, compute: &mut dyn FnMut() -> B::Tensor) -> B::Tensor {
        if let Some(reuses) = self.in_block(Reused::AttentionOutputs, site.block) {
            let kept = |source| self.kept.attention_outputs[&(source, site)].clone();
            return self.gather(&reuses, kept);
        }
        let output = compute();
        for (place, row) in self.rows.iter().enumerate() {
            let source = row.row.at(self.step);
            if self.keep.attention_outputs.contains(&(source, site.block)) {
                let row = self.row_of(&output, place);
                self.kept.attention_outputs.insert((source, site), row);
            }
        }
        output
    }

    fn map_rows(&mut self, block: Block) -> Option<Vec<usize>> {
        let pivot_of = |row: &&RowPlan| {
            let mut maps = row.reuses(Reused::AttentionMaps);
            maps.find(|reuse| reuse.blocks.contains(&block)).map(|reuse| reuse.from.row)
        };
        let pivots: Vec<_> = self.rows.iter().map(pivot_of).collect();
        pivots.iter().any(Option::is_some).then(|| {
            let place = |(own, pivot): (usize, &Option<_>)| {
                let of = |pivot| self.rows.iter().position(|row| row.row == pivot);
                pivot.and_then(of).unwrap_or(own)
            };
            pivots.iter().enumerate().map(place).collect()
        })
    }

    fn instead_of(&mut self, block: Block) -> Option<Features<B>> {
        let reuses = self.in_block(Reused::Blocks, block)?;
        let kept = |source: Source| &self.kept.blocks[&(source, block)];
        let n_skips = kept(reuses[0].from).skips.len();
        let skip = |skip: usize| self.gather(&reuses, |source| kept(source).skips[skip].clone());
        Some(Features {
            bottom: self.gather(&reuses, |source| kept(source).bottom.clone()),
            skips: (0..n_skips).map(skip).collect(),
        })
    }

    fn computed(&mut self, block: Block, output: &B::Tensor, skips: &[B::Tensor]) {
        for (place, row) in self.rows.iter().enumerate() {
            let source = row.row.at(self.step);
            if self.keep.blocks.contains(&(source, block)) {
                let bottom = self.row_of(output, place);
                let skips = skips.iter().map(|skip| self.row_of(skip, place)).collect();
                self.kept.blocks.insert((source, block), Features { bottom, skips });
            }
        }
    }
}
