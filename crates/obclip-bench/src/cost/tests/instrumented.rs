//! The engine itself, on a backend that only counts, beside the ledger: the same number.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights,
};
use obclip_engine::{
    DenoiseJob, LoadParts, Model, ModelFiles, SamplerKind, Site, Tap, Tensor, initial_noise,
};

use super::super::architecture::Architecture;
use super::super::ledger::{Ledger, Network};
use super::super::macs::CountingRule;
use super::super::walk::{Input, Kind};
use crate::step_plan::{
    Block, Half, PlanData, Reuse, Reused, Row, RowPlan, Source, StepPlan, plain,
};

/// Tensors are their sizes; every operation adds what it would multiply.
#[derive(Default)]
struct Counting {
    /// Convolutions and linear layers.
    modules: AtomicU64,
    /// QKᵀ alone; PV is as large.
    scores: AtomicU64,
}

struct Conv {
    n_out: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

impl Backend for Counting {
    type Tensor = Dims;
    type Conv = Conv;
    type Linear = usize;
    type Norm = ();

    fn pack_conv(&self, weights: ConvWeights) -> Conv {
        let ConvWeights { weight, stride, padding, .. } = weights;
        Conv { n_out: weight.shape()[0], kernel: weight.shape()[2], stride, padding }
    }

    fn pack_linear(&self, weights: LinearWeights) -> usize {
        weights.weight.shape()[0]
    }

    fn pack_norm(&self, _scale: Tensor, _shift: Tensor) {}

    fn upload(&self, tensor: &Tensor) -> Dims {
        match *tensor.shape() {
            [n, c, h, w] => Dims { n, c, h, w },
            [n, w, c] => Dims { n, c, h: 1, w },
            ref other => panic!("expected an image or tokens, found {other:?}"),
        }
    }

    fn download_image(&self, x: &Dims) -> Tensor {
        Tensor::zeros([x.n, x.c, x.h, x.w])
    }

    fn download_tokens(&self, x: &Dims) -> Tensor {
        Tensor::zeros([x.n, x.positions(), x.c])
    }

    fn dims(&self, x: &Dims) -> Dims {
        *x
    }

    fn conv2d(&self, x: &Dims, conv: &Conv) -> Dims {
        let side = |n: usize| (n + 2 * conv.padding - conv.kernel) / conv.stride + 1;
        let out = Dims { n: x.n, c: conv.n_out, h: side(x.h), w: side(x.w) };
        add(&self.modules, out.len() * x.c * conv.kernel * conv.kernel);
        out
    }

    fn linear(&self, x: &Dims, n_out: &usize) -> Dims {
        add(&self.modules, x.len() * n_out);
        Dims { c: *n_out, ..*x }
    }

    fn group_norm(&self, x: &Dims, _norm: &(), _spec: GroupNormSpec) -> Dims {
        *x
    }

    fn layer_norm(&self, x: &Dims, _norm: &(), _eps: f32) -> Dims {
        *x
    }

    fn attention(&self, q: &Dims, k: &Dims, v: &Dims, _spec: AttentionSpec<'_>) -> Dims {
        assert_eq!((q.c, k.positions()), (v.c, v.positions()));
        add(&self.scores, q.len() * k.positions());
        *q
    }

    fn activate(&self, x: Dims, _activation: Activation) -> Dims {
        x
    }

    fn geglu(&self, x: &Dims) -> Dims {
        Dims { c: x.c / 2, ..*x }
    }

    fn add(&self, x: Dims, y: &Dims) -> Dims {
        assert_eq!(x, *y);
        x
    }

    fn add_channels(&self, x: Dims, y: &Dims) -> Dims {
        assert_eq!(x.c, y.c);
        x
    }

    fn concat_channels(&self, a: &Dims, b: &Dims) -> Dims {
        assert_eq!((a.n, a.h, a.w), (b.n, b.h, b.w));
        Dims { c: a.c + b.c, ..*a }
    }

    fn upsample_nearest(&self, x: &Dims, h: usize, w: usize) -> Dims {
        Dims { h, w, ..*x }
    }
}

fn add(counter: &AtomicU64, macs: usize) {
    counter.fetch_add(macs as u64, Ordering::Relaxed);
}

impl Counting {
    /// (convolutions and linear layers, QKᵀ) since the last call.
    fn take(&self) -> (u128, u128) {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::Relaxed).into();
        (take(&self.modules), take(&self.scores))
    }
}

/// The engine's small models, which stand beside its own parity tests.
fn model_and_network(name: &str, latent: usize) -> (Model<Counting>, Network) {
    let folder = format!("{}/../../vectors/engine/{name}", env!("CARGO_MANIFEST_DIR"));
    let files = ModelFiles::open(folder).unwrap();
    let config = String::from_utf8(files.read("unet/config.json").unwrap().into_owned()).unwrap();
    let model = Model::load(&files, Counting::default(), LoadParts { vae: false }).unwrap();
    let input = Input { latent, n_tokens: model.spec().max_tokens };
    (model, Network::new(&Architecture::parse(&config).unwrap(), input))
}

fn assert_same(counted: (u128, u128), ledger: &Ledger, name: &str) {
    let (modules, scores) = counted;
    assert!(modules > 0 && scores > 0);
    assert_eq!(scores, ledger.of_kind(Kind::AttentionScores), "{name}");
    assert_eq!(scores, ledger.of_kind(Kind::AttentionValues), "{name}");
    assert_eq!(modules + 2 * scores, ledger.total(CountingRule::True), "{name}");
}

/// What the engine does today: every row of every step, but the texts' keys and values once per request
/// and the time embedding once per step.
fn engine_plan(n_members: usize, n_steps: usize, n_levels: usize) -> StepPlan {
    let mut data = PlanData::from(plain(n_members, n_steps, n_levels).unwrap());
    let first = Row { half: Half::Unconditional, member: 0 };
    for (step, rows) in data.steps.iter_mut().enumerate() {
        for RowPlan { row, reuse } in rows {
            let same_text = if row.half == Half::Unconditional { first } else { *row };
            let mut take = |what, step, row| {
                reuse.push(Reuse { what, blocks: Vec::new(), from: Source { step, row } });
            };
            if step > 0 || same_text != *row {
                take(Reused::TextKeysValues, 0, same_text);
            }
            if *row != first {
                take(Reused::TimeEmbedding, step, first);
            }
        }
    }
    StepPlan::try_from(data).unwrap()
}

#[test]
fn a_request_counts_what_the_engine_runs() {
    let (n_members, n_steps) = (3, 2);
    // Sides that do not halve evenly are in as well.
    for (name, latent) in [("sd1", 16), ("bk_small", 8), ("tiny", 8), ("sd1", 11)] {
        let (model, network) = model_and_network(name, latent);
        let texts = model.encode_text(&["a", "b", "c"]).unwrap();
        let nothing = model.encode_text(&[""]).unwrap();
        let noise =
            initial_noise(&[7; 32], [n_members, model.spec().latent_channels, latent, latent]);
        let levels = model.plan_steps(SamplerKind::Ddim, 4).unwrap();
        let job = DenoiseJob {
            levels: &levels,
            range: 0..n_steps,
            guidance: 7.5,
            sampler: SamplerKind::Ddim,
            max_rows: 2 * n_members,
            previous_x0: None,
        };
        model.backend().take();
        model.denoise(noise, &texts, &nothing, &job, &mut |_| ControlFlow::Continue(())).unwrap();
        let ledger = network.count(&engine_plan(n_members, n_steps, network.n_levels())).unwrap();
        assert_same(model.backend().take(), &ledger, name);
    }
}

/// Keeps every attention's output of one step and hands it in at the next.
#[derive(Default)]
struct Cache {
    outputs: Mutex<BTreeMap<Site, Dims>>,
}

impl Tap<Counting> for Cache {
    fn attention(&mut self, site: Site, compute: &mut dyn FnMut() -> Dims) -> Dims {
        *self.outputs.lock().unwrap().entry(site).or_insert_with(compute)
    }
}

#[test]
fn cached_attention_counts_what_the_engine_runs() {
    let latent = 16;
    let (model, network) = model_and_network("sd1", latent);
    let n_levels = network.n_levels();
    // One member, two steps, the second with the outputs of the first.
    let mut data = PlanData::from(engine_plan(1, 2, n_levels));
    for RowPlan { row, reuse } in &mut data.steps[1] {
        let levels = 0..n_levels;
        let down = levels.clone().map(Block::Down);
        let blocks = down.chain([Block::Mid]).chain(levels.map(Block::Up)).collect();
        let from = Source { step: 0, row: *row };
        reuse.push(Reuse { what: Reused::AttentionOutputs, blocks, from });
    }
    let ledger = network.count(&StepPlan::try_from(data).unwrap()).unwrap();

    let texts = model.encode_text(&["", "a"]).unwrap();
    let noisy = Tensor::zeros([2, model.spec().latent_channels, latent, latent]);
    model.backend().take();
    let (unet, backend) = (model.unet(), model.backend());
    let context = unet.context(backend, &texts.embeddings).unwrap();
    let mut cache = Cache::default();
    for timestep in [900.0, 800.0] {
        unet.forward_tapped(backend, &noisy, timestep, &context, &[0, 1], &mut cache).unwrap();
    }
    assert!(ledger.saved_by(Reused::AttentionOutputs) > 0);
    assert_same(backend.take(), &ledger, "sd1 with cached attention");
}
