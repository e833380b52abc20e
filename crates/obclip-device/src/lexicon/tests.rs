use obclip_protocol::{Catalogue, Policy, Vocabulary};

use super::*;

/// The wire vocabulary is published: none of its words may describe a person.
#[test]
fn no_word_of_a_person_or_attribute_is_in_the_wire_vocabulary() {
    let lexicon = Lexicon::v1();
    let stray: Vec<_> =
        lexicon.person_words().filter(|word| Vocabulary::v1().contains(word)).collect();
    assert!(stray.is_empty(), "{stray:?}");
    let catalogue = Catalogue::v1();
    // Words of the other axes are some of them held beside a person only ("fat", "poor").
    for axis in catalogue.axes().iter().filter(|axis| axis.policy == Policy::Expand) {
        for word in axis.values.iter().chain(&axis.nouns) {
            assert!(!Vocabulary::v1().contains(word), "{word}");
        }
    }
    for name in ["mary", "john", "fatima", "wei", "priya", "carlos", "olga", "kwame"] {
        assert!(!Vocabulary::v1().contains(name), "{name}");
    }
}

/// What a group or role travels as must be able to travel.
#[test]
fn roles_and_groups_travel() {
    for (phrase, entry) in &Lexicon::v1().entries {
        let wire = match entry {
            Entry::Role(None) | Entry::Group(None, _) => phrase,
            Entry::Group(Some(wire), _) => wire,
            Entry::GenderedRole(_, wire) | Entry::Role(Some(wire)) => *wire,
            _ => continue,
        };
        for word in wire.split(' ') {
            assert!(Vocabulary::v1().contains(word), "{phrase}: {word}");
        }
    }
}

/// The category decides what opens: words of one line of the language share their kind.
#[test]
fn counterfactual_words_share_their_category() {
    let kind = |word: &str| std::mem::discriminant(Lexicon::v1().entry(word).expect(word));
    for (one, other) in [
        ("man", "woman"),
        ("boy", "lady"),
        ("gentleman", "teenager"),
        ("grandmother", "son"),
        ("husband", "wife"),
        ("waiter", "waitress"),
        ("king", "queen"),
        ("nigerian", "chinese"),
        ("elderly", "teenage"),
        ("he", "she"),
        ("mr", "mrs"),
        ("men", "women"),
        ("businessman", "actress"),
    ] {
        assert_eq!(kind(one), kind(other), "{one} {other}");
    }
}

#[test]
fn values_are_those_of_the_catalogue() {
    let catalogue = Catalogue::v1();
    let known = |axis: Axis, stated: Option<Stated>| match stated {
        Some(Stated::Value(word)) => {
            let idx = catalogue.axis_idx(axis.name()).expect("an axis of the catalogue");
            assert!(catalogue.axes()[idx].values.iter().any(|value| value == word), "{word}");
        }
        Some(Stated::Unlisted) | None => {}
    };
    for entry in Lexicon::v1().entries.values() {
        match entry {
            Entry::Person(values) | Entry::Kin(values) | Entry::GenderedRole(values, _) => {
                Axis::ALL.into_iter().for_each(|axis| known(axis, values.of(axis)));
            }
            Entry::Attribute(axis, stated) => known(*axis, Some(*stated)),
            Entry::Pronoun(gender) => known(Axis::Gender, *gender),
            _ => {}
        }
    }
}

#[test]
fn plain_words_are_keys_as_they_are() {
    for list in [LEXICON, AXES, WORDNET, WORDNET_AXES, ROLES] {
        for word in list.split([' ', '\n', '/']) {
            assert_eq!(key(word), normalize(word).replace(['_', '-'], " "), "{word:?}");
        }
    }
}

#[test]
fn every_long_word_is_near_itself_without_a_letter() {
    let near = |word: &str| Lexicon::v1().near(Written { word, capital: false });
    for word in ["grandmother", "woman", "nigerian", "firefighter", "wheelchair"] {
        for gap in 1..word.len() {
            let misspelt = format!("{}{}", &word[..gap], &word[gap + 1..]);
            assert!(near(&misspelt).is_some(), "{misspelt:?}");
        }
    }
    assert_eq!(near("grandmohter"), Some("grandmother"));
    assert_eq!(near("xylophonic"), None);
}
