use super::*;

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-7, "expected {expected}, found {found}");
}

/// Two-sided 95 % bounds and one-sided upper bounds of the reference tables (scipy).
#[test]
fn clopper_pearson_agrees_with_the_tables() {
    for (hits, trials, lower, upper) in [
        (0, 100, 0.0, 0.036217),
        (5, 100, 0.016432, 0.112835),
        (50, 100, 0.398321, 0.601679),
        (512, 1000, 0.480523, 0.543407),
        (1000, 1000, 0.996318, 1.0),
    ] {
        let proportion = Proportion { hits, trials };
        close(proportion.lower(0.025), lower);
        close(proportion.upper(0.025), upper);
    }
    close(Proportion { hits: 0, trials: 1000 }.upper(0.05), 0.0029912);
    close(Proportion { hits: 512, trials: 1000 }.upper(0.05), 0.5384486);
}

/// The textbook pair whose t every table prints.
#[test]
fn welch_agrees_with_the_textbook() {
    let first =
        [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
    let second =
        [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4];
    let mut welch = Welch::default();
    first.into_iter().for_each(|value| welch.push(0, value));
    second.into_iter().for_each(|value| welch.push(1, value));
    close(welch.t(), -2.8529550);
}

#[test]
fn advantage_and_epsilon_are_zero_at_chance() {
    close(advantage(0.25, 4), 0.0);
    close(advantage(1.0, 4), 1.0);
    close(epsilon_lower(0.25, 4), 0.0);
    // Two members, three times as likely: ln 3.
    close(epsilon_lower(0.75, 2), 3.0_f64.ln());
}
