//! The engine itself, on a backend that only counts, beside the ledger: the same number.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights,
};
use obclip_engine::{DenoiseJob, LoadParts, Model, ModelFiles, SamplerKind, Tensor, initial_noise};
use obclip_plan::{Guidance, PaperSettings, PaperStage, Pivot, Shape, StepPlan, paper, plain};

use super::super::architecture::Architecture;
use super::super::ledger::{Ledger, Network};
use super::super::macs::CountingRule;
use super::super::walk::{Input, Kind};

/// Tensors are their sizes; every operation adds what it would multiply.
#[derive(Default)]
struct Counting {
    /// Convolutions and linear layers.
    modules: AtomicU64,
    /// QKᵀ
    scores: AtomicU64,
    /// PV
    values: AtomicU64,
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
        add(&self.values, q.len() * k.positions());
        *q
    }

    fn attention_mapped(&self, q: &Dims, k: &Dims, v: &Dims, _: usize, map_rows: &[usize]) -> Dims {
        assert_eq!((q.n, q.c, v.n), (k.n, v.c, map_rows.len()));
        let out = Dims { n: v.n, ..*q };
        add(&self.scores, q.len() * k.positions());
        add(&self.values, out.len() * k.positions());
        out
    }

    fn gather_rows(&self, rows: &[(&Dims, usize)]) -> Dims {
        assert!(rows.iter().all(|(x, row)| *row < x.n && x.c == rows[0].0.c));
        Dims { n: rows.len(), ..*rows[0].0 }
    }

    fn shift(&self, x: Dims, plus: &Dims, minus: &Dims) -> Dims {
        assert_eq!((x, x), (*plus, *minus));
        x
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
    /// (convolutions and linear layers, QKᵀ, PV) since the last call.
    fn take(&self) -> [u128; 3] {
        [&self.modules, &self.scores, &self.values]
            .map(|counter| counter.swap(0, Ordering::Relaxed).into())
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

/// What the engine multiplies for a plan.
fn run(model: &Model<Counting>, plan: &StepPlan, latent: usize, max_rows: usize) -> [u128; 3] {
    let texts = model.encode_text(&vec!["a"; plan.n_streams()]).unwrap();
    let nothing = model.encode_text(&[""]).unwrap();
    let noise = initial_noise(&[7; 32], [1, model.spec().latent_channels, latent, latent]);
    let start = noise.rows(vec![0; plan.n_streams()]);
    let levels = model.plan_steps(SamplerKind::Ddim, 25).unwrap();
    let job = DenoiseJob {
        levels: &levels,
        range: 0..plan.steps().len(),
        guidance: if plan.guidance() == Guidance::On { 7.5 } else { 1.0 },
        sampler: SamplerKind::Ddim,
        max_rows,
        previous_x0: None,
    };
    model.backend().take();
    let go_on = &mut |_| ControlFlow::Continue(());
    model.denoise_planned(start, &texts, &nothing, &job, plan, go_on).unwrap();
    model.backend().take()
}

fn assert_same([modules, scores, values]: [u128; 3], ledger: &Ledger, name: &str) {
    assert!(modules > 0 && scores > 0);
    assert_eq!(scores, ledger.of_kind(Kind::AttentionScores), "{name}");
    assert_eq!(values, ledger.of_kind(Kind::AttentionValues), "{name}");
    assert_eq!(modules + scores + values, ledger.total(CountingRule::True), "{name}");
}

/// Plans with every kind of reuse, for six members.
fn every_kind(n_levels: usize) -> Vec<StepPlan> {
    let shape = |guidance| Shape { open: crate::cost::axes(6), n_steps: 5, n_levels, guidance };
    let names = [
        "plain",
        "paper-k5",
        "trunk2-delta",
        "trunk1-one",
        "side",
        "delta2",
        "trunk1-axis1to3-delta",
        "deep1",
        "trunk1-delta-deep1",
        "delta-cache1x2",
        "hold2",
        "trunk1-extra2",
    ];
    let published = |name| StepPlan::published(name, &shape(Guidance::On)).unwrap();
    let unguided = StepPlan::published("trunk2", &shape(Guidance::Off)).unwrap();
    let from_scratch = plain(6, 5, n_levels).unwrap().as_run().unwrap();
    let whole_batch =
        paper(PaperSettings::K5, PaperStage::Reuse, Pivot::WholeBatch, 6, n_levels).unwrap();
    names
        .map(published)
        .into_iter()
        .chain([unguided, from_scratch, whole_batch.as_run().unwrap()])
        .collect()
}

#[test]
fn every_plan_counts_what_the_engine_runs() {
    // Sides that do not halve evenly are in as well.
    for (name, latent) in [("sd1", 16), ("bk_small", 8), ("tiny", 8), ("sd1", 11)] {
        let (model, network) = model_and_network(name, latent);
        for plan in every_kind(network.n_levels()) {
            let ledger = network.count(&plan).unwrap();
            assert_same(
                run(&model, &plan, latent, 64),
                &ledger,
                &format!("{name}: {}", plan.name()),
            );
        }
    }
}

#[test]
fn one_member_of_a_plan_costs_no_more_than_all() {
    let (model, network) = model_and_network("tiny", 8);
    for plan in every_kind(network.n_levels()) {
        let subset = plan.only(4).unwrap().plan;
        let ledger = network.count(&subset).unwrap();
        let all = network.count(&plan).unwrap().total(CountingRule::True);
        assert!(ledger.total(CountingRule::True) < all, "{}", plan.name());
        assert_same(run(&model, &subset, 8, 64), &ledger, plan.name());
    }
}
