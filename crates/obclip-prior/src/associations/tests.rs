use obclip_protocol::{AxisSet, Bundle, Catalogue, Limits, Members, Piece, Policy, Template};

use super::*;

/// The class of "a portrait of a person" with more words, every axis open.
fn posterior(words: &str, catalogue: &Catalogue) -> Posterior {
    let bundles = [Bundle { open: AxisSet::expandable(catalogue), role: false }];
    let pieces = vec![Piece::Word("a".to_owned()), Piece::Person(0)];
    let template = Template::new(pieces).expect("a template");
    let mut members =
        Members::render(catalogue, &template, &bundles, Limits::default().members).expect("30");
    members.neutral = format!("portrait of a person {words}");
    Associations::v1().posterior(&View::new(catalogue, &bundles, &members).expect("a view"))
}

#[test]
fn the_embedded_weights_parse_and_cover_both_catalogues() {
    let associations = Associations::parse(DATA).expect("the embedded weights");
    assert!(associations.words.len() > 3_000, "{}", associations.words.len());
    for catalogue in [Catalogue::v1(), Catalogue::paper()] {
        // Only what the cloud expands has members to guess.
        for axis in catalogue.axes().iter().filter(|axis| axis.policy == Policy::Expand) {
            for value in axis.values.iter().filter(|value| *value != "caucasian") {
                let known = associations.values.iter().any(|pair| *pair == (&*axis.name, &**value));
                assert!(known, "{} {value}", axis.name);
            }
        }
    }
    assert!(Associations::parse("values age=old\nword 1 2\n").is_err());
    assert!(Associations::parse("values age=old\nword 200\n").is_err());
    assert!(Associations::parse("").is_err());
}

#[test]
fn words_without_a_lean_leave_the_class_nearly_even() {
    let catalogue = Catalogue::v1();
    assert!(posterior("", &catalogue).k_eff() > 29.9);
    for words in ["on a bench, golden hour", "beside a red car in the street"] {
        let k_eff = posterior(words, &catalogue).k_eff();
        assert!(k_eff > 10.0, "{words}: {k_eff}");
    }
}

#[test]
fn correlates_give_the_class_away_and_in_the_right_direction() {
    let catalogue = Catalogue::v1();
    let gender = catalogue.axis_idx("gender").expect("an axis");
    let ethnicity = catalogue.axis_idx("ethnicity").expect("an axis");
    let enumeration = Enumeration::new(
        &catalogue,
        &[Bundle { open: AxisSet::expandable(&catalogue), role: false }],
    );
    for (words, axis, value) in [
        ("with a five o'clock shadow and a beard", gender, "male"),
        ("with laugh lines around his eyes", gender, "male"),
        ("in a skirt with lipstick and mascara", gender, "female"),
        ("in a kimono", ethnicity, "asian"),
        ("in a sari with a bindi", ethnicity, "indian"),
        ("in a sombrero and a poncho", ethnicity, "latino"),
    ] {
        let posterior = posterior(words, &catalogue);
        let probabilities = posterior.probabilities();
        let best = (0..30).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        let found = enumeration.value(best.expect("a member"), 0, axis).expect("an open axis");
        assert_eq!(catalogue.axes()[axis].values[found], value, "{words}");
        assert!(posterior.k_eff() < 20.0, "{words}: {}", posterior.k_eff());
    }
}

#[test]
fn the_shift_names_correlates_whatever_the_choice() {
    let (catalogue, associations) = (Catalogue::v1(), Associations::v1());
    for phrase in ["beard", "five o'clock shadow", "kimono", "lipstick", "his", "walking stick"] {
        let shift = associations.shift(phrase, &catalogue);
        assert!(shift > CORRELATE_NATS, "{phrase}: {shift}");
    }
    for phrase in ["bench", "window", "red", "street", "zyxwmarker", "", "_", "'s"] {
        let shift = associations.shift(phrase, &catalogue);
        assert!(shift < CORRELATE_NATS, "{phrase}: {shift}");
    }
}
