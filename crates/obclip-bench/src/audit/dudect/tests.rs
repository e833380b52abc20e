use super::*;

/// Measurements of about 1,000 ns; class 1 is slower by `effect`.
fn tested(effect: f64) -> TimingResult {
    let mut rng = fastrand::Rng::with_seed(3);
    let mut one = |class: usize| {
        let noise: f64 = (0..4).map(|_| rng.f64()).sum::<f64>() - 2.0;
        // Now and then something else runs.
        let pause = if rng.u8(..) == 0 { 50_000.0 } else { 0.0 };
        1000.0 + 20.0 * noise + pause + effect * class as f64
    };
    let mut first: Vec<f64> = (0..1000).map(|idx| one(idx % 2)).collect();
    first.sort_by(f64::total_cmp);
    let mut tests = Tests::new(&first);
    (0..30_000).for_each(|idx| tests.push(idx % 2, one(idx % 2)));
    tests.result(Layer::Select, Contrast::FirstLast)
}

#[test]
fn an_effect_below_the_noise_of_pauses_is_found_by_the_crops() {
    let nothing = tested(0.0);
    assert!(!nothing.leaks(), "{nothing:?}");
    let slower = tested(2.0);
    assert!(slower.leaks() && (1..=CROPS).contains(&slower.test), "{slower:?}");
    // The pauses hide 2 ns from all measurements together, not from the crops.
    let [all, crop] = nothing.detectable_ns;
    assert!(all > 2.0 && crop < 2.0, "{nothing:?}");
}
