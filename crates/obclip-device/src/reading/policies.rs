//! The user's policies and own axes, applied to the terms before anything is read from them.

use obclip_protocol::is_plain_word;

use super::Scene;
use super::term::{Category, Sense, Term};
use crate::axis::Values;
use crate::lexicon::{Lexicon, WordKind};
use crate::rules::{OCCUPATION, OwnAxis, OwnForm, OwnPhrase};
use crate::tokens::Token;

/// Marks the phrases of own axes, then what is kept, and makes roles neutral where they are not to travel.
pub(crate) fn apply(scene: &mut Scene) {
    if scene.rules.has_own_axes() {
        mark_own(scene);
    }
    for at in 0..scene.terms.len() {
        keep(scene, at);
        if scene.rules.holds_roles() {
            make_neutral(scene, at);
        }
    }
}

/// The words of a term with single spaces, as the lists are keyed.
pub(crate) fn phrase(tokens: &[Token], term: &Term) -> String {
    let words: Vec<&str> =
        tokens[term.tokens.clone()].iter().map(|token| token.text.as_str()).collect();
    words.join(" ")
}

fn mark_own(scene: &mut Scene) {
    let mut terms = Vec::with_capacity(scene.terms.len());
    let mut at = 0;
    while at < scene.terms.len() {
        let (n_terms, term) = own_at(scene, at).unwrap_or_else(|| (1, scene.terms[at].clone()));
        terms.push(term);
        at += n_terms;
    }
    scene.terms = terms;
}

/// The longest phrase of an own axis at `at`, as one term.
fn own_at(scene: &Scene, at: usize) -> Option<(usize, Term)> {
    let most = MAX_OWN_TERMS.min(scene.terms.len() - at);
    (1..=most).rev().find_map(|n_terms| {
        let terms = &scene.terms[at..at + n_terms];
        let last = terms[n_terms - 1].clone();
        let tokens = terms[0].tokens.start..last.tokens.end;
        let term = Term { tokens, ..last };
        let own = scene.rules.own_phrase(&phrase(&scene.tokens, &term))?;
        if terms.iter().any(|term| states_a_default_axis(&term.sense)) {
            return None;
        }
        let sense = match own.form {
            OwnForm::Describes => Sense::Trait { near: false, nominal: false },
            OwnForm::Person => Sense::Trait { near: false, nominal: true },
            OwnForm::Persons => {
                Sense::Group { wire: "people".to_owned(), values: Values::default() }
            }
        };
        Some((n_terms, Term { sense, own: Some(own), ..term }))
    })
}

/// What opens age, ethnicity or gender does so whatever else it means to the user.
fn states_a_default_axis(sense: &Sense) -> bool {
    match sense {
        Sense::Head(Category::Role { gendered, .. }, values) => {
            *gendered || *values != Values::default()
        }
        Sense::Head(Category::Trait, _) => false,
        Sense::Colour(colour) => !colour.of_skin,
        Sense::Group { values, .. } => *values != Values::default(),
        Sense::Head(..)
        | Sense::Attribute { .. }
        | Sense::Figure(_)
        | Sense::Place(_)
        | Sense::Skin
        | Sense::Pronoun(..)
        | Sense::OtherPronoun
        | Sense::Field
        | Sense::Comma
        | Sense::Little(_) => true,
        _ => false,
    }
}

/// A phrase of a kept axis travels: an adjective where it stands, a person as a role, a thing as an ordinary one.
fn keep(scene: &mut Scene, at: usize) {
    let term = &scene.terms[at];
    let phrase = phrase(&scene.tokens, term);
    let plain = phrase.split(' ').all(is_plain_word);
    if term.own.is_some() || !plain || !scene.rules.keeps(&phrase) || is_unasked(scene, &phrase) {
        return;
    }
    let sense = match &term.sense {
        Sense::Trait { near, nominal } => Sense::Trait { near: *near, nominal: *nominal },
        Sense::Colour(colour) if colour.of_skin => Sense::Colour(*colour),
        Sense::Head(Category::Trait, values) => {
            Sense::Head(Category::Role { wire: phrase, gendered: false }, *values)
        }
        Sense::Group { values, .. } if *values == Values::default() => {
            Sense::Group { wire: phrase, values: *values }
        }
        Sense::CorrelateThing if Lexicon::v1().is_axis_thing(&phrase) => {
            Sense::Word(Some(WordKind::Thing))
        }
        _ => return,
    };
    let term = &mut scene.terms[at];
    (term.sense, term.kept) = (sense, true);
}

/// An occupation that is not published: occupations are kept unless the user says otherwise, so nobody chose to tell it.
fn is_unasked(scene: &Scene, phrase: &str) -> bool {
    Lexicon::v1().topics(phrase).iter().all(|topic| *topic == OCCUPATION)
        && !phrase.split(' ').all(|word| scene.rules.lets_travel(word))
}

/// A word of an axis that the user published opens it for its person, whatever value it means.
pub(crate) fn open_own(scene: &mut Scene, at: usize, person_idx: usize) {
    if let Some(OwnPhrase { axis: OwnAxis::Expanded(axis_idx), value_idx, .. }) =
        scene.terms[at].own
    {
        scene.persons[person_idx].mention_own(axis_idx, value_idx);
    }
}

/// A kept word that stands for a person is said after its bundle, as a role is.
pub(crate) fn keep_role(scene: &mut Scene, at: usize) {
    if scene.terms[at].kept
        && let Some(person) = scene.persons.last_mut()
    {
        person.role = phrase(&scene.tokens, &scene.terms[at]);
    }
}

/// Roles stay on the device: "a doctor" is a person, "a waitress" a woman, "nurses" are people.
fn make_neutral(scene: &mut Scene, at: usize) {
    let term = &scene.terms[at];
    let is_role = || Lexicon::v1().topics(&phrase(&scene.tokens, term)).contains(&OCCUPATION);
    let sense = match &term.sense {
        Sense::Head(Category::Role { .. }, _) if term.kept => return,
        Sense::Head(Category::Role { gendered: true, .. }, values) => {
            Sense::Head(Category::Person, *values)
        }
        Sense::Head(Category::Role { .. }, values) => Sense::Head(Category::Neutral, *values),
        Sense::Group { values, .. } if is_role() => {
            Sense::Group { wire: "people".to_owned(), values: *values }
        }
        _ => return,
    };
    scene.terms[at].sense = sense;
}

/// A phrase of an own axis has at most this many words.
const MAX_OWN_TERMS: usize = 4;
