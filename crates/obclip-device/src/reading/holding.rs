//! What stays on the device because it shifts the odds of an attribute or is not a known word.

use super::Scene;
use super::attributes::{DEGREES, is_of_body, is_one_of_several};
use super::correlates;
use super::grammar::{BODY, Little, is_in};
use super::said::is_said;
use super::term::{Category, Fate, Form, Sense, Term};
use crate::lexicon::{Lexicon, WordKind};

/// Holds correlates with their phrases, then every word that may not travel.
pub(crate) fn hold(scene: &mut Scene) {
    for at in 0..scene.terms.len() {
        match scene.terms[at].sense {
            Sense::CorrelateThing => hold_phrase(scene, at),
            Sense::CorrelateWord => hold_with_degree(scene, at),
            Sense::Other => hold_one(scene, at, "may describe a person"),
            Sense::Small if describes_somebody(scene, at) || is_one_of_several(scene, at) => {
                hold_with_degree(scene, at);
            }
            _ => {}
        }
    }
    correlates::hold(scene);
    for at in 0..scene.terms.len() {
        hold_unknown(scene, at);
        hold_hyphenated(scene, at);
    }
}

/// Whether a word that things have too ("small", "fat") stands where a person, a part of one or a name is described.
pub(super) fn describes_somebody(scene: &Scene, at: usize) -> bool {
    before_person(scene, at)
        || is_of_owner(scene, at)
        || is_of_figure(scene, at)
        || is_said_of_name(scene, at)
        || said_alone(scene, at)
        || said_of_somebody(scene, at)
        || is_said(scene, at)
        || is_of_body(scene, at)
        || is_before_somebody(scene, at)
}

/// "a fat goth at a bar", "black folk dancing": before a noun that is a person only where a phrase ends with it.
pub(super) fn is_before_somebody(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let Some(noun) = (at + 1..terms.len()).find(|&noun| !terms[noun].is_adjective()) else {
        return false;
    };
    let word = scene.word(&terms[noun]);
    let person = is_in(SELDOM_THINGS, word);
    let ends = terms.get(noun + 1).is_none_or(|next| !next.in_run() || next.acts || next.inflected);
    person && ends && terms[noun].fate == Fate::Keep
}

/// Of the words that are a person sometimes, those that are seldom a thing.
const SELDOM_THINGS: &str = "goth goths emo punk punks rocker rockers folk marine marines lodger novice mystic drunk convict general generals \
contractor agent agents recruit thug vegan vegans";

pub(super) fn hold_one(scene: &mut Scene, at: usize, why: &'static str) {
    if scene.terms[at].fate == Fate::Keep {
        scene.terms[at].fate = Fate::Hold(why);
    }
}

/// "very tall", "so pretty"
fn hold_with_degree(scene: &mut Scene, at: usize) {
    hold_one(scene, at, CORRELATE);
    if at > 0 && scene.is_one_of(at - 1, DEGREES) {
        hold_one(scene, at - 1, CORRELATE);
    }
}

/// "a long bushy beard", "laugh lines around his eyes".
fn hold_phrase(scene: &mut Scene, at: usize) {
    hold_one(scene, at, CORRELATE);
    let followed_by_noun =
        scene.terms.get(at + 1).is_some_and(|t| t.is_person_noun() || t.is_noun_word());
    if followed_by_noun {
        return;
    }
    let mut first = at;
    while first > 0 && extends_left(scene, first - 1) {
        first -= 1;
        if !matches!(scene.terms[first].fate, Fate::Drop(_)) {
            scene.terms[first].fate = Fate::Hold(CORRELATE);
        }
    }
    let owner = first.checked_sub(1).filter(|&at| {
        let term = &scene.terms[at];
        matches!(term.sense, Sense::Pronoun(..) | Sense::OtherPronoun)
            && !matches!(term.fate, Fate::Person(_))
    });
    if let Some(owner) = owner {
        scene.terms[owner].fate = Fate::Hold(CORRELATE);
    }
    hold_body_part(scene, at);
}

fn extends_left(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let ordinary = matches!(
        term.sense,
        Sense::Word(Some(WordKind::Adjective | WordKind::Thing | WordKind::Noun) | None)
    );
    let participle = term.sense == Sense::Word(Some(WordKind::Verb)) && {
        let word = scene.word(term);
        word.ends_with("ed") || word.ends_with("ing") && !is_verb_here(scene, at)
    };
    let free = matches!(term.fate, Fate::Keep | Fate::Hold(_) | Fate::Drop(_));
    free && !term.genitive && (ordinary || participle || term.is_adjective())
}

/// "showing long hair": an -ing word after a noun or at the start is a verb.
fn is_verb_here(scene: &Scene, at: usize) -> bool {
    at == 0 || !matches!(scene.terms[at - 1].sense, Sense::Little(Little::Article))
}

/// "around his eyes", "on her face" after a held thing.
fn hold_body_part(scene: &mut Scene, at: usize) {
    let terms = &scene.terms;
    let is_link = |t: &Term| matches!(t.sense, Sense::Little(Little::Preposition));
    let Some(link) = terms.get(at + 1).filter(|t| is_link(t)) else { return };
    if scene.word(link) == "of" {
        return;
    }
    let mut end = at + 2;
    while terms.get(end).is_some_and(|t| {
        let little = matches!(t.sense, Sense::Little(Little::Determiner | Little::Article));
        little || t.is_adjective() || matches!(t.sense, Sense::Pronoun(..) | Sense::OtherPronoun)
    }) {
        end += 1;
    }
    if terms.get(end).is_some_and(|t| is_in(BODY, scene.word(t))) {
        for held in at + 1..=end {
            if !matches!(scene.terms[held].fate, Fate::Person(_)) {
                scene.terms[held].fate = Fate::Hold(CORRELATE);
            }
        }
    }
}

/// A small word is held only in a person's phrase ("a little girl", not "a little house").
fn before_person(scene: &Scene, at: usize) -> bool {
    let rest = scene.terms[at + 1..].iter();
    // "tall, dark-skinned lawyer", "fat and happy dancer"
    // "a fat but happy man"
    let joins = |term: &Term| {
        matches!(term.sense, Sense::Comma | Sense::Little(Little::And))
            || is_in("but yet", scene.word(term))
    };
    let next_joins = scene.terms.get(at + 1).is_some_and(joins);
    // "slim, very fair girl"
    let is_degree = |term: &Term| DEGREES.contains(&scene.word(term));
    let degree = usize::from(scene.terms.get(at + 2).is_some_and(is_degree));
    let goes_on = next_joins && scene.terms.get(at + 2 + degree).is_some_and(Term::is_adjective);
    let mut run =
        rest.take_while(|term| term.in_run() || goes_on && (joins(term) || is_degree(term)));
    // "no fat man in sight"
    let absent = at.checked_sub(1).is_some_and(|no| scene.is_one_of(no, &["no", "without"]));
    let nobody = |term: &Term| {
        absent
            && (term.is_person_noun()
                || matches!(term.sense, Sense::Written)
                || scene.word(term) == "people")
    };
    let noun = run.find(|term| {
        term.is_noun_word()
            || nobody(term)
            || term.is_person_noun()
            || matches!(term.fate, Fate::Person(_))
            || matches!(term.sense, Sense::Group { .. })
    });
    noun.is_some_and(|term| {
        nobody(term)
            || matches!(term.fate, Fate::Person(_) | Fate::Drop(_))
            || matches!(term.sense, Sense::Group { .. })
            || term.sense == Sense::CorrelateThing
    })
}

/// "woman, tall, slim, in a park", "chalky and thin, a laundress", "thin except for the bump, she queues", "Woody, lean".
fn said_alone(scene: &Scene, at: usize) -> bool {
    let edge = |at: Option<usize>| {
        let term = at.and_then(|at| scene.terms.get(at));
        term.is_none_or(|term| matches!(term.sense, Sense::Comma | Sense::Little(Little::And)))
    };
    let mut first = at;
    let degree = |word: &str| DEGREES.contains(&word) || is_in("more less as", word);
    while first > 0 && degree(scene.word(&scene.terms[first - 1])) {
        first -= 1;
    }
    // "my dad, grey now"
    let after = at + 1 + usize::from(scene.terms.len() > at + 1 && scene.is_one_of(at + 1, NOW));
    let next = scene.terms.get(after);
    let but = next.is_some_and(|next| is_in("except but as than", scene.word(next)));
    let of_noun = after_noun(scene, first);
    let ends = edge(Some(after)) || but || of_noun && next.is_some_and(|next| next.acts);
    (edge(first.checked_sub(1)) || of_noun) && ends && has_somebody(scene)
}

const NOW: &[&str] = &["now", "already", "again", "once"];

/// "the fat man's hat", "the blind old woman's hands": before a person who only owns what is seen. "A fisherman's cottage" is a
/// kind of cottage.
pub(super) fn is_of_owner(scene: &Scene, at: usize) -> bool {
    let noun = scene.terms[at + 1..].iter().find(|term| !term.is_adjective());
    noun.is_some_and(|term| {
        let person = matches!(term.sense, Sense::Head(Category::Person | Category::Kin, _));
        // "the rich couple's house"
        let household = is_in("couple family twins siblings parents", scene.word(term));
        term.genitive && (person || household)
    })
}

/// "a man of tall build", "a short figure, a woman": what somebody is built like.
pub(super) fn is_of_figure(scene: &Scene, at: usize) -> bool {
    let figure = scene.terms.get(at + 1).is_some_and(|next| {
        is_in("build builds figure figures physique stature body bodies", scene.word(next))
    });
    // "a tall figure in the doorway", not "a tall figure of clay"
    let seen = || {
        let last = scene.terms.get(at + 2).map_or("", |term| scene.word(term));
        is_in("figure figures", scene.word(&scene.terms[at + 1]))
            && is_in("in at on by under walks stands", last)
    };
    figure && (has_somebody(scene) || seen())
}

/// "Maria is blind", "Tom, thin, at a table", "a rich Maria": said of a name that opens nobody.
pub(super) fn is_said_of_name(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let next = (at + 1..terms.len()).find(|&next| !terms[next].is_adjective());
    // "a thin Florence street"
    let ends = |next: usize| terms.get(next + 1).is_none_or(|term| !term.is_noun_word());
    is_said_after_name(scene, at)
        || next.is_some_and(|next| is_given_name(scene, next) && ends(next))
}

/// "Maria is pale", "Tom, black, at a table"
pub(super) fn is_said_after_name(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let mut first = at;
    while first > 0 && scene.is_one_of(first - 1, DEGREES) {
        first -= 1;
    }
    let comma = |term: &Term| term.sense == Sense::Comma;
    first.checked_sub(2).is_some_and(|name| match terms[first - 1].sense {
        Sense::Little(Little::Be) => is_given_name(scene, name),
        Sense::Comma => is_given_name(scene, name) && terms.get(at + 1).is_none_or(comma),
        _ => false,
    })
}

/// A first name or a part of one; not "Maria's" nor the names that are read as ordinary words.
pub(super) fn is_given_name(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let token = &scene.tokens[term.tokens.end - 1];
    let given =
        || Lexicon::v1().is_given_name(&token.text) && !scene.rules.lets_travel(&token.text);
    let named = match term.sense {
        Sense::Other => true,
        Sense::Word(_) => given(),
        _ => false,
    };
    token.capital && named && !term.genitive
}

/// Whether there is a person, a name or a description that only persons have.
pub(super) fn has_somebody(scene: &Scene) -> bool {
    scene.terms.iter().any(|term| {
        matches!(term.fate, Fate::Person(_))
            || matches!(
                term.sense,
                Sense::Group { .. }
                    | Sense::Other
                    | Sense::Trait { near: false, .. }
                    | Sense::Attribute { possessive: Some(_), .. }
            )
    })
}

/// "lady fat, selling fruit": right after the noun of a person.
fn after_noun(scene: &Scene, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| scene.terms[before].is_person_noun())
}

/// "he is fat and laughing", "she so thin", "one is tall": after a pronoun, a noun of a person or "is".
fn said_of_somebody(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let noun_follows = terms[at + 1..]
        .iter()
        .find(|term| !term.is_adjective())
        .is_some_and(|term| term.is_noun_word() || term.is_person_noun());
    let is_degree = scene.is_one_of(at, DEGREES);
    if noun_follows || is_degree || scene.persons.is_empty() && !scene.has_group() {
        return false;
    }
    let degree = |at: usize| {
        scene.is_one_of(at, DEGREES)
            || is_in("more less as kinda sorta", scene.word(&scene.terms[at]))
    };
    let Some(before) = (0..at).rev().find(|&at| !degree(at)) else { return false };
    let somebody = |at: usize| {
        let term = &terms[at];
        matches!(term.sense, Sense::Pronoun(..) | Sense::Group { .. } | Sense::Other)
            || term.is_person_noun()
            || scene.is_one_of(at, &["who", "one", "other"])
    };
    match terms[before].sense {
        Sense::Little(Little::Be) => {
            let subject = (0..before).rev().find(|&at| !is_in(AUXILIARIES, scene.word(&terms[at])));
            subject.is_some_and(|at| somebody(at) || stands_with_somebody(scene, at))
        }
        // "their red and white cake"
        Sense::Pronoun(form, _) => {
            let and = |next: &Term| next.sense == Sense::Little(Little::And);
            form != Form::Oblique || !terms.get(at + 1).is_some_and(and)
        }
        // "a man, once fat", "the twins, both tall", "a woman becoming thin"
        _ if is_in(TURNED, scene.word(&terms[before])) => {
            let comma = before > 0 && terms[before - 1].sense == Sense::Comma;
            before.checked_sub(1 + usize::from(comma)).is_some_and(somebody)
        }
        // "he looks slim"
        _ if is_in("look looks looked looking grew grown got gone", scene.word(&terms[before])) => {
            before.checked_sub(1).is_some_and(somebody)
        }
        _ => false,
    }
}

/// "who used to be fat"
const AUXILIARIES: &str =
    "used to will would could might may must should has had have been can not never always";

const TURNED: &str = "once formerly previously still now both becoming become became turning turned being staying stayed feeling feels felt \
described portrayed depicted";

/// "the man on the left is tall": a thing right after a preposition that a person stands before.
fn stands_with_somebody(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let plain =
        |at: usize| matches!(terms[at].sense, Sense::Little(Little::Article | Little::Determiner));
    let mut link = at.checked_sub(1);
    while let Some(found) = link.filter(|&found| plain(found)) {
        link = found.checked_sub(1);
    }
    let placed =
        link.filter(|&link| matches!(terms[link].sense, Sense::Little(Little::Preposition)));
    let before = placed.and_then(|link| link.checked_sub(1));
    before.is_some_and(|before| {
        terms[before].is_person_noun() && matches!(terms[at].sense, Sense::Word(_))
    })
}

fn hold_unknown(scene: &mut Scene, at: usize) {
    let term = &scene.terms[at];
    if term.fate != Fate::Keep || term.sense == Sense::Comma {
        return;
    }
    let words = scene.wire_words(term);
    let known = words.iter().all(|word| word == "an" || term.kept || scene.rules.lets_travel(word));
    let marked = scene.tokens[term.tokens.clone()].iter().any(|token| token.marked);
    if marked {
        scene.terms[at].fate = Fate::Hold("marked by the user");
    } else if !known {
        scene.terms[at].fate = Fate::Hold(UNKNOWN);
    }
}

/// "asian-looking", "half-korean": the rest of a compound goes with its attribute.
fn hold_hyphenated(scene: &mut Scene, at: usize) {
    if at == 0 || !scene.tokens[scene.terms[at].tokens.start].hyphen {
        return;
    }
    let goes = |fate: &Fate| matches!(fate, Fate::Drop(_) | Fate::Hold(_));
    let (before, this) = (scene.terms[at - 1].fate.clone(), scene.terms[at].fate.clone());
    if goes(&before) && this == Fate::Keep {
        scene.terms[at].fate = before;
    } else if goes(&this) && before == Fate::Keep {
        scene.terms[at - 1].fate = this;
    }
}

pub(super) const CORRELATE: &str = "shifts the odds of an attribute";
pub(super) const UNKNOWN: &str = "not in the wire vocabulary";
