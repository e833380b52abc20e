//! Step plans on the golden models: what is exact is exact to the bit, and what is not is what the plan says.

use std::ops::ControlFlow;

use obclip_engine::{
    Backend, Cpu, DenoiseJob, Model, Reference, SamplerKind, Tensor, initial_noise,
};
use obclip_plan::{Guidance, OpenAxis, PlanData, Reuse, Reused, Row, Shape, StepPlan, plain};

use crate::compare::assert_close;
use crate::vectors::{Golden, VARIANTS};

const STEPS: usize = 5;
/// Six members, the neutral stream, and one for each value of the second axis.
const TEXTS: [&str; 9] =
    ["a man", "a woman", "an old man", "an old woman", "a boy", "a girl", "a person", "he", "she"];

const OPEN: [OpenAxis; 2] = [OpenAxis { axis: 0, n_values: 3 }, OpenAxis { axis: 1, n_values: 2 }];

pub(crate) fn shape(n_levels: usize) -> Shape {
    Shape { open: OPEN.to_vec(), n_steps: STEPS, n_levels, guidance: Guidance::On }
}

/// Stream i has text `streams[i]`; all start from one latent.
pub(crate) fn run<B: Backend>(
    model: &Model<B>,
    plan: &StepPlan,
    streams: &[usize],
    max_rows: usize,
) -> Tensor {
    let texts: Vec<&str> = streams.iter().map(|&stream| TEXTS[stream]).collect();
    let (cond, uncond) = (model.encode_text(&texts).unwrap(), model.encode_text(&[""]).unwrap());
    let noise = initial_noise(&[5; 32], [1, model.spec().latent_channels, 8, 8]);
    let levels = model.plan_steps(SamplerKind::DpmSolver, 25).unwrap();
    let job = DenoiseJob {
        levels: &levels,
        range: 0..STEPS,
        guidance: 3.0,
        sampler: SamplerKind::DpmSolver,
        max_rows,
        previous_x0: None,
    };
    let (start, go_on) = (noise.rows(vec![0; streams.len()]), &mut |_| ControlFlow::Continue(()));
    model.denoise_planned(start, &cond, &uncond, &job, plan, go_on).unwrap().latents
}

fn all(plan: &StepPlan) -> Vec<usize> {
    (0..plan.n_streams()).collect()
}

#[test]
fn exact_savings_change_no_bit_and_no_member_depends_on_its_company() {
    for name in VARIANTS {
        let model = Golden::open(name).model(Cpu::new(1));
        let from_scratch = plain(6, STEPS, model.unet().n_levels()).unwrap();
        let expected = run(&model, &from_scratch, &all(&from_scratch), 64);
        assert!(expected.row(0) != expected.row(1), "texts make a difference");
        let exact = StepPlan::published("plain", &shape(model.unet().n_levels())).unwrap();
        assert!(exact.n_rows_run() < from_scratch.n_rows_run());
        for max_rows in [64, 5, 1] {
            assert!(run(&model, &exact, &all(&exact), max_rows) == expected, "{name}, {max_rows}");
        }
        for member in [0, 4] {
            let alone = exact.only(member).unwrap();
            assert_eq!(alone.streams, [member]);
            let alone = run(&model, &alone.plan, &[member], 64);
            assert!(alone.row(0) == expected.row(member), "{name}, member {member}");
        }
    }
}

const INEXACT: [&str; 10] = [
    "paper-k5",
    "trunk2-delta",
    "trunk1-one",
    "side",
    "delta2",
    "trunk1-axis1to3-delta",
    "deep1",
    "trunk1-delta-cache1x2",
    "hold2",
    "trunk1-extra2",
];

#[test]
fn a_member_alone_is_the_member_among_all() {
    let model = Golden::open("sd1").model(Cpu::new(1));
    let exact = StepPlan::published("plain", &shape(model.unet().n_levels())).unwrap();
    let exact = run(&model, &exact, &all(&exact), 64);
    for name in INEXACT {
        let plan = StepPlan::published(name, &shape(model.unet().n_levels())).unwrap();
        let together = run(&model, &plan, &all(&plan), 64);
        assert!(together != exact, "{name} is no approximation");
        // Rows that share maps stay together; all others may be split.
        assert!(run(&model, &plan, &all(&plan), 3) == together, "{name} in batches");
        for member in [0, 5] {
            let alone = plan.only(member).unwrap();
            let found = run(&model, &alone.plan, &alone.streams, 64);
            assert!(found.row(0) == together.row(member), "{name}, member {member}");
        }
    }
}

#[test]
fn backends_agree_on_every_plan() {
    let golden = Golden::open("tiny");
    let (plain_backend, fast) = (golden.model(Reference), golden.model(Cpu::new(2)));
    for name in INEXACT {
        let plan =
            StepPlan::published(name, &shape(fast.unet().n_levels())).unwrap().only(3).unwrap();
        let [expected, found] = [
            run(&plain_backend, &plan.plan, &plan.streams, 64),
            run(&fast, &plan.plan, &plan.streams, 64),
        ];
        assert_close(name, &found, &expected, 1e-3);
    }
}

/// Under a trunk the members are one until they branch; then they are not.
#[test]
fn a_trunk_is_the_neutral_stream() {
    let model = Golden::open("sd1").model(Cpu::new(1));
    let levels = model.unet().n_levels();
    let plan = StepPlan::published("trunk5", &shape(levels)).unwrap();
    let found = run(&model, &plan, &all(&plan), 64);
    let alone = Shape { open: Vec::new(), ..shape(levels) };
    let neutral = StepPlan::published("plain", &alone).unwrap();
    let neutral = run(&model, &neutral, &[6], 64);
    assert!((0..6).all(|member| found.row(member) == neutral.row(0)));
    let plan = StepPlan::published("trunk4", &shape(levels)).unwrap();
    let found = run(&model, &plan, &all(&plan), 64);
    assert!((1..6).all(|member| found.row(member) != found.row(0)));
}

/// What a row hands in of itself in the same place is what it would have computed.
#[test]
fn a_reuse_moved_forth_and_back_is_no_move() {
    let model = Golden::open("sd1").model(Cpu::new(1));
    let held =
        StepPlan::published("cache1x2", &shape(model.unet().n_levels())).unwrap().only(1).unwrap();
    let mut moved = PlanData::from(held.plan.clone());
    let mut n_moved = 0;
    for reuse in moved.steps.iter_mut().flatten().flat_map(|row| &mut row.reuse) {
        if reuse.what == Reused::Blocks {
            let there = reuse.from;
            reuse.correction = Some(obclip_plan::Correction { plus: there, minus: there });
            n_moved += 1;
        }
    }
    assert_eq!(n_moved, 4);
    let moved = StepPlan::try_from(moved).unwrap();
    assert!(run(&model, &moved, &[1], 64) == run(&model, &held.plan, &[1], 64));
}

/// Attentions of step 0 handed to step 1 of a latent and timestep that are the same give the same prediction.
#[test]
fn own_attention_outputs_are_what_was_computed() {
    let model = Golden::open("sd1").model(Cpu::new(1));
    let levels = model.unet().n_levels();
    let blocks: Vec<_> = (0..levels)
        .flat_map(|level| [obclip_plan::Block::Down(level), obclip_plan::Block::Up(level)])
        .chain([obclip_plan::Block::Mid])
        .collect();
    // Two members with one text and one latent: the second takes all attentions of the first.
    let mut data = PlanData::from(plain(2, STEPS, levels).unwrap());
    for (step, rows) in data.steps.iter_mut().enumerate() {
        for row_plan in rows.iter_mut().filter(|row_plan| row_plan.row.stream == 1) {
            let from = Row { stream: 0, ..row_plan.row }.at(step);
            row_plan.reuse.push(Reuse::of_blocks(Reused::AttentionOutputs, blocks.clone(), from));
        }
    }
    let plan = StepPlan::try_from(data).unwrap();
    let found = run(&model, &plan, &[2, 2], 64);
    assert!(found.row(0) == found.row(1));
}

#[test]
fn plans_that_do_not_fit_the_job_are_refused() {
    let model = Golden::open("tiny").model(Cpu::new(1));
    let levels = model.unet().n_levels();
    let refuse = |plan: &StepPlan, latents: Tensor| {
        let texts = vec!["a"; latents.n_rows()];
        let (cond, uncond) =
            (model.encode_text(&texts).unwrap(), model.encode_text(&[""]).unwrap());
        let noise_levels = model.plan_steps(SamplerKind::Ddim, 25).unwrap();
        let job = DenoiseJob {
            levels: &noise_levels,
            range: 0..STEPS,
            guidance: 3.0,
            sampler: SamplerKind::Ddim,
            max_rows: 4,
            previous_x0: None,
        };
        let go_on = &mut |_| ControlFlow::Continue(());
        let done = model.denoise_planned(latents, &cond, &uncond, &job, plan, go_on);
        done.unwrap_err().to_string()
    };
    let channels = model.spec().latent_channels;
    let noise = |n: usize| initial_noise(&[5; 32], [n, channels, 8, 8]);
    let plan = |n: usize, steps: usize, levels: usize| plain(n, steps, levels).unwrap();
    assert!(refuse(&plan(2, STEPS, levels), noise(1)).starts_with("streams of the plan"));
    assert!(refuse(&plan(1, 4, levels), noise(1)).starts_with("steps of the plan"));
    assert!(refuse(&plan(1, STEPS, 7), noise(1)).starts_with("levels of the plan"));
    let differ = refuse(&plan(2, STEPS, levels), noise(2));
    assert!(differ.contains("expected equal rows"), "{differ}");
}
