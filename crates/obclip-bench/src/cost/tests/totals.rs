//! Known totals, and sums that must agree.

use std::collections::BTreeSet;

use super::super::ledger::Ledger;
use super::super::macs::{CountingRule, Macs};
use super::super::models::NamedModel;
use super::super::paper_table;
use super::super::walk::{self, Input, Kind};
use super::{architecture, network};
use obclip_plan::{PaperSettings, PaperStage, Pivot, Reused, StepPlan, plain};

/// Of one row, by kind.
fn of_kinds(model: NamedModel, wanted: &[Kind]) -> Macs {
    let architecture = architecture(model);
    let input = Input { latent: architecture.sample_size.unwrap(), n_tokens: 77 };
    let layers = walk::layers(&architecture, input);
    layers.iter().filter(|layer| wanted.contains(&layer.kind)).map(|layer| layer.macs).sum()
}

/// All that a counter of convolutions and linear layers sees.
const MODULES: [Kind; 4] = [Kind::Conv, Kind::Linear, Kind::TextKeysValues, Kind::TimeEmbedding];

#[test]
fn parameters_are_those_of_the_published_weights() {
    // SD-1.x and SDXL: numel over the checkpoints. BK-SDM: 482.35 M and 323.38 M, which the paper's
    // table 5 prints as 482.28 M and 323.34 M.
    for (model, expected) in [
        (NamedModel::Sd14, 859_520_964),
        (NamedModel::Sdxl, 2_567_463_684),
        (NamedModel::BkSdmSmall, 482_346_884),
        (NamedModel::BkSdmTiny, 323_384_964),
    ] {
        assert_eq!(network(model).n_parameters(), expected, "{}", model.name());
    }
}

#[test]
fn modules_cost_what_is_published() {
    // SD-1.4's published 338.75 G fits THOP's way of counting, which adds four operations for each
    // of the 34.65 M values that pass a LayerNorm (three for each transformer layer).
    let layer_norm = 3 * (5 * (4096 * 320 + 1024 * 640 + 256 * 1280) + 64 * 1280);
    let thop = of_kinds(NamedModel::Sd14, &MODULES) + 4 * layer_norm;
    assert!(thop.abs_diff(338_750_000_000) < 5_000_000, "{thop}");
    // Twice 25 rows: 10.90 and 10.25 T in the paper's table 3.
    for (model, tera) in [(NamedModel::BkSdmSmall, 10.90), (NamedModel::BkSdmTiny, 10.25)] {
        let ours = 50.0 * of_kinds(model, &MODULES) as f64 / 1e12;
        assert!((ours / tera - 1.0).abs() < 0.002, "{}: {ours}", model.name());
    }
    // T-GATE's paper: 149.4 T for 25 guided steps of SDXL.
    let sdxl = 50.0 * of_kinds(NamedModel::Sdxl, &MODULES) as f64 / 1e12;
    assert!((sdxl - 149.4).abs() < 0.05, "{sdxl}");
}

#[test]
fn one_attention_product_of_sd_1_4_costs_31_5_g() {
    let scores = of_kinds(NamedModel::Sd14, &[Kind::AttentionScores]);
    let own_positions =
        5 * (4096 * 4096 * 320 + 1024 * 1024 * 640 + 256 * 256 * 1280) + 64 * 64 * 1280;
    let text = 77 * (5 * (4096 * 320 + 1024 * 640 + 256 * 1280) + 64 * 1280);
    assert_eq!(scores, own_positions + text);
    assert_eq!(scores, of_kinds(NamedModel::Sd14, &[Kind::AttentionValues]));
    assert!(scores.abs_diff(31_500_000_000) < 50_000_000, "{scores}");
}

fn every_plan(n: usize, n_levels: usize) -> Vec<StepPlan> {
    let mut plans = vec![
        plain(n, 3, n_levels).unwrap(),
        plain(n, 3, n_levels).unwrap().exact().unwrap().named("exact"),
    ];
    for settings in [PaperSettings::K5, PaperSettings::K10] {
        for stage in [PaperStage::Plain, PaperStage::Cache, PaperStage::Reuse] {
            for pivot in [Pivot::PerHalf, Pivot::WholeBatch] {
                plans.push(obclip_plan::paper(settings, stage, pivot, n, n_levels).unwrap());
            }
        }
    }
    plans
}

/// By block, by kind and in all; and with what was saved, every row from scratch.
fn check_sums(ledger: &Ledger, from_scratch: Macs, name: &str) {
    let total = ledger.total(CountingRule::True);
    let blocks: BTreeSet<_> = ledger.computed.keys().map(|(block, _)| *block).collect();
    let kinds: BTreeSet<_> = ledger.computed.keys().map(|(_, kind)| *kind).collect();
    let reasons: BTreeSet<_> = ledger.saved.keys().map(|(reason, _)| *reason).collect();
    assert_eq!(blocks.iter().map(|block| ledger.of_block(*block)).sum::<Macs>(), total, "{name}");
    assert_eq!(kinds.iter().map(|kind| ledger.of_kind(*kind)).sum::<Macs>(), total, "{name}");
    let saved: Macs = reasons.iter().map(|reason| ledger.saved_by(*reason)).sum();
    assert_eq!(total + saved, from_scratch, "{name}");
    assert_eq!(saved == 0, name == "plain", "{name} saves {saved}");
}

#[test]
fn sums_by_block_kind_and_reason_agree() {
    for model in [NamedModel::Sd14, NamedModel::Sdxl, NamedModel::BkSdmTiny] {
        let network = network(model);
        for n in [2, 6] {
            for plan in every_plan(n, network.n_levels()) {
                let ledger = network.count(&plan).unwrap();
                let n_rows = 2 * n * plan.steps().len();
                let from_scratch = n_rows as Macs * network.forward(CountingRule::True);
                let is_plain = ledger.saved.is_empty();
                let name = if is_plain { "plain" } else { plan.name() };
                check_sums(&ledger, from_scratch, name);
            }
        }
    }
}

#[test]
fn one_member_and_all_steps_are_a_plain_picture() {
    let network = network(NamedModel::Sd14);
    let plan = plain(1, 25, network.n_levels()).unwrap();
    let total = network.count(&plan).unwrap().total(CountingRule::True);
    assert_eq!(total, network.plain_picture(25, CountingRule::True));
    assert_eq!(total, 50 * network.forward(CountingRule::True));
}

/// By hand: what the exact plan of two members saves in its first step.
#[test]
fn exact_savings_are_what_they_say() {
    let network = network(NamedModel::BkSdmTiny);
    let ledger = network.count(&plain(2, 1, network.n_levels()).unwrap().exact().unwrap()).unwrap();
    assert_eq!(ledger.n_rows, 3);
    let forward = network.forward(CountingRule::True);
    assert_eq!(ledger.saved_by(Reused::Prediction), forward);
    // Two conditional rows skip the input, the time embedding, the first residual layer, and of the first
    // transformer the projection in, the self-attention and the query of the text's attention.
    let positions = 64 * 64;
    let resnet = 2 * 9 * 320 * 320 * positions + 1280 * 320;
    let transformer = 6 * 320 * 320 * positions + 2 * positions * positions * 320;
    let time = 320 * 1280 + 1280 * 1280;
    let before_text = 9 * 4 * 320 * positions + time + resnet + transformer;
    assert_eq!(ledger.saved_by(Reused::BeforeText), 2 * before_text);
    assert_eq!(ledger.saved_by(Reused::TextKeysValues), 0);
}

#[test]
fn a_plan_for_another_network_is_refused() {
    let plan = plain(1, 1, 4).unwrap();
    let error = network(NamedModel::BkSdmTiny).count(&plan).unwrap_err();
    assert_eq!(error.to_string(), "expected a plan for 3 levels, found one for 4");
}

#[test]
fn table_7_is_reproduced() {
    let rows = paper_table::reproduce().unwrap();
    assert_eq!(rows.len(), 28);
    for row in &rows {
        // The pruned models' pictures: their figures fit a counter that misses QKᵀ as well.
        let is_pruned = row.model.starts_with("bk-sdm");
        assert_eq!(row.is_close(), !is_pruned, "{row:?}");
    }
}
