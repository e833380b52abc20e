use serde::Deserialize;

use super::{Seen, SeenFate, Tagger};

#[derive(Deserialize)]
struct Scene {
    terms: Vec<Term>,
    classes: Vec<String>,
    /// (terms, classes), of PyTorch, whose weights are not rounded to a byte.
    judged: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Term {
    word: String,
    symbol: String,
    shape: String,
    place: String,
    fate: String,
    listed: Vec<String>,
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn seen(term: &Term) -> Seen {
    Seen {
        word: term.word.clone(),
        symbol: leak(&term.symbol),
        shape: leak(&term.shape),
        place: leak(&term.place),
        fate: match term.fate.as_str() {
            "travels" => SeenFate::Travels,
            "held" => SeenFate::Held,
            _ => SeenFate::Found,
        },
        listed: term.listed.iter().map(|axis| leak(axis)).collect(),
    }
}

/// Weights of one byte move a probability by a few hundredths at most.
#[test]
fn the_forward_pass_gives_what_pytorch_gave() {
    let golden = include_str!("golden.json");
    let scenes: Vec<Scene> = serde_json::from_str(golden).expect("golden scenes");
    assert!(scenes.len() >= 5);
    for scene in scenes {
        let terms: Vec<_> = scene.terms.iter().map(seen).collect();
        let encoded = Tagger::v1().encode(&terms);
        for (at, expected) in scene.judged.iter().enumerate() {
            for judged in Tagger::v1().judge(&encoded, at) {
                let of_axis = scene
                    .classes
                    .iter()
                    .zip(expected)
                    .filter(|(class, _)| class.split('.').next() == Some(judged.axis));
                let most = of_axis.map(|(_, p)| *p).sum::<f32>().min(1.0);
                let gap = (most - judged.probability).abs();
                assert!(
                    gap < 0.05,
                    "{}: {most} expected, {} found",
                    judged.axis,
                    judged.probability
                );
            }
        }
    }
}

#[test]
fn a_file_that_is_no_safetensors_is_refused() {
    assert!(Tagger::parse(b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ").is_err());
    assert!(Tagger::parse(b"").is_err());
}
