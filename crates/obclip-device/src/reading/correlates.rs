//! Words that move a language model's belief about an open axis: the published weights say which, whatever the value is.

use obclip_prior::{Associations, CORRELATE_NATS};
use obclip_protocol::AxisSet;

use super::Scene;
use super::holding::{CORRELATE, hold_one};
use super::term::{Fate, Sense};
use crate::building::Cover;

/// Holds every phrase that moves the log-probability of some value of the open axes by more than the threshold: over
/// all values, so that the one that is meant decides nothing.
pub(crate) fn hold(scene: &mut Scene) {
    let open = open_axes(scene);
    if open.is_empty() {
        return;
    }
    let (mut words, mut places) = (Vec::new(), Vec::new());
    for (at, term) in scene.terms.iter().enumerate() {
        let free = term.fate == Fate::Keep && matches!(term.sense, Sense::Word(_));
        let travels = free && !term.kept && !scene.is_allowed(term);
        for token in &scene.tokens[term.tokens.clone()] {
            words.push(if travels { token.text.as_str() } else { "" });
            places.push(at);
        }
    }
    let telling = Associations::v1().telling(&words, scene.rules.catalogue(), open);
    let telling = telling.into_iter().filter(|(_, nats)| *nats > CORRELATE_NATS);
    let phrases: Vec<_> =
        telling.map(|(place, _)| places[place.start]..=places[place.end - 1]).collect();
    for at in phrases.into_iter().flatten() {
        hold_one(scene, at, CORRELATE);
    }
}

/// The axes that the class may open, of any person: what is mentioned and the cover decide, no value does.
fn open_axes(scene: &Scene) -> AxisSet {
    let catalogue = scene.rules.catalogue();
    let expandable = AxisSet::expandable(catalogue);
    if scene.persons.is_empty() || scene.rules.cover() == Cover::Person {
        return if scene.persons.is_empty() { AxisSet::EMPTY } else { expandable };
    }
    let mentioned = scene.persons.iter().map(|person| {
        person.mentioned.axis_set(catalogue).map(|set| set.union(person.own)).unwrap_or(expandable)
    });
    mentioned.fold(AxisSet::EMPTY, AxisSet::union).intersection(expandable)
}
