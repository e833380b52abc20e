//! Which person an adjective, origin, age or skin colour describes.

use std::ops::RangeInclusive;

use obclip_protocol::Vocabulary;

use super::Scene;
use super::capitals::is_title_case;
use super::grammar::{BODY, DESCENT, Little, is_in};
use super::holding::{
    describes_somebody, has_somebody, is_before_somebody, is_of_figure, is_of_owner,
    is_said_after_name, is_said_of_name,
};
use super::members::is_taken_out;
use super::names::is_of_things;
use super::origins::is_from_there;
use super::persons::{ADJECTIVE_RANK, FIGURE_RANK, PRONOUN_RANK};
use super::policies;
use super::predicates::{are_there_themselves, is_predicate, is_said_by_relative};
use super::said::{is_said, is_said_alone, is_said_of_who, speaks};
use super::skin::skin;
use super::telling::before_people;
use super::term::{Category, Fate, Sense, Term};
use crate::axis::{Axis, Colour, Stated};
use crate::lexicon::Lexicon;
use crate::tokens::Clitic;

/// What a description is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Person(usize),
    Group,
    Thing,
    Nothing,
}

/// Binds every description to its person. Which person never depends on the value.
pub(crate) fn bind(scene: &mut Scene) {
    for at in 0..scene.terms.len() {
        if is_taken_out(scene, at) {
            continue;
        }
        if is_said_alone(scene, at) {
            let about = backward(scene, at);
            go_with(scene, at, about);
            continue;
        }
        match scene.terms[at].sense.clone() {
            // "from Yorkshire", which is a people's word too
            Sense::Attribute { axis: Axis::Ethnicity, stated, .. } if is_from_there(scene, at) => {
                place(scene, at, stated);
            }
            Sense::Attribute { axis, stated, figure, possessive, .. } => {
                let about = about_attribute(scene, at);
                describe(scene, at, about, axis, stated, figure);
                if let (About::Person(person_idx), Some(gender)) = (about, possessive) {
                    let person = &mut scene.persons[person_idx];
                    person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
                }
            }
            Sense::Colour(colour) => describe_colour(scene, at, colour),
            Sense::Place(stated) => place(scene, at, stated),
            Sense::Skin => skin(scene, at),
            Sense::Figure(stated) => figure(scene, at, stated),
            Sense::Trait { near, .. } => describe_trait(scene, at, near),
            Sense::Small | Sense::CorrelateWord => go_with_person(scene, at),
            Sense::Field => {
                let person_idx = scene.nearest_person(at);
                scene.drop_term(at, person_idx);
            }
            Sense::Other | Sense::Word(_) => unknown_origin(scene, at),
            _ => {}
        }
    }
    drop_degrees(scene);
}

/// "a fat man" leaves no other trace than "a blind man": the word goes with whom it describes. Where it describes a thing or
/// nobody it is left for [`super::holding`].
fn go_with_person(scene: &mut Scene, at: usize) {
    let term = &scene.terms[at];
    // "the Golden Horde"
    let named =
        at > 0 && scene.tokens[term.tokens.start].capital && !scene.tokens[term.tokens.start].upper;
    let small = term.sense == Sense::Small;
    if term.kept || term.fate != Fate::Keep || small && (named || !describes_somebody(scene, at)) {
        return;
    }
    let about = match forward(scene, at, true) {
        About::Nothing => backward(scene, at),
        About::Thing if is_predicate(scene, at) => backward(scene, at),
        found => found,
    };
    go_with(scene, at, about);
}

fn go_with(scene: &mut Scene, at: usize, about: About) {
    match about {
        About::Person(person_idx) => {
            policies::open_own(scene, at, person_idx);
            scene.drop_term(at, Some(person_idx));
            // "an ancient oracle" as "a youthful oracle", not "an ancient Greek oracle"
            let term = &scene.terms[at];
            if scene.word(term) == "ancient" && !before_people(scene, term) {
                let (axis, stated) = (Axis::Age, Stated::Value("old"));
                scene.persons[person_idx].describe(axis, stated, ADJECTIVE_RANK);
            }
        }
        About::Group => scene.drop_term(at, None),
        About::Thing | About::Nothing => {}
    }
}

/// "a very old man", "looks quite elderly": the degree goes with what it modifies.
fn drop_degrees(scene: &mut Scene) {
    for at in (0..scene.terms.len().saturating_sub(1)).rev() {
        let next = &scene.terms[at + 1];
        let described = match (&next.sense, &next.fate) {
            (
                Sense::Attribute { .. }
                | Sense::Colour(_)
                | Sense::Small
                | Sense::CorrelateWord
                | Sense::Trait { .. }
                | Sense::Word(_)
                | Sense::Little(_),
                Fate::Drop(person),
            ) => *person,
            (Sense::Attribute { .. }, Fate::Person(person)) => Some(*person),
            _ => continue,
        };
        // "no longer young"
        if scene.is_one_of(at, &["longer"]) && at > 0 && scene.is_one_of(at - 1, &["no"]) {
            scene.drop_term(at, described);
            scene.drop_term(at - 1, described);
            continue;
        }
        // "half Nigerian"
        let people = matches!(next.sense, Sense::Attribute { axis: Axis::Ethnicity, .. });
        let goes = scene.is_one_of(at, DEGREES) || people && scene.is_part(at);
        let turns = described.is_some()
            && matches!(next.sense, Sense::Small | Sense::Trait { .. })
            && scene.is_one_of(at, &["getting", "going", "growing", "becoming", "turning"]);
        if (goes || turns) && scene.terms[at].fate == Fate::Keep {
            scene.drop_term(at, described);
        }
    }
}

pub(crate) const DEGREES: &[&str] = &[
    "very",
    "really",
    "extremely",
    "quite",
    "fairly",
    "rather",
    "so",
    "too",
    "incredibly",
    "super",
    "barely",
    "nearly",
    "almost",
    "somewhat",
    "relatively",
    "visibly",
    "just",
    "only",
    "still",
    "slightly",
    "truly",
    "exceptionally",
    "pretty",
    "kind",
    "sort",
    "not",
    "well",
];

fn describe(scene: &mut Scene, at: usize, about: About, axis: Axis, stated: Stated, figure: bool) {
    let rank = if figure { FIGURE_RANK } else { ADJECTIVE_RANK };
    let is_head = matches!(scene.terms[at].fate, Fate::Person(_));
    match about {
        About::Person(person_idx) => {
            scene.persons[person_idx].describe(axis, stated, rank);
            if !is_head {
                scene.drop_term(at, Some(person_idx));
            }
        }
        About::Group => scene.drop_term(at, None),
        About::Thing | About::Nothing => {
            scene.terms[at].fate = Fate::Hold("an attribute word that describes no person here");
        }
    }
}

/// "a black man", "a pale man", "friends, one Black, one white"; a colour of anything else stays where it is.
fn describe_colour(scene: &mut Scene, at: usize, colour: Colour) {
    if scene.terms[at].kept || is_tone_of_field(scene, at) {
        return;
    }
    if let Some(person_idx) = colour_of_person(scene, at) {
        if colour.of_skin {
            return tone(scene, at, person_idx, colour.stated);
        }
        let about = About::Person(person_idx);
        describe(scene, at, about, Axis::Ethnicity, colour.stated, false);
    } else if is_one_of_several(scene, at)
        || is_of_group(scene, at)
        || forward(scene, at, false) == About::Group
        || is_said_after_name(scene, at) && !follows_thing(scene, at)
    {
        scene.drop_term(at, None);
    } else if is_said(scene, at) {
        match backward(scene, at) {
            About::Person(person_idx) if colour.of_skin => {
                tone(scene, at, person_idx, colour.stated);
            }
            about => describe(scene, at, about, Axis::Ethnicity, colour.stated, false),
        }
    } else if is_of_owner(scene, at)
        || is_of_figure(scene, at)
        || is_said_of_name(scene, at)
        || is_of_self(scene, at)
        || is_before_somebody(scene, at)
        // "a tan market trader" as "a pale market trader", whatever else is tan
        || colour.of_skin && matches!(forward(scene, at, true), About::Person(_))
    {
        scene.terms[at].fate = Fate::Hold("may describe a person");
    }
}

/// "skin: black", as "skin: dark"
fn is_tone_of_field(scene: &Scene, at: usize) -> bool {
    let skin = at > 1 && scene.terms[at - 2].sense == Sense::Skin;
    skin && scene.tokens[scene.terms[at - 1].tokens.start].assigns
        && scene.terms[at].fate != Fate::Keep
}

/// "Ford Granada, brown": the name before it is a thing's.
fn follows_thing(scene: &Scene, at: usize) -> bool {
    let name = scene.terms[..at].iter().rfind(|term| term.sense == Sense::Other);
    let made = scene.terms[..at].iter().any(|term| Lexicon::v1().is_maker(scene.word(term)));
    made || name.is_some_and(|name| is_of_things(scene, name))
}

/// "a pale man": the colour of a skin goes with its person and opens nothing.
fn tone(scene: &mut Scene, at: usize, person_idx: usize, stated: Stated) {
    policies::open_own(scene, at, person_idx);
    scene.persons[person_idx].hint(Axis::Ethnicity, stated);
    scene.drop_term(at, Some(person_idx));
}

/// A word of an axis that is never expanded goes with its person and opens nothing.
fn describe_trait(scene: &mut Scene, at: usize, near: bool) {
    if let Fate::Person(person_idx) = scene.terms[at].fate {
        return policies::open_own(scene, at, person_idx);
    }
    if scene.terms[at].kept {
        return;
    }
    match about_attribute(scene, at) {
        About::Person(person_idx) => {
            policies::open_own(scene, at, person_idx);
            if is_in(OF_WOMEN, scene.word(&scene.terms[at])) {
                scene.persons[person_idx].hint(Axis::Gender, Stated::Value("female"));
            }
            scene.drop_term(at, Some(person_idx));
        }
        About::Group => scene.drop_term(at, None),
        _ if near
            && (is_of_owner(scene, at)
                || is_of_figure(scene, at)
                || is_of_body(scene, at)
                || is_said_of_name(scene, at)
                || is_said(scene, at)
                || is_before_somebody(scene, at)
                || is_figure(scene, at)) =>
        {
            scene.terms[at].fate = Fate::Hold("may describe a person");
        }
        About::Thing if near && !before_another(scene, at) => {}
        About::Nothing if near && !(is_alone(scene, at) && has_somebody(scene)) => {}
        About::Thing | About::Nothing => scene.terms[at].fate = Fate::Hold("may describe a person"),
    }
}

/// Words of other axes that are mostly said of women: where gender is open for another reason, none is drawn.
const OF_WOMEN: &str = "lesbian sapphic pregnant expecting breastfeeding menopausal";

/// "a blind Anglican canon": before a word that only persons are described by.
fn before_another(scene: &Scene, at: usize) -> bool {
    let next = scene.terms.get(at + 1);
    next.is_some_and(|next| matches!(next.sense, Sense::Trait { near: false, .. }))
}

/// "a man with athletic arms", "a blind face in a crowd", "his rich self": a part of the body of somebody in the scene.
pub(super) fn is_of_body(scene: &Scene, at: usize) -> bool {
    let part = scene
        .terms
        .get(at + 1)
        .is_some_and(|next| is_in(BODY, scene.word(next)) || scene.word(next) == "self");
    part && speaks(scene)
}

/// "a fat figure in the doorway": a figure and its build in one phrase.
fn is_figure(scene: &Scene, at: usize) -> bool {
    let last = &scene.tokens[scene.terms[at].tokens.end - 1];
    let next = scene.terms.get(at + 1).map_or("", |next| scene.word(next));
    is_in("figure figures silhouette", &last.text) && is_in("in at on by under walks stands", next)
}

/// "his white self"
fn is_of_self(scene: &Scene, at: usize) -> bool {
    scene.terms.get(at + 1).is_some_and(|next| scene.word(next) == "self") && speaks(scene)
}

/// "Woody whittling wood, lean, tan": between breaks.
fn is_alone(scene: &Scene, at: usize) -> bool {
    let edge = |at: Option<usize>| {
        at.and_then(|at| scene.terms.get(at)).is_none_or(|term| term.sense == Sense::Comma)
    };
    edge(at.checked_sub(1)) && edge(Some(at + 1))
}

fn about_attribute(scene: &mut Scene, at: usize) -> About {
    if let Fate::Person(person_idx) = scene.terms[at].fate {
        return About::Person(person_idx);
    }
    if of_descent(scene, at) {
        return scene.nearest_person(at).map_or(About::Group, About::Person);
    }
    if let Some(person_idx) = from_there(scene, at) {
        return About::Person(person_idx);
    }
    // "a cook who belongs to the Amish church peels apples"
    if scene.terms[at].follows && scene.terms[at].topic.is_some() && has_before(scene, at) {
        return backward(scene, at);
    }
    match forward(scene, at, true) {
        About::Nothing => backward(scene, at),
        // "who is Baptist arranges tulips", "who is an atheist arranges tulips"
        About::Thing if is_predicate(scene, at) => backward(scene, at),
        About::Thing if is_said_by_relative(scene, at) => backward(scene, at),
        About::Thing => after_noun(scene, at),
        found => found,
    }
}

/// Whether a person or several are named before `at`.
fn has_before(scene: &Scene, at: usize) -> bool {
    scene.persons.iter().any(|person| person.head < at)
        || scene.terms[..at].iter().any(|term| matches!(term.sense, Sense::Group { .. }))
}

/// "female european urban portrait": right after a person noun it describes that person.
fn after_noun(scene: &Scene, at: usize) -> About {
    let noun = scene.terms[..at].iter().rfind(|term| !term.is_adjective());
    // "women over forty lifting weights"
    let group = noun.is_some_and(|term| matches!(term.sense, Sense::Group { .. }));
    // "kids of different races raising hands"
    let of_group = group && scene.tokens[scene.terms[at].tokens.start].text == "of";
    if of_group || group && scene.terms[at].is_age_phrase() {
        return About::Group;
    }
    match noun.map(|term| (&term.fate, term.is_person_noun() && !term.genitive)) {
        Some((Fate::Person(idx) | Fate::Drop(Some(idx)), true)) => About::Person(*idx),
        // "Gülşen aged 50 picking tea"
        Some((Fate::Person(idx), _)) if scene.terms[at].is_age_phrase() => About::Person(*idx),
        _ => About::Thing,
    }
}

/// "of nigerian descent": the words around the people's name go with it.
fn of_descent(scene: &mut Scene, at: usize) -> bool {
    let next_is_descent =
        scene.terms.get(at + 1).is_some_and(|term| is_in(DESCENT, scene.word(term)));
    if !next_is_descent || scene.nearest_person(at).is_none() && !scene.has_group() {
        return false;
    }
    if are_there_themselves(scene, at) {
        return false;
    }
    let person_idx = scene.nearest_person(at);
    scene.drop_term(at + 1, person_idx);
    drop_link_before(scene, at, person_idx);
    true
}

/// Drops adjectives, one article and one "of", "with" or "from" before `at`.
pub(super) fn drop_link_before(scene: &mut Scene, mut at: usize, person_idx: Option<usize>) {
    while at > 0 && (scene.terms[at - 1].is_adjective() || scene.is_part(at - 1)) {
        at -= 1;
        scene.drop_term(at, person_idx);
    }
    if at > 0 && matches!(scene.terms[at - 1].sense, Sense::Little(Little::Article)) {
        at -= 1;
        scene.drop_term(at, person_idx);
    }
    if at > 0 && scene.is_one_of(at - 1, &["of", "with", "from", "has", "having", "in"]) {
        scene.drop_term(at - 1, person_idx);
    }
}

/// "from the Welsh valleys": where somebody comes from, with the noun.
fn from_there(scene: &mut Scene, at: usize) -> Option<usize> {
    let the = at.checked_sub(1).filter(|&the| scene.is_one_of(the, &["the"]))?;
    let from = the.checked_sub(1).filter(|&from| scene.is_one_of(from, &["from"]))?;
    let before = from.checked_sub(1)?;
    let person_idx = match scene.terms[before].fate {
        Fate::Person(idx) | Fate::Drop(Some(idx)) => idx,
        _ => return None,
    };
    let noun = scene
        .terms
        .get(at + 1)
        .is_some_and(|term| term.is_noun_word() || scene.word(term) == "heartland");
    if !noun {
        return None;
    }
    (from..at).chain([at + 1]).for_each(|at| scene.drop_term(at, Some(person_idx)));
    Some(person_idx)
}

/// The noun after a description. `through_things`: "old street musician" is about the musician.
fn forward(scene: &Scene, at: usize, through_things: bool) -> About {
    let terms = &scene.terms;
    if is_said_of_who(scene, at) {
        return About::Nothing;
    }
    let mut crossed_thing = false;
    let mut next = at + 1;
    while let Some(term) = terms.get(next) {
        match (&term.sense, &term.fate) {
            (_, Fate::Person(idx)) | (Sense::Head(..), Fate::Drop(Some(idx))) => {
                let blocked = crossed_thing && !through_things;
                return if blocked { About::Thing } else { About::Person(*idx) };
            }
            (Sense::Group { .. }, _) => return About::Group,
            // "a Syrian dentist turned taxi driver": both are the same person.
            (Sense::Head(Category::Role { .. }, _), Fate::Keep)
                if leads_to_person(scene, next + 1) => {}
            // "a Korean boy band": the group comes after it.
            (Sense::Head(..), Fate::Drop(None)) => {}
            (Sense::Head(..), _) => return About::Thing,
            (Sense::Comma | Sense::Little(Little::And), _) => {
                let adjective = terms.get(next + 1).is_some_and(Term::is_adjective);
                if crossed_thing || !adjective || !leads_to_person(scene, next + 1) {
                    break;
                }
            }
            _ if term.is_noun_word() => crossed_thing = true,
            _ if term.in_run() => {}
            _ => break,
        }
        next += 1;
    }
    if crossed_thing { About::Thing } else { About::Nothing }
}

/// Whether only adjectives stand between `at` and a person or group noun.
pub(super) fn leads_to_person(scene: &Scene, at: usize) -> bool {
    let noun = scene.terms[at..].iter().find(|term| !term.is_adjective());
    noun.is_some_and(|term| term.is_person_noun() || matches!(term.sense, Sense::Group { .. }))
}

/// The person before a description that follows its noun, else the next one.
fn backward(scene: &Scene, at: usize) -> About {
    let group = scene.terms[..at].iter().rposition(|t| matches!(t.sense, Sense::Group { .. }));
    let before = scene.persons.iter().rposition(|person| person.head < at);
    match (before, group) {
        (Some(person_idx), Some(group)) if scene.persons[person_idx].head < group => About::Group,
        (None, Some(_)) => About::Group,
        _ => scene.nearest_person(at).map_or(About::Nothing, About::Person),
    }
}

/// "a black man", "he is black", "a woman, black,".
fn colour_of_person(scene: &mut Scene, at: usize) -> Option<usize> {
    // "of black descent", "with black features", not "on a black background"
    let descent =
        scene.terms.get(at + 1).is_some_and(|next| is_in(DESCENT_OF_COLOUR, scene.word(next)));
    if descent && of_descent(scene, at) {
        return scene.nearest_person(at);
    }
    // "white street musician" like "asian street musician"; "dark forest ranger" is the forest.
    let through_things = scene.is_one_of(at, &["black", "white", "brown", "pale", "tanned"]);
    match forward(scene, at, through_things) {
        About::Person(person_idx) => return Some(person_idx),
        About::Nothing => {}
        About::Group | About::Thing => return None,
    }
    if let About::Person(person_idx) = people_after(scene, at) {
        return Some(person_idx);
    }
    let terms = &scene.terms;
    // "so pale you could see her veins"
    let so = at > 0 && scene.is_one_of(at - 1, &["so"]);
    let closed = terms.get(at + 1).is_none_or(|term| {
        matches!(term.sense, Sense::Comma | Sense::Little(Little::And))
            || so && is_in("you that it she he they", scene.word(term))
    });
    let Some(mut before) = at.checked_sub(1) else { return alone(scene, at, closed) };
    // "slightly tanned"
    while before > 0 && scene.is_one_of(before, DEGREES) {
        before -= 1;
    }
    let said_of_person = terms[..before].last().is_some_and(|term| {
        let person = term.is_person_noun() || matches!(term.sense, Sense::Pronoun(..));
        person || scene.word(term) == "who"
    });
    let looks = || scene.is_one_of(before, &["looks", "look", "looked", "appears"]);
    match terms[before].sense {
        Sense::Little(Little::Be) if said_of_person => scene.nearest_person(at),
        // "she's black", "the girl looks black"
        Sense::Pronoun(..) if is_verb_too(scene, before) && closed => scene.nearest_person(at),
        _ if looks() && said_of_person && closed => scene.nearest_person(at),
        Sense::Comma => alone(scene, at, closed),
        Sense::Little(Little::Other) if so && before == 0 => alone(scene, at, closed),
        Sense::Little(Little::And) => match before.checked_sub(1).map(|at| &terms[at].fate) {
            Some(Fate::Drop(person_idx)) => *person_idx,
            Some(Fate::Person(person_idx)) if closed => Some(*person_idx),
            // "a girl, pinched and pale, at a door"
            Some(_) if begins_with_look(scene, before - 1) => alone(scene, at, closed),
            _ => None,
        },
        _ if terms[before].is_person_noun() => alone(scene, at, closed),
        // "friends, one Black, one white"
        _ if scene.is_one_of(before, &["one", "both", "other", "another"]) => {
            alone(scene, at, closed)
        }
        _ => None,
    }
}

/// "she's", "they're"
fn is_verb_too(scene: &Scene, at: usize) -> bool {
    let last = scene.terms[at].tokens.end - 1;
    scene.tokens[last].clitic == Clitic::Verb || scene.tokens[last].clitic == Clitic::Genitive
}

/// What a colour can be said of when it is a people's.
const DESCENT_OF_COLOUR: &str =
    "descent heritage ancestry origin origins parentage features ethnicity race blood";

/// "pinched" of "a girl, pinched and pale": a participle after a break.
fn begins_with_look(scene: &Scene, at: usize) -> bool {
    let after_break =
        at.checked_sub(1).is_none_or(|before| scene.terms[before].sense == Sense::Comma);
    after_break && scene.word(&scene.terms[at]).ends_with("ed")
}

/// "friends, one Black, one white"
pub(super) fn is_one_of_several(scene: &Scene, at: usize) -> bool {
    let ends = scene.terms.get(at + 1).is_none_or(|term| term.sense == Sense::Comma);
    let one = at
        .checked_sub(1)
        .is_some_and(|before| scene.is_one_of(before, &["one", "both", "other", "another"]));
    ends && one && scene.has_group()
}

/// "two women, pale, at a window", "the twins are pale", "white Canadians": said of several, where nobody else is.
fn is_of_group(scene: &mut Scene, at: usize) -> bool {
    if !scene.persons.is_empty() || !scene.has_group() {
        return false;
    }
    if people_after(scene, at) == About::Group {
        return true;
    }
    let term = |at: usize| scene.terms.get(at);
    let described = |at: usize| term(at).is_some_and(|term| term.is_adjective() || term.inflected);
    let closed = match term(at + 1).map(|next| &next.sense) {
        None | Some(Sense::Comma) => true,
        Some(Sense::Little(Little::And)) => described(at + 2),
        _ => false,
    };
    let Some(before) = at.checked_sub(1) else { return closed };
    // "a couple, she is black and he is asian"
    let by_pronoun = before > 0
        && scene.terms[before].sense == Sense::Little(Little::Be)
        && matches!(scene.terms[before - 1].sense, Sense::Pronoun(..))
        && term(at + 1).is_some_and(|next| next.sense == Sense::Little(Little::And));
    by_pronoun
        || closed
            && match scene.terms[before].sense {
                Sense::Comma => true,
                Sense::Little(Little::And) => before.checked_sub(1).is_some_and(described),
                Sense::Little(Little::Be) => scene.terms[..before].last().is_some_and(|term| {
                    matches!(term.sense, Sense::Group { .. } | Sense::Pronoun(..))
                }),
                _ => false,
            }
}

/// Whom "white" of "white Southerner" describes: whoever the people's name after it does.
fn people_after(scene: &mut Scene, at: usize) -> About {
    let next = scene.terms.get(at + 1).map(|term| &term.sense);
    let people =
        matches!(next, Some(Sense::Attribute { axis: Axis::Ethnicity, nominal: true, .. }));
    if people { about_attribute(scene, at + 1) } else { About::Nothing }
}

/// "portrait, black, a woman": a colour by itself, where a person is near.
fn alone(scene: &Scene, at: usize, closed: bool) -> Option<usize> {
    scene.nearest_person(at).filter(|_| closed)
}

/// "from nigeria", "from the southern philippines", "born in korea".
fn place(scene: &mut Scene, at: usize, stated: Stated) {
    // "of Ulster descent"
    if of_descent(scene, at) {
        let about = scene.nearest_person(at).map_or(About::Group, About::Person);
        return describe(scene, at, about, Axis::Ethnicity, stated, false);
    }
    // "a Mumbai-born DJ"
    if scene.terms.get(at + 1).is_some_and(|next| scene.word(next) == "born")
        && scene.tokens[scene.terms[at + 1].tokens.start].hyphen
    {
        let about = forward(scene, at, true);
        if let About::Person(person_idx) = about {
            describe(scene, at, about, Axis::Ethnicity, stated, false);
            return scene.drop_term(at + 1, Some(person_idx));
        }
    }
    if place_of_person(scene, at, stated) {
        return;
    }
    let little = |at: usize| matches!(scene.terms[at].sense, Sense::Little(Little::Determiner));
    let mut first = at;
    while first > 0 && (little(first - 1) || scene.terms[first - 1].is_adjective()) {
        first -= 1;
    }
    let link = first.checked_sub(1).filter(|&link| scene.is_one_of(link, ORIGIN_LINKS));
    let person_idx = scene.nearest_person(at).filter(|&idx| scene.persons[idx].head < at);
    // "shipbuilders from Jarrow", "youths of Marseille"
    let of_group = link.is_some_and(|link| {
        scene.is_one_of(link, FROM) || scene.is_one_of(link, &["of"]) && is_group(scene, link)
    });
    // "two welders born in Ghana", "originally from Lisbon"
    let led = link
        .and_then(|link| link.checked_sub(1))
        .is_some_and(|verb| scene.is_one_of(verb, IN_PLACES) || scene.is_one_of(verb, COMES));
    if let (Some(link), About::Group, true) = (link, backward(scene, at), of_group || led) {
        return (link - usize::from(led)..=at).for_each(|at| scene.drop_term(at, None));
    }
    let Some(link) = link else { return hold_place(scene, at) };
    let leads = leads_to_origin(scene, link);
    let person_idx = person_idx.or_else(|| scene.nearest_person(at).filter(|_| leads));
    let Some(person_idx) = person_idx else { return hold_place(scene, at) };
    let verb = link.checked_sub(1);
    let born = verb.is_some_and(|verb| scene.is_one_of(verb, IN_PLACES));
    let coming = verb.is_some_and(|verb| scene.is_one_of(verb, COMES));
    // "a bride of Penang"
    let of_person = scene.is_one_of(link, &["of"])
        && verb.is_some_and(|before| {
            scene.terms[before].is_person_noun() || scene.is_one_of(before, &["native", "natives"])
        });
    if !(born && scene.is_one_of(link, &["in"]) || scene.is_one_of(link, FROM) || of_person) {
        return hold_place(scene, at);
    }
    origin(scene, person_idx, stated, link - usize::from(born || coming)..=at);
}

/// "from Oaxaca, a weaver", "born in Lviv: a baker", "political asylee from Cameroon, she": of whoever comes first.
fn leads_to_origin(scene: &Scene, link: usize) -> bool {
    link.checked_sub(1).is_none_or(|verb| {
        let sense = &scene.terms[verb].sense;
        scene.is_one_of(verb, IN_PLACES)
            || scene.is_one_of(verb, COMES)
            || scene.is_one_of(verb, &["native", "natives"])
            || matches!(sense, Sense::Comma | Sense::Trait { .. } | Sense::Head(Category::Trait, _))
    })
}

/// "a Galway woman", "hawker, Hobart, thirty-five": a place right before a person, or between breaks after one, says where
/// somebody is from as a people's name there would.
fn place_of_person(scene: &mut Scene, at: usize, stated: Stated) -> bool {
    let genitive = scene.terms[at].genitive;
    let closed = |at: Option<usize>| {
        at.and_then(|at| scene.terms.get(at)).is_none_or(|term| term.sense == Sense::Comma)
    };
    // "Kolkata born", "Seoul natives"
    let native = scene.terms.get(at + 1).is_some_and(|_| scene.is_one_of(at + 1, NATIVES))
        && closed(Some(at + 2));
    let about = match forward(scene, at, true) {
        About::Person(person_idx) if !genitive => Some(person_idx),
        // "Bamako brothers"
        About::Group if !genitive => {
            scene.drop_term(at, None);
            return true;
        }
        _ if native => {
            let person_idx = scene.nearest_person(at);
            scene.drop_term(at + 1, person_idx);
            person_idx
        }
        _ if at > 0 && closed(at.checked_sub(1)) && closed(Some(at + 1)) => {
            let before = scene.persons.iter().rposition(|person| person.head < at);
            before.filter(|_| backward(scene, at) != About::Group)
        }
        _ => None,
    };
    let Some(person_idx) = about else { return false };
    // A people's name says more than a place, which may be where the picture is.
    scene.persons[person_idx].mention(Axis::Ethnicity, Some(stated), PRONOUN_RANK);
    scene.drop_term(at, Some(person_idx));
    true
}

/// Whether several persons are named right before `at`.
fn is_group(scene: &Scene, at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &scene.terms[before].sense);
    matches!(before, Some(Sense::Group { .. }))
}

/// The words of an origin go into the bundle.
fn origin(scene: &mut Scene, person_idx: usize, stated: Stated, terms: RangeInclusive<usize>) {
    scene.persons[person_idx].describe(Axis::Ethnicity, stated, ADJECTIVE_RANK);
    terms.for_each(|at| scene.drop_term(at, Some(person_idx)));
}

/// "a man from Uzhhorod": a name or an unknown word after "from" is an origin like any other.
fn unknown_origin(scene: &mut Scene, at: usize) {
    let link = at.checked_sub(1).filter(|&link| {
        let in_place = link.checked_sub(1).is_some_and(|verb| scene.is_one_of(verb, IN_PLACES));
        scene.is_one_of(link, FROM)
            || scene.is_one_of(link, &["in"]) && in_place
            || scene.is_one_of(link, &["of"]) && is_of_unknown_place(scene, at)
    });
    let Some(link) = link else { return };
    if is_group(scene, link) && scene.persons.is_empty() {
        return unknown_origin_of_group(scene, link, at);
    }
    let word = scene.word(&scene.terms[at]).to_owned();
    let capital =
        scene.tokens[scene.terms[at].tokens.start].capital && !is_title_case(&scene.tokens);
    let unknown =
        capital || scene.terms[at].sense == Sense::Other || !Vocabulary::v1().contains(&word);
    let described = link.checked_sub(1).is_some_and(|before| {
        matches!(scene.terms[before].fate, Fate::Person(_) | Fate::Drop(Some(_)))
            || scene.is_one_of(before, COMES)
            || scene.is_one_of(before, IN_PLACES)
    });
    let person_idx = scene.nearest_person(at).filter(|&idx| scene.persons[idx].head < at);
    if let (true, true, Some(person_idx)) = (unknown, described, person_idx) {
        let verb = link.checked_sub(1).is_some_and(|verb| {
            scene.is_one_of(verb, COMES)
                || scene.is_one_of(verb, IN_PLACES) && scene.is_one_of(link, &["in"])
        });
        origin(scene, person_idx, Stated::Unlisted, link - usize::from(verb)..=at);
    }
}

/// "ladies of Oia", "shipbuilders from Jarrow": an unknown word with a capital, where nobody else is.
fn unknown_origin_of_group(scene: &mut Scene, link: usize, at: usize) {
    let token = &scene.tokens[scene.terms[at].tokens.start];
    let known = Vocabulary::v1().contains(&token.text);
    if token.capital && !known && !is_title_case(&scene.tokens) {
        (link..=at).for_each(|at| scene.drop_term(at, None));
    }
}

/// "from" as it is said in English and Scots.
pub(super) const FROM: &[&str] = &["from", "fae", "frae", "frum", "outta"];
const ORIGIN_LINKS: &[&str] = &["from", "fae", "frae", "frum", "outta", "in", "of"];
/// "come from"
const COMES: &[&str] = &[
    "coming",
    "originally",
    "come",
    "comes",
    "came",
    "hails",
    "hailing",
    "hail",
    "hailed",
    "straight",
    "fresh",
    "arrived",
    "fled",
    "escaped",
    "defected",
    "deported",
    "expelled",
    "evacuated",
    "resettled",
    "emigrated",
    "immigrated",
    "over",
    "moved",
    "exiled",
    "exile",
    "banished",
];
const NATIVES: &[&str] =
    &["native", "natives", "born", "bred", "based", "raised", "local", "locals", "resident"];
/// "born in", "grew up in", "with roots in"
pub(super) const IN_PLACES: &[&str] = &[
    "born",
    "raised",
    "bred",
    "reared",
    "up",
    "roots",
    "ancestry",
    "family",
    "heritage",
    "origins",
    "based",
    "ancestors",
    "forebears",
    "parents",
    "native",
];

/// "a hatter of Clerkenwell": an unknown word with a capital after a person who is no relative of anybody.
fn is_of_unknown_place(scene: &Scene, at: usize) -> bool {
    let token = &scene.tokens[scene.terms[at].tokens.start];
    let person = at.checked_sub(2).map(|before| &scene.terms[before]);
    let of_person = person.is_some_and(|term| {
        matches!(
            term.sense,
            Sense::Group { .. }
                | Sense::Head(Category::Person | Category::Role { .. } | Category::Trait, _)
        )
    });
    let known = Vocabulary::v1().contains(&token.text) || Lexicon::v1().is_given_name(&token.text);
    of_person
        && token.capital
        && (!known || is_in("county saint san west east north south", &token.text))
}

fn hold_place(scene: &mut Scene, at: usize) {
    scene.terms[at].fate = Fate::Hold("a place is not in the wire vocabulary");
}

/// A figure that stands alone beside a person is an age; any other is held.
fn figure(scene: &mut Scene, at: usize, stated: Stated) {
    let terms = &scene.terms;
    let mut first = at;
    while first > 0 && scene.is_one_of(first - 1, DEGREES) {
        first -= 1;
    }
    // "a doctor from china of 30"
    let of_described = at > 1
        && scene.is_one_of(at - 1, &["of"])
        && matches!(terms[at - 2].fate, Fate::Drop(Some(_)) | Fate::Person(_));
    let noun_follows = terms.get(at + 1).is_some_and(Term::is_noun_word);
    let alone = stands_alone(scene, first, at) || of_described && !noun_follows;
    let group = scene.persons.is_empty() && scene.has_group();
    match scene.nearest_person(at).filter(|_| alone) {
        Some(idx) => {
            if of_described {
                scene.drop_term(at - 1, Some(idx));
            }
            describe(scene, at, About::Person(idx), Axis::Age, stated, true);
            (first..at).for_each(|degree| scene.drop_term(degree, Some(idx)));
        }
        // "two greyhounds and their owners, thirty-nine"
        None if group && alone => scene.drop_term(at, None),
        None => scene.terms[at].fate = Fate::Hold("a figure could be an age"),
    }
}

/// Whether a figure, with its degrees from `first` on, stands where an age does: between breaks, after "is" or beside its noun.
fn stands_alone(scene: &Scene, first: usize, at: usize) -> bool {
    let terms = &scene.terms;
    let edge = |term: Option<&Term>| {
        term.is_none_or(|t| {
            t.sense == Sense::Comma || t.is_person_noun() || matches!(t.fate, Fate::Drop(_))
        })
    };
    let before = first.checked_sub(1).map(|before| &terms[before]);
    let next = terms.get(at + 1);
    let said = before.is_some_and(|term| term.sense == Sense::Little(Little::Be));
    // "MAN 45 SALT AND PEPPER BEARD", "mother nineteen still in bed"
    let noun = before.is_some_and(|term| term.is_person_noun());
    let described = next.is_some_and(|term| {
        matches!(term.sense, Sense::CorrelateThing | Sense::Trait { .. } | Sense::Attribute { .. })
            || matches!(term.sense, Sense::Little(Little::Other | Little::Governor | Little::And))
            || term.ends_in_s && matches!(term.sense, Sense::Word(_))
    });
    // "blond and thirty-two", "fifty and fabulous"
    let and = |term: Option<&Term>| term.is_some_and(|t| t.sense == Sense::Little(Little::And));
    let joined = first > 1 && and(before) && described_before(&terms[first - 2]);
    let joins =
        and(next) && terms.get(at + 2).is_some_and(|term| !term.is_noun_word() || term.acts);
    // "who is seventy taps a wheel"
    let does = said && is_said_by_relative(scene, at);
    (said || joined || edge(before)) && (edge(next) || joins || does) || noun && described
}

/// "blond" of "blond and thirty-two"
fn described_before(term: &Term) -> bool {
    term.is_adjective()
        || matches!(term.fate, Fate::Drop(_) | Fate::Person(_))
        || matches!(term.sense, Sense::Word(_)) && term.inflected
}
