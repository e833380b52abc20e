//! Nouns that say again who somebody is after a verb: "she is a redhead".

use super::Scene;
use super::attributes::DEGREES;
use super::grammar::{Little, is_in};
use super::persons::{PRONOUN_RANK, Person, contracted_is};
use super::said::LOOKS;
use super::term::{Fate, Form, Sense};
use crate::axis::Axis;

/// "she" of "she is a redhead", "he used to be an expat": a pronoun of one, where nobody is named before. It is the person, as
/// where an adjective follows; the noun says the same person again.
pub(super) fn subject_of_noun(scene: &Scene, noun: usize) -> Option<usize> {
    if !scene.persons.is_empty() || scene.has_group() {
        return None;
    }
    let terms = &scene.terms;
    let plain = |at: &usize| {
        let article =
            terms[*at].sense == Sense::Little(Little::Article) || scene.is_one_of(*at, &["the"]);
        article || terms[*at].is_adjective() || scene.is_one_of(*at, DEGREES)
    };
    let be = (0..noun).rev().find(|at| !plain(at))?;
    let asked = |at: usize| at > 0 && terms[at - 1].sense == Sense::Little(Little::Be);
    let helps = |at: &usize| {
        is_in("used to will would could might may must not never always", scene.word(&terms[*at]))
    };
    let subject = match terms[be].sense {
        Sense::Little(Little::Be) => (0..be).rev().find(|at| !helps(at))?,
        // "is she a redhead?"
        _ if contracted_is(scene, Some(&terms[be])) || asked(be) => be,
        _ if is_in(LOOKS, scene.word(&terms[be])) => (0..be).rev().find(|at| !helps(at))?,
        _ => return None,
    };
    matches!(terms[subject].sense, Sense::Pronoun(Form::Subject, Some(_))).then_some(subject)
}

/// The pronoun at `at` is the person: it has the bundle.
pub(super) fn open_subject(scene: &mut Scene, at: usize) {
    let mut person = Person::at(at);
    if let Sense::Pronoun(_, Some(gender)) = scene.terms[at].sense {
        person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
        person.mention(Axis::Age, None, PRONOUN_RANK);
    }
    scene.terms[at].fate = Fate::Person(scene.persons.len());
    scene.terms[at].article_before = true;
    scene.persons.push(person);
}
