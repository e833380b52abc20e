//! What "his" and "her" stand for beside an animal or a ship: that, or somebody who is not named.
//!
//! Nothing here looks at which pronoun it is.

use super::Scene;
use super::grammar::{Little, is_in};
use super::names::is_of_things;
use super::pronouns::{has_parts_of_animal, is_animal, is_it};
use super::term::{Fate, Form, Sense, Term};
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};

/// Whether the pronoun stands for an animal, a ship or the like that is spoken of before it.
pub(super) fn is_of_it(scene: &Scene, pronoun: usize) -> bool {
    let terms = &scene.terms;
    let it = |&at: &usize| is_it(scene, &terms[at]) && !is_kind_of(scene, at);
    if !matches!(terms[pronoun].sense, Sense::Pronoun(_, Some(_))) {
        return (0..pronoun).any(|at| it(&at));
    }
    let Some(first) = (0..pronoun).filter(it).find(|&at| !is_where_somebody_is(scene, at)) else {
        return false;
    };
    let before = (0..first).any(|at| is_evidence(scene, at) && !is_of_phrase(scene, at, first));
    let anybody = |term: &Term| {
        is_in("nobody somebody someone anyone anybody everyone everybody", scene.word(term))
    };
    !(before
        || terms.iter().any(anybody)
        || opens_with_doing(scene, first)
        || (first..terms.len()).any(|at| is_age_alone(scene, at))
        || is_done_to(scene, pronoun)
        || is_on_somebody(scene, first, pronoun))
}

/// Both in one noun phrase: "an obese tabby".
fn is_of_phrase(scene: &Scene, at: usize, noun: usize) -> bool {
    scene.terms[at..noun].iter().all(Term::in_run)
}

/// "asleep on a boat, her hat", "walking by the river at night": who is there is not said, and it is not the boat nor the night.
fn is_where_somebody_is(scene: &Scene, at: usize) -> bool {
    const THERE: &str = "in on at by with under near beside behind for during before after through into aboard from around across inside \
outside against onto off along toward towards past";
    const SELDOM_SHE: &str = "train plane aeroplane airplane engine star night dawn city country winter spring sea ocean storm";
    let terms = &scene.terms;
    let described = |at: &usize| {
        terms[*at].is_adjective()
            || matches!(terms[*at].sense, Sense::Little(Little::Article | Little::Determiner))
            || terms[*at].sense == Sense::OtherPronoun
            || terms[*at].is_noun_word() && !is_in("and or", scene.word(&terms[*at]))
    };
    let Some(link) = (0..at).rev().find(|at| !described(at)) else { return false };
    if !is_in(THERE, scene.word(&terms[link])) {
        return false;
    }
    let noun = |&at: &usize| {
        let verb = terms[at].acts || terms[at].sense == Sense::Word(Some(WordKind::Verb));
        let describes = terms[at].is_adjective() && terms.get(at + 1).is_some_and(Term::in_run);
        terms[at].in_run() && !verb && !describes
    };
    let mut phrase = (0..link).rev().take_while(|&at| terms[at].sense != Sense::Comma);
    is_in(SELDOM_SHE, scene.word(&terms[at])) || !phrase.any(|at| noun(&at))
}

/// Whether a word stands before the pronoun that could be somebody.
pub(super) fn has_evidence(scene: &Scene, pronoun: usize) -> bool {
    (0..pronoun).any(|at| is_evidence(scene, at))
}

/// A word that is held and could be somebody: of a person, or unknown, at the end of its phrase.
fn is_evidence(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let term = &terms[at];
    let ends = terms.get(at + 1).is_none_or(|next| {
        let verb = next.acts || next.ends_in_s || next.sense == Sense::Word(Some(WordKind::Verb));
        !next.in_run() || verb
    });
    let word = scene.word(term);
    // "a reeve counting sheaves": without a capital a word may be any thing unless it does what persons do.
    let capital = scene.tokens[term.tokens.start].capital;
    let does = || {
        terms.get(at + 1).is_some_and(|next| {
            next.acts || matches!(next.sense, Sense::Little(Little::Governor | Little::Relative))
        })
    };
    let unknown = || {
        !word.is_empty()
            && !scene.rules.lets_travel(word)
            && (does() || capital && !is_of_things(scene, term))
    };
    let held = match term.sense {
        Sense::Attribute { nominal: true, .. } | Sense::CorrelateThing => true,
        Sense::Trait { near: false, nominal } => nominal,
        Sense::Other => !capital || !is_of_things(scene, term),
        Sense::Word(_) => unknown(),
        _ => false,
    };
    let free = term.fate == Fate::Keep;
    free && held && ends && !is_breed_or_animal(scene, at) && !is_of_place_here(scene, at)
}

fn is_breed_or_animal(scene: &Scene, at: usize) -> bool {
    is_it(scene, &scene.terms[at])
        || Lexicon::v1().is_breed(scene.word(&scene.terms[at]))
        || Lexicon::v1().is_maker(scene.word(&scene.terms[at]))
}

/// "panhandling in a tuxedo", "asleep, a cat on his chest": what is done opens the prompt, and no animal opens the next phrase.
fn opens_with_doing(scene: &Scene, first_animal: usize) -> bool {
    let terms = &scene.terms;
    let idle = is_in("asleep awake barefoot shirtless", scene.word(&terms[0]));
    let goes_on = terms.get(1).is_some_and(|next| {
        matches!(
            next.sense,
            Sense::Little(Little::Article | Little::Determiner | Little::Preposition)
                | Sense::Pronoun(..)
        )
    });
    let described = |at: usize| {
        let article = matches!(terms[at].sense, Sense::Little(Little::Article));
        terms[at].is_adjective() || terms[at].is_person_noun() || article
    };
    let start = (0..first_animal).rev().find(|&at| !described(at));
    // "Visiting this nest is a bowerbird"
    let own_phrase =
        start.is_some_and(|at| matches!(terms[at].sense, Sense::Comma | Sense::Little(Little::Be)));
    let on_him = idle && first_animal + 2 < terms.len();
    (terms[0].acts && goes_on || idle) && (!own_phrase || on_him)
}

/// "Dub on a horse, fifteen, her tracksuit pink": a bare age between commas.
fn is_age_alone(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let edge = |at: Option<&Term>| at.is_none_or(|term| term.sense == Sense::Comma);
    let age = matches!(terms[at].sense, Sense::Figure(_))
        || matches!(terms[at].sense, Sense::Attribute { axis: Axis::Age, figure: true, .. })
            && !scene.tokens[terms[at].tokens.clone()]
                .iter()
                .any(|token| is_in("old year years month months week weeks", &token.text));
    age && edge(at.checked_sub(1).map(|at| &terms[at])) && edge(terms.get(at + 1))
}

/// "the goat butts her", "the horse trusts only him": who does it is somebody else, and one animal is in the scene.
fn is_done_to(scene: &Scene, pronoun: usize) -> bool {
    let terms = &scene.terms;
    let Some(verb) = pronoun.checked_sub(1).map(|at| &terms[at]) else { return false };
    let object = matches!(terms[pronoun].sense, Sense::Pronoun(Form::Oblique, _))
        && terms.get(pronoun + 1).is_none_or(|next| !next.in_run());
    let several = terms.iter().filter(|term| is_it(scene, term)).count() > 1;
    let whole = is_in("her him", scene.word(&terms[pronoun]));
    let done = verb.acts
        || verb.sense == Sense::Word(Some(WordKind::Verb)) && verb.inflected
        || scene.word(verb) == "only";
    object && whole && done && !several
}

/// "a parrot on his shoulder", "a cat asleep in her lap": no other noun stands between the animal and the person.
fn is_on_somebody(scene: &Scene, animal: usize, pronoun: usize) -> bool {
    let terms = &scene.terms;
    let part = terms.get(pronoun + 1).map_or("", |term| scene.word(term));
    let link = pronoun.checked_sub(1).map_or("", |at| scene.word(&terms[at]));
    let between = |at: usize| terms[at].is_noun_word() && !terms[at].acts;
    is_in("lap shoulder shoulders wrist finger palm gauntlet glove forearm arms chest", part)
        && is_in("on in upon across over around onto", link)
        && !(animal + 1..pronoun).any(between)
}

const LIKENESSES: &str = "statue sculpture figurine toy doll plush balloon ornament mask head skull silhouette tattoo topiary carving";

/// Whether a pronoun may be the name's: no animal stands before it in its phrase, or the name is no animal's and opens what is
/// said ("Anindita feeds a calf her lunch", "Hamish in a boat, a heron on his hat").
pub(super) fn is_of_name(scene: &Scene, name: usize, pronoun: usize) -> bool {
    let terms = &scene.terms;
    let phrase = terms[..pronoun].iter().rev().take_while(|term| term.sense != Sense::Comma);
    let n_before = phrase.count();
    let first = pronoun - n_before;
    let animal = |from: usize| {
        (from..pronoun).any(|at| is_animal(scene, &terms[at]) && !is_kind_of(scene, at))
    };
    // "a mare who lays back her ears"
    if !animal(first) && !animal(0) {
        return true;
    }
    name < pronoun
        && !is_of_place_here(scene, name)
        && !is_name_of_animal(scene, name)
        && !has_parts_of_animal(scene)
        || !animal(first) && name > pronoun
}

/// "a tabby in Kyoto", "a fox by Hokusai": after such a word only a first name is somebody in the scene.
fn is_of_place_here(scene: &Scene, name: usize) -> bool {
    const WHERE: &str =
        "in from near over at off around through across above via along outside inside to";
    let before = name.checked_sub(1).map_or("", |before| scene.word(&scene.terms[before]));
    let given = Lexicon::v1().is_given_name(&scene.tokens[scene.terms[name].tokens.start].text);
    is_in("by after style", before) || is_in(WHERE, before) && !given
}

/// "Biscuit the spaniel", "Mittens, a tabby", "Bengal tiger", "the goat Nanny": a name that an animal has.
fn is_name_of_animal(scene: &Scene, name: usize) -> bool {
    let terms = &scene.terms;
    let capital = |at: &usize| scene.tokens[terms[*at].tokens.start].capital;
    let first = (0..=name).rev().take_while(capital).last().unwrap_or(name);
    let end = (name..terms.len()).find(|at| !capital(at)).unwrap_or(terms.len());
    let noun = |from: usize| {
        let at = (from..terms.len()).find(|&at| !terms[at].is_adjective());
        // "Hamish, a heron on his hat"
        let on_his = |at: usize| {
            let link = terms.get(at + 1).is_some_and(|term| {
                matches!(term.sense, Sense::Little(Little::Preposition))
                    && scene.word(term) != "with"
            });
            link && terms.get(at + 2).is_some_and(|term| matches!(term.sense, Sense::Pronoun(..)))
        };
        at.is_some_and(|at| is_animal(scene, &terms[at]) && !is_kind_of(scene, at) && !on_his(at))
    };
    let comma = usize::from(terms.get(end).is_some_and(|term| term.sense == Sense::Comma));
    let article = terms.get(end + comma).is_some_and(|term| {
        matches!(
            term.sense,
            Sense::Little(Little::Article | Little::Determiner) | Sense::OtherPronoun
        )
    });
    let before = first.checked_sub(1).is_some_and(|before| is_animal(scene, &terms[before]));
    before || noun(end) || article && noun(end + comma + 1)
}

/// "dinosaur suit", "fish market": an animal that says what kind of thing it is; not "dog portrait" nor "cat licks".
fn is_kind_of(scene: &Scene, at: usize) -> bool {
    !scene.terms[at].genitive
        && scene.terms.get(at + 1).is_some_and(|next| {
            next.sense == Sense::Word(Some(WordKind::Thing))
                && !next.is_picture
                && !next.acts
                && !next.ends_in_s
                && !is_in(LIKENESSES, scene.word(next))
        })
}
