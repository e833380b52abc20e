//! The estimate of a job's memory against what it takes, counted by the allocator: never less, and not much more. A binary
//! of its own, so that nothing else allocates meanwhile.
//!
//! `cargo test -p obclip-server --test memory -- --nocapture` prints the figures (results/server).

#![allow(clippy::print_stdout, reason = "figures for results/server")]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use obclip_cloud::Cloud;
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles};
use obclip_protocol::{
    AxisSet, Bundle, Catalogue, Guidance, Limits, Options, PairId, Request, Seed, Template,
    encode_request,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Open axes of one person, as bits of the catalogue, and the members they make.
const CLASSES: [(u32, usize); 3] = [(0b000, 1), (0b101, 6), (0b111, 30)];
/// One of each way to keep what later rows read; seconds of the whole suite are few.
const PLANS: [&str; 4] = ["plain", "balanced", "paper-k5", "cache1x2"];

fn cloud(files: &ModelFiles) -> Cloud<Cpu> {
    let model = Model::load(files, Cpu::new(2), LoadParts { vae: false }).expect("a good folder");
    Cloud::new(model, Limits::default(), 16)
}

fn request(cloud: &Cloud<Cpu>, bits: u32, plan: &str, side: u32) -> Vec<u8> {
    let catalogue = Catalogue::v1();
    let request = Request {
        catalogue: Arc::new(catalogue.clone()),
        pair: PairId(cloud.spec().pairing()),
        template: Template::parse("portrait of a {P1}").expect("a template"),
        bundles: vec![Bundle {
            open: AxisSet::from_bits(bits, &catalogue).expect("axes"),
            role: false,
        }],
        negative: Template::parse("").expect("an empty template"),
        options: Options {
            steps: 25,
            cloud_steps: 5,
            guidance: Guidance { milli: 3000 },
            width: side,
            height: side,
            sampler: "dpmpp-2m".to_owned(),
            plan: plan.to_owned(),
        },
        seed: Seed([7; 32]),
    };
    encode_request(&request).expect("a valid request")
}

/// Bytes the job took at its fullest moment, and the estimate.
fn measure(cloud: &Cloud<Cpu>, request: &[u8], max_rows: usize) -> [f64; 2] {
    let job = cloud.admit(request).expect("a good request");
    let estimate = cloud.memory(&job).peak_bytes(max_rows);
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let reply = cloud.run(job, max_rows, &mut |_| ControlFlow::Continue(()));
    let took = ALLOCATED.peak_usage().saturating_sub(before);
    assert!(reply.is_ok());
    [took as f64, estimate as f64]
}

fn check(name: &str, cloud: &Cloud<Cpu>, side: u32, classes: &[(u32, usize)]) {
    let mut wrong = Vec::new();
    for &(bits, n_members) in classes {
        for plan in PLANS {
            for max_rows in [1, 16] {
                let request = request(cloud, bits, plan, side);
                let [took, estimate] = measure(cloud, &request, max_rows).map(|b| b / 1048576.0);
                let ratio = estimate / took;
                println!(
                    "{name:8} {side:4} N {n_members:2} {plan:13} rows {max_rows:2}: {took:7.2} MiB, estimate \
                     {estimate:7.2} MiB, {ratio:.2}"
                );
                if !(1.0..=MOST_TOO_HIGH).contains(&ratio) {
                    wrong.push((n_members, plan, max_rows, took, estimate));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
}

#[test]
fn the_estimate_is_a_close_upper_bound() {
    check("embedded", &cloud(&ModelFiles::from_table(obclip_pair::cloud())), 128, &CLASSES);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/engine/sd1");
    check("sd1", &cloud(&ModelFiles::open(&golden).expect("a golden folder")), 128, &CLASSES[..2]);
}

/// A job may be refused for memory it would not have taken, but not for half as much again.
const MOST_TOO_HIGH: f64 = 1.5;
