//! What "his" and "her" stand for beside an animal or a ship: that, or somebody who is not named.
//!
//! Nothing here looks at which pronoun it is.

use super::Scene;
use super::grammar::{CALLED_SHE, Little, is_in};
use super::names::is_of_things;
use super::pronouns::{ANIMALS, has_parts_of_animal, is_animal, is_it};
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
    let may_be = |&at: &usize| {
        !is_several(scene, at)
            && !is_where_somebody_is(scene, at)
            && !is_seldom_she(scene, at, pronoun)
    };
    let Some(first) = (0..pronoun).filter(it).find(may_be) else {
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
        || has_done_to_it(scene, pronoun)
        || is_taken_from(scene, pronoun)
        || is_on_somebody(scene, first, pronoun))
}

/// "swallows nest above his forge": of several animals nobody says "his".
fn is_several(scene: &Scene, at: usize) -> bool {
    let word = scene.word(&scene.terms[at]);
    let one = word.strip_suffix('s').unwrap_or("");
    let animal = Lexicon::v1().kind(one) == Some(WordKind::Animal) || Lexicon::v1().is_breed(one);
    animal || is_in(ANIMALS, one) || is_in(CALLED_SHE, one)
}

/// "night falls on her balcony", "a train carries her home": only right before the pronoun is it the night's ("the sea in her
/// fury").
fn is_seldom_she(scene: &Scene, at: usize, pronoun: usize) -> bool {
    const SELDOM_SHE: &str = "train plane aeroplane airplane night dawn city country winter spring sea ocean storm moon sun star";
    let near = |term: &Term| is_in("and in with ,", scene.word(term));
    let right_before = pronoun == at + 2 && near(&scene.terms[at + 1]) || pronoun == at + 1;
    is_in(SELDOM_SHE, scene.word(&scene.terms[at])) && !right_before
}

/// "the kitten she found", "a goat that he feeds": the animal is what somebody does something to.
fn has_done_to_it(scene: &Scene, pronoun: usize) -> bool {
    let terms = &scene.terms;
    let relative =
        pronoun.checked_sub(1).is_some_and(|at| is_in("that which whom", scene.word(&terms[at])));
    let noun = pronoun.checked_sub(1 + usize::from(relative)).map(|at| &terms[at]);
    let does = terms.get(pronoun + 1).is_some_and(Term::in_run);
    matches!(terms[pronoun].sense, Sense::Pronoun(Form::Subject, _))
        && does
        && noun.is_some_and(|noun| is_animal(scene, noun))
}

/// "the seagull that stole his chips", "the scarf is hers".
fn is_taken_from(scene: &Scene, pronoun: usize) -> bool {
    const TAKES: &str = "stole steals stealing stolen took snatches snatched snatching nicks nicked nicking robs robbed robbing \
eats ate eating chews chewed chewing shreds shredding shredded ignores ignoring ignored interrupts interrupting photobombs photobombing \
size carries carrying fetches fetching brings bringing";
    const OWN: &str = "paw paws tail tails bone bones toy toys cub cubs pup pups puppies kitten kittens foal calf chick chicks ducklings young \
prey stick ball food fish way nest den mate eggs leash lead dinner lunch breakfast supper bowl bed cud carrot carrots hay bamboo";
    let terms = &scene.terms;
    let follows = terms.get(pronoun + 1);
    let next = follows.filter(|next| next.in_run()).map_or("", |term| scene.word(term));
    let before = pronoun.checked_sub(1).map_or("", |at| scene.word(&terms[at]));
    // "the size of her thumb", "as long as his arm"
    let measured = is_in("thumb thumbnail fingernail arm forearm fist hand palm finger", next)
        && is_in("of as", before);
    let alone = is_in("his hers", scene.word(&terms[pronoun]))
        && follows.is_none_or(|next| next.sense == Sense::Comma);
    alone || measured || is_in(TAKES, before) && !next.is_empty() && !is_in(OWN, next)
}

/// Both in one noun phrase: "an obese tabby".
fn is_of_phrase(scene: &Scene, at: usize, noun: usize) -> bool {
    scene.terms[at..noun].iter().all(Term::in_run)
}

/// "asleep on a boat, her hat", "walking by the river at night": who is there is not said, and it is not the boat nor the night.
fn is_where_somebody_is(scene: &Scene, at: usize) -> bool {
    const THERE: &str = "in on at by with under near beside behind for during before after through into aboard from around across inside \
outside against onto off along toward towards past";
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
    !phrase.any(|at| noun(&at))
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
    // "a bear with a fish on his head"
    let between = |at: usize| {
        let noun = terms[at].is_noun_word() || terms[at].sense == Sense::Word(None);
        noun && !terms[at].acts || terms[at].sense == Sense::Little(Little::Article)
    };
    let on = is_in("on upon onto across over around to from", link) && is_in(HELD_OUT, part);
    let within = is_in("in into inside", link) && is_in(LIVED_IN, part);
    (on || within) && !(animal + 1..pronoun).any(between)
}

/// What an animal is on when it is on somebody.
const HELD_OUT: &str = "lap shoulder shoulders wrist finger fingers palm gauntlet glove forearm arm arms chest fist sleeve lapel collarbone hat cap \
nose head hand hands neck cheek forehead ear face shoe boot plate sandwich salad lettuce desk windscreen newspaper book keyboard laptop \
bicycle bike handlebars pillow doorstep balcony";
const LIVED_IN: &str = "arms lap beer wine soup tea coffee pint salad bath shower sink kitchen garage attic cellar bathroom bedroom office garden \
porch car van truck canoe kayak tent wardrobe handbag pocket boot hair hand hands palm wheelie bin";

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

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn a_pronoun_is_somebody_s_where_a_name_or_what_is_done_says_so() {
        check("Abdirahman Warsame counts goats with his prayer beads", 1);
        check("Hamish MacAllister in a boat, a heron on his hat", 1);
        check("Jordan from accounts, 44, in a dinosaur suit at his own party", 1);
        check("walking the dog, her hood up", 1);
        check("asleep on a boat, her hat over her eyes", 1);
        check("the kitten he found under the bridge", 1);
        check("swallows nest above his forge", 1);
        check("a parrot on her shoulder", 1);
        check("night falls on his balcony", 1);
    }

    #[test]
    fn a_pronoun_is_the_animal_s_where_nobody_is_held() {
        check("Shetland pony with a blond fringe over his eyes", 0);
        check("Biscuit the spaniel with his ball", 0);
        check("Mittens, a tabby on a sofa, licking her bowl", 0);
        check("a tabby in Kyoto, her bowl empty", 0);
        check("a bear with a fish on his head", 0);
        check("the sea in her fury", 0);
        check("sunset on a ship, her sails red", 0);
    }
}
