//! The generator itself: counts, distinctness, grammar, and that the data is used.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use super::article::article;
use super::data::{Piece, load, pieces};
use super::{Pair, Relation, pairs};

const RELATIONS: [Relation; 3] =
    [Relation::ValueSwapped, Relation::WordSwapped, Relation::MentionToggled];

fn all() -> &'static [Pair] {
    static ALL: LazyLock<Vec<Pair>> = LazyLock::new(|| {
        RELATIONS.into_iter().flat_map(|relation| pairs(relation, 7, 3000)).collect()
    });
    &ALL
}

#[test]
fn every_relation_has_thousands_of_distinct_pairs() {
    for relation in RELATIONS {
        let pairs: Vec<&Pair> = all().iter().filter(|p| p.relation == relation).collect();
        assert_eq!(pairs.len(), 3000, "{relation:?}");
        let distinct: HashSet<(&str, &str)> =
            pairs.iter().map(|p| (p.a.text.as_str(), p.b.text.as_str())).collect();
        assert_eq!(distinct.len(), 3000, "{relation:?}");
        let prompts: HashSet<&str> =
            pairs.iter().flat_map(|p| [p.a.text.as_str(), p.b.text.as_str()]).collect();
        assert!(prompts.len() > 4000, "{relation:?}: only {} prompts", prompts.len());
    }
}

#[test]
fn the_seed_decides() {
    let texts = |seed| -> Vec<String> {
        let pairs = pairs(Relation::ValueSwapped, seed, 200);
        pairs.into_iter().map(|p| p.a.text + "|" + &p.b.text).collect()
    };
    assert_eq!(texts(5), texts(5));
    assert_ne!(texts(5), texts(6));
}

#[test]
fn a_pair_is_what_its_relation_says() {
    for pair in all() {
        let differences = pair.differences();
        let same_axes = differences.iter().all(|d| d.from.is_some() && d.to.is_some());
        let right = match pair.relation {
            Relation::ValueSwapped => same_axes && !differences.is_empty(),
            Relation::WordSwapped => differences.is_empty(),
            Relation::MentionToggled => !same_axes,
        };
        assert!(right && pair.a.text != pair.b.text, "{pair:?}");
        assert!(differences.iter().all(|d| d.person >= 1 && !d.axis.is_empty()), "{pair:?}");
    }
}

#[test]
fn no_slot_and_no_mark_is_left() {
    for pair in all() {
        for text in [&pair.a.text, &pair.b.text] {
            let odd = text.contains(['{', '}', '|', '\u{1}', '\u{2}'])
                || text.contains("  ")
                || text.contains(",,")
                || text.starts_with(' ')
                || text.ends_with([' ', ',']);
            assert!(!odd, "{text:?}");
        }
    }
}

#[test]
fn articles_follow_the_sound() {
    let cases = [
        ("an", "old man"),
        ("an", "18-year-old"),
        ("an", "11-year-old"),
        ("an", "80 year old"),
        ("an", "((elderly))"),
        ("an", "OAP"),
        ("an", "heiress"),
        ("an", "Ecuadorian"),
        ("a", "European lady"),
        ("a", "Ukrainian"),
        ("a", "Ugandan"),
        ("a", "young man"),
        ("a", "78-year-old"),
        ("a", "(Kenyan:1.2)"),
        ("a", "Hispanic"),
    ];
    for (expected, rest) in cases {
        assert_eq!(article(rest), expected, "before {rest:?}");
    }
}

/// Before a plain Latin word the letter decides, but for words that are listed here by hand.
#[test]
fn articles_in_prompts_are_right() {
    let spoken_y_or_h = ["European", "Ukrainian", "Ugandan", "heiress", "heir"];
    for pair in all() {
        let text = format!("{} {}", pair.a.text, pair.b.text);
        let words: Vec<&str> = text.split(' ').collect();
        for two in words.windows(2) {
            let [said, next] = two else { continue };
            let next = next.trim_start_matches(['(', '[', '"']);
            let by_hand = spoken_y_or_h.iter().any(|w| next.starts_with(w));
            let Some(first) = next.chars().next().filter(char::is_ascii_alphabetic) else {
                continue;
            };
            let vowel = "aeiouAEIOU".contains(first);
            match said.to_lowercase().as_str() {
                "a" => assert!(!vowel || by_hand, "{two:?} in {text}"),
                "an" => assert!(vowel || by_hand, "{two:?} in {text}"),
                _ => {}
            }
        }
    }
}

#[test]
fn pronouns_agree_within_a_prompt() {
    let female = ["she", "her", "hers", "herself", "woman", "lady", "girl"];
    let male = ["he", "him", "his", "himself", "man", "gentleman", "boy"];
    for pair in all().iter().filter(|pair| pair.a.personas.len() == 1) {
        for prompt in [&pair.a, &pair.b] {
            let lower = prompt.text.to_lowercase();
            let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
            let says = |list: &[&str]| words.iter().any(|word| list.contains(word));
            assert!(!(says(&female) && says(&male)), "{}", prompt.text);
        }
    }
}

#[test]
fn every_axis_and_value_is_swapped_often() {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for difference in pairs(Relation::ValueSwapped, 3, 3000).iter().flat_map(Pair::differences) {
        for value in [difference.from, difference.to].into_iter().flatten() {
            *counts.entry((difference.axis.clone(), value)).or_default() += 1;
        }
    }
    let catalogue = [
        ("age", &["young", "middle-aged", "old"][..]),
        ("ethnicity", &["african", "asian", "european", "indian", "latino", "other"]),
        ("gender", &["female", "male"]),
    ];
    for (axis, values) in catalogue {
        for value in values {
            let count = counts.get(&(axis.to_owned(), (*value).to_owned())).copied().unwrap_or(0);
            assert!(count >= 150, "{axis} {value}: {count}");
        }
    }
}

#[test]
fn every_word_and_pattern_is_used() {
    let data = load();
    let text: String = all().iter().map(|p| format!("{}\n{}\n", p.a.text, p.b.text)).collect();
    let missing: Vec<&String> = data
        .slots
        .values()
        .flat_map(|slot| slot.values.values().flatten().chain(&slot.neutral))
        .filter(|word| !text.contains(word.as_str()))
        .collect();
    assert!(missing.is_empty(), "words never used: {missing:?}");
    for pattern in &data.patterns {
        let longest = pieces(&pattern.text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text),
                Piece::Slot(_) => None,
            })
            .max_by_key(|text| text.len())
            .unwrap_or("");
        assert!(text.contains(longest.trim_end_matches(',')), "never used: {}", pattern.text);
    }
}

#[test]
fn patterns_and_words_are_many_and_well_formed() {
    let data = load();
    assert!(data.patterns.len() >= 120, "{} patterns", data.patterns.len());
    let words: usize =
        data.slots.values().flat_map(|slot| slot.values.values()).map(Vec::len).sum();
    assert!(words >= 1000, "{words} words");
    for (name, slot) in &data.slots {
        let mut seen = BTreeSet::new();
        for (key, words) in &slot.values {
            assert_eq!(key.split(' ').count(), slot.axes.len(), "{name}: {key}");
            for word in words {
                assert!(seen.insert(word), "{name}: {word} stands twice");
            }
        }
    }
}
